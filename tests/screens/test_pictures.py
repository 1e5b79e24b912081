"""Whole screens as text, beside the pictures a person has looked at and approved.

After a change that is meant, draw them anew and look at the difference:  pytest tests/screens --redraw
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlmodel import select
from textual.pilot import Pilot

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import Task
from screens.app import DeskApp
from tests.support.clock import StillClock
from tests.support.looking import ready, shows, text_of, until

PICTURES = Path(__file__).parent / "pictures"
AddClient = Callable[..., int]
AddPerson = Callable[..., Desk]
SMALL, LARGE, WIDE = (80, 24), (120, 36), (200, 50)


Compare = Callable[[Pilot[int], str], Awaitable[None]]


@pytest.fixture
def compare(request: pytest.FixtureRequest) -> Compare:
    """Waits until what stands on the screen is the approved picture of that name; says where they differ."""

    async def check(pilot: Pilot[int], name: str) -> None:
        approved = PICTURES / f"{name}.txt"
        if request.config.getoption("--redraw"):
            PICTURES.mkdir(exist_ok=True)
            approved.write_text(seen(pilot), encoding="utf-8")
        wanted = approved.read_text(encoding="utf-8")
        with suppress(TimeoutError):
            await until(pilot, lambda: seen(pilot) == wanted, f"the picture {name}")
        assert seen(pilot) == wanted

    return check


def seen(pilot: Pilot[int]) -> str:
    """What stands on the screen, without the blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in text_of(pilot.app).splitlines()) + "\n"


@pytest.fixture
def busy_desk(person: AddPerson, client: AddClient, clock: StillClock) -> Desk:
    """Anna's desk with a client in Krasnoyarsk who was called before, and one more behind."""
    clock.at = clock.at.replace(hour=7)
    anna = person()
    client("Olena Kovalenko", company="ТОВ «Вікна Плюс»", city="Красноярск", country="RU", zone="Asia/Krasnoyarsk",
           source="site form", note="prefers mornings", phone="+73912000112")  # fmt: skip
    for said in (Said("interested", note="send price for 12 windows"), Said("no-answer", "busy")):
        anna.next_task()
        done = anna.record_outcome(said)
        assert done.next_due_at is not None
        clock.at = done.next_due_at
    client("Petro [Acme] Melnyk", source="referral")
    return anna


@pytest.mark.parametrize("size", [SMALL, LARGE, WIDE])
async def test_card(busy_desk: Desk, compare: Compare, size: tuple[int, int]) -> None:
    app = DeskApp(busy_desk)
    async with app.run_test(size=size) as pilot:
        await ready(pilot, "prefers mornings")
        await shows(pilot, "due now 1" if size != SMALL else "due 1")
        await compare(pilot, f"card-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_reasons(busy_desk: Desk, compare: Compare, size: tuple[int, int]) -> None:
    app = DeskApp(busy_desk)
    async with app.run_test(size=size) as pilot:
        await ready(pilot, "prefers mornings")
        await shows(pilot, "due now 1" if size != SMALL else "due 1")
        await pilot.press("6")
        await shows(pilot, "No need")
        await compare(pilot, f"reasons-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_typed_time(busy_desk: Desk, compare: Compare, size: tuple[int, int]) -> None:
    app = DeskApp(busy_desk)
    async with app.run_test(size=size) as pilot:
        await ready(pilot, "prefers mornings")
        await shows(pilot, "due now 1" if size != SMALL else "due 1")
        await pilot.press("c", *"fri", "space", *"8:30")
        await shows(pilot, "outside the client's hours (09-20)")
        await shows(pilot, "team")
        await shows(pilot, "free slot")
        await compare(pilot, f"typed-time-{size[0]}x{size[1]}")


async def test_recorded(busy_desk: Desk, compare: Compare) -> None:
    app = DeskApp(busy_desk)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot, "prefers mornings")
        await pilot.press("1")
        await shows(pilot, "Does not answer")
        await pilot.press("1")
        await ready(pilot, "Petro [Acme] Melnyk")
        await shows(pilot, "2 calls")
        await compare(pilot, "recorded-80x24")


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_why(busy_desk: Desk, compare: Compare, size: tuple[int, int]) -> None:
    app = DeskApp(busy_desk)
    async with app.run_test(size=size) as pilot:
        await ready(pilot, "prefers mornings")
        await pilot.press("w")
        await shows(pilot, "place: handed out already" if size == LARGE else "cap max_per_24h")
        await compare(pilot, f"why-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_zone(busy_desk: Desk, compare: Compare, size: tuple[int, int]) -> None:
    app = DeskApp(busy_desk)
    async with app.run_test(size=size) as pilot:
        await ready(pilot, "prefers mornings")
        await shows(pilot, "due now 1" if size != SMALL else "due 1")
        await pilot.press("z", *"spring")
        await shows(pilot, "8  ")
        await pilot.press("down")
        await shows(pilot, ">2")
        await compare(pilot, f"zone-{size[0]}x{size[1]}")


@pytest.fixture
def full_day(person: AddPerson, client: AddClient, clock: StillClock, sqlite_database: Database) -> Desk:
    """Anna's desk at noon: promises near and far, an hour too full, and what she shares with Ivan."""
    anna, ivan = person(), person("ivan")
    for name, at, place in (
        ("Olena Kovalenko", "today 13:30 me", {"zone": "Asia/Krasnoyarsk", "city": "Красноярск"}),
        ("ТОВ «Вікна Плюс»", "today 15", {}),
        ("Siobhan O'Connor of the Long Name & Daughters", "today 20:30 me", {"zone": "Europe/London"}),
        ("Petro [Acme] Melnyk", "tomorrow 10", {}),
    ):  # fmt: skip
        client(name, **place)
        anna.next_task()
        anna.record_outcome(Said("call-back", at=at, anyway=True))
    due = [(anna, 15, 13), (None, 14, 5), (None, 16, 19), (ivan, 15, 40), (anna, 12, 2), (anna, 21, 1)]
    for desk, hour, count in due:
        due_at = clock.now().replace(hour=hour - 2, minute=40)
        for _ in range(count):
            task = select(Task).where(Task.client_id == client("Somebody"))
            with sqlite_database.write() as session:
                row = session.exec(task).one()
                row.due_at, row.feed, row.assignee_id = due_at, "retry", desk.person.id if desk else None
    clock.forward(minutes=5)
    return anna


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_day(full_day: Desk, compare: Compare, size: tuple[int, int]) -> None:
    app = DeskApp(full_day)
    async with app.run_test(size=size) as pilot:
        await shows(pilot, "Nothing due")
        await pilot.press("p")
        await shows(pilot, "! beyond your pace")
        await compare(pilot, f"day-{size[0]}x{size[1]}")


async def test_nothing_due(busy_desk: Desk, compare: Compare) -> None:
    app = DeskApp(busy_desk)
    async with app.run_test(size=SMALL) as pilot:
        for name in ("Olena", "Petro"):
            await ready(pilot, name)
            await pilot.press("1")
            await shows(pilot, "Does not answer")
            await pilot.press("1")
        await shows(pilot, "Nothing due")
        await shows(pilot, "due 0")
        await compare(pilot, "nothing-due-80x24")


async def test_nothing_at_all(person: AddPerson, compare: Compare) -> None:
    app = DeskApp(person())
    async with app.run_test(size=SMALL) as pilot:
        await shows(pilot, "No task is planned for you")
        await shows(pilot, "waiting 0")
        await compare(pilot, "nothing-at-all-80x24")


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_figures(
    busy_desk: Desk, person: AddPerson, compare: Compare, clock: StillClock, size: tuple[int, int]
) -> None:
    busy_desk.next_task()
    busy_desk.record_outcome(Said("paid", amount="6800"))
    person("ivan")
    clock.forward(minutes=20)
    app = DeskApp(person("maria", "lead"))
    async with app.run_test(size=size) as pilot:
        await shows(pilot, "ivan")
        await compare(pilot, f"figures-{size[0]}x{size[1]}")


async def test_help(busy_desk: Desk, compare: Compare) -> None:
    app = DeskApp(busy_desk)
    async with app.run_test(size=LARGE) as pilot:
        await ready(pilot, "prefers mornings")
        await shows(pilot, "due now 1")
        await pilot.press("question_mark")
        await shows(pilot, "The palette")
        await compare(pilot, "help-120x36")
