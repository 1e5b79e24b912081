"""Open tasks planned anew after a change of windows or caps: from what was wanted, in batches, however often."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from rules.zonetime import to_local
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.rule_changes.changing import Applied
from salesdesk.rule_changes.replan import PLANNED, catch_up
from salesdesk.storage.database import Database
from salesdesk.storage.models import Setting, Task
from salesdesk.work.rulebook import save, version_row
from salesdesk.work.views import Handed
from tests.support.clock import NOON, StillClock, in_words

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Change = Callable[..., Applied]

NIGHT = NOON + timedelta(hours=9)  # 21:00 in Kyiv, after the call window


def until(hour: str) -> Callable[[str], str]:
    return lambda text: re.sub(r'mon-sun = "09:00-[0-9:]+"', f'mon-sun = "09:00-{hour}"', text)


def task_of(database: Database, client: int) -> Task:
    with database.read() as session:
        return session.exec(select(Task).where(Task.client_id == client, col(Task.closed_at).is_(None))).one()


def kyiv(instant: datetime) -> str:
    return f"{to_local(instant, 'Europe/Kyiv'):%d %H:%M}"


def test_a_wider_window_brings_a_task_forward_to_what_was_wanted_and_back(
    changed: Change, arrive: Arrive, database: Database, clock: StillClock
) -> None:
    clock.at = NIGHT
    client = arrive(zone="Europe/Kyiv")
    assert kyiv(task_of(database, client).due_at) == "24 09:00"
    changed(until("23:00"))
    assert task_of(database, client).due_at == NIGHT
    assert in_words(task_of(database, client).because)[-1] == "planned anew by version 2 of the rules"
    changed(until("20:00"))
    task = task_of(database, client)
    assert kyiv(task.due_at) == "24 09:00"
    words = in_words(task.because)
    assert [reason for reason in words if "planned anew" in reason] == ["planned anew by version 3 of the rules"]
    assert "call window" in words[-1]


def test_a_promise_keeps_its_agreed_time(changed: Change, hire: Hire, arrive: Arrive, database: Database) -> None:
    anna, client = hire("anna"), arrive(zone="Europe/Kyiv")
    anna.next_task()
    anna.record_outcome(Said("call-back", at="tomorrow 19:30"))
    changed(until("19:00"))
    task = task_of(database, client)
    assert (task.agreed_wall, kyiv(task.wanted_at), kyiv(task.due_at)) == ("2026-11-24T19:30", "24 19:30", "25 09:00")
    changed(until("20:00"))
    assert kyiv(task_of(database, client).due_at) == "24 19:30"


def test_caps_count_the_calls_that_were_made(changed: Change, hire: Hire, arrive: Arrive, database: Database) -> None:
    anna, client = hire("anna"), arrive(zone="Europe/Kyiv")
    anna.next_task()
    anna.record_outcome(Said("no-answer", "not-answering"))
    changed(lambda text: text.replace("max_per_day = 6", "max_per_day = 1"))
    task = task_of(database, client)
    assert (kyiv(task.wanted_at), kyiv(task.due_at)) == ("23 12:05", "24 09:00")
    assert "cap max_per_day = 1" in " ".join(in_words(task.because))


def test_what_somebody_holds_and_other_areas_stay(
    changed: Change, hire: Hire, arrive: Arrive, database: Database, clock: StillClock
) -> None:
    anna = hire("anna")
    held = arrive(zone="Europe/Kyiv")
    assert isinstance(anna.next_task(), Handed)
    clock.at = NIGHT
    waiting, abroad = arrive(zone="Europe/Kyiv"), arrive(phone="+48221234567", zone="Europe/Warsaw")
    before = {client: task_of(database, client) for client in (held, abroad)}
    region = '[[calling.region]]\nwhere = "UA"\nwindow = { mon-sun = "09:00-22:00" }\n\n[working]'
    changed(lambda text: text.replace("[working]", region))
    assert task_of(database, waiting).due_at == NIGHT
    for client, task in before.items():
        assert (task_of(database, client).due_at, task_of(database, client).because) == (task.due_at, task.because)


def test_a_scattered_call_stays_scattered(
    changed: Change, hire: Hire, arrive: Arrive, database: Database, clock: StillClock
) -> None:
    changed(lambda text: text.replace('id = "no-answer"\nrungs', 'id = "no-answer"\nspread = "40m"\nrungs'))
    anna, clients = hire("anna"), [arrive(zone="Europe/Kyiv") for _ in range(5)]
    clock.at = NOON + timedelta(hours=7, minutes=57)  # 19:57: the retry after 5 minutes is past the window
    for _ in clients:
        assert isinstance(anna.next_task(), Handed)
        anna.record_outcome(Said("no-answer", "not-answering"))
    planned = {client: task_of(database, client).due_at for client in clients}
    assert len(set(planned.values())) > 1
    changed(until("19:50"))
    assert {client: task_of(database, client).due_at for client in clients} == planned
    changed(lambda text: text.replace('mon-sun = "09:00-', 'mon-sun = "10:00-'))
    moved = [task_of(database, client).due_at for client in clients]
    assert len(set(moved)) > 1
    assert all("24 10:00" <= kyiv(due) < "24 10:40" for due in moved)


def test_a_run_that_broke_off_is_made_good_by_the_next(
    arrive: Arrive, database: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salesdesk.rule_changes.replan.BATCH", 2)
    clock.at = NIGHT
    clients = [arrive(zone="Europe/Kyiv") for _ in range(5)]
    with database.write() as session:  # versions that nobody planned by: as if the program had died each time
        narrow = version_row(session).toml
        save(session, until("23:00")(narrow), author_id=None, note="", now=NIGHT)
        session.flush()
    assert catch_up(database, clock) == 5
    assert {task_of(database, client).due_at for client in clients} == {NIGHT}
    with database.write() as session:
        save(session, until("22:00")(narrow), author_id=None, note="", now=NIGHT)
        save(session, until("23:00")(narrow), author_id=None, note="", now=NIGHT)
        session.exec(select(Task).where(Task.client_id == clients[0])).one().due_at = NIGHT + timedelta(days=1)
    assert catch_up(database, clock) == 1
    assert catch_up(database, clock) == 0
    with database.read() as session:
        assert session.get_one(Setting, PLANNED).value == "4"
