"""What stands in the papers: the cover, an entry an exhibit, the chain of custody, how to check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from admin.case import codes
from admin.words import language, tr, trn
from admin.workspace.dossier import layout, wording
from admin.workspace.dossier.custody import Chain
from admin.workspace.dossier.exhibits import LEFT_OUT, Exhibit
from admin.workspace.dossier.paper import Fact, Setter, fact, part, table
from codes.removed import REMOVED
from crypto.drop import item_name
from crypto.merkle import SIZE
from crypto.minisign import PublicKey
from crypto.words import fingerprint

_MOST_LINES = 20_000
"""So many lines of texts are printed: each takes 20 KB of memory while its volume is set."""

_VOLUME_EXHIBITS, _VOLUME_LINES = 16, 1_000
"""At most so many exhibits, and printed lines of several, are in one volume: what an exhibit takes while it
is set is given back with its volume alone.
"""


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes a dossier, and when."""

    title: str
    label: str
    key: PublicKey
    made: date


def how_to_check(maker: Maker, servers: Sequence[PublicKey]) -> str:
    """The page for a third party, which lies in the bag and ends the papers."""
    lines = [f"       {key}\n       {' '.join(fingerprint(key))}" for key in servers]
    return tr(
        wording.HOW_TO,
        reviewer=maker.key,
        words=" ".join(fingerprint(maker.key)),
        servers="\n".join(lines) or "       -",
    )


def pages(
    maker: Maker,
    exhibits: Sequence[Exhibit],
    chains: Sequence[Chain],
    servers: Sequence[PublicKey],
    *,
    setter: Setter,
    left_out: Mapping[str, int],
    counts: Sequence[object] = (),
) -> Iterator[tuple[str, bytes]]:
    """The PDFs by their names, the first last: one, or where that would be too thick one with what is said of
    all exhibits and as many as needed with these. `counts` are tables of the whole desk (`dossier.counts`).
    Raises `AdminError`.
    """
    drops = len({exhibit.drop.id for exhibit in exhibits})
    printed = _printed(exhibits)
    volumes = _volumes(exhibits, printed)
    parts = []
    for number, (first, last) in enumerate(volumes, start=2):
        parts = [_exhibit(exhibits[at], chains[at], printed=printed[at]) for at in range(first, last)]
        parts.append(_custody(exhibits[first:last], chains[first:last]))
        if len(volumes) > 1:
            cover = [tr(line, **_span(exhibits, first, last), volume=number) for line in wording.VOLUME_COVER]
            of = _first_page(maker, cover, ())
            yield layout.paper(number), setter.pdf(of, parts, maker.made)
    if len(volumes) > 1:
        parts = [_of_volumes(exhibits, volumes)]
    if left_out:
        rows = [[str(number), tr(LEFT_OUT.get(code, code))] for code, number in sorted(left_out.items())]
        sheet = table("", [tr(cell) for cell in wording.LEFT_OUT_HEAD], rows, (1, 6))
        parts.append(part(tr(wording.LEFT_OUT), lines=[tr(wording.LEFT_OUT_LINES)], tables=[sheet]))
    if counts:
        parts.append(
            part(tr(wording.COUNTS), lines=[tr(line) for line in wording.COUNTS_LINES], tables=counts)
        )
    check = how_to_check(maker, servers).split("\n")[3:]
    parts.append(part(tr(wording.CHECK), listing="\n".join(check)))
    cover = [
        tr(
            line,
            exhibits=trn("{n} exhibit", "{n} exhibits", len(exhibits)),
            drops=trn("{n} sending", "{n} sendings", drops),
        )
        for line in wording.COVER
    ]
    yield layout.PAPER, setter.pdf(_first_page(maker, cover, servers), parts, maker.made)


def _first_page(maker: Maker, cover: Sequence[str], servers: Sequence[PublicKey]) -> dict[str, object]:
    facts = [
        fact(tr(wording.FACTS["made"]), maker.made.isoformat()),
        fact(tr(wording.FACTS["by"]), maker.label),
        fact(tr(wording.FACTS["key"]), str(maker.key), machine=True),
        fact(tr(wording.FACTS["words"]), " ".join(fingerprint(maker.key))),
    ]
    for key in servers:
        facts += [
            fact(tr(wording.FACTS["server"]), str(key), machine=True),
            fact(tr(wording.FACTS["words"]), " ".join(fingerprint(key))),
        ]
    return {
        "title": maker.title,
        "author": maker.label,
        "language": language(),
        "contents": tr(wording.CONTENTS),
        "running": tr(wording.RUNNING, day=maker.made, key=str(maker.key)[:12]),
        "cover": cover,
        "facts": facts,
    }


def _volumes(exhibits: Sequence[Exhibit], printed: Sequence[bool]) -> list[tuple[int, int]]:
    """Which exhibits are together, each from one on and up to one that is not in it."""
    found, first, lines = [], 0, 0
    for at, exhibit in enumerate(exhibits):
        own = len(exhibit.lines) if printed[at] else 0
        if at > first and (at - first == _VOLUME_EXHIBITS or lines + own > _VOLUME_LINES):
            found.append((first, at))
            first, lines = at, 0
        lines += own
    return [*found, (first, len(exhibits))]


def _span(exhibits: Sequence[Exhibit], first: int, last: int) -> dict[str, str]:
    return {"first": exhibits[first].label, "last": exhibits[last - 1].label}


def _of_volumes(exhibits: Sequence[Exhibit], volumes: Sequence[tuple[int, int]]) -> dict[str, object]:
    rows = [
        [str(number), f"{layout.DATA}/{layout.paper(number)}", tr(wording.SPAN, **_span(exhibits, *volume))]
        for number, volume in enumerate(volumes, start=2)
    ]
    sheet = table("", [tr(cell) for cell in wording.VOLUMES_HEAD], rows, (1, 3, 3))
    return part(tr(wording.VOLUMES), lines=[tr(wording.VOLUMES_LINES)], tables=[sheet])


def _printed(exhibits: Sequence[Exhibit]) -> list[bool]:
    """Which texts there is room for."""
    left, printed = _MOST_LINES, []
    for exhibit in exhibits:
        printed.append(len(exhibit.lines) <= left)
        left -= len(exhibit.lines) if printed[-1] else 0
    return printed


def _exhibit(exhibit: Exhibit, chain: Chain, *, printed: bool) -> dict[str, object]:
    named = {key: tr(name) for key, name in wording.EXHIBIT_FACTS.items()}
    text = exhibit.kind == "text"
    cleaned = wording.CLEANED["text" if text and not exhibit.parcel else "parcel" if text else "clean"]
    facts = [
        fact(named["file"], f"{layout.DATA}/{layout.EXHIBITS}/{exhibit.name}", machine=True),
        fact(named["sha256"], exhibit.sha256.hex(), machine=True),
        fact(named["size"], tr(wording.SIZE, size=exhibit.size)),
        fact(named["sent"], exhibit.sent.isoformat()),
        fact(named["cleaned"], tr(cleaned)),
        *([] if text else _changes(exhibit)),
        *_way(exhibit, chain),
    ]
    tables = []
    if exhibit.covers:
        place = tr(wording.LINE) if exhibit.media_type.startswith("text/") else tr(wording.PAGE)
        head = [place, *(tr(cell) for cell in wording.REDACTION_HEAD)]
        rows = [[str(of.place), tr(wording.COVERED[of.kind]), of.reason] for of in exhibit.covers]
        tables.append(table(tr(wording.REDACTIONS), head, rows, (1, 2, 6)))
    return part(
        tr(wording.EXHIBIT, label=exhibit.label, kind=_kind(exhibit)),
        facts=facts,
        tables=tables,
        lines=[] if printed else [tr(wording.NOT_PRINTED)],
        numbered=exhibit.lines if printed else (),
        numbered_title=tr(wording.TEXT),
    )


def _kind(exhibit: Exhibit) -> str:
    if exhibit.kind == "text":
        return tr(wording.KINDS["text"])
    return f"{tr(wording.KINDS['file'])}, {exhibit.name.rpartition('.')[2]}"


def _changes(exhibit: Exhibit) -> list[Fact]:
    named = {key: tr(name) for key, name in wording.EXHIBIT_FACTS.items()}
    remaining = [note for note in exhibit.notes if codes.remains(note)]
    changed = [note for note in exhibit.notes if note not in remaining]
    removed = codes.in_words(exhibit.removed, REMOVED)
    facts = [fact(named["removed"], ", ".join(removed) or tr(wording.NOTHING_REMOVED))]
    if removed:
        facts.append(fact("", tr(wording.WHY_REMOVED)))
    for what, found in (("changed", changed), ("remains", remaining)):
        if found:
            facts.append(fact(named[what], ", ".join(codes.in_words(found, codes.NOTED))))
    return facts


def _way(exhibit: Exhibit, chain: Chain) -> list[Fact]:
    named = {key: tr(name) for key, name in wording.EXHIBIT_FACTS.items()}
    drop, batch = exhibit.drop, chain.batch
    proof = tr(wording.NO_PROOF)
    if chain.proof is not None:
        proof = tr(
            wording.PROOF,
            place=chain.proof.index + 1,
            count=batch.count,
            hashes=len(chain.proof.path) // SIZE,
        )
    return [
        fact(named["drop"], tr(wording.SENDING, id=drop.id, sha256=drop.sha256.hex()), machine=True),
        fact(named["item"], item_name(exhibit.item), machine=True),
        fact(named["batch"], tr(wording.BATCH, number=batch.sequence, day=batch.day)),
        fact(named["proof"], proof),
        fact(named["imported"], tr(wording.IMPORTED, day=chain.imported)),
        fact(named["statement"], f"{layout.DATA}/{layout.CUSTODY}/{exhibit.label}.json", machine=True),
    ]


def _custody(exhibits: Sequence[Exhibit], chains: Sequence[Chain]) -> dict[str, object]:
    rows = [
        [of.label, str(chain.batch.sequence), str(chain.batch.day), str(chain.imported), of.drop.id[:12]]
        for of, chain in zip(exhibits, chains, strict=True)
    ]
    sheet = table("", [tr(cell) for cell in wording.CUSTODY_HEAD], rows, (2, 2, 3, 3, 5))
    return part(tr(wording.CUSTODY), lines=[tr(line) for line in wording.CUSTODY_LINES], tables=[sheet])
