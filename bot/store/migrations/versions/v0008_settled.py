"""Whether a drop's rows were shuffled for the last time, after its day."""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0008"
down_revision = "silbo_0007"


def upgrade() -> None:
    op.add_column("drops", sa.Column("settled", sa.Boolean, nullable=False, server_default="0"))
