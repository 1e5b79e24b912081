"""Who may do what: every command by every role, and by nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_support import Ran, assert_refused, run_here

from rules.preset import preset_text
from salesdesk.clock import SystemClock
from salesdesk.location import Location
from salesdesk.people import NewUser, add_user
from salesdesk.schema import open_database

Ask = Callable[[str, str], Ran]

ALL = {"manager", "lead", "admin"}
LEAD = {"lead", "admin"}
ADMIN = {"admin"}

# The words of a command, who may use it, and how it ends for them on an empty desk.
TABLE = [
    ("task next", ALL, 1),
    ("task outcome paid --amount 1", ALL, 1),
    ("task release", ALL, 1),
    ("task why 1", LEAD, 1),
    ("tick", LEAD, 0),
    ("kpi", ALL, 0),
    ("clients show 1", LEAD, 1),
    ("clients list", LEAD, 0),
    ("clients import FILE", LEAD, 0),
    ("clients add --name Olena --phone +380671112233", LEAD, 0),
    ("users list", LEAD, 0),
    ("users add olha --role manager", ADMIN, 0),
    ("rules show", LEAD, 0),
    ("rules diff RULES", LEAD, 0),
    ("rules history", LEAD, 0),
    ("rules apply RULES --note words", ADMIN, 0),
    ("rules rollback 1", ADMIN, 1),
    ("rules ladder set patient 1d archive", ADMIN, 0),
    ("rules reason set no-answer busy --ladder no-answer", ADMIN, 0),
    ("rules status add again --label Again --kind open", ADMIN, 0),
    ("rules status rename new --label Fresh", ADMIN, 0),
    ("rules status remove new --move-to in-work", ADMIN, 0),
    ("rules simulate RULES", LEAD, 1),
]
ROLES = ["manager", "lead", "admin"]


@pytest.fixture
def ask(path: Path) -> Ask:
    """Runs a command as one of the people: one of each role, and one who is disabled."""
    database = open_database(Location(path=path))
    with database.write() as session:
        for role in ROLES:
            add_user(session, NewUser(f"a-{role}", role), SystemClock().now())
        add_user(session, NewUser("gone", "admin"), SystemClock().now()).active = False
    database.close()
    clients, rules = path.with_name("clients.csv"), path.with_name("rules.toml")
    clients.write_text("name,phone\nPetro,+380671112244\n")
    rules.write_text(preset_text("uk"), encoding="utf-8")
    files = {"FILE": str(clients), "RULES": str(rules)}

    def run(name: str, command: str) -> Ran:
        words = [files.get(word, word) for word in command.split()]
        return run_here("--db", str(path), "--as", name, "--json", *words)

    return run


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("case", TABLE, ids=[command for command, _, _ in TABLE])
def test_each_role_may_do_its_own_and_no_more(path: Path, ask: Ask, case: tuple[str, set[str], int], role: str) -> None:
    command, allowed, code = case
    before = path.read_bytes()
    ran = ask(f"a-{role}", command)
    if role in allowed:
        assert ran.code == code, ran
    else:
        assert_refused(ran, 3, f"a-{role} is a {role}")
        assert path.read_bytes() == before
        assert not path.with_name("clients.rejects.csv").exists()


@pytest.mark.parametrize("command", [command for command, _, _ in TABLE])
def test_somebody_unknown_or_disabled_may_nothing(ask: Ask, command: str) -> None:
    assert_refused(ask("nobody", command), 3, '"nobody"', "users add")
    assert_refused(ask("gone", command), 3, '"gone" is disabled')


@pytest.mark.parametrize("command", ["db status", "db check", "rules check RULES", "init"])
def test_some_commands_need_nobody(ask: Ask, command: str) -> None:
    assert ask("nobody", command).code == 0
