"""The tables of the database: ciphertext, hashes, counts, and no time finer than a day.

Nothing here names a chat, a person or a message; the link between a chat and a drop lives in the runtime
folder alone ("State" in the design). A change of a table comes with a script in `migrations/versions`; a test
compares the two.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext

from bot.store.schema import FIRST_DESK

CHUNK = 1 << 20
"""The most bytes of ciphertext in one row."""

PAD = 4096
"""Zeros that stand before the ciphertext in a row. SQLite keeps the beginning of a row (at most 4061 bytes)
on a page together with others, and leaves stale copies there when it rebuilds such a page, where
`secure_delete` does not reach them. What does not fit lies on pages of its own, which are zeroed when the row
is deleted.
"""

UNSETTLED = "NOT settled"
"""As `settling` asks, word for word: else SQLite does not use the index."""


def _pad(context: DefaultExecutionContext) -> bytes:
    """PostgreSQL lays what is longer than 2 KB into a table of its own anyway."""
    return bytes(PAD) if context.dialect.name == "sqlite" else b""


metadata = MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def _desk() -> Column[str]:
    """Whose row it is."""
    return Column("desk", String(32), nullable=False, server_default=FIRST_DESK)


batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # leaves the server nowhere
    Column("day", Date, nullable=False),
    Column("previous", LargeBinary(32)),  # SHA-256 of the previous batch.json; null for the first batch
    Column("sha256", LargeBinary(32)),  # SHA-256 of this batch.json; null until it is written
    Column("written", Boolean(create_constraint=False), nullable=False),
    Column("successor", Text),  # the public key that this batch hands over to; null as long as the key stays
    Column("signer", Text),  # the public key that signs this batch; null if it is not known any more
    Column("chat", BigInteger),  # the reviewers' own chat that it is being sent to; null when it is written
    Column("parts_sent", Integer),  # how many parts are in that chat
    Column("version", Integer, nullable=False, server_default="1"),  # of its batch.json
    _desk(),
    Column("sequence", Integer, nullable=False, server_default="0"),  # in the chain of its desk, from 1
    Index("ix_batches_desk", "desk", "sequence", unique=True),
)

drops = Table(
    "drops",
    metadata,
    Column("id", String(32), primary_key=True),  # random, hexadecimal
    Column("day", Date, nullable=False),
    Column(
        "state", String(8), CheckConstraint("state IN ('draft', 'complete')", name="state"), nullable=False
    ),
    Column("batch", Integer, ForeignKey("batches.id"), index=True),
    Column("withdrawal", LargeBinary(32)),  # the tag of who may withdraw it; null without a codename
    Column(
        "stamp", LargeBinary(32)
    ),  # docs/protocol.md, "Drop"; null of what was complete before there were any
    _desk(),
    Column("settled", Boolean(create_constraint=False), nullable=False, server_default="0"),  # `settling`
    # By the id, which is random: an index by the day would have the order in which they came.
    Index("ix_drops_unsettled", "id", sqlite_where=text(UNSETTLED), postgresql_where=text(UNSETTLED)),
)

desks = Table(
    "desks",
    metadata,
    Column("name", String(32), primary_key=True),  # as other tables have it; no row before it is needed
    Column("id", String(32), nullable=False, unique=True),  # random, hexadecimal, public
    Column("closed", Date),  # from this day on it takes nothing new; null while it is open
)

replies = Table(
    "replies",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),  # of the age file
    Column("address", LargeBinary(32), index=True),  # SHA-256 of the mailbox id; null once it was read
    Column("token", LargeBinary(32), nullable=False),  # SHA-256 of what only a reader of the reply can know
    Column("day", Date, nullable=False),  # of its arrival, then of its reading
    Column("size", Integer, nullable=False),  # of the age file; 0 once it was read
    Column("blob_id", String(32), unique=True),  # null once it was read
    Column("mark", LargeBinary(16)),  # the token itself, once it was read
    _desk(),
)

ended = Table(  # mailboxes whose owner has said the last word
    "ended",
    metadata,
    Column("address", LargeBinary(32), primary_key=True),  # as in `replies`
    Column("day", Date, nullable=False),
    _desk(),
    sqlite_with_rowid=False,  # else those of one codename at several desks lie side by side
)

items = Table(
    "items",
    metadata,
    Column("id", String(64), primary_key=True),  # a keyed hash of its update; random in a complete drop
    Column("drop_id", String(32), ForeignKey("drops.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("size", Integer, nullable=False),  # of the ciphertext, in bytes
    Column("sha256", LargeBinary(32), nullable=False),  # of the ciphertext
    Column(
        "state",
        String(8),
        CheckConstraint("state IN ('waiting', 'kept', 'manifest')", name="state"),
        nullable=False,
    ),
    Column("blob_id", String(32), nullable=False, unique=True),
    UniqueConstraint("drop_id", "position"),
)

receipts = Table(  # which reviewers have confirmed that an exported drop rests on their machine
    "receipts",
    metadata,
    Column("drop_id", String(32), ForeignKey("drops.id", ondelete="CASCADE"), primary_key=True),
    Column("reviewer", String(32), primary_key=True),  # `bot.keys.keyfolder.tag_of` the root key
)

# No foreign key to an item: the chunks of a large item are staged before the item exists.
chunks = Table(
    "chunks",
    metadata,
    Column("blob_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("pad", LargeBinary(PAD), nullable=False, default=_pad),
    Column("data", LargeBinary(CHUNK), nullable=False),
)

uploads = Table(  # drops that come in parts through the page's door (docs/protocol.md)
    "uploads",
    metadata,
    Column("id", String(32), primary_key=True),  # the drop's id: it leads to no upload
    Column("day", Date, nullable=False),  # on which it was opened
    _desk(),
    Column("room", BigInteger, nullable=False),  # bytes that were asked for
    Column("received", BigInteger, nullable=False),  # bytes of complete parts
    Column("done", LargeBinary(32)),  # SHA-256 of what committed it; null while it is open
)

upload_items = Table(  # the age files of an open upload; their chunks lie as those of items do
    "upload_items",
    metadata,
    Column("blob_id", String(32), primary_key=True),
    Column("upload_id", String(32), ForeignKey("uploads.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(32), nullable=False),  # random, of the page
    UniqueConstraint("upload_id", "name"),
)

upload_parts = Table(  # complete parts; all but a file's last have `bot.store.part_rows.PART` bytes
    "upload_parts",
    metadata,
    Column("blob_id", String(32), ForeignKey("upload_items.blob_id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("slot", Integer),  # where it waits in `bot.store.slots`; null once it is in the chunks
    Index("ix_upload_parts_slot", "slot", unique=True),
)
