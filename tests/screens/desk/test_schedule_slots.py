"""The slot that the schedule offers through Pilot: nearest to what is typed, and under ``f`` where that is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from screens.app import DeskApp
from tests.support.clock import StillClock
from tests.support.looking import shows, text_of
from tests.support.scheduling import line, scheduling, typed

AddClient = Callable[..., int]


async def test_f_takes_the_slot_nearest_to_what_is_typed(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        await pilot.press(*"fri", "space", *"21")
        await shows(pilot, "! outside the client's hours (09-20)")
        await shows(pilot, "! outside your hours (09-18)")
        await shows(pilot, "free slot that suits both: Fri 17:30 (f to take it)")
        assert await typed(pilot, "f") == "fri 17:30"
        await shows(pilot, "this time suits both")
        assert await typed(pilot, "f") == "fri 17:30", "a doubled key moves nothing"
        assert await typed(pilot, *"tom", "space", *"3") == "tom 3"
        await shows(pilot, "free slot that suits both: Tue 09:00 (f to take it)")


@pytest.mark.parametrize(
    ("text", "key"),
    [("fri 21", "f"), ("fri 21", "F"), ("пт 21", "а"), ("+9h", "f"), ("tomorrow 21 me", "f"), ("21", "а")],
)
async def test_f_behind_a_whole_time_is_no_letter(app: DeskApp, client: AddClient, text: str, key: str) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        line(app).value = text
        line(app).cursor_position = len(text)
        await shows(pilot, "(f to take it)")
        taken = await typed(pilot, key)
        assert taken.endswith(":00") or taken.endswith(":30")
        await shows(pilot, "this time suits both")


@pytest.mark.parametrize(
    "text", ["half", "10 fri", "10 feb", "+2h from now", "10 авг", "+1 година", "через час", "fri 14"]
)
async def test_a_word_with_that_letter_in_it_is_typed_as_ever(app: DeskApp, client: AddClient, text: str) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        assert await typed(pilot, *("space" if key == " " else key for key in text)) == text


@pytest.mark.parametrize("text", ["fri", "tom", "blah", "через ч", "+1 годин"])
async def test_no_key_is_named_that_would_be_a_letter(app: DeskApp, client: AddClient, text: str) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        line(app).value = text
        await pilot.pause()
        assert "f to take it" not in text_of(app)
        line(app).value = ""
        await shows(pilot, "(f to take it)")


async def test_what_f_put_is_typed_over_by_any_other_word(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        assert await typed(pilot, "f", *"tom") == "tom"


async def test_in_the_midst_of_a_text_f_is_a_letter(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        assert await typed(pilot, *"10", "home", *"fri", "space") == "fri 10"


async def test_hours_that_never_meet_still_give_a_slot(app: DeskApp, client: AddClient, clock: StillClock) -> None:
    clock.at = datetime(2026, 11, 24, 16, tzinfo=UTC)  # Tuesday 09:00 in Denver, 18:00 in Kyiv
    client("Dale", zone="America/Denver")
    async with app.run_test(size=(80, 24)) as pilot:
        await scheduling(pilot, "Dale", "slot outside your hours: Tue 09:30 there, Tue 18:30 yours (f to take it)")
        assert await typed(pilot, "f") == "today 09:30"
        await shows(pilot, "Client  Tue 24 Nov 09:30 Denver  ok")
        await shows(pilot, "You     Tue 24 Nov 18:30 Kyiv    ! outside your hours (09-18)")
        await shows(pilot, "no slot suits both; this one suits the client")
        assert await typed(pilot, *"thu", "space", "8") == "thu 8"
        await shows(pilot, "slot outside your hours: Thu 09:00 there, Thu 18:00 yours (f to take it)")
        assert await typed(pilot, "f") == "thu 09:00"


async def test_a_slot_far_ahead_is_named_with_its_date(app: DeskApp, client: AddClient) -> None:
    client("Dana", zone="Asia/Almaty")
    async with app.run_test(size=(80, 24)) as pilot:
        await scheduling(pilot, "Dana", "free slot")
        await pilot.press(*"14.12", "space", *"21")
        await shows(pilot, "free slot that suits both: Mon 14 Dec 19:30 there, 16:30 yours (f to take it)")
        line(app).value = "15.02.2027 6:00"
        await shows(pilot, "free slot that suits both: 15 Feb 2027 12:00 there, 09:00 yours (f to take it)")
