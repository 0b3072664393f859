"""Manifests: what goes in comes out, and nothing else is accepted."""

import io
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical
from crypto.age import HybridIdentity, X25519Identity, decrypt, encrypt
from crypto.drop import MAX_ITEMS, item_name
from crypto.errors import CryptoError, FormatError, NewerVersion
from crypto.item import open_item, seal_item
from crypto.manifest import Manifest, ManifestItem, asked_by_its_source, open_manifest, seal_manifest
from crypto.padding import padded_size
from crypto.slots import Slots
from crypto.tar import END, MAX_SIZE, member_header, member_padding

REVIEWER = X25519Identity.generate()
SLOTS = Slots([REVIEWER.recipient()])
REPLY = str(HybridIdentity.generate().recipient())
ITEMS = (
    ManifestItem("0001.age", b"\1" * 32, 17271),
    ManifestItem("0002.age", b"\2" * 32, 17272, "reviewers"),
    ManifestItem("0003.age", b"\3" * 32, 17273, "custodian"),
)
REFUSED = ("broken", "unsupported", "broken")
DROPS = ("00" * 16, "ab" * 16)
MANIFEST = Manifest(
    desk="news",
    language="es",
    channel="telegram",
    day=date(2026, 11, 21),
    items=ITEMS,
    answers={"place": "Bogotá ☂"},
    mailbox=b"\x07" * 16,
    reply_recipient=REPLY,
    refused=REFUSED,
    desk_id=b"\x08" * 16,
    in_reply_to=3,
    withdraws=DROPS,
)


def _seal(manifest: Manifest) -> bytes:
    return seal_manifest(SLOTS, manifest)


@pytest.mark.parametrize(
    "manifest",
    [
        MANIFEST,
        Manifest("a", "pt-BR", "console", date(1970, 1, 1), ()),
        Manifest("a-1", "zh_Hant", "web", date(9999, 12, 31), ITEMS[:1], {"a": ""}),
        replace(MANIFEST, in_reply_to=None, withdraws=()),
        replace(MANIFEST, in_reply_to=999_999, withdraws=tuple(f"{n:032x}" for n in range(100))),
        Manifest("a", "pt", "console", date(1970, 1, 1), (), desk_id=bytes(16)),
        Manifest("a", "pt", "console", date(1970, 1, 1), (), stamp=bytes(range(32))),
    ],
)
def test_a_manifest_survives_and_is_padded_to_a_class(manifest: Manifest) -> None:
    file = _seal(manifest)
    assert open_manifest(file, [REVIEWER]) == manifest
    plaintext = decrypt(file, [REVIEWER])
    assert len(plaintext) == padded_size(len(plaintext))


def test_the_largest_drop_fits() -> None:
    items = tuple(ManifestItem(item_name(n), bytes(32), MAX_SIZE) for n in range(1, MAX_ITEMS + 1))
    manifest = replace(MANIFEST, items=items, refused=("a" * 40,) * 100)
    assert open_manifest(_seal(manifest), [REVIEWER]) == manifest


def test_the_number_of_items_does_not_show_in_the_size_of_a_small_drop() -> None:
    assert len(_seal(replace(MANIFEST, items=ITEMS[:1]))) == len(_seal(MANIFEST))


@pytest.mark.parametrize(
    "changes",
    [
        {"desk": "News desk"},
        {"desk": "../news"},
        {"language": "español"},
        {"channel": "Telegram 12345"},
        {"items": ITEMS[1:]},
        {"items": (ITEMS[0], ITEMS[0])},
        {"items": (replace(ITEMS[0], name="IMG_1.jpg"),)},
        {"items": (replace(ITEMS[0], sha256=b"short"),)},
        {"items": (replace(ITEMS[0], size=0),)},
        {"items": (replace(ITEMS[0], size=MAX_SIZE + 1),)},
        {"items": (replace(ITEMS[0], audience=cast(Any, "everybody")),)},
        {"refused": ("IMG_1.jpg",)},
        {"refused": ("a" * 41,)},
        {"refused": ("broken",) * 101},
        {"answers": {"Where?": "here"}},
        {"answers": {"where": "x" * 4097}},
        {"answers": {f"q_{'a' * n}": "" for n in range(33)}},
        {"answers": {"where": "\ud800"}},
        {"mailbox": b"\x07" * 15},
        {"mailbox": None},
        {"reply_recipient": None},
        {"reply_recipient": "age1notakey"},
        {"reply_recipient": "AGE-SECRET-KEY-1"},
        {"desk_id": None},
        {"desk_id": b"\x08" * 15},
        {"in_reply_to": 0},
        {"in_reply_to": 1_000_000},
        {"mailbox": None, "reply_recipient": None, "withdraws": ()},
        {"mailbox": None, "reply_recipient": None, "in_reply_to": None},
        {"withdraws": DROPS[::-1]},
        {"withdraws": DROPS[:1] * 2},
        {"withdraws": ("AB" * 16,)},
        {"withdraws": ("ab",)},
        {"withdraws": tuple(f"{n:032x}" for n in range(101))},
    ],
)
def test_what_would_not_be_accepted_is_not_sealed(changes: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        _seal(replace(MANIFEST, **changes))


def test_a_manifests_repr_is_blank() -> None:
    shown = repr(MANIFEST).partition(" at 0x")[0]  # an address may hold any digits
    assert "Bogot" not in shown
    assert "07" not in shown


def test_an_item_cannot_be_passed_off_as_a_manifest_nor_a_manifest_as_an_item() -> None:
    item = seal_item(
        SLOTS,
        b"x",
        extension="txt",
        kind="text",
        media_type="text/plain",
        day=date(2026, 11, 21),
        cleaning="text",
    )
    with pytest.raises(FormatError):
        open_manifest(item, [REVIEWER])
    with pytest.raises(FormatError):
        open_item(io.BytesIO(_seal(MANIFEST)), None, [REVIEWER])


def _hostile(document: bytes) -> bytes:
    plaintext = member_header("manifest.json", len(document)) + document + member_padding(len(document))
    return encrypt(plaintext.ljust(padded_size(len(plaintext) + len(END)), b"\0"), [REVIEWER.recipient()])


DOCUMENT: dict[str, Any] = {
    "type": "silbo manifest",
    "version": 1,
    "desk": "news",
    "language": "es",
    "channel": "telegram",
    "day": "2026-11-21",
    "items": [{"name": "0001.age", "sha256": "00" * 32, "size": 17270, "for": "reviewers"}],
    "refused": ["mislabeled", "broken", "broken"],
    "answers": {},
    "mailbox": None,
    "reply_recipient": None,
}


def test_the_document_written_by_hand_is_accepted() -> None:
    opened = open_manifest(_hostile(canonical.encode(DOCUMENT)), [REVIEWER])
    assert opened.desk == "news"
    assert opened.refused == ("mislabeled", "broken", "broken")
    assert opened.items[0].audience == "reviewers"


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0},
        {"version": 2},
        {"desk_id": None},
        {"desk_id": None, "in_reply_to": None, "withdraws": []},
        {"type": "silbo item"},
        {"extra": 1},
        {"items": {}},
        {"items": [{"name": "0001.age", "sha256": "00" * 32, "size": 17270}]},
        {"items": [{"name": "0001.age", "sha256": "00" * 32, "size": 17270, "for": "reviewers", "x": 1}]},
        {"items": [{"name": "0002.age", "sha256": "00" * 32, "size": 17270, "for": "reviewers"}]},
        {"items": [{"name": "0001.age", "sha256": "00" * 32, "size": 17270, "for": "ana"}]},
        {"items": [{"name": "0001.age", "sha256": "00" * 32, "size": 17270, "for": None}]},
        {"refused": None},
        {"refused": "broken"},
        {"refused": ["Ana.jpg"]},
        {"refused": [1]},
        {"items": ["0001.age"]},
        {"answers": []},
        {"answers": {"a": 1}},
        {"mailbox": "00"},
        {"desk": None},
    ],
)
def test_a_hostile_manifest_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        open_manifest(_hostile(canonical.encode({**DOCUMENT, **changes})), [REVIEWER])


def test_version_1_is_read_for_ever_and_names_no_desk() -> None:
    with_mailbox = {"mailbox": "07" * 16, "reply_recipient": REPLY}
    opened = open_manifest(_hostile(canonical.encode(DOCUMENT | with_mailbox)), [REVIEWER])
    assert (opened.mailbox, opened.desk_id) == (b"\x07" * 16, None)
    assert (opened.in_reply_to, opened.withdraws) == (None, ())


def test_a_server_without_codenames_writes_version_2_with_nothing_in_it() -> None:
    """What the bot writes today: all its manifests are of one version, and none tells whether it could."""
    sealed = _seal(Manifest("news", "es", "telegram", date(2026, 11, 21), ITEMS))
    plain = decrypt(sealed, [REVIEWER])
    assert b'"desk_id":null,"in_reply_to":null,' in plain
    assert b'"mailbox":null,"refused":[],"reply_recipient":null,' in plain
    assert b'"version":2,"withdraws":[]}' in plain


SECOND = {**DOCUMENT, "version": 2, "desk_id": None, "in_reply_to": None, "withdraws": []}


@pytest.mark.parametrize("field", ["desk_id", "in_reply_to", "withdraws"])
def test_version_2_lacks_nothing(field: str) -> None:
    assert open_manifest(_hostile(canonical.encode(SECOND)), [REVIEWER]).desk_id is None
    fewer = {key: value for key, value in SECOND.items() if key != field}
    with pytest.raises(FormatError, match="exactly the fields"):
        open_manifest(_hostile(canonical.encode(fewer)), [REVIEWER])


@pytest.mark.parametrize(
    "changes",
    [
        {"in_reply_to": "1"},
        {"withdraws": None},
        {"withdraws": [1]},
        {"withdraws": ["../" + "0" * 29]},
        {"withdraws": [["0" * 32]]},
        {"desk_id": 1},
        {"in_reply_to": 1},
        {"withdraws": ["0" * 32]},
    ],
)
def test_a_hostile_manifest_of_version_2_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        open_manifest(_hostile(canonical.encode({**SECOND, **changes})), [REVIEWER])


@pytest.mark.parametrize("stamp", [None, "", "ab" * 31, "AB" * 32, 1])
def test_a_hostile_stamp_is_refused(stamp: object) -> None:
    third = {**SECOND, "version": 3, "stamp": stamp}
    with pytest.raises(FormatError):
        open_manifest(_hostile(canonical.encode(third)), [REVIEWER])
    with pytest.raises(FormatError):
        open_manifest(_hostile(canonical.encode({**SECOND, "stamp": "ab" * 32})), [REVIEWER])


def test_a_manifest_of_a_newer_silbo_is_called_that() -> None:
    with pytest.raises(NewerVersion, match="newer Silbo"):
        open_manifest(_hostile(canonical.encode({**SECOND, "version": 4, "new": []})), [REVIEWER])


def test_a_withdrawal_by_another_codename_counts_for_nothing() -> None:
    mine = replace(MANIFEST, in_reply_to=None, withdraws=())
    drop = DROPS[0]
    assert asked_by_its_source(MANIFEST, drop, mine)
    assert not asked_by_its_source(MANIFEST, "cd" * 16, mine)
    assert not asked_by_its_source(MANIFEST, drop, replace(mine, mailbox=b"\x09" * 16))
    without = replace(mine, mailbox=None, reply_recipient=None)
    assert not asked_by_its_source(MANIFEST, drop, without)
    assert not asked_by_its_source(replace(without, withdraws=DROPS), drop, without)


@given(st.binary(max_size=2000))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes) -> None:
    for file in (data, encrypt(data, [REVIEWER.recipient()]), _hostile(data + b"{")):
        with pytest.raises(CryptoError):
            open_manifest(file, [REVIEWER])
