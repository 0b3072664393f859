"""Allowed in a clean copy: OpenDocument: styles and number formats.

Read by `scrub.office.grammar`, which tells how. Source: OASIS OpenDocument 1.3, part 3.
"""

TABLE = """
%anchor-type page frame paragraph char as-char
%calendar gregorian gengou ROC hanja_yoil hanja hijri jewish buddhist
%family text paragraph section ruby table table-column table-row table-cell graphic presentation
    drawing-page chart
%fill none solid bitmap gradient hatch
%fill-image-ref-point top-left top top-right left center right bottom-left bottom bottom-right
%font-family-generic roman swiss modern decorative script system
%font-weight normal bold 100 200 300 400 500 600 700 800 900
%horizontal-rel page page-content page-start-margin page-end-margin frame frame-content frame-start-margin
    frame-end-margin paragraph paragraph-content paragraph-start-margin paragraph-end-margin char
%print headers grid annotations objects charts drawings formulas zero-values
%rel-height scale scale-min <percent>
%text-align start end left right center justify
%text-line-through-style none solid dotted dash long-dash dot-dash dot-dot-dash wave
%text-line-through-width auto normal bold thin medium thick <length> <int> <percent>
%text-overline-mode continuous skip-white-space
%vertical-pos top middle bottom from-top below
%vertical-rel page page-content frame frame-content paragraph paragraph-content char line baseline text
%writing-mode lr-tb rl-tb tb-rl tb-lr lr rl tb page
number:am-pm
number:boolean
number:boolean-style @number:transliteration-style=short|medium|long @style:name=<style>
    style:text-properties number:text number:boolean style:map
number:currency-style @number:transliteration-style=short|medium|long @style:name=<style>
    style:text-properties number:text number:number number:currency-symbol style:map
number:currency-symbol #<label>
number:date-style @number:transliteration-style=short|medium|long @style:name=<style> style:text-properties
    number:text number:day number:month number:year number:era number:day-of-week number:week-of-year
    number:quarter number:hours number:am-pm number:minutes number:seconds style:map
number:day @number:calendar=%calendar @number:style=short|long
number:day-of-week @number:calendar=%calendar @number:style=short|long
number:era @number:calendar=%calendar @number:style=short|long
number:fraction @number:denominator-value=<int> @number:grouping=true|false
    @number:max-denominator-value=<int> @number:min-denominator-digits=<int>
    @number:min-integer-digits=<int> @number:min-numerator-digits=<int>
number:hours @number:style=short|long
number:minutes @number:style=short|long
number:month @number:calendar=%calendar @number:possessive-form=true|false @number:style=short|long
    @number:textual=true|false
number:number @number:decimal-places=<int> @number:display-factor=<double> @number:grouping=true|false
    @number:min-decimal-places=<int> @number:min-integer-digits=<int>
number:number-style @number:transliteration-style=short|medium|long @style:name=<style>
    style:text-properties number:text number:number number:scientific-number number:fraction style:map
number:percentage-style @number:transliteration-style=short|medium|long @style:name=<style>
    style:text-properties number:text number:number style:map
number:quarter @number:calendar=%calendar @number:style=short|long
number:scientific-number @number:decimal-places=<int> @number:exponent-interval=<int>
    @number:forced-exponent-sign=true|false @number:grouping=true|false @number:min-decimal-places=<int>
    @number:min-exponent-digits=<int> @number:min-integer-digits=<int>
number:seconds @number:decimal-places=<int> @number:style=short|long
number:text #<label>
number:text-content
number:text-style @number:transliteration-style=short|medium|long @style:name=<style> style:text-properties
    number:text number:text-content style:map
number:time-style @number:transliteration-style=short|medium|long @number:truncate-on-overflow=true|false
    @style:name=<style> style:text-properties number:text number:hours number:am-pm number:minutes
    number:seconds style:map
number:week-of-year @number:calendar=%calendar
number:year @number:calendar=%calendar @number:style=short|long
style:background-image @draw:opacity=<percent> @style:repeat=no-repeat|repeat|stretch @xlink:actuate=onLoad
    @xlink:href=<picture> @xlink:show=embed @xlink:type=simple
style:column @fo:end-indent=<length> @fo:space-after=<length> @fo:space-before=<length>
    @fo:start-indent=<length> @style:rel-width=<relative>
style:column-sep @style:color=<rgb> @style:height=<percent> @style:style=none|solid|dotted|dashed|dot-dashed
    @style:vertical-align=top|middle|bottom @style:width=<length>
style:columns @fo:column-count=<int> @fo:column-gap=<length> style:column-sep style:column
style:default-style @style:family=%family style:text-properties style:paragraph-properties
    style:section-properties style:ruby-properties style:table-properties style:table-column-properties
    style:table-row-properties style:table-cell-properties style:graphic-properties
    style:drawing-page-properties
style:drawing-page-properties @draw:background-size=full|border @draw:fill=%fill @draw:fill-color=<rgb>
    @draw:fill-gradient-name=<style> @draw:fill-hatch-name=<style> @draw:fill-hatch-solid=true|false
    @draw:fill-image-height=<percent>|<length> @draw:fill-image-name=<style>
    @draw:fill-image-ref-point=%fill-image-ref-point @draw:fill-image-ref-point-x=<percent>
    @draw:fill-image-ref-point-y=<percent> @draw:fill-image-width=<percent>|<length>
    @draw:gradient-step-count=<int> @draw:opacity=<percent> @draw:opacity-name=<style>
    @draw:secondary-fill-color=<rgb> @presentation:background-objects-visible=true|false
    @presentation:background-visible=true|false @style:repeat=no-repeat|repeat|stretch
    @svg:fill-rule=nonzero|evenodd
style:drop-cap @style:distance=<length> @style:length=word|<int> @style:lines=<int>
    @style:style-name=<style>
style:font-face @style:font-family-generic=%font-family-generic @style:font-pitch=fixed|variable
    @style:name!=<font> @svg:font-family=<font>
style:footer @style:display=true|false text:h text:p text:list table:table text:section style:region-left
    style:region-center style:region-right
style:footer-first @style:display=true|false text:h text:p text:list table:table text:section
    style:region-left style:region-center style:region-right
style:footer-left @style:display=true|false text:h text:p text:list table:table text:section
    style:region-left style:region-center style:region-right
style:footer-style style:header-footer-properties
style:footnote-sep @style:adjustment=left|center|right @style:color=<rgb> @style:distance-after-sep=<length>
    @style:distance-before-sep=<length> @style:line-style=%text-line-through-style @style:rel-width=<percent>
    @style:width=<length>
style:graphic-properties @draw:auto-grow-height=true|false @draw:auto-grow-width=true|false
    @draw:blue=<percent> @draw:caption-angle=<angle> @draw:caption-angle-type=fixed|free
    @draw:caption-escape=<percent>|<length> @draw:caption-escape-direction=horizontal|vertical|auto
    @draw:caption-fit-line-length=true|false @draw:caption-gap=<length> @draw:caption-line-length=<length>
    @draw:caption-type=straight-line|angled-line|angled-connector-line
    @draw:color-mode=greyscale|mono|watermark|standard @draw:contrast=<percent> @draw:decimal-places=<int>
    @draw:draw-aspect=content|thumbnail|icon|print-view @draw:end-guide=<length>
    @draw:end-line-spacing-horizontal=<length> @draw:end-line-spacing-vertical=<length> @draw:fill=%fill
    @draw:fill-color=<rgb> @draw:fill-gradient-name=<style> @draw:fill-hatch-name=<style>
    @draw:fill-hatch-solid=true|false @draw:fill-image-height=<percent>|<length>
    @draw:fill-image-name=<style> @draw:fill-image-ref-point=%fill-image-ref-point
    @draw:fill-image-ref-point-x=<percent> @draw:fill-image-ref-point-y=<percent>
    @draw:fill-image-width=<percent>|<length> @draw:fit-to-contour=true|false @draw:fit-to-size=true|false
    @draw:frame-display-border=true|false @draw:frame-display-scrollbar=true|false @draw:gamma=<percent>
    @draw:gradient-step-count=<int> @draw:green=<percent> @draw:guide-distance=<length>
    @draw:guide-overhang=<length> @draw:image-opacity=<percent> @draw:line-distance=<length>
    @draw:luminance=<percent> @draw:marker-end=<style> @draw:marker-end-center=true|false
    @draw:marker-end-width=<length> @draw:marker-start=<style> @draw:marker-start-center=true|false
    @draw:marker-start-width=<length> @draw:measure-align=automatic|left-outside|inside|right-outside
    @draw:measure-vertical-align=automatic|above|below|center @draw:ole-draw-aspect=<int>
    @draw:opacity=<percent> @draw:opacity-name=<style> @draw:parallel=true|false @draw:placing=below|above
    @draw:red=<percent> @draw:secondary-fill-color=<rgb> @draw:shadow=visible|hidden
    @draw:shadow-color=<rgb> @draw:shadow-offset-x=<length> @draw:shadow-offset-y=<length>
    @draw:shadow-opacity=<percent> @draw:show-unit=true|false @draw:start-guide=<length>
    @draw:start-line-spacing-horizontal=<length> @draw:start-line-spacing-vertical=<length>
    @draw:stroke=none|dash|solid @draw:stroke-dash=<style>
    @draw:stroke-linejoin=miter|round|bevel|middle|none @draw:symbol-color=<rgb>
    @draw:textarea-horizontal-align=left|center|right|justify
    @draw:textarea-vertical-align=top|middle|bottom|justify @draw:unit=automatic|mm|cm|m|km|pt|pc|inch|ft|mi
    @draw:visible-area-height=<length> @draw:visible-area-left=<length> @draw:visible-area-top=<length>
    @draw:visible-area-width=<length>
    @draw:wrap-influence-on-position=iterative|once-concurrent|once-successive
    @fo:background-color=transparent|<rgb> @fo:border=<border> @fo:border-bottom=<border>
    @fo:border-left=<border> @fo:border-right=<border> @fo:border-top=<border> @fo:margin=<percent>|<length>
    @fo:margin-bottom=<percent>|<length> @fo:margin-left=<percent>|<length>
    @fo:margin-right=<percent>|<length> @fo:margin-top=<percent>|<length> @fo:max-height=<percent>|<length>
    @fo:max-width=<percent>|<length> @fo:min-height=<percent>|<length> @fo:min-width=<percent>|<length>
    @fo:padding=<length> @fo:padding-bottom=<length> @fo:padding-left=<length> @fo:padding-right=<length>
    @fo:padding-top=<length> @fo:wrap-option=no-wrap|wrap @style:background-transparency=<percent>
    @style:border-line-width=<lengths> @style:border-line-width-bottom=<lengths>
    @style:border-line-width-left=<lengths> @style:border-line-width-right=<lengths>
    @style:border-line-width-top=<lengths> @style:editable=true|false @style:flow-with-text=true|false
    @style:horizontal-pos=left|center|right|from-left|inside|outside|from-inside
    @style:horizontal-rel=%horizontal-rel @style:mirror=<mirror>
    @style:number-wrapped-paragraphs=no-limit|<int> @style:overflow-behavior=clip|auto-create-new-frame
    @style:print-content=true|false @style:rel-height=%rel-height @style:rel-width=<percent>
    @style:repeat=no-repeat|repeat|stretch @style:run-through=foreground|background @style:shadow=<shadow>
    @style:shrink-to-fit=true|false @style:vertical-pos=%vertical-pos @style:vertical-rel=%vertical-rel
    @style:wrap=none|left|right|parallel|dynamic|run-through|biggest @style:wrap-contour=true|false
    @style:wrap-contour-mode=full|outside @style:wrap-dynamic-threshold=<length>
    @style:writing-mode=%writing-mode @svg:fill-rule=nonzero|evenodd @svg:height=<length>
    @svg:stroke-color=<rgb> @svg:stroke-linecap=butt|square|round @svg:stroke-opacity=<double>|<percent>
    @svg:stroke-width=<length> @svg:width=<length> @svg:x=<length> @svg:y=<length>
    @text:anchor-page-number=<int> @text:anchor-type=%anchor-type
    @text:animation=none|scroll|alternate|slide @text:animation-delay=<duration>
    @text:animation-direction=left|right|up|down @text:animation-repeat=<int>
    @text:animation-start-inside=true|false @text:animation-steps=<length>
    @text:animation-stop-inside=true|false text:list-style style:background-image style:columns
style:header @style:display=true|false text:h text:p text:list table:table text:section style:region-left
    style:region-center style:region-right
style:header-first @style:display=true|false text:h text:p text:list table:table text:section
    style:region-left style:region-center style:region-right
style:header-footer-properties @fo:background-color=transparent|<rgb> @fo:border=<border>
    @fo:border-bottom=<border> @fo:border-left=<border> @fo:border-right=<border> @fo:border-top=<border>
    @fo:margin=<percent>|<length> @fo:margin-bottom=<percent>|<length> @fo:margin-left=<percent>|<length>
    @fo:margin-right=<percent>|<length> @fo:margin-top=<percent>|<length> @fo:min-height=<length>
    @fo:padding=<length> @fo:padding-bottom=<length> @fo:padding-left=<length> @fo:padding-right=<length>
    @fo:padding-top=<length> @style:border-line-width=<lengths> @style:border-line-width-bottom=<lengths>
    @style:border-line-width-left=<lengths> @style:border-line-width-right=<lengths>
    @style:border-line-width-top=<lengths> @style:dynamic-spacing=true|false @style:shadow=<shadow>
    @svg:height=<length> style:background-image
style:header-left @style:display=true|false text:h text:p text:list table:table text:section
    style:region-left style:region-center style:region-right
style:header-style style:header-footer-properties
style:list-level-label-alignment @fo:margin-left=<length> @fo:text-indent=<length>
    @text:label-followed-by=listtab|space|nothing @text:list-tab-stop-position=<length>
style:list-level-properties @fo:height=<length> @fo:text-align=%text-align @fo:width=<length>
    @style:font-name=<font> @style:vertical-pos=%vertical-pos @style:vertical-rel=%vertical-rel
    @svg:y=<length> @text:list-level-position-and-space-mode=label-width-and-position|label-alignment
    @text:min-label-distance=<length> @text:min-label-width=<length> @text:space-before=<length>
    style:list-level-label-alignment
style:map @style:apply-style-name=<style> @style:condition=<condition>
style:master-page @draw:style-name=<style> @style:name=<style> @style:next-style-name=<style>
    @style:page-layout-name=<style> style:header style:header-left style:header-first style:footer
    style:footer-left style:footer-first draw:rect draw:line draw:polyline draw:polygon draw:regular-polygon
    draw:path draw:circle draw:ellipse draw:g draw:frame draw:measure draw:caption draw:connector
    draw:custom-shape
style:page-layout @style:name=<style> @style:page-usage=all|left|right|mirrored style:page-layout-properties
    style:header-style style:footer-style
style:page-layout-properties @fo:background-color=transparent|<rgb> @fo:border=<border>
    @fo:border-bottom=<border> @fo:border-left=<border> @fo:border-right=<border> @fo:border-top=<border>
    @fo:margin=<percent>|<length> @fo:margin-bottom=<percent>|<length> @fo:margin-left=<percent>|<length>
    @fo:margin-right=<percent>|<length> @fo:margin-top=<percent>|<length> @fo:padding=<length>
    @fo:padding-bottom=<length> @fo:padding-left=<length> @fo:padding-right=<length>
    @fo:padding-top=<length> @fo:page-height=<length> @fo:page-width=<length>
    @style:border-line-width=<lengths> @style:border-line-width-bottom=<lengths>
    @style:border-line-width-left=<lengths> @style:border-line-width-right=<lengths>
    @style:border-line-width-top=<lengths> @style:first-page-number=continue|<int>
    @style:footnote-max-height=<length> @style:layout-grid-base-height=<length>
    @style:layout-grid-base-width=<length> @style:layout-grid-color=<rgb>
    @style:layout-grid-display=true|false @style:layout-grid-lines=<int>
    @style:layout-grid-mode=none|line|both @style:layout-grid-print=true|false
    @style:layout-grid-ruby-below=true|false @style:layout-grid-ruby-height=<length>
    @style:layout-grid-snap-to=true|false @style:layout-grid-standard-mode=true|false
    @style:num-format=<numformat> @style:num-letter-sync=true|false @style:num-prefix=<label>
    @style:num-suffix=<label> @style:print=%print @style:print-orientation=portrait|landscape
    @style:scale-to-X=<int> @style:scale-to-Y=<int> @style:scale-to-pages=<int> @style:shadow=<shadow>
    @style:table-centering=horizontal|vertical|both|none @style:writing-mode=%writing-mode
    style:background-image style:columns style:footnote-sep
style:paragraph-properties @fo:background-color=transparent|<rgb> @fo:border=<border>
    @fo:border-bottom=<border> @fo:border-left=<border> @fo:border-right=<border> @fo:border-top=<border>
    @fo:break-after=auto|column|page @fo:break-before=auto|column|page @fo:hyphenation-keep=auto|page
    @fo:hyphenation-ladder-count=no-limit|<int> @fo:keep-together=auto|always @fo:keep-with-next=auto|always
    @fo:line-height=normal|<percent>|<length> @fo:margin=<percent>|<length>
    @fo:margin-bottom=<percent>|<length> @fo:margin-left=<percent>|<length>
    @fo:margin-right=<percent>|<length> @fo:margin-top=<percent>|<length> @fo:orphans=<int>
    @fo:padding=<length> @fo:padding-bottom=<length> @fo:padding-left=<length> @fo:padding-right=<length>
    @fo:padding-top=<length> @fo:text-align=%text-align @fo:text-align-last=start|center|justify
    @fo:text-indent=<percent>|<length> @fo:widows=<int> @style:auto-text-indent=true|false
    @style:background-transparency=<percent> @style:border-line-width=<lengths>
    @style:border-line-width-bottom=<lengths> @style:border-line-width-left=<lengths>
    @style:border-line-width-right=<lengths> @style:border-line-width-top=<lengths>
    @style:contextual-spacing=true|false @style:font-independent-line-spacing=true|false
    @style:join-border=true|false @style:justify-single-word=true|false @style:line-break=normal|strict
    @style:line-height-at-least=<length> @style:line-spacing=<length> @style:page-number=auto|<int>
    @style:punctuation-wrap=simple|hanging @style:register-true=true|false @style:shadow=<shadow>
    @style:snap-to-layout-grid=true|false @style:tab-stop-distance=<length>
    @style:text-autospace=none|ideograph-alpha @style:vertical-align=top|middle|bottom|auto|baseline
    @style:writing-mode=%writing-mode @style:writing-mode-automatic=true|false @text:line-number=<int>
    @text:number-lines=true|false style:tab-stops style:drop-cap style:background-image
style:region-center text:p
style:region-left text:p
style:region-right text:p
style:ruby-properties @style:ruby-align=left|center|right|distribute-letter|distribute-space
    @style:ruby-position=above|below
style:section-properties @fo:background-color=transparent|<rgb> @fo:margin-left=<percent>|<length>
    @fo:margin-right=<percent>|<length> @style:editable=true|false @style:writing-mode=%writing-mode
    style:background-image style:columns text:notes-configuration
style:style @style:data-style-name=<style> @style:default-outline-level=<int> @style:family!=%family
    @style:list-level=<int> @style:list-style-name=<style> @style:master-page-name=<style>
    @style:name!=<style> @style:next-style-name=<style> @style:parent-style-name=<style>
    style:text-properties style:paragraph-properties style:section-properties style:ruby-properties
    style:table-properties style:table-column-properties style:table-row-properties
    style:table-cell-properties style:graphic-properties style:drawing-page-properties style:map
style:tab-stop @style:char=<char> @style:leader-color=font-color|<rgb>
    @style:leader-style=%text-line-through-style @style:leader-text=<char> @style:leader-text-style=<style>
    @style:leader-type=none|single|double @style:leader-width=%text-line-through-width
    @style:position=<length> @style:type=left|center|right|char
style:tab-stops style:tab-stop
style:table-cell-properties @fo:background-color=transparent|<rgb> @fo:border=<border>
    @fo:border-bottom=<border> @fo:border-left=<border> @fo:border-right=<border> @fo:border-top=<border>
    @fo:padding=<length> @fo:padding-bottom=<length> @fo:padding-left=<length> @fo:padding-right=<length>
    @fo:padding-top=<length> @fo:wrap-option=no-wrap|wrap @style:border-line-width=<lengths>
    @style:border-line-width-bottom=<lengths> @style:border-line-width-left=<lengths>
    @style:border-line-width-right=<lengths> @style:border-line-width-top=<lengths>
    @style:decimal-places=<int> @style:diagonal-bl-tr=<border> @style:diagonal-bl-tr-widths=<lengths>
    @style:diagonal-tl-br=<border> @style:diagonal-tl-br-widths=<lengths> @style:direction=ltr|ttb
    @style:glyph-orientation-vertical=auto|0|0deg|0rad|0grad @style:print-content=true|false
    @style:repeat-content=true|false @style:rotation-align=none|bottom|top|center
    @style:rotation-angle=<angle> @style:shadow=<shadow> @style:shrink-to-fit=true|false
    @style:text-align-source=fix|value-type @style:vertical-align=top|middle|bottom|automatic
    @style:writing-mode=%writing-mode style:background-image
style:table-column-properties @fo:break-after=auto|column|page @fo:break-before=auto|column|page
    @style:column-width=<length> @style:rel-column-width=<relative>
    @style:use-optimal-column-width=true|false
style:table-properties @fo:background-color=transparent|<rgb> @fo:break-after=auto|column|page
    @fo:break-before=auto|column|page @fo:keep-with-next=auto|always @fo:margin=<percent>|<length>
    @fo:margin-bottom=<percent>|<length> @fo:margin-left=<percent>|<length>
    @fo:margin-right=<percent>|<length> @fo:margin-top=<percent>|<length>
    @style:may-break-between-rows=true|false @style:page-number=auto|<int> @style:rel-width=<percent>
    @style:shadow=<shadow> @style:width=<length> @style:writing-mode=%writing-mode
    @table:align=left|center|right|margins @table:border-model=collapsing|separating @table:tab-color=<rgb>
    style:background-image
style:table-row-properties @fo:background-color=transparent|<rgb> @fo:break-after=auto|column|page
    @fo:break-before=auto|column|page @fo:keep-together=auto|always @style:min-row-height=<length>
    @style:row-height=<length> @style:use-optimal-row-height=true|false style:background-image
style:text-properties @fo:background-color=transparent|<rgb> @fo:color=<rgb> @fo:font-family=<font>
    @fo:font-size=<length>|<percent> @fo:font-style=normal|italic|oblique @fo:font-variant=normal|small-caps
    @fo:font-weight=%font-weight @fo:hyphenation-push-char-count=<int>
    @fo:hyphenation-remain-char-count=<int> @fo:letter-spacing=normal|<length> @fo:text-shadow=<shadow>
    @fo:text-transform=none|lowercase|uppercase|capitalize @style:font-family-asian=<font>
    @style:font-family-complex=<font> @style:font-family-generic=%font-family-generic
    @style:font-family-generic-asian=%font-family-generic
    @style:font-family-generic-complex=%font-family-generic @style:font-name=<font>
    @style:font-name-asian=<font> @style:font-name-complex=<font> @style:font-pitch=fixed|variable
    @style:font-pitch-asian=fixed|variable @style:font-pitch-complex=fixed|variable
    @style:font-relief=none|embossed|engraved @style:font-size-asian=<length>|<percent>
    @style:font-size-complex=<length>|<percent> @style:font-size-rel=<length>
    @style:font-size-rel-asian=<length> @style:font-size-rel-complex=<length>
    @style:font-style-asian=normal|italic|oblique @style:font-style-complex=normal|italic|oblique
    @style:font-weight-asian=%font-weight @style:font-weight-complex=%font-weight
    @style:letter-kerning=true|false @style:script-type=latin|asian|complex|ignore
    @style:text-blinking=true|false @style:text-combine=none|letters|lines @style:text-emphasize=<emphasis>
    @style:text-line-through-color=font-color|<rgb> @style:text-line-through-mode=%text-overline-mode
    @style:text-line-through-style=%text-line-through-style @style:text-line-through-type=none|single|double
    @style:text-line-through-width=%text-line-through-width @style:text-outline=true|false
    @style:text-overline-color=font-color|<rgb> @style:text-overline-mode=%text-overline-mode
    @style:text-overline-style=%text-line-through-style @style:text-overline-type=none|single|double
    @style:text-overline-width=%text-line-through-width @style:text-position=<position>
    @style:text-rotation-angle=<angle> @style:text-rotation-scale=fixed|line-height
    @style:text-scale=<percent> @style:text-underline-color=font-color|<rgb>
    @style:text-underline-mode=%text-overline-mode @style:text-underline-style=%text-line-through-style
    @style:text-underline-type=none|single|double
    @style:text-underline-width=auto|normal|bold|thin|medium|thick @style:use-window-font-color=true|false
"""
