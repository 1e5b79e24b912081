"""Zone tables: by which release a task's instants were worked out, and the preferred time as it was said.

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-27
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BY_TABLES = sa.text("closed_at IS NULL OR agreed_wall IS NOT NULL")


def upgrade() -> None:
    """Add columns in place. An empty release is older than any: what there is is worked out anew at the next opening.

    A desk of an older program that is still open leaves it empty too.
    """
    op.add_column("task", sa.Column("zone_tables", sa.String(length=16), server_default="", nullable=False))
    op.create_index(
        "ix_task_zone_tables", "task", ["zone_tables"], sqlite_where=_BY_TABLES, postgresql_where=_BY_TABLES
    )
    op.add_column("client", sa.Column("preferred_wall", sa.String(length=32), nullable=True))
    op.add_column("client", sa.Column("preferred_zone", sa.String(length=64), nullable=True))
