"""People and clients for the tests of the application."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.records import Arrival, add_clients
from salesdesk.database import Database
from salesdesk.desk import Desk
from salesdesk.models import key_of
from salesdesk.people import NewUser, add_user, find_person
from salesdesk.rulebook import current
from tests.support.clock import StillClock


@pytest.fixture
def hire(database: Database, clock: StillClock) -> Callable[..., Desk]:
    """Adds a person and gives their desk."""

    def add(name: str, role: str = "manager", **more: object) -> Desk:
        with database.write() as session:
            add_user(session, NewUser(name, role, **more), clock.now())  # type: ignore[arg-type]
            return Desk(database, clock, find_person(session, name))

    return add


@pytest.fixture
def arrive(database: Database, clock: StillClock) -> Callable[..., int]:
    """Adds a client and gives its id."""
    numbers = iter(range(10_00, 99_99))

    def add(name: str = "Olena", *, feed: str = "planned", phone: str = "", zone: str = "", **more: str) -> int:
        cells = {"name": [name], "phone": [phone or f"+38067123{next(numbers):04d}"], "zone": [zone]}
        cells |= {key: [value] for key, value in more.items()}
        draft = draft_from_row(cells, {}, country="UA", at=clock.now())
        with database.write() as session:
            arrival = Arrival(current(session), clock.now(), feed)  # type: ignore[arg-type]
            return key_of(add_clients(session, [draft], arrival)[0])

    return add
