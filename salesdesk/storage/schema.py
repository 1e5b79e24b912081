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

from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.stops import unstopped

VERSIONS = ("0001", "0002", "0003", "0004", "0005")  # every schema there has been, oldest first
CURRENT = VERSIONS[-1]
_LOCK = 0x53434845  # "SCHE": the PostgreSQL advisory lock under which the schema changes


def open_database(location: Location) -> Database:
    """The database, checked and at this program's schema; an older SQLite file of one's own is upgraded first, unless
    it is opened for reading only.

    Raises :class:`StorageError` when it is missing, damaged, newer than the program, or no database of salesdesk.
    """
    if location.path is not None and not location.path.exists():
        raise StorageError(f"There is no database at {location}.", "Create it: salesdesk init, or choose one: --db")
    with _closed_on_fault(Database(location)) as database:
        found = version_of(database)
        if found == CURRENT:
            _keep_log(database)
            return database
        check_known(found, location)
        if location.read_only or not is_own_file(location):
            raise StorageError(
                f"The database {location} has schema {found}; this program needs {CURRENT}.",
                "Whoever owns it upgrades it: salesdesk db upgrade",
            )
        upgrade(database)
        return database


def _keep_log(database: Database) -> None:
    """A backup that was put in the place of a base by hand has no write-ahead log: its readers would block writers."""
    path = database.location.path
    if path is None or database.location.read_only or not os.access(path, os.W_OK):
        return
    with database.faults_told(), closing(database.engine.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA journal_mode = WAL")  # costs and changes nothing where it is so already


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


def check_known(found: str | None, location: Location) -> None:
    """Raise :class:`StorageError` for a base that has no schema of this program's, or a later one."""
    if found is None:
        raise StorageError(f"{location} holds no salesdesk tables.", "Create them: salesdesk init")
    if found not in VERSIONS:
        raise StorageError(
            f"The database {location} has schema {found}, which is newer than this program ({CURRENT}).",
            "Update salesdesk: pip install --upgrade salesdesk",
        )


def is_own_file(location: Location) -> bool:
    """Whether the base is an SQLite file of whoever runs the program."""
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
            check_known(found, location)
        elif has_tables(database):
            raise StorageError(
                f"{location} is a database of another program.", "Choose another place with --db, or an empty database."
            )
        upgrade(database, keep_copy=found is not None)
        return database, True


def has_tables(database: Database) -> bool:
    """Whether the database holds tables, be they of another program."""
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

    Returns the copy's path, or ``None`` when none was needed. Raises :class:`StorageError` for a file that is opened
    for reading only, before anything is copied.
    """
    if database.location.read_only:
        raise StorageError(f"The database {database.location} is opened for reading only.", "Leave out ?mode=ro.")
    copy = copy_beside(database.location.path) if keep_copy and database.location.path else None
    with (
        unstopped(),
        database.faults_told(),
        database.engine.connect().execution_options(writer=True) as connection,
    ):
        if not database.is_sqlite:
            with connection.begin():
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))  # a second one waits and finds it done
                migrate(connection)
        else:
            with unchecked(connection), connection.begin():
                migrate(connection)
                _check_references(connection)
    return copy


@contextmanager
def unchecked(connection: Connection) -> Iterator[None]:
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


def migrate(connection: Connection, to: str = "head") -> None:
    """Run the migrations up to a version, in the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise StorageError(
            f"The upgrade would leave {len(broken)} broken references, the first in table {broken[0][0]}.",
            "Nothing was changed. Run: salesdesk db check",
        )


def copy_beside(path: Path) -> Path | None:
    """A consistent copy of an SQLite file beside it, named by the schema it has; taken while others may write.

    ``None`` when somebody else has upgraded the file meanwhile and keeps that copy. Raises :class:`StorageError` when
    it cannot be made; then there is none.
    """
    from salesdesk.storage.sqlite_files import copy_pages, new_file

    version = schema_in(path)
    copy = path.with_name(f"{path.stem}.before-{version}{path.suffix}")
    with suppress(_AlreadyUpgraded), new_file(copy) as part:
        copy_pages(path, part, shown=copy)
        if schema_in(part) != version:
            raise _AlreadyUpgraded
        return copy
    return None


class _AlreadyUpgraded(Exception):
    """The copy turned out to be of the new schema."""


def schema_in(path: Path) -> str | None:
    """The schema version that an SQLite file says it has; ``None`` for a file of another program."""
    from salesdesk.storage.sqlite_files import reading

    with closing(reading(path)) as source:
        known = source.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        row = source.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
        return str(row[0]) if row else None
