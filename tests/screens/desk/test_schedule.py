"""The schedule through Pilot: both clocks, the load of the day, warnings, and booking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.models import Task, User
from screens.app import DeskApp
from tests.support.clock import in_words
from tests.support.looking import ready, shows, text_of
from tests.support.scheduling import line, open_task, scheduling

AddClient = Callable[..., int]
AddPerson = Callable[..., Desk]


async def test_every_keystroke_moves_both_clocks(app: DeskApp, client: AddClient) -> None:
    client("Dana", zone="Asia/Almaty", city="Алмати")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Dana", "free slot")
        await pilot.press(*"tom", "space", "1")
        await shows(pilot, "Client  Tue 24 Nov 01:00 Алмати  ! outside the client's hours (09-20)")
        await shows(pilot, "You     Mon 23 Nov 22:00 Kyiv    ! outside your hours (09-18)")
        await pilot.press("1")
        await shows(pilot, "Client  Tue 24 Nov 11:00 Алмати  ok")
        await shows(pilot, "You     Tue 24 Nov 08:00 Kyiv    ! outside your hours (09-18)")
        await pilot.press("backspace", "4")
        await shows(pilot, "Client  Tue 24 Nov 14:00 Алмати  ok")
        await shows(pilot, "You     Tue 24 Nov 11:00 Kyiv    ok")


async def test_refused_text_is_said_where_the_clocks_stand(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        await shows(pilot, "tomorrow 10   fri 14:00   +2h   завтра 15")
        await pilot.press(*"blah")
        await shows(pilot, '"blah"')
        assert "Client  " not in text_of(app)
        await pilot.press(*["backspace"] * 4)
        await shows(pilot, "tomorrow 10   fri 14:00")


@pytest.mark.parametrize(("size", "hours"), [((80, 24), 17), ((120, 36), 24), ((200, 50), 24), ((100, 30), 22)])
async def test_the_day_shows_the_load_on_both_clocks_at_any_width(  # noqa: PLR0917
    app: DeskApp, client: AddClient, sqlite_database: Database, size: tuple[int, int], hours: int, person: AddPerson
) -> None:
    ivan = person("ivan").person
    client("Dana", zone="Asia/Almaty")
    for number in range(5):
        client(f"Client {number}", zone="Asia/Almaty")
    due = datetime(2026, 11, 24, 8, tzinfo=UTC)  # 10:00 in Kyiv, 13:00 in Almaty
    with sqlite_database.write() as session:
        tasks = session.exec(select(Task).order_by(col(Task.id)).offset(1)).all()
        for number, task in enumerate(tasks):
            task.due_at = due + timedelta(minutes=20 * number)
            task.assignee_id = app.desk.person.id if number < 3 else ivan.id
    async with app.run_test(size=size) as pilot:
        await scheduling(pilot, "Dana", "free slot")
        await pilot.press(*"tom", "space", *"14")
        await shows(pilot, "[14]")
        await shows(pilot, "▂")
        rows = text_of(app).splitlines()
        client_row, my_row, bars, mine, team = (
            next(index for index, row in enumerate(rows) if row.strip().startswith(label)) + more
            for label, more in (("client  ", 0), ("you  ", 0), ("yours", 0), ("yours", 1), ("team", 0))
        )
        at = rows[my_row].index("[11]")
        assert rows[client_row][at : at + 4] == "[14]"
        assert [rows[row][at - 4 : at + 4].ljust(8) for row in (bars, mine, team)] == [
            "  ▂     ",
            "  3   0 ",
            "  3   2 ",
        ]
        assert len(rows[my_row].split()) == hours + 1
        assert "Dana" in rows[1] or "Dana" in rows[2], "the client stays in view"
        assert "F1 help" in rows[-1]


async def test_a_full_hour_a_holiday_and_hours_of_ones_own_only_warn(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    with sqlite_database.write() as session:
        me = session.exec(select(User).where(User.name == "anna")).one()
        me.hours = '{"mon-sun": "08:00-22:00"}'
    client("Ola", phone="+48221234567", country="PL", zone="Europe/Warsaw")
    for number in range(12):
        client(f"Client {number}")
    with sqlite_database.write() as session:
        for task in session.exec(select(Task).order_by(col(Task.id)).offset(1)):
            task.due_at, task.assignee_id = datetime(2026, 12, 24, 13, 5, tzinfo=UTC), app.desk.person.id
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Ola", "free slot")
        await pilot.press(*"24.12", "space", *"14")
        await shows(pilot, "! full hour (12 of 12)")
        await shows(pilot, "█")
        await pilot.press(*["backspace"] * 7, *"5.12", "space", *"14")
        await shows(pilot, "! holiday there")
        await pilot.press("enter")
        await shows(pilot, "Call back for Ola, next 25 Dec 15:00")
    with sqlite_database.read() as session:
        booked = session.exec(select(Task).where(Task.feed == "callback")).one()
        assert (booked.allowed_by, booked.due_at) == (None, datetime(2026, 12, 25, 13, tzinfo=UTC))


async def test_a_promise_outside_the_clients_hours_is_recorded_with_who_allowed_it(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        await pilot.press(*"tomorrow", "space", "7", "enter")
        await shows(pilot, "Enter again books it: it will be fed Tue")
        assert line(app).value == "tomorrow 7"
        await pilot.press("enter")
        await shows(pilot, "Call back for Olena, next tomorrow 09:00")
    task = open_task(sqlite_database)
    assert (task.agreed_wall, task.allowed_by) == ("2026-11-24T07:00", app.desk.person.id)
    assert "anna allowed that time anyway" in in_words(task.because)


async def test_a_confirmation_that_was_not_needed_counts_for_nothing(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    app.desk.next_task()
    app.desk.record_outcome(Said("call-back", at="tomorrow 10", anyway=True))
    task = open_task(sqlite_database)
    assert task.allowed_by is None
    assert not any("anyway" in because for because in in_words(task.because))


async def test_escape_closes_the_schedule_and_it_opens_anew(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        await pilot.press(*"tom", "escape")
        await shows(pilot, "8  Do not call")
        await scheduling(pilot, "Olena")
        assert line(app).value == ""


async def test_a_zone_with_minutes_shows_them_over_its_columns(app: DeskApp, client: AddClient) -> None:
    client("Bishal", zone="Asia/Kathmandu")
    async with app.run_test(size=(80, 24)) as pilot:
        await scheduling(pilot, "Bishal", "free slot")
        await pilot.press(*"tom", "space", *"16")
        await shows(pilot, "[15:45]")
        rows = text_of(app).splitlines()
        theirs = next(row for row in rows if "[15:45]" in row)
        mine = next(row for row in rows if "[12]" in row)
        assert theirs.index("[15:45]") + 1 == mine.index("[12]")


async def test_a_lost_database_is_said_and_typing_goes_on(
    app: DeskApp, client: AddClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise StorageError("The database is away.", "Wait.")

    monkeypatch.setattr("screens.desk.parts.schedule.part.prospect", lost)
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("c", *"tom", "space", *"10")
        await shows(pilot, "The database is away.")
        await shows(pilot, "Client  Tue 24 Nov 10:00")
        await pilot.press("enter")
        await shows(pilot, "Call back for Olena, next tomorrow 10:00")
