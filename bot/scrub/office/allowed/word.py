"""Allowed in a clean copy: WordprocessingML, and the anchors of drawings in it.

Read by `bot.scrub.office.grammar`, which tells how. Source: ISO/IEC 29500-1 and -4.
"""

TABLE = """
%bodypr-vert horz vert vert270 wordArtVert eaVert mongolianVert wordArtVertRtl
%framepr-xalign left center right inside outside
%framepr-yalign inline top center bottom inside outside
%highlight black blue cyan green magenta red yellow white darkBlue darkCyan darkGreen darkMagenta darkRed
    darkYellow darkGray lightGray none
%jc left start center right end both mediumKashida distribute numTab highKashida lowKashida thaiDistribute
%numfmt decimal upperRoman lowerRoman upperLetter lowerLetter ordinal cardinalText ordinalText hex chicago
    ideographDigital japaneseCounting aiueo iroha decimalFullWidth decimalHalfWidth japaneseLegal
    japaneseDigitalTenThousand decimalEnclosedCircle decimalFullWidth2 aiueoFullWidth irohaFullWidth
    decimalZero bullet ganada chosung decimalEnclosedFullstop decimalEnclosedParen
    decimalEnclosedCircleChinese ideographEnclosedCircle ideographTraditional ideographZodiac
    ideographZodiacTraditional taiwaneseCounting ideographLegalTraditional taiwaneseCountingThousand
    taiwaneseDigital chineseCounting chineseLegalSimplified chineseCountingThousand koreanDigital
    koreanCounting koreanLegal koreanDigital2 vietnameseCounting russianLower russianUpper none numberInDash
    hebrew1 hebrew2 arabicAlpha arabicAbjad hindiVowels hindiConsonants hindiNumbers hindiCounting
    thaiLetters thaiNumbers thaiCounting bahtText dollarText custom
%positionh-relativefrom margin page column character leftMargin rightMargin insideMargin outsideMargin
%positionv-relativefrom margin page paragraph line topMargin bottomMargin insideMargin outsideMargin
%rfonts-asciitheme majorEastAsia majorBidi majorAscii majorHAnsi minorEastAsia minorBidi minorAscii
    minorHAnsi
%rubyalign center distributeLetter distributeSpace left right rightVertical
%shd nil clear solid horzStripe vertStripe reverseDiagStripe diagStripe horzCross diagCross thinHorzStripe
    thinVertStripe thinReverseDiagStripe thinDiagStripe thinHorzCross thinDiagCross pct5 pct10 pct12 pct15
    pct20 pct25 pct30 pct35 pct37 pct40 pct45 pct50 pct55 pct60 pct62 pct65 pct70 pct75 pct80 pct85 pct87
    pct90 pct95
%sppr-bwmode clr auto gray ltGray invGray grayWhite blackGray blackWhite black white hidden
%tblstylepr-type wholeTable firstRow lastRow firstCol lastCol band1Vert band2Vert band1Horz band2Horz neCell
    nwCell seCell swCell
%top nil none single thick double dotted dashed dotDash dotDotDash triple thinThickSmallGap
    thickThinSmallGap thinThickThinSmallGap thinThickMediumGap thickThinMediumGap thinThickThinMediumGap
    thinThickLargeGap thickThinLargeGap thinThickThinLargeGap wave doubleWave dashSmallGap dashDotStroked
    threeDEmboss threeDEngrave outset inset apples archedScallops babyPacifier babyRattle balloons3Colors
    balloonsHotAir basicBlackDashes basicBlackDots basicBlackSquares basicThinLines basicWhiteDashes
    basicWhiteDots basicWhiteSquares basicWideInline basicWideMidline basicWideOutline bats birds
    birdsFlight cabins cakeSlice candyCorn celticKnotwork certificateBanner chainLink champagneBottle
    checkedBarBlack checkedBarColor checkered christmasTree circlesLines circlesRectangles classicalWave
    clocks compass confetti confettiGrays confettiOutline confettiStreamers confettiWhite cornerTriangles
    couponCutoutDashes couponCutoutDots crazyMaze creaturesButterfly creaturesFish creaturesInsects
    creaturesLadyBug crossStitch cup decoArch decoArchColor decoBlocks diamondsGray doubleD doubleDiamonds
    earth1 earth2 eclipsingSquares1 eclipsingSquares2 eggsBlack fans film firecrackers flowersBlockPrint
    flowersDaisies flowersModern1 flowersModern2 flowersPansy flowersRedRose flowersRoses flowersTeacup
    flowersTiny gems gingerbreadMan gradient handmade1 handmade2 heartBalloon heartGray hearts heebieJeebies
    holly houseFunky hypnotic iceCreamCones lightBulb lightning1 lightning2 mapPins mapleLeaf mapleMuffins
    marquee marqueeToothed moons mosaic musicNotes northwest ovals packages palmsBlack palmsColor paperClips
    papyrus partyFavor partyGlass pencils people peopleWaving peopleHats poinsettias postageStamp pumpkin1
    pushPinNote2 pushPinNote1 pyramids pyramidsAbove quadrants rings safari sawtooth sawtoothGray scaredCat
    seattle shadowedSquares sharksTeeth shorebirdTracks skyrocket snowflakeFancy snowflakes sombrero
    southwest stars starsTop stars3d starsBlack starsShadowed sun swirligig tornPaper tornPaperBlack trees
    triangleParty triangles tribal1 tribal2 tribal3 tribal4 tribal5 tribal6 triangle1 triangle2
    triangleCircle1 triangleCircle2 shapes1 shapes2 twistedLines1 twistedLines2 vine waveline weavingAngles
    weavingBraid weavingRibbon weavingStrips whiteFlowers woodwork xIllusions zanyTriangles zigZag
    zigZagStitch
%top-themecolor dark1 light1 dark2 light2 accent1 accent2 accent3 accent4 accent5 accent6 hyperlink
    followedHyperlink none background1 text1 background2 text2
%u single words double thick dotted dottedHeavy dash dashedHeavy dashLong dashLongHeavy dotDash dashDotHeavy
    dotDotDash dashDotDotHeavy wave wavyHeavy wavyDouble none
%vertalign baseline superscript subscript
%wrapsquare-wraptext bothSides left right largest
pic:blipFill @rotWithShape=<bool> a:blip! a:tile a:stretch
pic:cNvPicPr @preferRelativeResize=<bool>
pic:cNvPr @id!=<shape> @name!=<constant>
pic:nvPicPr pic:cNvPr pic:cNvPicPr
pic:pic pic:nvPicPr pic:blipFill! pic:spPr
pic:spPr @bwMode=%sppr-bwmode a:xfrm a:custGeom a:prstGeom a:noFill a:solidFill a:gradFill a:blipFill
    a:pattFill a:grpFill a:ln a:effectLst a:scene3d a:sp3d
w:abstractNum @w:abstractNumId!=<abstractnum> w:multiLevelType w:name w:lvl
w:abstractNumId @w:val!=<abstractnum>
w:adjustRightInd @w:val=<bool>
w:autoSpaceDE @w:val=<bool>
w:autoSpaceDN @w:val=<bool>
w:b @w:val=<bool>
w:bCs @w:val=<bool>
w:bar @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:val!=%top
w:basedOn @w:val!=<style>
w:bdr @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:val!=%top
w:between @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:val!=%top
w:bidi @w:val=<bool>
w:bidiVisual @w:val=on|off
w:background @w:color=<color> @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2>
w:body w:p w:tbl w:sectPr
w:bottom @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:type=nil|pct|dxa|auto
    @w:val=%top @w:w=<measure>
w:br @w:clear=none|left|right|all @w:type=page|column|textWrapping
w:cantSplit @w:val=on|off
w:caps @w:val=<bool>
w:col @w:space=<measure> @w:w=<measure>
w:color @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:val!=<color>
w:cols @w:equalWidth=<bool> @w:num=<int> @w:sep=<bool> @w:space=<measure> w:col
w:compat w:compatSetting
w:compatSetting @w:name!=compatibilityMode @w:uri!=http://schemas.microsoft.com/office/word @w:val!=15
w:contextualSpacing @w:val=<bool>
w:continuationSeparator
w:cr
w:cs @w:val=<bool>
w:defaultTabStop @w:val!=<measure>
w:docDefaults w:rPrDefault w:pPrDefault
w:docGrid @w:charSpace=<int> @w:linePitch=<int> @w:type=default|lines|linesAndChars|snapToChars
w:displayBackgroundShape @w:val=<bool>
w:document @w:conformance=transitional|strict w:background w:body
w:drawing + wp:anchor wp:inline
w:dstrike @w:val=<bool>
w:em @w:val!=none|dot|comma|circle|underDot
w:emboss @w:val=<bool>
w:end @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:type=nil|pct|dxa|auto
    @w:val=%top @w:w=<measure>
w:endnote @w:id!=<endnote> w:p w:tbl
w:endnotePr w:pos w:numFmt w:numStart w:numRestart
w:endnoteRef
w:endnoteReference @w:customMarkFollows=<bool> @w:id!=<endnote>
w:endnotes + w:endnote
w:evenAndOddHeaders @w:val=<bool>
w:fldSimple @w:instr!=PAGE|NUMPAGES|SECTIONPAGES w:fldSimple m:oMathPara w:r m:oMath m:acc m:bar m:box
    m:borderBox m:d m:eqArr m:f m:func m:groupChr m:limLow m:limUpp m:m m:nary m:phant m:rad m:sPre m:sSub
    m:sSubSup m:sSup m:r
w:footerReference @r:id!=<rel> @w:type!=even|default|first
w:footnote @w:id!=<footnote> w:p w:tbl
w:footnotePr w:pos w:numFmt w:numStart w:numRestart
w:footnoteRef
w:footnoteReference @w:customMarkFollows=<bool> @w:id!=<footnote>
w:footnotes + w:footnote
w:framePr @w:anchorLock=<bool> @w:dropCap=none|drop|margin @w:h=<int> @w:hAnchor=text|margin|page
    @w:hRule=auto|exact|atLeast @w:hSpace=<measure> @w:lines=<int> @w:vAnchor=text|margin|page
    @w:vSpace=<measure> @w:w=<measure> @w:wrap=auto|notBeside|around|tight|through|none @w:x=<measure>
    @w:xAlign=%framepr-xalign @w:y=<measure> @w:yAlign=%framepr-yalign
w:ftr w:p w:tbl
w:gridAfter @w:val!=<int>
w:gridBefore @w:val!=<int>
w:gridCol @w:w=<measure>
w:gridSpan @w:val!=<int>
w:hMerge @w:val=continue|restart
w:hdr w:p w:tbl
w:headerReference @r:id!=<rel> @w:type!=even|default|first
w:hideMark @w:val=on|off
w:highlight @w:val!=%highlight
w:hps @w:val!=<measure>
w:hpsBaseText @w:val!=<measure>
w:hpsRaise @w:val!=<int>
w:i @w:val=<bool>
w:iCs @w:val=<bool>
w:ilvl @w:val!=<int>
w:imprint @w:val=<bool>
w:ind @w:end=<measure> @w:endChars=<int> @w:firstLine=<measure> @w:firstLineChars=<int> @w:hanging=<measure>
    @w:hangingChars=<int> @w:left=<measure> @w:leftChars=<int> @w:right=<measure> @w:rightChars=<int>
    @w:start=<measure> @w:startChars=<int>
w:insideH @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:val!=%top
w:insideV @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:val!=%top
w:jc @w:val!=%jc
w:keepLines @w:val=<bool>
w:keepNext @w:val=<bool>
w:kern @w:val!=<int>
w:kinsoku @w:val=<bool>
w:left @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:type=nil|dxa|pct|auto
    @w:val=%top @w:w=<measure>
w:lnNumType @w:countBy=<int> @w:distance=<measure> @w:restart=newPage|newSection|continuous @w:start=<int>
w:lvl @w:ilvl!=<int> @w:tentative=<bool> w:start w:numFmt w:lvlRestart w:pStyle w:suff w:lvlText w:lvlJc
    w:pPr w:rPr
w:lvlJc @w:val!=left|center|right
w:lvlOverride @w:ilvl!=<int> w:startOverride w:lvl
w:lvlRestart @w:val!=<int>
w:lvlText @w:null=<bool> @w:val=<label>
w:mirrorIndents @w:val=<bool>
w:mirrorMargins @w:val=<bool>
w:multiLevelType @w:val!=singleLevel|multilevel|hybridMultilevel
w:name @w:val!=<stylename>
w:next @w:val!=<style>
w:noBreakHyphen
w:noWrap @w:val=on|off
w:num @w:numId!=<num> w:abstractNumId w:lvlOverride
w:numFmt @w:val!=%numfmt
w:numId @w:val!=<num>
w:numIdMacAtCleanup @w:val!=<int>
w:numPr w:ilvl w:numId
w:numRestart @w:val!=continuous|eachSect|eachPage
w:numStart @w:val!=<int>
w:numbering w:abstractNum w:num w:numIdMacAtCleanup
w:oMath @w:val=<bool>
w:outline @w:val=<bool>
w:outlineLvl @w:val!=<int>
w:overflowPunct @w:val=<bool>
w:p w:pPr w:fldSimple m:oMathPara m:oMath m:acc m:bar m:box m:borderBox m:d m:eqArr m:f m:func m:groupChr
    m:limLow m:limUpp m:m m:nary m:phant m:rad m:sPre m:sSub m:sSubSup m:sSup m:r w:r
w:pBdr w:top w:left w:bottom w:right w:between w:bar
w:pPr w:pStyle w:keepNext w:keepLines w:pageBreakBefore w:framePr w:widowControl w:numPr
    w:suppressLineNumbers w:pBdr w:shd w:tabs w:suppressAutoHyphens w:kinsoku w:wordWrap w:overflowPunct
    w:topLinePunct w:autoSpaceDE w:autoSpaceDN w:bidi w:adjustRightInd w:snapToGrid w:spacing w:ind
    w:contextualSpacing w:mirrorIndents w:suppressOverlap w:jc w:textDirection w:textAlignment w:outlineLvl
    w:rPr w:sectPr
w:pPrDefault w:pPr
w:pStyle @w:val!=<style>
w:pageBreakBefore @w:val=<bool>
w:pgBorders @w:display=allPages|firstPage|notFirstPage @w:offsetFrom=page|text @w:zOrder=front|back w:top
    w:left w:bottom w:right
w:pgMar @w:bottom=<int> @w:footer=<int> @w:gutter=<int> @w:header=<int> @w:left=<int> @w:right=<int>
    @w:top=<int>
w:pgNumType @w:chapSep=hyphen|period|colon|emDash|enDash @w:chapStyle=<int> @w:fmt=%numfmt @w:start=<int>
w:pgSz @w:code=<int> @w:h=<int> @w:orient=portrait|landscape @w:w=<int>
w:pos @w:val!=pageBottom|beneathText|sectEnd|docEnd
w:position @w:val!=<measure>
w:ptab @w:alignment!=left|center|right @w:leader!=none|dot|hyphen|underscore|middleDot
    @w:relativeTo!=margin|indent
w:r w:rPr w:br w:t w:noBreakHyphen w:softHyphen w:footnoteRef w:endnoteRef w:separator
    w:continuationSeparator w:sym w:cr w:tab w:ruby w:footnoteReference w:endnoteReference w:drawing w:ptab
w:rFonts @w:ascii=<font> @w:asciiTheme=%rfonts-asciitheme @w:cs=<font> @w:cstheme=%rfonts-asciitheme
    @w:eastAsia=<font> @w:eastAsiaTheme=%rfonts-asciitheme @w:hAnsi=<font> @w:hAnsiTheme=%rfonts-asciitheme
    @w:hint=default|eastAsia|cs
w:rPr w:rStyle w:rFonts w:b w:bCs w:i w:iCs w:caps w:smallCaps w:strike w:dstrike w:outline w:shadow
    w:emboss w:imprint w:snapToGrid w:color w:spacing w:w w:kern w:position w:sz w:szCs w:highlight w:u
    w:bdr w:shd w:vertAlign w:rtl w:cs w:em w:oMath
w:rPrDefault w:rPr
w:rStyle @w:val!=<style>
w:right @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:type=nil|dxa|pct|auto
    @w:val=%top @w:w=<measure>
w:rt w:fldSimple w:r m:oMathPara m:oMath m:acc m:bar m:box m:borderBox m:d m:eqArr m:f m:func m:groupChr
    m:limLow m:limUpp m:m m:nary m:phant m:rad m:sPre m:sSub m:sSubSup m:sSup m:r
w:rtl @w:val=<bool>
w:rtlGutter @w:val=<bool>
w:ruby w:rubyPr w:rt w:rubyBase
w:rubyAlign @w:val!=%rubyalign
w:rubyBase w:fldSimple w:r m:oMathPara m:oMath m:acc m:bar m:box m:borderBox m:d m:eqArr m:f m:func
    m:groupChr m:limLow m:limUpp m:m m:nary m:phant m:rad m:sPre m:sSub m:sSubSup m:sSup m:r
w:rubyPr w:rubyAlign w:hps w:hpsRaise w:hpsBaseText
w:sectPr w:headerReference w:footerReference w:footnotePr w:endnotePr w:type w:pgSz w:pgMar w:pgBorders
    w:lnNumType w:pgNumType w:cols w:vAlign w:titlePg w:textDirection w:bidi w:rtlGutter w:docGrid
w:separator
w:settings w:displayBackgroundShape w:mirrorMargins w:defaultTabStop w:evenAndOddHeaders w:compat
w:shadow @w:val=<bool>
w:shd @w:color=<color> @w:fill=<color> @w:themeColor=%top-themecolor @w:themeFill=%top-themecolor
    @w:themeFillShade=<hex2> @w:themeFillTint=<hex2> @w:themeShade=<hex2> @w:themeTint=<hex2> @w:val!=%shd
w:smallCaps @w:val=<bool>
w:snapToGrid @w:val=<bool>
w:softHyphen
w:spacing @w:after=<measure> @w:afterAutospacing=<bool> @w:afterLines=<int> @w:before=<measure>
    @w:beforeAutospacing=<bool> @w:beforeLines=<int> @w:line=<measure> @w:lineRule=auto|exact|atLeast
    @w:val=<int>
w:start @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:type=nil|pct|dxa|auto
    @w:val=<int> @w:w=<measure>
w:startOverride @w:val!=<int>
w:strike @w:val=<bool>
w:style @w:customStyle=<bool> @w:default=<bool> @w:styleId=<style>
    @w:type=paragraph|character|table|numbering w:name w:basedOn w:next w:pPr w:rPr w:tblPr w:trPr w:tcPr
    w:tblStylePr
w:styles w:docDefaults w:style
w:suff @w:val!=tab|space|nothing
w:suppressAutoHyphens @w:val=<bool>
w:suppressLineNumbers @w:val=<bool>
w:suppressOverlap @w:val=<bool>
w:sym @w:char=<hex4> @w:font=<font>
w:sz @w:val!=<measure>
w:szCs @w:val!=<measure>
w:t #<text> @xml:space=preserve
w:tab @w:leader=none|dot|hyphen|underscore|heavy|middleDot @w:pos=<int>
    @w:val=clear|left|start|center|right|end|decimal|bar|num
w:tabs w:tab
w:tbl w:tblPr w:tblGrid w:tr
w:tblBorders w:top w:left w:start w:bottom w:right w:end w:insideH w:insideV
w:tblCellMar w:top w:left w:start w:bottom w:right w:end
w:tblCellSpacing @w:type=nil|pct|dxa|auto @w:w=<measure>
w:tblGrid w:gridCol
w:tblHeader @w:val=on|off
w:tblInd @w:type=nil|pct|dxa|auto @w:w=<int>
w:tblLayout @w:type=fixed|autofit
w:tblLook @w:firstColumn=<bool> @w:firstRow=<bool> @w:lastColumn=<bool> @w:lastRow=<bool> @w:noHBand=<bool>
    @w:noVBand=<bool> @w:val=<hex4>
w:tblOverlap @w:val!=never|overlap
w:tblPr w:tblStyle w:tblpPr w:tblOverlap w:bidiVisual w:tblW w:jc w:tblCellSpacing w:tblInd w:tblBorders
    w:shd w:tblLayout w:tblCellMar w:tblLook w:tblStyleRowBandSize w:tblStyleColBandSize
w:tblPrEx w:tblW w:jc w:tblCellSpacing w:tblInd w:tblBorders w:shd w:tblLayout w:tblCellMar w:tblLook
w:tblStyle @w:val!=<style>
w:tblStyleColBandSize @w:val!=<int>
w:tblStylePr @w:type!=%tblstylepr-type w:pPr w:rPr w:tblPr w:trPr w:tcPr
w:tblStyleRowBandSize @w:val!=<int>
w:tblW @w:type=nil|pct|dxa|auto @w:w=<measure>
w:tblpPr @w:bottomFromText=<int> @w:horzAnchor=text|margin|page @w:leftFromText=<int> @w:rightFromText=<int>
    @w:tblpX=<int> @w:tblpXSpec=%framepr-xalign @w:tblpY=<int> @w:tblpYSpec=%framepr-yalign
    @w:topFromText=<int> @w:vertAnchor=text|margin|page
w:tc w:tcPr w:p w:tbl
w:tcBorders w:top w:left w:start w:bottom w:right w:end w:insideH w:insideV w:tl2br w:tr2bl
w:tcFitText @w:val=on|off
w:tcMar w:top w:left w:start w:bottom w:right w:end
w:tcPr w:tcW w:gridSpan w:hMerge w:vMerge w:tcBorders w:shd w:noWrap w:tcMar w:textDirection w:tcFitText
    w:vAlign w:hideMark
w:tcW @w:type=nil|pct|dxa|auto @w:w=<measure>
w:textAlignment @w:val!=top|center|baseline|bottom|auto
w:textDirection @w:val!=lrTb|tb|tbRl|rl|btLr|lr|lrTbV|tbV|tbRlV|rlV|tbLrV|lrV
w:titlePg @w:val=<bool>
w:tl2br @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:val!=%top
w:top @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:type=nil|pct|dxa|auto
    @w:val=%top @w:w=<measure>
w:topLinePunct @w:val=<bool>
w:tr w:tblPrEx w:trPr w:tc
w:tr2bl @w:color=<color> @w:frame=<bool> @w:shadow=<bool> @w:space=<int> @w:sz=<int>
    @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:val!=%top
w:trHeight @w:hRule=auto|exact|atLeast @w:val=<int>
w:trPr w:gridBefore w:gridAfter w:wBefore w:wAfter w:trHeight w:cantSplit w:tblHeader w:tblCellSpacing w:jc
w:txbxContent w:p w:tbl
w:type @w:val!=nextPage|nextColumn|continuous|evenPage|oddPage
w:u @w:color=<color> @w:themeColor=%top-themecolor @w:themeShade=<hex2> @w:themeTint=<hex2> @w:val=%u
w:vAlign @w:val!=top|center|both|bottom
w:vMerge @w:val=continue|restart
w:vertAlign @w:val!=%vertalign
w:w @w:val=<int>
w:wAfter @w:type=nil|pct|dxa|auto @w:w=<measure>
w:wBefore @w:type=nil|pct|dxa|auto @w:w=<measure>
w:widowControl @w:val=<bool>
w:wordWrap @w:val=<bool>
wp:align #left|right|center|inside|outside|top|bottom
wp:anchor @allowOverlap!=<bool> @behindDoc!=<bool> @distB=<int> @distL=<int> @distR=<int> @distT=<int>
    @layoutInCell!=<bool> @locked!=<bool> @relativeHeight!=<int> @simplePos=<bool> wp:simplePos wp:positionH
    wp:positionV wp:extent wp:effectExtent wp:wrapNone wp:wrapSquare wp:wrapTight wp:wrapThrough
    wp:wrapTopAndBottom wp:docPr wp:cNvGraphicFramePr a:graphic!
wp:cNvGraphicFramePr
wp:docPr @id!=<shape> @name!=<constant>
wp:effectExtent @b!=<int> @l!=<int> @r!=<int> @t!=<int>
wp:extent @cx!=<int> @cy!=<int>
wp:inline @distB=<int> @distL=<int> @distR=<int> @distT=<int> wp:extent wp:effectExtent wp:docPr
    wp:cNvGraphicFramePr a:graphic!
wp:lineTo @x!=<int> @y!=<int>
wp:posOffset #<int>
wp:positionH @relativeFrom!=%positionh-relativefrom wp:align wp:posOffset
wp:positionV @relativeFrom!=%positionv-relativefrom wp:align wp:posOffset
wp:simplePos @x!=<int> @y!=<int>
wp:start @x!=<int> @y!=<int>
wp:wrapNone
wp:wrapPolygon @edited=<bool> wp:start wp:lineTo
wp:wrapSquare @distB=<int> @distL=<int> @distR=<int> @distT=<int> @wrapText!=%wrapsquare-wraptext
    wp:effectExtent
wp:wrapThrough @distL=<int> @distR=<int> @wrapText!=%wrapsquare-wraptext wp:wrapPolygon
wp:wrapTight @distL=<int> @distR=<int> @wrapText!=%wrapsquare-wraptext wp:wrapPolygon
wp:wrapTopAndBottom @distB=<int> @distT=<int> wp:effectExtent
wpg:cNvGrpSpPr
wpg:cNvPr @id!=<shape> @name!=<constant>
wpg:grpSp wpg:cNvPr wpg:cNvGrpSpPr wpg:grpSpPr wps:wsp wpg:grpSp pic:pic
wpg:grpSpPr @bwMode=%sppr-bwmode a:xfrm a:noFill a:solidFill a:gradFill a:blipFill a:pattFill a:grpFill
    a:effectLst a:scene3d
wpg:wgp wpg:cNvPr wpg:cNvGrpSpPr wpg:grpSpPr wps:wsp wpg:grpSp pic:pic
wps:bodyPr @anchor=t|ctr|b @anchorCtr=<bool> @bIns=<int> @compatLnSpc=<bool> @forceAA=<bool>
    @fromWordArt=<bool> @horzOverflow=overflow|clip @lIns=<int> @numCol=<int> @rIns=<int> @rot=<int>
    @rtlCol=<bool> @spcCol=<int> @spcFirstLastPara=<bool> @tIns=<int> @upright=<bool> @vert=%bodypr-vert
    @vertOverflow=overflow|ellipsis|clip @wrap=none|square a:prstTxWarp a:noAutofit a:normAutofit
    a:spAutoFit a:scene3d a:sp3d a:flatTx
wps:cNvCnPr
wps:cNvPr @id!=<shape> @name!=<constant>
wps:cNvSpPr @txBox=<bool>
wps:spPr @bwMode=%sppr-bwmode a:xfrm a:custGeom a:prstGeom a:noFill a:solidFill a:gradFill a:blipFill
    a:pattFill a:grpFill a:ln a:effectLst a:scene3d a:sp3d
wps:style a:lnRef a:fillRef a:effectRef a:fontRef
wps:txbx w:txbxContent
wps:wsp @normalEastAsianFlow=<bool> wps:cNvPr wps:cNvSpPr wps:cNvCnPr wps:spPr wps:style wps:txbx wps:bodyPr
"""
