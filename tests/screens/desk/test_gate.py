"""A key that was meant for the card before never marks this one, however slow the machine: its own clock, no sleeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import col, select
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

import screens
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt
from screens.app import DeskApp
from screens.desk.screen import DeskScreen
from screens.shared.held import DOUBT_SECONDS, GUARD_SECONDS
from tests.support.looking import desk, ready, shows, text_of, until

AddClient = Callable[..., int]
REPEAT = 0.033  # seconds between two presses of a held key
PAUSE = 0.5  # seconds before it begins to repeat
SCREENS = Path(screens.__file__).parent


class Ticks:
    """A monotonic clock that is moved by hand."""

    at = 1000.0

    def __call__(self) -> float:
        return self.at


class SlowDesk(DeskScreen):
    """A desk on a machine that takes so many seconds for every key, of which it counts those that had their turn."""

    CSS_PATH = str(SCREENS / "desk" / "desk.tcss")
    turn, turns = 0.0, 0

    async def on_key(self, event: events.Key) -> None:
        assert isinstance(self.ticks, Ticks)
        self.ticks.at += self.turn
        await super().on_key(event)
        self.turns += 1


class SlowApp(DeskApp):
    """Opens such a desk."""

    CSS_PATH = str(SCREENS / "app.tcss")

    def __init__(self, desk: Desk, turn: float) -> None:
        super().__init__(desk)
        self.ticks, self.turn = Ticks(), turn

    def _make(self, name: str) -> Screen[None]:
        assert name == "desk"
        made = SlowDesk(self.desk, self.ticks)
        made.turn = self.turn
        return made

    def press(self, key: str, at: float) -> None:
        """A key that was read from the terminal at this time."""
        event = events.Key(key, key)
        event.time = at
        self.post_message(event)


def turns(app: SlowApp) -> int:
    """How many keys had their turn."""
    shown = desk(app)
    assert isinstance(shown, SlowDesk)
    return shown.turns


def outcomes(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(Attempt.outcome).order_by(col(Attempt.id))))


async def painted(app: SlowApp, pilot: Pilot[int], name: str) -> float:
    """The card stands on the screen and takes keys; the time then."""
    await shows(pilot, name)
    await until(pilot, lambda: desk(app).state.takes_keys, "a desk that takes keys")
    await until(pilot, lambda: desk(app).gate._held._card_at <= app.ticks.at, "a painted card")
    return app.ticks.at


async def awake(app: SlowApp, pilot: Pilot[int], name: str) -> float:
    """The same, with its guard over."""
    await painted(app, pilot, name)
    app.ticks.at += 1.0
    return app.ticks.at


@pytest.mark.parametrize("turn", [0.0, 0.3, 1.5])
async def test_a_key_held_through_the_pause_before_it_repeats_does_not_mark_the_next_client(
    person: Callable[..., Desk], client: AddClient, sqlite_database: Database, turn: float
) -> None:
    """The next card stands before the key begins to repeat; each repeat has its turn much later than it was pressed."""
    client("Olena"), client("Petro")
    app = SlowApp(person(), turn)
    async with app.run_test() as pilot:
        began = await awake(app, pilot, "Olena")
        app.press("3", began)
        await painted(app, pilot, "Petro")
        for number in range(40):
            app.press("3", began + PAUSE + REPEAT * number)
        await until(pilot, lambda: turns(app) == 41, "the turn of the last press")
        app.ticks.at += 60.0
        await until(pilot, lambda: desk(app).gate.doubted is None, "the end of every doubt")
        assert desk(app).state.takes_keys
        assert "Interested for Olena" in text_of(app)
    assert outcomes(sqlite_database) == ["interested"]


@pytest.mark.parametrize("turn", [0.0, 0.3, 1.5])
async def test_a_key_that_repeats_at_once_does_not_mark_the_next_client(
    person: Callable[..., Desk], client: AddClient, sqlite_database: Database, turn: float
) -> None:
    """All the presses stand in the queue before the first has its turn."""
    client("Olena"), client("Petro")
    app = SlowApp(person(), turn)
    async with app.run_test() as pilot:
        began = await awake(app, pilot, "Olena")
        for number in range(60):
            app.press("3", began + REPEAT * number)
        await painted(app, pilot, "Petro")
        await until(pilot, lambda: turns(app) == 60, "the turn of the last press")
        await until(pilot, lambda: desk(app).gate.doubted is None, "the end of every doubt")
        assert desk(app).state.takes_keys
    assert outcomes(sqlite_database) == ["interested"]


async def test_what_waited_in_the_queue_while_the_card_was_painted_is_dropped(
    person: Callable[..., Desk], client: AddClient, sqlite_database: Database
) -> None:
    """Other keys than the one that finished the last card: nobody has seen this one when they were pressed."""
    client("Olena"), client("Petro")
    app = SlowApp(person(), 0.0)
    async with app.run_test() as pilot:
        pressed = await awake(app, pilot, "Olena")
        app.press("3", pressed)
        await shows(pilot, "Petro")
        painted = await awake(app, pilot, "Petro")
        app.press("4", painted - 1.0 + GUARD_SECONDS - 0.01)  # read before, though its turn comes a second later
        await pilot.pause()
        await pilot.pause()
        app.press("4", painted)
        await shows(pilot, "Offer sent for Petro")
    assert outcomes(sqlite_database) == ["interested", "offer-sent"]


async def test_the_same_key_acts_on_the_next_card_once_it_was_let_go(
    person: Callable[..., Desk], client: AddClient, sqlite_database: Database
) -> None:
    client("Olena"), client("Petro")
    app = SlowApp(person(), 0.0)
    async with app.run_test() as pilot:
        app.press("3", await awake(app, pilot, "Olena"))
        app.press("3", await awake(app, pilot, "Petro") + DOUBT_SECONDS)
        await shows(pilot, "Interested for Petro")
    assert outcomes(sqlite_database) == ["interested", "interested"]


async def test_a_doubted_press_acts_when_nothing_follows(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena"), client("Petro")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("3")
        await ready(pilot, "Petro")
        await pilot.press("3")
        await shows(pilot, "Interested for Petro")
    assert outcomes(sqlite_database) == ["interested", "interested"]
