"""The schema brought up to this program's on request, on either engine, after a backup."""

from __future__ import annotations

import os
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from salesdesk.errors import NotAllowed, StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.schema import CURRENT, check_known, is_own_file, upgrade, version_of
from salesdesk.storage.sqlite_files import Progress, no_progress
from salesdesk.upkeep.backup import beside, save


@dataclass(frozen=True, slots=True)
class Upgraded:
    """From which schema to which, and where the base of before is kept."""

    before: str
    after: str
    backup: Path | None
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """What ``db upgrade --json`` prints."""
        kept = str(self.backup) if self.backup else None
        return {"from": self.before, "to": self.after, "backup": kept, "seconds": round(self.seconds, 3)}


def upgrade_base(location: Location, acting: str | None, tell: Progress = no_progress) -> Upgraded | None:
    """Upgrade an older base after a backup of it; ``None`` when it is up to date. ``acting`` is whom ``--as`` named.

    Raises :class:`NotAllowed` for whoever neither owns the file nor is an admin, and :class:`StorageError` for a base
    that is missing or newer, and when there is no room for the backup; then nothing was changed.
    """
    started = time.monotonic()
    if location.path is not None and not location.path.exists():
        raise StorageError(f"There is no database at {location}.", "Create it: salesdesk init, or choose one: --db")
    with closing(Database(location)) as database, database.patient():
        found = version_of(database)
        check_known(found, location)
        if found is None or found == CURRENT:
            return None
        _require_owner(database, acting)
        if database.is_sqlite:
            kept = upgrade(database)
        else:
            kept = save(database, beside(database, f"before-{found}"), tell).file
            upgrade(database)
    return Upgraded(found, CURRENT, kept, time.monotonic() - started)


def _require_owner(database: Database, acting: str | None) -> None:
    """By bare SQL: the models fit this program's schema only. PostgreSQL itself lets nobody else change its tables."""
    if database.is_sqlite and os.getuid() != 0 and not is_own_file(database.location):
        raise NotAllowed(f"{database.location} is not your file.", "Whoever owns it upgrades it: salesdesk db upgrade")
    if acting is not None:
        with database.read() as session:
            role = text("SELECT role FROM user_account WHERE name = :name AND active")
            found = session.connection().execute(role, {"name": acting}).scalar()
        if found != "admin":
            raise NotAllowed(f'"{acting}" is no admin and may not upgrade the database.', "Ask an admin.")
