"""Numbers that must not be called, marked and unmarked by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from salesdesk.access import audit
from salesdesk.access.sitting import Sitting
from salesdesk.clients.dnc import Wish, mark
from salesdesk.clients.reopening import reopen
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Phone, Suppression, Task
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed
from tests.support.clock import StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
FIRST, SECOND = "+380671110001", "+380671110002"


@pytest.fixture
def lead(hire: Hire) -> Desk:
    return hire("olha", "lead")


def say(database: Database, clock: StillClock, desk: Desk, phone: str, *, off: bool = False, why: str = "e-mail"):  # type: ignore[no-untyped-def]
    return mark(Sitting(database, clock, desk.person), Wish(phone, why, off))


def in_order(database: Database, clock: StillClock) -> bool:
    return not check_storage(database, clock).faults


def test_the_last_number_ends_the_work(database: Database, clock: StillClock, lead: Desk, arrive: Arrive) -> None:
    client = arrive(phone=f"{FIRST}, {SECOND}")
    first = say(database, clock, lead, "067 111 00 01")
    assert (first.id, first.status_kind, [p.dnc for p in first.phones]) == (client, "open", [True, False])
    last = say(database, clock, lead, SECOND)
    assert (last.status, last.task, [p.dnc for p in last.phones]) == ("refused", None, [True, True])
    with database.read() as session:
        assert [task.closed_by for task in session.exec(select(Task))] == ["dnc"]
        rows = [(e.actor, e.row.action, e.row.object, e.row.detail) for e in audit.entries(session)]
    assert rows == [("olha", "clients.dnc", f"client {client}", {"off": False})] * 2
    assert in_order(database, clock)


def test_it_takes_a_client_out_of_somebodys_hands(
    database: Database, clock: StillClock, lead: Desk, hire: Hire, arrive: Arrive
) -> None:
    arrive(phone=FIRST)
    anna = hire("anna")
    held = anna.next_task()
    assert isinstance(held, Handed)
    say(database, clock, lead, FIRST)
    with pytest.raises(NothingToDo, match="no longer yours"):
        anna.record_outcome(Said("paid", amount="1"), held.claim)
    assert in_order(database, clock)


def test_a_number_of_nobody_is_marked_when_it_comes(
    database: Database, clock: StillClock, lead: Desk, arrive: Arrive
) -> None:
    assert say(database, clock, lead, FIRST) is None
    arrive(phone=FIRST)
    with database.read() as session:
        assert session.exec(select(Phone.dnc)).all() == [True]
        assert FIRST[1:] not in str(session.exec(select(Suppression)).all())
    assert in_order(database, clock)


def test_lifting_leaves_the_client_where_it_is_until_reopened(
    database: Database, clock: StillClock, lead: Desk, arrive: Arrive
) -> None:
    client = arrive(phone=FIRST, note="asks for Ivan")
    say(database, clock, lead, FIRST)
    with pytest.raises(BadRequest, match="no number that may be called"):
        reopen(Sitting(database, clock, lead.person), client)
    lifted = say(database, clock, lead, FIRST, off=True, why="signed consent")
    assert (lifted.status, lifted.phones[0].dnc) == ("refused", False)
    assert lifted.note == "asks for Ivan; may be called again: signed consent"
    with database.read() as session:
        assert session.exec(select(Suppression)).all() == []
    assert reopen(Sitting(database, clock, lead.person), client).status == "new"
    assert in_order(database, clock)


def test_what_changes_nothing_or_cannot_be_is_refused(
    database: Database, clock: StillClock, lead: Desk, hire: Hire, arrive: Arrive
) -> None:
    arrive(phone=FIRST)
    with pytest.raises(NothingToDo, match="not marked"):
        say(database, clock, lead, FIRST, off=True)
    say(database, clock, lead, FIRST)
    with pytest.raises(NothingToDo, match="marked already"):
        say(database, clock, lead, FIRST)
    with pytest.raises(BadRequest, match="--why"):
        say(database, clock, lead, SECOND, why=" ")
    with pytest.raises(BadRequest):
        say(database, clock, lead, "not a number")
    with pytest.raises(NotAllowed):
        say(database, clock, hire("anna"), SECOND)
