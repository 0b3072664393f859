"""Several desks on one server: each drop, batch and reply knows its own; a desk can be closed.

What was here before belongs to the desk of `[desk]`, which the empty name stands for: it keeps its rows
whatever it is called in the settings. A batch has a number of its own now, for each desk counts from 1.
"""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0007"
down_revision = "silbo_0006"


def upgrade() -> None:
    # Not in batch mode: a copy of the table would be dropped under the foreign key of `drops`.
    op.execute("ALTER TABLE batches RENAME COLUMN sequence TO id")
    for table in ("batches", "drops", "replies"):
        op.add_column(table, sa.Column("desk", sa.String(32), nullable=False, server_default=""))
    op.add_column("batches", sa.Column("sequence", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE batches SET sequence = id")
    op.create_index("ix_batches_desk", "batches", ["desk", "sequence"], unique=True)
    op.add_column("desks", sa.Column("closed", sa.Date))
    op.execute("UPDATE desks SET name = '' WHERE (SELECT count(*) FROM desks) = 1")
