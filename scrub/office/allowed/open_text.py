"""Allowed in a clean copy: OpenDocument: bodies of text documents, spreadsheets and presentations.

Read by `scrub.office.grammar`, which tells how. Source: OASIS OpenDocument 1.3, part 3.
"""

TABLE = """
%style linear axial radial ellipsoid square rectangular
%value-type float percentage currency date time boolean string
draw:caption @draw:caption-point-x=<length> @draw:caption-point-y=<length> @draw:corner-radius=<length>
    @draw:style-name=<style> @draw:text-style-name=<style> @draw:transform=<transform> @draw:z-index=<int>
    @presentation:style-name=<style> @svg:height=<length> @svg:width=<length> @svg:x=<length>
    @svg:y=<length> @text:anchor-page-number=<int> @text:anchor-type=%anchor-type text:p text:list
draw:circle @draw:end-angle=<angle> @draw:kind=full|section|cut|arc @draw:start-angle=<angle>
    @draw:style-name=<style> @draw:text-style-name=<style> @draw:transform=<transform> @draw:z-index=<int>
    @presentation:style-name=<style> @svg:cx=<length> @svg:cy=<length> @svg:height=<length> @svg:r=<length>
    @svg:width=<length> @svg:x=<length> @svg:y=<length> @text:anchor-page-number=<int>
    @text:anchor-type=%anchor-type text:p text:list
draw:connector @draw:style-name=<style> @draw:text-style-name=<style> @draw:transform=<transform>
    @draw:type=<constant> @draw:z-index=<int> @presentation:style-name=<style> @svg:d=<path>
    @svg:viewBox=<integers> @svg:x1=<length> @svg:x2=<length> @svg:y1=<length> @svg:y2=<length>
    @text:anchor-page-number=<int> @text:anchor-type=%anchor-type text:p text:list
draw:custom-shape @draw:style-name=<style> @draw:text-style-name=<style> @draw:transform=<transform>
    @draw:z-index=<int> @presentation:style-name=<style> @svg:height=<length> @svg:width=<length>
    @svg:x=<length> @svg:y=<length> @text:anchor-page-number=<int> @text:anchor-type=%anchor-type text:p
    text:list draw:enhanced-geometry
draw:ellipse @draw:end-angle=<angle> @draw:kind=full|section|cut|arc @draw:start-angle=<angle>
    @draw:style-name=<style> @draw:text-style-name=<style> @draw:transform=<transform> @draw:z-index=<int>
    @presentation:style-name=<style> @svg:cx=<length> @svg:cy=<length> @svg:height=<length> @svg:rx=<length>
    @svg:ry=<length> @svg:width=<length> @svg:x=<length> @svg:y=<length> @text:anchor-page-number=<int>
    @text:anchor-type=%anchor-type text:p text:list
draw:enhanced-geometry @draw:enhanced-path=<path> @draw:mirror-horizontal=true|false
    @draw:mirror-vertical=true|false @draw:modifiers=<numbers> @draw:path-stretchpoint-y=<double>
    @draw:text-areas=<equation> @draw:text-path=true|false @draw:text-path-allowed=true|false
    @draw:text-path-mode=normal|path|shape @draw:text-path-same-letter-heights=true|false
    @draw:text-path-scale=path|shape @draw:text-rotate-angle=<angle> @draw:type=<constant>
    @svg:viewBox=<integers> draw:equation
draw:equation @draw:formula=<equation> @draw:name=<guide>
draw:fill-image @draw:name=<style> @svg:height=<length> @svg:width=<length> @xlink:actuate=onLoad
    @xlink:href=<picture> @xlink:show=embed @xlink:type=simple
draw:frame + @draw:style-name=<style> @draw:text-style-name=<style> @draw:transform=<transform>
    @draw:z-index=<int> @presentation:style-name=<style> @style:rel-height=%rel-height
    @style:rel-width=<percent> @svg:height=<length> @svg:width=<length> @svg:x=<length> @svg:y=<length>
    @text:anchor-page-number=<int> @text:anchor-type=%anchor-type draw:text-box draw:image table:table
draw:g @draw:style-name=<style> @draw:z-index=<int> @presentation:style-name=<style> @svg:y=<length>
    @text:anchor-page-number=<int> @text:anchor-type=%anchor-type draw:rect draw:line draw:polyline
    draw:polygon draw:regular-polygon draw:path draw:circle draw:ellipse draw:g draw:frame draw:measure
    draw:caption draw:connector draw:custom-shape
draw:gradient @draw:angle=<angle> @draw:border=<percent> @draw:cx=<percent> @draw:cy=<percent>
    @draw:end-color=<rgb> @draw:end-intensity=<percent> @draw:name=<style> @draw:start-color=<rgb>
    @draw:start-intensity=<percent> @draw:style=%style
draw:hatch @draw:color=<rgb> @draw:distance=<length> @draw:name=<style> @draw:rotation=<angle>
    @draw:style=single|double|triple
draw:image @xlink:actuate=onLoad @xlink:href!=<picture> @xlink:show=embed @xlink:type=simple text:p
    text:list
draw:line @draw:style-name=<style> @draw:text-style-name=<style> @draw:transform=<transform>
    @draw:z-index=<int> @presentation:style-name=<style> @svg:x1=<length> @svg:x2=<length> @svg:y1=<length>
    @svg:y2=<length> @text:anchor-page-number=<int> @text:anchor-type=%anchor-type text:p text:list
draw:marker @draw:name=<style> @svg:d=<path> @svg:viewBox=<integers>
draw:measure @draw:style-name=<style> @draw:text-style-name=<style> @draw:transform=<transform>
    @draw:z-index=<int> @presentation:style-name=<style> @svg:x1=<length> @svg:x2=<length> @svg:y1=<length>
    @svg:y2=<length> @text:anchor-page-number=<int> @text:anchor-type=%anchor-type text:p text:list
draw:opacity @draw:angle=<angle> @draw:border=<percent> @draw:cx=<percent> @draw:cy=<percent>
    @draw:end=<percent> @draw:name=<style> @draw:start=<percent> @draw:style=%style
draw:page @draw:master-page-name=<style> @draw:style-name=<style> draw:rect draw:line draw:polyline
    draw:polygon draw:regular-polygon draw:path draw:circle draw:ellipse draw:g draw:frame draw:measure
    draw:caption draw:connector draw:custom-shape
draw:path @draw:style-name=<style> @draw:text-style-name=<style> @draw:transform=<transform>
    @draw:z-index=<int> @presentation:style-name=<style> @svg:d=<path> @svg:height=<length>
    @svg:viewBox=<integers> @svg:width=<length> @svg:x=<length> @svg:y=<length>
    @text:anchor-page-number=<int> @text:anchor-type=%anchor-type text:p text:list
draw:polygon @draw:points=<points> @draw:style-name=<style> @draw:text-style-name=<style>
    @draw:transform=<transform> @draw:z-index=<int> @presentation:style-name=<style> @svg:height=<length>
    @svg:viewBox=<integers> @svg:width=<length> @svg:x=<length> @svg:y=<length>
    @text:anchor-page-number=<int> @text:anchor-type=%anchor-type text:p text:list
draw:polyline @draw:points=<points> @draw:style-name=<style> @draw:text-style-name=<style>
    @draw:transform=<transform> @draw:z-index=<int> @presentation:style-name=<style> @svg:height=<length>
    @svg:viewBox=<integers> @svg:width=<length> @svg:x=<length> @svg:y=<length>
    @text:anchor-page-number=<int> @text:anchor-type=%anchor-type text:p text:list
draw:rect @draw:corner-radius=<length> @draw:style-name=<style> @draw:text-style-name=<style>
    @draw:transform=<transform> @draw:z-index=<int> @presentation:style-name=<style> @svg:height=<length>
    @svg:rx=<length> @svg:ry=<length> @svg:width=<length> @svg:x=<length> @svg:y=<length>
    @text:anchor-page-number=<int> @text:anchor-type=%anchor-type text:p text:list
draw:regular-polygon @draw:concave=false|true @draw:corners=<int> @draw:sharpness=<percent>
    @draw:style-name=<style> @draw:text-style-name=<style> @draw:transform=<transform> @draw:z-index=<int>
    @presentation:style-name=<style> @svg:height=<length> @svg:width=<length> @svg:x=<length>
    @svg:y=<length> @text:anchor-page-number=<int> @text:anchor-type=%anchor-type text:p text:list
draw:stroke-dash @draw:distance=<percent>|<length> @draw:dots1=<int> @draw:dots1-length=<percent>|<length>
    @draw:dots2=<int> @draw:dots2-length=<percent>|<length> @draw:name=<style> @draw:style=rect|round
draw:text-box @draw:corner-radius=<length> @fo:max-height=<percent>|<length>
    @fo:max-width=<percent>|<length> @fo:min-height=<percent>|<length> @fo:min-width=<percent>|<length>
    text:h text:p text:list text:numbered-paragraph table:table text:section draw:rect draw:line
    draw:polyline draw:polygon draw:regular-polygon draw:path draw:circle draw:ellipse draw:g draw:frame
    draw:measure draw:caption draw:connector draw:custom-shape
office:automatic-styles style:style text:list-style number:number-style number:currency-style
    number:percentage-style number:date-style number:time-style number:boolean-style number:text-style
    style:page-layout
office:body office:text office:presentation office:spreadsheet
office:document-content @office:version!=1.3 office:font-face-decls office:automatic-styles office:body
office:document-styles @office:version!=1.3 office:font-face-decls office:styles office:automatic-styles
    office:master-styles
office:font-face-decls style:font-face
office:master-styles style:master-page
office:presentation draw:page
office:spreadsheet @table:structure-protected=true|false table:table
office:styles style:style text:list-style number:number-style number:currency-style number:percentage-style
    number:date-style number:time-style number:boolean-style number:text-style style:default-style
    text:outline-style text:notes-configuration draw:gradient svg:linearGradient svg:radialGradient
    draw:hatch draw:fill-image draw:marker draw:stroke-dash draw:opacity
office:text @text:global=true|false @text:use-soft-page-breaks=true|false text:h text:p text:list
    text:numbered-paragraph table:table text:section draw:rect draw:line draw:polyline draw:polygon
    draw:regular-polygon draw:path draw:circle draw:ellipse draw:g draw:frame draw:measure draw:caption
    draw:connector draw:custom-shape
svg:linearGradient @draw:name=<style> @svg:gradientUnits=objectBoundingBox
    @svg:spreadMethod=pad|reflect|repeat @svg:x1=<length>|<percent> @svg:x2=<length>|<percent>
    @svg:y1=<length>|<percent> @svg:y2=<length>|<percent> svg:stop
svg:radialGradient @draw:name=<style> @svg:cx=<length>|<percent> @svg:cy=<length>|<percent>
    @svg:fx=<length>|<percent> @svg:fy=<length>|<percent> @svg:gradientUnits=objectBoundingBox
    @svg:r=<length>|<percent> @svg:spreadMethod=pad|reflect|repeat svg:stop
svg:stop @svg:offset=<percent>|<double> @svg:stop-color=<rgb> @svg:stop-opacity=<double>
table:covered-table-cell @office:boolean-value=true|false @office:currency=<currency>
    @office:date-value=<date> @office:time-value=<duration> @office:value=<double>
    @office:value-type=%value-type @table:number-columns-repeated=<int> @table:style-name=<style> text:h
    text:p text:list text:numbered-paragraph table:table text:section draw:rect draw:line draw:polyline
    draw:polygon draw:regular-polygon draw:path draw:circle draw:ellipse draw:g draw:frame draw:measure
    draw:caption draw:connector draw:custom-shape
table:shapes draw:rect draw:line draw:polyline draw:polygon draw:regular-polygon draw:path draw:circle
    draw:ellipse draw:g draw:frame draw:measure draw:caption draw:connector draw:custom-shape
table:table @table:name=<label> @table:style-name=<style> @table:use-banding-columns-styles=true|false
    @table:use-banding-rows-styles=true|false @table:use-first-column-styles=true|false
    @table:use-first-row-styles=true|false @table:use-last-column-styles=true|false
    @table:use-last-row-styles=true|false table:shapes table:table-column-group table:table-columns
    table:table-column table:table-header-columns table:table-row-group table:table-rows table:table-row
    table:table-header-rows
table:table-cell @office:boolean-value=true|false @office:currency=<currency> @office:date-value=<date>
    @office:time-value=<duration> @office:value=<double> @office:value-type=%value-type
    @table:number-columns-repeated=<int> @table:number-columns-spanned=<int>
    @table:number-matrix-columns-spanned=<int> @table:number-matrix-rows-spanned=<int>
    @table:number-rows-spanned=<int> @table:style-name=<style> text:h text:p text:list
    text:numbered-paragraph table:table text:section draw:rect draw:line draw:polyline draw:polygon
    draw:regular-polygon draw:path draw:circle draw:ellipse draw:g draw:frame draw:measure draw:caption
    draw:connector draw:custom-shape
table:table-column @table:default-cell-style-name=<style> @table:number-columns-repeated=<int>
    @table:style-name=<style>
table:table-column-group table:table-column-group table:table-columns table:table-column
    table:table-header-columns
table:table-columns table:table-column
table:table-header-columns table:table-column
table:table-header-rows table:table-row
table:table-row @table:default-cell-style-name=<style> @table:number-rows-repeated=<int>
    @table:style-name=<style> table:table-cell table:covered-table-cell
table:table-row-group table:table-row-group table:table-rows table:table-row table:table-header-rows
table:table-rows table:table-row
text:h #<text> @text:is-list-header=true|false @text:outline-level=<int> @text:restart-numbering=true|false
    @text:start-value=<int> @text:style-name=<style> text:s text:tab text:line-break text:span text:note
    text:ruby draw:rect draw:line draw:polyline draw:polygon draw:regular-polygon draw:path draw:circle
    draw:ellipse draw:g draw:frame draw:measure draw:caption draw:connector draw:custom-shape
    text:page-number text:page-count
text:line-break
text:list @text:continue-numbering=true|false @text:style-name=<style> text:list-header text:list-item
text:list-header text:p text:h text:list
text:list-item @text:start-value=<int> @text:style-override=<style> text:p text:h text:list
text:list-level-style-bullet @style:num-prefix=<label> @style:num-suffix=<label> @text:bullet-char=<char>
    @text:bullet-relative-size=<percent> @text:level=<int> @text:style-name=<style>
    style:list-level-properties style:text-properties
text:list-level-style-image @text:level=<int> @xlink:actuate=onLoad @xlink:href=<picture> @xlink:show=embed
    @xlink:type=simple style:list-level-properties
text:list-level-style-number @style:num-format=<numformat> @style:num-letter-sync=true|false
    @style:num-prefix=<label> @style:num-suffix=<label> @text:display-levels=<int> @text:level=<int>
    @text:start-value=<int> @text:style-name=<style> style:list-level-properties style:text-properties
text:list-style @style:name=<style> @text:consecutive-numbering=true|false text:list-level-style-number
    text:list-level-style-bullet text:list-level-style-image
text:note @text:note-class!=footnote|endnote text:note-citation text:note-body
text:note-body text:h text:p text:list text:numbered-paragraph table:table text:section draw:rect draw:line
    draw:polyline draw:polygon draw:regular-polygon draw:path draw:circle draw:ellipse draw:g draw:frame
    draw:measure draw:caption draw:connector draw:custom-shape
text:note-citation #<text> @text:label=<label>
text:note-continuation-notice-backward
text:note-continuation-notice-forward
text:notes-configuration @style:num-format=<numformat> @style:num-letter-sync=true|false
    @style:num-prefix=<label> @style:num-suffix=<label> @text:citation-body-style-name=<style>
    @text:citation-style-name=<style> @text:default-style-name=<style>
    @text:footnotes-position=text|page|section|document @text:master-page-name=<style>
    @text:note-class=footnote|endnote @text:start-numbering-at=document|chapter|page @text:start-value=<int>
    text:note-continuation-notice-forward text:note-continuation-notice-backward
text:numbered-paragraph @text:continue-numbering=true|false @text:level=<int> @text:start-value=<int>
    @text:style-name=<style> text:p text:h
text:outline-level-style @style:num-format=<numformat> @style:num-letter-sync=true|false
    @style:num-prefix=<label> @style:num-suffix=<label> @text:display-levels=<int> @text:level=<int>
    @text:start-value=<int> @text:style-name=<style> style:list-level-properties style:text-properties
text:outline-style @style:name=<style> text:outline-level-style
text:p #<text> @text:style-name=<style> text:s text:tab text:line-break text:span text:note text:ruby
    draw:rect draw:line draw:polyline draw:polygon draw:regular-polygon draw:path draw:circle draw:ellipse
    draw:g draw:frame draw:measure draw:caption draw:connector draw:custom-shape text:page-number
    text:page-count
text:page-count #<text> @style:num-format=<numformat> @style:num-letter-sync=true|false
text:page-number #<text> @style:num-format=<numformat> @style:num-letter-sync=true|false
    @text:fixed=true|false @text:page-adjust=<int> @text:select-page=previous|current|next
text:ruby @text:style-name=<style> text:ruby-base text:ruby-text
text:ruby-base #<text> text:s text:tab text:line-break text:span text:note text:ruby draw:rect draw:line
    draw:polyline draw:polygon draw:regular-polygon draw:path draw:circle draw:ellipse draw:g draw:frame
    draw:measure draw:caption draw:connector draw:custom-shape text:page-number text:page-count
text:ruby-text #<text> @text:style-name=<style>
text:s @text:c=<int>
text:section @text:name=<constant> @text:style-name=<style> text:h text:p text:list text:numbered-paragraph
    table:table text:section draw:rect draw:line draw:polyline draw:polygon draw:regular-polygon draw:path
    draw:circle draw:ellipse draw:g draw:frame draw:measure draw:caption draw:connector draw:custom-shape
text:span #<text> @text:style-name=<style> text:s text:tab text:line-break text:span text:note text:ruby
    draw:rect draw:line draw:polyline draw:polygon draw:regular-polygon draw:path draw:circle draw:ellipse
    draw:g draw:frame draw:measure draw:caption draw:connector draw:custom-shape text:page-number
    text:page-count
text:tab @text:tab-ref=<int>
"""
