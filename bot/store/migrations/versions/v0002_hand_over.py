"""The key that a batch hands over to: null in every batch until now."""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0002"
down_revision = "silbo_0001"


def upgrade() -> None:
    # Not in batch mode: a copy of the table would be dropped under the foreign key of `drops`.
    op.add_column("batches", sa.Column("successor", sa.Text))
