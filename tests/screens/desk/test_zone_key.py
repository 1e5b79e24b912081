"""The zone key through Pilot: where the client is, said during the call."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select
from textual import events
from textual.widgets import Input

from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Client, Task
from screens.app import DeskApp
from tests.support.clock import StillClock
from tests.support.looking import beat, ready, shows, text_of, until

AddClient = Callable[..., int]
SIZE = (120, 36)


def client_row(database: Database) -> Client:
    with database.read() as session:
        return session.exec(select(Client)).one()


def claim_of(database: Database) -> int | None:
    with database.read() as session:
        return session.exec(select(Task.claim_id).where(Task.claimed_by != None)).one()  # noqa: E711


def no_attempts(database: Database) -> bool:
    with database.read() as session:
        return session.exec(select(Attempt)).first() is None


@pytest.mark.parametrize("size", [(80, 24), SIZE])
async def test_a_digit_takes_a_place_and_the_card_goes_by_its_clock(
    app: DeskApp, client: AddClient, sqlite_database: Database, size: tuple[int, int]
) -> None:
    client("Olena")
    async with app.run_test(size=size) as pilot:
        await ready(pilot, "Olena")
        claim = claim_of(sqlite_database)
        await pilot.press("z")
        await shows(pilot, "Where are they?")
        await pilot.press(*"krasnoy")
        await shows(pilot, "1  Krasnoyarsk")
        await shows(pilot, "17:00  +5 h")
        await pilot.press("1")
        await shows(pilot, "zone Asia/Krasnoyarsk (was Kyiv): open until 20:00")
        await shows(pilot, "17:00:00  Krasnoyarsk  (+5 h from you)   open until 20:00 there")
        await shows(pilot, "Asia/Krasnoyarsk · as given · sure")
        await shows(pilot, "What happened?")
    assert client_row(sqlite_database).zone == "Asia/Krasnoyarsk"
    assert no_attempts(sqlite_database)
    assert claim is not None


async def test_the_claim_stays_and_the_call_goes_on(app: DeskApp, client: AddClient, sqlite_database: Database) -> None:
    client("Olena"), client("Petro")
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        claim = claim_of(sqlite_database)
        await pilot.press("n", *"price", "enter")
        await shows(pilot, "note  price")
        await pilot.press("z", *"almaty", "enter")
        await shows(pilot, "zone Asia/Almaty")
        assert claim_of(sqlite_database) == claim
        await ready(pilot, "note  price")
        await pilot.press("3")
        await shows(pilot, "Interested for Olena")
        await shows(pilot, "Petro")


async def test_cities_are_found_in_cyrillic_and_arrows_move(app: DeskApp, client: AddClient) -> None:
    client("Olena", country="RU")
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("я", *"красно")
        await shows(pilot, ">1  Krasnoyarsk")
        await pilot.press("down")
        await shows(pilot, ">2  Krasnodar")
        await pilot.press("up", "up", "down", "enter")
        await shows(pilot, "zone Asia/Krasnoyarsk")


async def test_a_zone_may_be_named_as_such_and_ends_the_doubt(
    app: DeskApp, client: AddClient, clock: StillClock
) -> None:
    client("Moscow or Kamchatka", phone="+79161234567")
    waiting = app.desk.waiting()
    assert waiting.next_due_at is not None
    clock.at = waiting.next_due_at
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "? not sure")
        await pilot.press("z", *"asia/novok")
        await shows(pilot, "1  Asia/Novokuznetsk")
        await pilot.press("1")
        await shows(pilot, "zone Asia/Novokuznetsk (was unsure, ")
        await shows(pilot, "Asia/Novokuznetsk · as given · sure")


async def test_escape_leaves_it_as_it_is(app: DeskApp, client: AddClient, sqlite_database: Database) -> None:
    client("Olena")
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("z", *"krasnoy")
        await shows(pilot, "Krasnoyarsk")
        await pilot.press("escape")
        await shows(pilot, "8  Do not call")
        await pilot.press("6")
        await shows(pilot, "No need")
    assert client_row(sqlite_database).zone == "Europe/Kyiv"


async def test_digits_are_never_text_and_those_of_nothing_do_nothing(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("z", "1", "8")
        await shows(pilot, "two letters are enough")
        await pilot.press(*"qqqq", "1", "enter")
        await shows(pilot, "no such place or zone")
        assert app.screen.query_one("#city", Input).value == "qqqq"
    assert no_attempts(sqlite_database)


async def test_a_digit_held_too_long_marks_nothing_next(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("z", *"krasnoy")
        await shows(pilot, "1  Krasnoyarsk")
        began = time.monotonic()
        for number in range(40):
            event = events.Key("1", "1")
            event.time = began + 0.03 * number
            app.post_message(event)
        await shows(pilot, "as given · sure")
        assert "8  Do not call" in text_of(app)
    assert no_attempts(sqlite_database)


async def test_a_client_who_went_to_somebody_else_keeps_their_zone(
    app: DeskApp, client: AddClient, person: Callable[..., Desk], sqlite_database: Database, clock: StillClock
) -> None:
    client("Olena")
    ivan = person("ivan")
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        with sqlite_database.write() as session:
            session.exec(select(Task)).one().claimed_until = clock.now() - timedelta(hours=1)
        ivan.next_task()
        await pilot.press("z", *"krasnoy", "1")
        await shows(pilot, "! anna is a manager and sees the client in hand only.")
    assert client_row(sqlite_database).zone == "Europe/Kyiv"


async def test_the_panel_goes_with_its_client(
    app: DeskApp, client: AddClient, person: Callable[..., Desk], sqlite_database: Database, clock: StillClock
) -> None:
    client("Olena")
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("z", *"krasnoy")
        await shows(pilot, "1  Krasnoyarsk")
        with sqlite_database.write() as session:
            task = session.exec(select(Task)).one()
            task.claimed_until = clock.now() - timedelta(hours=1)
        person("ivan").next_task()
        beat(app)
        await shows(pilot, "Nothing due")
        await until(pilot, lambda: "Where are they?" not in text_of(app), "no panel")


async def test_what_a_worse_source_says_is_shown(app: DeskApp, client: AddClient) -> None:
    client("Iryna", phone="+13033452200", city="Київ", country="UA")
    async with app.run_test(size=SIZE) as pilot:
        await shows(pilot, "Europe/Kyiv · from city · sure")
        await shows(pilot, "! phone says Denver, city says Kyiv")


async def test_a_difference_of_clocks_is_text_and_sets_nothing(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("z", *"GMT+3", "enter")
        await shows(pilot, "an offset tells no place: write a city")
        assert app.screen.query_one("#city", Input).value == "GMT+3"
    assert client_row(sqlite_database).zone == "Europe/Kyiv"


async def test_places_of_the_clients_country_come_first(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("z", *"вінн")
        await shows(pilot, ">1  Vinnytsya, Vinnytsia, UA")


async def test_a_region_may_be_said(app: DeskApp, client: AddClient, sqlite_database: Database) -> None:
    client("Olena")
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("z", *"каліфорнія")
        await shows(pilot, ">1  California state, US")
        await pilot.press("enter")
        await shows(pilot, "02:00:00  Los Angeles  (-10 h from you)")
    assert client_row(sqlite_database).zone == "America/Los_Angeles"


async def test_the_clocks_stand_in_line_where_a_difference_has_minutes(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("z", *"delhi")
        await shows(pilot, "+3 h 30 min")
        rows = [line for line in text_of(app).splitlines() if "Delhi, " in line or "Delh" in line]
        assert len({line.index(":", line.index("Delh")) for line in rows}) == 1
        assert len(rows) > 1


async def test_the_panel_gives_way_to_what_could_not_be_recorded(
    app: DeskApp, client: AddClient, person: Callable[..., Desk], sqlite_database: Database, clock: StillClock
) -> None:
    client("Olena")
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("n", *"price", "enter")
        await shows(pilot, "note  price")
        await pilot.press("z", *"krasnoy")
        await shows(pilot, "1  Krasnoyarsk")
        with sqlite_database.write() as session:
            session.exec(select(Task)).one().claimed_until = clock.now() - timedelta(hours=1)
        person("ivan").next_task()
        beat(app)
        await shows(pilot, "This client is no longer yours")
        await until(pilot, lambda: "Where are they?" not in text_of(app), "no panel")
        assert "price" in text_of(app)
