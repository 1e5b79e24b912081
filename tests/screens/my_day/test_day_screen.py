"""My day through Pilot: the coming hours and days, to be looked at only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import col, select, update

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Task
from screens.app import DeskApp
from tests.support.clock import StillClock
from tests.support.looking import beat, ready, shows, text_of, until

AddClient = Callable[..., int]
SIZE = (120, 36)


def line_of(app: DeskApp, text: str) -> str:
    return next(line for line in text_of(app).splitlines() if text in line)


def promise(desk: Desk, at: str) -> None:
    desk.next_task()
    desk.record_outcome(Said("call-back", at=at, anyway=True))


async def test_promises_stand_on_both_clocks_and_the_days_turn(app: DeskApp, client: AddClient) -> None:
    client("Dana [x]", zone="Asia/Almaty", city="Almaty")
    promise(app.desk, "tomorrow 15")
    client("Early", zone="Europe/Kyiv")
    promise(app.desk, "tomorrow 7")
    client("Moved", zone="Asia/Almaty")
    promise(app.desk, "+1h")
    async with app.run_test(size=SIZE) as pilot:
        await shows(pilot, "Nothing due")
        await pilot.press("p")
        await shows(pilot, "[today]")
        await shows(pilot, "13:00  Moved")
        await shows(pilot, "16:00 in Almaty")
        await pilot.press("left", "right")
        await shows(pilot, "Tue 24 Nov, your time   you work 09:00-18:00")
        await shows(pilot, "12:00  Dana [x]")
        await shows(pilot, "15:00 in Almaty")
        await shows(pilot, "09:00  Early")
        await shows(pilot, "agreed for 07:00 yours")
        await pilot.press(*["right"] * 9)
        await shows(pilot, "[Sun 29]")
        await shows(pilot, "you do not work")
        await pilot.press("escape")
        await shows(pilot, "Nothing due")


async def test_a_late_promise_of_another_day_says_its_day_before_a_long_name(
    app: DeskApp, client: AddClient, clock: StillClock
) -> None:
    client("Name " * 20, zone="Europe/Kyiv")
    promise(app.desk, "+1h")
    clock.forward(days=3)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Name Name")
        await pilot.press("p")
        await shows(pilot, "23 Nov 13:00 ! late  Name")


async def test_an_hour_beyond_the_pace_is_marked(app: DeskApp, client: AddClient, sqlite_database: Database) -> None:
    for number in range(13):
        client(f"Client {number}", owner="anna")
    due_at = app.desk.clock.now() + timedelta(hours=3)
    with sqlite_database.write() as session:
        session.connection().execute(update(Task).values(due_at=due_at, feed="retry"))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("з")
        await shows(pilot, "! beyond your pace, 12 an hour")
        assert line_of(app, " 15:00 ").split("▏")[0].rstrip().endswith("13 !")
        assert line_of(app, " 16:00 ").split("▏")[0].split() == ["▌", "16:00", "·", "·", "·"]
        await pilot.press("p")
        await shows(pilot, "Nothing due")


async def test_the_claim_is_kept_alive_below_and_nothing_can_be_picked(
    app: DeskApp, client: AddClient, sqlite_database: Database, clock: StillClock
) -> None:
    client("Olena")

    def held_until() -> object:
        with sqlite_database.read() as session:
            return session.exec(select(Task.claimed_until).where(col(Task.claimed_by).is_not(None))).one()

    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        before = held_until()
        await pilot.press("p")
        await shows(pilot, "[today]")
        await pilot.press("1", "1", "3", "enter", "c", "z", "n", "k")
        clock.forward(minutes=5)
        beat(app)
        await until(pilot, lambda: held_until() != before, "a heartbeat")
        assert held_until() == before + timedelta(minutes=5)  # type: ignore[operator]
        assert "[today]" in text_of(app)
        await pilot.press("escape")
        await ready(pilot, "Olena")
    with sqlite_database.read() as session:
        assert session.exec(select(Attempt)).first() is None


async def test_a_plan_that_cannot_be_read_says_so(app: DeskApp, client: AddClient, monkeypatch: object) -> None:
    from screens.my_day import screen as day

    def away(*_: object) -> None:
        raise StorageError("The database is away.", "Wait.")

    monkeypatch.setattr(day, "my_day", away)  # type: ignore[attr-defined]
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("p")
        await shows(pilot, "! The database is away. Wait.")
