"""Clients, their numbers, and where they are."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from salesdesk.storage.models.base import MAX_NAME, instant, json_column, one_of


class Area(SQLModel, table=True):
    """A country, region and set of candidate zones. Few rows: the claim asks the rules which areas are open now.

    ``zones`` are IANA names joined by commas, sorted; one is a sure zone, none an unknown one. Absent country and
    region are empty texts, so that the unique key holds for them too.
    """

    __table_args__ = (UniqueConstraint("country", "region", "zones"),)

    id: int | None = Field(default=None, primary_key=True)
    country: str = Field(default="", max_length=2)
    region: str = Field(default="", max_length=8)
    zones: str = Field(default="")


class Import(SQLModel, table=True):
    """One run of an import. The feed ignores its clients until ``finished_at`` is set."""

    __tablename__ = "import"

    id: int | None = Field(default=None, primary_key=True)
    file_name: str = Field(max_length=255)
    user_id: int = Field(foreign_key="user_account.id")
    started_at: datetime = instant()
    finished_at: datetime | None = instant(default=None, nullable=True)
    counts: dict[str, Any] = json_column(dict)


class Client(SQLModel, table=True):
    """A person or company being called. ``status`` is the stage of its open (or last) deal.

    ``misses`` counts unreached calls in a row over all reasons. ``search_key`` is the folded text that look-ups
    compare (SQLite folds ASCII only). ``touched_at`` is when something last happened with the client: arrival, call,
    trigger; silence is counted from it. ``rival_zone`` is what a worse source of the zone says where it disagrees.
    ``preferred_wall`` and ``preferred_zone`` keep the preferred time as it was said.
    """

    __table_args__ = (
        one_of("zone_source", "given", "place", "phone", "country", "home", "unknown"),
        CheckConstraint("misses >= 0", name="misses"),
        Index("ix_client_status", "status", "touched_at"),
        Index("ix_client_owner_id", "owner_id"),
        Index("ix_client_import_id", "import_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=MAX_NAME)
    company: str = Field(default="", max_length=MAX_NAME)
    position: str = Field(default="", max_length=MAX_NAME)
    emails: list[str] = json_column(list)
    city: str = Field(default="", max_length=MAX_NAME)
    region: str = Field(default="", max_length=MAX_NAME)
    country: str = Field(default="", max_length=2)
    zone: str | None = Field(default=None, max_length=64)
    zone_source: str = Field(max_length=16)
    rival_zone: str | None = Field(default=None, max_length=64)
    rival_source: str | None = Field(default=None, max_length=16)
    area_id: int = Field(foreign_key="area.id")
    funnel: str = Field(max_length=64)
    status: str = Field(max_length=64)
    misses: int = 0
    owner_id: int | None = Field(default=None, foreign_key="user_account.id")
    source: str = Field(default="", max_length=MAX_NAME)
    note: str = ""
    preferred_at: datetime | None = instant(default=None, nullable=True)
    preferred_wall: str | None = Field(default=None, max_length=32)
    preferred_zone: str | None = Field(default=None, max_length=64)
    tags: list[str] = json_column(list)
    custom: dict[str, Any] = json_column(dict)
    search_key: str = Field(default="")
    import_id: int | None = Field(default=None, foreign_key="import.id")
    created_at: datetime = instant()
    touched_at: datetime = instant()
    forgotten_at: datetime | None = instant(default=None, nullable=True)


class Phone(SQLModel, table=True):
    """A client's number in E.164. One number belongs to one client. ``dnc``: may not be called; ``bad``: wrong."""

    __table_args__ = (Index("ix_phone_client_id", "client_id"),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id")
    e164: str = Field(max_length=16, unique=True)
    kind: str = Field(max_length=16)
    position: int = 0
    dnc: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    bad: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class Suppression(SQLModel, table=True):
    """A number that must not be called, as a keyed hash: it outlives the client, the number itself does not."""

    digest: str = Field(max_length=64, primary_key=True)
    why: str = Field(default="", max_length=MAX_NAME)
    user_id: int | None = Field(default=None, foreign_key="user_account.id")
    created_at: datetime = instant()
