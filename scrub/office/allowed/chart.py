"""Allowed in a clean copy: DrawingML charts, with literal values instead of references.

Read by `scrub.office.grammar`, which tells how. Source: ISO/IEC 29500-1 and -4.
"""

TABLE = """
%builtinunit hundreds thousands tenThousands hundredThousands millions tenMillions hundredMillions billions
    trillions
%symbol auto circle dash diamond dot none picture plus square star triangle x
c:applyToEnd @val=<bool>
c:applyToFront @val=<bool>
c:applyToSides @val=<bool>
c:area3DChart c:grouping c:varyColors c:ser c:dLbls c:dropLines c:gapDepth c:axId
c:areaChart c:grouping c:varyColors c:ser c:dLbls c:dropLines c:axId
c:auto @val=<bool>
c:autoTitleDeleted @val=<bool>
c:axId @val!=<axis>
c:axPos @val!=b|l|r|t
c:backWall c:thickness c:spPr c:pictureOptions
c:backward @val!=<double>
c:bandFmt c:idx c:spPr
c:bandFmts c:bandFmt
c:bar3DChart c:barDir c:grouping c:varyColors c:ser c:dLbls c:gapWidth c:gapDepth c:shape c:axId
c:barChart c:barDir c:grouping c:varyColors c:ser c:dLbls c:gapWidth c:overlap c:serLines c:axId
c:barDir @val!=bar|col
c:baseTimeUnit @val=days|months|years
c:bubble3D @val=<bool>
c:bubbleChart c:varyColors c:ser c:dLbls c:bubble3D c:bubbleScale c:showNegBubbles c:sizeRepresents c:axId
c:bubbleScale @val=<int>
c:bubbleSize c:numLit
c:builtInUnit @val=%builtinunit
c:cat c:numLit c:strLit
c:catAx c:axId c:scaling c:delete c:axPos c:majorGridlines c:minorGridlines c:title c:numFmt c:majorTickMark
    c:minorTickMark c:tickLblPos c:spPr c:txPr c:crossAx c:crosses c:crossesAt c:auto c:lblAlgn c:lblOffset
    c:tickLblSkip c:tickMarkSkip c:noMultiLvlLbl
c:chart @r:id=<rel> c:title c:autoTitleDeleted c:view3D c:floor c:sideWall c:backWall c:plotArea c:legend
    c:plotVisOnly c:dispBlanksAs c:showDLblsOverMax
c:chartSpace c:date1904 c:roundedCorners c:chart! c:spPr c:txPr
c:crossAx @val!=<axis>
c:crossBetween @val!=between|midCat
c:crosses @val!=autoZero|max|min
c:crossesAt @val!=<double>
c:custSplit c:secondPiePt
c:custUnit @val!=<double>
c:dLbl c:idx c:delete c:layout c:tx c:numFmt c:spPr c:txPr c:dLblPos c:showLegendKey c:showVal c:showCatName
    c:showSerName c:showPercent c:showBubbleSize c:separator
c:dLblPos @val!=bestFit|b|ctr|inBase|inEnd|l|outEnd|r|t
c:dLbls c:dLbl c:delete c:numFmt c:spPr c:txPr c:dLblPos c:showLegendKey c:showVal c:showCatName
    c:showSerName c:showPercent c:showBubbleSize c:separator c:showLeaderLines c:leaderLines
c:dPt c:idx c:invertIfNegative c:marker c:bubble3D c:explosion c:spPr c:pictureOptions
c:dTable c:showHorzBorder c:showVertBorder c:showOutline c:showKeys c:spPr c:txPr
c:date1904 @val=<bool>
c:dateAx c:axId c:scaling c:delete c:axPos c:majorGridlines c:minorGridlines c:title c:numFmt
    c:majorTickMark c:minorTickMark c:tickLblPos c:spPr c:txPr c:crossAx c:crosses c:crossesAt c:auto
    c:lblOffset c:baseTimeUnit c:majorUnit c:majorTimeUnit c:minorUnit c:minorTimeUnit
c:delete @val=<bool>
c:depthPercent @val=<int>
c:dispBlanksAs @val=span|gap|zero
c:dispEq @val=<bool>
c:dispRSqr @val=<bool>
c:dispUnits c:custUnit c:builtInUnit c:dispUnitsLbl
c:dispUnitsLbl c:layout c:tx c:spPr c:txPr
c:doughnutChart c:varyColors c:ser c:dLbls c:firstSliceAng c:holeSize
c:downBars c:spPr
c:dropLines c:spPr
c:errBarType @val!=both|minus|plus
c:errBars c:errDir c:errBarType c:errValType c:noEndCap c:plus c:minus c:val c:spPr
c:errDir @val!=x|y
c:errValType @val!=cust|fixedVal|percentage|stdDev|stdErr
c:explosion @val!=<int>
c:firstSliceAng @val=<int>
c:floor c:thickness c:spPr c:pictureOptions
c:formatCode #<numberformat>
c:forward @val!=<double>
c:gapDepth @val=<int>
c:gapWidth @val=<int>
c:grouping @val=percentStacked|standard|stacked|clustered
c:h @val!=<double>
c:hMode @val=edge|factor
c:hPercent @val=<int>
c:hiLowLines c:spPr
c:holeSize @val!=<int>
c:idx @val!=<int>
c:intercept @val!=<double>
c:invertIfNegative @val=<bool>
c:layout c:manualLayout
c:layoutTarget @val=inner|outer
c:lblAlgn @val!=ctr|l|r
c:lblOffset @val=<int>
c:leaderLines c:spPr
c:legend c:legendPos c:legendEntry c:layout c:overlay c:spPr c:txPr
c:legendEntry c:idx c:delete c:txPr
c:legendPos @val=b|tr|l|r|t
c:line3DChart c:grouping c:varyColors c:ser c:dLbls c:dropLines c:gapDepth c:axId
c:lineChart c:grouping c:varyColors c:ser c:dLbls c:dropLines c:hiLowLines c:upDownBars c:marker c:smooth
    c:axId
c:logBase @val!=<double>
c:majorGridlines c:spPr
c:majorTickMark @val=cross|in|none|out
c:majorTimeUnit @val=days|months|years
c:majorUnit @val!=<double>
c:manualLayout c:layoutTarget c:xMode c:yMode c:wMode c:hMode c:x c:y c:w c:h
c:marker @val=<bool> c:symbol c:size c:spPr
c:max @val!=<double>
c:min @val!=<double>
c:minorGridlines c:spPr
c:minorTickMark @val=cross|in|none|out
c:minorTimeUnit @val=days|months|years
c:minorUnit @val!=<double>
c:minus c:numLit
c:name #<text>
c:noEndCap @val=<bool>
c:noMultiLvlLbl @val=<bool>
c:numFmt @formatCode!=<numberformat> @sourceLinked=<bool>
c:numLit c:formatCode c:ptCount c:pt
c:ofPieChart c:ofPieType c:varyColors c:ser c:dLbls c:gapWidth c:splitType c:splitPos c:custSplit
    c:secondPieSize c:serLines
c:ofPieType @val!=pie|bar
c:order @val!=<int>
c:orientation @val=maxMin|minMax
c:overlap @val=<int>
c:overlay @val=<bool>
c:period @val!=<int>
c:perspective @val=<int>
c:pictureFormat @val!=stretch|stack|stackScale
c:pictureOptions c:applyToFront c:applyToSides c:applyToEnd c:pictureFormat c:pictureStackUnit
c:pictureStackUnit @val!=<double>
c:pie3DChart c:varyColors c:ser c:dLbls
c:pieChart c:varyColors c:ser c:dLbls c:firstSliceAng
c:plotArea c:layout c:areaChart c:area3DChart c:lineChart c:line3DChart c:stockChart c:radarChart
    c:scatterChart c:pieChart c:pie3DChart c:doughnutChart c:barChart c:bar3DChart c:ofPieChart
    c:surfaceChart c:surface3DChart c:bubbleChart c:valAx c:catAx c:dateAx c:serAx c:dTable c:spPr
c:plotVisOnly @val=<bool>
c:plus c:numLit
c:pt @formatCode=<numberformat> @idx!=<int> c:v
c:ptCount @val!=<int>
c:rAngAx @val=<bool>
c:radarChart c:radarStyle c:varyColors c:ser c:dLbls c:axId
c:radarStyle @val!=standard|marker|filled
c:rich a:bodyPr a:lstStyle a:p
c:rotX @val=<int>
c:rotY @val=<int>
c:roundedCorners @val=<bool>
c:scaling c:logBase c:orientation c:max c:min
c:scatterChart c:scatterStyle c:varyColors c:ser c:dLbls c:axId
c:scatterStyle @val=line|lineMarker|marker|smooth|smoothMarker
c:secondPiePt @val!=<int>
c:secondPieSize @val=<int>
c:separator #<separator>
c:ser c:idx c:order c:tx c:spPr c:pictureOptions c:dPt c:dLbls c:trendline c:errBars c:cat c:val c:marker
    c:smooth c:xVal c:yVal c:explosion c:invertIfNegative c:shape c:bubble3D c:bubbleSize
c:serAx c:axId c:scaling c:delete c:axPos c:majorGridlines c:minorGridlines c:title c:numFmt c:majorTickMark
    c:minorTickMark c:tickLblPos c:spPr c:txPr c:crossAx c:crosses c:crossesAt c:tickLblSkip c:tickMarkSkip
c:serLines c:spPr
c:shape @val=cone|coneToMax|box|cylinder|pyramid|pyramidToMax
c:showBubbleSize @val=<bool>
c:showCatName @val=<bool>
c:showDLblsOverMax @val=<bool>
c:showHorzBorder @val=<bool>
c:showKeys @val=<bool>
c:showLeaderLines @val=<bool>
c:showLegendKey @val=<bool>
c:showNegBubbles @val=<bool>
c:showOutline @val=<bool>
c:showPercent @val=<bool>
c:showSerName @val=<bool>
c:showVal @val=<bool>
c:showVertBorder @val=<bool>
c:sideWall c:thickness c:spPr c:pictureOptions
c:size @val=<int>
c:sizeRepresents @val=area|w
c:smooth @val=<bool>
c:spPr @bwMode=%sppr-bwmode a:xfrm a:custGeom a:prstGeom a:noFill a:solidFill a:gradFill a:blipFill
    a:pattFill a:ln a:effectLst a:scene3d a:sp3d a:grpFill
c:splitPos @val!=<double>
c:splitType @val!=cust|percent|pos|val
c:stockChart c:ser c:dLbls c:dropLines c:hiLowLines c:upDownBars c:axId
c:strLit c:ptCount c:pt
c:surface3DChart c:wireframe c:varyColors c:ser c:bandFmts c:axId
c:surfaceChart c:wireframe c:ser c:bandFmts c:axId
c:symbol @val!=%symbol
c:thickness @val=<int>
c:tickLblPos @val=high|low|nextTo|none
c:tickLblSkip @val!=<int>
c:tickMarkSkip @val!=<int>
c:title c:tx c:layout c:overlay c:spPr c:txPr
c:trendline c:name c:spPr c:trendlineType c:order c:period c:forward c:backward c:intercept c:dispRSqr
    c:dispEq c:trendlineLbl
c:trendlineLbl c:layout c:tx c:numFmt c:spPr c:txPr
c:trendlineType @val=exp|linear|log|movingAvg|poly|power
c:tx c:rich c:strLit c:v
c:txPr a:bodyPr a:lstStyle a:p
c:upBars c:spPr
c:upDownBars c:gapWidth c:upBars c:downBars
c:v #<text>
c:val @val=<double> c:numLit
c:valAx c:axId c:scaling c:delete c:axPos c:majorGridlines c:minorGridlines c:title c:numFmt c:majorTickMark
    c:minorTickMark c:tickLblPos c:spPr c:txPr c:crossAx c:crosses c:crossesAt c:crossBetween c:majorUnit
    c:minorUnit c:dispUnits
c:varyColors @val=<bool>
c:view3D c:rotX c:hPercent c:rotY c:depthPercent c:rAngAx c:perspective
c:w @val!=<double>
c:wMode @val=edge|factor
c:wireframe @val=<bool>
c:x @val!=<double>
c:xMode @val=edge|factor
c:xVal c:numLit c:strLit
c:y @val!=<double>
c:yMode @val=edge|factor
c:yVal c:numLit
"""
