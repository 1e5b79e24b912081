"""Somebody who has left a pool keeps nobody waiting: what is theirs in it goes at once to who may take it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.reminders import due_reminders
from salesdesk.desk.why import why
from salesdesk.storage.database import Database
from salesdesk.team.rota import Change, change_pools
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed, NothingDue
from tests.support.clock import NOON, StillClock
from tests.support.rule_texts import changed_preset, put_in_force

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
POOLS = """
[[pool]]
id = "sales"
label = "Sales"
lead = "olha"

[[pool]]
id = "survey"
label = "Survey"
lead = "roman"
"""
ONE = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def pools(database: Database) -> None:
    pooled = (f'label = "{label}"\n\n[[task]]' for label in ("Call", "Callback"))
    text = changed_preset(*((kind, kind.replace("\n\n", '\npool = "sales"\n\n')) for kind in pooled), add=POOLS)
    put_in_force(database, text)


@pytest.fixture
def leave(database: Database, clock: StillClock, hire: Hire) -> Callable[..., Desk]:
    """Has somebody leave the pool "sales" and open their desk again."""
    boss = hire("chief", "admin")

    def go(desk: Desk, join: tuple[str, ...] = ()) -> Desk:
        change_pools(Sitting(database, clock, boss.person), desk.person.name, Change(join=join, leave=("sales",)))
        with database.read() as session:
            return Desk(Sitting(database, clock, find_person(session, desk.person.name)))

    return go


def client_of(desk: Desk) -> str | None:
    handed = desk.next_task()
    return handed.client.name if isinstance(handed, Handed) else None


def test_a_call_of_theirs_is_anybodys_at_its_time(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive, leave: Callable[..., Desk]
) -> None:
    anna, ivan = hire("anna", pools=("sales",)), hire("ivan", pools=("sales",))
    client = arrive("Owned", owner="anna")
    assert client_of(ivan) is None, "kept for its owner"
    anna = leave(anna)
    assert client_of(anna) is None
    assert client_of(ivan) == "Owned"
    found = why(ivan.sitting, client)
    assert 'kept for: anna, who is not in pool "sales" any more, so anybody in it may take it' in found.because
    assert check_storage(database, clock).faults == ()


def test_a_promise_of_theirs_is_anybodys_at_its_time_and_rings_at_the_lead_of_its_pool(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive, leave: Callable[..., Desk]
) -> None:
    anna, ivan = hire("anna", pools=("sales",)), hire("ivan", pools=("sales",))
    olha, roman = hire("olha", "lead", pools=("sales",)), hire("roman", "lead", pools=("survey",))
    arrive("Promised")
    anna.next_task()
    anna.record_outcome(Said("call-back", at="13:00"))
    clock.at = ONE
    assert [found.client_name for found in due_reminders(anna)] == ["Promised"]
    assert client_of(ivan) is None
    anna = leave(anna, join=("survey",))
    assert due_reminders(anna) == (), "she cannot take it"
    assert [(found.client_name, found.whose) for found in due_reminders(olha)] == [("Promised", "anna")]
    assert due_reminders(roman) == (), "it is not of his pool, though she is"
    waiting = anna.next_task()
    assert isinstance(waiting, NothingDue)
    assert waiting.waiting == 0
    assert client_of(ivan) == "Promised"
    assert check_storage(database, clock).faults == ()


def test_when_the_next_comes_free_is_its_due_time(
    clock: StillClock, hire: Hire, arrive: Arrive, leave: Callable[..., Desk]
) -> None:
    anna, ivan = hire("anna", pools=("sales",)), hire("ivan", pools=("sales",))
    arrive("Promised")
    anna.next_task()
    anna.record_outcome(Said("call-back", at="13:00"))
    assert ivan.waiting().next_due_at == ONE + timedelta(minutes=10)
    leave(anna)
    assert ivan.waiting().next_due_at == ONE


def test_who_stays_in_the_pool_and_what_is_everybodys_are_kept_as_before(
    hire: Hire, arrive: Arrive, leave: Callable[..., Desk], database: Database
) -> None:
    anna, ivan, petro = (hire(name, pools=("sales",)) for name in ("anna", "ivan", "petro"))
    arrive("Petro's", owner="petro")
    leave(anna)
    assert client_of(ivan) is None
    assert client_of(petro) == "Petro's"


def test_a_client_in_hand_stays_in_hand_until_the_outcome(
    hire: Hire, arrive: Arrive, leave: Callable[..., Desk]
) -> None:
    anna, ivan = hire("anna", pools=("sales",)), hire("ivan", pools=("sales",))
    arrive("In hand", owner="anna")
    held = anna.next_task()
    assert isinstance(held, Handed)
    anna = leave(anna)
    assert client_of(ivan) is None
    assert anna.record_outcome(Said("call-back", at="13:00"), held.claim).attempt_id


def test_who_comes_back_has_their_own_again(
    hire: Hire, arrive: Arrive, leave: Callable[..., Desk], database: Database, clock: StillClock
) -> None:
    anna, ivan = hire("anna", pools=("sales",)), hire("ivan", pools=("sales",))
    boss = hire("second", "admin")
    arrive("Owned", owner="anna")
    leave(anna)
    change_pools(Sitting(database, clock, boss.person), "anna", Change(join=("sales",)))
    assert client_of(ivan) is None
    assert client_of(anna) == "Owned"
