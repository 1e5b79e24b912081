"""The desk while its person is on a break: how long, why, and nothing else. Any key but the one that leaves ends it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from math import inf

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from salesdesk.desk.desk import Desk
from salesdesk.errors import NothingToDo
from salesdesk.team.shifts import end_break
from screens.shared.bars import BottomBar, TopBar
from screens.shared.keys import QUIT
from screens.shared.page import Page
from screens.shared.texts import lines, outside
from screens.shared.times import day_and_time
from screens.shared.work import Failed

GUARD_SECONDS = 1.0  # an Enter that is still held down from the line before must not end the break at once


@dataclass
class Ended(Message):
    """The break is over."""


class BreakScreen(Page):
    """Counts the minutes of a break that began at ``since`` (aware UTC)."""

    TITLE = "break"
    CSS = """
    BreakScreen #pause { height: 1fr; content-align: center middle; text-align: center; }
    """

    def __init__(self, desk: Desk, zone: str, since: datetime, reason: str) -> None:
        super().__init__(desk, zone)
        self.since, self.reason = since, reason
        self._opened_at = inf
        self._ending = False

    def compose(self) -> ComposeResult:
        """The bars, and one line between them."""
        yield TopBar()
        yield Static(id="pause")
        yield BottomBar()

    def on_mount(self) -> None:
        """Say who is away."""
        who = Content.assemble(outside(self.desk.person.label, "bold"), " · break")
        self.query_one(TopBar).show("who", who)
        self.call_after_refresh(self._opened)

    def _opened(self) -> None:
        self._opened_at = time.monotonic()

    def tick(self) -> None:
        """Every second: the clock, and how long the break is."""
        super().tick()
        now = self.desk.clock.now()
        minutes = int((now - self.since).total_seconds() // 60)
        why = Content.assemble(" · ", outside(self.reason)) if self.reason else Content()
        since = day_and_time(self.since, self.zone, now).removeprefix("today ")
        self.query_one("#pause", Static).update(
            lines(
                Content.assemble((f"On break {minutes} min", "bold"), why),
                Content.styled(f"since {since} yours; no client is held, and nobody new is given to you", "dim"),
                Content(),
                Content("Any key: back to work"),
            )
        )

    def on_key(self, event: events.Key) -> None:
        """Any key but the one that leaves."""
        if event.key == QUIT.key:
            return
        event.stop()
        event.prevent_default()
        if self._ending or event.time - self._opened_at < GUARD_SECONDS:
            return
        self._ending = True
        desk = self.desk

        def job() -> Message:
            end_break(desk.sitting)
            return Ended()

        self.start(job, "break")

    @on(Ended)
    def _ended(self) -> None:
        self.dismiss()

    @on(Failed)
    def _not_ended(self, event: Failed) -> None:
        """One that another desk has ended is over; a database that is gone is told, and asked again by the next key."""
        self._ending = False
        if isinstance(event.fault, NothingToDo):
            event.prevent_default()
            self.dismiss()
