"""What the program keeps about itself: settings, rule versions, the audit and the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from salesdesk.storage.models.base import MAX_NAME, instant, json_column

_UNSENT = text("sent_at IS NULL")


class Setting(SQLModel, table=True):
    """A named value of this database: the home country, the key of the suppression hash."""

    name: str = Field(max_length=64, primary_key=True)
    value: str


class RuleVersion(SQLModel, table=True):
    """One version of the rule set, as TOML. Rows are never changed; the highest id is in force."""

    __tablename__ = "rule_version"

    id: int | None = Field(default=None, primary_key=True)
    toml: str
    author_id: int | None = Field(default=None, foreign_key="user_account.id")
    at: datetime = instant()
    note: str = Field(default="", max_length=MAX_NAME)


class Audit(SQLModel, table=True):
    """Administrative acts and refusals, chained by hash. Holds ids, never personal text.

    Append-only: triggers of both engines refuse to change or delete a row (migration 0003).
    """

    __table_args__ = (
        Index("ix_audit_at", "at"),
        Index("ix_audit_object", "object", "action"),
        Index("ix_audit_actor_id", "actor_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = instant()
    actor_id: int | None = Field(default=None, foreign_key="user_account.id")
    os_login: str = Field(default="", max_length=MAX_NAME)
    action: str = Field(max_length=64)
    object: str = Field(default="", max_length=MAX_NAME)
    detail: dict[str, Any] = json_column(dict)
    previous: str = Field(default="", max_length=64)
    digest: str = Field(default="", max_length=64)


class Outbox(SQLModel, table=True):
    """Messages to the outside that a transaction wants sent once it is committed. Holds ids, never personal text."""

    __table_args__ = (Index("ix_outbox_unsent", "id", sqlite_where=_UNSENT, postgresql_where=_UNSENT),)

    id: int | None = Field(default=None, primary_key=True)
    topic: str = Field(max_length=64)
    payload: dict[str, Any] = json_column(dict)
    created_at: datetime = instant()
    sent_at: datetime | None = instant(default=None, nullable=True)
