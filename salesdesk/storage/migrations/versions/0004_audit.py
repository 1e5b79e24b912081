"""Audit: what was done to an object, and by whom, is found however long the audit has grown.

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-27
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes. Rows are only read, so the audit's guards are not asked."""
    op.create_index("ix_audit_object", "audit", ["object", "action"])
    op.create_index("ix_audit_actor_id", "audit", ["actor_id", "at"])
