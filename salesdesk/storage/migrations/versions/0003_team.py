"""Team: passwords that lock, working hours, shifts, breaks and turns; an audit that refuses changes; notices.

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from salesdesk.storage.models.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_UNENDED = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Add columns and tables, make the audit append-only, and let PostgreSQL tell idle desks of work."""
    op.add_column("user_account", sa.Column("failed_logins", sa.Integer(), server_default="0", nullable=False))
    op.add_column("user_account", sa.Column("locked_until", UtcDateTime(), nullable=True))
    op.add_column("user_account", sa.Column("hours", sa.String(), nullable=True))
    op.add_column("user_pool", sa.Column("last_given_at", UtcDateTime(), nullable=True))
    _make_tables()
    _guard_audit()
    if op.get_bind().dialect.name == "postgresql":
        _send_notices()


def _make_tables() -> None:
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_shift_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index("ix_shift_user_id", "shift", ["user_id", "started_at"])
    op.create_table(
        "break_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_break_time_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_time")),
    )
    op.create_index("ix_break_time_user_id", "break_time", ["user_id", "started_at"])
    op.create_index(
        "uq_break_time_open",
        "break_time",
        ["user_id"],
        unique=True,
        sqlite_where=_UNENDED,
        postgresql_where=_UNENDED,
    )


def _guard_audit() -> None:
    """Whoever changes or deletes a row of the audit is refused by the engine, whatever program they use."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit"
                " BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )


def _send_notices() -> None:
    """A transaction that leaves a task which could be taken within a second tells the desks that listen.

    Claims and outcomes that plan a later call send nothing: commits with notices wait for each other.
    """
    op.execute(
        "CREATE FUNCTION tell_desks() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_notify('salesdesk_due', ''); RETURN NULL; END $$"
    )
    told_of = {
        "INSERT OR UPDATE ON task": "NEW.closed_at IS NULL AND NEW.claimed_by IS NULL"
        " AND NEW.due_at <= clock_timestamp() + interval '1 s'",
        'UPDATE ON "import"': "NEW.finished_at IS NOT NULL",
        "INSERT ON rule_version": "true",
    }
    for number, (change, worth) in enumerate(told_of.items(), 1):
        op.execute(
            f"CREATE TRIGGER tells_desks_{number} AFTER {change} FOR EACH ROW WHEN ({worth})"
            " EXECUTE FUNCTION tell_desks()"
        )
