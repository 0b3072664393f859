"""Allowed in a clean copy: Office Math.

Read by `scrub.office.grammar`, which tells how. Source: ISO/IEC 29500-1 and -4.
"""

TABLE = """
m:acc m:accPr m:e
m:accPr m:chr m:ctrlPr
m:aln @m:val=<bool>
m:alnScr @m:val=<bool>
m:argPr m:argSz
m:argSz @m:val!=<int>
m:bar m:barPr m:e
m:barPr m:pos m:ctrlPr
m:baseJc @m:val!=top|center|bottom|bot
m:begChr @m:val!=<char>
m:borderBox m:borderBoxPr m:e
m:borderBoxPr m:hideTop m:hideBot m:hideLeft m:hideRight m:strikeH m:strikeV m:strikeBLTR m:strikeTLBR
    m:ctrlPr
m:box m:boxPr m:e
m:boxPr m:opEmu m:noBreak m:diff m:brk m:aln m:ctrlPr
m:brk @m:alnAt=<int> @m:val=<int>
m:cGp @m:val!=<int>
m:cGpRule @m:val!=<int>
m:cSp @m:val!=<measure>
m:chr @m:val!=<char>
m:count @m:val!=<int>
m:ctrlPr w:rPr
m:d m:dPr m:e
m:dPr m:begChr m:sepChr m:endChr m:grow m:shp m:ctrlPr
m:deg m:argPr m:acc m:bar m:box m:borderBox m:d m:eqArr m:f m:func m:groupChr m:limLow m:limUpp m:m m:nary
    m:phant m:rad m:sPre m:sSub m:sSubSup m:sSup m:r w:fldSimple m:oMathPara m:oMath m:ctrlPr
m:degHide @m:val=<bool>
m:den m:argPr m:acc m:bar m:box m:borderBox m:d m:eqArr m:f m:func m:groupChr m:limLow m:limUpp m:m m:nary
    m:phant m:rad m:sPre m:sSub m:sSubSup m:sSup m:r w:fldSimple m:oMathPara m:oMath m:ctrlPr
m:diff @m:val=<bool>
m:e m:argPr m:acc m:bar m:box m:borderBox m:d m:eqArr m:f m:func m:groupChr m:limLow m:limUpp m:m m:nary
    m:phant m:rad m:sPre m:sSub m:sSubSup m:sSup m:r w:fldSimple m:oMathPara m:oMath m:ctrlPr
m:endChr @m:val!=<char>
m:eqArr m:eqArrPr m:e
m:eqArrPr m:baseJc m:maxDist m:objDist m:rSpRule m:rSp m:ctrlPr
m:f m:fPr m:num m:den
m:fName m:argPr m:acc m:bar m:box m:borderBox m:d m:eqArr m:f m:func m:groupChr m:limLow m:limUpp m:m m:nary
    m:phant m:rad m:sPre m:sSub m:sSubSup m:sSup m:r w:fldSimple m:oMathPara m:oMath m:ctrlPr
m:fPr m:type m:ctrlPr
m:func m:funcPr m:fName m:e
m:funcPr m:ctrlPr
m:groupChr m:groupChrPr m:e
m:groupChrPr m:chr m:pos m:vertJc m:ctrlPr
m:grow @m:val=<bool>
m:hideBot @m:val=<bool>
m:hideLeft @m:val=<bool>
m:hideRight @m:val=<bool>
m:hideTop @m:val=<bool>
m:jc @m:val!=left|right|center|centerGroup
m:lim m:argPr m:acc m:bar m:box m:borderBox m:d m:eqArr m:f m:func m:groupChr m:limLow m:limUpp m:m m:nary
    m:phant m:rad m:sPre m:sSub m:sSubSup m:sSup m:r w:fldSimple m:oMathPara m:oMath m:ctrlPr
m:limLoc @m:val!=undOvr|subSup
m:limLow m:limLowPr m:e m:lim
m:limLowPr m:ctrlPr
m:limUpp m:limUppPr m:e m:lim
m:limUppPr m:ctrlPr
m:lit @m:val=<bool>
m:m m:mPr m:mr
m:mPr m:baseJc m:plcHide m:rSpRule m:cGpRule m:rSp m:cSp m:cGp m:mcs m:ctrlPr
m:maxDist @m:val=<bool>
m:mc m:mcPr
m:mcJc @m:val!=left|center|right
m:mcPr m:count m:mcJc
m:mcs m:mc
m:mr m:e
m:nary m:naryPr m:sub m:sup m:e
m:naryPr m:chr m:limLoc m:grow m:subHide m:supHide m:ctrlPr
m:noBreak @m:val=<bool>
m:nor @m:val=<bool>
m:num m:argPr m:acc m:bar m:box m:borderBox m:d m:eqArr m:f m:func m:groupChr m:limLow m:limUpp m:m m:nary
    m:phant m:rad m:sPre m:sSub m:sSubSup m:sSup m:r w:fldSimple m:oMathPara m:oMath m:ctrlPr
m:oMath m:acc m:bar m:box m:borderBox m:d m:eqArr m:f m:func m:groupChr m:limLow m:limUpp m:m m:nary m:phant
    m:rad m:sPre m:sSub m:sSubSup m:sSup m:r w:fldSimple m:oMathPara m:oMath
m:oMathPara m:oMathParaPr m:oMath m:r w:r
m:oMathParaPr m:jc
m:objDist @m:val=<bool>
m:opEmu @m:val=<bool>
m:phant m:phantPr m:e
m:phantPr m:show m:zeroWid m:zeroAsc m:zeroDesc m:transp m:ctrlPr
m:plcHide @m:val=<bool>
m:pos @m:val!=top|bot
m:r m:rPr w:rPr w:br w:t w:noBreakHyphen w:softHyphen w:footnoteRef w:endnoteRef w:separator
    w:continuationSeparator w:sym w:cr w:tab w:ruby w:footnoteReference w:endnoteReference w:drawing w:ptab
    m:t
m:rPr m:lit m:nor m:scr m:sty m:brk m:aln
m:rSp @m:val!=<int>
m:rSpRule @m:val!=<int>
m:rad m:radPr m:deg m:e
m:radPr m:degHide m:ctrlPr
m:sPre m:sPrePr m:sub m:sup m:e
m:sPrePr m:ctrlPr
m:sSub m:sSubPr m:e m:sub
m:sSubPr m:ctrlPr
m:sSubSup m:sSubSupPr m:e m:sub m:sup
m:sSubSupPr m:alnScr m:ctrlPr
m:sSup m:sSupPr m:e m:sup
m:sSupPr m:ctrlPr
m:scr @m:val!=roman|script|fraktur|double-struck|sans-serif|monospace
m:sepChr @m:val!=<char>
m:show @m:val=<bool>
m:shp @m:val!=centered|match
m:strikeBLTR @m:val=<bool>
m:strikeH @m:val=<bool>
m:strikeTLBR @m:val=<bool>
m:strikeV @m:val=<bool>
m:sty @m:val!=p|b|i|bi
m:sub m:argPr m:acc m:bar m:box m:borderBox m:d m:eqArr m:f m:func m:groupChr m:limLow m:limUpp m:m m:nary
    m:phant m:rad m:sPre m:sSub m:sSubSup m:sSup m:r w:fldSimple m:oMathPara m:oMath m:ctrlPr
m:subHide @m:val=<bool>
m:sup m:argPr m:acc m:bar m:box m:borderBox m:d m:eqArr m:f m:func m:groupChr m:limLow m:limUpp m:m m:nary
    m:phant m:rad m:sPre m:sSub m:sSubSup m:sSup m:r w:fldSimple m:oMathPara m:oMath m:ctrlPr
m:supHide @m:val=<bool>
m:t #<text> @xml:space=default|preserve
m:transp @m:val=<bool>
m:type @m:val!=bar|skw|lin|noBar
m:vertJc @m:val!=top|bot
m:zeroAsc @m:val=<bool>
m:zeroDesc @m:val=<bool>
m:zeroWid @m:val=<bool>
"""
