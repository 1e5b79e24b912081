"""Restoring: a backup put in the place of a base, on either engine, while desks may have it open.

The backup is staged first: copied, looked through, upgraded and given its row in the audit, all beside the base. Then
it takes the base's place in one transaction, and what it replaces is kept in an SQLite file.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy.exc import DBAPIError
from sqlmodel import col, or_, select

from salesdesk.access import audit
from salesdesk.access.people import person_of
from salesdesk.clock import Clock
from salesdesk.errors import BadRequest, NotAllowed, StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.driver_faults import storage_fault
from salesdesk.storage.location import Location
from salesdesk.storage.models import MAX_NAME, User
from salesdesk.storage.schema import (
    CURRENT,
    check_known,
    has_tables,
    is_own_file,
    migrate,
    schema_in,
    upgrade,
    version_of,
)
from salesdesk.storage.sqlite_files import Progress, copy_file, copy_pages, no_progress, reading, replace_pages
from salesdesk.upkeep.backup import beside, damage, is_base, rows_in, save_tables
from salesdesk.upkeep.table_copy import lock_tables, names_of, refill, tables_of
from salesdesk.work.rulebook import lock_rules

if TYPE_CHECKING:
    import psycopg

State = Literal["none", "damaged", "base"]
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, how many rows of each table, and where what was there before is kept."""

    file: Path
    tables: dict[str, int]
    schema: str
    replaced: Path | None
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The contract's object."""
        kept = str(self.replaced) if self.replaced else None
        return {**asdict(self), "file": str(self.file), "replaced": kept, "seconds": round(self.seconds, 3)}


def state_of(location: Location) -> State:
    """What a backup would replace: nothing, a file of one's own too damaged to be opened, or a base.

    Raises :class:`StorageError` for a database of another program or a newer one, :class:`NotAllowed` for somebody
    else's damaged file.
    """
    if location.path is not None and not location.path.exists():
        return "none"
    with closing(Database(location)) as database:
        try:
            found = version_of(database)
        except StorageError as fault:
            if not _is_damage(fault):
                raise
            if not is_own_file(location):
                raise NotAllowed(f"{location} is not your file.", "Whoever owns it may replace it.") from fault
            return "damaged"
        if found is None and has_tables(database):
            raise StorageError(f"{location} is a database of another program.", "Choose another place with --db.")
        if found is not None:
            check_known(found, location)
        return "none" if found is None else "base"


def _is_damage(fault: StorageError) -> bool:
    cause = fault.__cause__
    code = getattr(cause.orig, "sqlite_errorcode", 0) if isinstance(cause, DBAPIError) else 0
    return (code & 0xFF) in _DAMAGE


def restore(location: Location, clock: Clock, actor: str, file: Path, tell: Progress = no_progress) -> Restored:
    """Put a backup in the place of the base at ``location``; ``actor`` is the name of who does it, for the audit.

    Raises :class:`BadRequest` for a file that is no sound backup, and :class:`StorageError` when it is newer than the
    program or cannot be written. Then the base is as it was.
    """
    started, state, source = time.monotonic(), state_of(location), file.expanduser().absolute()
    _check_file(source, location)
    with _staged(source, location) as stage:
        with closing(reading(stage)) as raw:
            tables = rows_in(raw)
        _note(stage, actor, source, sum(tables.values()), clock.now())
        replaced = _put(stage, location, state, clock.now(), tell)
    return Restored(source, tables, CURRENT, replaced, time.monotonic() - started)


def _check_file(file: Path, location: Location) -> None:
    """Refuse what is no sound backup of a base of this program or an older one."""
    if not file.is_file():
        raise BadRequest(f"There is no file {file}.", "Name a backup that was made with: salesdesk db backup")
    if is_base(file, location):
        raise BadRequest(f"{file} is the database itself.", "Name a backup of it.")
    try:
        with closing(reading(file)) as raw:
            fault = damage(raw)
        version = None if fault else schema_in(file)
    except sqlite3.Error as refused:
        fault, version = str(refused), None
    if fault:
        raise BadRequest(f"{file} is no backup, or is damaged: {fault}.", "Take another one. Nothing was changed.")
    if version is None:
        raise BadRequest(f"{file} is no backup of salesdesk.", "Take one that was made with: salesdesk db backup")
    check_known(version, Location(path=file))


@contextmanager
def _staged(file: Path, location: Location) -> Iterator[Path]:
    """A private copy of the backup, of this program's schema, near the base."""
    near = location.path.parent if location.path else None
    try:
        if near:
            near.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = tempfile.mkdtemp(prefix=".restoring-", dir=near)
    except OSError as fault:
        raise StorageError(f"Nothing can be written at {near}: {fault.strerror}.", "Choose another place.") from fault
    try:
        stage = Path(folder) / "stage.db"
        copy_pages(file, stage)
        with closing(Database(Location(path=stage))) as database:
            if version_of(database) != CURRENT:
                upgrade(database, keep_copy=False)
        yield stage
    finally:
        shutil.rmtree(folder)


def _note(stage: Path, actor: str, file: Path, rows: int, now: datetime) -> None:
    """Put the act in the audit of the base to come, so that both come together."""
    with closing(Database(Location(path=stage))) as database, database.write() as session:
        named = or_(col(User.name) == actor, col(User.os_login) == actor)
        query = select(User).where(named, col(User.active)).order_by(col(User.name) != actor)
        user = session.exec(query).first()
        who, detail = (person_of(session, user), {}) if user else (None, {"by": actor})
        audit.append(session, who, "db.restore", file.name[:MAX_NAME], {"rows": rows, **detail}, now)


def _put(stage: Path, location: Location, state: State, now: datetime, tell: Progress) -> Path | None:
    with closing(Database(location)) as database:
        kept = beside(database, f"replaced-{now:%Y%m%dT%H%M%SZ}") if state != "none" else None
        if location.path is None:
            with database.patient():
                _fill(stage, database, kept, tell)
        elif kept and state == "base":
            replace_pages(stage, location.path, kept, tell)
        else:
            _make(stage, location.path, kept)
    return kept


def _make(stage: Path, path: Path, kept: Path | None) -> None:
    """Where nobody can have a base open: give the staged file its name. A damaged one is kept as it is."""
    for end in ("", "-wal", "-shm"):
        old = Path(f"{path}{end}")
        if kept and old.exists():
            shutil.copy2(old, f"{kept}{end}")
        if end:
            old.unlink(missing_ok=True)  # its log must not be taken for that of the new file
    copy_file(stage, path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")


def _fill(stage: Path, database: Database, kept: Path | None, tell: Progress) -> None:
    """PostgreSQL: make the tables where there are none, else save them; then fill them anew. One transaction."""
    import psycopg

    with closing(Database(Location(path=stage))) as source, source.read() as session, database.write() as writing:
        old, base = session.connection(), writing.connection()
        lock_rules(writing)
        if kept is None:
            migrate(base)
        tables = tables_of(base, names_of(old))
        if kept is not None:
            lock_tables(base, tables)
            save_tables(base, kept)
        try:
            refill(old, base, tables, tell)
        except (psycopg.IntegrityError, psycopg.DataError) as fault:
            raise _unfit(database, fault) from fault
        except psycopg.Error as fault:
            raise storage_fault(fault, database.location) or fault from fault


def _unfit(database: Database, fault: psycopg.Error) -> StorageError:
    """By the name of what refused the row, not by its values: they are somebody's."""
    what = fault.diag.constraint_name or fault.diag.table_name or "a value of another type"
    return StorageError(
        f"The database {database.location} cannot hold a row of the backup ({what}).",
        "Nothing was changed. Look at the backup: salesdesk --db FILE db check",
    )
