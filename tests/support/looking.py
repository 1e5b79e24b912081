"""Looking at a screen under test as a person would: as text, waiting for what should come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.app import App
from textual.pilot import Pilot

from screens.desk.screen import DeskScreen

PATIENCE = 60.0  # seconds until a wait gives up; none of them takes a second when all is well


def text_of(app: App[int]) -> str:
    """What stands on the screen, line by line."""
    screen = app.screen
    strips = screen._compositor.render_strips(screen.size)
    return "\n".join(strip.text.rstrip() for strip in strips)


async def until(pilot: Pilot[int], seen: Callable[[], bool], what: str) -> None:
    """Wait until something is so; fail with what stands on the screen."""
    async with asyncio.timeout(PATIENCE):
        try:
            while not seen():
                await pilot.pause(0.01)
        except asyncio.CancelledError:
            print(f"waited in vain for {what}:\n{text_of(pilot.app)}")
            raise


async def shows(pilot: Pilot[int], text: str) -> None:
    """Wait until the screen shows a text."""
    await until(pilot, lambda: text in text_of(pilot.app), text)


async def ready(pilot: Pilot[int], text: str) -> None:
    """Wait until the screen shows a text and the guard after a new card has passed."""
    await shows(pilot, text)
    await until(pilot, lambda: desk(pilot.app).ready, "an awake desk")


def beat(app: App[int]) -> None:
    """Make a heartbeat of the claim in hand due."""
    desk(app).attention.beat_at = -1e9


def stood(app: App[int], seconds: float) -> None:
    """Have the card stand for longer."""
    desk(app).shown_at -= seconds


def deaf(app: App[int]) -> None:
    """Let the desk hear nothing of what others change."""
    desk(app).attention.close()


def desk(app: App[int]) -> DeskScreen:
    """The desk, which may have a page over it."""
    return next(screen for screen in app.screen_stack if isinstance(screen, DeskScreen))
