"""A time stamp: what is asked for while nobody is online, and whether what came back is for this dossier.

    time-stamp.salted   "salt: " and 64 hex digits, then the signature's file as it is
    time-stamp.txt      SHA-256 of time-stamp.salted, 64 hex digits and LF: what `ots stamp` is given
    time-stamp.tsq      the same hash as a request to an authority (RFC 3161, 2.4.1): no nonce, no policy,
                        its certificate wanted

Whoever stamps sees a hash of something that nobody can guess: never one of an exhibit, a manifest or a
signature. The salt is of the reviewer's root and the signature, so that the same dossier has the same
request. Sources: RFC 3161; the header of a proof of OpenTimestamps (python-opentimestamps,
`core/timestamp.py`).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from admin.words import tr
from admin.workspace.dossier.layout import DIGEST, OTS, QUERY, REPLY, SALTED
from crypto.minisign import SigningKey

_IMPRINT = bytes.fromhex("3031300d060960864801650304020105000420")
"""MessageImprint: SHA-256, and the 32 bytes of a hash follow."""

_TOKEN = bytes.fromhex("060b2a864886f70d0109100104")
"""id-ct-TSTInfo: what an authority signs begins with it. A request has none."""

_QUERY = bytes.fromhex("3039020101") + _IMPRINT
_WANTS_CERTIFICATE = bytes.fromhex("0101ff")
_OTS = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01\x08"
"""Magic, version 1, and that the 32 bytes of a SHA-256 follow."""

_CONTEXT = b"silbo dossier salt"


def request(key: SigningKey, signature: str) -> dict[str, bytes]:
    """The three files, by name."""
    salt = hmac.digest(key.seed, _CONTEXT + signature.encode(), "sha256")
    return _files(salt.hex(), signature)


def _files(salt: str, signature: str) -> dict[str, bytes]:
    salted = f"salt: {salt}\n{signature}".encode()
    digest = hashlib.sha256(salted).digest()
    return {
        SALTED: salted,
        DIGEST: f"{digest.hex()}\n".encode("ascii"),
        QUERY: _QUERY + digest + _WANTS_CERTIFICATE,
    }


def faults(read: Callable[[str], bytes | None], signature: str) -> tuple[list[str], list[str]]:
    """Sentences about what is wrong with the time stamp of a dossier, and about what is left to others.

    `read` gives a file of the bag, None if there is none. `signature` is the text of the bag's.
    """
    salted, others = read(SALTED), {name: read(name) for name in (DIGEST, QUERY, REPLY, OTS)}
    if salted is None:
        left = [name for name, content in others.items() if content is not None]
        return [
            tr("{name} is here without {other}: nobody can tell what it is for.", name=name, other=SALTED)
            for name in left
        ], []
    salt = salted[6:70].decode("ascii", "replace")
    wanted = _files(salt, signature)
    if salted != wanted[SALTED] or len(salt) != 64:
        return [tr("{name} is for something else than this dossier.", name=SALTED)], []
    digest = hashlib.sha256(salted).digest()
    wrong = [
        tr("{name} is for something else than this dossier.", name=name)
        for name in (DIGEST, QUERY)
        if others[name] not in (None, wanted[name])
    ]
    told = []
    if (reply := others[REPLY]) is not None:
        before, named, _ = reply.partition(_IMPRINT + digest)
        if named and _TOKEN in before:
            told.append(
                tr(
                    "{name} names this dossier; who signed it, and when, 'openssl ts -verify' tells.",
                    name=REPLY,
                )
            )
        else:
            wrong.append(tr("{name} is a time stamp for something else than this dossier.", name=REPLY))
    if (proof := others[OTS]) is not None:
        if proof.startswith(_OTS + hashlib.sha256(wanted[DIGEST]).digest()):
            told.append(tr("{name} names this dossier; when it was, 'ots verify' tells.", name=OTS))
        else:
            wrong.append(tr("{name} is a time stamp for something else than this dossier.", name=OTS))
    return wrong, told
