"""Run by Alembic: the migrations, on the connection that `upgrade` has a transaction on."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
