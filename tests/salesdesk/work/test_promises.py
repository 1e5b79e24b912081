"""Promises on both engines: who is fed them, when, before what; and that nothing but a call ever ends one."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from rules.model import FEEDS
from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.intake import NewClient, add_client
from salesdesk.desk.answer import PromiseOutside, Said
from salesdesk.desk.desk import Desk
from salesdesk.imports.importing import ImportReport, ImportRequest, import_clients
from salesdesk.kpi.figures import kpi
from salesdesk.rule_changes.replan import catch_up
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Client, Task, User
from salesdesk.work.claims import Taking, let_go
from salesdesk.work.rulebook import current
from salesdesk.work.triggers import run_triggers
from salesdesk.work.views import Handed, NothingDue, Recorded
from salesdesk.work.waiting import count_before
from tests.support.clock import NOON, StillClock, in_words
from tests.support.people import sitting
from tests.support.rule_texts import changed_preset, put_in_force, trigger

Hire = Callable[..., Desk]
Arrive = Callable[..., int]

GRACE = timedelta(minutes=10)  # promise_grace of the preset
MISS = Said("no-answer", "not-answering")


def taken(desk: Desk) -> Handed:
    handed = desk.next_task()
    assert isinstance(handed, Handed)
    return handed


def promised(desk: Desk, at: str, *, anyway: bool = False) -> Recorded:
    """Take the next client and agree to call back."""
    taken(desk)
    return desk.record_outcome(Said("call-back", at=at, anyway=anyway))


def open_task(database: Database, name: str = "Olena") -> Task:
    with database.read() as session:
        query = select(Task).join(Client, col(Client.id) == Task.client_id)
        return session.exec(query.where(Client.name == name, col(Task.closed_at).is_(None))).one()


@pytest.fixture
def two(hire: Hire, arrive: Arrive) -> tuple[Desk, Desk]:
    """Anna, who promised Olena a call at 14:00, and Ivan."""
    anna, ivan = hire("anna"), hire("ivan")
    arrive("Olena")
    promised(anna, "14:00")
    return anna, ivan


TWO = NOON + timedelta(hours=2)


def test_a_promise_is_kept_for_who_gave_it_until_the_grace_has_passed(
    two: tuple[Desk, Desk], clock: StillClock
) -> None:
    anna, ivan = two
    clock.at = TWO - timedelta(seconds=1)
    assert isinstance(anna.next_task(), NothingDue)
    for at in (TWO, TWO + GRACE - timedelta(seconds=1)):
        clock.at = at
        waiting = ivan.next_task()
        assert isinstance(waiting, NothingDue)
        assert waiting.next_due_at == TWO + GRACE
        assert taken(anna).client.name == "Olena"
        anna.release()
    clock.at = TWO + GRACE
    assert taken(ivan).client.name == "Olena"
    assert isinstance(anna.next_task(), NothingDue)


def test_nobody_else_gets_it_before_the_grace_while_its_giver_is_with_another_client(
    two: tuple[Desk, Desk], arrive: Arrive, clock: StillClock
) -> None:
    anna, ivan = two
    arrive("Petro")
    clock.at = TWO - timedelta(minutes=5)
    petro = taken(anna)
    assert petro.client.name == "Petro"
    clock.at = TWO
    assert anna.renew(petro.claim)
    clock.at = TWO + GRACE - timedelta(seconds=1)
    assert isinstance(ivan.next_task(), NothingDue)
    anna.record_outcome(Said("interested"))
    assert taken(anna).client.name == "Olena"


def test_a_grace_that_the_rules_change_is_the_one_that_holds(
    two: tuple[Desk, Desk], database: Database, clock: StillClock
) -> None:
    put_in_force(database, changed_preset(('promise_grace = "10m"', 'promise_grace = "1h"')))
    _, ivan = two
    clock.at = TWO + timedelta(minutes=59)
    assert isinstance(ivan.next_task(), NothingDue)
    clock.at = TWO + timedelta(hours=1)
    assert taken(ivan).client.name == "Olena"


def test_the_promise_of_somebody_who_was_disabled_is_anybodys_at_its_time(
    two: tuple[Desk, Desk], database: Database, clock: StillClock
) -> None:
    anna, ivan = two
    with database.write() as session:
        session.get_one(User, anna.person.id).active = False
    waiting = ivan.next_task()
    assert isinstance(waiting, NothingDue)
    assert waiting.next_due_at == TWO
    clock.at = TWO
    assert taken(ivan).client.name == "Olena"


def test_a_promise_comes_before_an_older_retry_and_an_older_newcomer(
    two: tuple[Desk, Desk], arrive: Arrive, database: Database, clock: StillClock
) -> None:
    anna, _ = two
    for name, feed in (("Retry", "retry"), ("Newcomer", "incoming"), ("Planned", "planned")):
        arrive(name)
        with database.write() as session:
            task = session.get_one(Task, open_task(database, name).id)
            task.feed, task.fresh_until = feed, TWO + GRACE if feed == "incoming" else None
    clock.at = TWO
    assert taken(anna).client.name == "Olena"


def test_ones_own_promise_comes_before_an_older_one_that_another_left(
    hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    """One person who is away does not make everybody else late."""
    anna, ivan = hire("anna"), hire("ivan")
    arrive("Ivan's"), arrive("Anna's")
    promised(ivan, "13:00")
    promised(anna, "13:15")
    clock.at = NOON + timedelta(minutes=75)
    assert taken(anna).client.name == "Anna's"
    anna.record_outcome(Said("interested"))
    assert taken(anna).client.name == "Ivan's"


@pytest.mark.parametrize("seed", range(4))
def test_whoever_asks_when_gets_what_the_rules_say(
    database: Database, hire: Hire, arrive: Arrive, clock: StillClock, seed: int
) -> None:
    """Random tasks of random people, asked for at random moments, against the rule in plain Python."""
    chance = random.Random(seed)
    desks = [hire("anna"), hire("ivan")]
    graces = {feed: GRACE if feed == "callback" else timedelta(hours=2) for feed in FEEDS}
    for number in range(14):
        arrive(f"Client {number}")
    with database.write() as session:
        for task in session.exec(select(Task)):
            task.feed = chance.choice(FEEDS)
            task.assignee_id = chance.choice([None, *(desk.person.id for desk in desks)])
            task.due_at = NOON + timedelta(minutes=chance.choice((0, 5, 10, 20, 60)))
            task.fresh_until = NOON + timedelta(days=1) if task.feed == "incoming" else None

    def expected(desk: Desk) -> list[int | None]:
        me, now = desk.person.id, clock.now()
        with database.read() as session:
            tasks = session.exec(select(Task).where(col(Task.closed_at).is_(None), col(Task.pool).is_(None))).all()
        mine = [
            task
            for task in tasks
            if task.due_at <= now and (task.assignee_id in (None, me) or task.due_at + graces[_feed(task)] <= now)
        ]
        rank = {feed: number for number, feed in enumerate(FEEDS)}
        own = {task.id: task.feed == "callback" and task.assignee_id == me for task in mine}
        mine.sort(key=lambda task: (rank[_feed(task)], not own[task.id], task.due_at, task.id))
        return [task.id for task in mine]

    for minutes in sorted(chance.choices(range(180), k=12)):
        clock.at = NOON + timedelta(minutes=minutes)
        desk = chance.choice(desks)
        wanted = expected(desk)
        with database.read() as session:
            taking = Taking(database, session, desk.person, current(session), clock.now())
            assert [count_before(taking, session.get_one(Task, key)) for key in wanted] == list(range(len(wanted)))
        handed = desk.next_task()
        assert (handed.task.id if isinstance(handed, Handed) else None) == (wanted[0] if wanted else None)
        if isinstance(handed, Handed):
            with database.write() as session:  # out of the way, as if it were called
                task = session.get_one(Task, handed.task.id)
                let_go(task)
                task.pool = "elsewhere"


def _feed(task: Task) -> Any:
    return task.feed


def test_a_promise_that_nobody_kept_is_no_miss(two: tuple[Desk, Desk], database: Database, clock: StillClock) -> None:
    """Neither days of silence nor other calling hours touch it; only a call does."""
    anna, _ = two
    put_in_force(
        database, changed_preset(('"09:00-20:00"', '"09:00-19:00"'), add=trigger("new", "1d", 'status = "archive"'))
    )
    clock.forward(days=9)
    assert run_triggers(database, clock) == 0
    catch_up(database, clock)
    task, handed = open_task(database), taken(anna)
    assert (handed.task.id, handed.task.feed, handed.client.misses) == (task.id, "callback", 0)
    assert (task.wanted_at, task.due_at, task.agreed_wall) == (TWO, TWO, "2026-11-23T14:00")
    done = anna.record_outcome(MISS)
    assert done.misses == 1
    assert open_task(database).feed == "retry"


def test_a_promise_outside_the_hours_keeps_its_time_and_is_fed_at_the_first_allowed_instant(
    hire: Hire, arrive: Arrive, database: Database, clock: StillClock
) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive("Olena")
    taken(anna)
    with pytest.raises(PromiseOutside):
        anna.record_outcome(Said("call-back", at="tomorrow 06:30"))
    anna.record_outcome(Said("call-back", at="tomorrow 06:30", anyway=True))
    nine = datetime.fromisoformat("2026-11-24T09:00:00+02:00")
    task = open_task(database)
    assert (task.agreed_wall, task.agreed_zone) == ("2026-11-24T06:30", "Europe/Kyiv")
    assert (task.wanted_at, task.due_at) == (nine - timedelta(hours=2.5), nine)
    clock.at = nine - timedelta(seconds=1)
    assert isinstance(anna.next_task(), NothingDue)
    clock.at = nine
    assert isinstance(ivan.next_task(), NothingDue)  # the grace counts from when it may be called
    assert taken(anna).client.name == "Olena"


# Times that clients asked for themselves.

Add = Callable[..., Any]
Bring = Callable[..., ImportReport]


@pytest.fixture
def add(database: Database, clock: StillClock) -> Add:
    """Takes in a client who arrives singly."""
    with database.read() as session:
        boss = find_person(session, "boss")
    return lambda **more: add_client(
        Sitting(database, clock, boss), NewClient("Olena", **{"phone": "0671234567"} | more)
    )


@pytest.fixture
def bring(database: Database, clock: StillClock, tmp_path: Path) -> Bring:
    """Imports these lines."""
    path = tmp_path / "clients.csv"
    with database.read() as session:
        boss = find_person(session, "boss")

    def run(*lines: str, **options: Any) -> ImportReport:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return import_clients(Sitting(database, clock, boss), ImportRequest(path, **options))

    return run


def test_a_preferred_time_is_their_owners_promise(add: Add, hire: Hire, database: Database, clock: StillClock) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    add(phone="+44 20 7946 0000", owner="anna", prefer="12:00")  # London is two hours behind Kyiv
    task = open_task(database)
    assert (task.kind, task.feed, task.assignee_id) == ("callback", "callback", anna.person.id)
    assert (task.due_at, task.agreed_wall, task.agreed_zone) == (TWO, "2026-11-23T12:00", "Europe/London")
    clock.at = TWO
    assert isinstance(ivan.next_task(), NothingDue)
    assert taken(anna).client.preferred == TWO
    anna.release()
    clock.at = TWO + GRACE
    assert taken(ivan).client.name == "Olena"


def test_a_preferred_time_of_nobodys_client_is_for_anyone_at_that_time(
    add: Add, hire: Hire, database: Database, clock: StillClock
) -> None:
    _, ivan = hire("anna"), hire("ivan")
    add(prefer="14:00")
    assert open_task(database).assignee_id is None
    clock.at = TWO - timedelta(seconds=1)
    assert isinstance(ivan.next_task(), NothingDue)
    clock.at = TWO
    assert taken(ivan).task.feed == "callback"


def test_who_arrives_again_with_a_time_is_called_then_and_not_before(
    add: Add, hire: Hire, database: Database, clock: StillClock
) -> None:
    anna = hire("anna")
    add()
    taken(anna)
    anna.record_outcome(MISS)
    add(prefer="14:00")
    task = open_task(database)
    assert (task.kind, task.feed, task.due_at) == ("callback", "callback", TWO)
    assert in_words(task.because) == ["arrived again", "asked to be called then"]
    clock.at = TWO
    assert taken(anna).client.misses == 1


def test_imported_preferred_times_are_promises(bring: Bring, hire: Hire, database: Database, clock: StillClock) -> None:
    anna = hire("anna")
    report = bring(
        "Name,Phone,Owner,When",
        "Olena,0671234567,anna,2026-11-23T14:00",
        "Late,0501234567,,2026-11-22 14:00",
        "Vague,0631234567,,after lunch",
        "Any,0661234567,,",
        mapping={"prefer": "When"},
    )
    assert (report.created, report.rejected) == (3, 1)
    assert report.rejects_file is not None
    rejects = report.rejects_file.read_text(encoding="utf-8-sig")
    assert "Vague" in rejects
    assert 'Preferred time: ""after lunch"" is not understood' in rejects
    task = open_task(database)
    assert (task.kind, task.feed, task.assignee_id) == ("callback", "callback", anna.person.id)
    assert (task.due_at, task.agreed_wall, task.agreed_zone) == (TWO, "2026-11-23T14:00", "Europe/Kyiv")
    late = open_task(database, "Late")
    assert (late.kind, late.feed, late.due_at, late.agreed_wall) == ("call", "planned", clock.now(), None)
    with database.read() as session:
        assert session.get_one(Client, late.client_id).custom == {"prefer": "2026-11-22 14:00"}


def test_words_in_a_column_that_nobody_named_are_kept(bring: Bring, database: Database) -> None:
    assert bring("Name,Phone,Best time", "Olena,0671234567,after lunch").created == 1
    with database.read() as session:
        assert session.exec(select(Client)).one().custom == {"prefer": "after lunch"}


def test_an_imported_time_of_a_client_who_is_here_becomes_a_promise_once(
    bring: Bring, arrive: Arrive, database: Database
) -> None:
    arrive("Olena", phone="+380671234567")
    lines = ("Name,Phone,Prefer", "Olena,0671234567,2026-11-23T14:00")
    assert bring(*lines).merged == 1
    task = open_task(database)
    assert (task.kind, task.feed, task.due_at) == ("callback", "callback", TWO)
    bring(*lines[:1], "Olena,0671234567,2026-11-23T15:00")
    assert open_task(database).due_at == TWO


def test_an_import_never_moves_what_a_manager_promised(
    two: tuple[Desk, Desk], bring: Bring, database: Database
) -> None:
    with database.read() as session:
        number = session.exec(select(Attempt.phone)).one()
    assert bring("Name,Phone,Prefer", f"Olena,{number},2026-11-23T15:00").merged == 1
    assert open_task(database).due_at == TWO


def test_a_preferred_time_that_was_kept_counts_as_a_promise_kept(
    add: Add, hire: Hire, database: Database, clock: StillClock
) -> None:
    anna = hire("anna")
    add(prefer="14:00", owner="anna")
    clock.at = TWO + timedelta(minutes=4)
    taken(anna)
    anna.record_outcome(Said("interested"))
    team = kpi(sitting(database, clock), since=None, until=None, by="manager", manager=None).as_json()["team"]
    assert (team["promises_due"], team["promises_kept"]) == (1, 1)
