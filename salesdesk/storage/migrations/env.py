"""Alembic's entry: runs the migrations on the connection that :func:`salesdesk.storage.schema.migrate` hands over."""

from alembic import context

from salesdesk.storage.models import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
context.run_migrations()
