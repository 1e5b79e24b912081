"""Disabling and enabling people: what they held is free, what they did stays, and somebody can always undo it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from salesdesk.access import audit
from salesdesk.access.people import NewUser
from salesdesk.access.sitting import Sitting
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed, SalesdeskError
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Client, Task, User
from salesdesk.team.staff import disable, enable, take_on
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed
from tests.support.clock import StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]


def test_what_they_held_is_free_and_what_they_did_stays(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive
) -> None:
    boss, anna, ivan = hire("olha", "admin").person, hire("anna"), hire("ivan")
    first = arrive(owner="anna")
    held = anna.next_task()
    assert isinstance(held, Handed)
    anna.record_outcome(Said("no-answer", "busy"), held.claim)
    second = arrive("Ivanna")
    assert isinstance(anna.next_task(), Handed)
    assert disable(Sitting(database, clock, boss), "anna").active is False
    with pytest.raises(NotAllowed, match="disabled"):
        anna.next_task()
    taken = ivan.next_task()
    assert isinstance(taken, Handed)
    assert taken.client.id == second
    with database.read() as session:
        owner = session.exec(select(Client.owner_id).where(Client.id == first)).one()
        assert owner == anna.person.id == session.exec(select(Attempt.user_id)).one()
        rows = [(e.actor, e.row.action, e.row.object) for e in audit.entries(session)]
    assert rows == [("olha", "users.disable", f"user {anna.person.id}")]
    assert not check_storage(database, clock).faults
    enable(Sitting(database, clock, boss), "anna")
    ivan.release()
    assert isinstance(anna.next_task(), Handed)


def test_a_lock_from_wrong_passwords_ends_with_enabling(database: Database, clock: StillClock, hire: Hire) -> None:
    boss, anna = hire("olha", "admin").person, hire("anna").person
    with database.write() as session:
        user = session.get_one(User, anna.id)
        user.active, user.failed_logins, user.locked_until = False, 7, clock.now()
    enable(Sitting(database, clock, boss), "anna")
    with database.read() as session:
        user = session.get_one(User, anna.id)
        assert (user.active, user.failed_logins, user.locked_until) == (True, 0, None)


def test_two_admins_who_disable_each_other_leave_one(database: Database, clock: StillClock, hire: Hire) -> None:
    one, two = hire("olha", "admin").person, hire("petro", "admin").person
    with database.write() as session:
        session.exec(select(User).where(User.name == "boss")).one().active = False

    def go(pair: tuple[int, int]) -> SalesdeskError | None:
        people = (one, two)
        try:
            disable(Sitting(database, clock, people[pair[0]]), people[pair[1]].name)
        except SalesdeskError as fault:
            return fault
        return None

    with ThreadPoolExecutor(2) as pool:
        faults = [fault for fault in pool.map(go, [(0, 1), (1, 0)]) if fault is not None]
    assert [type(fault) for fault in faults] == [NotAllowed]
    with database.read() as session:
        assert len(session.exec(select(User).where(User.role == "admin", User.active)).all()) == 1


def test_adding_somebody_is_recorded_and_only_an_admins(database: Database, clock: StillClock, hire: Hire) -> None:
    boss = hire("olha", "admin").person
    user = take_on(Sitting(database, clock, boss), NewUser("anna", "manager"))
    with pytest.raises(BadRequest, match="taken"):
        take_on(Sitting(database, clock, boss), NewUser("anna", "lead"))
    for act in (disable, enable):
        with pytest.raises(NotAllowed):
            act(Sitting(database, clock, hire(act.__name__, "lead").person), "anna")
    with database.read() as session:
        rows = [(e.row.action, e.row.object, e.row.detail) for e in audit.entries(session)]
        assert rows == [("users.add", f"user {user.id}", {"role": "manager"})]
        assert session.exec(select(Task)).all() == []
