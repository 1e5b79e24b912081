"""A client calls in: found by the last digits, in the hands of who answers, and no way to everybody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from salesdesk.access import audit
from salesdesk.access.limits import MOST_MISSES
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.inbound import inbound
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Task
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed, NothingDue
from tests.support.clock import StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]


def answer(desk: Desk, digits: str) -> Handed:
    return inbound(desk.sitting, digits)


def test_a_client_who_is_not_due_is_opened(database: Database, clock: StillClock, hire: Hire, arrive: Arrive) -> None:
    anna, client = hire("anna"), arrive(phone="+380671112233", zone="Pacific/Auckland")
    assert isinstance(anna.next_task(), NothingDue)  # it is night there
    handed = answer(anna, "11-22-33")
    assert (handed.client.id, handed.because[1]) == (client, "the client called")
    assert answer(anna, "067 111 22 33").claim == handed.claim
    again = anna.next_task()
    assert isinstance(again, Handed)
    assert again.claim == handed.claim
    done = anna.record_outcome(Said("call-back", at="+2h", anyway=True), handed.claim)
    assert done.client_id == client
    assert not check_storage(database, clock).faults


def test_what_was_held_is_given_back(database: Database, clock: StillClock, hire: Hire, arrive: Arrive) -> None:
    anna, ivan, first = hire("anna"), hire("ivan"), arrive()
    second = arrive(phone="+380671112233")
    held = anna.next_task()
    assert isinstance(held, Handed)
    assert held.client.id == first
    assert answer(anna, "112233").client.id == second
    other = ivan.next_task()
    assert isinstance(other, Handed)
    assert other.client.id == first
    assert not check_storage(database, clock).faults


def test_a_closed_client_is_begun_again_with(database: Database, clock: StillClock, hire: Hire, arrive: Arrive) -> None:
    anna, client = hire("anna"), arrive(phone="+380671112233")
    anna.next_task()
    anna.record_outcome(Said("refused", "price"))
    handed = answer(anna, "112233")
    assert (handed.client.id, handed.client.status, handed.client.misses) == (client, "new", 0)
    assert not check_storage(database, clock).faults


def test_who_must_not_be_called_is_not_opened(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive
) -> None:
    anna = hire("anna")
    arrive(phone="+380671112233")
    anna.next_task()
    anna.record_outcome(Said("do-not-call"))
    with pytest.raises(BadRequest, match="no number that may be called"):
        answer(anna, "112233")
    assert not check_storage(database, clock).faults


def test_somebody_else_is_on_the_client(database: Database, clock: StillClock, hire: Hire, arrive: Arrive) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive("Olena", phone="+380671112233")
    mine = anna.next_task()
    with pytest.raises(NothingToDo) as refused:
        answer(ivan, "112233")
    assert refused.value.title == "Another manager is on this client."
    assert not {"anna", "Olena"} & set(str(refused.value).split())
    clock.forward(hours=1)  # anna's desk died
    if database.is_sqlite:  # a server's leases go by its own clock
        assert answer(ivan, "112233").client.id == 1
        assert isinstance(mine, Handed)
        with pytest.raises(NothingToDo):
            anna.record_outcome(Said("paid", amount="1"), mine.claim)


@pytest.mark.parametrize("digits", ["", "12345", "abcdef", "+1 2 3 4 5"])
def test_fewer_than_six_digits_are_refused(database: Database, hire: Hire, arrive: Arrive, digits: str) -> None:
    arrive(phone="+380671112345")
    with pytest.raises(BadRequest, match="not enough"):
        answer(hire("anna"), digits)


def test_several_matches_say_how_many_and_no_more(database: Database, hire: Hire, arrive: Arrive) -> None:
    arrive(phone="+380671112233")
    arrive(phone="+380501112233")
    anna = hire("anna")
    with pytest.raises(BadRequest, match="The numbers of 2 clients end so"):
        answer(anna, "112233")
    assert answer(anna, "0501112233").client.phones[0].e164 == "+380501112233"


def test_trying_numbers_out_has_a_measure(database: Database, clock: StillClock, hire: Hire, arrive: Arrive) -> None:
    anna, lead = hire("anna"), hire("olha", "lead")
    arrive(phone="+380671112233")
    for number in range(MOST_MISSES):
        for _ in range(1 + (number < 9)):  # the same digits again are one look-up
            with pytest.raises(NothingToDo, match="No client's number"):
                answer(anna, f"99{number:04d}")
    with pytest.raises(NotAllowed, match="20 look-ups"):
        answer(anna, "112233")
    with database.read() as session:
        rows = audit.entries(session, actor="anna")
        assert session.exec(select(Task.claimed_by)).all() == [None]
    assert (rows[-1].row.action, rows[-1].row.detail) == ("denied", {"command": "task inbound"})
    assert {row.row.action for row in rows[:-1]} == {"clients.inbound"}
    assert "990000" not in str([row.as_json() for row in rows])
    with pytest.raises(NothingToDo):  # a lead is not bounded, nor is anna an hour later
        answer(lead, "990000")
    clock.forward(hours=1, minutes=1)
    assert answer(anna, "112233").client.id == 1
