"""What the schedule says of a typed time through Pilot: whose clock, which year, how sure, and which reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from screens.app import DeskApp
from tests.support.clock import StillClock
from tests.support.looking import ready, shows, text_of
from tests.support.scheduling import change_rules, line, scheduling, typed

AddClient = Callable[..., int]
AddPerson = Callable[..., Desk]


async def test_a_clock_is_never_named_after_a_city_that_lies_elsewhere(app: DeskApp, client: AddClient) -> None:
    client("Dana", zone="Asia/Almaty", city="Denver")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Dana", "free slot")
        await pilot.press(*"tom", "space", *"14")
        await shows(pilot, "Client  Tue 24 Nov 14:00 Almaty  ok")


@pytest.mark.parametrize(
    ("zone", "said"),
    [("Europe/Kyiv", "by your clock (not sure)"), ("Europe/London", "by the clock of Kyiv (not sure)")],
)
async def test_an_unsure_client_called_by_the_teams_hours_is_never_plainly_ok(
    person: AddPerson, client: AddClient, sqlite_database: Database, zone: str, said: str
) -> None:
    change_rules(sqlite_database, 'unknown_zone = "intersection"', 'unknown_zone = "home"')
    client("Moscow or Kamchatka", phone="+79161234567")
    app = DeskApp(person(zone=zone))
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Moscow or Kamchatka", "free slot")
        await pilot.press(*"tom", "space", *"12", "space", *"me")
        await shows(pilot, said)
        assert "  ok" in next(row for row in text_of(app).splitlines() if "You     " in row)
        await pilot.press(*["backspace"] * 5, *"1", "space", *"me")
        await shows(pilot, "! outside the client's hours (09-20)")


async def test_another_year_is_said(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=(80, 24)) as pilot:
        await scheduling(pilot, "Olena")
        await pilot.press(*"+400d")
        await shows(pilot, "Client  28 Dec 2027 12:00 Kyiv  ok")
        await shows(pilot, "You     28 Dec 2027 12:00 Kyiv  ok")
        await shows(pilot, "Tue 28 Dec 2027   tasks in each hour")


async def test_a_time_that_has_passed_is_said_as_people_do(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        await pilot.press(*"today", "space", "3")
        await shows(pilot, '"today 3" has passed: it would be today 03:00.')
        line(app).value = "22.11.2026 9:00"
        await shows(pilot, "it would be yesterday 09:00.")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_an_arrow_takes_either_reading_of_a_time_that_comes_twice(
    app: DeskApp, client: AddClient, clock: StillClock, size: tuple[int, int]
) -> None:
    clock.at = datetime(2026, 10, 24, 12, tzinfo=UTC)
    client("Olena")
    async with app.run_test(size=size) as pilot:
        await scheduling(pilot, "Olena", "free slot")
        await pilot.press(*"sun", "space", *"3:30")
        await shows(pilot, "03:30 on 25.10.2026 comes twice in Europe/Kyiv: the clocks change.")
        await shows(pilot, "Left takes 03:30 (+03:00), right 03:30 (+02:00)")
        await pilot.press("enter")
        await ready(pilot, "! 03:30 on 25.10.2026 comes twice")
        await shows(pilot, "Left takes 03:30 (+03:00), right 03:30 (+02:00)")
        assert await typed(pilot, "left") == "2026-10-25T03:30+03:00"
        line(app).value = "sun 3:30"
        assert await typed(pilot, "right") == "2026-10-25T03:30+02:00"
        await shows(pilot, "Client  Sun 25 Oct 03:30")
        line(app).value = "sun 3:30"
        assert await typed(pilot, "down") == "mon 03:30"


async def test_an_arrow_takes_the_time_before_or_after_one_that_is_skipped(
    app: DeskApp, client: AddClient, clock: StillClock
) -> None:
    clock.at = datetime(2027, 3, 27, 12, tzinfo=UTC)
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena", "free slot")
        await pilot.press(*"sun", "space", *"3:30")
        await shows(pilot, "Left takes 02:30, right 04:30.")
        assert await typed(pilot, "right") == "tomorrow 04:30"
        line(app).value = "sun 3:30"
        assert await typed(pilot, "left") == "tomorrow 02:30"


async def test_only_the_reading_still_to_come_is_offered(app: DeskApp, client: AddClient, clock: StillClock) -> None:
    clock.at = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)  # 03:50 in Kyiv, for the first time; 13:50 in Auckland
    client("Olena", zone="Pacific/Auckland")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena", "slot")
        await pilot.press(*"3:30", "space", *"me")
        await shows(pilot, "An arrow takes 03:30 (+02:00).")
        assert await typed(pilot, "left") == "today 14:30"


async def test_the_panel_leaves_with_the_client(
    app: DeskApp, client: AddClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client("Olena"), client("Petro")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        await pilot.press(*"fri", "space", *"10")
        painted: list[str] = []
        paint = app.screen._compositor_refresh

        def look() -> None:
            painted.append(text_of(app))
            paint()

        monkeypatch.setattr(app.screen, "_compositor_refresh", look)
        await pilot.press("enter")
        await ready(pilot, "Petro")
        await shows(pilot, "What happened?")
    assert not [frame for frame in painted if "Petro" in frame and "When?" in frame]
