"""Teams through the command line: leads, hours and pools, moving and merging clients, and taking claims back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command_line import Ran, assert_refused
from tests.support.teams import team_rules

Run = Callable[..., Ran]


def arrive(desk: Run, zone: str, *more: str) -> int:
    """Adds a client for whom it is the middle of the day."""
    arrive.number += 1  # type: ignore[attr-defined]
    phone = f"+38067123{arrive.number:04d}"  # type: ignore[attr-defined]
    added = desk("clients", "add", "--name", "Olena", "--phone", phone, "--zone", zone, *more, "--json")
    assert added.code == 0, added.err
    return int(added.json["id"])


arrive.number = 1000  # type: ignore[attr-defined]


@pytest.fixture
def floor(desk: Run) -> Run:
    """A desk with two managers and a lead."""
    for name, role in (("anna", "manager"), ("ivan", "manager"), ("olha", "lead")):
        desk("users", "add", name, "--role", role)
    return desk


def test_a_lead_who_is_nobody_is_warned_of_when_rules_are_applied(floor: Run, tmp_path: Path) -> None:
    file = tmp_path / "team.toml"
    for lead, warned in (("maria", True), ("olha", False)):
        file.write_text(f'{team_rules("round-robin")}lead = "{lead}"\n', encoding="utf-8")
        ran = floor("rules", "apply", str(file), "--note", "a team")
        assert ran.code == 0, ran.err
        assert ('pool.sales.lead: nobody active here is called "maria"' in ran.err) is warned


def test_moving_one_and_all(floor: Run, awake: str) -> None:
    client = arrive(floor, awake, "--owner", "anna")
    arrive(floor, awake, "--owner", "anna")
    moved = floor("--as", "olha", "clients", "move", str(client), "--owner", "ivan", "--json")
    assert (moved.json["owner"], moved.json["open_task"]["assignee"]) == ("ivan", "ivan")
    dry = floor("clients", "move", "--from", "anna", "--to", "olha", "--dry-run", "--json")
    assert dry.json == {"moved": 1, "tasks": 1, "promises": 0, "held": 0}
    told = floor("clients", "move", "--from", "anna", "--to", "ivan", "--to", "olha", "--share", "1,2")
    assert told.out == "1 client and 1 open task: from anna to ivan, olha.\n"
    assert_refused(floor("clients", "move", "--from", "anna", "--to", "ivan"), 1, "anna has no clients")
    assert_refused(floor("clients", "move", str(client), "--owner", "maria"), 1, "maria")
    assert_refused(floor("clients", "move", "99", "--owner", "ivan"), 1, "no client 99")
    assert_refused(floor("--as", "anna", "clients", "move", str(client), "--owner", "anna"), 3, "may not")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("1",),
        ("--from", "anna"),
        ("1", "--owner", "ivan", "--from", "anna"),
        ("1", "--owner", "ivan", "--dry-run"),
        ("--from", "anna", "--to", "ivan", "--share", "one"),
        ("--from", "anna", "--to", "ivan", "--share", "1,2"),
        ("--from", "anna", "--to", "anna"),
        ("--from", "anna", "--to", "ivan", "--status", "warm"),
    ],
    ids=" ".join,
)
def test_a_move_that_makes_no_sense_is_refused(floor: Run, words: tuple[str, ...]) -> None:
    assert_refused(floor("clients", "move", *words), 2)


def test_merging(floor: Run, awake: str) -> None:
    first, second = arrive(floor, awake), arrive(floor, awake)
    merged = floor("--as", "olha", "clients", "merge", str(second), str(first), "--json")
    assert (merged.json["id"], len(merged.json["phones"])) == (first, 2)
    assert_refused(floor("clients", "show", str(second)), 1, f"no client {second}", f"merged into client {first}")
    assert_refused(floor("clients", "merge", str(second), str(first)), 1)
    assert_refused(floor("clients", "merge", str(first), str(first)), 2)
    assert floor("db", "check", "--json").json["ok"]


def test_taking_a_claim_back(floor: Run, awake: str) -> None:
    client = arrive(floor, awake)
    held = floor("--as", "anna", "task", "next", "--json").json
    assert_refused(floor("clients", "merge", str(client), str(arrive(floor, awake))), 1, "anna has client", "--manager")
    assert_refused(floor("--as", "ivan", "task", "release", "--manager", "anna"), 3, "ivan is a manager")
    released = floor("--as", "olha", "task", "release", "--manager", "anna", "--json").json
    assert released["client_id"] == client
    assert released["because"] == ["olha took it back from anna"]
    assert (released["task"]["claim"], released["task"]["claimed_until"]) == (held["task"]["claim"], None)
    late = floor("--as", "anna", "task", "outcome", "interested", "--claim", str(held["task"]["claim"]))
    assert_refused(late, 1, "no longer yours: released by olha; nobody has the client now")
    assert_refused(floor("--as", "olha", "task", "release", "--manager", "anna"), 1, "anna holds no client")
    assert_refused(floor("--as", "olha", "task", "release", "--manager", "maria"), 1, "maria")
    mine = floor("--as", "anna", "task", "next", "--json").json["task"]["claim"]
    assert floor("--as", "anna", "task", "release", "--manager", "anna", "--json").json["task"]["claim"] == mine


def test_hours_and_pools(floor: Run) -> None:
    added = floor("users", "add", "petro", "--role", "manager", "--hours", "mon-fri 09:00-18:00", "--pool", "sales")
    assert added.code == 0, added.err
    split = floor("users", "hours", "petro", "Mon-Thu 9:00-13:00, 14:00-18:00; sat 10:00-14:00", "--json")
    assert split.json[0]["hours"] == {"mon-thu": "9:00-13:00, 14:00-18:00", "sat": "10:00-14:00"}
    assert floor("users", "hours", "petro", "--team", "--json").json[0]["hours"] is None
    for wrong in ("9-18", "mon-fri", "mon-fri 18:00-09:00", "mon 09:00-12:00; mon 13:00-15:00", "someday 09:00-12:00"):
        assert_refused(floor("users", "hours", "petro", wrong), 2)
    assert_refused(floor("users", "hours", "petro", "mon 9:00-10:00", "--team"), 2, "not both")
    assert (
        floor("users", "hours", "petro").out
        == "petro works the hours of the team: mon-fri 09:00-18:00 (Europe/Kyiv).\n"
    )
    assert_refused(floor("users", "hours", "maria", "--team"), 1, "maria")
    joined = floor("users", "pool", "petro", "--add", "office", "--remove", "sales", "--json")
    assert joined.json[0]["pools"] == ["office"]
    assert floor("users", "pool", "petro").out == "petro is in: office.\n"
    assert_refused(floor("users", "pool", "petro", "--add", ""), 2)
    audited = [row["action"] for row in floor("audit", "--json").json if row["action"].startswith("users.")]
    assert audited[-3:] == ["users.hours", "users.hours", "users.pool"]
