"""The same calls broken down each way, on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.kpi.figures import KpiReport
from salesdesk.storage.models import User
from salesdesk.work.views import NothingDue, Recorded
from tests.support.clock import StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Call = Callable[..., Recorded]
Report = Callable[..., KpiReport]


@pytest.fixture
def floor(hire: Hire, arrive: Arrive, call: Call, clock: StillClock) -> Desk:
    """A of the site is missed twice and then promised a call; B of a fair in London asks for an offer, then pays."""
    anna = hire("anna")
    arrive("A", source="site")
    call(anna, "A")
    clock.forward(minutes=5)
    call(anna, "A")
    arrive("B", phone="+44 20 7946 0018", zone="Europe/London", source="fair")
    call(anna, "B", Said("offer-sent"))
    clock.forward(minutes=30)
    call(anna, "A", Said("call-back", at="+1h"))
    clock.forward(hours=2)
    return anna


@pytest.mark.usefixtures("floor")
def test_by_status_before_the_call_in_the_order_of_the_rules(figures: Report, call: Call, floor: Desk) -> None:
    call(floor, "A", Said("offer-sent"))
    rows = figures("status").rows
    assert [(row.key, row.label, row.figures.calls, row.figures.promises_due) for row in rows] == [
        ("new", "New", 5, 1),
    ]


@pytest.mark.usefixtures("floor")
def test_by_status_after_it_moved(figures: Report, call: Call, floor: Desk, clock: StillClock) -> None:
    clock.forward(days=2)
    call(floor, "A", Said("interested"))
    call(floor, "B", Said("paid", amount="9"))
    rows = figures("status").rows
    assert [(row.key, row.figures.calls, row.figures.won) for row in rows] == [("new", 1, 0), ("offer-sent", 1, 1)]


@pytest.mark.usefixtures("floor")
def test_by_source(figures: Report) -> None:
    rows = figures("source").rows
    assert [(row.key, row.figures.calls, row.figures.reached) for row in rows] == [("fair", 1, 1), ("site", 3, 1)]
    assert [(row.figures.promises_due, row.figures.overdue) for row in rows] == [(0, 0), (1, 1)]


@pytest.mark.usefixtures("floor")
def test_by_rung_is_the_number_of_the_call_since_the_client_was_reached(figures: Report) -> None:
    rows = figures("rung").rows
    assert [(row.key, row.figures.calls, row.figures.contact_rate) for row in rows] == [
        (1, 2, 0.5),
        (2, 1, 0.0),
        (3, 1, 1.0),
    ]
    assert rows[0].figures.overdue == 1


@pytest.mark.usefixtures("floor")
def test_by_hour_is_the_clients_own(figures: Report) -> None:
    rows = figures("hour").rows
    assert [(row.key, row.figures.calls) for row in rows] == [(10, 1), (12, 3)]
    assert {(row.figures.promises_due, row.figures.overdue) for row in rows} == {(None, None)}


def test_a_call_to_an_unsure_zone_has_no_hour(
    hire: Hire, arrive: Arrive, call: Call, clock: StillClock, figures: Report
) -> None:
    anna = hire("anna")
    arrive("A", phone="+7 916 123 45 67")
    waiting = anna.next_task()
    assert isinstance(waiting, NothingDue)
    assert waiting.next_due_at is not None
    clock.at = waiting.next_due_at
    call(anna, "A")
    assert [(row.as_json()["hour"], row.label, row.figures.calls) for row in figures("hour").rows] == [(None, "?", 1)]


def test_by_manager_a_lead_who_calls_has_a_row_and_a_disabled_manager_keeps_theirs(
    hire: Hire, arrive: Arrive, call: Call, figures: Report
) -> None:
    olga, ivan, gone = hire("olga", "lead", label="Olga P."), hire("ivan"), hire("gone")
    arrive("A"), arrive("B")
    call(olga, "A")
    call(ivan, "B")
    with ivan.database.write() as session:
        for desk in (ivan, gone):
            session.get_one(User, desk.person.id).active = False
    assert [(row.key, row.label) for row in figures().rows] == [("ivan", "ivan"), ("olga", "Olga P.")]


@pytest.mark.usefixtures("floor")
@pytest.mark.parametrize("by", ["manager", "day", "hour", "status", "source", "rung"])
def test_every_way_adds_up_to_the_team(figures: Report, by: str) -> None:
    report = figures(by)
    for name in ("calls", "reached", "won", "lost", "archived", "talk_seconds"):
        assert getattr(report.team, name) == sum(getattr(row.figures, name) for row in report.rows)
    assert [row.as_json()[by] for row in report.rows] == sorted(row.as_json()[by] for row in report.rows)
