"""The unit of work on both engines: what is kept, what is refused, and how a fault is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session, col, select

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Claim, Deal, Setting, Task, User, key_of
from salesdesk.work.views import Handed
from tests.support.clock import NOON

Arrive = Callable[..., int]
Hire = Callable[..., Desk]


def copy_of(row: Any, **changes: object) -> Any:
    """A new row like another one, to be refused or not."""
    return type(row)(**(row.model_dump(exclude={"id"}) | changes))


def runs(statement: str) -> Callable[[Session], object]:
    """The change that a bare statement makes."""
    return lambda session: session.connection().execute(text(statement))


def write(database: Database, change: Callable[[Session], object]) -> None:
    """A transaction that leaves a trace before it makes a change."""
    with database.write() as session:
        session.add(Setting(name="trace", value="of the change"))
        session.flush()
        change(session)


def refused(database: Database, change: Callable[[Session], object], constraint: str) -> None:
    """Check that the database itself refuses a change, and keeps nothing of it."""
    with pytest.raises(IntegrityError) as fault:
        write(database, change)
    assert constraint in str(fault.value.orig) or database.is_sqlite
    with database.read() as session:
        assert session.get(Setting, "trace") is None


# SQLite's recipe.


def test_every_sqlite_connection_has_the_recipe(sqlite_database: Database) -> None:
    connections = [sqlite_database.engine.connect() for _ in range(3)]
    for connection in connections:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() > 0
        connection.close()


def test_a_writer_waits_its_turn_and_then_says_that_the_database_is_locked(sqlite_database: Database) -> None:
    hasty = Database(sqlite_database.location, lock_seconds=0.3)
    with sqlite_database.write() as session:
        session.connection()
        started = time.monotonic()
        with pytest.raises(StorageError, match="is locked by another program"), hasty.write() as second:
            second.connection()
        assert time.monotonic() - started >= 0.3
    with hasty.write() as session:
        session.add(Setting(name="later", value="works"))
    hasty.close()


def test_readers_do_not_wait_for_a_writer(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        session.add(Setting(name="unseen", value="until it is committed"))
        session.flush()
        with sqlite_database.read() as reader:
            assert reader.get(Setting, "unseen") is None


def test_a_reader_sees_one_state(database: Database) -> None:
    """On SQLite that of its first statement; PostgreSQL shows each statement what is committed by then."""
    with database.read() as reader:
        assert reader.get(Setting, "new") is None
        with database.write() as session:
            session.add(Setting(name="new", value=""))
        assert (reader.get(Setting, "new") is None) == database.is_sqlite


# One transaction.


def test_a_fault_leaves_nothing_of_its_transaction(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        write(database, lambda _: 1 / 0)
    with database.read() as session:
        assert session.get(Setting, "trace") is None


def test_what_a_reader_adds_is_not_kept(database: Database) -> None:
    with database.read() as session:
        session.add(Setting(name="stray", value=""))
        session.flush()
    with database.read() as session:
        assert session.get(Setting, "stray") is None


# Times.


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 11, 23, 10, 0, 0, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-11))),
    ],
)
def test_an_instant_comes_back_in_utc_to_the_microsecond(database: Database, instant: datetime) -> None:
    with database.write() as session:
        session.add(User(name="timed", label="Timed", role="manager", created_at=instant))
    with database.read() as session:
        found = session.exec(select(User.created_at).where(User.name == "timed")).one()
        assert session.exec(select(User.name).where(User.created_at == instant)).one() == "timed"
    assert found == instant
    assert found.tzinfo is UTC


def test_a_naive_time_is_refused(database: Database) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError, match="naive time"), database.write() as session:
        session.add(User(name="naive", label="Naive", role="manager", created_at=naive))
    with pytest.raises(StatementError, match="naive time"), database.read() as session:
        session.exec(select(User).where(User.created_at < naive)).all()


# What the database refuses whatever the program does.


def test_a_client_has_one_open_task_and_one_open_deal(database: Database, arrive: Arrive) -> None:
    arrive()
    with database.read() as session:
        task, deal = session.exec(select(Task)).one(), session.exec(select(Deal)).one()
    refused(database, lambda session: session.add(copy_of(task)), "uq_task_open_per_client")
    refused(database, lambda session: session.add(copy_of(deal)), "uq_deal_open_per_client")
    with database.write() as session:
        session.add(copy_of(task, closed_at=NOON, closed_by="undo"))
        session.add(copy_of(deal, closed_at=NOON))


def test_a_person_holds_one_client(database: Database, hire: Hire, arrive: Arrive) -> None:
    anna = hire("anna")
    arrive("A"), arrive("B")
    anna.next_task()
    hold = update(Task).where(col(Task.claimed_by).is_(None)).values(claimed_by=anna.person.id, claimed_until=NOON)
    refused(database, lambda session: session.connection().execute(hold), "uq_task_claimed_by")


def test_a_claim_has_one_attempt_and_an_attempt_its_rows(database: Database, hire: Hire, arrive: Arrive) -> None:
    anna = hire("anna")
    arrive()
    anna.next_task()
    anna.record_outcome(Said("interested"))
    with database.read() as session:
        attempt = session.exec(select(Attempt)).one()
    refused(database, lambda session: session.add(copy_of(attempt)), "uq_attempt_claim_id")
    for column in ("claim_id", "client_id", "deal_id", "user_id", "task_id", "next_task_id", "rules_version"):
        refused(database, runs(f"UPDATE attempt SET {column} = 99"), f"fk_attempt_{column}")
    for table in ("client", "task", "deal", "claim", "user_account", "rule_version"):
        refused(database, runs(f"DELETE FROM {table}"), "fk_")


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"closed_at": NOON, "closed_by": "outcome"}, "ck_task_closed_unclaimed"),
        ({"closed_at": NOON, "claimed_by": None, "claimed_until": None}, "ck_task_closed"),
        ({"closed_by": "outcome"}, "ck_task_closed"),
        ({"claimed_by": None}, "ck_task_claimed"),
        ({"claimed_until": None}, "ck_task_claimed"),
        ({"agreed_wall": "2026-11-24T07:00"}, "ck_task_agreed"),
        ({"feed": "whim"}, "ck_task_feed"),
        ({"closed_at": NOON, "closed_by": "hand", "claimed_by": None, "claimed_until": None}, "ck_task_closed_by"),
        ({"client_id": 99}, "fk_task_client_id"),
        ({"deal_id": 99}, "fk_task_deal_id"),
        ({"area_id": 99}, "fk_task_area_id"),
        ({"assignee_id": 99}, "fk_task_assignee_id"),
    ],
)
def test_a_task_is_never_in_two_minds(
    database: Database, hire: Hire, arrive: Arrive, values: dict[str, object], constraint: str
) -> None:
    anna = hire("anna")
    arrive()
    assert isinstance(anna.next_task(), Handed)
    refused(database, lambda session: session.connection().execute(update(Task).values(**values)), constraint)


def test_a_claim_names_a_task_and_a_person(database: Database, arrive: Arrive) -> None:
    client = arrive()
    with database.read() as session:
        task = key_of(session.exec(select(Task).where(Task.client_id == client)).one())
    refused(database, lambda session: session.add(Claim(task_id=99, user_id=1, taken_at=NOON)), "fk_claim_task_id")
    refused(database, lambda session: session.add(Claim(task_id=task, user_id=99, taken_at=NOON)), "fk_claim_user_id")
