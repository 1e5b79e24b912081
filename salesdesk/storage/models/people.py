"""The people who use the desk."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from salesdesk.storage.models.base import MAX_NAME, instant, one_of

_UNENDED = text("ended_at IS NULL")


class User(SQLModel, table=True):
    """A person who works here. A disabled one keeps their history. ``zone`` is their own, else the home zone.

    ``hours`` are their own working hours as JSON (``{"mon-fri": "09:00-18:00"}``), else the team's. After
    ``failed_logins`` wrong passwords in a row nobody gets in by password before ``locked_until``.
    """

    __tablename__ = "user_account"
    __table_args__ = (one_of("role", "manager", "lead", "admin"), CheckConstraint("name <> ''", name="name"))

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=MAX_NAME, unique=True)
    label: str = Field(max_length=MAX_NAME)
    role: str = Field(max_length=16)
    active: bool = True
    os_login: str | None = Field(default=None, max_length=MAX_NAME, unique=True)
    zone: str | None = Field(default=None, max_length=64)
    password_hash: str | None = Field(default=None, max_length=255)
    failed_logins: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    locked_until: datetime | None = instant(default=None, nullable=True)
    hours: str | None = Field(default=None)
    created_at: datetime = instant()


class UserPool(SQLModel, table=True):
    """Who belongs to which pool. Everybody belongs to the built-in one, which has no rows.

    ``last_given_at`` is when the person was last given an incoming client of the pool: turns are taken by it.
    """

    __tablename__ = "user_pool"

    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    pool: str = Field(max_length=64, primary_key=True)
    last_given_at: datetime | None = instant(default=None, nullable=True)


class Shift(SQLModel, table=True):
    """One time at a desk: from opening it to leaving. ``seen_at`` is its last sign of life."""

    __table_args__ = (Index("ix_shift_user_id", "user_id", "started_at"),)

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id")
    started_at: datetime = instant()
    seen_at: datetime = instant()
    ended_at: datetime | None = instant(default=None, nullable=True)


class BreakTime(SQLModel, table=True):
    """A break that a person took. At most one of theirs is open."""

    __tablename__ = "break_time"
    __table_args__ = (
        Index("uq_break_time_open", "user_id", unique=True, sqlite_where=_UNENDED, postgresql_where=_UNENDED),
        Index("ix_break_time_user_id", "user_id", "started_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id")
    started_at: datetime = instant()
    ended_at: datetime | None = instant(default=None, nullable=True)
    reason: str = Field(default="", max_length=MAX_NAME)
