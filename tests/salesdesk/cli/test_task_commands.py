"""A day's work through the command line, on both engines."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.command_line import Ran, assert_refused, run_here

Run = Callable[..., Ran]


@pytest.fixture
def anna(either_desk: Run, awake: str) -> Run:
    """Runs commands as the manager anna, for whom one client waits."""
    assert either_desk("users", "add", "anna", "--role", "manager", "--zone", "Europe/Kyiv").code == 0
    added = either_desk("clients", "add", "--name", "Olena\x1b[2J", "--phone", "+380671112233", "--zone", awake)
    assert added.code == 0, added
    return lambda *words: either_desk("--as", "anna", *words)


def test_next_outcome_and_what_follows(anna: Run) -> None:
    handed = anna("task", "next", "--json").json
    task, client = handed["task"], handed["client"]
    assert set(task) >= {"id", "claim", "kind", "feed", "due_at", "attempt", "misses", "claimed_until", "preferred"}
    assert (task["kind"], task["feed"], task["attempt"], task["misses"]) == ("call", "incoming", 1, 0)
    assert handed["calling"]["e164"] == "+380671112233"
    assert handed["calling"]["window_open"] is True
    assert client["open_task"]["id"] == task["id"]
    assert anna("task", "next", "--json").json["task"]["claim"] == task["claim"]

    words = ["task", "outcome", "no-answer", "--reason", "busy", "--claim", str(task["claim"]), "--json"]
    done = anna(*words).json
    assert (done["client_id"], done["status"], done["misses"]) == (client["id"], "new", 1)
    assert done["next"]["task_kind"] == "call"
    assert datetime.fromisoformat(done["next"]["local"]) == datetime.fromisoformat(done["next"]["due_at"])
    assert any("rung 1" in line for line in done["because"])
    rung = {"ladder": "busy", "rung": 1, "of": 5, "text": "5m"}
    assert ["rung", rung] in done["because_data"]
    assert len(done["because_data"]) == len(done["because"])
    assert [code for code, _ in handed["because_data"]] == ["handed-out", "arrived"]
    assert handed["because_data"][0][1]["feed"] == "incoming"
    assert anna(*words).json == done

    nothing = anna("task", "next", "--json")
    assert nothing.code == 1
    assert nothing.json["task"] is None
    assert nothing.json["next_due_at"] == done["next"]["due_at"]
    assert (nothing.json["waiting"], nothing.json["closed"]) == (1, 0)


def test_the_same_in_words(anna: Run, awake: str) -> None:
    card = anna("task", "next")
    assert card.code == 0
    for word in ("Olena", "+380 67 111 2233", awake, "open until 20:00", "call 1", "feed incoming"):
        assert word in card.out
    assert "\x1b" not in card.out
    assert anna("clients", "show", "1").code == 0
    done = anna("task", "outcome", "no-answer", "--reason", "not-answering", "--note", "tries later")
    assert done.code == 0
    assert "1 missed in a row" in done.out
    nothing = anna("task", "next")
    assert (nothing.code, nothing.out) == (1, "")
    assert "Nothing due. Next at" in nothing.err
    assert_refused(anna("clients", "show", "1"), 3, "in hand only")


def test_release_gives_the_client_back(anna: Run) -> None:
    task = anna("task", "next", "--json").json["task"]
    given = anna("task", "release", "--json").json
    assert given["task"]["id"] == task["id"]
    assert given["client_id"] == 1
    assert given["because"] == ["anna gave the claim back"]
    assert given["because_data"] == [["gave-back", {"by": "anna"}]]
    assert_refused(anna("task", "release"), 1, "You hold no claim", "salesdesk task next")
    assert anna("task", "next", "--json").json["task"]["id"] == task["id"]
    assert "Given back: Olena" in anna("task", "release").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sung"], "no-answer, call-back"),
        (["no-answer"], "needs a reason"),
        (["no-answer", "--reason", "asleep"], "busy"),
        (["call-back"], "asks for a time"),
        (["call-back", "--at", "soon"], "fri 14, +2h"),
        (["paid"], "--amount"),
        (["paid", "--amount", "much"], "1200"),
        (["refused", "--reason", "other"], "note"),
        (["interested", "--seconds", "-5"], "--seconds"),
    ],
)
def test_a_wrong_answer_is_2_and_keeps_the_claim(anna: Run, words: list[str], said: str) -> None:
    claim = anna("task", "next", "--json").json["task"]["claim"]
    assert_refused(anna("task", "outcome", *words, "--json"), 2, said)
    again = anna("task", "next", "--json").json["task"]
    assert (again["claim"], again["attempt"]) == (claim, 1)


def test_an_outcome_without_a_claim_is_1(anna: Run) -> None:
    assert_refused(anna("task", "outcome", "paid", "--amount", "5"), 1, "You hold no claim")
    assert_refused(anna("task", "outcome", "paid", "--amount", "5", "--claim", "77"), 1, "no claim 77")


def test_a_promise_outside_the_window_needs_anyway(anna: Run) -> None:
    anna("task", "next")
    words = ["task", "outcome", "call-back", "--at", "tomorrow 03:00"]
    assert_refused(anna(*words), 2, "may not be called", "--anyway")
    kept = anna(*words, "--anyway", "--json").json
    assert datetime.fromisoformat(kept["next"]["local"]).strftime("%H:%M") == "09:00"


def test_a_sale_in_words(anna: Run) -> None:
    anna("task", "next")
    sold = anna("task", "outcome", "paid", "--amount", "1 200,50", "--seconds", "95")
    assert sold.code == 0
    assert "repeat-sale" in sold.out
    figures = anna("kpi", "--json").json
    assert (figures["team"]["won"], figures["team"]["revenue"]) == (1, 1200.5)


def test_the_end_of_a_client_in_words(anna: Run) -> None:
    anna("task", "next")
    refused = anna("task", "outcome", "refused", "--reason", "price")
    assert "Next     nothing" in refused.out
    assert anna("task", "next").err == "Nothing due.\n"


def test_a_client_who_sleeps_waits(anna: Run, asleep: str) -> None:
    anna("task", "next")
    anna("task", "outcome", "refused", "--reason", "price")
    anna("--as", "boss", "clients", "add", "--name", "Petro", "--phone", "+380671112244", "--zone", asleep)
    assert "outside the hours for calling" in anna("--as", "boss", "clients", "show", "2").out
    nothing = anna("task", "next")
    assert "1 waiting: 0 outside their hours, 0 with others" in nothing.err


def test_a_client_whose_zone_is_not_sure(path: Path) -> None:
    boss = ("--db", str(path), "--as", "boss")
    run_here(*boss, "clients", "add", "--name", "Far", "--phone", "+7 916 123 45 67")
    shown = run_here(*boss, "clients", "show", "1")
    assert " not sure, one of: " in shown.out
    assert re.search(r"Asia/Kamchatka, .* and \d+ more", shown.out)
    listed = run_here(*boss, "clients", "list", "--json").json
    assert (listed[0]["zone"], listed[0]["local_time"]) == (None, None)
