"""``salesdesk task why``, on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.command_line import Ran, assert_refused

Run = Callable[..., Ran]


@pytest.fixture
def busy(either_desk: Run, awake: str, asleep: str) -> Run:
    """A desk with a manager, a lead, a client who may be called, and one who sleeps."""
    for name, role in (("anna", "manager"), ("olha", "lead")):
        assert either_desk("users", "add", name, "--role", role).code == 0
    for name, phone, zone in (("Olena\x1b[2J", "+380671112233", awake), ("Petro", "+380671112244", asleep)):
        assert either_desk("clients", "add", "--name", name, "--phone", phone, "--zone", zone).code == 0
    return either_desk


def test_the_json_has_the_contracts_fields(busy: Run) -> None:
    answer = busy("task", "why", "1", "--json").json
    assert set(answer) == {"client_id", "eligible", "because", "because_data", "due_at", "window", "caps", "claim"}
    assert (answer["client_id"], answer["eligible"], answer["claim"]) == (1, True, None)
    assert set(answer["window"]) == {"open", "opens_at", "closes_at", "local"}
    assert all(set(cap) == {"rule", "limit", "used", "free_at"} for cap in answer["caps"])
    assert {cap["rule"] for cap in answer["caps"]} == {"max_per_day", "max_per_24h"}
    assert answer["because"][0] == 'status "New" (open)'
    assert answer["because_data"][0] == ["stands", {"status": "new", "label": "New", "kind": "open"}]
    assert len(answer["because_data"]) == len(answer["because"])
    assert answer["because"][-1].startswith("place: 0 due tasks come before it")


def test_a_client_who_sleeps_is_not_to_be_called(busy: Run, asleep: str) -> None:
    told = busy("task", "why", "2")
    assert told.code == 0
    assert told.out.startswith("Petro (client 2) is not to be called now\nok  status")
    assert "NO  call window (everywhere)" in told.out
    assert f"in {asleep}, opens " in told.out


def test_in_words_nothing_is_obeyed_by_a_terminal(busy: Run) -> None:
    told = busy("task", "why", "1")
    assert "can be called now" in told.out
    assert "NO  " not in told.out
    assert "\x1b" not in told.out


def test_a_manager_may_ask_of_the_client_in_hand(busy: Run) -> None:
    assert_refused(busy("--as", "anna", "task", "why", "1", "--json"), 3, "in hand only")
    assert busy("--as", "anna", "task", "next").code == 0
    answer = busy("--as", "anna", "task", "why", "1", "--json").json
    assert (answer["eligible"], answer["claim"]["user"]) == (True, "anna")
    assert_refused(busy("--as", "anna", "task", "why", "2", "--json"), 3, "in hand only")
    seen = busy("--as", "olha", "task", "why", "1", "--json").json
    assert (seen["eligible"], seen["claim"]["user"]) == (False, "anna")


def test_a_client_who_refused_tells_how_it_ended(busy: Run) -> None:
    busy("--as", "anna", "task", "next")
    busy("--as", "anna", "task", "outcome", "refused", "--reason", "price")
    answer = busy("task", "why", "1", "--json").json
    assert (answer["eligible"], answer["due_at"]) == (False, None)
    assert 'status "Refused" (lost) has no task: Refused: Price' in answer["because"][0]


def test_an_unknown_client_is_1_and_no_number_is_2(busy: Run) -> None:
    assert_refused(busy("task", "why", "77", "--json"), 1, "no client 77")
    assert_refused(busy("task", "why", "Olena", "--json"), 2, "CLIENT_ID")
