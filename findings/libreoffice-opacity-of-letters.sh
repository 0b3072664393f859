#!/usr/bin/env bash
# LibreOffice 7.4.7 (Debian 12), its pages looked at by pypdfium2 5.15.2. Letters in the automatic colour are written to an
# OpenDocument file with loext:opacity="0%", which reads as wholly seen through, and its PDF shows them in full. So it
# does with letters of a colour of their own at 0%, while 1% is as good as invisible. In the automatic colour it is the
# other way round: 1%, 50% and even 100% draw nothing at all.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pypdfium2==5.15.2 numpy==2.3.5
mkdir -p cache/partial packages
version=4:7.4.7-1+deb12u14
# As if nothing were installed: all that Writer needs, but for the C library.
apt-get install --yes --print-uris --no-install-recommends -o Dir::State::status=/dev/null \
    -o "Dir::Cache::archives=$place/cache" \
    libreoffice-writer-nogui=$version libreoffice-core-nogui=$version fonts-dejavu-core 2>/dev/null |
    sed -n "s/^'[^']*' \([^_]*\)_.*/\1/p" |
    grep -Ev '^(libc6|libc-bin|libgcc-s1|gcc-12-base|perl.*|gnupg.*|dpkg|tar)$' >names
(cd packages && xargs apt-get download -qq <../names >/dev/null 2>&1)
for package in packages/*.deb; do dpkg-deb -x "$package" root; done
office=$place/root/usr/lib/libreoffice
sed -i "s,file:///usr/lib/libreoffice,file://$office," "$office/program/fundamentalrc"
rm "$office/share/registry"
cp -r "$office/share/.registry" "$office/share/registry"
printf '<fontconfig><dir>%s</dir><cachedir>%s</cachedir></fontconfig>' \
    "$place/root/usr/share/fonts" "$place/cache" >fonts.conf
convert() {
    local to=$1 code=0
    shift
    set -- "$office/program/soffice.bin" "-env:UserInstallation=file://$place/profile" --headless --convert-to "$to" "$@"
    FONTCONFIG_FILE=$place/fonts.conf HOME=$place \
        LD_LIBRARY_PATH=$office/program:$place/root/usr/lib/x86_64-linux-gnu:$place/root/lib/x86_64-linux-gnu \
        "$@" >/dev/null 2>&1 || code=$?
    [ "$code" = 0 ] || [ "$code" = 81 ] # 81: the profile has been made, begin again
    return 0
}
cat >look.py <<'PY'
import re
import sys
from pathlib import Path

import pypdfium2

PAGE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
    ' office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles>'
    '<style:style style:name="T1" style:family="text"><style:text-properties %s fo:font-size="40pt"/></style:style>'
    '</office:automatic-styles><office:body><office:text><text:p><text:span text:style-name="T1">HELLO</text:span>'
    "</text:p></office:text></office:body></office:document>"
)
KINDS = {"automatic": 'style:use-window-font-color="true"', "red": 'fo:color="#ff0000"'}
OPACITIES = (0, 1, 50, 100)


def write() -> None:
    Path("plain.fodt").write_text(PAGE % KINDS["automatic"])
    for kind, looks in KINDS.items():
        for opacity in OPACITIES:
            Path(f"{kind}{opacity}.fodt").write_text(PAGE % f'{looks} loext:opacity="{opacity}%"')


def read() -> None:
    written = Path("out/plain.fodt").read_text()
    assert "<meta:generator>LibreOffice/7.4.7" in written
    own = [looks for looks in re.findall(r"<style:text-properties [^>]*>", written) if '"40pt"' in looks]
    print("written anew:", own[0])
    assert 'style:use-window-font-color="true"' in own[0] and 'loext:opacity="0%"' in own[0]
    darkest = {}
    for kind in KINDS:
        for opacity in OPACITIES:
            page = pypdfium2.PdfDocument(f"{kind}{opacity}.pdf")[0]
            dots = page.render(grayscale=True).to_numpy()
            darkest[kind, opacity] = int(dots.min())
            print(f"{kind} at {opacity}%: the darkest dot is {dots.min()} of 255")
    assert darkest["automatic", 0] < 20
    assert all(darkest["automatic", opacity] == 255 for opacity in OPACITIES[1:])
    assert darkest["red", 0] == darkest["red", 100] < 100 < darkest["red", 50] < 240 < darkest["red", 1]
    print("as seen: 0% is drawn in full, and in the automatic colour nothing but 0% is drawn")


write() if sys.argv[1] == "write" else read()
PY
venv/bin/python look.py write
convert fodt --outdir out plain.fodt
convert fodt --outdir out plain.fodt
convert pdf automatic*.fodt red*.fodt
venv/bin/python look.py read
