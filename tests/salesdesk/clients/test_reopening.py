"""Beginning again with a client whose work had ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import col, select

from salesdesk.access import audit
from salesdesk.access.sitting import Sitting
from salesdesk.clients.reopening import reopen
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import NotAllowed, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Deal
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed
from tests.support.clock import StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]


def test_a_closed_client_gets_a_new_deal_and_one_task(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive
) -> None:
    client, anna, lead = arrive(), hire("anna"), hire("olha", "lead")
    anna.next_task()
    anna.record_outcome(Said("refused", "price"))
    clock.forward(hours=2)
    view = reopen(Sitting(database, clock, lead.person), client)
    assert (view.status, view.misses, view.attempts) == ("new", 0, 1)
    assert view.task is not None
    assert (view.task.because, view.task.due_at) == (("reopened by olha",), clock.now())
    with database.read() as session:
        deals = session.exec(select(Deal).order_by(col(Deal.id))).all()
        assert [(deal.status, deal.closed_at is None) for deal in deals] == [("refused", False), ("new", True)]
        assert [(e.row.action, e.row.object) for e in audit.entries(session)] == [
            ("clients.reopen", f"client {client}")
        ]
    assert not check_storage(database, clock).faults
    again = anna.next_task()
    assert isinstance(again, Handed)
    assert again.client.id == client


def test_who_is_being_worked_on_or_is_not_here_cannot_be_reopened(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive
) -> None:
    client, lead = arrive(), hire("olha", "lead")
    with pytest.raises(NothingToDo, match="worked on already"):
        reopen(Sitting(database, clock, lead.person), client)
    for unknown in (client + 1, 0, -1, 2**40):
        with pytest.raises(NothingToDo, match="no client"):
            reopen(Sitting(database, clock, lead.person), unknown)
    with pytest.raises(NotAllowed):
        reopen(Sitting(database, clock, hire("anna").person), client)
