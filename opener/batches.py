"""Batches, custody, hand-overs, saves (docs/protocol.md)."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from opener.bech32 import bech32_decode
from opener.envelope import DAY, HASH, ID, check_end, read_json, require
from opener.errors import FormatError, WrongProof
from opener.header import decode_base64
from opener.identities import KINDS
from opener.signed import KEY, check_signature, parse_key, read_signed
from opener.tar import read_member

POSITIVE, WHOLE = "[1-9][0-9]{0,15}", "(0|[1-9][0-9]{0,15})"
DROP = rf'\{{"id":{ID},"sha256":{HASH},"size":{POSITIVE}\}}'
BATCH_NAME = rf'\{{"digest":{HASH},"sequence":[1-9][0-9]{{0,14}}\}}'
LABEL = r'"[^\W_]([\w .\'-]{0,62}[\w.\'-])?"'
IDENTITY = '"AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]{1,128}"'
BATCH = {
    "version": "2",
    "type": '"silbo batch"',
    "sequence": "[1-9][0-9]{0,14}",
    "previous": f"{HASH}|null",
    "day": DAY,
    "count": "0|[1-9][0-9]{0,5}",
    "root": HASH,
    "successor": f"{KEY}|null",
}
DROPS = {"version": "1", "type": '"silbo drops"', "drops": rf"\[({DROP},?)*\]"}
BATCH_1 = {key: rule for key, rule in BATCH.items() if key not in ("count", "root")} | {
    "version": "1",
    "drops": DROPS["drops"],
}
CUSTODY = {
    "version": "1",
    "type": '"silbo custody"',
    "root": KEY,
    "made": DAY,
    "content": rf'\{{"sha256":{HASH},"size":{WHOLE}\}}',
    "item": '"(?!0000)[0-9]{4}[.]age"',
    "drop": DROP,
    "batch": BATCH_NAME,
    "proof": rf'null|\{{"index":{WHOLE},"path":"[A-Za-z0-9+/]*={{0,2}}"\}}',
}
HAND_OVER = {
    "version": "1",
    "type": '"silbo hand-over"',
    "root": KEY,
    "made": DAY,
    "to": rf'\[(\{{"label":{LABEL},"root":{KEY}\}},?)+\]',
    "server": KEY,
    "batch": f"{BATCH_NAME}|null",
    "drops": rf'\[(\{{"id":{ID},"sha256":{HASH}\}},?)*\]',
}
TAKEN = {"version": "1", "type": '"silbo hand-over taken"', "root": KEY, "made": DAY, "sha256": HASH}
SAVE = {
    "version": "1",
    "type": '"silbo save"',
    "made": DAY,
    "root_seed": HASH,
    "label": LABEL,
    "serial": POSITIVE,
    "periods": rf'\[(\{{"identity":{IDENTITY},"start":{DAY},"until":{DAY}\}},?)*\]',
    "server": f"{KEY}|null",
    "batch": f"{BATCH_NAME}|null",
}


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def leaf_of(drop: dict[str, Any]) -> bytes:
    """Hash the leaf of a drop."""
    leaf = bytes.fromhex(drop["id"] + drop["sha256"]) + drop["size"].to_bytes(8, "big")
    return sha256(b"\0" + leaf).digest()


def merkle_root(level: list[bytes]) -> bytes:
    """Return the Merkle Tree Hash (RFC 6962) of leaf hashes; what has no neighbour moves up as it is."""
    while len(level) > 1:
        level = [
            node(*level[at : at + 2]) if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)
        ]
    return level[0] if level else sha256().digest()


def climb(leaf: bytes, index: int, count: int, path: list[bytes]) -> bytes | None:
    """Return the root to which a path leads from leaf `index` of `count`; None if it has a wrong length."""
    found, beside = leaf, iter(path)
    while count > 1:
        if index ^ 1 < count:
            other = next(beside, b"")
            found = node(other, found) if index & 1 else node(found, other)
        index, count = index // 2, (count + 1) // 2
    return found if index == 0 and next(beside, None) is None and all(path) else None


def ids_ascend(entries: list[dict[str, Any]], key: str, most: int) -> None:
    values = [entry[key] for entry in entries]
    require(len(values) <= most and values == sorted(set(values)))


def check_sizes(drops: list[dict[str, Any]]) -> None:
    ids_ascend(drops, "id", 100_000)
    require(all(drop["size"] < 1 << 53 for drop in drops))


def parse_batch(untrusted: bytes) -> dict[str, Any]:
    """Return what a batch.json of version 1 or 2 says."""
    fields = read_json(untrusted, 16 << 20, BATCH_1, BATCH)
    check_sizes(fields.get("drops", []))
    require((fields["previous"] is None) == (fields["sequence"] == 1) and fields.get("count", 0) <= 100_000)
    if fields["successor"]:
        parse_key(fields["successor"])
    return fields


def parse_drops(untrusted: bytes) -> dict[str, Any]:
    """Return what a drops.json says; `check_drops` holds it against its batch."""
    fields = read_json(untrusted, 16 << 20, DROPS)
    check_sizes(fields["drops"])
    return fields


def check_drops(batch: dict[str, Any], drops: list[dict[str, Any]]) -> None:
    root = merkle_root([leaf_of(drop) for drop in drops]).hex()
    if (len(drops), root) != (batch["count"], batch["root"]):
        raise WrongProof("The list of drops is not the one that was signed with the batch.")


def parse_custody(untrusted: bytes, signature: bytes) -> dict[str, Any]:
    """Return what a custody statement says, signed by the root that it names."""
    fields = read_signed(untrusted, signature, "root", 4096, CUSTODY)
    require(fields["content"]["size"] < 1 << 53 and fields["drop"]["size"] < 1 << 53)
    if fields["proof"]:
        path = decode_base64(fields["proof"]["path"].encode())
        require(path is not None and len(path) % 32 == 0 and len(path) <= 1024)
        require(fields["proof"]["index"] < 100_000)
    return fields


def check_custody(custody: dict[str, Any], batch: bytes, signature: bytes, server: bytes) -> tuple[int, int]:
    """Return the rank, from 0, of the drop among those of its batch, and how many there were."""
    if sha256(batch).hexdigest() != custody["batch"]["digest"]:
        raise WrongProof("The custody statement is of another batch.")
    check_signature(batch, signature, server)
    told, proof, drop = parse_batch(batch), custody["proof"], custody["drop"]
    if told["sequence"] != custody["batch"]["sequence"] or (proof is None) != ("drops" in told):
        raise WrongProof("The custody statement is of another batch.")
    if proof is None:
        if drop not in told["drops"]:
            raise WrongProof("The batch does not list the drop of the custody statement.")
        return told["drops"].index(drop), len(told["drops"])
    path = decode_base64(proof["path"].encode()) or b""
    hashes = [path[at : at + 32] for at in range(0, len(path), 32)]
    if climb(leaf_of(drop), proof["index"], told["count"], hashes) != bytes.fromhex(told["root"]):
        raise WrongProof("The proof in the custody statement does not lead to this batch.")
    return proof["index"], told["count"]


def parse_hand_over(untrusted: bytes, signature: bytes) -> dict[str, Any]:
    """Return what a hand-over says, signed by the root that it names."""
    fields = read_signed(untrusted, signature, "root", 16 << 20, HAND_OVER)
    ids_ascend(fields["to"], "root", 64)
    ids_ascend(fields["drops"], "id", 100_000)
    for key in [fields["server"], *(entry["root"] for entry in fields["to"])]:
        parse_key(key)
    require(all(entry["root"] != fields["root"] for entry in fields["to"]))
    return fields


def parse_taken(untrusted: bytes, signature: bytes) -> dict[str, Any]:
    """Return what the answer to a hand-over says, signed by the root that it names."""
    return read_signed(untrusted, signature, "root", 1024, TAKEN)


def parse_save(plain: bytes) -> dict[str, Any]:
    """Return what a save says: secrets, of periods that were not over when it was made."""
    _, document, at = read_member(plain, 0, "save[.]json")
    check_end(plain, at)
    fields = read_json(document, 1 << 16, SAVE)
    ids_ascend(fields["periods"], "start", 104)
    require(fields["serial"] < 1 << 53)
    if fields["server"]:
        parse_key(fields["server"])
    for period in fields["periods"]:
        prefix, secret = bech32_decode(period["identity"]) or ("", b"")
        require(prefix in KINDS and len(secret) == 32)
        try:
            start, until = date.fromisoformat(period["start"]), date.fromisoformat(period["until"])
        except ValueError:
            raise FormatError("A description is no JSON.") from None
        require(start.weekday() == 0 and until - start == timedelta(14) and fields["made"] < period["until"])
    return fields
