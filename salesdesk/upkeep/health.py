"""The health of the base: what it is and holds, and whether everything that must always hold does."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from rules.file.faults import RuleFaults
from rules.file.load import parsed
from salesdesk.clock import Clock
from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, files_of
from salesdesk.storage.models import Attempt, Client, RuleVersion, Task, User
from salesdesk.storage.schema import version_of
from salesdesk.upkeep.invariants import broken_rows, rows_against_rules
from salesdesk.words.json_times import instant_text


@dataclass(frozen=True, slots=True)
class Health:
    """What a check found. Each fault begins with the row it is about; counts are ``None`` where they cannot be read."""

    ok: bool
    faults: tuple[str, ...]
    clients: int | None
    open_tasks: int | None
    attempts: int | None
    schema: str | None
    checked_at: datetime

    def as_json(self) -> dict[str, Any]:
        """The contract's object."""
        return {**asdict(self), "faults": list(self.faults), "checked_at": instant_text(self.checked_at)}


def check_storage(database: Database, clock: Clock) -> Health:
    """Verify the invariants of docs/architecture.md row by row. Changes nothing.

    Raises :class:`StorageError` when the database cannot be read at all.
    """
    schema = version_of(database)
    damage = _file_faults(database)
    try:
        with database.patient(), database.read() as session:
            faults = (*damage, *_rule_faults(session), *broken_rows(session))
            counts = _counts(session)
    except StorageError:
        if not damage:
            raise
        return Health(False, damage, None, None, None, schema, clock.now())
    return Health(not faults, faults, *counts, schema=schema, checked_at=clock.now())


def _file_faults(database: Database) -> tuple[str, ...]:
    """What SQLite finds wrong with its own file; a server looks after its files itself."""
    if not database.is_sqlite:
        return ()
    with database.read() as session:
        try:
            found = session.connection().execute(text("PRAGMA integrity_check")).scalars().all()
        except DatabaseError as fault:  # too damaged even to be looked through
            if getattr(fault.orig, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            found = [f"it is damaged ({fault.orig})"]
    return tuple(f"file {database.location}: {line}" for line in found if line != "ok")


def _rule_faults(session: Session) -> tuple[str, ...]:
    """Rules that cannot be used, else the rows that do not agree with them."""
    newest = session.exec(select(RuleVersion).order_by(col(RuleVersion.id).desc()).limit(1)).first()
    if newest is None:
        return ("rule version: there is none; make one with salesdesk init",)
    try:
        rules = parsed(newest.toml).ruleset
    except RuleFaults as broken:
        return tuple(f"rule version {newest.id}: {fault}" for fault in broken.faults)
    return tuple(rows_against_rules(session, rules))


def _counts(session: Session) -> tuple[int, int, int]:
    """Clients, open tasks and attempts."""
    clients = session.exec(select(func.count()).select_from(Client)).one()
    open_tasks = session.exec(select(func.count(col(Task.id))).where(col(Task.closed_at).is_(None))).one()
    return clients, open_tasks, session.exec(select(func.count()).select_from(Attempt)).one()


def storage_status(database: Database) -> dict[str, Any]:
    """What the database is and holds: engine, place (a password is hidden), schema, size and counts.

    An SQLite base is all its ``files`` together: what is in its log is not yet in the main one.
    """
    with database.read() as session:
        clients, open_tasks, attempts = _counts(session)
        return {
            "engine": "sqlite" if database.is_sqlite else "postgresql",
            "location": str(database.location),
            "schema": version_of(database),
            "size_bytes": _size(session, sqlite=database.is_sqlite),
            "clients": clients,
            "open_tasks": open_tasks,
            "attempts": attempts,
            "rules_version": session.exec(select(func.max(RuleVersion.id))).one(),
            "users": session.exec(select(func.count()).select_from(User)).one(),
            **_engine_facts(session, sqlite=database.is_sqlite),
            **_files(database.location),
        }


def _size(session: Session, *, sqlite: bool) -> int:
    if not sqlite:
        return int(_value(session, "SELECT pg_database_size(current_database())"))
    return int(_value(session, "PRAGMA page_count")) * int(_value(session, "PRAGMA page_size"))


def _files(location: Location) -> dict[str, list[str]]:
    """The files of a base that belong together; a server looks after its own."""
    if location.path is None:
        return {}
    return {"files": [str(file) for file in files_of(location.path) if file.exists()]}


def _engine_facts(session: Session, *, sqlite: bool) -> dict[str, Any]:
    if sqlite:
        return {"journal_mode": _value(session, "PRAGMA journal_mode")}
    return {"server_version": _value(session, "SHOW server_version")}


def _value(session: Session, question: str) -> Any:
    return session.connection().execute(text(question)).scalar_one()
