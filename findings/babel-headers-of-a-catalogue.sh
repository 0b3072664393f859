#!/usr/bin/env bash
# Babel 2.18.0, with polib 1.2.0 beside it. A catalogue (.po) that is read with read_po() and written with write_po(), nothing
# touched, loses every field of its header that Babel has no place for: X-Generator and X-Poedit-SearchPath, which editors
# write, and any X- field of one's own, like a note of who has read the translation. Instead it says that Babel made it.
# No warning, and mime_headers doesn't show them after reading. An unknown flag of a message is kept. polib keeps all.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.18.0 polib==1.2.0
cat >"$place/look.py" <<'PY'
import io
import warnings

import polib
from babel.messages.pofile import read_po, write_po

warnings.simplefilter("error")
HEADER = {
    "Project-Id-Version": "letters 1",
    "PO-Revision-Date": "2024-05-25 12:02+0000",
    "Last-Translator": "A <a@example.org>",
    "Language": "es",
    "Language-Team": "Spanish <es@example.org>",
    "Plural-Forms": "nplurals=2; plural=n != 1;",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "X-Generator": "Poedit 3.4",
    "X-Poedit-SearchPath-0": "src",
    "X-Read-By": "nobody yet",
}
fields = "".join(f'"{name}: {value}\\n"\n' for name, value in HEADER.items())
text = f'msgid ""\nmsgstr ""\n{fields}\n#, of-my-own\nmsgid "yes"\nmsgstr "sí"\n'
catalogue = read_po(io.BytesIO(text.encode()))
file = io.BytesIO()
write_po(file, catalogue)
by_babel = polib.pofile(file.getvalue().decode())
by_polib = polib.pofile(str(polib.pofile(text)))
lost = [name for name in HEADER if name not in by_babel.metadata]
added = {name: value for name, value in by_babel.metadata.items() if name not in HEADER}
print("lost by Babel:", lost, "added:", added)
print("lost by polib:", [name for name in HEADER if by_polib.metadata.get(name) != HEADER[name]])
assert lost == ["X-Generator", "X-Poedit-SearchPath-0", "X-Read-By"]
assert not set(lost) & {name for name, _ in catalogue.mime_headers}
assert added["Generated-By"].strip() == "Babel 2.18.0"
assert all(by_polib.metadata[name] == value for name, value in HEADER.items())
assert [entry.flags for entry in by_babel] == [["of-my-own"]]
print("as seen: fields of the header that Babel doesn't know are gone after reading and writing")
PY
"$place/venv/bin/python" "$place/look.py"
