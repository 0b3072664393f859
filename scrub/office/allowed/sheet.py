"""Allowed in a clean copy: SpreadsheetML: values and their looks, no formulas.

Read by `scrub.office.grammar`, which tells how. Source: ISO/IEC 29500-1 and -4.
"""

TABLE = """
%alignment-horizontal general left center right fill justify centerContinuous distributed
%patternfill-patterntype none solid mediumGray darkGray lightGray darkHorizontal darkVertical darkDown
    darkUp darkGrid darkTrellis lightHorizontal lightVertical lightDown lightUp lightGrid lightTrellis
    gray125 gray0625
%start-style none thin medium dashed dotted thick double hair mediumDashed dashDot mediumDashDot dashDotDot
    mediumDashDotDot slantDashDot
x:alignment @horizontal=%alignment-horizontal @indent=<int> @justifyLastLine=<bool> @readingOrder=<int>
    @relativeIndent=<int> @shrinkToFit=<bool> @textRotation=<int>
    @vertical=top|center|bottom|justify|distributed @wrapText=<bool>
x:b @val=<bool>
x:bgColor @auto=<bool> @indexed=<int> @rgb=<hex8> @theme=<int> @tint=<double>
x:bookViews x:workbookView
x:border @diagonalDown=<bool> @diagonalUp=<bool> @outline=<bool> x:start x:end x:left x:right x:top x:bottom
    x:diagonal x:vertical x:horizontal
x:borders x:border
x:bottom @style=%start-style x:color
x:brk @id=<int> @man=<bool> @max=<int> @min=<int> @pt=<bool>
x:c @r!=<cell> @s=<format> @t=b|n|e|inlineStr x:v x:is
x:cellStyleXfs x:xf
x:cellXfs x:xf
x:charset @val!=<int>
x:col @bestFit=<bool> @customWidth=<bool> @max!=<int> @min!=<int> @outlineLevel=<int> @style=<format>
    @width=<double>
x:colBreaks @manualBreakCount=<int> x:brk
x:color @auto=<bool> @indexed=<int> @rgb=<hex8> @theme=<int> @tint=<double>
x:cols x:col
x:diagonal @style=%start-style x:color
x:dimension @ref!=<cells>
x:drawing @r:id!=<rel>
x:end @style=%start-style x:color
x:evenFooter #<text> @xml:space=default|preserve
x:evenHeader #<text> @xml:space=default|preserve
x:family @val!=<int>
x:fgColor @auto=<bool> @indexed=<int> @rgb=<hex8> @theme=<int> @tint=<double>
x:fill x:patternFill x:gradientFill
x:fills x:fill
x:firstFooter #<text> @xml:space=default|preserve
x:firstHeader #<text> @xml:space=default|preserve
x:font x:b x:i x:strike x:outline x:shadow x:u x:vertAlign x:sz x:color x:name x:family x:charset x:scheme
x:fonts x:font
x:gradientFill @bottom=<double> @degree=<double> @left=<double> @right=<double> @top=<double>
    @type=linear|path x:stop
x:headerFooter @alignWithMargins=<bool> @differentFirst=<bool> @differentOddEven=<bool> @scaleWithDoc=<bool>
    x:oddHeader x:oddFooter x:evenHeader x:evenFooter x:firstHeader x:firstFooter
x:horizontal @style=%start-style x:color
x:i @val=<bool>
x:is x:t x:r
x:left @style=%start-style x:color
x:mergeCell @ref!=<cells>
x:mergeCells x:mergeCell
x:name @val!=<font>
x:numFmt @formatCode!=<numberformat> @numFmtId!=<int>
x:numFmts x:numFmt
x:oddFooter #<text> @xml:space=default|preserve
x:oddHeader #<text> @xml:space=default|preserve
x:outline @val=<bool>
x:outlinePr @applyStyles=<bool> @showOutlineSymbols=<bool> @summaryBelow=<bool> @summaryRight=<bool>
x:pageMargins @bottom!=<double> @footer!=<double> @header!=<double> @left!=<double> @right!=<double>
    @top!=<double>
x:pageSetUpPr @autoPageBreaks=<bool> @fitToPage=<bool>
x:pageSetup @blackAndWhite=<bool> @cellComments=none|asDisplayed|atEnd @draft=<bool>
    @errors=displayed|blank|dash|NA @firstPageNumber=<int> @fitToHeight=<int> @fitToWidth=<int>
    @orientation=default|portrait|landscape @pageOrder=downThenOver|overThenDown @paperSize=<int>
    @scale=<int> @useFirstPageNumber=<bool>
x:pane @activePane=bottomRight|topRight|bottomLeft|topLeft @state=split|frozen|frozenSplit
    @topLeftCell=<cell> @xSplit=<double> @ySplit=<double>
x:patternFill @patternType=%patternfill-patterntype x:fgColor x:bgColor
x:printOptions @gridLines=<bool> @gridLinesSet=<bool> @headings=<bool> @horizontalCentered=<bool>
    @verticalCentered=<bool>
x:r x:rPr x:t
x:rFont @val!=<font>
x:rPr x:b x:i x:strike x:outline x:shadow x:u x:vertAlign x:sz x:color x:rFont x:family x:charset x:scheme
x:right @style=%start-style x:color
x:row @customFormat=<bool> @customHeight=<bool> @ht=<double> @outlineLevel=<int> @r!=<int> @s=<format>
    @thickBot=<bool> @thickTop=<bool> x:c
x:rowBreaks @manualBreakCount=<int> x:brk
x:scheme @val!=none|major|minor
x:shadow @val=<bool>
x:sheet @name!=<label> @r:id!=<rel> @sheetId!=<sheet>
x:sheetData x:row
x:sheetFormatPr @baseColWidth=<int> @customHeight=<bool> @defaultColWidth=<double>
    @defaultRowHeight!=<double> @outlineLevelCol=<int> @outlineLevelRow=<int> @thickBottom=<bool>
    @thickTop=<bool>
x:sheetPr x:tabColor x:outlinePr x:pageSetUpPr
x:sheetView @rightToLeft=<bool> @showGridLines=<bool> @showRowColHeaders=<bool> @showZeros=<bool>
    @workbookViewId!=<int> x:pane
x:sheetViews x:sheetView
x:sheets x:sheet
x:start @style=%start-style x:color
x:stop @position!=<double> x:color
x:strike @val=<bool>
x:styleSheet x:numFmts x:fonts x:fills x:borders x:cellStyleXfs x:cellXfs
x:sz @val!=<double>
x:t #<text> @xml:space=preserve
x:tabColor @auto=<bool> @indexed=<int> @rgb=<hex8> @theme=<int> @tint=<double>
x:top @style=%start-style x:color
x:u @val=single|double|singleAccounting|doubleAccounting|none
x:v #<text> @xml:space=default|preserve
x:vertAlign @val!=%vertalign
x:vertical @style=%start-style x:color
x:workbook x:workbookPr x:bookViews x:sheets
x:workbookPr @date1904=<bool>
x:workbookView
x:worksheet x:sheetPr x:dimension x:sheetViews x:sheetFormatPr x:cols x:sheetData x:mergeCells
    x:printOptions x:pageMargins x:pageSetup x:headerFooter x:rowBreaks x:colBreaks x:drawing
x:xf @applyAlignment=<bool> @applyBorder=<bool> @applyFill=<bool> @applyFont=<bool>
    @applyNumberFormat=<bool> @borderId=<int> @fillId=<int> @fontId=<int> @numFmtId=<int>
    @quotePrefix=<bool> @xfId=<int> x:alignment
"""
