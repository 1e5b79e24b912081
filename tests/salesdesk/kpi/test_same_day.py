"""A day has the same figures in whatever period it is asked for, also where a client called in before a promise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from salesdesk.access.sitting import Sitting
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.inbound import inbound
from salesdesk.kpi.figures import KpiReport
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Claim
from salesdesk.work.views import Recorded
from tests.support.clock import NOON, StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Call = Callable[..., Recorded]
Report = Callable[..., KpiReport]

FRIDAY = date(2026, 11, 27)
WEEK = [date(2026, 11, 23) + timedelta(days=day) for day in range(7)]


@pytest.fixture
def calls_in(database: Database, clock: StillClock) -> Callable[..., None]:
    """The client of this number calls, and what was said is recorded."""

    def make(desk: Desk, phone: str, said: Said) -> None:
        handed = inbound(Sitting(database, clock, desk.person), phone[-9:])
        desk.record_outcome(said, handed.claim)

    return make


@pytest.mark.parametrize("hours", [20, 48, 72, 94], ids="{}h after the promise".format)
def test_a_promise_counts_on_its_day_however_early_the_client_called_in(
    *,
    hire: Hire,
    arrive: Arrive,
    call: Call,
    calls_in: Callable[..., None],
    clock: StillClock,
    figures: Report,
    hours: int,
) -> None:
    anna = hire("anna")
    arrive("A", phone="+380671234567")
    call(anna, "A", Said("call-back", at="fri 12:00"))
    clock.forward(hours=hours)
    calls_in(anna, "+380671234567", Said("interested"))
    clock.at = NOON + timedelta(days=6)
    for since, until in combinations_with_replacement(WEEK[2:], 2):
        report = figures("day", since, until)
        rows = {row.key: row.figures.promises_due for row in report.rows}
        inside = since <= FRIDAY <= until
        assert (report.team.promises_due, report.team.promises_kept) == (int(inside), 0)
        assert rows.get(FRIDAY, 1) == 1
        assert sum(due or 0 for due in rows.values()) == int(inside)
    for by in ("manager", "status", "source", "rung"):
        alone = {row.key: row.figures.promises_due for row in figures(by, FRIDAY, FRIDAY).rows}
        assert sum(due or 0 for due in alone.values()) == 1
    assert figures(since=FRIDAY, until=FRIDAY, manager="anna").team.promises_due == 1
    assert figures(since=FRIDAY + timedelta(days=1), until=FRIDAY + timedelta(days=1)).previous.promises_due == 1


def test_every_figure_of_a_day_is_that_of_the_day_alone(
    *, hire: Hire, arrive: Arrive, call: Call, calls_in: Callable[..., None], clock: StillClock, figures: Report
) -> None:
    anna = hire("anna")
    for number, (name, said) in enumerate(
        [
            ("Promised", Said("call-back", at="wed 10:00")),
            ("Paid", Said("paid", amount="100", seconds=60)),
            ("Early", Said("call-back", at="sat 11:00")),
            ("Missed", Said("no-answer", "not-answering")),
            ("Late", Said("call-back", at="tue 9:30")),
            ("Refused", Said("refused", "price", seconds=30)),
        ]
    ):
        arrive(name, phone=f"+38067123450{number}", feed="incoming")
        call(anna, name, said)
        clock.forward(minutes=1)
    clock.forward(days=1)
    calls_in(anna, "+380671234502", Said("interested", seconds=45))
    calls_in(anna, "+380671234504", Said("call-back", at="thu 15:00"))
    clock.forward(hours=22)
    calls_in(anna, "+380671234500", Said("interested"))
    clock.at = NOON + timedelta(days=6)
    alone = {day: figures("day", day, day).rows[0].figures for day in WEEK}
    for since, until in combinations_with_replacement(WEEK, 2):
        rows = figures("day", since, until).rows
        assert {row.key: row.figures for row in rows} == {row.key: alone[row.key] for row in rows}  # type: ignore[index]
    assert [alone[day].promises_due for day in WEEK] == [0, 1, 1, 1, 0, 1, 0]
    assert [alone[day].calls for day in WEEK] == [6, 2, 1, 0, 0, 0, 0]


def test_promises_of_a_day_are_found_by_their_index(
    *, hire: Hire, arrive: Arrive, call: Call, clock: StillClock, figures: Report, database: Database
) -> None:
    anna = hire("anna")
    arrive("A")
    call(anna, "A", Said("call-back", at="+1h"))
    clock.forward(hours=1)
    call(anna, "A", Said("interested"))
    _repeat_the_last_call(database, clock.now(), 2000)
    asked: list[tuple[str, Any]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *seen: asked.append((seen[2], seen[3])))
    assert figures().team.promises_due == 1
    statement, values = next((text, values) for text, values in asked if "'callback'" in text)
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.read() as session:
        plan = str(session.connection().exec_driver_sql(f"{explain} {statement}", values).all())
    assert "ix_attempt_promise" in plan


def _repeat_the_last_call(database: Database, now: datetime, days: int) -> None:
    """A promise a day for years, up to the day before yesterday."""
    with database.write() as session:
        session.connection().execute(insert(Claim), [{"task_id": 1, "user_id": 1, "taken_at": now}] * days)
        claims = session.connection().execute(text("SELECT id FROM claim ORDER BY id DESC")).scalars().all()[:days]
        last = session.get_one(Attempt, 2).model_dump(exclude={"id"})
        history = [(claim, now - timedelta(days=ago)) for ago, claim in enumerate(claims, start=2)]
        rows = [
            {**last, "claim_id": claim, "at": at, "due_at": at, "wanted_at": at, "team_day": at.date()}
            for claim, at in history
        ]
        session.connection().execute(insert(Attempt), rows)
    if not database.is_sqlite:
        with database.write() as session:
            session.connection().execute(text("ANALYZE attempt"))
