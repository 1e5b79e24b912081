"""The order of the feed is the rules': every permutation, the ties within it, and how long a newcomer comes first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations

from sqlmodel import select

from rules.model import FEEDS, Feed
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import Task
from salesdesk.work.claims import Taking, let_go
from salesdesk.work.rulebook import current
from salesdesk.work.views import Handed
from salesdesk.work.waiting import count_before
from tests.support.clock import StillClock
from tests.support.rule_texts import changed_preset, put_in_force

Hire = Callable[..., Desk]
Arrive = Callable[..., int]

WRITTEN = 'order = ["callback", "incoming", "retry", "planned"]'


def ordered(order: tuple[Feed, ...]) -> str:
    """The preset with its feeds in this order; a comment makes it a text of its own."""
    names = ", ".join(f'"{feed}"' for feed in order)
    return changed_preset((WRITTEN, f"order = [{names}]"), add=f"\n# feed order {names}\n")


def handed_in_turn(database: Database, desk: Desk) -> list[str]:
    """The names of the clients in the order in which they are handed out; their tasks are open again afterwards."""
    names = []
    while isinstance(handed := desk.next_task(), Handed):
        names.append(handed.client.name)
        with database.write() as session:  # out of the way, as if it were called
            task = session.get_one(Task, handed.task.id)
            let_go(task)
            task.pool = "elsewhere"
    with database.write() as session:
        for task in session.exec(select(Task)):
            task.pool = None
    return names


def counted_before(database: Database, desk: Desk, clock: StillClock) -> list[int]:
    """How many tasks are said to come before each, in the order of the tasks."""
    with database.read() as session:
        taking = Taking(database, session, desk.person, current(session), clock.now())
        return [count_before(taking, task) for task in session.exec(select(Task).order_by(Task.id))]  # type: ignore[arg-type]


def test_every_order_of_the_feeds_is_kept(database: Database, hire: Hire, arrive: Arrive, clock: StillClock) -> None:
    """Two clients a feed: within one the earlier due, in every feed a later arrival than in the one before."""
    anna = hire("anna")
    for number, feed in enumerate((*FEEDS, *FEEDS)):
        arrive(f"{feed} {'second' if number < len(FEEDS) else 'first'}")
    with database.write() as session:
        for number, task in enumerate(session.exec(select(Task).order_by(Task.id))):  # type: ignore[arg-type]
            task.feed = FEEDS[number % len(FEEDS)]
            task.due_at = clock.now() - timedelta(minutes=number)
            task.fresh_until = clock.now() + timedelta(minutes=30) if task.feed == "incoming" else None
    for order in permutations(FEEDS):
        put_in_force(database, ordered(order))
        expected = [f"{feed} {which}" for feed in order for which in ("first", "second")]
        assert handed_in_turn(database, anna) == expected
        names = [f"{feed} {which}" for which in ("second", "first") for feed in FEEDS]
        assert counted_before(database, anna, clock) == [expected.index(name) for name in names]


def test_tasks_due_at_one_instant_come_by_their_number(
    database: Database, hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    anna = hire("anna")
    names = [f"Client {number}" for number in range(5)]
    for name in names:
        arrive(name)
    assert handed_in_turn(database, anna) == names
    assert counted_before(database, anna, clock) == [0, 1, 2, 3, 4]


def test_a_newcomer_comes_first_for_as_long_as_the_rules_say(
    database: Database, hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    put_in_force(database, changed_preset(('fresh_for = "30m"', 'fresh_for = "2h"')))
    anna = hire("anna")
    arrive("Planned")
    clock.forward(minutes=1)
    arrive("Fresh", feed="incoming")
    clock.forward(minutes=119)
    assert counted_before(database, anna, clock) == [1, 0]
    assert handed_in_turn(database, anna) == ["Fresh", "Planned"]
    clock.forward(minutes=1)
    assert counted_before(database, anna, clock) == [0, 1]
    assert handed_in_turn(database, anna) == ["Planned", "Fresh"]


def test_freshness_counts_from_when_the_newcomer_may_be_called(
    database: Database, hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    """Somebody who wrote in at night is fresh in the morning."""
    anna = hire("anna")
    arrive("Planned")
    clock.at = clock.at.replace(hour=21)
    arrive("Fresh", feed="incoming")
    clock.forward(hours=10, minutes=29)  # 09:29 in Kyiv
    assert handed_in_turn(database, anna) == ["Fresh", "Planned"]
    clock.forward(minutes=1)
    assert handed_in_turn(database, anna) == ["Planned", "Fresh"]
