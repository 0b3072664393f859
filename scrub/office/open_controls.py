"""Fields of forms in OpenDocument: what a person ticked, chose and wrote in them stays as words.

What a form was prepared with (`form:state`, `form:selected`) is not what it shows: of a box that somebody
cleared LibreOffice writes that it was ticked at first, and nothing else. Source: OASIS OpenDocument 1.3,
part 3, 10.3.13 (`draw:control`), 13 (forms).
"""

from scrub.office.covering import local
from scrub.office.open_names import tag
from scrub.office.open_objects import WORDS
from scrub.office.trees import Tree, all_of, etree

_ANCHOR = tag("text:anchor-type")
_WRITTEN = frozenset(
    {
        "text",
        "textarea",
        "formatted-text",
        "number",
        "date",
        "time",
        "combobox",
    }
)
_LABELLED = frozenset({"fixed-text", "button", "frame"})
_OFF = ("false", "0")


def write_out(roots: list[Tree]) -> None:
    """Each control that says something becomes its words, in the line or on a plain ground of its size."""
    for root in roots:
        fields = {
            value: field
            for field in root.iter()
            for key, value in field.attrib.items()
            if isinstance(field.tag, str) and ":form:" in field.tag and _plain(key) == "id"
        }
        for control in all_of(root, (tag("draw:control"),)):
            control.attrib.pop(WORDS, None)
            field = fields.get(control.get(tag("draw:control"), ""))
            words = None if field is None or _is_hidden(field) else _said(field)
            if words is None or not words.strip() or control.getparent() is None:
                continue
            if control.get(_ANCHOR) == "as-char":
                span = etree.Element(tag("text:span"))
                span.text, span.tail = words, control.tail
                control.getparent().replace(control, span)
            else:
                for child in list(control):
                    control.remove(child)
                control.tag = tag("draw:frame")
                etree.SubElement(control, tag("draw:image"))
                control.set(WORDS, words)


def _said(field: Tree) -> str | None:
    """None for what holds no words: a picture, a secret, a list of which nothing was chosen."""
    kind, label = local(field), _get(field, "label")
    if kind == "checkbox":
        return f"{'☒' if _get(field, 'current-state') == 'checked' else '☐'} {label}".strip()
    if kind == "radio":
        return f"{'◉' if _get(field, 'current-selected') == 'true' else '○'} {label}".strip()
    if kind == "listbox":
        those = [
            each for each in field if local(each) == "option" and _get(each, "current-selected") == "true"
        ]
        return ", ".join(_get(each, "label") for each in those)
    if kind in _WRITTEN:
        lines = [("".join(map(str, child.itertext()))) for child in field if local(child) == "p"]
        current = any(_plain(key) == "current-value" for key in field.attrib)
        return " ".join(lines) or _get(field, "current-value" if current else "value")
    if kind in _LABELLED:
        return label
    return None


def _is_hidden(field: Tree) -> bool:
    """As LibreOffice writes it; a field that shows a sign in place of each letter hides them."""
    switched_off = any(
        _get(each, "property-name") == "EnableVisible" and _get(each, "boolean-value") == "false"
        for each in field.iter()
    )
    return (
        switched_off
        or _get(field, "visible") in _OFF
        or bool(_get(field, "echo-char"))
        or local(field) == "password"
    )


def _get(element: Tree, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if _plain(key) == name), "")


def _plain(key: object) -> str:
    return str(key).rpartition("}")[2]
