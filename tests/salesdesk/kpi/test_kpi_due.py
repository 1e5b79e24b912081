"""Promises, what is overdue, and speed to lead, counted by hand on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.kpi.figures import Figures, KpiReport
from salesdesk.work.views import Recorded
from tests.support.clock import NOON, StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Call = Callable[..., Recorded]
Report = Callable[..., KpiReport]

IN_AN_HOUR = Said("call-back", at="+1h")


def promised(figures: Figures) -> tuple[int | None, int | None]:
    return figures.promises_due, figures.promises_kept


@pytest.mark.parametrize(
    ("minutes", "talk", "kept"),
    [(0, None, 1), (5, None, 1), (5.1, None, 0), (8, 180, 1), (8, 179, 0)],
)
def test_a_promise_is_kept_when_its_call_begins_within_five_minutes(
    *,
    hire: Hire,
    arrive: Arrive,
    call: Call,
    clock: StillClock,
    figures: Report,
    minutes: float,
    talk: int | None,
    kept: int,
) -> None:
    anna = hire("anna")
    arrive("A")
    call(anna, "A", IN_AN_HOUR)
    assert promised(figures().team) == (0, 0)
    clock.forward(hours=1)
    assert promised(figures().team) == (1, 0)
    clock.forward(minutes=minutes)
    call(anna, "A", Said("interested", seconds=talk))
    assert promised(figures().team) == (1, kept)


def test_a_promise_is_whose_it_was_whoever_called(
    hire: Hire, arrive: Arrive, call: Call, clock: StillClock, figures: Report
) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive("A"), arrive("B")
    call(anna, "A", IN_AN_HOUR)
    call(anna, "B", IN_AN_HOUR)
    clock.forward(hours=1)
    call(anna, "A", Said("interested"))
    clock.forward(minutes=11)
    call(ivan, "B", Said("interested"))
    rows = {row.key: row.figures for row in figures().rows}
    assert promised(rows["anna"]) == (2, 1)
    assert promised(rows["ivan"]) == (0, 0)
    assert rows["ivan"].calls == 1
    assert promised(figures(manager="anna").team) == (2, 1)
    assert promised(figures(manager="ivan").team) == (0, 0)


def test_a_promise_moved_by_the_window_is_judged_by_the_first_allowed_time(
    hire: Hire, arrive: Arrive, call: Call, clock: StillClock, figures: Report
) -> None:
    anna = hire("anna")
    arrive("A")
    due = call(anna, "A", Said("call-back", at="tomorrow 7", anyway=True)).next_due_at
    assert due is not None
    clock.at = due.replace(minute=4)  # 09:04 for the client, who was promised 07:00
    call(anna, "A", Said("interested"))
    assert promised(figures().team) == (1, 1)
    assert promised(figures(since=date(2026, 11, 23), until=date(2026, 11, 23)).team) == (0, 0)


def test_promises_count_on_the_day_they_fell_due_also_when_the_clocks_change(
    hire: Hire, arrive: Arrive, call: Call, clock: StillClock, figures: Report
) -> None:
    clock.at = datetime(2026, 10, 24, 19, 0, tzinfo=UTC)  # Saturday 09:00 in Honolulu, 22:00 in Kyiv
    anna = hire("anna")
    arrive("A", phone="+1 808 555 1234", zone="Pacific/Honolulu")
    arrive("B", phone="+1 808 555 1235", zone="Pacific/Honolulu")
    call(anna, "A", Said("call-back", at="2026-10-24 10:30"))  # 20:30 UTC: 23:30 on Saturday in Kyiv (+3)
    call(anna, "B", Said("call-back", at="2026-10-25 11:30"))  # 21:30 UTC: 23:30 on Sunday in Kyiv (+2 by then)
    clock.at = datetime(2026, 10, 26, 10, 0, tzinfo=UTC)
    days = figures("day", date(2026, 10, 24), date(2026, 10, 26))
    assert [row.figures.promises_due for row in days.rows] == [1, 1, 0]
    assert [row.figures.overdue for row in days.rows] == [1, 1, 0]
    assert days.team.promises_due == days.team.overdue == 2


def test_overdue_is_a_retry_more_than_15_minutes_late(
    hire: Hire, arrive: Arrive, call: Call, clock: StillClock, figures: Report
) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive("Nobody's")
    arrive("Ivan's", owner="ivan")
    call(anna, "Nobody's")
    call(ivan, "Ivan's")
    clock.forward(minutes=20)
    assert figures().team.overdue == 0
    clock.forward(seconds=1)
    report = figures()
    assert report.team.overdue == 2
    assert {row.key: row.figures.overdue for row in report.rows} == {"anna": 0, "ivan": 1}
    assert figures(manager="ivan").team.overdue == 1
    assert figures(since=date(2026, 11, 1), until=date(2026, 11, 2)).team.overdue == 2
    assert report.previous.overdue is None


def test_a_client_who_was_never_called_is_not_overdue(arrive: Arrive, clock: StillClock, figures: Report) -> None:
    arrive("Planned"), arrive("Fresh", feed="incoming")
    clock.forward(hours=4)
    assert figures().team.overdue == 0


def test_speed_to_lead_is_the_median_wait_of_those_who_came(
    hire: Hire, arrive: Arrive, call: Call, clock: StillClock, figures: Report
) -> None:
    anna = hire("anna")
    arrive("Imported")
    arrive("Quick", feed="incoming")
    arrive("Slow", feed="incoming")
    assert figures().team.speed_to_lead_seconds is None
    clock.forward(minutes=3)
    call(anna, "Quick", Said("interested", seconds=60))  # begun two minutes after arriving
    clock.forward(minutes=37)
    call(anna, "Imported")
    call(anna, "Slow")  # no longer fresh, but it did come in
    clock.forward(minutes=5)
    call(anna, "Imported")  # a second call is nobody's first
    team = figures().team
    assert (team.speed_to_lead_seconds, team.speed_to_lead_share) == ((2 * 60 + 40 * 60) / 2, 0.5)
    assert figures("status").rows[0].figures.speed_to_lead_seconds == team.speed_to_lead_seconds


def test_only_callable_time_counts_as_waiting(
    hire: Hire, arrive: Arrive, call: Call, clock: StillClock, figures: Report
) -> None:
    anna = hire("anna")
    clock.at = NOON.replace(hour=17, minute=58)  # 19:58 in Kyiv: two minutes before the window closes
    arrive("A", feed="incoming")
    clock.at = NOON.replace(day=24, hour=7, minute=2)  # 09:02, two minutes after it opens
    call(anna, "A")
    team = figures().team
    assert (team.speed_to_lead_seconds, team.speed_to_lead_share) == (240, 1.0)
