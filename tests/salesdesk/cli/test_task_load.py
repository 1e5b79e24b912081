"""``salesdesk task load``, on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rules.zonetime import to_local
from salesdesk.clock import SystemClock
from tests.support.command_line import Ran, assert_refused

Run = Callable[..., Ran]


@pytest.fixture
def loaded(either_desk: Run, awake: str) -> Run:
    """Two managers in a zone that is awake, and one client of anna's who is promised a call tomorrow at 10."""
    for name in ("anna", "ivan"):
        assert either_desk("users", "add", name, "--role", "manager", "--zone", awake).code == 0
    assert either_desk("clients", "add", "--name", "Olena", "--phone", "+380671112233", "--zone", awake).code == 0
    assert either_desk("--as", "anna", "task", "next").code == 0
    assert either_desk("--as", "anna", "task", "outcome", "call-back", "--at", "tomorrow 10").code == 0
    return either_desk


def test_the_json_has_24_rows_of_the_contract(loaded: Run) -> None:
    rows = loaded("--as", "anna", "task", "load", "--day", "tomorrow", "--json").json
    assert [row["hour"] for row in rows] == list(range(24))
    assert all(set(row) == {"hour", "promised", "other"} for row in rows)
    assert [row for row in rows if row["promised"] or row["other"]] == [{"hour": 10, "promised": 1, "other": 0}]


def test_today_is_meant_where_no_day_is_named(loaded: Run, awake: str) -> None:
    assert loaded("--as", "anna", "task", "load", "--json").json == (
        loaded("--as", "anna", "task", "load", "--day", "today", "--json").json
    )
    assert loaded("clients", "add", "--name", "Petro", "--phone", "+380671112244", "--zone", awake).code == 0
    before = to_local(SystemClock().now(), awake).hour
    rows = loaded("--as", "ivan", "task", "load", "--json").json
    found = [row["hour"] for row in rows if row["other"]]
    assert found in ([before], [before - 1 if before else 23])


def test_an_owners_tasks_are_their_own_to_see_and_a_leads(loaded: Run) -> None:
    def promised(*words: str) -> int:
        return sum(row["promised"] for row in loaded(*words, "--day", "tomorrow", "--json").json)

    assert promised("--as", "anna", "task", "load", "--owner", "anna") == 1
    assert promised("--as", "ivan", "task", "load") == 1, "it is the team's"
    assert promised("--as", "ivan", "task", "load", "--owner", "ivan") == 0
    assert promised("--as", "boss", "task", "load", "--owner", "anna") >= 0
    assert_refused(loaded("--as", "ivan", "task", "load", "--owner", "anna", "--json"), 3, "ivan is a manager")
    assert_refused(loaded("task", "load", "--owner", "nobody", "--json"), 1, "nobody")
    assert_refused(loaded("task", "load", "--day", "soon", "--json"), 2, '"soon" is not a day')


def test_in_words_the_hours_that_hold_something_are_shown(loaded: Run, awake: str) -> None:
    told = loaded("--as", "anna", "task", "load", "--day", "tomorrow")
    first, *rows = told.out.splitlines()
    assert first.endswith(f"hours of {awake}")
    assert rows == ["hour  promised  other", "10    1         0"]
    assert loaded("--as", "anna", "task", "load", "--day", "2031-01-01").out.splitlines()[1:] == [
        "nothing falls due on that day"
    ]
