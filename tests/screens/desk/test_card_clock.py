"""Whose clock the card shows, what it says where that is not sure, and the lines of the bottom bar at 80 cells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from salesdesk.access.sitting import Sitting
from salesdesk.clients.set_zone import set_zone
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.work.rulebook import save
from screens.app import DeskApp
from tests.support.clock import StillClock
from tests.support.looking import ready, shows, text_of
from tests.support.rule_texts import changed_preset

AddClient = Callable[..., int]
AddPerson = Callable[..., Desk]
SMALL, LARGE = (80, 24), (120, 36)


def awake(app: DeskApp, clock: StillClock) -> None:
    """Go to when the next client may be called."""
    due = app.desk.waiting().next_due_at
    assert isinstance(due, datetime)
    clock.at = due


async def test_a_given_zone_is_named_and_not_the_city(app: DeskApp, client: AddClient) -> None:
    client("Jan", phone="+48583001122", city="Gdańsk", zone="Asia/Almaty", country="PL")
    async with app.run_test(size=LARGE) as pilot:
        await shows(pilot, "15:00:00  Almaty  (+3 h from you)")
        await shows(pilot, "Asia/Almaty · as given · sure · Gdańsk")
        await shows(pilot, "! city says Warsaw, given as Almaty")


async def test_a_zone_set_against_the_city_takes_its_name_off_the_clock(
    app: DeskApp, client: AddClient, person: AddPerson, sqlite_database: Database, clock: StillClock
) -> None:
    olena = client("Olena", phone="+79161234567", city="Красноярск")
    set_zone(Sitting(sqlite_database, clock, person("maria", "lead").person), olena, "europe/kyiv")
    async with app.run_test(size=LARGE) as pilot:
        await shows(pilot, "12:00:00  Kyiv  (your time)")
        assert "12:00:00  Красноярск" not in text_of(app)


async def test_a_city_that_is_not_known_is_no_name_of_a_clock(app: DeskApp, client: AddClient) -> None:
    client("Olena", city="Кукуєве")
    async with app.run_test(size=LARGE) as pilot:
        await shows(pilot, "12:00:00  Kyiv  (your time)")
        await shows(pilot, "Europe/Kyiv · from phone · sure · Кукуєве")


async def test_a_city_that_agrees_with_a_given_zone_names_its_clock(app: DeskApp, client: AddClient) -> None:
    client("Olena", city="Львів", zone="Europe/Kyiv")
    async with app.run_test(size=LARGE) as pilot:
        await shows(pilot, "12:00:00  Львів  (your time)")
        await shows(pilot, "Europe/Kyiv · as given · sure ")


async def test_a_city_that_told_the_zone_names_its_clock(app: DeskApp, client: AddClient) -> None:
    client("Olena", phone="+79161234567", city="Красноярск")
    async with app.run_test(size=LARGE) as pilot:
        await shows(pilot, "17:00:00  Красноярск  (+5 h from you)")
        await shows(pilot, "Asia/Krasnoyarsk · from city · sure ")


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_city_of_an_unsure_client_is_a_hint(
    app: DeskApp, client: AddClient, clock: StillClock, size: tuple[int, int]
) -> None:
    client("Olena", phone="+79161234567", city="Мухосранск")
    awake(app, clock)
    async with app.run_test(size=size) as pilot:
        await shows(pilot, "?  one of 11 zones · Мухосранск   open until ")
        await shows(pilot, "? not sure")


def team_rules(database: Database, clock: StillClock, unknown_zone: str) -> None:
    with database.write() as session:
        save(
            session,
            changed_preset(('unknown_zone = "intersection"', f'unknown_zone = "{unknown_zone}"')),
            author_id=None,
            note="",
            now=clock.now(),
        )


async def test_hours_by_the_managers_own_clock_are_said_to_be_so(
    app: DeskApp, client: AddClient, sqlite_database: Database, clock: StillClock
) -> None:
    team_rules(sqlite_database, clock, "home")
    client("Olena", phone="+79161234567")
    async with app.run_test(size=SMALL) as pilot:
        await shows(pilot, "one of 11 zones   by your clock until 20:00")


async def test_or_by_the_teams(
    client: AddClient, person: AddPerson, sqlite_database: Database, clock: StillClock
) -> None:
    team_rules(sqlite_database, clock, "home")
    client("Olena", phone="+79161234567")
    app = DeskApp(person(zone="Europe/Warsaw"))
    async with app.run_test(size=(200, 50)) as pilot:
        await shows(pilot, "by the team's clock (Kyiv) until 19:00 yours")


async def test_when_it_fell_due_stays_true_on_an_open_card(app: DeskApp, client: AddClient, clock: StillClock) -> None:
    client("Olena")
    clock.forward(minutes=12)
    async with app.run_test(size=SMALL) as pilot:
        await shows(pilot, "Why now  feed planned, due 12:00 yours · imported")
        clock.forward(minutes=40)
        await shows(pilot, "12:52:0")
        await shows(pilot, "due 12:00 yours")


async def test_a_long_name_leaves_room_for_the_time(app: DeskApp, client: AddClient) -> None:
    client("Siobhan O'Connor of the Very Long Name & Daughters, Dublin and Cork")
    client("Petro")
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot, "Siobhan")
        await pilot.press("1")
        await shows(pilot, "Does not answer")
        await pilot.press("1")
        await shows(pilot, "No answer for Siobhan O'Connor of…, next today 12:05 yours and theirs")
        bar = text_of(app).splitlines()[-1].rstrip()
        assert bar.endswith("  F1 help")


async def test_help_keeps_its_distance_from_a_long_message(app: DeskApp, client: AddClient) -> None:
    client("Olena", phone="+79161234567", zone="America/Argentina/Buenos_Aires")
    async with app.run_test(size=SMALL) as pilot:
        await shows(pilot, "Nothing due")
        app.screen.query_one("BottomBar").say("x" * 200)  # type: ignore[attr-defined]
        await shows(pilot, "x…  F1 help")


async def test_a_city_is_not_named_twice(app: DeskApp, client: AddClient) -> None:
    client("Olena", city="Kyiv", zone="Europe/Kyiv")
    async with app.run_test(size=SMALL) as pilot:
        await shows(pilot, "Europe/Kyiv · as given · sure\n")
