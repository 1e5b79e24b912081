"""A small desk on SQLite with people and clients."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salesdesk.access.people import NewUser, add_user, find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import key_of
from salesdesk.work.rulebook import current
from screens.app import DeskApp
from tests.support.clock import StillClock


@pytest.fixture
def person(sqlite_database: Database, clock: StillClock) -> Callable[..., Desk]:
    """Adds a person and gives their desk."""

    def add(name: str = "anna", role: str = "manager", **more: object) -> Desk:
        with sqlite_database.write() as session:
            add_user(session, NewUser(name, role, name.title(), **more), clock.now())  # type: ignore[arg-type]
            return Desk(Sitting(sqlite_database, clock, find_person(session, name)))

    return add


@pytest.fixture
def client(sqlite_database: Database, clock: StillClock) -> Callable[..., int]:
    """Adds a client who is due now."""
    numbers = iter(range(1000, 9999))

    def add(name: str, *, zone: str = "", phone: str = "", **more: str) -> int:
        cells = {"name": [name], "phone": [phone or f"+38067123{next(numbers)}"], "zone": [zone]}
        cells |= {key: [value] for key, value in more.items()}
        draft = draft_from_row(cells, {}, country="UA", at=clock.now())
        with sqlite_database.write() as session:
            return key_of(add_clients(session, [draft], Arrival(current(session), clock.now(), "planned"))[0])

    return add


@pytest.fixture
def app(person: Callable[..., Desk]) -> DeskApp:
    """Anna's desk, not opened yet."""
    return DeskApp(person())
