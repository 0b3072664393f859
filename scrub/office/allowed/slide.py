"""Allowed in a clean copy: PresentationML.

Read by `scrub.office.grammar`, which tells how. Source: ISO/IEC 29500-1 and -4.
"""

TABLE = """
%ph-type title body ctrTitle subTitle dt sldNum ftr hdr obj chart tbl clipArt dgm media sldImg pic
%sldlayout-type title tx twoColTx tbl txAndChart chartAndTx dgm chart txAndClipArt clipArtAndTx titleOnly
    blank txAndObj objAndTx objOnly obj txAndMedia mediaAndTx objOverTx txOverObj txAndTwoObj twoObjAndTx
    twoObjOverTx fourObj vertTx clipArtAndVertTx vertTitleAndTx vertTitleAndTxOverChart twoObj objAndTwoObj
    twoObjAndObj cust secHead twoTxTwoObj objTx picTx
%sldsz-type screen4x3 letter A4 35mm overhead banner custom ledger A3 B4ISO B5ISO B4JIS B5JIS hagakiCard
    screen16x9 screen16x10
p:bg @bwMode=%sppr-bwmode p:bgPr p:bgRef
p:bgPr @shadeToTitle=<bool> a:noFill a:solidFill a:gradFill a:blipFill a:pattFill a:effectLst
p:bgRef @idx!=<int> a:scrgbClr a:srgbClr a:hslClr a:sysClr a:schemeClr a:prstClr
p:blipFill @rotWithShape=<bool> a:blip! a:tile a:stretch
p:bodyStyle a:defPPr a:lvl1pPr a:lvl2pPr a:lvl3pPr a:lvl4pPr a:lvl5pPr a:lvl6pPr a:lvl7pPr a:lvl8pPr
    a:lvl9pPr
p:cNvCxnSpPr
p:cNvGraphicFramePr
p:cNvGrpSpPr
p:cNvPicPr @preferRelativeResize=<bool>
p:cNvPr @id!=<shape> @name!=<constant>
p:cNvSpPr @txBox=<bool>
p:cSld p:bg p:spTree
p:clrMap @accent1!=%overrideclrmapping-bg1 @accent2!=%overrideclrmapping-bg1
    @accent3!=%overrideclrmapping-bg1 @accent4!=%overrideclrmapping-bg1 @accent5!=%overrideclrmapping-bg1
    @accent6!=%overrideclrmapping-bg1 @bg1!=%overrideclrmapping-bg1 @bg2!=%overrideclrmapping-bg1
    @folHlink!=%overrideclrmapping-bg1 @hlink!=%overrideclrmapping-bg1 @tx1!=%overrideclrmapping-bg1
    @tx2!=%overrideclrmapping-bg1
p:clrMapOvr a:masterClrMapping a:overrideClrMapping
p:cxnSp p:nvCxnSpPr p:spPr p:style
p:defaultTextStyle a:defPPr a:lvl1pPr a:lvl2pPr a:lvl3pPr a:lvl4pPr a:lvl5pPr a:lvl6pPr a:lvl7pPr a:lvl8pPr
    a:lvl9pPr
p:graphicFrame p:nvGraphicFramePr p:xfrm a:graphic!
p:grpSp p:nvGrpSpPr p:grpSpPr p:sp p:grpSp p:graphicFrame p:cxnSp p:pic
p:grpSpPr @bwMode=%sppr-bwmode a:xfrm a:noFill a:solidFill a:gradFill a:blipFill a:pattFill a:grpFill
    a:effectLst a:scene3d
p:notesSz @cx!=<int> @cy!=<int>
p:nvCxnSpPr p:cNvPr p:cNvCxnSpPr p:nvPr
p:nvGraphicFramePr p:cNvPr p:cNvGraphicFramePr p:nvPr
p:nvGrpSpPr p:cNvPr p:cNvGrpSpPr p:nvPr
p:nvPicPr p:cNvPr p:cNvPicPr p:nvPr
p:nvPr p:ph
p:nvSpPr p:cNvPr p:cNvSpPr p:nvPr
p:otherStyle a:defPPr a:lvl1pPr a:lvl2pPr a:lvl3pPr a:lvl4pPr a:lvl5pPr a:lvl6pPr a:lvl7pPr a:lvl8pPr
    a:lvl9pPr
p:ph @hasCustomPrompt=<bool> @idx=<int> @orient=horz|vert @sz=full|half|quarter @type=%ph-type
p:pic p:nvPicPr p:blipFill! p:spPr p:style
p:presentation @firstSlideNum=<int> @rtl=<bool> p:sldMasterIdLst p:sldIdLst p:sldSz p:notesSz
    p:defaultTextStyle
p:sld @collapse=<bool> @showMasterPhAnim=<bool> @showMasterSp=<bool> p:cSld p:clrMapOvr
p:sldId @id!=<slide> @r:id!=<rel>
p:sldIdLst p:sldId
p:sldLayout @showMasterPhAnim=<bool> @showMasterSp=<bool> @type=%sldlayout-type p:cSld p:clrMapOvr
p:sldLayoutId @id=<master> @r:id!=<rel>
p:sldLayoutIdLst p:sldLayoutId
p:sldMaster p:cSld p:clrMap p:sldLayoutIdLst p:txStyles
p:sldMasterId @id=<master> @r:id!=<rel>
p:sldMasterIdLst p:sldMasterId
p:sldSz @cx!=<int> @cy!=<int> @type=%sldsz-type
p:sp @useBgFill=<bool> p:nvSpPr p:spPr p:style p:txBody
p:spPr @bwMode=%sppr-bwmode a:xfrm a:custGeom a:prstGeom a:noFill a:solidFill a:gradFill a:blipFill
    a:pattFill a:grpFill a:ln a:effectLst a:scene3d a:sp3d
p:spTree p:nvGrpSpPr p:grpSpPr p:sp p:grpSp p:graphicFrame p:cxnSp p:pic
p:style a:lnRef a:fillRef a:effectRef a:fontRef
p:titleStyle a:defPPr a:lvl1pPr a:lvl2pPr a:lvl3pPr a:lvl4pPr a:lvl5pPr a:lvl6pPr a:lvl7pPr a:lvl8pPr
    a:lvl9pPr
p:txBody a:bodyPr a:lstStyle a:p
p:txStyles p:titleStyle p:bodyStyle p:otherStyle
p:xfrm @flipH=<bool> @flipV=<bool> @rot=<int> a:off a:ext
"""
