"""Forgetting a client: what is personal goes, from the rows and from the file itself; what was counted stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from salesdesk.access import audit
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.clients.duplicates import lock_numbers
from salesdesk.clients.reopening import locked_client
from salesdesk.storage.database import Database, one_transaction
from salesdesk.storage.models import Attempt, Client, Phone, Suppression, Undo, key_of
from salesdesk.storage.stops import unstopped
from salesdesk.work.ending import end_work
from salesdesk.work.pictures import client_view
from salesdesk.work.rulebook import current, keep_rules
from salesdesk.work.suppression import digest_of
from salesdesk.work.views import ClientView

PATIENCE = 5.0  # seconds to wait for others who use the file, before it is left for another time
NAMELESS = "forgotten"  # what stands where a name must


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The client as it is now, and whether what was deleted is gone from the storage's free space too."""

    client: ClientView
    wiped: bool


@one_transaction
def forget(sitting: Sitting, client_id: int) -> Forgotten:
    """Clear name, numbers, e-mails, company, place names, notes and custom fields, the calls' notes and numbers too.

    Status, owner, source, calls and amounts stay, so figures do. A client being worked on goes to the rules'
    ``dnc_status``. A number that must not be called stays suppressed, as a keyed hash without its reason. Then the
    storage is told to drop what it still keeps of deleted rows (:func:`_wipe`). Doing it again does that again. Admin
    only; audited. Raises :class:`salesdesk.errors.NothingToDo` for an unknown client.
    """
    may(sitting, Right.FORGET)
    with sitting.database.write() as session:
        keep_rules(session)
        lock_numbers(sitting.database, session)
        now, rules = sitting.clock.now(), current(session).rules
        client, task = locked_client(session, client_id)
        if task is not None:
            end_work(session, rules, client, task, now, "forget")
        _clear(session, client, now)
        audit.append(session, sitting.person, "clients.forget", f"client {client_id}", {}, now)
        view = client_view(session, client, rules, now)
    return Forgotten(view, _wipe(sitting.database))


def _clear(session: Session, client: Client, now: datetime) -> None:
    key = key_of(client)
    numbers = session.exec(select(Phone.e164).where(Phone.client_id == key)).all()
    client.name, client.search_key = NAMELESS, ""
    client.preferred_at = client.preferred_wall = client.preferred_zone = None
    client.company = client.position = client.city = client.note = ""
    client.emails, client.tags, client.custom = [], [], {}
    client.forgotten_at = client.forgotten_at or now
    session.flush()
    connection = session.connection()
    calls = select(Attempt.id).where(Attempt.client_id == key)
    connection.execute(update(Undo).where(col(Undo.attempt_id).in_(calls)).values(note=""))
    connection.execute(update(Attempt).where(col(Attempt.client_id) == key).values(note="", phone=""))
    connection.execute(delete(Phone).where(col(Phone.client_id) == key))
    digests = [digest_of(session, number) for number in numbers]
    connection.execute(update(Suppression).where(col(Suppression.digest).in_(digests)).values(why=""))


def _wipe(database: Database) -> bool:
    """Have the storage drop the old rows that it keeps in free space. ``False`` when somebody is in the way.

    SQLite: deleted rows stay in free pages, in unused parts of pages and in the write-ahead log. VACUUM writes every
    page anew (about as long as copying the file; desks that write wait for it), and the checkpoint empties the log.
    PostgreSQL: VACUUM lets the space be used again; it is not overwritten at once, and the server's own log, replicas
    and backups are its administrator's to look after.
    """
    if database.location.path is None:
        return _vacuumed_server(database)
    with unstopped(), closing(sqlite3.connect(database.location.path, timeout=PATIENCE, isolation_level=None)) as raw:
        try:
            raw.execute("VACUUM")
            busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:
            return False
    return not busy


def _vacuumed_server(database: Database) -> bool:
    """Only who owns the tables may; to others the server gives a warning and does nothing."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        owned = connection.execute(text(_OWNS)).scalar_one()
        try:
            connection.execute(text("VACUUM client, phone, attempt"))
        except DBAPIError:
            return False
    return bool(owned)


_OWNS = "SELECT pg_has_role(session_user, relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('client')"
