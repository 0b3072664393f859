"""Makes a dossier: drops are opened one after the other, and the folder appears when all of it is on the
disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from admin.case import casefile, opening, parcels, withdrawals
from admin.case.resent import Before, remember
from admin.errors import AdminError
from admin.files import sync_folder, temporary_folder
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.words import tr
from admin.workspace.dossier import layout, stamp
from admin.workspace.dossier.bag import Bag
from admin.workspace.dossier.chosen import Asked, Wish, for_item
from admin.workspace.dossier.custody import write_custody
from admin.workspace.dossier.disk import on_disk
from admin.workspace.dossier.exhibits import Exhibit, Redact, Taking
from admin.workspace.dossier.paper import Setter
from admin.workspace.dossier.papers import Maker, how_to_check, pages
from admin.workspace.files import require_new_folder
from crypto.minisign import SigningKey


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked: drops or items of them, what to cover, whether a time stamp is wanted, and tables."""

    asked: Sequence[Asked]
    redactions: Mapping[tuple[str, int], Sequence[Wish]]
    time_stamp: bool = False
    counts: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """`left_out` counts items by code, `unread` are sentences about pages to look at."""

    exhibits: tuple[Exhibit, ...]
    left_out: dict[str, int]
    unread: tuple[str, ...]


def make(
    home: Home,
    ring: KeyRing,
    root: SigningKey,
    target: Path,
    *,
    maker: Maker,
    order: Order,
    redact: Redact,
    setter: Setter,
) -> Made:
    """Writes the bag to `target`, which must not be there. Raises `AdminError`; nothing half made stays."""
    require_new_folder(home.path, target)
    drops = casefile.load(home).drops
    found = [casefile.find(drops, each.prefix) for each in order.asked]
    if len({drop.id for drop in found}) < len(found):
        raise AdminError(tr("A drop is named twice; name each exhibit once, several items as ID:2,5."))
    compared = withdrawals.comparing(home, drops, ring)
    before = Before(home, ())
    used: set[tuple[str, int]] = set()
    with (
        home.unfinished(target.parent),
        temporary_folder(target.parent) as folder,
        on_disk(maker.made) as disk,
    ):
        bag = Bag(folder)
        taking = Taking(home, ring, bag.exhibits, redact, disk)
        opened = []
        for each, drop in zip(order.asked, found, strict=True):

            def wishes(number: int, drop_id: str = drop.id) -> list[Wish]:
                wanted, keys = for_item(order.redactions, drop_id, number)
                used.update(keys)
                return wanted

            ahead = taking.ahead(each.items, wishes)
            case = compared(opening.open_case(home, drop, ring, taker=ahead))
            with parcels.opened(home, case, ring, compared, before) as inside:
                if problems := inside.all_problems(case):
                    raise AdminError(
                        tr(
                            "Drop {id} is not whole. {problem} Nothing was written.",
                            id=drop.id[:12],
                            problem=problems[0],
                        )
                    )
                taking.take(case, inside, each.items, wishes)
                opened.append((drop.id, inside.opened_by(case), inside.seen))
        if unused := sorted(order.redactions.keys() - used):
            raise AdminError(
                tr(
                    "A redaction is for {item}, which is no exhibit. Nothing was written.",
                    item=f"{unused[0][0]}:{unused[0][1]}",
                )
            )
        if not taking.exhibits:
            raise AdminError(tr("Nothing of that can be an exhibit; nothing was written."))
        disk.all_written()
        taking.look_for_covered(maker.title, maker.label)
        _finish(home, bag, taking, root, maker=maker, order=order, setter=setter)
        disk.finish(folder)
        folder.rename(target)
    sync_folder(target.parent)
    for drop_id, periods, seen in opened:
        home.note_opened(drop_id, periods)
        remember(home, drop_id, seen)
    home.note("extracted", [drop_id for drop_id, _, _ in opened])
    return Made(tuple(taking.exhibits), dict(taking.left_out), tuple(taking.unread))


def _finish(
    home: Home, bag: Bag, taking: Taking, root: SigningKey, *, maker: Maker, order: Order, setter: Setter
) -> None:
    exhibits = taking.exhibits
    for exhibit in exhibits:
        bag.add(f"{layout.EXHIBITS}/{exhibit.name}", exhibit.sha256, exhibit.size)
    chains, servers = write_custody(home, bag, exhibits, root, maker.made)
    bag.write(layout.HOW_TO, how_to_check(maker, servers).encode())
    papers = pages(
        maker, exhibits, chains, servers, setter=setter, left_out=taking.left_out, counts=order.counts
    )
    for name, content in papers:
        bag.write(name, content)
    signature = bag.finish(root, maker.made)
    if order.time_stamp:
        bag.put_beside(stamp.request(root, signature))
