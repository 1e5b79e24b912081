"""Time: what a worse source said of a client's zone, who allowed a promise outside the window, and one's own tasks.

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Add columns in place: nothing is copied, however many clients there are."""
    op.add_column("client", sa.Column("rival_zone", sa.String(length=64), nullable=True))
    op.add_column("client", sa.Column("rival_source", sa.String(length=16), nullable=True))
    # Written out because Alembic cannot add a column with a reference on SQLite without copying the table.
    op.execute(
        "ALTER TABLE task ADD COLUMN allowed_by INTEGER CONSTRAINT fk_task_allowed_by REFERENCES user_account (id)"
    )
    op.create_index(
        "ix_task_assignee_id", "task", ["assignee_id", "due_at"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
