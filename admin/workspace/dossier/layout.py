"""Where everything lies in a dossier's folder: a BagIt bag (RFC 8493) whose names are ASCII.

    bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt  tagmanifest-sha256.txt.minisig
    data/dossier.pdf               the papers            data/how-to-check.txt      for whoever checks
    data/dossier-2.pdf ...         their other volumes, where one would be too thick
    data/exhibits/A-001.jpg ...    the clean files       data/keys/*.pub            the keys of the signatures
    data/custody/A-001.json ...    a statement an exhibit, with its .minisig (docs/protocol.md, "Custody")
    data/batches/batch-000004-....json what the server signed, with its .minisig
    time-stamp.*                   the request, and what somebody online brings back (`stamp`)

The signature is over `tagmanifest-sha256.txt`, which binds the manifest, and that all the rest. What comes
after the signing is the time stamp alone: no other file may lie beside the bag's own.
"""

from __future__ import annotations

BAGIT, INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
SIGNATURE = f"{TAG_MANIFEST}.minisig"
DATA, EXHIBITS, CUSTODY, BATCHES, KEYS = "data", "exhibits", "custody", "batches", "keys"
PAPER, HOW_TO, COUNTS = "dossier.pdf", "how-to-check.txt", "counts.csv"
REVIEWER_KEY = "reviewer.pub"

TAGS = (BAGIT, INFO, MANIFEST)
"""What the tag manifest lists."""

SALTED, DIGEST, QUERY, REPLY, OTS = (
    "time-stamp.salted",
    "time-stamp.txt",
    "time-stamp.tsq",
    "time-stamp.tsr",
    "time-stamp.txt.ots",
)
STAMPS = (SALTED, DIGEST, QUERY, REPLY, OTS)

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MINISIG = ".minisig"


def paper(volume: int) -> str:
    return PAPER if volume == 1 else f"dossier-{volume}.pdf"


def server_key(number: int) -> str:
    return "server.pub" if number == 1 else f"server-{number}.pub"


def batch_name(sequence: int, digest: bytes) -> str:
    """A fork has two of a number."""
    return f"batch-{sequence:06d}-{digest.hex()[:16]}.json"
