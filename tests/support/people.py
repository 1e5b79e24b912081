"""Somebody who acts, where a test is not about who it is."""

from __future__ import annotations

from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clock import Clock
from salesdesk.storage.database import Database


def sitting(database: Database, clock: Clock, name: str = "boss") -> Sitting:
    """A person at a base; the admin of every fresh one unless another is named."""
    with database.read() as session:
        return Sitting(database, clock, find_person(session, name))
