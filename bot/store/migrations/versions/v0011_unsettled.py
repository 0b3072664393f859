"""The drops that are still to be shuffled are found without reading the others."""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0011"
down_revision = "silbo_0010"


def upgrade() -> None:
    of = sa.text("NOT settled")
    op.create_index("ix_drops_unsettled", "drops", ["id"], sqlite_where=of, postgresql_where=of)
