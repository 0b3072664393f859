"""Brings a database to this program's tables, by Alembic: loaded only where they are not so already."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from bot.store.schema import MIGRATIONS


def upgrade(connection: Connection) -> None:
    """Run the scripts that are missing, in the transaction that is open."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
