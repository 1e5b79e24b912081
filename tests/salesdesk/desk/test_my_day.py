"""My day: what is coming for one person, hour by hour and day by day, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlmodel import col, select, update

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.load import USUAL_PACE
from salesdesk.desk.my_day import DAYS, MyDay, PlannedHour, my_day
from salesdesk.storage.database import Database
from salesdesk.storage.models import Task, User
from tests.support.clock import StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]


def plan_of(desk: Desk, ahead: int = 0) -> MyDay:
    return my_day(desk.sitting, ahead)


def hour(plan: MyDay, at: int) -> PlannedHour:
    """The hour that begins at ``at`` UTC."""
    return next(hour for hour in plan.hours if hour.starts_at.hour == at)


def promise(desk: Desk, at: str) -> None:
    desk.next_task()
    desk.record_outcome(Said("call-back", at=at, anyway=True))


def miss(desk: Desk) -> None:
    desk.next_task()
    desk.record_outcome(Said("no-answer", "not-answering"))


def put(database: Database, client: int, due_at: datetime, feed: str = "retry", owner: Desk | None = None) -> None:
    """Have a client's task fall due at an instant."""
    values = {"due_at": due_at, "feed": feed, "assignee_id": owner.person.id if owner else None}
    with database.write() as session:
        session.connection().execute(update(Task).where(col(Task.client_id) == client).values(values))


def test_seven_days_from_the_present_hour_on_with_the_hours_of_work(hire: Hire) -> None:
    anna = hire("anna")
    plans = [plan_of(anna, ahead) for ahead in range(DAYS)]
    assert [plan.day for plan in plans] == [date(2026, 11, 23) + timedelta(days=n) for n in range(7)]
    assert plans[0].hours[0].starts_at == datetime(2026, 11, 23, 10, tzinfo=UTC)  # noon in Kyiv
    assert [len(plan.hours) for plan in plans] == [12, *[24] * 6]
    worked = [hour.starts_at.hour + 2 for hour in plans[1].hours if hour.works]
    assert worked == list(range(9, 18))
    assert plans[5].working == ()  # Saturday
    assert (plans[0].zone, plans[0].pace, plans[0].people) == ("Europe/Kyiv", USUAL_PACE, 1)


def test_promises_are_mine_alone_with_the_clients_zone_and_the_agreed_time(hire: Hire, arrive: Arrive) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive("Dana", zone="Asia/Almaty", city="Almaty")
    promise(anna, "tomorrow 15")
    arrive("Early", zone="Europe/Kyiv")
    promise(anna, "tomorrow 7")
    arrive("Not hers", zone="Europe/Kyiv")
    promise(ivan, "tomorrow 15")
    tomorrow = plan_of(anna, 1).promises
    assert [(found.name, found.city, found.zone) for found in tomorrow] == [
        ("Early", "", "Europe/Kyiv"), ("Dana", "Almaty", "Asia/Almaty"),
    ]  # fmt: skip
    early, dana = tomorrow
    assert early.agreed_at == datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert early.due_at == datetime(2026, 11, 24, 7, tzinfo=UTC)
    assert dana.due_at == dana.agreed_at == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert hour(plan_of(anna, 1), 10) == PlannedHour(dana.due_at, promised=1, mine=1, works=True)


def test_what_is_anybodys_is_shared_evenly_and_what_is_anothers_left_out(
    hire: Hire, arrive: Arrive, database: Database
) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    hire("maria", "lead")
    at = datetime(2026, 11, 24, 8, 59, 59, tzinfo=UTC)
    for name in ("one", "two", "three"):
        put(database, arrive(name), at)
    put(database, arrive("mine"), at, owner=anna)
    put(database, arrive("his"), at, owner=ivan)
    put(database, arrive("import"), at, feed="planned")
    plan = plan_of(anna, 1)
    assert plan.people == 2
    assert hour(plan, 8) == PlannedHour(
        datetime(2026, 11, 24, 8, tzinfo=UTC), retries=4, other=1, mine=1, share=2, works=True
    )
    assert hour(plan, 8).load == 3
    assert hour(plan, 9).load == 0


def test_a_late_promise_stands_on_today_alone_and_what_is_due_already_in_no_hour(
    hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    anna = hire("anna")
    arrive("Olena")
    promise(anna, "today 12:05")
    arrive("Petro")
    clock.forward(days=2)
    today, tomorrow = plan_of(anna), plan_of(anna, 1)
    assert [found.name for found in today.promises] == ["Olena"]
    assert tomorrow.promises == ()
    assert sum(hour.load for plan in (today, tomorrow) for hour in plan.hours) == 0


def test_retries_stand_in_the_hour_in_which_they_fall_due(hire: Hire, arrive: Arrive) -> None:
    anna = hire("anna")
    arrive("Olena")
    miss(anna)
    assert hour(plan_of(anna), 10).retries == 1


def test_hours_are_those_of_the_persons_own_clock(hire: Hire, arrive: Arrive, database: Database) -> None:
    anna = hire("anna", zone="Asia/Kathmandu")  # 15:45 there; quarters of an hour off
    put(database, arrive("Olena"), datetime(2026, 11, 23, 11, 14, tzinfo=UTC), owner=anna)
    put(database, arrive("Petro"), datetime(2026, 11, 23, 11, 15, tzinfo=UTC), owner=anna)
    hours = plan_of(anna).hours
    assert [(hour.starts_at.hour, hour.starts_at.minute, hour.mine) for hour in hours[:3]] == [
        (9, 15, 0), (10, 15, 1), (11, 15, 1),
    ]  # fmt: skip


def test_ones_own_hours_are_by_ones_own_clock(hire: Hire, database: Database) -> None:
    anna = hire("anna", zone="Europe/Warsaw")
    with database.write() as session:
        session.exec(select(User).where(User.name == "anna")).one().hours = '{"tue": "08:30-10:00"}'
    tuesday = plan_of(anna, 1)
    assert tuesday.working == ((datetime(2026, 11, 24, 7, 30, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC)),)
    assert [hour.starts_at.hour for hour in tuesday.hours if hour.works] == [7, 8]


def test_a_day_on_which_the_clocks_go_back_has_twenty_five_hours(hire: Hire, clock: StillClock) -> None:
    clock.at = datetime(2026, 10, 24, 9, tzinfo=UTC)
    sunday = plan_of(hire("anna"), 1)
    assert (sunday.day, len(sunday.hours)) == (date(2026, 10, 25), 25)
