"""Who publishes: the keys that sign releases, one after the other, and where weaknesses are reported.

Both are files of the commit. `release/keys/` holds 1.pub, 2.pub ..., as minisign writes public keys, and from
the second on N.pub.minisig, made with the key before it: whoever knows one knows all that follow.
`security.txt` is as RFC 9116 has it: https://www.rfc-editor.org/rfc/rfc9116
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from crypto.errors import KeyFormatError, SignatureError
from crypto.minisign import PublicKey, SigningKey
from release.errors import ReleaseError

KEYS = "release/keys"
CONTACT = "security.txt"
_WAYS = ("mailto:", "https://", "tel:")


def published(files: Mapping[str, bytes]) -> list[PublicKey]:
    """The keys, the newest last. Raises ReleaseError for a gap, and a key that the one before didn't sign."""
    keys: list[PublicKey] = []
    named = {name for name in files if name.startswith(f"{KEYS}/")}
    while named:
        number = len(keys) + 1
        name, signature = f"{KEYS}/{number}.pub", f"{KEYS}/{number}.pub.minisig"
        try:
            lines = files[name].decode().split("\n")
            key = PublicKey.parse(lines[1])
            if keys and keys[-1].verify(files[name], files[signature].decode()) != _says(number):
                raise SignatureError("another comment")
        except (KeyError, IndexError, UnicodeDecodeError, KeyFormatError, SignatureError):
            raise ReleaseError(
                f"{KEYS} doesn't hold together: {number}.pub, or its signature by the key before it, is wrong"
            ) from None
        keys.append(key)
        named -= {name, signature}
        if number == 1 and signature in files:
            raise ReleaseError(f"{KEYS} doesn't hold together: nothing comes before 1.pub")
    return keys


def next_key(files: Mapping[str, bytes], new: PublicKey, signer: SigningKey | None) -> dict[str, bytes]:
    """The files by which `new` follows the newest key, whose holder signs it. Raises ReleaseError."""
    keys = published(files)
    if new in keys:
        raise ReleaseError(f"this key is in {KEYS} already")
    if keys and (signer is None or signer.public() != keys[-1]):
        raise ReleaseError(
            "the newest published key must sign the one that follows it: give it with --key FILE"
        )
    number = len(keys) + 1
    name = f"{KEYS}/{number}.pub"
    made = {name: f"untrusted comment: {_says(number)}\n{new}\n".encode()}
    if signer is not None and keys:
        made[f"{name}.minisig"] = signer.sign(made[name], _says(number)).encode()
    return made


def contact(files: Mapping[str, bytes], today: date) -> str | None:
    """Where to report; None where nobody has said. Raises ReleaseError for what is no RFC 9116, or over."""
    if CONTACT not in files:
        return None
    fields: dict[str, list[str]] = {}
    for line in files[CONTACT].decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon and not line.startswith("#"):
            fields.setdefault(name.strip().lower(), []).append(value.strip())
    ways = fields.get("contact", [])
    try:
        (expires,) = (datetime.fromisoformat(value) for value in fields.get("expires", []))
        past = expires.astimezone(UTC).date() <= today
    except ValueError:
        past = True
    if past or not ways or not all(way.startswith(_WAYS) for way in ways):
        raise ReleaseError(
            f"{CONTACT} needs a Contact (mailto:, https: or tel:) and one Expires, which is to come"
        )
    return ways[0]


def _says(number: int) -> str:
    return f"Silbo release key {number}"
