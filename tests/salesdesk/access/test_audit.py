"""The chain of audit rows shows every row that was changed, put in or taken out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from salesdesk.access.audit import append, verify
from salesdesk.access.os_login import os_login
from salesdesk.access.people import Person, find_person
from salesdesk.storage.database import Database
from salesdesk.storage.models import Audit
from tests.support.clock import StillClock


@pytest.fixture
def boss(database: Database) -> Person:
    with database.read() as session:
        return find_person(session, "boss")


@pytest.fixture
def five(database: Database, boss: Person, clock: StillClock) -> None:
    """Five rows of one chain."""
    for number in range(1, 6):
        with database.write() as session:
            append(
                session,
                boss,
                "rules.apply",
                f"version {number}",
                {"note": "чому", "n": [1, None]},
                clock.forward(seconds=1),
            )


def found(database: Database) -> int | None:
    with database.read() as session:
        return verify(session)


def test_an_empty_and_a_sound_chain(database: Database, boss: Person, clock: StillClock) -> None:
    assert found(database) is None
    with database.write() as session:
        first = append(session, boss, "users.add", "olha", {"b": 1, "a": {"z": None}}, clock.now())
        second = append(session, boss, "users.disable", "olha", {}, clock.now())
    assert (first.actor_id, first.os_login, first.previous) == (boss.id, os_login(), "")
    assert second.previous == first.digest
    assert len(second.digest) == 64
    assert found(database) is None


def unguard(database: Database) -> None:
    """Take away what refuses changes, as whoever owns the storage could."""
    guards = ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete")
    with database.write() as session:
        for guard in guards if database.is_sqlite else ("ALTER TABLE audit DISABLE TRIGGER USER",):
            session.connection().execute(text(guard))


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        ("UPDATE audit SET object = 'version 9' WHERE id = 3", 3),
        ('UPDATE audit SET detail = \'{"note": "other"}\' WHERE id = 2', 2),
        ("UPDATE audit SET actor_id = NULL WHERE id = 5", 5),
        ("UPDATE audit SET os_login = 'somebody' WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("DELETE FROM audit WHERE id = 3", 4),
        ("UPDATE audit SET digest = 'a' WHERE id = 4", 4),
    ],
)
def test_tampering_is_found_at_its_row(database: Database, five: None, damage: str, broken: int) -> None:
    assert found(database) is None
    unguard(database)
    with database.write() as session:
        session.connection().execute(text(damage.replace(":", r"\:")))
    assert found(database) == broken


def test_a_moved_time_is_found(database: Database, five: None) -> None:
    unguard(database)
    with database.write() as session:
        session.get_one(Audit, 2).at += timedelta(microseconds=1)
    assert found(database) == 2


def test_a_row_goes_with_its_act(database: Database, boss: Person, clock: StillClock) -> None:
    def fail() -> None:
        with database.write() as session:
            append(session, boss, "rules.apply", "version 2", {}, clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as session:
        assert session.exec(select(Audit.id)).all() == []


def test_the_chain_does_not_fork_however_many_write(database: Database, boss: Person, clock: StillClock) -> None:
    def write(number: int) -> None:
        with database.write() as session:
            append(session, boss, "users.add", f"user {number}", {}, clock.now())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert found(database) is None
    with database.read() as session:
        rows = session.exec(select(Audit).order_by(col(Audit.id))).all()
    assert len({row.previous for row in rows}) == 40
