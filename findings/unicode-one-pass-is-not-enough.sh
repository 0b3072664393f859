#!/usr/bin/env bash
# CPython 3.11 (Unicode 14.0.0). To compare what people type, whatever the case, one takes NFKC and then casefold(). For each
# single code point a second pass changes nothing. For words it does: "Μαΐου" (of May) in Greek, and the same word in
# capitals, by Python's own upper(), have different keys after one pass and the same after two. Unicode has no
# capital ΐ: the capitals are Ϊ and an accent on its own, casefold() makes ϊ and an accent of them, and only a second NFKC
# puts those together. It is so for eight letters. The other order, casefold() and then NFKC, has no trouble with these,
# but 637 single code points change at a second pass: № (a key of Russian keyboards) becomes "No", and then "no", and ™ "TM".
# (The standard's caseless match, D146, passes twice for that.)
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cat >"$place/look.py" <<'PY'
import unicodedata


def norm_fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def fold_norm(text: str) -> str:
    return unicodedata.normalize("NFKC", text.casefold())


points = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
changed = {}
for way in (norm_fold, fold_norm):
    changed[way] = [point for point in points if way(way(point)) != way(point)]
    assert all(way(way(way(point))) == way(way(point)) for point in changed[way])
    print(way.__name__, "changes at a second pass", len(changed[way]), "code points, and none at a third")
print("Unicode", unicodedata.unidata_version)
assert not changed[norm_fold] and {"№", "™", "℃"} <= set(changed[fold_norm])
assert [fold_norm("№ 5"), fold_norm(fold_norm("№ 5"))] == ["No 5", "no 5"]
for word in ("Μαΐου", "Ταΰγετος"):
    keys = [norm_fold(word), norm_fold(word.upper())]
    twice = [norm_fold(key) for key in keys]
    print(word, word.upper(), "once:", *map(ascii, keys), "twice:", *map(ascii, twice))
    assert keys[0] != keys[1] and twice[0] == twice[1] == keys[0]
    assert fold_norm(word) == fold_norm(word.upper())
letters = [point for point in points if norm_fold(point) != norm_fold(point.upper())]
letters = [point for point in letters if norm_fold(point) == norm_fold(norm_fold(point.upper()))]
print("letters whose capitals need the second pass:", *letters)
if unicodedata.unidata_version == "14.0.0":
    assert len(changed[fold_norm]) == 637 and len(letters) == 8
print("as seen: one pass isn't enough, in either order")
PY
python3 "$place/look.py"
