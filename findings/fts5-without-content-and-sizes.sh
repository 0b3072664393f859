#!/usr/bin/env bash
# SQLite 3.54.1 (apsw 3.54.1.0). A full-text table (FTS5) that keeps neither the text (content='') nor the lengths of the rows
# (columnsize=0) finds words as it should, and both integrity checks are content with it. Beyond that:
# - snippet() says "database disk image is malformed" of this healthy table, where highlight() gives NULL. So it is with
#   detail=full; with detail=column or none, or with the lengths kept, snippet() gives NULL as well.
# - An INSERT that doesn't name the rowid fails with "datatype mismatch", though it holds but a text for a column of text.
# - count(*) and a look by rowid fail: "table does not support scanning". With the lengths kept, both work.
# And two things that the lengths don't mend: with detail=column or none rank is 0 for every row, so ORDER BY rank sorts
# nothing, and a rowid may be inserted twice: one row is then found by the words of both texts.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check apsw==3.54.1.0
cat >"$place/look.py" <<'PY'
import apsw

assert apsw.sqlite_lib_version() == "3.54.1"
SCAN, BROKEN = "t: table does not support scanning", "database disk image is malformed"


def table(detail: str, sizes: int) -> apsw.Connection:
    made = apsw.Connection(":memory:")
    made.execute(f"create virtual table t using fts5(x, content='', columnsize={sizes}, detail={detail})")
    made.execute("insert into t(rowid, x) values (1, 'a long tale of a green fish'), (2, 'fish fish'), (7, 'red fish')")
    return made


def said(base: apsw.Connection, command: str) -> object:
    try:
        return [row[0] for row in base.execute(command)]
    except apsw.Error as error:
        return str(error)


for detail in ("full", "column", "none"):
    for sizes in (1, 0):
        base = table(detail, sizes)
        seen = {
            "found": said(base, "select rowid from t where t match 'fish'"),
            "count": said(base, "select count(*) from t"),
            "by rowid": said(base, "select rowid from t where rowid = 7"),
            "rank": said(base, "select rank from t where t match 'fish' order by rank"),
            "snippet": said(base, "select snippet(t, 0, '[', ']', '', 5) from t where t match 'red'"),
            "highlight": said(base, "select highlight(t, 0, '[', ']') from t where t match 'red'"),
            "checks": [said(base, "insert into t(t) values ('integrity-check')"), said(base, "pragma integrity_check")],
            "without rowid": said(base, "insert into t(x) values ('blue fish')"),
            "rowid twice": said(base, "insert into t(rowid, x) values (7, 'black bird')"),
            "then": [said(base, f"select rowid from t where t match '{word}'") for word in ("red", "bird")],
        }
        print(f"detail={detail} columnsize={sizes}:", seen)
        assert seen["found"] == [1, 2, 7] and seen["checks"] == [[], ["ok"]] and seen["highlight"] == [None]
        assert (seen["count"], seen["by rowid"]) == (([3], [7]) if sizes else (SCAN, SCAN))
        assert seen["without rowid"] == ([] if sizes else "datatype mismatch")
        assert seen["snippet"] == (BROKEN if detail == "full" and not sizes else [None])
        assert (len(set(seen["rank"])) > 1, any(seen["rank"])) == ((True, True) if detail == "full" else (False, False))
        assert seen["rowid twice"] == [] and seen["then"] == [[7], [7]]
print("as seen: words are found; counting, adding without a rowid and snippet() fail")
PY
"$place/venv/bin/python" "$place/look.py"
