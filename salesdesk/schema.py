"""Which version of the schema a database has, and bringing it to this program's.

Opening checks the version with one bare query: Alembic costs 330 ms to import and is loaded only to create or upgrade.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from salesdesk.database import Database
from salesdesk.errors import StorageError
from salesdesk.location import Location

VERSIONS = ("0001", "0002", "0003")  # every schema there has been, oldest first
CURRENT = VERSIONS[-1]
_LOCK = 0x53434845  # "SCHE": the PostgreSQL advisory lock under which the schema changes


def open_database(location: Location) -> Database:
    """The database, checked and at this program's schema; an older SQLite file of one's own is upgraded first.

    Raises :class:`StorageError` when it is missing, damaged, newer than the program, or no database of salesdesk.
    """
    if location.path is not None and not location.path.exists():
        raise StorageError(f"There is no database at {location}.", "Create it: salesdesk init, or choose one: --db")
    with _closed_on_fault(Database(location)) as database:
        found = version_of(database)
        if found == CURRENT:
            return database
        _check_known(found, location)
        if not _is_own_file(location):
            raise StorageError(
                f"The database {location} has schema {found}; this program needs {CURRENT}.",
                "Whoever owns it upgrades it: salesdesk db upgrade",
            )
        upgrade(database)
        return database


@contextmanager
def _closed_on_fault(database: Database) -> Iterator[Database]:
    """Leave no connection behind to a database that turns out to be of no use."""
    try:
        yield database
    except BaseException:
        database.close()
        raise


def version_of(database: Database) -> str | None:
    """The schema version that the database says it has; ``None`` when it holds no salesdesk tables."""
    with database.read() as session:
        try:
            row = session.connection().execute(text("SELECT version_num FROM alembic_version")).first()
        except (OperationalError, ProgrammingError) as fault:
            if "alembic_version" not in str(fault.orig):
                raise
            return None
    return str(row[0]) if row else None


def _check_known(found: str | None, location: Location) -> None:
    if found is None:
        raise StorageError(f"{location} holds no salesdesk tables.", "Create them: salesdesk init")
    if found not in VERSIONS:
        raise StorageError(
            f"The database {location} has schema {found}, which is newer than this program ({CURRENT}).",
            "Update salesdesk: pip install --upgrade salesdesk",
        )


def _is_own_file(location: Location) -> bool:
    return location.path is not None and location.path.stat().st_uid == os.getuid()


def create(location: Location) -> tuple[Database, bool]:
    """The database with all its tables, and whether this call made them. Safe to repeat.

    A new SQLite file is readable by its owner only. Raises :class:`StorageError` when the directory cannot be written.
    """
    fresh = location.path is not None and not location.path.exists()
    if location.path is not None and fresh:
        _make_file(location.path)
    with _closed_on_fault(Database(location)) as database:
        found = version_of(database)
        if found == CURRENT:
            return database, False
        if found is not None:
            _check_known(found, location)
        elif _has_tables(database):
            raise StorageError(
                f"{location} is a database of another program.", "Choose another place with --db, or an empty database."
            )
        upgrade(database, keep_copy=found is not None)
        return database, True


def _has_tables(database: Database) -> bool:
    with database.read() as session:
        return bool(inspect(session.connection()).get_table_names())


def _make_file(path: Path) -> None:
    """An empty SQLite file of mode 0600 in write-ahead mode; nothing is left behind when that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as fault:
        if path.is_file():
            return  # somebody else made it a moment ago
        raise StorageError(
            f"No database can be made at {path}: {fault.strerror}.",
            "Choose a directory that you may write to: salesdesk --db PATH init",
        ) from fault
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")


def upgrade(database: Database, *, keep_copy: bool = True) -> Path | None:
    """Bring the schema to :data:`CURRENT` in one transaction; an SQLite file is copied first.

    Returns the copy's path, or ``None`` when none was needed.
    """
    copy = copy_beside(database.location.path) if keep_copy and database.location.path else None
    with database.engine.connect().execution_options(writer=True) as connection:
        if not database.is_sqlite:
            with connection.begin():
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))  # a second one waits and finds it done
                _migrate(connection)
        else:
            with _unchecked(connection), connection.begin():
                _migrate(connection)
                _check_references(connection)
    return copy


@contextmanager
def _unchecked(connection: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off for a while; it ignores the switch inside a transaction."""
    _foreign_keys(connection, on=False)
    try:
        yield
    finally:
        _foreign_keys(connection, on=True)  # the connection goes back to the pool, whatever happened


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    raw = connection.connection.dbapi_connection
    if raw is not None:
        raw.cursor().execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise StorageError(
            f"The upgrade would leave {len(broken)} broken references, the first in table {broken[0][0]}.",
            "Nothing was changed. Run: salesdesk db check",
        )


def copy_beside(path: Path) -> Path:
    """A consistent copy of an SQLite file beside it, named by the schema it has; taken while others may write."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source:
        version = source.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        copy = path.with_name(f"{path.stem}.before-{version}{path.suffix}")
        with suppress(FileNotFoundError):
            copy.unlink()
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    return copy
