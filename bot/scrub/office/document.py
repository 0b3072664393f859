"""Which kind of office document an archive is, and the way from it to its clean copy."""

from bot.scrub.office import archive, sheet, slides, word
from bot.scrub.office.findings import Findings
from bot.scrub.office.opc import Source
from bot.scrub.office.pictures import CleanPictures, Inner
from bot.scrub.report import EXTENSIONS, NOTES, REMOVED, Clean, Refusal


def scrub_office(media_type: str, untrusted: bytes, inner: Inner) -> Clean:
    files = archive.read(untrusted)
    findings = Findings()
    pictures = CleanPictures(inner)
    source = Source(files)
    m = {'docx':word,'xlsx':sheet,'pptx':slides}[EXTENSIONS[media_type]]
    content = m.rebuild(source, source.main_part(), pictures, findings)
    removed, notes = findings.removed | pictures.removed, findings.notes | pictures.notes | {"document_remains"}
    return Clean(content=content, media_type=media_type, extension=EXTENSIONS[media_type],
        removed=tuple(code for code in REMOVED if code in removed), notes=tuple(code for code in NOTES if code in notes))
