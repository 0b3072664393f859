#!/usr/bin/env bash
# Babel 2.18.0. negotiate_locale() looks for the wanted name as a whole, and then for its language alone. It leaves out the
# step between, language and script: who wants zh_Hant_TW, where zh and zh_Hant are to be had, is given zh, which by Babel's
# own data is written in simplified letters. Who wants sr_Latn_RS is given Cyrillic sr beside sr_Latn, and nothing, or the
# next language of the list, where sr_Latn stands alone. Locale.negotiate() does the same.
# (RFC 4647, 3.4, takes off one part at a time.)
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.18.0
cat >"$place/look.py" <<'PY'
from babel.core import Locale, negotiate_locale


def given(wanted: list[str], available: list[str]) -> str | None:
    found = negotiate_locale(wanted, available)
    dashed = ([name.replace("_", "-") for name in names] for names in (wanted, available))
    assert negotiate_locale(*dashed, sep="-") == found
    assert Locale.negotiate(wanted, available) == (Locale.parse(found) if found else None)
    print("wanted", wanted, "available", available, "given", found)
    return found


assert given(["zh_Hant_TW"], ["zh", "zh_Hant"]) == "zh"
assert given(["sr_Latn_RS"], ["sr", "sr_Latn"]) == "sr"
assert given(["sr_Latn_RS"], ["sr_Latn"]) is None
assert given(["sr_Latn_RS", "en"], ["sr_Latn", "en"]) == "en"
written = {name: Locale.parse(name).languages["de"] for name in ("zh_Hant_TW", "zh_Hant", "zh", "sr_Latn_RS", "sr_Latn", "sr")}
print("the word for German:", written)
assert written["zh_Hant_TW"] == written["zh_Hant"] != written["zh"]
assert written["sr_Latn_RS"] == written["sr_Latn"] != written["sr"]
print("as seen: the script that was asked for and is there isn't given")
PY
"$place/venv/bin/python" "$place/look.py"
