"""Allowed in a clean copy: DrawingML, themes, and the anchors of drawings in sheets.

Read by `scrub.office.grammar`, which tells how. Source: ISO/IEC 29500-1 and -4.
"""

TABLE = """
%bevelt-prst relaxedInset circle slope cross angle softRound convex coolSlant divot riblet hardEdge artDeco
%buautonum-type alphaLcParenBoth alphaUcParenBoth alphaLcParenR alphaUcParenR alphaLcPeriod alphaUcPeriod
    arabicParenBoth arabicParenR arabicPeriod arabicPlain romanLcParenBoth romanUcParenBoth romanLcParenR
    romanUcParenR romanLcPeriod romanUcPeriod circleNumDbPlain circleNumWdBlackPlain circleNumWdWhitePlain
    arabicDbPeriod arabicDbPlain ea1ChsPeriod ea1ChsPlain ea1ChtPeriod ea1ChtPlain ea1JpnChsDbPeriod
    ea1JpnKorPlain ea1JpnKorPeriod arabic1Minus arabic2Minus hebrew2Minus thaiAlphaPeriod thaiAlphaParenR
    thaiAlphaParenBoth thaiNumPeriod thaiNumParenR thaiNumParenBoth hindiAlphaPeriod hindiNumPeriod
    hindiNumParenR hindiAlpha1Period
%camera-prst legacyObliqueTopLeft legacyObliqueTop legacyObliqueTopRight legacyObliqueLeft
    legacyObliqueFront legacyObliqueRight legacyObliqueBottomLeft legacyObliqueBottom
    legacyObliqueBottomRight legacyPerspectiveTopLeft legacyPerspectiveTop legacyPerspectiveTopRight
    legacyPerspectiveLeft legacyPerspectiveFront legacyPerspectiveRight legacyPerspectiveBottomLeft
    legacyPerspectiveBottom legacyPerspectiveBottomRight orthographicFront isometricTopUp isometricTopDown
    isometricBottomUp isometricBottomDown isometricLeftUp isometricLeftDown isometricRightUp
    isometricRightDown isometricOffAxis1Left isometricOffAxis1Right isometricOffAxis1Top
    isometricOffAxis2Left isometricOffAxis2Right isometricOffAxis2Top isometricOffAxis3Left
    isometricOffAxis3Right isometricOffAxis3Bottom isometricOffAxis4Left isometricOffAxis4Right
    isometricOffAxis4Bottom obliqueTopLeft obliqueTop obliqueTopRight obliqueLeft obliqueRight
    obliqueBottomLeft obliqueBottom obliqueBottomRight perspectiveFront perspectiveLeft perspectiveRight
    perspectiveAbove perspectiveBelow perspectiveAboveLeftFacing perspectiveAboveRightFacing
    perspectiveContrastingLeftFacing perspectiveContrastingRightFacing perspectiveHeroicLeftFacing
    perspectiveHeroicRightFacing perspectiveHeroicExtremeLeftFacing perspectiveHeroicExtremeRightFacing
    perspectiveRelaxed perspectiveRelaxedModerately
%defppr-algn l ctr r just justLow dist thaiDist
%defrpr-strike noStrike sngStrike dblStrike
%defrpr-u none words sng dbl heavy dotted dottedHeavy dash dashHeavy dashLong dashLongHeavy dotDash
    dotDashHeavy dotDotDash dotDotDashHeavy wavy wavyHeavy wavyDbl
%headend-type none triangle stealth diamond oval arrow
%lightrig-rig legacyFlat1 legacyFlat2 legacyFlat3 legacyFlat4 legacyNormal1 legacyNormal2 legacyNormal3
    legacyNormal4 legacyHarsh1 legacyHarsh2 legacyHarsh3 legacyHarsh4 threePt balanced soft harsh flood
    contrasting morning sunrise sunset chilly freezing flat twoPt glow brightRoom
%ln-cmpd sng dbl thickThin thinThick tri
%overrideclrmapping-bg1 dk1 lt1 dk2 lt2 accent1 accent2 accent3 accent4 accent5 accent6 hlink folHlink
%pattfill-prst pct5 pct10 pct20 pct25 pct30 pct40 pct50 pct60 pct70 pct75 pct80 pct90 horz vert ltHorz
    ltVert dkHorz dkVert narHorz narVert dashHorz dashVert cross dnDiag upDiag ltDnDiag ltUpDiag dkDnDiag
    dkUpDiag wdDnDiag wdUpDiag dashDnDiag dashUpDiag diagCross smCheck lgCheck smGrid lgGrid dotGrid
    smConfetti lgConfetti horzBrick diagBrick solidDmnd openDmnd dotDmnd plaid sphere weave divot shingle
    wave trellis zigZag
%prstclr aliceBlue antiqueWhite aqua aquamarine azure beige bisque black blanchedAlmond blue blueViolet
    brown burlyWood cadetBlue chartreuse chocolate coral cornflowerBlue cornsilk crimson cyan dkBlue dkCyan
    dkGoldenrod dkGray dkGreen dkKhaki dkMagenta dkOliveGreen dkOrange dkOrchid dkRed dkSalmon dkSeaGreen
    dkSlateBlue dkSlateGray dkTurquoise dkViolet deepPink deepSkyBlue dimGray dodgerBlue firebrick
    floralWhite forestGreen fuchsia gainsboro ghostWhite gold goldenrod gray green greenYellow honeydew
    hotPink indianRed indigo ivory khaki lavender lavenderBlush lawnGreen lemonChiffon ltBlue ltCoral ltCyan
    ltGoldenrodYellow ltGray ltGreen ltPink ltSalmon ltSeaGreen ltSkyBlue ltSlateGray ltSteelBlue ltYellow
    lime limeGreen linen magenta maroon medAquamarine medBlue medOrchid medPurple medSeaGreen medSlateBlue
    medSpringGreen medTurquoise medVioletRed midnightBlue mintCream mistyRose moccasin navajoWhite navy
    oldLace olive oliveDrab orange orangeRed orchid paleGoldenrod paleGreen paleTurquoise paleVioletRed
    papayaWhip peachPuff peru pink plum powderBlue purple red rosyBrown royalBlue saddleBrown salmon
    sandyBrown seaGreen seaShell sienna silver skyBlue slateBlue slateGray snow springGreen steelBlue tan
    teal thistle tomato turquoise violet wheat white whiteSmoke yellow yellowGreen darkBlue darkCyan
    darkGoldenrod darkGray darkGrey darkGreen darkKhaki darkMagenta darkOliveGreen darkOrange darkOrchid
    darkRed darkSalmon darkSeaGreen darkSlateBlue darkSlateGray darkSlateGrey darkTurquoise darkViolet
    lightBlue lightCoral lightCyan lightGoldenrodYellow lightGray lightGrey lightGreen lightPink lightSalmon
    lightSeaGreen lightSkyBlue lightSlateGray lightSlateGrey lightSteelBlue lightYellow mediumAquamarine
    mediumBlue mediumOrchid mediumPurple mediumSeaGreen mediumSlateBlue mediumSpringGreen mediumTurquoise
    mediumVioletRed dkGrey dimGrey dkSlateGrey grey ltGrey ltSlateGrey slateGrey
%prstdash solid dot dash lgDash dashDot lgDashDot lgDashDotDot sysDash sysDot sysDashDot sysDashDotDot
%prstgeom-prst line lineInv triangle rtTriangle rect diamond parallelogram trapezoid nonIsoscelesTrapezoid
    pentagon hexagon heptagon octagon decagon dodecagon star4 star5 star6 star7 star8 star10 star12 star16
    star24 star32 roundRect round1Rect round2SameRect round2DiagRect snipRoundRect snip1Rect snip2SameRect
    snip2DiagRect plaque ellipse teardrop homePlate chevron pieWedge pie blockArc donut noSmoking rightArrow
    leftArrow upArrow downArrow stripedRightArrow notchedRightArrow bentUpArrow leftRightArrow upDownArrow
    leftUpArrow leftRightUpArrow quadArrow leftArrowCallout rightArrowCallout upArrowCallout
    downArrowCallout leftRightArrowCallout upDownArrowCallout quadArrowCallout bentArrow uturnArrow
    circularArrow leftCircularArrow leftRightCircularArrow curvedRightArrow curvedLeftArrow curvedUpArrow
    curvedDownArrow swooshArrow cube can lightningBolt heart sun moon smileyFace irregularSeal1
    irregularSeal2 foldedCorner bevel frame halfFrame corner diagStripe chord arc leftBracket rightBracket
    leftBrace rightBrace bracketPair bracePair straightConnector1 bentConnector2 bentConnector3
    bentConnector4 bentConnector5 curvedConnector2 curvedConnector3 curvedConnector4 curvedConnector5
    callout1 callout2 callout3 accentCallout1 accentCallout2 accentCallout3 borderCallout1 borderCallout2
    borderCallout3 accentBorderCallout1 accentBorderCallout2 accentBorderCallout3 wedgeRectCallout
    wedgeRoundRectCallout wedgeEllipseCallout cloudCallout cloud ribbon ribbon2 ellipseRibbon ellipseRibbon2
    leftRightRibbon verticalScroll horizontalScroll wave doubleWave plus flowChartProcess flowChartDecision
    flowChartInputOutput flowChartPredefinedProcess flowChartInternalStorage flowChartDocument
    flowChartMultidocument flowChartTerminator flowChartPreparation flowChartManualInput
    flowChartManualOperation flowChartConnector flowChartPunchedCard flowChartPunchedTape
    flowChartSummingJunction flowChartOr flowChartCollate flowChartSort flowChartExtract flowChartMerge
    flowChartOfflineStorage flowChartOnlineStorage flowChartMagneticTape flowChartMagneticDisk
    flowChartMagneticDrum flowChartDisplay flowChartDelay flowChartAlternateProcess
    flowChartOffpageConnector actionButtonBlank actionButtonHome actionButtonHelp actionButtonInformation
    actionButtonForwardNext actionButtonBackPrevious actionButtonEnd actionButtonBeginning
    actionButtonReturn actionButtonDocument actionButtonSound actionButtonMovie gear6 gear9 funnel mathPlus
    mathMinus mathMultiply mathDivide mathEqual mathNotEqual cornerTabs squareTabs plaqueTabs chartX
    chartStar chartPlus
%prstshdw-prst shdw1 shdw2 shdw3 shdw4 shdw5 shdw6 shdw7 shdw8 shdw9 shdw10 shdw11 shdw12 shdw13 shdw14
    shdw15 shdw16 shdw17 shdw18 shdw19 shdw20
%prsttxwarp-prst textNoShape textPlain textStop textTriangle textTriangleInverted textChevron
    textChevronInverted textRingInside textRingOutside textArchUp textArchDown textCircle textButton
    textArchUpPour textArchDownPour textCirclePour textButtonPour textCurveUp textCurveDown textCanUp
    textCanDown textWave1 textWave2 textDoubleWave1 textWave4 textInflate textDeflate textInflateBottom
    textDeflateBottom textInflateTop textDeflateTop textDeflateInflate textDeflateInflateDeflate
    textFadeRight textFadeLeft textFadeUp textFadeDown textSlantUp textSlantDown textCascadeUp
    textCascadeDown
%schemeclr bg1 tx1 bg2 tx2 accent1 accent2 accent3 accent4 accent5 accent6 hlink folHlink phClr dk1 lt1 dk2
    lt2
%sp3d-prstmaterial legacyMatte legacyPlastic legacyMetal legacyWireframe matte plastic metal warmMatte
    translucentPowder powder dkEdge softEdge clear flat softmetal
%sysclr scrollBar background activeCaption inactiveCaption menu window windowFrame menuText windowText
    captionText activeBorder inactiveBorder appWorkspace highlight highlightText btnFace btnShadow grayText
    btnText inactiveCaptionText btnHighlight 3dDkShadow 3dLight infoText infoBk hotLight
    gradientActiveCaption gradientInactiveCaption menuHighlight menuBar
a:accent1 a:scrgbClr a:srgbClr a:hslClr a:sysClr a:prstClr
a:accent2 a:scrgbClr a:srgbClr a:hslClr a:sysClr a:prstClr
a:accent3 a:scrgbClr a:srgbClr a:hslClr a:sysClr a:prstClr
a:accent4 a:scrgbClr a:srgbClr a:hslClr a:sysClr a:prstClr
a:accent5 a:scrgbClr a:srgbClr a:hslClr a:sysClr a:prstClr
a:accent6 a:scrgbClr a:srgbClr a:hslClr a:sysClr a:prstClr
a:alpha @val!=<int>
a:alphaBiLevel @thresh!=<int>
a:alphaCeiling
a:alphaFloor
a:alphaInv a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr a:prstClr
a:alphaMod @val=<int>
a:alphaModFix @amt=<int>
a:alphaOff @val!=<int>
a:alphaRepl @a!=<int>
a:arcTo @hR!=<coordinate> @stAng!=<coordinate> @swAng!=<coordinate> @wR!=<coordinate>
a:avLst a:gd
a:bevel
a:bevelB @h=<int> @prst=%bevelt-prst @w=<int>
a:bevelT @h=<int> @prst=%bevelt-prst @w=<int>
a:bgClr @auto=<bool> @indexed=<int> @rgb=<hex8> @theme=<int> @tint=<double> a:scrgbClr a:srgbClr a:hslClr
    a:sysClr a:schemeClr a:prstClr
a:bgFillStyleLst a:noFill a:solidFill a:gradFill a:blipFill a:pattFill a:grpFill
a:biLevel @thresh!=<int>
a:blip @cstate=email|screen|print|hqprint|none @r:embed!=<rel> a:alphaBiLevel a:alphaCeiling a:alphaFloor
    a:alphaInv a:alphaMod a:alphaModFix a:alphaRepl a:biLevel a:blur a:clrRepl a:duotone a:grayscl a:hsl
    a:lum a:tint
a:blipFill @rotWithShape=<bool> a:blip! a:tile a:stretch
a:blue @val!=<int>
a:blueMod @val!=<int>
a:blueOff @val!=<int>
a:blur @grow=<bool> @rad=<int>
a:bodyPr @anchor=t|ctr|b @anchorCtr=<bool> @bIns=<int> @compatLnSpc=<bool> @forceAA=<bool>
    @fromWordArt=<bool> @horzOverflow=overflow|clip @lIns=<int> @numCol=<int> @rIns=<int> @rot=<int>
    @rtlCol=<bool> @spcCol=<int> @spcFirstLastPara=<bool> @tIns=<int> @upright=<bool> @vert=%bodypr-vert
    @vertOverflow=overflow|ellipsis|clip @wrap=none|square a:prstTxWarp a:noAutofit a:normAutofit
    a:spAutoFit a:scene3d a:sp3d a:flatTx
a:br a:rPr
a:buAutoNum @startAt=<int> @type!=%buautonum-type
a:buBlip a:blip!
a:buChar @char!=<char>
a:buClr @auto=<bool> @indexed=<int> @rgb=<hex8> @theme=<int> @tint=<double> a:scrgbClr a:srgbClr a:hslClr
    a:sysClr a:schemeClr a:prstClr
a:buClrTx
a:buFont @charset=<int> @pitchFamily=<int> @typeface=<font>
a:buFontTx
a:buNone
a:buSzPct @val!=<int>
a:buSzPts @val!=<int>
a:buSzTx
a:camera @fov=<int> @prst!=%camera-prst @zoom=<int> a:rot
a:chExt @cx!=<int> @cy!=<int>
a:chOff @x!=<int> @y!=<int>
a:close
a:clrRepl a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr a:prstClr
a:clrScheme @name!=<constant> a:dk1 a:lt1 a:dk2 a:lt2 a:accent1 a:accent2 a:accent3 a:accent4 a:accent5
    a:accent6 a:hlink a:folHlink
a:comp
a:contourClr @auto=<bool> @indexed=<int> @rgb=<hex8> @theme=<int> @tint=<double> a:scrgbClr a:srgbClr
    a:hslClr a:sysClr a:schemeClr a:prstClr
a:cs @charset=<int> @pitchFamily=<int> @typeface=<font>
a:cubicBezTo a:pt
a:custDash a:ds
a:custGeom a:avLst a:gdLst a:rect a:pathLst
a:defPPr @algn=%defppr-algn @defTabSz=<int> @eaLnBrk=<bool> @fontAlgn=auto|t|ctr|base|b @hangingPunct=<bool>
    @indent=<int> @latinLnBrk=<bool> @lvl=<int> @marL=<int> @marR=<int> @rtl=<bool> a:lnSpc a:spcBef
    a:spcAft a:buClrTx a:buClr a:buSzTx a:buSzPct a:buSzPts a:buFontTx a:buFont a:buNone a:buAutoNum
    a:buChar a:buBlip a:tabLst a:defRPr
a:defRPr @b=<bool> @baseline=<int> @cap=none|small|all @i=<bool> @kern=<int> @kumimoji=<bool>
    @normalizeH=<bool> @spc=<int> @strike=%defrpr-strike @sz=<int> @u=%defrpr-u a:ln a:noFill a:solidFill
    a:gradFill a:blipFill a:pattFill a:grpFill a:effectLst a:highlight a:uLnTx a:uLn a:uFillTx a:uFill
    a:latin a:ea a:cs a:sym a:rtl
a:dk1 a:scrgbClr a:srgbClr a:hslClr a:sysClr a:prstClr
a:dk2 a:scrgbClr a:srgbClr a:hslClr a:sysClr a:prstClr
a:ds @d!=<int> @sp!=<int>
a:duotone a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr a:prstClr
a:ea @charset=<int> @pitchFamily=<int> @typeface=<font>
a:effectLst a:blur a:glow a:innerShdw a:outerShdw a:prstShdw a:reflection a:softEdge
a:effectRef @idx!=<int> a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr a:prstClr
a:effectStyle a:effectLst a:scene3d a:sp3d
a:effectStyleLst a:effectStyle
a:endParaRPr @b=<bool> @baseline=<int> @cap=none|small|all @i=<bool> @kern=<int> @kumimoji=<bool>
    @normalizeH=<bool> @spc=<int> @strike=%defrpr-strike @sz=<int> @u=%defrpr-u a:ln a:noFill a:solidFill
    a:gradFill a:blipFill a:pattFill a:grpFill a:effectLst a:highlight a:uLnTx a:uLn a:uFillTx a:uFill
    a:latin a:ea a:cs a:sym a:rtl
a:ext @cx!=<int> @cy!=<int>
a:extrusionClr @auto=<bool> @indexed=<int> @rgb=<hex8> @theme=<int> @tint=<double> a:scrgbClr a:srgbClr
    a:hslClr a:sysClr a:schemeClr a:prstClr
a:fgClr @auto=<bool> @indexed=<int> @rgb=<hex8> @theme=<int> @tint=<double> a:scrgbClr a:srgbClr a:hslClr
    a:sysClr a:schemeClr a:prstClr
a:fillRect @b=<int> @l=<int> @r=<int> @t=<int>
a:fillRef @idx!=<int> a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr a:prstClr
a:fillStyleLst a:noFill a:solidFill a:gradFill a:blipFill a:pattFill a:grpFill
a:fillToRect @b=<int> @l=<int> @r=<int> @t=<int>
a:flatTx @z=<int>
a:fld @id!=<guid> @type=slidenum a:rPr a:pPr a:t
a:fmtScheme @name=<constant> a:fillStyleLst a:lnStyleLst a:effectStyleLst a:bgFillStyleLst
a:folHlink a:scrgbClr a:srgbClr a:hslClr a:sysClr a:prstClr
a:fontRef @idx!=major|minor|none a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr a:prstClr
a:fontScheme @name!=<constant> a:majorFont a:minorFont
a:gamma
a:gd @fmla!=<formula> @name!=<guide>
a:gdLst a:gd
a:glow @rad=<int> a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr a:prstClr
a:gradFill @flip=none|x|y|xy @rotWithShape=<bool> a:gsLst a:lin a:path a:tileRect
a:graphic a:graphicData!
a:graphicData + @uri!=<uri> pic:pic wps:wsp wpg:wgp c:chart a:tbl
a:gray
a:grayscl
a:green @val!=<int>
a:greenMod @val!=<int>
a:greenOff @val!=<int>
a:gridCol @w!=<int>
a:grpFill
a:gs @pos!=<int> a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr a:prstClr
a:gsLst + a:gs
a:headEnd @len=sm|med|lg @type=%headend-type @w=sm|med|lg
a:highlight @auto=<bool> @indexed=<int> @rgb=<hex8> @theme=<int> @tint=<double> a:scrgbClr a:srgbClr
    a:hslClr a:sysClr a:schemeClr a:prstClr
a:hlink a:scrgbClr a:srgbClr a:hslClr a:sysClr a:prstClr
a:hsl @hue=<int> @lum=<int> @sat=<int>
a:hslClr @hue!=<int> @lum!=<int> @sat!=<int> a:tint a:shade a:comp a:inv a:gray a:alpha a:alphaOff
    a:alphaMod a:hue a:hueOff a:hueMod a:sat a:satOff a:satMod a:lum a:lumOff a:lumMod a:red a:redOff
    a:redMod a:green a:greenOff a:greenMod a:blue a:blueOff a:blueMod a:gamma a:invGamma
a:hue @val!=<int>
a:hueMod @val!=<int>
a:hueOff @val!=<int>
a:innerShdw @blurRad=<int> @dir=<int> @dist=<int> a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr
    a:prstClr
a:inv
a:invGamma
a:latin @charset=<int> @pitchFamily=<int> @typeface=<font>
a:lightRig @dir!=tl|t|tr|l|r|bl|b|br @rig!=%lightrig-rig a:rot
a:lin @ang=<int> @scaled=<bool>
a:ln @algn=ctr|in @cap=rnd|sq|flat @cmpd=%ln-cmpd @w=<int> a:noFill a:solidFill a:gradFill a:pattFill
    a:prstDash a:custDash a:round a:bevel a:miter a:headEnd a:tailEnd
a:lnB @algn=ctr|in @cap=rnd|sq|flat @cmpd=%ln-cmpd @w=<int> a:noFill a:solidFill a:gradFill a:pattFill
    a:prstDash a:custDash a:round a:bevel a:miter a:headEnd a:tailEnd
a:lnBlToTr @algn=ctr|in @cap=rnd|sq|flat @cmpd=%ln-cmpd @w=<int> a:noFill a:solidFill a:gradFill a:pattFill
    a:prstDash a:custDash a:round a:bevel a:miter a:headEnd a:tailEnd
a:lnL @algn=ctr|in @cap=rnd|sq|flat @cmpd=%ln-cmpd @w=<int> a:noFill a:solidFill a:gradFill a:pattFill
    a:prstDash a:custDash a:round a:bevel a:miter a:headEnd a:tailEnd
a:lnR @algn=ctr|in @cap=rnd|sq|flat @cmpd=%ln-cmpd @w=<int> a:noFill a:solidFill a:gradFill a:pattFill
    a:prstDash a:custDash a:round a:bevel a:miter a:headEnd a:tailEnd
a:lnRef @idx!=<int> a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr a:prstClr
a:lnSpc a:spcPct a:spcPts
a:lnStyleLst a:ln
a:lnT @algn=ctr|in @cap=rnd|sq|flat @cmpd=%ln-cmpd @w=<int> a:noFill a:solidFill a:gradFill a:pattFill
    a:prstDash a:custDash a:round a:bevel a:miter a:headEnd a:tailEnd
a:lnTlToBr @algn=ctr|in @cap=rnd|sq|flat @cmpd=%ln-cmpd @w=<int> a:noFill a:solidFill a:gradFill a:pattFill
    a:prstDash a:custDash a:round a:bevel a:miter a:headEnd a:tailEnd
a:lnTo a:pt
a:lstStyle a:defPPr a:lvl1pPr a:lvl2pPr a:lvl3pPr a:lvl4pPr a:lvl5pPr a:lvl6pPr a:lvl7pPr a:lvl8pPr
    a:lvl9pPr
a:lt1 a:scrgbClr a:srgbClr a:hslClr a:sysClr a:prstClr
a:lt2 a:scrgbClr a:srgbClr a:hslClr a:sysClr a:prstClr
a:lum @bright=<int> @contrast=<int> @val=<int>
a:lumMod @val!=<int>
a:lumOff @val!=<int>
a:lvl1pPr @algn=%defppr-algn @defTabSz=<int> @eaLnBrk=<bool> @fontAlgn=auto|t|ctr|base|b
    @hangingPunct=<bool> @indent=<int> @latinLnBrk=<bool> @lvl=<int> @marL=<int> @marR=<int> @rtl=<bool>
    a:lnSpc a:spcBef a:spcAft a:buClrTx a:buClr a:buSzTx a:buSzPct a:buSzPts a:buFontTx a:buFont a:buNone
    a:buAutoNum a:buChar a:buBlip a:tabLst a:defRPr
a:lvl2pPr @algn=%defppr-algn @defTabSz=<int> @eaLnBrk=<bool> @fontAlgn=auto|t|ctr|base|b
    @hangingPunct=<bool> @indent=<int> @latinLnBrk=<bool> @lvl=<int> @marL=<int> @marR=<int> @rtl=<bool>
    a:lnSpc a:spcBef a:spcAft a:buClrTx a:buClr a:buSzTx a:buSzPct a:buSzPts a:buFontTx a:buFont a:buNone
    a:buAutoNum a:buChar a:buBlip a:tabLst a:defRPr
a:lvl3pPr @algn=%defppr-algn @defTabSz=<int> @eaLnBrk=<bool> @fontAlgn=auto|t|ctr|base|b
    @hangingPunct=<bool> @indent=<int> @latinLnBrk=<bool> @lvl=<int> @marL=<int> @marR=<int> @rtl=<bool>
    a:lnSpc a:spcBef a:spcAft a:buClrTx a:buClr a:buSzTx a:buSzPct a:buSzPts a:buFontTx a:buFont a:buNone
    a:buAutoNum a:buChar a:buBlip a:tabLst a:defRPr
a:lvl4pPr @algn=%defppr-algn @defTabSz=<int> @eaLnBrk=<bool> @fontAlgn=auto|t|ctr|base|b
    @hangingPunct=<bool> @indent=<int> @latinLnBrk=<bool> @lvl=<int> @marL=<int> @marR=<int> @rtl=<bool>
    a:lnSpc a:spcBef a:spcAft a:buClrTx a:buClr a:buSzTx a:buSzPct a:buSzPts a:buFontTx a:buFont a:buNone
    a:buAutoNum a:buChar a:buBlip a:tabLst a:defRPr
a:lvl5pPr @algn=%defppr-algn @defTabSz=<int> @eaLnBrk=<bool> @fontAlgn=auto|t|ctr|base|b
    @hangingPunct=<bool> @indent=<int> @latinLnBrk=<bool> @lvl=<int> @marL=<int> @marR=<int> @rtl=<bool>
    a:lnSpc a:spcBef a:spcAft a:buClrTx a:buClr a:buSzTx a:buSzPct a:buSzPts a:buFontTx a:buFont a:buNone
    a:buAutoNum a:buChar a:buBlip a:tabLst a:defRPr
a:lvl6pPr @algn=%defppr-algn @defTabSz=<int> @eaLnBrk=<bool> @fontAlgn=auto|t|ctr|base|b
    @hangingPunct=<bool> @indent=<int> @latinLnBrk=<bool> @lvl=<int> @marL=<int> @marR=<int> @rtl=<bool>
    a:lnSpc a:spcBef a:spcAft a:buClrTx a:buClr a:buSzTx a:buSzPct a:buSzPts a:buFontTx a:buFont a:buNone
    a:buAutoNum a:buChar a:buBlip a:tabLst a:defRPr
a:lvl7pPr @algn=%defppr-algn @defTabSz=<int> @eaLnBrk=<bool> @fontAlgn=auto|t|ctr|base|b
    @hangingPunct=<bool> @indent=<int> @latinLnBrk=<bool> @lvl=<int> @marL=<int> @marR=<int> @rtl=<bool>
    a:lnSpc a:spcBef a:spcAft a:buClrTx a:buClr a:buSzTx a:buSzPct a:buSzPts a:buFontTx a:buFont a:buNone
    a:buAutoNum a:buChar a:buBlip a:tabLst a:defRPr
a:lvl8pPr @algn=%defppr-algn @defTabSz=<int> @eaLnBrk=<bool> @fontAlgn=auto|t|ctr|base|b
    @hangingPunct=<bool> @indent=<int> @latinLnBrk=<bool> @lvl=<int> @marL=<int> @marR=<int> @rtl=<bool>
    a:lnSpc a:spcBef a:spcAft a:buClrTx a:buClr a:buSzTx a:buSzPct a:buSzPts a:buFontTx a:buFont a:buNone
    a:buAutoNum a:buChar a:buBlip a:tabLst a:defRPr
a:lvl9pPr @algn=%defppr-algn @defTabSz=<int> @eaLnBrk=<bool> @fontAlgn=auto|t|ctr|base|b
    @hangingPunct=<bool> @indent=<int> @latinLnBrk=<bool> @lvl=<int> @marL=<int> @marR=<int> @rtl=<bool>
    a:lnSpc a:spcBef a:spcAft a:buClrTx a:buClr a:buSzTx a:buSzPct a:buSzPts a:buFontTx a:buFont a:buNone
    a:buAutoNum a:buChar a:buBlip a:tabLst a:defRPr
a:majorFont a:latin a:ea a:cs
a:masterClrMapping
a:minorFont a:latin a:ea a:cs
a:miter @lim=<int>
a:moveTo a:pt
a:noAutofit
a:noFill
a:normAutofit @fontScale=<int> @lnSpcReduction=<int>
a:off @x!=<int> @y!=<int>
a:outerShdw @algn=tl|t|tr|l|ctr|r|bl|b|br @blurRad=<int> @dir=<int> @dist=<int> @kx=<int> @ky=<int>
    @rotWithShape=<bool> @sx=<int> @sy=<int> a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr a:prstClr
a:overrideClrMapping @accent1!=%overrideclrmapping-bg1 @accent2!=%overrideclrmapping-bg1
    @accent3!=%overrideclrmapping-bg1 @accent4!=%overrideclrmapping-bg1 @accent5!=%overrideclrmapping-bg1
    @accent6!=%overrideclrmapping-bg1 @bg1!=%overrideclrmapping-bg1 @bg2!=%overrideclrmapping-bg1
    @folHlink!=%overrideclrmapping-bg1 @hlink!=%overrideclrmapping-bg1 @tx1!=%overrideclrmapping-bg1
    @tx2!=%overrideclrmapping-bg1
a:p a:pPr a:r a:br a:fld a:endParaRPr
a:pPr @algn=%defppr-algn @defTabSz=<int> @eaLnBrk=<bool> @fontAlgn=auto|t|ctr|base|b @hangingPunct=<bool>
    @indent=<int> @latinLnBrk=<bool> @lvl=<int> @marL=<int> @marR=<int> @rtl=<bool> a:lnSpc a:spcBef
    a:spcAft a:buClrTx a:buClr a:buSzTx a:buSzPct a:buSzPts a:buFontTx a:buFont a:buNone a:buAutoNum
    a:buChar a:buBlip a:tabLst a:defRPr
a:path @extrusionOk=<bool> @fill=none|norm|lighten|lightenLess|darken|darkenLess @h=<int>
    @path=shape|circle|rect @stroke=<bool> @w=<int> a:close a:moveTo a:lnTo a:arcTo a:quadBezTo a:cubicBezTo
    a:fillToRect
a:pathLst a:path
a:pattFill @prst=%pattfill-prst a:fgClr a:bgClr
a:prstClr @val!=%prstclr a:tint a:shade a:comp a:inv a:gray a:alpha a:alphaOff a:alphaMod a:hue a:hueOff
    a:hueMod a:sat a:satOff a:satMod a:lum a:lumOff a:lumMod a:red a:redOff a:redMod a:green a:greenOff
    a:greenMod a:blue a:blueOff a:blueMod a:gamma a:invGamma
a:prstDash @val=%prstdash
a:prstGeom @prst!=%prstgeom-prst a:avLst
a:prstShdw @dir=<int> @dist=<int> @prst!=%prstshdw-prst a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr
    a:prstClr
a:prstTxWarp @prst!=%prsttxwarp-prst a:avLst
a:pt @x!=<coordinate> @y!=<coordinate>
a:quadBezTo a:pt
a:r a:rPr a:t
a:rPr @b=<bool> @baseline=<int> @cap=none|small|all @i=<bool> @kern=<int> @kumimoji=<bool>
    @normalizeH=<bool> @spc=<int> @strike=%defrpr-strike @sz=<int> @u=%defrpr-u a:ln a:noFill a:solidFill
    a:gradFill a:blipFill a:pattFill a:grpFill a:effectLst a:highlight a:uLnTx a:uLn a:uFillTx a:uFill
    a:latin a:ea a:cs a:sym a:rtl
a:rect @b!=<coordinate> @l!=<coordinate> @r!=<coordinate> @t!=<coordinate>
a:red @val!=<int>
a:redMod @val!=<int>
a:redOff @val!=<int>
a:reflection @algn=tl|t|tr|l|ctr|r|bl|b|br @blurRad=<int> @dir=<int> @dist=<int> @endA=<int> @endPos=<int>
    @fadeDir=<int> @kx=<int> @ky=<int> @rotWithShape=<bool> @stA=<int> @stPos=<int> @sx=<int> @sy=<int>
a:rot @lat!=<int> @lon!=<int> @rev!=<int>
a:round
a:rtl @val=<bool>
a:sat @val!=<int>
a:satMod @val!=<int>
a:satOff @val!=<int>
a:scene3d a:camera a:lightRig
a:schemeClr @val!=%schemeclr a:tint a:shade a:comp a:inv a:gray a:alpha a:alphaOff a:alphaMod a:hue a:hueOff
    a:hueMod a:sat a:satOff a:satMod a:lum a:lumOff a:lumMod a:red a:redOff a:redMod a:green a:greenOff
    a:greenMod a:blue a:blueOff a:blueMod a:gamma a:invGamma
a:scrgbClr @b!=<int> @g!=<int> @r!=<int> a:tint a:shade a:comp a:inv a:gray a:alpha a:alphaOff a:alphaMod
    a:hue a:hueOff a:hueMod a:sat a:satOff a:satMod a:lum a:lumOff a:lumMod a:red a:redOff a:redMod a:green
    a:greenOff a:greenMod a:blue a:blueOff a:blueMod a:gamma a:invGamma
a:shade @val!=<int>
a:softEdge @rad!=<int>
a:solidFill a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr a:prstClr
a:sp3d @contourW=<int> @extrusionH=<int> @prstMaterial=%sp3d-prstmaterial @z=<int> a:bevelT a:bevelB
    a:extrusionClr a:contourClr
a:spAutoFit
a:spcAft a:spcPct a:spcPts
a:spcBef a:spcPct a:spcPts
a:spcPct @val!=<int>
a:spcPts @val!=<int>
a:srgbClr @val!=<hex6> a:tint a:shade a:comp a:inv a:gray a:alpha a:alphaOff a:alphaMod a:hue a:hueOff
    a:hueMod a:sat a:satOff a:satMod a:lum a:lumOff a:lumMod a:red a:redOff a:redMod a:green a:greenOff
    a:greenMod a:blue a:blueOff a:blueMod a:gamma a:invGamma
a:stretch a:fillRect
a:sym @charset=<int> @pitchFamily=<int> @typeface=<font>
a:sysClr @lastClr=<hex6> @val!=%sysclr a:tint a:shade a:comp a:inv a:gray a:alpha a:alphaOff a:alphaMod
    a:hue a:hueOff a:hueMod a:sat a:satOff a:satMod a:lum a:lumOff a:lumMod a:red a:redOff a:redMod a:green
    a:greenOff a:greenMod a:blue a:blueOff a:blueMod a:gamma a:invGamma
a:t #<text>
a:tab @algn=l|ctr|r|dec @pos=<int>
a:tabLst a:tab
a:tableStyleId #<tablestyle>
a:tailEnd @len=sm|med|lg @type=%headend-type @w=sm|med|lg
a:tbl a:tblPr a:tblGrid a:tr
a:tblGrid a:gridCol
a:tblPr @bandCol=<bool> @bandRow=<bool> @firstCol=<bool> @firstRow=<bool> @lastCol=<bool> @lastRow=<bool>
    @rtl=<bool> a:noFill a:solidFill a:gradFill a:blipFill a:pattFill a:grpFill a:effectLst a:tableStyleId
a:tc @gridSpan=<int> @hMerge=<bool> @rowSpan=<int> @vMerge=<bool> a:txBody a:tcPr
a:tcPr @anchor=t|ctr|b @anchorCtr=<bool> @horzOverflow=overflow|clip @marB=<int> @marL=<int> @marR=<int>
    @marT=<int> @vert=%bodypr-vert a:lnL a:lnR a:lnT a:lnB a:lnTlToBr a:lnBlToTr a:noFill a:solidFill
    a:gradFill a:blipFill a:pattFill a:grpFill
a:theme @name=<constant> a:themeElements
a:themeElements a:clrScheme a:fontScheme a:fmtScheme
a:tile @algn=tl|t|tr|l|ctr|r|bl|b|br @flip=none|x|y|xy @sx=<int> @sy=<int> @tx=<int> @ty=<int>
a:tileRect @b=<int> @l=<int> @r=<int> @t=<int>
a:tint @amt=<int> @hue=<int> @val=<int>
a:tr @h!=<int> a:tc
a:txBody a:bodyPr a:lstStyle a:p
a:uFill a:noFill a:solidFill a:gradFill a:blipFill a:pattFill a:grpFill
a:uFillTx
a:uLn @algn=ctr|in @cap=rnd|sq|flat @cmpd=%ln-cmpd @w=<int> a:noFill a:solidFill a:gradFill a:pattFill
    a:prstDash a:custDash a:round a:bevel a:miter a:headEnd a:tailEnd
a:uLnTx
a:xfrm @flipH=<bool> @flipV=<bool> @rot=<int> a:off a:ext a:chOff a:chExt
xdr:absoluteAnchor xdr:pos xdr:ext xdr:sp xdr:grpSp xdr:graphicFrame xdr:cxnSp xdr:pic xdr:clientData
xdr:blipFill @rotWithShape=<bool> a:blip! a:tile a:stretch
xdr:cNvCxnSpPr
xdr:cNvGraphicFramePr
xdr:cNvGrpSpPr
xdr:cNvPicPr @preferRelativeResize=<bool>
xdr:cNvPr @id!=<shape> @name!=<constant>
xdr:cNvSpPr @txBox=<bool>
xdr:clientData @fLocksWithSheet=<bool> @fPrintsWithSheet=<bool>
xdr:col #<int>
xdr:colOff #<int>
xdr:cxnSp @macro=<empty> xdr:nvCxnSpPr xdr:spPr xdr:style
xdr:ext @cx!=<int> @cy!=<int>
xdr:from xdr:col xdr:colOff xdr:row xdr:rowOff
xdr:graphicFrame @macro=<empty> xdr:nvGraphicFramePr xdr:xfrm a:graphic!
xdr:grpSp xdr:nvGrpSpPr xdr:grpSpPr xdr:sp xdr:grpSp xdr:graphicFrame xdr:cxnSp xdr:pic
xdr:grpSpPr @bwMode=%sppr-bwmode a:xfrm a:noFill a:solidFill a:gradFill a:blipFill a:pattFill a:grpFill
    a:effectLst a:scene3d
xdr:nvCxnSpPr xdr:cNvPr xdr:cNvCxnSpPr
xdr:nvGraphicFramePr xdr:cNvPr xdr:cNvGraphicFramePr
xdr:nvGrpSpPr xdr:cNvPr xdr:cNvGrpSpPr
xdr:nvPicPr xdr:cNvPr xdr:cNvPicPr
xdr:nvSpPr xdr:cNvPr xdr:cNvSpPr
xdr:oneCellAnchor xdr:from xdr:ext xdr:sp xdr:grpSp xdr:graphicFrame xdr:cxnSp xdr:pic xdr:clientData
xdr:pic @macro=<empty> xdr:nvPicPr xdr:blipFill! xdr:spPr xdr:style
xdr:pos @x!=<int> @y!=<int>
xdr:row #<int>
xdr:rowOff #<int>
xdr:sp @macro=<empty> xdr:nvSpPr xdr:spPr xdr:style xdr:txBody
xdr:spPr @bwMode=%sppr-bwmode a:xfrm a:custGeom a:prstGeom a:noFill a:solidFill a:gradFill a:blipFill
    a:pattFill a:grpFill a:ln a:effectLst a:scene3d a:sp3d
xdr:style a:lnRef a:fillRef a:effectRef a:fontRef
xdr:to xdr:col xdr:colOff xdr:row xdr:rowOff
xdr:twoCellAnchor @editAs=twoCell|oneCell|absolute xdr:from xdr:to xdr:sp xdr:grpSp xdr:graphicFrame
    xdr:cxnSp xdr:pic xdr:clientData
xdr:txBody a:bodyPr a:lstStyle a:p
xdr:wsDr xdr:twoCellAnchor xdr:oneCellAnchor xdr:absoluteAnchor
xdr:xfrm @flipH=<bool> @flipV=<bool> @rot=<int> a:off a:ext
"""
