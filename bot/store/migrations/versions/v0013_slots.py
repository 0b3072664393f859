"""A part of an upload may wait in a file beside the database until its drop is committed."""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0013"
down_revision = "silbo_0012"


def upgrade() -> None:
    op.add_column("upload_parts", sa.Column("slot", sa.Integer))
    op.create_index("ix_upload_parts_slot", "upload_parts", ["slot"], unique=True)
