"""The version of a batch's batch.json: what was planned before stays of version 1."""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0005"
down_revision = "silbo_0004"


def upgrade() -> None:
    op.add_column("batches", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
