"""Zeros before the ciphertext in each of its rows, so that it lies outside the pages that SQLite rebuilds."""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0004"
down_revision = "silbo_0003"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # which nothing older than this ever ran on
        op.add_column("chunks", sa.Column("pad", sa.LargeBinary(4096), nullable=False))
        op.execute("ALTER TABLE chunks ALTER COLUMN data SET STORAGE EXTERNAL")  # ciphertext: can't be packed
        return
    op.rename_table("chunks", "chunks_before")
    op.create_table(
        "chunks",
        sa.Column("blob_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("pad", sa.LargeBinary(4096), nullable=False),
        sa.Column("data", sa.LargeBinary(1 << 20), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", "number", name="pk_chunks"),
    )
    op.execute("INSERT INTO chunks SELECT blob_id, number, zeroblob(4096), data FROM chunks_before")
    op.drop_table("chunks_before")
