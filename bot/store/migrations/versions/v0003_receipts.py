"""Who signed a batch, how much of it is in the reviewers' chat, and which reviewers have a drop."""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0003"
down_revision = "silbo_0002"


def upgrade() -> None:
    op.add_column("batches", sa.Column("signer", sa.Text))
    op.add_column("batches", sa.Column("chat", sa.BigInteger))
    op.add_column("batches", sa.Column("parts_sent", sa.Integer))
    op.create_table(
        "receipts",
        sa.Column("drop_id", sa.String(32), nullable=False),
        sa.Column("reviewer", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("drop_id", "reviewer", name="pk_receipts"),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name="fk_receipts_drop_id", ondelete="CASCADE"),
    )
