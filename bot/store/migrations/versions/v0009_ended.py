"""Mailboxes that their owners have ended: nothing is delivered to them any more."""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0009"
down_revision = "silbo_0008"


def upgrade() -> None:
    op.create_table(
        "ended",
        sa.Column("address", sa.LargeBinary(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("desk", sa.String(32), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("address", name="pk_ended"),
        sqlite_with_rowid=False,
    )
