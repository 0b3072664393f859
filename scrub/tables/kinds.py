r"""Allowed in a clean copy: the kinds of attribute values and text that the tables name as `<kind>`.

Each is a regular expression for the whole value. Numbers that name something (styles, lists, shapes ...) are
given anew by the cleaner, counted from 1 in the order in which they are met.

Sources: ISO/IEC 29500-1, 22.9 (shared simple types); OASIS OpenDocument 1.3, part 3, 18 (data types).
"""

_NUMBER = r"-?[0-9]{1,15}(?:\.[0-9]{1,17})?(?:[eE][-+]?[0-9]{1,3})?"
_LENGTH = r"-?[0-9]{0,9}(?:\.[0-9]{1,12})?(?:mm|cm|in|pt|pc|px|em)|0"
_PERCENT = r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?%"
_RGB = r"#[0-9a-fA-F]{6}"
_LINES = (
    "none|solid|dotted|dashed|long-dash|dot-dash|dot-dot-dash|double|groove|ridge|inset|outset|hidden|wave"
)
_LINES += "|fine-dashed|double-thin"
_PRESET = (
    r"(?:3cd4|3cd8|5cd8|7cd8|cd2|cd4|cd8|hc|vc|hd[2-9]|hd10|wd[2-9]|wd10|wd12|wd32|ssd(?:2|4|6|8|16|32)|ls|ss"
)
_PRESET += r"|adj[1-8]?|hf|vf|[bhlrtw])"
_GUIDE = rf"(?:g[1-9][0-9]{{0,3}}|{_PRESET})"
_OPERAND = rf"(?:{_GUIDE}|-?[0-9]{{1,12}})"
_OPERATOR = r"(?:\*/|\+-|\+/|\?:|abs|at2|cat2|cos|max|min|mod|pin|sat2|sin|sqrt|tan|val)"
_CELL = r"[A-Z]{1,3}[1-9][0-9]{0,6}"
_FORMAT_PART = (
    r"(?:General|@|AM/PM|A/P|[0#?.,%/ :;()+\-_*$\u20ac\u00a3\u00a5\u20b1\u20b9]"
    r"|[eE][-+]|[ymdhsYMDHS]|[gG]{1,3}|[eE]{1,4}|[aA]{3,4}|[bB]{4}|[bB]{2}|/ ?[1-9][0-9]{0,2}|\\[ \-(),./:]"
    r"|\[(?:[hH]+|[mM]+|[sS]+|[Rr][Ee][Dd]|[Bb][Ll][Aa][Cc][Kk]|[Bb][Ll][Uu][Ee]|[Gg][Rr][Ee][Ee][Nn]"
    r"|[Ww][Hh][Ii][Tt][Ee]|[Yy][Ee][Ll][Ll][Oo][Ww]|[Cc][Yy][Aa][Nn]|[Mm][Aa][Gg][Ee][Nn][Tt][Aa]"
    r"|[Cc][Oo][Ll][Oo][Rr] ?[0-9]{1,2}|[Dd][Bb][Nn][Uu][Mm][1-4]|[Nn][Aa][Tt][Nn][Uu][Mm][0-9]{1,2}"
    r"|[<>=]{1,2}-?[0-9.]{1,12})\]"
    r"|\[\$[^\x00-\x1f\x7f\[\]\"-]{0,64}"
    r"(?:-(?:[0-9A-Fa-f]{1,8}|[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}|x-sys(?:date|time)))?\]"
    r"|\"[^\x00-\x1f\x7f\"]{1,64}\")"
)
"""Words stand in quotes: the cleaner keeps those of a section that a value is shown by."""

_SIDE = r"(?:left|top|right|bottom|width|height|logwidth|logheight|xstretch|ystretch|hasstroke|hasfill)"
_STEP = r"-?[0-9.]{1,20}(?:e-?[0-9]{1,3})?(?:cm|mm|in|pt|pc|px)?"
_STEPS = rf"{_STEP}(?:[, ]{{1,2}}{_STEP}){{0,5}}"

KINDS = {
    "int": r"-?[0-9]{1,12}",
    "bool": r"0|1|true|false|on|off",
    "double": _NUMBER,
    "measure": r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?(?:mm|cm|in|pt|pc|pi|%)?",
    "hex2": r"[0-9a-fA-F]{1,2}",
    "hex4": r"[0-9a-fA-F]{4}",
    "hex6": r"[0-9a-fA-F]{6}",
    "hex8": r"FF[0-9a-fA-F]{6}|[0-9a-fA-F]{6}",
    "color": r"auto|[0-9a-fA-F]{6}",
    "coordinate": rf"-?[0-9]{{1,12}}|{_GUIDE}",
    "guide": _GUIDE,
    "formula": rf"{_OPERATOR}(?: {_OPERAND}){{1,3}}",
    "constant": "x",
    "empty": "",
    "guid": r"\{00000000-0000-0000-0000-000000000000\}",
    "text": r"[^\x00-\x08\x0b-\x1f\x7f]*",
    "label": r"[^\x00-\x1f\x7f]{0,64}",
    "separator": r"[ ,;:.|/\n-]{0,4}",
    "char": r"[^\x00-\x1f\x7f]{0,2}",
    "numberformat": rf"{_FORMAT_PART}{{1,200}}",
    "cell": _CELL,
    "cells": rf"{_CELL}(?::{_CELL})?",
    "rel": r"rId[1-9][0-9]{0,4}",
    "style": r"(?:s[1-9][0-9]{0,4}|[Dd]efault|Standard)(?:-(?:sub)?title|-outline[1-9]|-notes"
    r"|-background(?:objects)?)?",
    "styleid": r"s[1-9][0-9]{0,4}",
    "num": r"[0-9]{1,5}",
    "abstractnum": r"[1-9][0-9]{0,4}",
    "footnote": r"[1-9][0-9]{0,4}",
    "endnote": r"[1-9][0-9]{0,4}",
    "shape": r"[1-9][0-9]{0,5}",
    "axis": r"[1-9][0-9]{0,3}",
    "sheet": r"[1-9][0-9]{0,3}",
    "slide": r"[1-9][0-9]{2,4}",
    "master": r"21474[0-9]{5}",
    "format": r"[0-9]{1,5}",
    "uri": r"http://schemas\.(?:openxmlformats\.org/drawingml/2006/(?:picture|chart|table)"
    r"|microsoft\.com/office/word/2010/wordprocessing(?:Shape|Group))",
    "tablestyle": r"\{(?:5C22544A-7EE6-4342-B048-85BDC9FD1C3A|2D5ABB26-0587-4C30-8999-92F81FD0307C"
    r"|5940675A-B579-460E-94D1-54222C63F5DA|073A0DAA-6AF3-43AB-8588-CEC1D06C72B9)\}",
    "length": _LENGTH,
    "lengths": rf"(?:{_LENGTH})(?: (?:{_LENGTH})){{0,3}}",
    "percent": _PERCENT,
    "rgb": _RGB,
    "border": rf"none|(?:(?:{_LENGTH}) )?(?:{_LINES})(?: {_RGB})?",
    "angle": r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?(?:deg|grad|rad)?",
    "integers": r"-?[0-9]{1,9}(?: -?[0-9]{1,9}){0,7}",
    "numbers": r"-?[0-9.]{1,20}(?:[ ,]-?[0-9.]{1,20}){0,31}",
    "points": r"-?[0-9]{1,9},-?[0-9]{1,9}(?: -?[0-9]{1,9},-?[0-9]{1,9}){0,9999}",
    "path": rf"(?:[MmLlHhVvCcSsQqTtAaZzXYUFNWBGK](?![a-zA-Z]{{2}})|[-0-9 .,$]|\?(?:f[0-9]|g[0-9])|{_SIDE})"
    r"{0,200000}",
    "equation": r"(?:[-0-9 .+*/(),?$]|abs|sqrt|sin|cos|tan|atan2|atan|min|max|if"
    r"|pi|left|top|right|bottom|width|height"
    r"|logwidth|logheight|xstretch|ystretch|hasstroke|hasfill|f(?=[0-9])|g(?=[0-9])){1,400}",
    "transform": rf"(?:(?:rotate|translate|scale|skewX|skewY|matrix) ?\( ?{_STEPS} ?\) ?){{1,6}}",
    "numformat": r"|1|i|I|a|A",
    "picture": r"Pictures/[1-9][0-9]{0,4}\.(?:jpg|png)",
    "duration": (
        r"-?P(?:[0-9]{1,5}D)?(?:T(?:[0-9]{1,7}H)?(?:[0-9]{1,7}M)?(?:[0-9]{1,7}(?:[.,][0-9]{1,1"
        r"2})?S)?)?"
    ),
    "date": r"-?[0-9]{4,6}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,12})?)?",
    "currency": r"[A-Z]{3}",
    "mirror": r"none|vertical|horizontal(?:-on-odd|-on-even)?|vertical horizontal|horizontal vertical",
    "condition": r"value\(\) ?(?:[<>=]|<=|>=|!=) ?-?[0-9]{1,12}(?:\.[0-9]{1,9})?",
    "relative": r"[0-9]{1,9}\*",
    "emphasis": r"(?:none|accent|dot|circle|disc)(?: (?:above|below))?",
    "position": r"(?:sub|super|-?[0-9]{1,3}%)(?: [0-9]{1,3}%)?",
    "shadow": rf"none|(?:{_RGB} )?(?:{_LENGTH}) (?:{_LENGTH})",
}
"""`font`, `stylename` and some of `style` are names: `scrub.tables.names`."""
