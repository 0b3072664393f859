"""Fields of forms in OpenDocument: what a person ticked, chose and wrote in them stays as words.

Source: OASIS OpenDocument 1.3, part 3, 10.3.13 (`draw:control`), 13 (forms).
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
        "fixed-text",
        "button",
        "frame",
    }
)
_SHOWN_VALUES = ("current-value", "value", "label")


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
        state = _get(field, "current-state") or _get(field, "state")
        return f"{'☒' if state == 'checked' else '☐'} {label}".strip()
    if kind == "radio":
        chosen = _get(field, "current-selected") or _get(field, "selected")
        return f"{'◉' if chosen == 'true' else '○'} {label}".strip()
    if kind == "listbox":
        options = [each for each in field if local(each) == "option"]
        those = [
            each for each in options if "true" in (_get(each, "current-selected"), _get(each, "selected"))
        ]
        return ", ".join(_get(each, "label") for each in those)
    if kind in _WRITTEN:
        lines = [("".join(map(str, child.itertext()))) for child in field if local(child) == "p"]
        return " ".join(lines) or next((said for key in _SHOWN_VALUES if (said := _get(field, key))), None)
    return None


def _is_hidden(field: Tree) -> bool:
    """As LibreOffice writes it; a field that shows a sign in place of each letter hides them."""
    switched_off = any(
        _get(each, "property-name") == "EnableVisible" and _get(each, "boolean-value") == "false"
        for each in field.iter()
    )
    return switched_off or bool(_get(field, "echo-char")) or local(field) == "password"


def _get(element: Tree, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if _plain(key) == name), "")


def _plain(key: object) -> str:
    return str(key).rpartition("}")[2]
