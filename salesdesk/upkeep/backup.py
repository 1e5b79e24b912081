"""Backups: a base of either engine as one SQLite file, taken while desks write, and verified before it has its name."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from salesdesk.access.audit import append
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.errors import BadRequest, StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.driver_faults import storage_fault
from salesdesk.storage.location import Location, default_path, files_of
from salesdesk.storage.models import MAX_NAME
from salesdesk.storage.schema import migrate, schema_in, unchecked
from salesdesk.storage.sqlite_files import Progress, copy_pages, new_file, no_progress, reading
from salesdesk.upkeep.table_copy import VERSION_TABLE, names_of, out_of_postgres, tables_of


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that is on the disk. ``broken`` counts references to rows that are not there: the base's own fault."""

    file: Path
    bytes: int
    tables: dict[str, int]
    broken: int
    schema: str | None
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The contract's object."""
        return {**asdict(self), "file": str(self.file), "seconds": round(self.seconds, 3)}


def back_up(sitting: Sitting, file: Path, *, force: bool = False, tell: Progress = no_progress) -> Backup:
    """Write the whole base to an SQLite file that only its owner may read, and put that in the audit.

    Raises :class:`BadRequest` for a file that may not be written over, and :class:`StorageError` when the base is
    damaged or the disk is full; then there is no file.
    """
    may(sitting, Right.BACK_UP)
    target = _target(sitting.database.location, file, force)

    def note(rows: int) -> None:
        with sitting.database.write() as session:
            append(session, sitting.person, "db.backup", target.name[:MAX_NAME], {"rows": rows}, sitting.clock.now())

    return save(sitting.database, target, tell, note)


def _target(location: Location, file: Path, force: bool) -> Path:
    target = file.expanduser().absolute()
    if not target.parent.is_dir():
        raise BadRequest(f"There is no directory {target.parent}.", "Make it, or choose another place.")
    if is_base(target, location):
        raise BadRequest(f"{target} is the database itself.", "Choose another name for the backup.")
    if target.exists() and not (force and target.is_file()):
        raise BadRequest(f"{target} is there already.", "Choose another name, or write over a file with --force.")
    return target


def is_base(file: Path, location: Location) -> bool:
    """Whether a file is the base at ``location`` or part of it."""
    if location.path is None:
        return False
    parts = files_of(location.path)
    return any(file == part or (file.exists() and part.exists() and file.samefile(part)) for part in parts)


def save(
    database: Database, target: Path, tell: Progress = no_progress, note: Callable[[int], None] = lambda _: None
) -> Backup:
    """Write a base to a new file, see that it is sound, have ``note`` told how many rows it has, and give it its name.

    Raises :class:`StorageError`; then there is no file.
    """
    path = database.location.path
    if path is None:
        with database.patient(), _snapshot(database) as connection:
            return save_tables(connection, target, tell, note)
    started = time.monotonic()
    with new_file(target) as part:
        copy_pages(path, part, tell, shown=target)
        tables, broken = _verified(part, str(database.location))
        note(sum(tables.values()))
    return _backup(target, tables, broken, started)


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """PostgreSQL as it is at one moment; a row that this login may not see is a fault, not left out."""
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with database.faults_told(), engine.connect() as connection, connection.begin():
        connection.execute(text("SET LOCAL row_security = off"))
        yield connection


def save_tables(
    connection: Connection, target: Path, tell: Progress = no_progress, note: Callable[[int], None] = lambda _: None
) -> Backup:
    """:func:`save` for PostgreSQL, as the connection's transaction sees it."""
    started = time.monotonic()
    with new_file(target) as part:
        with _writing(target):
            copied = _copy_tables(connection, part, tell)
        tables, broken = _verified(part, "")
        if tables != copied:
            raise StorageError(f"{target} does not hold every row.", "No backup was made; try again.")
        note(sum(tables.values()))
    return _backup(target, tables, broken, started)


def _copy_tables(source: Connection, part: Path, tell: Progress) -> dict[str, int]:
    """Give the file the schema that the base has, and its rows."""
    version = source.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    copy = Database(Location(path=part))
    try:
        with copy.engine.connect().execution_options(writer=True) as new, unchecked(new), new.begin():
            migrate(new, version)
            tables = tables_of(new, names_of(new))
            return out_of_postgres(source, tables_of(source, [table.name for table in tables]), new, tables, tell)
    finally:
        copy.close()


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """A fault of the file that is written is not one of the base."""
    try:
        yield
    except DBAPIError as fault:
        told = storage_fault(fault, Location(path=target)) if isinstance(fault.orig, sqlite3.Error) else None
        if told is None:
            raise
        raise told from fault


def _verified(part: Path, base: str) -> tuple[dict[str, int], int]:
    """The rows of every table of a sound file, and how many references in it lead nowhere."""
    with closing(reading(part)) as file:
        fault = damage(file)
        if fault:
            raise StorageError(
                f"The database {base} is damaged: {fault}.", "There is no backup. Run: salesdesk db check"
            )
        return rows_in(file), len(file.execute("PRAGMA foreign_key_check").fetchall())


def damage(file: sqlite3.Connection) -> str | None:
    """The first thing that SQLite finds wrong with a file; ``None`` for a sound one."""
    try:
        found = str(file.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as fault:
        return str(fault)
    return None if found == "ok" else found


def rows_in(file: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table of a file has, but the one that names the schema."""
    names = file.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'")
    tables = sorted(name for (name,) in names if name != VERSION_TABLE)
    return {name: file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608


def _backup(target: Path, tables: dict[str, int], broken: int, started: float) -> Backup:
    schema = schema_in(target)
    return Backup(target, target.stat().st_size, tables, broken, schema, time.monotonic() - started)


def beside(database: Database, what: str) -> Path:
    """A free name for what is saved unasked: beside an SQLite file, else in the platform's data directory."""
    path = database.location.path
    if path is None:
        path = default_path().with_name(f"{database.engine.url.database}.db")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    again = chain([""], (f"-{number}" for number in count(2)))
    names = (path.with_name(f"{path.stem}.{what}{more}{path.suffix}") for more in again)
    return next(name for name in names if not name.exists())
