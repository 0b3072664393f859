"""The server's public key: pinned at the first import, after a person has compared its ten words."""

from __future__ import annotations

from collections.abc import Callable

from admin.arrival.stick import Folder
from admin.case.casefile import load_head
from admin.errors import AdminError
from admin.home import Home
from admin.words import tr
from crypto.batch import SERVER_FILE
from crypto.errors import KeyFormatError
from crypto.head import Head
from crypto.minisign import PublicKey
from crypto.words import matches

Confirm = Callable[[PublicKey], bool]
"""Shows a key's ten words to a person; whether they are the right ones."""


def pinned_head(home: Home, folders: list[Folder], server: str | None, confirm: Confirm | None) -> Head:
    """The remembered head; the first time a new one, which is kept only once its key has verified a batch.

    Raises `AdminError` when the key is not given, not confirmed, or not the one that is pinned.
    """
    head = load_head(home)
    if head is None:
        return Head.start(_first_key(folders, server, confirm))
    if server is not None and not any(_is(server, known.key) for known in head.keys):
        raise AdminError(tr("Another server key is already pinned in this home; nothing was imported."))
    return head


def _first_key(folders: list[Folder], server: str | None, confirm: Confirm | None) -> PublicKey:
    key = None if server is None else _key_of(server)
    if key is not None:
        return key
    carried = _carried_key(folders)
    if carried is None:
        raise AdminError(
            tr(
                "This is the first import, and the stick carries no server.pub: give the server's public "
                "key with --server."
            )
        )
    if server is not None:
        if not _is(server, carried):
            raise AdminError(
                tr("The stick's server key has other words than those given; nothing was imported.")
            )
    elif confirm is None:
        raise AdminError(
            tr("This is the first import: give the server's public key or its words with --server.")
        )
    elif not confirm(carried):
        raise AdminError(tr("The server key was not confirmed; nothing was imported."))
    return carried


def _key_of(text: str) -> PublicKey | None:
    """The key in its one-line form; None if the text is words. Raises `AdminError` for anything else."""
    if len(text.split()) > 1:
        return None
    try:
        return PublicKey.parse(text.strip())
    except KeyFormatError:
        raise AdminError(
            tr("--server must be the server's public key (56 characters) or its ten words.")
        ) from None


def _is(text: str, key: PublicKey) -> bool:
    """Whether the person's text is this key, or its ten words in any case and spacing."""
    return text.strip() == str(key) or matches(text, key)


def _carried_key(folders: list[Folder]) -> PublicKey | None:
    """The key in the first `server.pub`: a claim of the stick's, to be confirmed."""
    for folder in folders:
        untrusted = folder.read_small(SERVER_FILE, 1024)
        if untrusted is not None:
            try:
                return PublicKey.parse(untrusted.decode("ascii").strip().splitlines()[-1])
            except (KeyFormatError, UnicodeDecodeError, IndexError):
                raise AdminError(
                    tr(
                        "The {server_file} on the stick is malformed; nothing was imported.",
                        server_file=SERVER_FILE,
                    )
                ) from None
    return None
