#!/usr/bin/env bash
# LibreOffice 7.4.7 (Debian 12), its own templates. Files of OpenOffice.org 1 and 2 have a META-INF/manifest.xml whose prefix
# "manifest:" is declared nowhere in it: the declaration is a fixed attribute in the Manifest.dtd that the document type
# names. An XML parser that loads no DTD, as all do that are careful, finds a prefix without a namespace and gives up;
# with the DTD the same bytes are fine. Templates that are shipped today are still such files, so odfpy 1.4.1, expat
# and lxml 6.1.3 don't read the manifest of 27 of them, while LibreOffice opens them.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
apt-get download -qq libreoffice-common=4:7.4.7-1+deb12u14 >/dev/null
dpkg-deb -x ./*.deb root
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check odfpy==1.4.1 lxml==6.1.3
cat >look.py <<'PY'
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import lxml.etree
from odf.opendocument import load

share = Path("root/usr/lib/libreoffice/share")
dtd = share / "dtd/officedocument/1_0/Manifest.dtd"


class Shipped(lxml.etree.Resolver):
    def resolve(self, url, public, context):
        return self.resolve_filename(str(dtd), context)


def fails(read, *given) -> bool:
    try:
        read(*given)
    except Exception:  # each library has its own kind
        return True
    return False


templates = sorted(share.glob("template/**/*.ot?"))
manifests = [zipfile.ZipFile(template).read("META-INF/manifest.xml") for template in templates]
expat = [fails(ElementTree.fromstring, manifest) for manifest in manifests]
plain = [fails(lxml.etree.fromstring, manifest) for manifest in manifests]
loaded = lxml.etree.XMLParser(load_dtd=True, attribute_defaults=True)
loaded.resolvers.add(Shipped())
whole = [fails(lxml.etree.fromstring, manifest, loaded) for manifest in manifests]
odfpy = [fails(load, str(template)) for template in templates]
print("templates:", len(templates), " not read by expat:", sum(expat), " lxml:", sum(plain), " odfpy:", sum(odfpy))
print("not read by lxml with the DTD:", sum(whole))
names = {lxml.etree.fromstring(manifest, loaded).tag for manifest, bad in zip(manifests, expat) if bad}
print("their root, with the DTD:", *names)
assert sum(expat) == 27 and expat == plain == odfpy and not any(whole)
assert names == {"{http://openoffice.org/2001/manifest}manifest"}
print("as seen: the namespace of these manifests is in the DTD alone")
PY
venv/bin/python look.py
