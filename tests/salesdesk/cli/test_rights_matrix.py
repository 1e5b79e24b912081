"""Who may do what: every command by every role, by somebody disabled and by somebody unknown.

What each role may is written out here from the command line's contract, and not read from the table of the program.
The commands come from the program itself, so one that was added without rights fails here. The table is walked without
a base; that every command asks it, and does its work for those who may, is seen on a base of SQLite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import text
from sqlmodel import col, select

from rules.file.preset import preset_text
from salesdesk.access.people import NewUser, Person, Role, add_user, find_person
from salesdesk.access.rights import ROLES_WITH, Right, require
from salesdesk.access.sitting import Sitting
from salesdesk.cli.frame.rights import FREE, RIGHT_OF
from salesdesk.cli.main import app
from salesdesk.clients.intake import NewClient, add_client
from salesdesk.clock import SystemClock
from salesdesk.desk.desk import Desk
from salesdesk.errors import NotAllowed
from salesdesk.storage.location import Location
from salesdesk.storage.models import Audit, Task, User, metadata
from salesdesk.storage.schema import open_database
from tests.support.command_line import Ran, assert_refused, run_here

Run = Callable[..., Ran]

ANYBODY = "init, demo, doctor, db status, db check, rules check"
MANAGER = """desk, kpi, plan show, users password,
    task next, task outcome, task undo, task skip, task release, task load, task inbound"""
IN_HAND = "task why, clients show, clients zone, clients phone"  # a manager: of the client in hand
LEAD = """tick, task held, plan set, users list, clients import, clients add, clients list, clients find,
    clients export, clients move, clients reopen, clients merge, clients dnc,
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
}
ROLE_OF: dict[str, Role] = {"a-manager": "manager", "a-lead": "lead", "an-admin": "admin"}

# What each command says to whoever may use it: its exit code and some of its words. In this order: the client is
# forgotten when all others have had theirs.
DONE = {
    "desk": (0, ""),
    "kpi": (0, '"previous": {'),
    "task load": (0, '"hour": 23'),
    "task next": (1, '"waiting": 1'),
    "task inbound": (2, "1 digit is not enough"),
    "task outcome": (1, "You hold no claim."),
    "task release": (1, "You hold no claim."),
    "task why": (0, '"client_id": 1'),
    "task held": (0, "[]"),
    "tick": (0, '"moved": 0'),
    "users list": (0, '"name": "a-lead"'),
    "users password": (2, "no terminal to ask for a password on"),
    "clients show": (0, '"name": "Olena"'),
    "clients zone": (2, '"1" is not a time zone'),
    "clients list": (0, '"name": "Olena"'),
    "clients find": (2, '"1" is too short to search for'),
    "clients export": (0, '"rows": 1'),
    "clients import": (0, '"created": 1'),
    "clients add": (2, '"1" is too short for a phone number'),
    "clients dnc": (2, '"1" is too short for a phone number'),
    "clients phone": (2, "Say --good or --bad."),
    "clients merge": (2, "Client 1 cannot be merged into itself."),
    "clients move": (0, '"owner": "boss"'),
    "clients reopen": (1, "Client 1 is being worked on already."),
    "rules show": (0, '"note": "preset en"'),
    "rules diff": (0, '"rule": "money currency"'),
    "rules history": (0, '"version": 1'),
    "rules simulate": (1, "No calls were recorded in the last 28 days."),
    "rules edit": (1, "The rules were left as they are."),
    "rules ladder set": (2, 'no ladder "1"'),
    "rules reason set": (1, 'The rules have no outcome "1".'),
    "rules status add": (2, "'1' is not possible here"),
    "rules status rename": (1, 'The rules have no status "1".'),
    "rules status remove": (1, 'The rules have no status "1".'),
    "rules apply": (0, '"version": 2'),
    "rules rollback": (0, '"note": "back to version 1"'),
    "users add": (0, '"name": "1"'),
    "users disable": (0, '"active": false'),
    "users enable": (0, '"active": true'),
    "users hours": (0, '"hours": null'),
    "users pool": (0, '"pools": []'),
    "clients forget": (0, '"name": "forgotten"'),
    "audit": (0, '"action": "clients.export"'),
    "db backup": (0, '"bytes":'),
    "db restore": (0, '"tables": {'),
    "db upgrade": (1, "this program's schema already"),
    "db grant": (2, "An SQLite file has no logins of its own"),
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
    assert asked <= set(RIGHT_OF)
    assert names(ANYBODY) == FREE
    assert not FREE & set(RIGHT_OF)
    assert set(ROLES_WITH) == set(Right)


def may(role: Role, command: str) -> bool:
    try:
        require(Person(1, role, role, role, None, frozenset()), RIGHT_OF[command])
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize("actor", ROLE_OF)
def test_each_role_may_do_its_own_and_no_more(actor: str) -> None:
    asked = set(TREE) - FREE
    in_hand = names(IN_HAND)  # asked for by the client as well: see below
    assert {name for name in asked if may(ROLE_OF[actor], name)} == (ALLOWED[actor] | in_hand) & asked


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


def employ(location: Location) -> None:
    """One person of each role, one who is disabled, and client 1, who is not due in this century."""
    database, clock = open_database(location), SystemClock()
    with database.write() as session:
        for name, role in (*ROLE_OF.items(), ("gone", "admin")):
            add_user(session, NewUser(name, role), clock.now()).active = name != "gone"
        boss = find_person(session, "boss")
    add_client(Sitting(database, clock, boss), NewClient("Olena", "+380671112233"))
    with database.write() as session:
        session.exec(select(Task)).one().due_at = datetime(2100, 1, 1, tzinfo=UTC)
    database.close()


@pytest.fixture
def staffed(sqlite_desk: Callable[..., Location], tmp_path: Path) -> Location:
    """Such a desk."""
    return sqlite_desk(tmp_path, "staffed", employ)


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


@pytest.fixture
def desks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Who opened the desk, which opens no screen here; nor does an editor."""
    opened: list[str] = []

    def run_desk(desk: Desk) -> int:
        opened.append(desk.person.name)
        return 0

    monkeypatch.setattr("salesdesk.cli.launch._require_terminal", lambda: None)
    monkeypatch.setattr("screens.app.run_desk", run_desk)
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.chdir(tmp_path)  # where a backup is written
    return opened


@pytest.mark.parametrize("actor", ROLE_OF)
def test_who_may_use_a_command_has_its_work_done(
    actor: str, staffed: Location, files: dict[str, str], desks: list[str]
) -> None:
    assert set(DONE) == set(TREE) - FREE
    for name, (code, said) in DONE.items():
        if name not in ALLOWED[actor]:
            continue
        ran = run_here("--db", str(staffed), "--as", actor, "--json", *words_of(name, files))
        assert ran.code == code, (name, ran)
        assert said in (ran.err if code and not ran.out else ran.out), (name, ran)
    assert desks == [actor]
    assert denials(staffed) == []
    assert Path(files["clients export"]).exists() == ("clients export" in ALLOWED[actor])


@pytest.mark.parametrize("actor", ["a-manager", "gone"])
def test_every_command_asks_before_it_does_anything(
    actor: str, staffed: Location, files: dict[str, str], desks: list[str]
) -> None:
    before, refused = rows(staffed), sorted(set(TREE) - FREE - ALLOWED[actor])
    assert refused
    for name in refused:
        assert_refused(run_here("--db", str(staffed), "--as", actor, "--json", *words_of(name, files)), 3)
    about = dict.fromkeys(names(IN_HAND), "client 1") if actor == "a-manager" else {}
    assert denials(staffed) == [(actor, name, about.get(name, "")) for name in refused]
    assert rows(staffed) == before
    assert desks == []
    assert not Path(files["clients export"]).exists()


def test_who_was_refused_is_in_the_audit(either_desk: Run, desk_location: Location) -> None:
    either_desk("users", "add", "anna", "--role", "manager")
    either_desk("users", "add", "gone", "--role", "admin")
    either_desk("users", "disable", "gone")
    for actor in ("anna", "gone", "nobody"):
        assert_refused(either_desk("--as", actor, "users", "list"), 3, actor)
    assert denials(desk_location) == [("anna", "users list", ""), ("gone", "users list", ""), (None, "users list", "")]


def test_some_commands_need_nobody(staffed: Location, files: dict[str, str]) -> None:
    for name in sorted(names(ANYBODY) & set(TREE) - {"demo"}):
        assert run_here("--db", str(staffed), "--as", "nobody", *words_of(name, files)).code == 0


def test_a_manager_sees_the_client_in_hand(staffed: Location) -> None:
    database = open_database(staffed)
    with database.write() as session:
        task = session.exec(select(Task)).one()
        task.claimed_by = session.exec(select(User.id).where(User.name == "a-manager")).one()
        task.claimed_until = SystemClock().now() + timedelta(minutes=5)
    database.close()
    for name in ("clients show", "task why"):
        assert run_here("--db", str(staffed), "--as", "a-manager", *name.split(), "1").code == 0
        assert_refused(run_here("--db", str(staffed), "--as", "a-manager", *name.split(), "2"), 3, "in hand only")
    phone = ("--db", str(staffed), "--as", "a-manager", "clients", "phone")
    assert_refused(run_here(*phone, "2", "no number"), 3, "in hand only")
    assert run_here(*phone, "1", "+380671112233", "--bad").code == 0


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
    said = {"name": "boss", "role": "admin", "active": False, "label": "boss"}
    assert done.json == [{**said, "pools": [], "hours": None}]
    assert_refused(either_desk("users", "list"), 3, '"boss" is disabled')
    assert_refused(either_desk("--as", "olha", "users", "disable", "boss"), 1, "disabled already")
    assert either_desk("--as", "olha", "users", "enable", "boss", "--json").json[0]["active"] is True
    assert_refused(either_desk("users", "enable", "boss"), 1, "not disabled")
