"""All rows of a base copied from one engine to the other, ids kept.

Tables and columns are read from the databases themselves, not from the models, so a base of an older schema can be
copied as well: before it is upgraded. Times stay in UTC: both engines take an instant as its UTC wall time, as long as
the connection's zone is UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    cast,
    func,
    inspect,
    select,
    text,
)

from salesdesk.errors import StorageError
from salesdesk.storage.sqlite_files import Progress, no_progress

VERSION_TABLE = "alembic_version"
_AT_ONCE = 1000


def names_of(connection: Connection) -> list[str]:
    """The names of a base's tables, without the one that names the schema."""
    return sorted(set(inspect(connection).get_table_names()) - {VERSION_TABLE})


def tables_of(connection: Connection, names: Collection[str]) -> list[Table]:
    """These tables as the database has them, those that others refer to first. Raises :class:`StorageError`."""
    missing = set(names) - set(inspect(connection).get_table_names())
    if missing:
        raise StorageError(f"The database lacks the table {min(missing)}.", "Run: salesdesk db check")
    found = MetaData()
    found.reflect(connection, only=list(names))
    return [table for table in found.sorted_tables if table.name in names]


def out_of_postgres(
    source: Connection,
    old: Collection[Table],
    target: Connection,
    new: Sequence[Table],
    tell: Progress = no_progress,
) -> dict[str, int]:
    """Copy every row of PostgreSQL's tables into the empty ones of an SQLite file, and count them."""
    sources = {table.name: table for table in old}
    whole = sum(source.execute(select(func.count()).select_from(table)).scalar_one() for table in old)
    done, counts = 0, dict.fromkeys(sorted(sources), 0)
    for table in new:
        names = [column.name for column in table.columns]
        places = ", ".join("?" for _ in names)
        add = f"INSERT INTO {_listed(target, [table])} ({_quoted(target, names)}) VALUES ({places})"  # noqa: S608
        for rows in _batches(source, sources[table.name], names):
            target.exec_driver_sql(add, rows)
            counts[table.name] += len(rows)
            done += len(rows)
            tell(done, whole)
    return counts


def _batches(source: Connection, table: Table, names: Sequence[str]) -> Iterator[list[tuple[object, ...]]]:
    """The rows in the order of their keys, some at a time, as SQLite keeps them."""
    query = select(*(_as_sqlite(table.c[name]) for name in names)).order_by(*table.primary_key.columns)
    with source.execute(query.execution_options(yield_per=_AT_ONCE)) as found:
        for rows in found.partitions():
            yield [tuple(row) for row in rows]


def _as_sqlite(column: Column[Any]) -> ColumnElement[Any]:
    """A column's value as the text or number that SQLAlchemy writes to SQLite; here it is made by the server."""
    if isinstance(column.type, DateTime):
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")
    if isinstance(column.type, Date):
        return func.to_char(column, "YYYY-MM-DD")
    if isinstance(column.type, Boolean):
        return cast(column, Integer)
    return cast(column, Text) if isinstance(column.type, JSON) else column


def into_postgres(source: Connection, target: Connection, tables: Sequence[Table], tell: Progress = no_progress) -> int:
    """Copy every row of an SQLite file into PostgreSQL's tables, which are empty, and count them. The server reads
    SQLite's texts and numbers as times in UTC, booleans and JSON by itself. Raises the driver's own errors.
    """
    raw: Any = source.connection.dbapi_connection
    cursor: Any = target.connection.cursor()
    whole = sum(raw.execute(f"SELECT count(*) FROM {_listed(source, [table])}").fetchone()[0] for table in tables)  # noqa: S608
    done = 0
    for table in tables:
        names = [column.name for column in table.columns]
        rows = raw.execute(f"SELECT {_quoted(source, names)} FROM {_listed(source, [table])}")  # noqa: S608
        with cursor.copy(f"COPY {_listed(target, [table])} ({_quoted(target, names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
                done += 1
                if done % _AT_ONCE == 0:
                    tell(done, whole)
    return done


def lock_tables(connection: Connection, tables: Collection[Table]) -> None:
    """Have PostgreSQL let nobody else read or write these tables until the caller's transaction ends."""
    connection.execute(text(f"LOCK TABLE {_listed(connection, tables)} IN ACCESS EXCLUSIVE MODE"))


def refill(source: Connection, target: Connection, tables: Sequence[Table], tell: Progress = no_progress) -> int:
    """Replace all rows of PostgreSQL's tables within the caller's transaction, and count on from the highest ids; how
    many rows it was. Raises the driver's own errors.

    Triggers rest meanwhile: the audit's guard refuses to be emptied, and nobody need hear of every row.
    """
    _triggers(target, tables, "DISABLE")
    target.execute(text(f"TRUNCATE {_listed(target, tables)}"))
    done = into_postgres(source, target, tables, tell)
    _triggers(target, tables, "ENABLE")
    for table in tables:
        _count_on(target, table)
    return done


def _triggers(connection: Connection, tables: Collection[Table], state: Literal["ENABLE", "DISABLE"]) -> None:
    for table in tables:
        connection.execute(text(f"ALTER TABLE {_listed(connection, [table])} {state} TRIGGER USER"))


def _count_on(connection: Connection, table: Table) -> None:
    """Never give a number again that was given before, by the rows that came or by those that went."""
    if "id" not in table.c:
        return
    find = text("SELECT pg_get_serial_sequence(:name, 'id')")
    sequence = connection.execute(find, {"name": _listed(connection, [table])}).scalar_one()
    if sequence is None:
        return
    given = text("SELECT pg_sequence_last_value(CAST(:sequence AS regclass))")
    last = connection.execute(given, {"sequence": sequence}).scalar_one()
    highest = max(last or 0, connection.execute(select(func.max(table.c.id))).scalar_one() or 0)
    if highest:
        connection.execute(select(func.setval(sequence, highest)))


def _listed(connection: Connection, tables: Collection[Table]) -> str:
    return _quoted(connection, sorted(table.name for table in tables))


def _quoted(connection: Connection, names: Collection[str]) -> str:
    return ", ".join(map(connection.dialect.identifier_preparer.quote, names))
