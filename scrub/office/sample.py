"""Two tiny documents, to run the parser, the copier and the verifier once before a child is forked."""

from collections.abc import Iterator

from scrub.office import archive
from scrub.office.ooxml_names import NAMESPACES
from scrub.office.open_names import NAMESPACES as OPEN_NAMESPACES

_HEAD = b'<?xml version="1.0"?>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def samples() -> Iterator[bytes]:
    """A Word document and an OpenDocument text of one word each."""
    relation = f'<Relationship Id="r" Type="{_OFFICE}" Target="word/document.xml"/>'
    words = "<w:body><w:p><w:r><w:t>Silbo \u20ac</w:t></w:r></w:p></w:body>"
    yield archive.write(
        {
            "[Content_Types].xml": _HEAD + f'<Types><Override ContentType="{_TYPE}"/></Types>'.encode(),
            "_rels/.rels": _HEAD + f'<Relationships xmlns="{_RELATIONS}">{relation}</Relationships>'.encode(),
            "word/document.xml": _HEAD
            + f'<w:document xmlns:w="{NAMESPACES["w"]}">{words}</w:document>'.encode(),
        }
    )
    office, text = OPEN_NAMESPACES["office"], OPEN_NAMESPACES["text"]
    body = "<o:body><o:text><t:p>Silbo</t:p></o:text></o:body>"
    yield archive.write(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": _HEAD
            + f'<o:document-content xmlns:o="{office}" xmlns:t="{text}">{body}</o:document-content>'.encode(),
        },
        first_stored=True,
    )
