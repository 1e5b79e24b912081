"""``salesdesk tick`` and the ``task next`` that lets time pass, on both engines, by the machine's own clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from salesdesk.clock import SystemClock
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Client, Task
from salesdesk.storage.schema import open_database
from tests.support.command_line import Ran, assert_refused
from tests.support.rule_texts import changed_preset, put_in_force, trigger

Run = Callable[..., Ran]


@pytest.fixture
def silent(either_desk: Run, desk_location: Location, awake: str) -> Run:
    """A desk with a manager, a lead, and one client who is called in a month and was last heard of ten days ago."""
    for name, role in (("anna", "manager"), ("olha", "lead")):
        assert either_desk("users", "add", name, "--role", role).code == 0
    assert either_desk("clients", "add", "--name", "Olena", "--phone", "+380671112233", "--zone", awake).code == 0
    database = open_database(desk_location)
    put_in_force(database, changed_preset(add=trigger("new", "7d", 'status = "in-work", task = "call"')))
    _grow_silent(database)
    database.close()
    return either_desk


def _grow_silent(database: Database) -> None:
    now = SystemClock().now()
    with database.write() as session:
        session.exec(select(Client)).one().touched_at = now - timedelta(days=10)
        session.exec(select(Task)).one().due_at = now + timedelta(days=30)


def test_tick_moves_and_then_has_nothing_to_do(silent: Run) -> None:
    assert silent("tick", "--json").json == {"moved": 1}
    assert silent("tick", "--json").json == {"moved": 0}
    again = silent("tick")
    assert (again.code, again.out) == (0, "Moved 0 clients.\n")
    assert silent("clients", "show", "1", "--json").json["status"] == "in-work"


def test_a_lead_may_and_a_manager_may_not(silent: Run) -> None:
    assert_refused(silent("--as", "anna", "tick", "--json"), 3, "anna is a manager")
    assert silent("--as", "olha", "tick").out == "Moved 1 client.\n"


def test_task_next_lets_time_pass_when_nothing_is_due(silent: Run) -> None:
    handed = silent("--as", "anna", "task", "next", "--json")
    assert handed.code == 0, handed
    assert handed.json["client"]["status"] == "in-work"
    assert 'silent for 1w in "New"' in handed.json["because"]


def test_without_triggers_there_is_nothing_to_move(either_desk: Run) -> None:
    assert either_desk("tick", "--json").json == {"moved": 0}
