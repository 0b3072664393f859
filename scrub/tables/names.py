"""Allowed in a clean copy: names of fonts and of styles. Any other may be a person's, a firm's or a mark.

The fonts come with Windows, macOS, Office and LibreOffice, or are common on the web. The styles are those
that word processors know by name (ISO/IEC 29500-1, 17.7.4.9): headings keep their rank.
"""

_FONTS = """
+mn-lt; +mn-ea; +mn-cs; +mj-lt; +mj-ea; +mj-cs; Abadi; Agency FB; Aharoni; Aldhabi; Algerian
Andale Mono; Andalus; Angsana New; AngsanaUPC; Aparajita; Aptos; Aptos Display; Aptos Narrow
Arabic Typesetting; Arial; Arial Black; Arial Narrow; Arial Rounded MT Bold; Arial Unicode MS; Avenir
Avenir Next; Avenir Next LT Pro; Bahnschrift; Baskerville; Baskerville Old Face; Batang; BatangChe
Bauhaus 93; Bell MT; Berlin Sans FB; Bernard MT Condensed; Bitstream Vera Sans; Bodoni MT; Book Antiqua
Bookman Old Style; Bookshelf Symbol 7; Bradley Hand ITC; Britannic Bold; Broadway; Browallia New
BrowalliaUPC; Brush Script MT; Caladea; Calibri; Calibri Light; Californian FB; Calisto MT; Cambria
Cambria Math; Candara; Candara Light; Cantarell; Carlito; Castellar; Centaur; Century; Century Gothic
Century Schoolbook; Chalkboard; Chiller; Cochin; Colonna MT; Comfortaa; Comic Sans MS; Consolas
Constantia; Cooper Black; Copperplate Gothic Bold; Copperplate Gothic Light; Corbel; Corbel Light
Cordia New; CordiaUPC; Cormorant Garamond; Courier; Courier New; Crimson Text; Curlz MT; DFKai-SB
DaunPenh; David; DejaVu Sans; DejaVu Sans Condensed; DejaVu Sans Mono; DejaVu Serif; DengXian
DengXian Light; Didot; DilleniaUPC; DokChampa; Dotum; DotumChe; Droid Sans; Droid Sans Fallback
Droid Serif; EB Garamond; Ebrima; Edwardian Script ITC; Elephant; Engravers MT; Eras Bold ITC
Eras Demi ITC; Eras Light ITC; Eras Medium ITC; EucrosiaUPC; FangSong; Felix Titling; Fira Sans
Fixedsys; Footlight MT Light; Forte; FrankRuehl; Franklin Gothic Book; Franklin Gothic Demi
Franklin Gothic Heavy; Franklin Gothic Medium; FreeMono; FreeSans; FreeSerif; FreesiaUPC
Freestyle Script; French Script MT; Futura; Gabriola; Gadugi; Garamond; Gautami; Geneva; Gentium
Gentium Basic; Gentium Book Basic; Georgia; Georgia Pro; Gigi; Gill Sans; Gill Sans MT; Gill Sans Nova
Gisha; Gloucester MT Extra Condensed; Goudy Old Style; Goudy Stout; Gulim; GulimChe; Gungsuh; GungsuhChe
Haettenschweiler; Harlow Solid Italic; Harrington; Helvetica; Helvetica Neue; High Tower Text
Hiragino Sans; Hoefler Text; IBM Plex Sans; Impact; Imprint MT Shadow; Inconsolata; Informal Roman
Inter; IrisUPC; Iskoola Pota; JasmineUPC; Javanese Text; Jokerman; Juice ITC; KaiTi; Kalinga; Kartika
Khmer UI; KodchiangUPC; Kokila; Kristen ITC; Kunstler Script; Lao UI; Latha; Lato; Leelawadee
Leelawadee UI; Levenim MT; Liberation Mono; Liberation Sans; Liberation Sans Narrow; Liberation Serif
Libre Baskerville; Libre Franklin; LilyUPC; Linux Biolinum G; Linux Libertine G; Lohit Devanagari
Lohit Hindi; Lora; Lucida Bright; Lucida Calligraphy; Lucida Console; Lucida Fax; Lucida Grande
Lucida Handwriting; Lucida Sans; Lucida Sans Typewriter; Lucida Sans Unicode; MS Gothic; MS Mincho
MS Outlook; MS PGothic; MS PMincho; MS Reference Sans Serif; MS Reference Specialty; MS Sans Serif
MS Serif; MS UI Gothic; MT Extra; MV Boli; Magneto; Maiandra GD; Malgun Gothic; Mangal; Marlett
Matura MT Script Capitals; Meiryo; Meiryo UI; Menlo; Merriweather; Microsoft Himalaya
Microsoft JhengHei; Microsoft JhengHei UI; Microsoft New Tai Lue; Microsoft PhagsPa
Microsoft Sans Serif; Microsoft Tai Le; Microsoft Uighur; Microsoft YaHei; Microsoft YaHei UI
Microsoft Yi Baiti; MingLiU; MingLiU-ExtB; MingLiU_HKSCS; Miriam; Miriam Fixed; Mistral; Modern No. 20
Monaco; Mongolian Baiti; Monotype Corsiva; Monotype Sorts; Montserrat; MoolBoran; Myanmar Text; NSimSun
Narkisim
News Gothic MT; Niagara Engraved; Niagara Solid; Nirmala UI; Noto Mono; Noto Sans; Noto Sans Arabic
Noto Sans CJK JP; Noto Sans CJK KR; Noto Sans CJK SC; Noto Sans CJK TC; Noto Sans Devanagari
Noto Sans Symbols; Noto Serif; Noto Serif CJK SC; Nunito; Nyala; OCR A Extended; Old English Text MT
Onyx; Open Sans; OpenSymbol; Optima; Oswald; PMingLiU; PMingLiU-ExtB; PT Mono; PT Sans; PT Serif
Palace Script MT; Palatino; Palatino Linotype; Papyrus; Parchment; Perpetua; Perpetua Titling MT
Plantagenet Cherokee; Playbill; Playfair Display; Poor Richard; Poppins; Pristina; Quicksand; Raavi
Rage Italic; Raleway; Ravie; Roboto; Roboto Condensed; Roboto Mono; Roboto Slab; Rockwell
Rockwell Condensed; Rockwell Extra Bold; Rod; STIXGeneral; Sakkal Majalla; San Francisco; Script MT Bold
Segoe Print; Segoe Script; Segoe UI; Segoe UI Black; Segoe UI Emoji; Segoe UI Historic; Segoe UI Light
Segoe UI Semibold; Segoe UI Semilight; Segoe UI Symbol; Shonar Bangla; Showcard Gothic; Shruti; SimHei
SimSun; SimSun-ExtB; Simplified Arabic; Simplified Arabic Fixed; Sitka Text; Snap ITC; Source Code Pro
Source Han Sans; Source Sans Pro; Source Serif Pro; StarSymbol; Stencil; Sylfaen; Symbol; System; Tahoma
Tempus Sans ITC; Terminal; Times; Times New Roman; Titillium Web; Traditional Arabic; Trebuchet MS
Tunga; Tw Cen MT; Tw Cen MT Condensed; Ubuntu; Ubuntu Mono; Urdu Typesetting; Utsaah; Vani; Verdana
Vijaya; Viner Hand ITC; Vivaldi; Vladimir Script; Vrinda; Webdings; WenQuanYi Micro Hei; Wide Latin
Wingdings; Wingdings 2; Wingdings 3; Work Sans; Yu Gothic; Yu Gothic Light; Yu Mincho; Zapf Dingbats
ZapfDingbats
"""

_STYLES = """
Normal; Default Paragraph Font; Normal Table; No List; Title; Subtitle; heading 1; heading 2; heading 3
heading 4; heading 5; heading 6; heading 7; heading 8; heading 9; toc 1; toc 2; toc 3; toc 4; toc 5
toc 6; toc 7; toc 8; toc 9; TOC Heading; header; footer; caption; footnote text; footnote reference
endnote text; endnote reference; List Paragraph; List; List 2; List 3; List Bullet; List Bullet 2
List Bullet 3; List Number; List Number 2; List Number 3; List Continue; Body Text; Body Text Indent
Body Text 2; Body Text 3; Quote; Intense Quote; Strong; Emphasis; Subtle Emphasis; Intense Emphasis
Subtle Reference; Intense Reference; Book Title; Hyperlink; FollowedHyperlink; No Spacing; Table Grid
Plain Text; page number; line number; Block Text; Signature; Salutation; Closing; Date; Macro Text
"""

_OPEN_STYLES = """
Standard; Default; default; Text_20_body; Heading; Heading_20_1; Heading_20_2; Heading_20_3
Heading_20_4; Heading_20_5; Heading_20_6; Title; Subtitle; List; Caption; Index; Header; Footer
Footnote; Endnote; Table_20_Contents; Table_20_Heading; Graphics; Frame; Internet_20_link
Numbering_20_Symbols; Bullet_20_Symbols; Footnote_20_Symbol; Footnote_20_anchor; Endnote_20_Symbol
Endnote_20_anchor; Outline; First_20_Page; Landscape; HTML
"""


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for line in text.splitlines() for name in line.split(";") if name.strip())


FONTS = _names(_FONTS)
STYLE_NAMES = _names(_STYLES)

OPEN_STYLE_NAMES = _names(_OPEN_STYLES)
"""Of OpenDocument: LibreOffice gives `Standard` to the first page, and to paragraphs that name no style."""
