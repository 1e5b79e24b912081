"""The load of a day and a person's pace, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.load import USUAL_PACE, HourLoad, day_load, pace, planned_hours
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Import, Task, Undo, key_of
from salesdesk.words.days import day_typed
from tests.support.clock import StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def due(database: Database, arrive: Arrive) -> Callable[..., int]:
    """Adds a client whose task falls due at an instant written as UTC."""

    def add(at: str, **changed: object) -> int:
        client = arrive()
        with database.write() as session:
            task = session.exec(select(Task).where(Task.client_id == client)).one()
            task.due_at = datetime.fromisoformat(at).replace(tzinfo=UTC)
            for name, value in changed.items():
                setattr(task, name, value)
            return key_of(task)

    return add


def loaded(desk: Desk, day: date = TUESDAY, owner: str | None = None) -> dict[int, tuple[int, int, int]]:
    """The hours that hold something: promised, other, mine."""
    rows = day_load(desk.sitting, day, owner)
    assert [row.hour for row in rows] == list(range(24))
    return {row.hour: (row.promised, row.other, row.mine) for row in rows if row != HourLoad(row.hour)}


def test_tasks_are_counted_in_the_persons_own_hours(hire: Hire, due: Callable[..., int]) -> None:
    anna, ivan = hire("anna"), hire("ivan", zone="Asia/Kathmandu")
    for at in ("2026-11-24 06:59:59.999", "2026-11-24 07:00", "2026-11-24 07:44", "2026-11-23 21:59"):
        due(at)
    due("2026-11-24 07:59", feed="callback", assignee_id=anna.person.id)
    assert loaded(anna) == {8: (0, 1, 0), 9: (1, 2, 1)}  # Kyiv is two hours ahead, and 21:59 is Monday's 23:59
    assert loaded(ivan) == {3: (0, 1, 0), 12: (0, 2, 0), 13: (1, 1, 0)}  # 5 h 45 min ahead, so 07:15 begins an hour
    assert loaded(anna, date(2026, 11, 23)) == {23: (0, 1, 0)}


def test_only_what_one_may_take_counts_and_a_lead_sees_all(
    hire: Hire, due: Callable[..., int], database: Database, clock: StillClock
) -> None:
    anna, ivan, maria = hire("anna", pools=("sales",)), hire("ivan"), hire("maria", "lead")
    with database.write() as session:
        unfinished = Import(file_name="x.csv", user_id=anna.person.id, started_at=clock.now())
        session.add(unfinished)
        session.flush()
        import_id = key_of(unfinished)
    due("2026-11-24 10:00", import_id=import_id)
    due("2026-11-24 10:00", pool="sales")
    due("2026-11-24 10:00")
    closed = due("2026-11-24 10:00")
    with database.write() as session:
        task = session.get_one(Task, closed)
        task.closed_at, task.closed_by = clock.now(), "dnc"
    assert loaded(anna) == {12: (0, 2, 0)}
    assert loaded(ivan) == {12: (0, 1, 0)}
    assert loaded(maria) == {12: (0, 2, 0)}


def test_an_owners_load_is_what_is_assigned_to_them(hire: Hire, due: Callable[..., int]) -> None:
    anna, ivan, maria = hire("anna"), hire("ivan"), hire("maria", "lead")
    due("2026-11-24 10:00", assignee_id=anna.person.id)
    due("2026-11-24 10:00", assignee_id=ivan.person.id, feed="callback")
    due("2026-11-24 10:00")
    assert loaded(anna, owner="anna") == {12: (0, 1, 1)}
    assert loaded(maria, owner="ivan") == {12: (1, 0, 0)}
    with pytest.raises(NotAllowed):
        loaded(anna, owner="ivan")
    with pytest.raises(NothingToDo):
        loaded(maria, owner="nobody")


def test_a_day_of_25_hours_sums_the_doubled_one_and_a_day_of_23_has_an_empty_one(
    hire: Hire, due: Callable[..., int]
) -> None:
    anna = hire("anna")
    for at in ("2026-10-25 00:30", "2026-10-25 01:30", "2026-10-25 21:59", "2026-10-25 22:00"):
        due(at)
    assert loaded(anna, date(2026, 10, 25)) == {3: (0, 2, 0), 23: (0, 1, 0)}
    due("2026-03-29 00:59"), due("2026-03-29 01:00")
    assert loaded(anna, date(2026, 3, 29)) == {2: (0, 1, 0), 4: (0, 1, 0)}


def test_one_query_counts_a_day_by_the_index(hire: Hire, due: Callable[..., int], database: Database) -> None:
    anna = hire("anna")
    for number in range(3):
        due(f"2026-11-24 1{number}:00")
    statements: list[tuple[str, object]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *seen: statements.append((seen[2], seen[3])))
    assert sum(sum(counts[:2]) for counts in loaded(anna).values()) == 3
    counting = [(text, values) for text, values in statements if "sum(" in text.casefold()]
    assert len(counting) == 1
    if database.is_sqlite:
        with database.read() as session:
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {counting[0][0]}", counting[0][1])  # type: ignore[arg-type]
            assert any("ix_task_feed" in str(row) and "due_at>? AND due_at<?" in str(row) for row in plan), list(plan)


def test_the_hours_planned_for_a_person_are_wall_hours(
    hire: Hire, due: Callable[..., int], database: Database, clock: StillClock
) -> None:
    anna = hire("anna").person
    for at in ("2026-11-24 10:05", "2026-11-24 10:55", "2026-12-24 10:05"):
        due(at, assignee_id=anna.id)
    due("2026-11-24 10:05")
    with database.read() as session:
        found = planned_hours(session, anna, "Asia/Kathmandu", clock.now(), clock.now() + timedelta(days=7))
    assert found == {datetime.fromisoformat("2026-11-24 15:00"): 1, datetime.fromisoformat("2026-11-24 16:00"): 1}


def calls(desk: Desk, arrive: Arrive, clock: StillClock, count: int) -> None:
    """Make so many calls within one hour."""
    for number in range(count):
        arrive(f"Client {number}")
    for _ in range(count):
        desk.next_task()
        desk.record_outcome(Said("interested"))
        clock.forward(minutes=1)


def test_the_pace_is_the_median_of_the_hours_worked(
    hire: Hire, arrive: Arrive, clock: StillClock, database: Database
) -> None:
    anna = hire("anna")

    def paced() -> int:
        with database.read() as session:
            return pace(session, anna.person, clock.now())

    assert paced() == USUAL_PACE
    for count in (1, 7, 4, 4):
        calls(anna, arrive, clock, count)
        clock.forward(minutes=60 - count)
    assert paced() == USUAL_PACE, "four hours tell too little"
    calls(anna, arrive, clock, 5)
    assert paced() == 4
    with database.write() as session:
        last = session.exec(select(Attempt).order_by(col(Attempt.id).desc()).limit(4)).all()
        session.add_all(Undo(attempt_id=key_of(row), user_id=anna.person.id, at=clock.now()) for row in last)
    assert paced() == 4
    clock.forward(days=13)
    assert paced() == 4
    clock.forward(days=2)
    assert paced() == USUAL_PACE, "what is long ago is forgotten"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-01", "2026-12-01"),
        ("today", "2026-11-24"),
        ("Tomorrow", "2026-11-25"),
        ("завтра", "2026-11-25"),
        ("tue", "2026-11-24"),
        ("fri", "2026-11-27"),
        ("пн", "2026-11-30"),
        ("25.11", "2026-11-25"),
        ("п’ятниця", "2026-11-27"),
    ],
)
def test_days_are_named_as_people_do(text: str, day: str) -> None:
    assert day_typed(text, TUESDAY) == date.fromisoformat(day)


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "25.13", "10"])
def test_anything_else_is_no_day(text: str) -> None:
    with pytest.raises(BadRequest, match="is not a day"):
        day_typed(text, TUESDAY)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_too_far(text: str) -> None:
    with pytest.raises(BadRequest, match="too far"):
        day_typed(text, TUESDAY)
