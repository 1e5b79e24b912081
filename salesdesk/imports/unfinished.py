"""Imports under way: begun, kept alive by a heartbeat, finished, or taken back with all that they wrote.

The clients of an unfinished import are invisible: the feed and the lists leave them out. The heartbeat stands in
``Import.counts``, refreshed by every batch; an import that stood still for :data:`STALE` is taken to be dead.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from salesdesk.clock import Clock
from salesdesk.errors import StorageError
from salesdesk.storage.database import Database, one_transaction
from salesdesk.storage.models import Client, Deal, Import, Phone, Task, key_of
from salesdesk.words.json_times import instant_text

STALE = timedelta(minutes=10)  # a batch takes about half a second
_ABORTED = "aborted"
_ALIVE_AT = "alive_at"
_AT_ONCE = 500  # clients removed in one transaction, so that nobody waits long


@one_transaction
def begin(database: Database, file_name: str, user_id: int, now: datetime) -> int:
    """Open an import and give its number."""
    with database.write() as session:
        row = Import(file_name=file_name[:255], user_id=user_id, started_at=now, counts=_beat(now))
        session.add(row)
        session.flush()
        return key_of(row)


def beat(session: Session, import_id: int, now: datetime) -> Import:
    """Say, in a batch's own transaction, that the import is alive.

    Raises :class:`StorageError` when another process took it for dead and removed what it wrote.
    """
    row = session.get_one(Import, import_id, with_for_update=True)
    if _ABORTED in row.counts:
        raise StorageError(
            f"Import {import_id} stood still for too long, and another import removed what it had written.",
            "Import the file again.",
        )
    row.counts = _beat(now)
    return row


def abandon(database: Database, import_id: int, now: datetime, idle: timedelta = timedelta()) -> None:
    """Remove all that an unfinished import wrote, in short batches, unless it showed life less than ``idle`` ago.

    Its own row stays, marked as aborted, so that its number is never given to another. A finished one is left alone.
    """
    if not _give_up(database, import_id, now - idle):
        return
    while _remove_some(database, import_id):
        pass
    _end(database, import_id, now)


@one_transaction
def _give_up(database: Database, import_id: int, idle_since: datetime) -> bool:
    """Mark an unfinished import as aborted; ``False`` for one that is finished, or alive."""
    with database.write() as session:
        row = session.get_one(Import, import_id, with_for_update=True)
        if row.finished_at is not None or _last_beat(row) > idle_since:
            return False
        row.counts = {_ABORTED: True}
        return True


@one_transaction
def _end(database: Database, import_id: int, now: datetime) -> None:
    with database.write() as session:
        session.get_one(Import, import_id).finished_at = now


def sweep(database: Database, clock: Clock) -> None:
    """Abandon the imports whose process was killed: those without a heartbeat for :data:`STALE`."""
    with database.read() as session:
        unfinished = session.exec(select(Import.id).where(col(Import.finished_at).is_(None))).all()
    for import_id in unfinished:
        if import_id is not None:
            abandon(database, import_id, clock.now(), STALE)


def _beat(now: datetime) -> dict[str, Any]:
    return {_ALIVE_AT: instant_text(now)}


def _last_beat(row: Import) -> datetime:
    """When an unfinished import last showed life; one whose removal broke off showed none since it began."""
    alive = row.counts.get(_ALIVE_AT)
    return datetime.fromisoformat(alive) if alive else row.started_at


@one_transaction
def _remove_some(database: Database, import_id: int) -> bool:
    """Remove some clients with what hangs on them; nobody has called them, so there is no history to keep."""
    with database.write() as session:
        ids = session.exec(select(Client.id).where(Client.import_id == import_id).limit(_AT_ONCE)).all()
        for table in (Task, Deal, Phone):
            session.connection().execute(delete(table).where(col(table.client_id).in_(ids)))
        session.connection().execute(delete(Client).where(col(Client.id).in_(ids)))
        return bool(ids)
