"""Who acts, at which base, by which clock: what every use-case is given."""

from __future__ import annotations

from dataclasses import dataclass

from salesdesk.access.people import Person
from salesdesk.clock import Clock
from salesdesk.storage.database import Database


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person at one base. ``figures`` is a replica to read figures from, where there is one."""

    database: Database
    clock: Clock
    person: Person
    figures: Database | None = None
