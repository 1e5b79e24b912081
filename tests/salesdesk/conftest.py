"""People and clients for the tests of the application."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from salesdesk.clock import Clock
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from tests.support import furnishing


@pytest.fixture
def hire(database: Database, clock: Clock) -> Callable[..., Desk]:
    """Adds a person and gives their desk."""
    return partial(furnishing.hire, database, clock)


@pytest.fixture
def arrive(database: Database, clock: Clock) -> Callable[..., int]:
    """Adds a client and gives its id."""
    numbers = iter(range(10_00, 99_99))

    def add(name: str = "Olena", *, phone: str = "", **more: str) -> int:
        return furnishing.arrive(database, clock, name, phone or f"+38067123{next(numbers):04d}", **more)

    return add
