"""What all tables share: constraint names, the time column, and the kinds of column that both engines understand."""

from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

MAX_NAME = 200
LAST_ID = 2**31 - 1  # PostgreSQL fails for a number that its column cannot hold

metadata = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Json(TypeDecorator[Any]):
    """A JSON document: JSONB on PostgreSQL, text on SQLite; both read back as plain dicts and lists."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The engine's own type; a desk on SQLite does not pay for importing PostgreSQL's."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware UTC out, microseconds kept, on both engines.

    SQLite has no time type and SQLAlchemy drops the offset there, so a naive value is refused instead of guessed.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        """``timestamptz`` on PostgreSQL; on SQLite a naive text column that holds UTC."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into what the engine stores. Raises ``ValueError`` for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time reached the database: {value!r}")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """An aware UTC instant."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class HasId(Protocol):
    """A row with a number."""

    id: int | None


def key_of(row: HasId) -> int:
    """The number of a row that is in the database. Raises ``LookupError`` for one that was never flushed."""
    if row.id is None:
        raise LookupError(f"{type(row).__name__} has no number yet: flush it first")
    return row.id


def instant(**options: Any) -> Any:
    """A column that holds an instant."""
    return Field(sa_type=UtcDateTime, **options)


def json_column(default: type[dict[str, Any]] | type[list[Any]], **options: Any) -> Any:
    """A column that holds a JSON object or list."""
    return Field(default_factory=default, sa_type=Json, **options)


def one_of(column: str, *values: str) -> CheckConstraint:
    """A check that a text column holds one of a few words."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=column)
