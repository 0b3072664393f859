"""What the store raises: one family, whose texts carry no statement, no parameter and no identifier."""


class StoreError(Exception):
    """The family of the store; on its own: this database must not be used. One sentence for the operator."""


class StorageError(StoreError):
    """The database refuses for now (locked, full, broken); nothing of the transaction was stored."""


class SharedElsewhere(StorageError):
    """Others who use this database share their conversations in another memory than we do, of this number."""

    def __init__(self, place: int) -> None:
        self.place = place
        super().__init__(
            "Bots with another Redis of [sessions] use this database: name the same Redis in all of them."
        )


class DropClosed(StoreError):
    """The drop is complete, or there is no such drop: nothing more goes into it."""


class DeskClosed(StoreError):
    """The desk takes nothing new any more."""


class Damaged(StoreError):
    """The file of the database is damaged, or is not a database."""


class Acts(StoreError):
    """The file of the database has more in it than our tables."""


class UploadError(StoreError):
    """An upload is not taken; `code` is the answer of docs/protocol.md, "The door of the page"."""

    def __init__(self, code: str) -> None:
        super().__init__("The upload is not taken.")
        self.code = code
