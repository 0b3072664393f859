"""A drop has its server's stamp, by which readers know who made it (docs/protocol.md, "Drop")."""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0012"
down_revision = "silbo_0011"


def upgrade() -> None:
    op.add_column("drops", sa.Column("stamp", sa.LargeBinary(32)))
