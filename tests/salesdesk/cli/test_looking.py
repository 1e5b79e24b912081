"""What a lead sees at the command line: how many there are, every call, who holds whom, where rejected rows went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from salesdesk.clock import SystemClock
from salesdesk.storage.location import Location
from salesdesk.storage.models import Attempt, Undo
from salesdesk.storage.schema import open_database
from salesdesk.team.shifts import begin_shift
from tests.support.command_line import Ran, assert_refused
from tests.support.people import sitting

Run = Callable[..., Ran]

OLENA = ("--name", "Olena", "--phone", "+380671112233", "--zone", "Europe/Kyiv")


@pytest.fixture
def three(either_desk: Run) -> Run:
    """A desk with three clients, of whom Olena is called first, and two managers."""
    either_desk("users", "add", "anna", "--role", "manager")
    either_desk("users", "add", "ivan", "--role", "manager")
    either_desk("clients", "add", *OLENA)
    either_desk("clients", "add", "--name", "Petro", "--phone", "+380671112244", "--zone", "Europe/Kyiv")
    either_desk("clients", "add", "--name", "Pavlo", "--phone", "+380671112255", "--zone", "Europe/Kyiv")
    return either_desk


def test_a_list_that_is_cut_says_of_how_many(three: Run) -> None:
    cut = three("clients", "list", "--limit", "2", "--json")
    assert ([client["id"] for client in cut.json], cut.err) == ([1, 2], "2 of 3 clients.\n")
    assert three("clients", "list", "--limit", "2").err == "2 of 3 clients.\n"
    assert three("clients", "list", "--limit", "3").err == ""
    assert three("clients", "list").err == ""
    assert three("clients", "list", "--limit", "1", "--status", "refused").err == ""
    three("clients", "move", "2", "--owner", "anna")
    three("clients", "move", "3", "--owner", "anna")
    assert three("clients", "list", "--limit", "1", "--owner", "anna").err == "1 of 2 clients.\n"


def test_a_search_that_is_cut_says_of_how_many(three: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert three("clients", "find", "38067").err == ""
    monkeypatch.setattr("salesdesk.clients.finding.USUAL", 2)
    assert three("clients", "find", "38067").err == "2 of 3 clients.\n"


def test_every_call_with_its_note_and_who(three: Run, desk_location: Location) -> None:
    for name, outcome in (("anna", ("no-answer", "--reason", "busy")), ("boss", ("paid", "--amount", "1200.50"))):
        assert three("--as", name, "task", "inbound", "112233").code == 0
        assert three("--as", name, "task", "outcome", *outcome, "--note", f"said to {name}").code == 0
    database = open_database(desk_location)
    with database.write() as session:
        first = session.get_one(Attempt, 1)
        session.add(Undo(attempt_id=1, user_id=first.user_id, at=first.at + timedelta(seconds=30)))
    database.close()
    ran = three("clients", "show", "1", "--history", "--json").json
    assert ran["name"] == "Olena"
    paid, missed = ran["history"]
    told = {
        key: paid[key] for key in ("attempt_id", "manager", "outcome", "reason", "note", "amount", "currency", "undone")
    }
    assert told == {
        **{"attempt_id": 2, "manager": "boss", "outcome": "paid", "reason": None, "note": "said to boss"},
        **{"amount": 1200.5, "currency": "USD", "undone": False},
    }
    assert (paid["undone_by"], paid["undone_at"], paid["corrected_by"]) == (None, None, None)
    assert (missed["manager"], missed["reason"], missed["undone"], missed["undone_by"]) == (
        "anna",
        "busy",
        True,
        "anna",
    )
    assert missed["at"].endswith("Z")
    lines = three("clients", "show", "1", "--history").out.splitlines()
    assert lines[-3].split()[:2] == ["Calls", "(Europe/Kyiv)"]
    assert lines[-2].endswith("boss  Paid             1 200.50 USD said to boss")
    assert lines[-1].endswith("anna  No answer: Busy  said to anna (taken back by anna)")
    assert "history" not in three("clients", "show", "1", "--json").json
    assert three("clients", "show", "2", "--history").out.endswith("\nNo calls yet.\n")
    assert_refused(three("clients", "show", "9", "--history"), 1, "no client 9")


def test_a_manager_reads_the_history_of_the_client_in_hand_only(three: Run) -> None:
    assert_refused(three("--as", "ivan", "clients", "show", "1", "--history"), 3, "client in hand")
    three("--as", "ivan", "task", "next")
    assert three("--as", "ivan", "clients", "show", "1", "--history", "--json").json["history"] == []


def test_who_holds_whom_and_taking_back(three: Run, desk_location: Location) -> None:
    assert three("task", "held", "--json").json == []
    assert three("task", "held").out == "Nobody holds a client now.\n"
    assert_refused(
        three("task", "release", "--manager", "anna"), 1, "anna holds no client.", "Nobody holds a client now."
    )
    database = open_database(desk_location)
    begin_shift(sitting(database, SystemClock(), "anna"))
    database.close()
    three("--as", "anna", "task", "next")
    three("--as", "ivan", "task", "next")
    held = three("task", "held", "--json").json
    told = [
        (row["manager"], row["client"], row["client_id"], row["live"], row["at_desk"], row["stuck"]) for row in held
    ]
    assert told == [("anna", "Olena", 1, True, True, False), ("ivan", "Petro", 2, True, False, False)]
    lines = three("task", "held").out.splitlines()
    assert lines[1].startswith("anna  Olena (client 1)")
    assert lines[1].endswith("desk is open")
    assert lines[2].endswith("no desk seen")
    lost = three("task", "release", "--manager", "boss")
    assert_refused(lost, 1, "You hold no claim.")
    three("users", "add", "olha", "--role", "manager")
    lost = three("task", "release", "--manager", "olha")
    assert_refused(
        lost, 1, "olha holds no client.", "anna holds client 1, ivan holds client 2. See: salesdesk task held"
    )
    assert three("task", "release", "--manager", "ivan").out == "Taken back from ivan: Petro (client 2).\n"
    assert_refused(three("task", "release", "--manager", "ivan"), 1, "ivan holds no client.", "anna holds client 1.")
    assert_refused(three("--as", "anna", "task", "held"), 3, "anna is a manager")


def test_reopening_keeps_the_stage_that_is_named(three: Run) -> None:
    for number in ("+380671112233", "+380671112244"):
        three("clients", "dnc", number, "--why", "asked")
        three("clients", "dnc", number, "--off", "--why", "asked again")
    assert_refused(
        three("clients", "reopen", "1", "--status", "paid"), 2, 'no open status "paid"', "new, in-work, offer-sent"
    )
    assert_refused(three("clients", "reopen", "1", "--status", "nope"), 2, 'no open status "nope"')
    assert three("clients", "reopen", "1", "--status", "offer-sent", "--json").json["status"] == "offer-sent"
    assert three("clients", "reopen", "2", "--json").json["status"] == "new"
    assert_refused(three("clients", "reopen", "1", "--status", "in-work"), 1, "being worked on already")
    details = [row["detail"] for row in three("audit", "--json").json if row["action"] == "clients.reopen"]
    assert details == [{"status": "offer-sent"}, {"status": "new"}]
    assert three("db", "check", "--json").json["ok"]


def test_rejected_rows_are_written_where_one_works(
    desk: Run, table_file: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, here = Path(table_file("name,phone", "Olena,12")), tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    ran = desk("clients", "import", str(file), "--json")
    assert ran.json["rejects_file"] == str(here / "clients.rejects.csv")
    assert not file.with_name("clients.rejects.csv").exists()
    assert str(here / "clients.rejects.csv") in desk("clients", "import", str(file)).out
    (here / "clients.rejects.csv").unlink()
    (here / "clients.rejects.csv").mkdir()
    beside = desk("clients", "import", str(file), "--json").json["rejects_file"]
    assert beside == str(file.with_name("clients.rejects.csv")), "where the name is taken it goes beside the file"


def test_rejected_rows_go_beside_the_file_where_nothing_can_be_written(
    desk: Run, table_file: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(table_file("name,phone", "Olena,12"))
    monkeypatch.chdir("/proc")  # nobody writes there, not even root
    monkeypatch.setattr("os.access", lambda folder, _: str(folder) != "/proc")
    ran = desk("clients", "import", str(file), "--json")
    assert ran.json["rejects_file"] == str(file.with_name("clients.rejects.csv"))


def test_a_zone_that_is_not_sure_shows_the_same_clock_everywhere(desk: Run) -> None:
    desk("clients", "add", "--name", "Ivan", "--phone", "+79121112233")
    line = desk("clients", "list").out.splitlines()[1]
    shown = next(line for line in desk("clients", "show", "1").out.splitlines() if line.startswith("Local"))
    clock = "12:00-22:00 ?"  # from Kaliningrad to Kamchatka, at noon in Kyiv
    assert clock in line
    assert f"{clock} not sure, one of: " in shown
    assert " and 5 more; " in shown
    assert "12:00-22:00 in 11 possible zones" in desk("task", "why", "1").out
    assert "UTC" not in desk("clients", "show", "1").out
    assert desk("clients", "show", "1", "--json").json["local_time"] is None


def test_the_next_call_of_an_unsure_client_is_told_by_the_readers_clock(desk: Run) -> None:
    desk("clients", "add", "--name", "Ivan", "--phone", "+79121112233")
    told = next(line for line in desk("clients", "show", "1").out.splitlines() if line.startswith("Next"))
    assert told.endswith("Europe/Kyiv (yours)")


def test_beginning_a_base_again_otherwise_says_what_differs(desk: Run) -> None:
    same = desk("init")
    assert (same.code, same.err) == (0, "")
    assert desk("init", "--preset", "en", "--country", "ua", "--zone", "Europe/Kyiv").err == ""
    other = desk("init", "--preset", "uk", "--country", "PL", "--json")
    assert (other.json["created"], other.json["preset"], other.json["country"]) == (False, "en", "UA")
    assert "preset uk was asked for; the base was begun with en, and " in other.err
    assert "status new: label was New, is " in other.err
    assert "country PL was asked for; here it is UA" in other.err
    assert "zone Europe" not in other.err, "a zone that was not named is no wish"
    desk("rules", "ladder", "set", "no-answer", "6m", "archive")
    assert "would differ" in desk("init", "--preset", "workshop").err
    assert desk("rules", "show", "--json").json["version"] == 2


def test_the_line_of_a_fault_stands_in_the_json_wherever_it_is_said(desk: Run, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_bytes(b"schema = 1\n# \xff\n")
    ran = desk("rules", "check", str(file), "--json")
    assert [fault["line"] for fault in ran.json["faults"]] == [2]
    assert ran.err.startswith(f"{file}:2: not UTF-8 text.")
    for text, line in (("schema = 1\nx = \n", 2), ("schema = 1\n[a\n", 2), ('schema = 1\nx = "a', 2)):
        file.write_text(text)
        found = desk("rules", "check", str(file), "--json")
        assert [fault["line"] for fault in found.json["faults"]] == [line]
        assert f"{file}:{line}: " in found.err
    assert desk("rules", "check", str(tmp_path / "none"), "--json").json["faults"][0]["line"] is None
