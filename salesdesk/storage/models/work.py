"""The work: deals, tasks, claims on tasks, attempts, and attempts taken back.

History tables never cascade: an attempt outlives every other row it names.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from rules.zonetime import tables_version
from salesdesk.storage.models.base import MAX_NAME, instant, json_column, one_of

_OPEN = text("closed_at IS NULL")
_CLAIMED = text("claimed_by IS NOT NULL")
_PROMISED = text("feed = 'callback'")
_NO_VERSION = text("''")
_BY_TABLES = text("closed_at IS NULL OR agreed_wall IS NOT NULL")


class Deal(SQLModel, table=True):
    """One pass of a client through a funnel. At most one is open; amounts are integer minor units of ``currency``."""

    __table_args__ = (
        Index("uq_deal_open_per_client", "client_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_deal_client_id", "client_id"),
        CheckConstraint("amount_minor IS NULL OR currency IS NOT NULL", name="currency"),
    )

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id")
    funnel: str = Field(max_length=64)
    status: str = Field(max_length=64)
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    opened_at: datetime = instant()
    closed_at: datetime | None = instant(default=None, nullable=True)


class Task(SQLModel, table=True):
    """The one next step with a client. At most one is open per client, and a person holds at most one claimed.

    ``wanted_at`` is what the ladder or the client asked for, ``due_at`` what windows and caps allow. ``agreed_wall``
    and ``agreed_zone`` keep a promise as it was said. ``fresh_until`` ends an incoming client's precedence.
    ``allowed_by`` is who confirmed a promise outside the client's window; ``because`` are stored reasons
    (:mod:`rules.reasons`). ``import_id`` names the import that made it,
    until whose end the feed ignores it. ``zone_tables`` is the release of the zone tables by which its instants were
    worked out, empty where a program that kept none did it.
    """

    __table_args__ = (
        one_of("feed", "callback", "incoming", "retry", "planned"),
        one_of("closed_by", "outcome", "trigger", "merge", "dnc", "forget", "rules", "undo"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),
        CheckConstraint("closed_at IS NULL OR claimed_by IS NULL", name="closed_unclaimed"),
        CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="claimed"),
        CheckConstraint("(agreed_wall IS NULL) = (agreed_zone IS NULL)", name="agreed"),
        Index("uq_task_open_per_client", "client_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("uq_task_claimed_by", "claimed_by", unique=True, sqlite_where=_CLAIMED, postgresql_where=_CLAIMED),
        Index("ix_task_feed", "feed", "due_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_task_assignee_id", "assignee_id", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_task_client_id", "client_id"),
        Index("ix_task_deal_id", "deal_id"),
        Index("ix_task_zone_tables", "zone_tables", sqlite_where=_BY_TABLES, postgresql_where=_BY_TABLES),
    )

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id")
    deal_id: int = Field(foreign_key="deal.id")
    kind: str = Field(max_length=64)
    feed: str = Field(max_length=16)
    pool: str | None = Field(default=None, max_length=64)
    assignee_id: int | None = Field(default=None, foreign_key="user_account.id")
    wanted_at: datetime = instant()
    agreed_wall: str | None = Field(default=None, max_length=32)
    agreed_zone: str | None = Field(default=None, max_length=64)
    due_at: datetime = instant()
    fresh_until: datetime | None = instant(default=None, nullable=True)
    allowed_by: int | None = Field(default=None, foreign_key="user_account.id")
    area_id: int = Field(foreign_key="area.id")
    because: list[Any] = json_column(list)
    import_id: int | None = Field(default=None, foreign_key="import.id")
    created_at: datetime = instant()
    closed_at: datetime | None = instant(default=None, nullable=True)
    closed_by: str | None = Field(default=None, max_length=16)
    claimed_by: int | None = Field(default=None, foreign_key="user_account.id")
    claimed_until: datetime | None = instant(default=None, nullable=True)
    claim_id: int | None = Field(default=None)
    zone_tables: str = Field(
        default_factory=tables_version, max_length=16, sa_column_kwargs={"server_default": _NO_VERSION}
    )


class Claim(SQLModel, table=True):
    """Who took which task when. Rows are never changed; the live hold is on the task itself."""

    __table_args__ = (Index("ix_claim_task_id", "task_id"),)

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    user_id: int = Field(foreign_key="user_account.id")
    taken_at: datetime = instant()


class Attempt(SQLModel, table=True):
    """One finished call. Append-only: a mistake is taken back by an :class:`Undo` row.

    The unique ``claim_id`` makes recording idempotent. ``team_day`` is the day in the home zone and ``client_hour``
    the client's local hour (``None`` while the zone is unsure), both at the end of the call.
    """

    __table_args__ = (
        one_of("feed", "callback", "incoming", "retry", "planned"),
        one_of("kind_after", "open", "won", "lost", "archived"),
        Index("ix_attempt_client_id", "client_id", "at"),
        Index("ix_attempt_team_day", "team_day", "user_id"),
        Index("ix_attempt_task_id", "task_id"),
        Index("ix_attempt_next_task_id", "next_task_id"),
        Index("ix_attempt_deal_id", "deal_id"),
        Index("ix_attempt_promise", "due_at", sqlite_where=_PROMISED, postgresql_where=_PROMISED),
        CheckConstraint("client_hour BETWEEN 0 AND 23", name="client_hour"),
        CheckConstraint("seconds >= 0", name="seconds"),
        CheckConstraint("amount_minor IS NULL OR currency IS NOT NULL", name="currency"),
    )

    id: int | None = Field(default=None, primary_key=True)
    claim_id: int = Field(foreign_key="claim.id", unique=True)
    client_id: int = Field(foreign_key="client.id")
    deal_id: int = Field(foreign_key="deal.id")
    user_id: int = Field(foreign_key="user_account.id")
    task_id: int = Field(foreign_key="task.id")
    next_task_id: int | None = Field(default=None, foreign_key="task.id")
    phone: str = Field(default="", max_length=16)
    at: datetime = instant()
    seconds: int | None = None
    feed: str = Field(max_length=16)
    wanted_at: datetime = instant()
    due_at: datetime = instant()
    outcome: str = Field(max_length=64)
    reason: str | None = Field(default=None, max_length=64)
    reached: bool
    note: str = ""
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    status_before: str = Field(max_length=64)
    status_after: str = Field(max_length=64)
    closed_as: str | None = Field(default=None, max_length=64)
    kind_after: str = Field(max_length=16)
    misses_before: int
    misses_after: int
    owner_before: int | None = Field(default=None, foreign_key="user_account.id")
    because: list[Any] = json_column(list)
    rules_version: int = Field(foreign_key="rule_version.id")
    team_day: date
    client_hour: int | None = None


class Undo(SQLModel, table=True):
    """An attempt taken back: it stays in the record and counts for neither figures nor caps."""

    id: int | None = Field(default=None, primary_key=True)
    attempt_id: int = Field(foreign_key="attempt.id", unique=True)
    user_id: int = Field(foreign_key="user_account.id")
    at: datetime = instant()
    note: str = Field(default="", max_length=MAX_NAME)
