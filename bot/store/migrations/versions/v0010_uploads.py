"""Drops that come in parts through the page's door, until they are committed."""

import sqlalchemy as sa
from alembic import op

revision = "silbo_0010"
down_revision = "silbo_0009"


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("desk", sa.String(32), nullable=False, server_default=""),
        sa.Column("room", sa.BigInteger, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("done", sa.LargeBinary(32)),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_table(
        "upload_items",
        sa.Column("blob_id", sa.String(32), nullable=False),
        sa.Column("upload_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", name="pk_upload_items"),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name="fk_upload_items_upload_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("upload_id", "name", name="uq_upload_items_upload_id"),
    )
    op.create_table(
        "upload_parts",
        sa.Column("blob_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", "number", name="pk_upload_parts"),
        sa.ForeignKeyConstraint(
            ["blob_id"], ["upload_items.blob_id"], name="fk_upload_parts_blob_id", ondelete="CASCADE"
        ),
    )
