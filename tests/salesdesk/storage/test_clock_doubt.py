"""A clock that is wrong or is set back: the desk says so, goes on, and leaves nothing out of order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.storage.clock_doubt import clock_doubt
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed
from tests.support.clock import StillClock

pytestmark = pytest.mark.real_clock  # as the server's is

Hire = Callable[..., Desk]
Arrive = Callable[..., int]


@pytest.fixture
def now(database: Database, clock: StillClock) -> StillClock:
    """The test's clock, set to that of the server where there is one."""
    if not database.is_sqlite:
        clock.at = datetime.now(UTC)
    return clock


def test_a_clock_that_is_right_is_not_doubted(database: Database, now: StillClock, hire: Hire, arrive: Arrive) -> None:
    assert clock_doubt(database, now) is None
    arrive()
    hire("anna").next_task()
    assert clock_doubt(database, now) is None
    now.forward(seconds=-25)
    assert clock_doubt(database, now) is None


@pytest.mark.parametrize(
    ("back", "length"), [({"seconds": 45}, "4"), ({"minutes": 5}, " min behind"), ({"hours": 30}, " h behind")]
)
def test_a_clock_that_was_set_back_is_doubted_and_for_a_while(
    database: Database, now: StillClock, hire: Hire, arrive: Arrive, *, back: dict[str, float], length: str
) -> None:
    anna = hire("anna")
    for name in ("A", "B"):
        arrive(name)
    anna.next_task()
    now.forward(**{unit: -number for unit, number in back.items()})
    told = clock_doubt(database, now)
    assert told is not None
    assert length in told
    anna.release()
    anna.next_task()
    assert length in (clock_doubt(database, now) or "")


def test_a_clock_ahead_of_the_servers_is_doubted(database: Database, now: StillClock) -> None:
    now.forward(minutes=10)
    told = clock_doubt(database, now)
    assert told is None if database.is_sqlite else "min ahead of the database server's" in str(told)


def test_a_clock_set_back_in_the_middle_of_a_shift_breaks_nothing(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive
) -> None:
    """Monday noon becomes ten in the morning: what is due then is due then, and every call is still recorded once."""
    anna, ivan = hire("anna"), hire("ivan")
    for number in range(4):
        arrive(f"Client {number}")
    first = anna.next_task()
    assert isinstance(first, Handed)
    anna.record_outcome(Said("no-answer", "busy"), first.claim)
    held = anna.next_task()
    assert isinstance(held, Handed)
    clock.forward(hours=-2)
    assert anna.renew(held.claim)
    again = anna.next_task()
    assert isinstance(again, Handed)
    assert again.claim == held.claim
    done = anna.record_outcome(Said("no-answer", "busy"), held.claim)
    assert anna.record_outcome(Said("no-answer", "busy"), held.claim).attempt_id == done.attempt_id
    ivan.next_task()
    clock.forward(hours=3)
    assert all(isinstance(desk.next_task(), Handed) for desk in (anna, ivan))
    with database.read() as session:
        at = session.exec(select(Attempt.at).order_by(col(Attempt.id))).all()
    assert at[1] < at[0]
    assert check_storage(database, clock).faults == ()
