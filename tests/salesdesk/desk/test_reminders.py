"""Reminders on both engines: whose promises are near, and who is told of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from salesdesk.access.sitting import Sitting
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.reminders import Reminder, due_reminders
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client, Import, Task, User
from salesdesk.team.shifts import begin_shift, end_break, see
from tests.support.clock import NOON, StillClock
from tests.support.rule_texts import changed_preset, put_in_force

Hire = Callable[..., Desk]
Promise = Callable[..., None]
ONE = NOON + timedelta(hours=1)
SALES = '\n[[pool]]\nid = "sales"\nlabel = "Sales"\n'


@pytest.fixture
def promise(arrive: Callable[..., int]) -> Promise:
    """Has a person promise a client a call; at 13:00 unless another time is given."""

    def give(desk: Desk, name: str = "Olena", at: str = "13:00", **more: str) -> None:
        arrive(name, **more)
        desk.next_task()
        desk.record_outcome(Said("call-back", at=at))

    return give


def names(desk: Desk) -> list[str]:
    return [reminder.client_name for reminder in due_reminders(desk)]


def test_ones_own_promises_come_up_five_minutes_before(hire: Hire, promise: Promise, clock: StillClock) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    promise(anna, zone="Asia/Almaty", at="13:00 me")
    clock.at = ONE - timedelta(minutes=5, seconds=1)
    assert names(anna) == []
    assert due_reminders(anna, timedelta(minutes=6))[0].due_at == ONE
    clock.forward(seconds=1)
    found = due_reminders(anna)
    assert found == (Reminder(found[0].task_id, "Olena", ONE, "Asia/Almaty", "Europe/Kyiv"),)
    assert found[0].minutes_left(clock.now()) == 5
    assert found[0].minutes_left(ONE - timedelta(seconds=1)) == 1
    assert found[0].minutes_left(ONE) == 0
    assert found[0].minutes_left(ONE + timedelta(minutes=2)) == -2
    assert names(ivan) == []


def test_those_that_are_late_stay_until_somebody_has_them_in_hand(
    hire: Hire, promise: Promise, clock: StillClock
) -> None:
    anna = hire("anna")
    promise(anna, "Late", "13:00")
    promise(anna, "Near", "13:04")
    clock.at = ONE
    assert names(anna) == ["Late", "Near"]
    anna.next_task()
    assert names(anna) == ["Near"]
    anna.release()
    clock.at = ONE + timedelta(minutes=59)
    assert names(anna) == ["Late", "Near"]
    clock.at = ONE + timedelta(minutes=60)
    assert names(anna) == ["Near"]


def test_only_promises_remind(hire: Hire, arrive: Callable[..., int], database: Database, clock: StillClock) -> None:
    anna = hire("anna")
    for name in ("Retry", "Unfinished"):
        arrive(name)
    with database.write() as session:
        row = Import(file_name="a.csv", user_id=anna.person.id, started_at=clock.now())
        session.add(row)
        session.flush()
        for task, client in session.exec(select(Task, Client).join(Client, col(Client.id) == Task.client_id)):
            task.assignee_id = anna.person.id
            task.feed = "retry" if client.name == "Retry" else "callback"
            task.import_id = row.id if client.name == "Unfinished" else None
    assert names(anna) == []


def test_a_lead_is_told_of_promises_whose_giver_is_away(
    hire: Hire, promise: Promise, database: Database, clock: StillClock
) -> None:
    anna, lead, admin, ivan = hire("anna"), hire("olha", "lead"), hire("root", "admin"), hire("ivan")
    promise(anna)
    clock.at = ONE - timedelta(minutes=4)
    assert [(each.client_name, each.whose) for each in due_reminders(lead)] == [("Olena", "anna")]
    assert names(admin) == names(anna) == ["Olena"]
    assert names(ivan) == []
    begin_shift(Sitting(database, clock, anna.person))
    assert names(lead) == []
    Desk(Sitting(database, clock, anna.person)).take_break()
    assert names(lead) == ["Olena"]
    end_break(Sitting(database, clock, anna.person))
    assert names(lead) == []
    clock.forward(minutes=3)
    assert names(lead) == ["Olena"]
    see(Sitting(database, clock, anna.person))
    with database.write() as session:
        session.get_one(User, anna.person.id).active = False
    assert names(lead) == ["Olena"]


def test_the_lead_of_the_pool_is_told_and_no_other(
    hire: Hire, promise: Promise, database: Database, clock: StillClock
) -> None:
    put_in_force(database, changed_preset(add=f'{SALES}lead = "olha"\n'))
    anna, free = hire("anna", pools=("sales",)), hire("petro")
    olha, other = hire("olha", label="Olha"), hire("roman", "lead")
    promise(anna, "Pooled")
    promise(free, "Free")
    promise(olha, "Lead's own")
    clock.at = ONE
    assert names(olha) == ["Pooled", "Lead's own"]
    assert names(other) == ["Free", "Lead's own"]
    with database.write() as session:
        session.get_one(User, olha.person.id).active = False
    assert names(other) == ["Pooled", "Free", "Lead's own"]


def test_a_lead_who_is_away_is_not_the_one_to_be_told(
    hire: Hire, promise: Promise, database: Database, clock: StillClock
) -> None:
    put_in_force(database, changed_preset(add=f'{SALES}lead = "olha"\n'))
    olha, other = hire("olha", "lead", pools=("sales",)), hire("roman", "lead")
    promise(olha)
    clock.at = ONE
    assert [(each.client_name, each.whose) for each in due_reminders(other)] == [("Olena", "olha")]
    assert [(each.client_name, each.whose) for each in due_reminders(olha)] == [("Olena", "")]


def test_a_promise_that_is_nobodys_is_the_leads(
    hire: Hire, arrive: Callable[..., int], promise: Promise, database: Database, clock: StillClock
) -> None:
    anna, lead = hire("anna"), hire("olha", "lead")
    promise(anna)
    with database.write() as session:
        session.exec(select(Task).where(col(Task.closed_at).is_(None))).one().assignee_id = None
    clock.at = ONE
    assert names(anna) == []
    assert [(each.client_name, each.whose) for each in due_reminders(lead)] == [("Olena", None)]
