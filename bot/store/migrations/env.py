"""Alembic's entry: the scripts run on the connection that `bot.store.database` opened, in its transaction."""

from alembic import context

from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite rolls a CREATE TABLE back too, since we send BEGIN ourselves
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
