"""Time moves statuses, on both engines: once each, never a promise, whoever runs the triggers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, func, select

from rules.zonetime import to_local
from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client, Deal, Import, Task
from salesdesk.upkeep.health import check_storage
from salesdesk.work.rulebook import current
from salesdesk.work.triggers import BATCH, run_triggers
from salesdesk.work.views import Handed, NothingDue
from tests.support.clock import StillClock, in_words
from tests.support.rule_texts import changed_preset, put_in_force, trigger

Hire = Callable[..., Desk]
Arrive = Callable[..., int]

MOVE = trigger("new", "7d", 'status = "in-work", task = "call"')
CALL = trigger("new", "7d", 'task = "call"')
END = trigger("new", "7d", 'status = "archive"')
TICKER = "tests.support.ticker"


@pytest.fixture
def rule(database: Database) -> Callable[..., None]:
    """Puts triggers in force."""
    return lambda *triggers: put_in_force(database, changed_preset(add="".join(triggers)))


@pytest.fixture
def arrive_many(database: Database, clock: StillClock) -> Callable[[int], None]:
    """Adds many clients at once."""
    numbers = iter(range(10_000, 99_999))

    def add(count: int) -> None:
        cells = [{"name": ["Many"], "phone": [f"+38050{next(numbers):07d}"]} for _ in range(count)]
        drafts = [draft_from_row(row, {}, country="UA", at=clock.now()) for row in cells]
        with database.write() as session:
            add_clients(session, drafts, Arrival(current(session), clock.now(), "planned"))

    return add


def open_task(session: Session, client_id: int) -> Task:
    return session.exec(select(Task).where(Task.client_id == client_id, Task.closed_at == None)).one()  # noqa: E711


def closed_by(database: Database, client_id: int) -> list[str | None]:
    """What closed each task of the client, oldest first; ``None`` for an open one."""
    with database.read() as session:
        return list(session.exec(select(Task.closed_by).where(Task.client_id == client_id).order_by(Task.id)))  # type: ignore[arg-type]


def test_a_silent_client_moves_once_and_gets_its_task(
    database: Database, rule: Callable[..., None], arrive: Arrive, clock: StillClock
) -> None:
    rule(MOVE)
    client_id = arrive()
    clock.forward(days=7, seconds=-1)
    assert run_triggers(database, clock) == 0
    clock.forward(seconds=1)
    assert run_triggers(database, clock) == 1
    assert run_triggers(database, clock) == 0
    with database.read() as session:
        client, task = session.get_one(Client, client_id), open_task(session, client_id)
        deal = session.exec(select(Deal)).one()
        assert (client.status, client.touched_at, deal.status, deal.closed_at) == (
            "in-work",
            clock.now(),
            "in-work",
            None,
        )
        assert (task.kind, task.feed, task.due_at, task.created_at) == ("call", "planned", clock.now(), clock.now())
        assert in_words(task.because)[:2] == ['silent for 1w in "New"', 'status "In work"']
    assert closed_by(database, client_id) == ["trigger", None]
    assert check_storage(database, clock).faults == ()


def test_days_of_silence_are_local_days(
    database: Database, rule: Callable[..., None], arrive: Arrive, clock: StillClock
) -> None:
    """Europe moved its clocks forward on 28 March 2027: seven days are an hour shorter."""
    rule(MOVE)
    clock.at = clock.at.replace(year=2027, month=3, day=25)
    arrive()
    clock.forward(days=7, hours=-1, seconds=-1)
    assert run_triggers(database, clock) == 0
    clock.forward(seconds=1)
    assert run_triggers(database, clock) == 1


def test_the_task_waits_for_the_call_window(
    database: Database, rule: Callable[..., None], arrive: Arrive, clock: StillClock
) -> None:
    rule(MOVE)
    clock.at = clock.at.replace(hour=20)  # 22:00 in Kyiv
    client_id = arrive()
    clock.forward(days=7)
    assert run_triggers(database, clock) == 1
    with database.read() as session:
        task = open_task(session, client_id)
        assert task.wanted_at == clock.now()
        assert to_local(task.due_at, "Europe/Kyiv").strftime("%d %H:%M") == "01 09:00"


def test_a_call_ends_the_silence(
    database: Database, rule: Callable[..., None], hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    rule(MOVE)
    anna = hire("anna")
    arrive()
    clock.forward(days=5)
    anna.next_task()
    anna.record_outcome(Said("no-answer", "busy"))
    clock.forward(days=5)
    assert run_triggers(database, clock) == 0
    clock.forward(days=2)
    assert run_triggers(database, clock) == 1


def test_a_final_status_ends_the_deal_and_opens_no_task(
    database: Database, rule: Callable[..., None], arrive: Arrive, clock: StillClock
) -> None:
    rule(END)
    client_id = arrive()
    clock.forward(days=8)
    assert run_triggers(database, clock) == 1
    assert closed_by(database, client_id) == ["trigger"]
    with database.read() as session:
        deal = session.exec(select(Deal)).one()
        assert (session.get_one(Client, client_id).status, deal.status, deal.closed_at) == (
            "archive",
            "archive",
            clock.now(),
        )
    assert run_triggers(database, clock) == 0
    assert check_storage(database, clock).faults == ()


def test_a_task_that_nobody_gets_round_to_is_not_planned_again(
    database: Database, rule: Callable[..., None], hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    rule(CALL)
    anna, client_id = hire("anna"), arrive()
    for _ in range(3):
        clock.forward(days=7)
        run_triggers(database, clock)
    assert closed_by(database, client_id) == ["trigger", None]
    anna.next_task()
    anna.record_outcome(Said("no-answer", "busy"))
    clock.forward(days=7)
    assert run_triggers(database, clock) == 1
    assert closed_by(database, client_id) == ["trigger", "outcome", "trigger", None]


def test_a_longer_silence_in_the_same_status_counts_from_the_last_touch(
    database: Database, rule: Callable[..., None], arrive: Arrive, clock: StillClock
) -> None:
    rule(CALL, trigger("new", "10d", 'status = "archive"'))
    client_id = arrive()
    clock.forward(days=7)
    assert run_triggers(database, clock) == 1
    clock.forward(days=2)
    assert run_triggers(database, clock) == 0
    clock.forward(days=1)
    assert run_triggers(database, clock) == 1
    assert closed_by(database, client_id) == ["trigger", "trigger"]


def test_a_client_for_whom_a_trigger_fired_obeys_a_later_version(
    database: Database, rule: Callable[..., None], arrive: Arrive, clock: StillClock
) -> None:
    rule(CALL)
    client_id = arrive()
    clock.forward(days=7)
    assert run_triggers(database, clock) == 1
    rule(trigger("new", "10d", 'status = "archive"'))
    clock.forward(days=3, seconds=-1)
    assert run_triggers(database, clock) == 0
    clock.forward(seconds=1)
    assert run_triggers(database, clock) == 1
    assert closed_by(database, client_id) == ["trigger", "trigger"]


def test_a_moved_client_begins_a_new_silence(
    database: Database, rule: Callable[..., None], arrive: Arrive, clock: StillClock
) -> None:
    rule(MOVE, trigger("in-work", "7d", 'status = "archive"'))
    client_id = arrive()
    statuses = []
    for _ in range(3):
        clock.forward(days=7)
        run_triggers(database, clock)
        with database.read() as session:
            statuses.append(session.get_one(Client, client_id).status)
    assert statuses == ["in-work", "archive", "archive"]


def test_the_task_goes_to_whom_the_trigger_names(
    database: Database, rule: Callable[..., None], hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    rule(trigger("new", "7d", 'task = "call", to = "owner"'))
    anna = hire("anna")
    owned, nobodys = arrive(owner="anna"), arrive()
    clock.forward(days=7)
    assert run_triggers(database, clock) == 2
    with database.read() as session:
        assert open_task(session, owned).assignee_id == anna.person.id
        assert open_task(session, nobodys).assignee_id is None


@pytest.mark.parametrize("days", [1, 9])
def test_a_promise_is_never_replaced(
    database: Database, rule: Callable[..., None], hire: Hire, arrive: Arrive, clock: StillClock, *, days: int
) -> None:
    """Neither one to come nor one that is overdue: it comes first in the feed anyway."""
    rule(trigger("new", "2d", 'status = "archive"'))
    anna, client_id = hire("anna"), arrive()
    anna.next_task()
    anna.record_outcome(Said("call-back", at="+5d"))
    clock.forward(days=2 + days)
    assert run_triggers(database, clock) == 0
    assert closed_by(database, client_id) == ["outcome", None]


def test_a_client_in_hand_is_left_alone_until_the_lease_ends(
    database: Database, rule: Callable[..., None], hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    rule(MOVE)
    anna = hire("anna")
    client_id = arrive()
    clock.forward(days=7)
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    assert run_triggers(database, clock) == 0
    with database.write() as session:
        open_task(session, client_id).claimed_until = clock.now() - timedelta(days=365)
    assert run_triggers(database, clock) == 1
    with pytest.raises(NothingToDo, match="nobody has the client now"):
        anna.record_outcome(Said("interested"), handed.claim)


def test_clients_of_an_unfinished_import_are_left_alone(
    database: Database, rule: Callable[..., None], hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    rule(MOVE)
    boss, client_id = hire("olha", "lead"), arrive()
    with database.write() as session:
        row = Import(file_name="x.csv", user_id=boss.person.id, started_at=clock.now())
        session.add(row)
        session.flush()
        session.get_one(Client, client_id).import_id = open_task(session, client_id).import_id = row.id
    clock.forward(days=7)
    assert run_triggers(database, clock) == 0
    with database.write() as session:
        session.exec(select(Import)).one().finished_at = clock.now()
    assert run_triggers(database, clock) == 1


def test_a_limit_is_kept_and_the_rest_comes_next(
    database: Database, rule: Callable[..., None], arrive: Arrive, clock: StillClock
) -> None:
    rule(MOVE)
    clients = [arrive(f"Client {number}") for number in range(BATCH + 5)]
    clock.forward(days=7)
    assert [run_triggers(database, clock, limit=BATCH + 2) for _ in range(3)] == [BATCH + 2, 3, 0]
    assert all(closed_by(database, client) == ["trigger", None] for client in clients)


def test_without_triggers_nothing_happens(database: Database, arrive: Arrive, clock: StillClock) -> None:
    arrive()
    clock.forward(days=400)
    assert run_triggers(database, clock) == 0


def test_processes_at_once_move_each_client_once(
    database: Database, rule: Callable[..., None], arrive: Arrive, clock: StillClock
) -> None:
    rule(MOVE)
    clients = [arrive(f"Client {number}") for number in range(5 * BATCH)]
    where = database.location.url or str(database.location.path)
    clock.forward(days=8)
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", TICKER, where, clock.now().isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=60) for process in processes]
    assert [(process.returncode, err) for process, (_, err) in zip(processes, ended, strict=True)] == [(0, "")] * 4
    assert sum(int(out) for out, _ in ended) == len(clients)
    with database.read() as session:
        by_trigger = select(func.count()).where(Task.closed_by == "trigger")
        assert session.exec(by_trigger).one() == len(clients)
    assert check_storage(database, clock).faults == ()


def test_an_idle_desk_runs_them_at_most_once_a_minute(
    database: Database, rule: Callable[..., None], hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    rule(MOVE)
    anna = hire("anna")
    assert not anna.look()
    first = arrive("First")
    with database.write() as session:
        open_task(session, first).due_at = clock.now() + timedelta(days=60)
        session.get_one(Client, first).touched_at = clock.now() - timedelta(days=8)
    clock.forward(seconds=59)
    assert not anna.look()
    clock.forward(seconds=1)
    assert anna.look()
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    assert 'silent for 1w in "New"' in handed.because


def test_an_idle_desk_with_much_to_move_goes_on_at_its_next_look(
    database: Database, rule: Callable[..., None], hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    rule(END)
    anna = hire("anna")
    for number in range(BATCH + 1):
        arrive(f"Client {number}")
    clock.forward(days=7)
    assert anna.look()
    assert not anna.look()
    assert isinstance(anna.next_task(), NothingDue)


def test_more_clients_than_a_page_holds(
    database: Database, rule: Callable[..., None], arrive_many: Callable[[int], None], clock: StillClock
) -> None:
    rule(END)
    arrive_many(510)
    clock.forward(days=7)
    assert [run_triggers(database, clock, limit=600) for _ in range(2)] == [510, 0]


def test_a_client_who_is_being_taken_at_this_very_moment_is_left_alone(
    database: Database, rule: Callable[..., None], hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    rule(MOVE)
    anna, client_id = hire("anna"), arrive()
    clock.forward(days=7)
    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            task = open_task(session, client_id)
            task.claimed_by, task.claimed_until = anna.person.id, clock.now() + timedelta(days=3650)
            session.flush()
            running = pool.submit(run_triggers, database, clock)
            if not database.is_sqlite:  # there it waits for this writer to end
                assert running.result(timeout=30) == 0
        assert running.result(timeout=30) == 0
    assert closed_by(database, client_id) == [None]
