"""The first schema.

Revision ID: 0001
Revises:
Create Date: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from salesdesk.storage.models.base import Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, index and constraint."""
    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=8), nullable=False),
        sa.Column("zones", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("country", "region", "zones", name=op.f("uq_area_country_region_zones")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("payload", Json(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("os_login", sa.String(length=200), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_user_account_name")),
        sa.CheckConstraint("role IN ('manager', 'lead', 'admin')", name=op.f("ck_user_account_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("name", name=op.f("uq_user_account_name")),
        sa.UniqueConstraint("os_login", name=op.f("uq_user_account_os_login")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("os_login", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object", sa.String(length=200), nullable=False),
        sa.Column("detail", Json(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_audit_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("counts", Json(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_import_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_table(
        "rule_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("toml", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_rule_version_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_version")),
    )
    op.create_table(
        "suppression",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_suppression_user_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_suppression")),
    )
    op.create_table(
        "user_pool",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_user_pool_user_id")),
        sa.PrimaryKeyConstraint("user_id", "pool", name=op.f("pk_user_pool")),
    )
    op.create_table(
        "client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("emails", Json(), nullable=False),
        sa.Column("city", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("zone_source", sa.String(length=16), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("funnel", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("preferred_at", UtcDateTime(), nullable=True),
        sa.Column("tags", Json(), nullable=False),
        sa.Column("custom", Json(), nullable=False),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("touched_at", UtcDateTime(), nullable=False),
        sa.Column("forgotten_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "zone_source IN ('given', 'place', 'phone', 'country', 'home', 'unknown')",
            name=op.f("ck_client_zone_source"),
        ),
        sa.CheckConstraint("misses >= 0", name=op.f("ck_client_misses")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_client_area_id")),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_client_import_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_client_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
    )
    op.create_index("ix_client_import_id", "client", ["import_id"], unique=False)
    op.create_index("ix_client_owner_id", "client", ["owner_id"], unique=False)
    op.create_index("ix_client_status", "client", ["status", "touched_at"], unique=False)
    op.create_table(
        "deal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("funnel", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("amount_minor IS NULL OR currency IS NOT NULL", name=op.f("ck_deal_currency")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_deal_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
    )
    op.create_index("ix_deal_client_id", "deal", ["client_id"], unique=False)
    op.create_index(
        "uq_deal_open_per_client",
        "deal",
        ["client_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "phone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("e164", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("dnc", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("bad", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_phone_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone")),
        sa.UniqueConstraint("e164", name=op.f("uq_phone_e164")),
    )
    op.create_index("ix_phone_client_id", "phone", ["client_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("feed", sa.String(length=16), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("wanted_at", UtcDateTime(), nullable=False),
        sa.Column("agreed_wall", sa.String(length=32), nullable=True),
        sa.Column("agreed_zone", sa.String(length=64), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("fresh_until", UtcDateTime(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("because", Json(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=16), nullable=True),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "closed_by IN ('outcome', 'trigger', 'merge', 'dnc', 'forget', 'rules', 'undo')",
            name=op.f("ck_task_closed_by"),
        ),
        sa.CheckConstraint("feed IN ('callback', 'incoming', 'retry', 'planned')", name=op.f("ck_task_feed")),
        sa.CheckConstraint("(agreed_wall IS NULL) = (agreed_zone IS NULL)", name=op.f("ck_task_agreed")),
        sa.CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name=op.f("ck_task_claimed")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_task_closed")),
        sa.CheckConstraint("closed_at IS NULL OR claimed_by IS NULL", name=op.f("ck_task_closed_unclaimed")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_task_area_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["user_account.id"], name=op.f("fk_task_assignee_id")),
        sa.ForeignKeyConstraint(["claimed_by"], ["user_account.id"], name=op.f("fk_task_claimed_by")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_task_client_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_task_deal_id")),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_task_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index("ix_task_client_id", "task", ["client_id"], unique=False)
    op.create_index("ix_task_deal_id", "task", ["deal_id"], unique=False)
    op.create_index(
        "ix_task_feed",
        "task",
        ["feed", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "uq_task_claimed_by",
        "task",
        ["claimed_by"],
        unique=True,
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    )
    op.create_index(
        "uq_task_open_per_client",
        "task",
        ["client_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_claim_task_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_claim_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_task_id", "claim", ["task_id"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("next_task_id", sa.Integer(), nullable=True),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("feed", sa.String(length=16), nullable=False),
        sa.Column("wanted_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("status_before", sa.String(length=64), nullable=False),
        sa.Column("status_after", sa.String(length=64), nullable=False),
        sa.Column("closed_as", sa.String(length=64), nullable=True),
        sa.Column("kind_after", sa.String(length=16), nullable=False),
        sa.Column("misses_before", sa.Integer(), nullable=False),
        sa.Column("misses_after", sa.Integer(), nullable=False),
        sa.Column("owner_before", sa.Integer(), nullable=True),
        sa.Column("because", Json(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("team_day", sa.Date(), nullable=False),
        sa.Column("client_hour", sa.Integer(), nullable=True),
        sa.CheckConstraint("feed IN ('callback', 'incoming', 'retry', 'planned')", name=op.f("ck_attempt_feed")),
        sa.CheckConstraint("kind_after IN ('open', 'won', 'lost', 'archived')", name=op.f("ck_attempt_kind_after")),
        sa.CheckConstraint("amount_minor IS NULL OR currency IS NOT NULL", name=op.f("ck_attempt_currency")),
        sa.CheckConstraint("client_hour BETWEEN 0 AND 23", name=op.f("ck_attempt_client_hour")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_attempt_seconds")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_attempt_claim_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_attempt_client_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_attempt_deal_id")),
        sa.ForeignKeyConstraint(["next_task_id"], ["task.id"], name=op.f("fk_attempt_next_task_id")),
        sa.ForeignKeyConstraint(["owner_before"], ["user_account.id"], name=op.f("fk_attempt_owner_before")),
        sa.ForeignKeyConstraint(["rules_version"], ["rule_version.id"], name=op.f("fk_attempt_rules_version")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_attempt_task_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_attempt_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_attempt_claim_id")),
    )
    op.create_index("ix_attempt_client_id", "attempt", ["client_id", "at"], unique=False)
    op.create_index("ix_attempt_deal_id", "attempt", ["deal_id"], unique=False)
    op.create_index("ix_attempt_next_task_id", "attempt", ["next_task_id"], unique=False)
    op.create_index(
        "ix_attempt_promise",
        "attempt",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("feed = 'callback'"),
        postgresql_where=sa.text("feed = 'callback'"),
    )
    op.create_index("ix_attempt_task_id", "attempt", ["task_id"], unique=False)
    op.create_index("ix_attempt_team_day", "attempt", ["team_day", "user_id"], unique=False)
    op.create_table(
        "undo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_undo_attempt_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_undo_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_undo_attempt_id")),
    )
