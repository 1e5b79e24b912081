"""The schedule's line through Pilot: what is typed, and what the arrows and ``f`` put."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from screens.app import DeskApp
from tests.support.clock import StillClock
from tests.support.looking import ready, shows, text_of, until
from tests.support.scheduling import change_rules, line, scheduling, typed

AddClient = Callable[..., int]
AddPerson = Callable[..., Desk]


@pytest.mark.parametrize("word", ["fri 10", "Friday 10", "feb 1 10", "авг"])
async def test_a_word_that_begins_with_f_is_typed_as_ever(app: DeskApp, client: AddClient, word: str) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        assert await typed(pilot, *("space" if letter == " " else letter for letter in word)) == word
        if word == "fri 10":
            await shows(pilot, "Client  Fri 27 Nov 10:00")


@pytest.mark.parametrize("key", ["f", "F", "а"])
async def test_f_alone_takes_the_free_slot(app: DeskApp, client: AddClient, key: str) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        assert await typed(pilot, key) == "today 12:30"
        await shows(pilot, "Client  Mon 23 Nov 12:30 Kyiv  ok")
        assert await typed(pilot, key) == "today 12:30"


async def test_f_pressed_before_the_slot_is_known_takes_it_when_it_is(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("c", "f")
        await until(pilot, lambda: line(app).value == "today 12:30", "the free slot in the line")


async def test_what_was_put_is_typed_over_like_a_selection(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        assert await typed(pilot, "f", "1", "5") == "15"
        assert await typed(pilot, "right", "t", "o", "m") == "tom"
        await pilot.press(*["backspace"] * 3)
        assert await typed(pilot, "f", "+", "2", "h") == "+2h"
        await pilot.press(*["backspace"] * 3)
        assert await typed(pilot, "f", "backspace", "5") == "today 12:35"
        assert await typed(pilot, "f") == "today 12:35", "what suits both is its own nearest slot"


async def test_arrows_move_by_hour_and_day_from_the_free_slot(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        assert await typed(pilot, "right") == "today 13:30"
        assert await typed(pilot, "down") == "tomorrow 13:30"
        assert await typed(pilot, "down", "down", "left") == "thu 12:30"
        assert await typed(pilot, *["down"] * 4) == "2026-11-30 12:30"
        assert await typed(pilot, "up", "up", "right") == "sat 13:30"
        await shows(pilot, "You     Sat 28 Nov 13:30 Kyiv  ! outside your hours (closed on Sat)")
        assert await typed(pilot, "f") == "fri 17:30", "the nearest to Saturday, not to now"
        line(app).value = ""
        assert await typed(pilot, "f") == "today 12:30"
        assert await typed(pilot, "left") == "today 12:30", "the past is out of reach"
        assert await typed(pilot, "up") == "today 12:30"


async def test_arrows_start_from_what_was_typed_and_keep_the_clients_clock(app: DeskApp, client: AddClient) -> None:
    client("Dana", zone="Asia/Almaty")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Dana", "Mon 15:30 there, Mon 12:30 yours")
        assert await typed(pilot, *"14", "right") == "tomorrow 15:00", "today's 14:00 has passed there"


async def test_an_unsure_zone_is_scheduled_by_ones_own_clock(
    app: DeskApp, client: AddClient, clock: StillClock
) -> None:
    client("Moscow or Kamchatka", phone="+79161234567")
    waiting = app.desk.waiting()
    assert waiting.next_due_at is not None
    clock.at = waiting.next_due_at  # 09:00 in Kyiv and in Kaliningrad, 19:00 in Kamchatka
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Moscow or Kamchatka", "free slot that suits both: Tue 09:30 yours")
        await pilot.press(*"12")
        await shows(pilot, "The client's zone is not known")
        await pilot.press("space", "m", "e")
        await shows(pilot, "! outside the client's hours (09-20)")
        await shows(pilot, "You     Tue 24 Nov 12:00 Kyiv")
        await shows(pilot, "zone not sure")
        await pilot.press(*["backspace"] * 5)
        assert await typed(pilot, "f", "down") == "tomorrow 09:30 me"


async def test_f_and_enter_book_and_bring_the_next_client(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena"), client("Petro")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        await pilot.press("f", "enter")
        await shows(pilot, "Call back for Olena, next today 12:30")
        await ready(pilot, "Petro")
        assert not app.screen.has_class("-at-schedule")
        await pilot.press("c")
        await shows(pilot, "team")
        await until(pilot, lambda: "▁" in text_of(app), "the promise in the day's load")


async def test_an_arrow_and_enter_typed_at_once_book_the_moved_time(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        await pilot.press("right", "right", "down", "enter")
        await shows(pilot, "Call back for Olena, next tomorrow 14:30")


async def test_a_clock_change_is_chosen_with_its_offset(app: DeskApp, client: AddClient, clock: StillClock) -> None:
    clock.at = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)  # 01:30 in Kyiv on the night when 03:00 to 04:00 comes twice
    client("Olena", zone="Pacific/Auckland"), client("Petro")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("c")
        await shows(pilot, "team")
        line(app).value = "3 me"
        await shows(pilot, "comes twice")
        line(app).value = "2:30 me"
        await shows(pilot, "Sun 25 Oct 02:30 Kyiv")


async def test_no_slot_within_reach_is_said_and_f_is_a_letter_then(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    change_rules(sqlite_database, "max_per_24h = 6 ", "max_per_24h = 6\nmax_total = 1 ")
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena", "no slot of the next 31 days suits the client")
        assert await typed(pilot, "f") == "f"


async def test_a_slot_that_has_passed_is_offered_anew(
    app: DeskApp, client: AddClient, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.desk.parts.schedule.part.AGAIN_SECONDS", 0.05)
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        clock.forward(minutes=30)
        await shows(pilot, "free slot that suits both: Mon 13:00")
        assert await typed(pilot, "f") == "today 13:00"
