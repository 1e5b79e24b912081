"""Transactions that PostgreSQL takes back for the sake of others are done again, and what is busy is said to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import StorageError
from salesdesk.storage.database import TRIES, Database, one_transaction
from salesdesk.storage.driver_faults import Clash
from salesdesk.storage.location import Location
from salesdesk.storage.models import Attempt, Client, Setting, Task
from salesdesk.storage.schema import open_database
from salesdesk.work.claims import Taking, claim_next, feed_now
from salesdesk.work.rulebook import current
from salesdesk.work.views import Handed, NothingDue
from tests.support.clock import StillClock

NAMES = ("first", "second")


@pytest.fixture
def postgres_base(postgres_desk: Location) -> Iterator[Database]:
    """A fresh desk on PostgreSQL with two rows to fight for."""
    database = open_database(postgres_desk)
    with database.write() as session:
        session.add_all([Setting(name=name, value="0") for name in NAMES])
    yield database
    database.close()


def run(session: Session, statement: str) -> None:
    session.connection().execute(text(statement))


def values(database: Database) -> list[str]:
    with database.read() as session:
        return [session.get_one(Setting, name).value for name in NAMES]


def test_of_two_who_wait_for_each_other_the_one_who_is_sent_back_does_it_again(postgres_base: Database) -> None:
    both_have_one = Barrier(2)
    meet = [both_have_one.wait] * 2  # at the first try of each, and never again
    tries: list[str] = []

    @one_transaction
    def add_one(*names: str) -> None:
        with postgres_base.write() as session:
            run(session, "SET LOCAL deadlock_timeout = '50ms'")
            tries.append(names[0])
            for name in names:
                row = session.get_one(Setting, name, with_for_update=True)
                row.value = str(int(row.value) + 1)
                session.flush()
                if meet:
                    meet.pop()(30)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda names: add_one(*names), (NAMES, NAMES[::-1])))
    assert values(postgres_base) == ["2", "2"]
    assert len(tries) == 3, "one of them once, the other twice"


def test_a_row_that_was_changed_meanwhile_is_read_anew(postgres_base: Database) -> None:
    others = iter(["7"])

    @one_transaction
    def add_one() -> None:
        with postgres_base.write() as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            row = session.get_one(Setting, NAMES[0])
            for value in others:
                with postgres_base.write() as other:
                    other.get_one(Setting, NAMES[0]).value = value
            row.value = str(int(row.value) + 1)

    add_one()
    assert values(postgres_base) == ["8", "0"]


def test_who_clashes_every_time_is_told_that_it_is_busy(postgres_base: Database) -> None:
    tries: list[int] = []

    @one_transaction
    def clash() -> None:
        with postgres_base.write() as session:
            tries.append(len(tries))
            run(session, "DO $$ BEGIN RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001'; END $$")

    with pytest.raises(Clash, match="is busy: others were changing the same") as fault:
        clash()
    assert len(tries) == TRIES
    assert (fault.value.exit_code, fault.value.short) == (4, "The database is busy")


@pytest.mark.parametrize(
    ("statement", "words", "short"),
    [
        ("SET LOCAL statement_timeout = '10ms'; SELECT pg_sleep(60)", "is busy: it broke off", "The database is busy"),
        ("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40003'; END $$", "is busy", "The database is busy"),
        (
            "SET LOCAL lock_timeout = '10ms'; LOCK TABLE setting IN ACCESS EXCLUSIVE MODE",
            "is locked by another session",
            "The database is locked",
        ),
    ],
)
def test_what_may_be_half_done_or_takes_too_long_is_tried_once(
    postgres_base: Database, statement: str, words: str, short: str
) -> None:
    tries: list[str] = []

    @one_transaction
    def act() -> None:
        with postgres_base.read() as reader, postgres_base.write() as session:
            run(reader, "SELECT count(*) FROM setting")
            tries.append(statement)
            run(session, statement)

    with pytest.raises(StorageError, match=words) as fault:
        act()
    assert (len(tries), fault.value.exit_code, fault.value.short) == (1, 4, short)


def test_a_fault_of_another_kind_is_let_through_at_once(database: Database) -> None:
    tries: list[int] = []

    @one_transaction
    def fail() -> None:
        with database.write() as session:
            tries.append(len(tries))
            session.add(Setting(name="never", value=""))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(tries) == 1
    with database.read() as session:
        assert session.get(Setting, "never") is None


def waits_for_a_lock(session: Session) -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
    return bool(session.connection().execute(text(waiting)).scalar_one())


@pytest.mark.parametrize("desk_location", ["postgresql"], indirect=True)
def test_an_outcome_that_is_sent_back_for_the_sake_of_another_is_recorded_all_the_same(
    database: Database, hire: Callable[..., Desk], arrive: Callable[..., int]
) -> None:
    """The other locks client and task in the wrong order, and is the more patient of the two."""
    anna, client = hire("anna"), arrive()
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    with database.write() as session:
        name = session.connection().execute(text("SELECT current_database()")).scalar_one()
        run(session, f"ALTER DATABASE \"{name}\" SET deadlock_timeout = '3s'")
    database.engine.dispose()
    with ThreadPoolExecutor(1) as threads, database.write() as other:
        run(other, "SET LOCAL deadlock_timeout = '5min'; SET LOCAL lock_timeout = '5min'")
        other.get_one(Client, client, with_for_update=True)
        recording = threads.submit(anna.record_outcome, Said("interested"), handed.claim)
        while not waits_for_a_lock(other):
            assert not recording.done()
        other.exec(select(Task).where(Task.client_id == client).with_for_update()).all()
        other.commit()
        assert not recording.result(30).repeated
    with database.read() as session:
        assert len(session.exec(select(Attempt)).all()) == 1


# Ending the freshness of incoming tasks.


def stale_tasks(session: Session, clock: StillClock) -> list[Task]:
    query = select(Task).where(Task.feed == "incoming", col(Task.fresh_until) <= clock.now())
    return list(session.exec(query.order_by(col(Task.id))))


@pytest.mark.parametrize("desk_location", ["postgresql"], indirect=True)
def test_a_desk_waits_for_nobody_elses_stale_task(
    database: Database, hire: Callable[..., Desk], arrive: Callable[..., int], clock: StillClock
) -> None:
    """One is held, one is being changed; whoever takes the next touches neither, so two who do so never deadlock."""
    anna, ivan = hire("anna"), hire("ivan")
    for name in ("held", "locked", "left"):
        arrive(name, feed="incoming")
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    clock.forward(hours=3)
    with database.write() as session:
        run(session, "UPDATE task SET claimed_until = clock_timestamp() + interval '1 h' WHERE claimed_by IS NOT NULL")
    with database.write() as busy:
        held, locked, left = (task.id for task in stale_tasks(busy, clock))
        busy.exec(select(Task).where(col(Task.id).in_([held, locked])).with_for_update()).all()
        with database.write() as session:
            run(session, "SET LOCAL lock_timeout = '100ms'")
            taken = claim_next(Taking(database, session, ivan.person, current(session), clock.now()))
            assert taken is not None
            assert (taken.id, taken.feed) == (left, "planned")
        assert [task.id for task in stale_tasks(busy, clock)] == [held, locked]


def test_a_held_task_ends_its_freshness_when_it_is_let_go(
    database: Database, hire: Callable[..., Desk], arrive: Callable[..., int], clock: StillClock
) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive("held", feed="incoming")
    anna.next_task()
    clock.forward(hours=3)
    with database.write() as session:
        held = session.exec(select(Task)).one()
        held.claimed_until = clock.now() + timedelta(days=36500)  # by whose clock ever
    assert isinstance(ivan.next_task(), NothingDue)
    with database.read() as session:
        assert session.get_one(Task, held.id).feed == "incoming"
        assert feed_now(held, clock.now()) == "planned"
    again = anna.next_task()
    assert isinstance(again, Handed)
    assert (again.task.feed, again.because[0].partition(",")[0]) == ("planned", "feed planned")
    anna.release()
    handed = ivan.next_task()
    assert isinstance(handed, Handed)
    assert handed.task.feed == "planned"
    with database.read() as session:
        assert session.get_one(Task, held.id).feed == "planned"
