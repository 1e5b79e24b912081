"""Passwords: who is let in, what guessing costs, and what the answer gives away."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from salesdesk.access import audit, passwords
from salesdesk.access.passwords import FREE_TRIES, set_password, sign_in_by_password
from salesdesk.access.people import NewUser, Person, add_user, find_person
from salesdesk.access.rights import Refusal
from salesdesk.access.signin import Proof, sign_in
from salesdesk.access.sitting import Sitting
from salesdesk.cli.frame.asking import new_password
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import User
from tests.support.clock import StillClock
from tests.support.command_line import Ran, assert_refused, program_environment, run_here

RIGHT, WRONG = "correct horse battery", "incorrect horse battery"
NOBODYS_UID = 54_321


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost a thousandth: what is tested is not how long they take."""
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


def person(database: Database, name: str) -> Person:
    with database.read() as session:
        return find_person(session, name)


def hash_of(database: Database, name: str) -> str | None:
    """Asked for by name: a process with a bounded login reads people without it."""
    with database.read() as session:
        return session.exec(select(User.password_hash).where(User.name == name)).one()


def row(database: Database, name: str) -> User:
    with database.read() as session:
        return session.exec(select(User).where(User.name == name)).one()


@pytest.fixture
def anna(database: Database, clock: StillClock) -> Person:
    with database.write() as session:
        add_user(session, NewUser("anna", "manager"), clock.now())
    found = person(database, "anna")
    assert set_password(Sitting(database, clock, found), RIGHT) == "anna"
    return found


def refused(database: Database, clock: StillClock, name: str, password: str) -> Refusal:
    with pytest.raises(Refusal) as fault:
        sign_in_by_password(database, clock, name, password)
    return fault.value


def test_the_right_password_lets_in_and_is_stored_as_a_hash(
    database: Database, clock: StillClock, anna: Person
) -> None:
    assert sign_in_by_password(database, clock, "anna", RIGHT) == anna
    stored = hash_of(database, "anna") or ""
    assert stored.startswith("$argon2id$v=19$")
    assert RIGHT not in stored


def test_the_real_parameters_are_those_of_the_rfc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert passwords._hasher().hash(RIGHT).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert not passwords._fits(passwords._dummy(), RIGHT)


def test_the_refusal_is_the_same_whatever_was_wrong(database: Database, clock: StillClock, anna: Person) -> None:
    answers = {str(refused(database, clock, name, WRONG)) for name in ("anna", "nobody", "boss")}  # boss has none
    for _ in range(FREE_TRIES):
        refused(database, clock, "anna", WRONG)
    answers.add(str(refused(database, clock, "anna", RIGHT)))
    assert len(answers) == 1


def test_five_wrong_ones_lock_and_the_lock_doubles_to_a_quarter_of_an_hour(
    database: Database, clock: StillClock, anna: Person
) -> None:
    for _ in range(FREE_TRIES):
        assert row(database, "anna").locked_until is None
        refused(database, clock, "anna", WRONG)
    locks = []
    for _ in range(8):
        until = row(database, "anna").locked_until
        assert until is not None
        locks.append((until - clock.now()).total_seconds())
        refused(database, clock, "anna", WRONG)  # while it lasts: not counted
        assert row(database, "anna").locked_until == until
        clock.at = until - timedelta(microseconds=1)
        refused(database, clock, "anna", RIGHT)
        clock.at = until
        refused(database, clock, "anna", WRONG)
    assert locks == [30, 60, 120, 240, 480, 900, 900, 900]
    clock.forward(minutes=15)
    assert sign_in_by_password(database, clock, "anna", RIGHT) == anna
    assert (row(database, "anna").failed_logins, row(database, "anna").locked_until) == (0, None)


def test_a_lock_that_came_while_a_guess_was_checked_holds(
    database: Database, clock: StillClock, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = passwords._fits

    def slowly(hashed: str, password: str) -> bool:
        right = fits(hashed, password)
        monkeypatch.setattr(passwords, "_fits", fits)
        for _ in range(FREE_TRIES):
            refused(database, clock, "anna", WRONG)
        return right

    monkeypatch.setattr(passwords, "_fits", slowly)
    refused(database, clock, "anna", RIGHT)


def test_a_hash_of_older_parameters_is_renewed(
    database: Database, clock: StillClock, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = hash_of(database, "anna")
    newer = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: newer)
    sign_in_by_password(database, clock, "anna", RIGHT)
    after = hash_of(database, "anna")
    assert after != before
    assert not newer.check_needs_rehash(after or "")
    sign_in_by_password(database, clock, "anna", RIGHT)
    assert hash_of(database, "anna") == after


@pytest.mark.parametrize("damaged", ["", "not a hash", "$argon2id$v=19$m=64,t=1,p=1$AAAA"])
def test_a_damaged_hash_lets_nobody_in(database: Database, clock: StillClock, anna: Person, damaged: str) -> None:
    with database.write() as session:
        session.get_one(User, anna.id).password_hash = damaged
    refused(database, clock, "anna", RIGHT)


def test_who_sets_whose(database: Database, clock: StillClock, anna: Person) -> None:
    boss = person(database, "boss")
    with pytest.raises(Refusal, match="their own password only"):
        set_password(Sitting(database, clock, anna), RIGHT, "boss")
    with pytest.raises(NothingToDo, match="ghost"):
        set_password(Sitting(database, clock, boss), RIGHT, "ghost")
    with pytest.raises(BadRequest, match="9 characters"):
        set_password(Sitting(database, clock, anna), "a" * 9)
    refused(database, clock, "anna", WRONG)
    assert set_password(Sitting(database, clock, boss), "another long one", "anna") == "anna"
    assert row(database, "anna").failed_logins == 0
    assert sign_in_by_password(database, clock, "anna", "another long one") == anna
    with database.read() as session:
        done = [(e.actor, e.row.action, e.row.object, e.row.detail) for e in audit.entries(session)]
    assert done[-1] == ("boss", "users.password", f"user {anna.id}", {})


def test_a_disabled_person_is_told_so_with_the_right_password_only(
    database: Database, clock: StillClock, anna: Person
) -> None:
    with database.write() as session:
        session.get_one(User, anna.id).active = False
    assert "disabled" not in str(refused(database, clock, "anna", WRONG))
    with pytest.raises(NotAllowed, match="disabled"):
        sign_in_by_password(database, clock, "anna", RIGHT)


def test_only_whom_the_login_does_not_name_is_asked(
    sqlite_database: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_database.write() as session:
        add_user(session, NewUser("anna", "manager"), clock.now())
        add_user(session, NewUser("guest", "manager", os_login=f"uid{NOBODYS_UID + 1}"), clock.now())
    set_password(Sitting(sqlite_database, clock, person(sqlite_database, "anna")), RIGHT)
    asked: list[str] = []
    proof = Proof(clock, lambda: asked.append("password") or RIGHT)  # type: ignore[func-returns-value]
    assert sign_in(sqlite_database, "anna", proof).name == "anna"  # the owner
    monkeypatch.setattr(os, "getuid", lambda: NOBODYS_UID + 1)
    with pytest.raises(NotAllowed, match='signed in as "guest"'):
        sign_in(sqlite_database, "anna", proof)
    monkeypatch.setattr(os, "getuid", lambda: NOBODYS_UID)
    with pytest.raises(NotAllowed, match="belongs to nobody"):
        sign_in(sqlite_database, None, proof)
    assert asked == []
    assert sign_in(sqlite_database, "anna", proof).name == "anna"
    assert asked == ["password"]


def test_passwords_through_the_command_line(
    sqlite_desk: Callable[[Path], Location], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = str(sqlite_desk(tmp_path).path)

    def said(*words: str, typed: str) -> Ran:
        return run_here("--db", place, *words, typed=typed)

    assert run_here("--db", place, "--as", "boss", "users", "add", "anna", "--role", "manager").code == 0
    set_it = said("--as", "boss", "users", "password", "anna", "--password-stdin", "--json", typed=f"{RIGHT}\n")
    assert set_it.json == {"name": "anna"}
    assert_refused(said("--as", "boss", "users", "password", "anna", typed=RIGHT), 2, "--password-stdin")
    assert_refused(said("--as", "boss", "users", "password", "--password-stdin", typed="short\n"), 2, "5 characters")
    monkeypatch.setattr(os, "getuid", lambda: NOBODYS_UID)
    assert_refused(said("--as", "anna", "kpi", typed=""), 3, "belongs to nobody", "--password-stdin")
    assert_refused(said("--as", "anna", "kpi", "--password-stdin", typed="\n"), 2, "no password")
    assert_refused(said("--as", "anna", "kpi", "--password-stdin", typed=f"{WRONG}\n"), 3, "or the password is wrong")
    assert said("--password-stdin", "--as", "anna", "kpi", "--json", typed=f"{RIGHT}\n").json["team"]["calls"] == 0
    both = f"{RIGHT}\na new and longer one\n"
    assert said("--as", "anna", "users", "password", "--password-stdin", typed=both).code == 0
    assert said("--as", "anna", "kpi", "--password-stdin", typed="a new and longer one\n").code == 0
    monkeypatch.undo()
    rows = run_here("--db", place, "--as", "boss", "audit", "--json").json
    denied = [(r["actor"], r["os_login"], r["object"], r["detail"]) for r in rows if r["action"] == "denied"]
    login = f"uid{NOBODYS_UID}"
    assert denied == [(None, login, "", {"command": "kpi"}), (None, login, "user 2", {"command": "kpi"})]
    assert not {RIGHT, WRONG} & set(str(rows).split("'"))


def test_a_new_password_is_typed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([RIGHT, RIGHT, RIGHT, WRONG])
    monkeypatch.setattr("salesdesk.cli.frame.asking.can_ask", lambda _: True)
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert new_password(stdin=False) == RIGHT
    with pytest.raises(BadRequest, match="differ"):
        new_password(stdin=False)


def test_signing_in_without_a_password_does_not_load_the_hasher(
    sqlite_desk: Callable[[Path], Location], tmp_path: Path
) -> None:
    code = "import sys; from salesdesk.cli.main import app; app(standalone_mode=False); print('argon2' in sys.modules)"
    words = ["--db", str(sqlite_desk(tmp_path).path), "--as", "boss", "users", "list"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, check=True, text=True, env=program_environment()
    )
    assert done.stdout.splitlines()[-1] == "False"
