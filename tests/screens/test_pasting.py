"""What is pasted: every line of it is taken into the line that is open, or it is said that none is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt
from screens.app import DeskApp
from screens.shared.texts import one_line
from tests.support.looking import ready, shows, until
from tests.support.scheduling import line, scheduling, typed

AddClient = Callable[..., int]
AddPerson = Callable[..., Desk]
SIZES = [(80, 24), (120, 36)]


async def paste(pilot: Pilot[int], text: str) -> None:
    """As a terminal does it: one lump, which goes to whatever has the focus."""
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


async def stands(pilot: Pilot[int], selector: str, value: str) -> None:
    await until(pilot, lambda: pilot.app.screen.query_one(selector, Input).value == value, f"{value!r} in {selector}")


@pytest.mark.parametrize(
    ("pasted", "taken"),
    [
        ("one\ntwo\nthree", "one · two · three"),
        ("one\r\ntwo\r\n", "one · two"),
        ("one\rtwo", "one · two"),
        ("\n\n  один \n\n\n\tдва\t\n", "один · два"),
        ("one\u2028two\x0bthree", "one · two · three"),
        ("one\n", "one"),
        (" one and ", " one and "),
        ("a\tb", "a b"),
        ("\x1b[31mred\x07\nblue\u202e", "[31mred · blue"),
        ("\n \n", ""),
        ("", ""),
    ],
)
def test_lines_become_one(pasted: str, taken: str) -> None:
    assert one_line(pasted) == taken


@pytest.mark.parametrize("size", SIZES)
async def test_every_line_pasted_into_a_note_is_recorded(
    app: DeskApp, client: AddClient, sqlite_database: Database, size: tuple[int, int]
) -> None:
    client("Olena"), client("Petro")
    async with app.run_test(size=size) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("n")
        await paste(pilot, "12 windows\nfrom spring\r\nask for Ivan\n")
        await stands(pilot, "#answer", "12 windows · from spring · ask for Ivan")
        await pilot.press("left", "left", "left", "left")
        await paste(pilot, "Mr \nor ")
        await stands(pilot, "#answer", "12 windows · from spring · ask for Mr · orIvan")
        await pilot.press("enter", "1", "1")
        await shows(pilot, "Petro")
    with sqlite_database.read() as session:
        assert session.exec(select(Attempt)).one().note == "12 windows · from spring · ask for Mr · orIvan"


async def test_what_is_pasted_takes_the_place_of_what_is_selected(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("n", *"old", "shift+home")
        await paste(pilot, "\n\n")
        await stands(pilot, "#answer", "old")
        await paste(pilot, "new\nnote")
        await stands(pilot, "#answer", "new · note")


async def test_what_was_copied_here_is_pasted_the_same(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        app.copy_to_clipboard("two\nlines")
        await pilot.press("n", "ctrl+v")
        await stands(pilot, "#answer", "two · lines")


async def test_an_amount_of_two_lines_is_refused_and_stays(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("5")
        await shows(pilot, "What amount?")
        await paste(pilot, "1\n200")
        await pilot.press("enter")
        await shows(pilot, "is not an amount")
        await stands(pilot, "#answer", "1 · 200")
        await pilot.press("ctrl+u")
        await paste(pilot, "1\u00a0200,50\n")
        await pilot.press("enter")
        await until(pilot, lambda: "Paid for Olena" in str(app.screen.query_one("#message").render()), "a sale")
    with sqlite_database.read() as session:
        assert session.exec(select(Attempt)).one().amount_minor == 120_050


@pytest.mark.parametrize(
    ("pasted", "shown"),
    [
        ("tomorrow 10\n", "Client  Tue 24 Nov 10:00"),
        ("tomorrow\n10", "is not understood"),
        ("10\n30", "not understood"),
    ],
)
async def test_a_pasted_time_is_read_whole(app: DeskApp, client: AddClient, pasted: str, shown: str) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        await paste(pilot, pasted)
        await shows(pilot, shown)


async def test_a_pasted_time_takes_the_place_of_what_the_arrows_put(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await scheduling(pilot, "Olena")
        assert await typed(pilot, "f") == "today 12:30"
        await paste(pilot, "завтра 15")
        await until(pilot, lambda: line(app).value == "завтра 15", "the pasted time alone")
        await shows(pilot, "Client  Tue 24 Nov 15:00")


async def test_a_pasted_place_is_looked_for_whole(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("z")
        await shows(pilot, "Where are they?")
        await paste(pilot, "Lisbon\n")
        await shows(pilot, "1  Lisbon")
        await paste(pilot, "\nPortugal\nEurope")
        await shows(pilot, "no such place or zone")


async def test_a_reason_for_a_break_is_joined(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("b")
        await shows(pilot, "Break: why?")
        await paste(pilot, "dentist\nback at 3")
        await stands(pilot, "#reason", "dentist · back at 3")


@pytest.mark.parametrize("keys", [[], ["1"], ["w"], ["p"]])
async def test_what_is_pasted_while_no_line_is_open_is_said_to_be_lost(
    app: DeskApp, client: AddClient, keys: list[str], sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        for key in keys:
            await pilot.press(key)
        await pilot.pause()
        await paste(pilot, "1\n1\n")
        await shows(pilot, "What was pasted is not kept")
    with sqlite_database.read() as session:
        assert session.exec(select(Attempt)).all() == []
