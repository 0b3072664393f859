"""Desks with an id of their own, replies that wait for a codename, and who may withdraw a drop."""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0006"
down_revision = "silbo_0005"


def upgrade() -> None:
    op.add_column("drops", sa.Column("withdrawal", sa.LargeBinary(32)))
    op.create_table(
        "desks",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_desks"),
        sa.UniqueConstraint("id", name="uq_desks_id"),
    )
    op.create_table(
        "replies",
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("address", sa.LargeBinary(32)),
        sa.Column("token", sa.LargeBinary(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("blob_id", sa.String(32)),
        sa.Column("mark", sa.LargeBinary(16)),
        sa.PrimaryKeyConstraint("sha256", name="pk_replies"),
        sa.UniqueConstraint("blob_id", name="uq_replies_blob_id"),
    )
    op.create_index("ix_replies_address", "replies", ["address"])
