"""An admin who changes the rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salesdesk.access.people import Person, find_person
from salesdesk.access.sitting import Sitting
from salesdesk.rule_changes.changing import Applied, Wish, change
from salesdesk.storage.database import Database
from tests.support.clock import StillClock


@pytest.fixture
def boss(database: Database) -> Person:
    with database.read() as session:
        return find_person(session, "boss")


@pytest.fixture
def changed(database: Database, clock: StillClock, boss: Person) -> Callable[..., Applied]:
    """Has boss change the rules by an edit of the text in force."""

    def make(edit: Callable[[str], str], note: str = "why", **more: object) -> Applied:
        return change(Sitting(database, clock, boss), Wish(edit, note, **more))  # type: ignore[arg-type]

    return make
