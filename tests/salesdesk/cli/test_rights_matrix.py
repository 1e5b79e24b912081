"""Who may do what: every command by every role, by somebody disabled and by somebody unknown, on both engines.

What each role may is written out here from the command line's contract, and not read from the table of the program.
The commands come from the program itself, so one that was added without rights fails here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import text
from sqlmodel import col, select

from rules.preset import preset_text
from salesdesk.access.rights import FREE, RIGHTS
from salesdesk.cli.main import app
from salesdesk.clients.intake import NewClient, add_client
from salesdesk.clock import SystemClock
from salesdesk.location import Location
from salesdesk.models import Audit, Task, User, metadata
from salesdesk.people import NewUser, add_user, find_person
from salesdesk.schema import open_database
from tests.support.command_line import Ran, assert_refused, run_here

ANYBODY = "init, demo, doctor, db status, db check, rules check"
MANAGER = """desk, kpi, plan show, users password,
    task next, task outcome, task undo, task skip, task release, task load, task inbound"""
IN_HAND = "task why, clients show, clients zone"  # a manager: of the client in hand
LEAD = """tick, plan set, users list, clients import, clients add, clients list, clients find, clients export,
    clients move, clients reopen, clients merge, clients dnc,
    rules show, rules diff, rules history, rules simulate"""
ADMIN = """audit, users add, users disable, users enable, users hours, users pool, clients forget,
    db backup, db restore, db upgrade, db grant,
    rules apply, rules edit, rules rollback, rules ladder set, rules reason set,
    rules status add, rules status rename, rules status remove"""


def names(commands: str) -> set[str]:
    return {" ".join(command.split()) for command in commands.split(",")}


ALLOWED = {
    "a-manager": names(MANAGER),
    "a-lead": names(MANAGER) | names(IN_HAND) | names(LEAD),
    "an-admin": names(MANAGER) | names(IN_HAND) | names(LEAD) | names(ADMIN),
    "gone": set[str](),
    "nobody": set[str](),
}


def walk(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command of the program with its words."""
    subcommands = getattr(command, "commands", None)
    if subcommands is None:
        yield " ".join(words), command
        return
    for word, below in subcommands.items():
        yield from walk(below, (*words, word))


TREE = dict(walk(typer.main.get_command(app)))


def test_every_command_has_its_rights() -> None:
    asked = set(TREE) - names(ANYBODY)
    assert asked <= names(MANAGER) | names(IN_HAND) | names(LEAD) | names(ADMIN)
    assert asked <= set(RIGHTS)
    assert names(ANYBODY) == FREE
    assert not FREE & set(RIGHTS)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    clients, rules = tmp_path / "clients.csv", tmp_path / "rules.toml"
    clients.write_text("name,phone\nPetro,+380671112244\n")
    rules.write_text(preset_text("uk"), encoding="utf-8")
    return {"clients import": str(clients), "rules": str(rules), "clients export": str(tmp_path / "out.csv")}


MORE = {
    "clients move": ["1", "--owner", "boss"],
    "db grant": ["--all"],
    "users hours": ["--team"],
}  # what no single option requires


def words_of(name: str, files: dict[str, str]) -> list[str]:
    """The words of a command with something for everything that it requires."""
    words = [*name.split(), *MORE.get(name, [])]
    for parameter in TREE[name].params:
        if parameter.required:
            value = value_of(parameter, files.get(name) or files.get(words[0]) or "missing.db")
            words += [value] if parameter.param_type_name == "argument" else [parameter.opts[0], value]
    return words


def value_of(parameter: Any, file: str) -> str:
    return {"file": file, "role": "manager"}.get(parameter.name, "1")


@pytest.fixture
def place(desk_location: Location) -> str:
    """A desk with one person of each role, one who is disabled, and client 1, who is not due for an hour."""
    database, clock = open_database(desk_location), SystemClock()
    with database.write() as session:
        for name, role in (("a-manager", "manager"), ("a-lead", "lead"), ("an-admin", "admin"), ("gone", "admin")):
            add_user(session, NewUser(name, role), clock.now()).active = name != "gone"
        boss = find_person(session, "boss")
    add_client(database, clock, boss, NewClient("Olena", "+380671112233"))
    with database.write() as session:
        session.exec(select(Task)).one().due_at = clock.now() + timedelta(hours=1)
    database.close()
    return desk_location.url or str(desk_location.path)


def rows(location: Location) -> dict[str, list[Any]]:
    """Everything in the database but the audit."""
    database = open_database(location)
    with database.read() as session:
        tables = [table for table in metadata.sorted_tables if table.name != "audit"]
        found = {t.name: list(session.connection().execute(text(f'SELECT * FROM "{t.name}"'))) for t in tables}
    database.close()
    return found


def denials(location: Location) -> list[tuple[str | None, str, str]]:
    """Who was refused which command about what, in order."""
    database = open_database(location)
    with database.read() as session:
        query = select(User.name, Audit).outerjoin_from(Audit, User, col(User.id) == Audit.actor_id)
        found = session.exec(query.where(Audit.action == "denied").order_by(col(Audit.id))).all()
    database.close()
    return [(name, row.detail["command"], row.object) for name, row in found]


@pytest.mark.parametrize("actor", ALLOWED)
def test_each_may_do_their_own_and_no_more(
    actor: str, place: str, desk_location: Location, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salesdesk.cli.launch._require_terminal", lambda: None)
    monkeypatch.setattr("screens.app.run_desk", lambda *_: 0)
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.delenv("VISUAL", raising=False)
    before, refused = rows(desk_location), []
    for name in sorted(set(TREE) - FREE):
        ran = run_here("--db", place, "--as", actor, "--json", *words_of(name, files))
        if name in ALLOWED[actor]:
            assert ran.code in (0, 1, 2, 4), (name, ran)
        else:
            assert_refused(ran, 3)
            refused.append(name)
    who = None if actor == "nobody" else actor
    about = dict.fromkeys(names(IN_HAND), "client 1") if actor == "a-manager" else {}
    assert denials(desk_location) == [(who, name, about.get(name, "")) for name in refused]
    if not ALLOWED[actor]:
        assert rows(desk_location) == before
    assert Path(files["clients export"]).exists() == ("clients export" in ALLOWED[actor])


def test_some_commands_need_nobody(place: str, files: dict[str, str]) -> None:
    for name in sorted(names(ANYBODY) & set(TREE) - {"demo"}):
        assert run_here("--db", place, "--as", "nobody", *words_of(name, files)).code == 0


def test_a_manager_sees_the_client_in_hand(place: str, desk_location: Location) -> None:
    database = open_database(desk_location)
    with database.write() as session:
        task = session.exec(select(Task)).one()
        task.claimed_by = session.exec(select(User.id).where(User.name == "a-manager")).one()
        task.claimed_until = SystemClock().now() + timedelta(minutes=5)
    database.close()
    for name in ("clients show", "task why"):
        assert run_here("--db", place, "--as", "a-manager", *name.split(), "1").code == 0
        assert_refused(run_here("--db", place, "--as", "a-manager", *name.split(), "2"), 3, "in hand only")


Run = Callable[..., Ran]


def test_a_refusal_stands_when_it_cannot_be_recorded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(Location(path=path))
    with database.write() as session:
        add_user(session, NewUser("anna", "manager"), SystemClock().now())
    read_only = f"sqlite:///{path}?mode=ro"
    assert_refused(run_here("--db", read_only, "--as", "anna", "users", "list"), 3, "anna is a manager", "read-only")
    monkeypatch.setattr("salesdesk.access.refusals.PATIENCE", 0.05)
    with database.write() as session:
        session.connection()
        assert_refused(run_here("--db", str(path), "--as", "anna", "users", "list"), 3, "anna is a manager", "locked")
    database.close()


def test_the_last_admin_the_own_and_no_name(either_desk: Run) -> None:
    assert_refused(either_desk("users", "disable", "boss"), 2, "last admin", "--role admin")
    either_desk("users", "add", "olha", "--role", "admin")
    assert_refused(either_desk("users", "disable", "boss"), 2, "yourself")
    assert_refused(either_desk("users", "disable", "ghost"), 1, "ghost")
    done = either_desk("--as", "olha", "users", "disable", "boss", "--json")
    assert done.json == [{"name": "boss", "role": "admin", "active": False, "label": "boss"}]
    assert_refused(either_desk("users", "list"), 3, '"boss" is disabled')
    assert_refused(either_desk("--as", "olha", "users", "disable", "boss"), 1, "disabled already")
    assert either_desk("--as", "olha", "users", "enable", "boss", "--json").json[0]["active"] is True
    assert_refused(either_desk("users", "enable", "boss"), 1, "not disabled")
