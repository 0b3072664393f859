"""The first tables: batches, drops, items and their chunks."""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("sequence", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("previous", sa.LargeBinary(32)),
        sa.Column("sha256", sa.LargeBinary(32)),
        sa.Column("written", sa.Boolean(create_constraint=False), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_batches"),
    )
    op.create_table(
        "drops",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("batch", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_drops"),
        sa.CheckConstraint("state IN ('draft', 'complete')", name=op.f("ck_drops_state")),
        sa.ForeignKeyConstraint(["batch"], ["batches.sequence"], name="fk_drops_batch"),
    )
    op.create_index("ix_drops_batch", "drops", ["batch"])
    op.create_table(
        "items",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("drop_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("blob_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.CheckConstraint("state IN ('waiting', 'kept', 'manifest')", name=op.f("ck_items_state")),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name="fk_items_drop_id", ondelete="CASCADE"),
        sa.UniqueConstraint("drop_id", "position", name="uq_items_drop_id"),
        sa.UniqueConstraint("blob_id", name="uq_items_blob_id"),
    )
    op.create_table(
        "chunks",
        sa.Column("blob_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(1 << 20), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", "number", name="pk_chunks"),
    )
