"""Refusals go into the audit, each once, and never stand in the way of the refusal itself."""

from __future__ import annotations

from salesdesk.access import audit
from salesdesk.access.people import Person
from salesdesk.access.rights import Refusal
from salesdesk.clock import Clock
from salesdesk.errors import NotAllowed, StorageError
from salesdesk.storage.database import Database

PATIENCE = 1.0  # seconds to wait for a lock: whoever is refused should not wait long for it


def keep(
    database: Database, clock: Clock, fault: NotAllowed, command: str, person: Person | None
) -> StorageError | None:
    """Write the ``denied`` row of a refused command, in a transaction of its own; once, however often it is asked.

    ``person`` is who acted, if anybody was signed in. Returns why it could not be written (a read-only, locked or
    broken database), or ``None``.
    """
    if isinstance(fault, Refusal):
        if fault.recorded:
            return None
        fault.recorded = True
    actor_id, about = (fault.actor_id, fault.about) if isinstance(fault, Refusal) else (None, "")
    hurried = Database(database.location, lock_seconds=PATIENCE)
    try:
        with hurried.write() as session:
            audit.deny(session, person.id if person else actor_id, command, about, clock.now())
    except StorageError as unwritten:
        return unwritten
    finally:
        hurried.close()
    return None
