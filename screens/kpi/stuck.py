"""Who holds which client, and taking clients back; it is asked first: they may be calling."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable, Static

from salesdesk.desk.desk import Desk
from salesdesk.desk.today import home_zone
from salesdesk.errors import NothingToDo
from salesdesk.team.stuck import Hold, holds, release_claim
from screens.shared.bars import BottomBar, TopBar
from screens.shared.keys import STUCK_KEYS, bindings, hint
from screens.shared.page import Page
from screens.shared.texts import outside
from screens.shared.times import day_and_time
from screens.shared.work import Failed

REFRESH_SECONDS = 5.0
SURE_SECONDS = 0.5  # an Enter that is still held down from the question must not answer it


@dataclass
class Listed(Message):
    """The holds were read, and the zone in which this person reads times."""

    claims: list[Hold]
    zone: str


@dataclass
class Taken(Message):
    """A client was taken out of somebody's hands."""

    claim: Hold


class StuckScreen(Page):
    """A list, oldest first; Enter or a digit asks, Enter takes the client back."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*STUCK_KEYS)
    TITLE = "clients in hand"
    CSS = """
    StuckScreen DataTable { height: 1fr; padding: 1 1 0 1; }
    StuckScreen #none { height: 1fr; padding: 1 2; display: none; }
    StuckScreen.empty #none { display: block; }
    StuckScreen.empty DataTable { display: none; }
    """

    def __init__(self, desk: Desk, zone: str) -> None:
        super().__init__(desk, zone)
        self.claims: list[Hold] = []
        self._asked: Hold | None = None
        self._asked_at = 0.0

    def compose(self) -> ComposeResult:
        """The list, or that there is none."""
        yield TopBar()
        yield DataTable[Text](cursor_type="row", zebra_stripes=True)
        yield Static("Nobody holds a client now.", id="none")
        yield BottomBar()

    def on_mount(self) -> None:
        """Read at once, then every few seconds."""
        self.query_one(TopBar).show("who", Content.styled("Clients in hand", "bold"))
        table = self.query_one(DataTable)
        table.add_columns("", "Client", "With", "Since (yours)", "For", "")
        table.focus()
        self._say_keys()
        self.set_interval(REFRESH_SECONDS, self._read)
        self._read()

    def action_ask(self, digit: int) -> None:
        """A digit: one of the first nine rows."""
        if digit <= len(self.claims):
            self.query_one(DataTable).move_cursor(row=digit - 1)
            self._ask(self.claims[digit - 1])

    def action_close(self) -> None:
        """Escape: no to the question; without one, back to the figures."""
        if self._asked is None:
            self.dismiss()
        else:
            self._asked = None
            self._say_keys()

    @on(DataTable.RowSelected)
    def _entered(self, event: DataTable.RowSelected) -> None:
        claim = self.claims[event.cursor_row]
        if self._asked != claim:
            self._ask(claim)
        elif time.monotonic() - self._asked_at >= SURE_SECONDS:
            self._asked = None
            self._take(claim)

    def _ask(self, claim: Hold) -> None:
        self._asked, self._asked_at = claim, time.monotonic()
        name, manager = outside(claim.client_name, "bold"), outside(claim.label)
        self.query_one(BottomBar).say(
            Content.assemble("Take ", name, " out of ", manager, "'s hands? Enter takes them, Esc leaves them")
        )

    def _take(self, claim: Hold) -> None:
        desk = self.desk

        def job() -> Message:
            release_claim(desk.sitting, claim.manager, claim.claim)
            return Taken(claim)

        self.start(job, "take")

    @on(Taken)
    def _taken(self, event: Taken) -> None:
        name, manager = outside(event.claim.client_name), outside(event.claim.label)
        self.query_one(BottomBar).say(Content.assemble(name, " was taken from ", manager, ": anybody may call now."))
        self._read()

    @on(Failed)
    def _not_taken(self, event: Failed) -> None:
        """Who has gone on to another client meanwhile holds this one no more."""
        if isinstance(event.fault, NothingToDo):
            self._read()

    def _say_keys(self) -> None:
        self.query_one(BottomBar).say(Content.styled(f"1-9 or Enter take back  {hint(*STUCK_KEYS[-1:])}", "dim"))

    def _read(self) -> None:
        desk = self.desk
        self.start(lambda: self._found(desk), "stuck", exclusive=True)

    @staticmethod
    def _found(desk: Desk) -> Listed:
        return Listed(holds(desk.sitting), home_zone(desk))

    @on(Listed)
    def _listed(self, event: Listed) -> None:
        """The list anew; the cursor stays with its claim."""
        table, now = self.query_one(DataTable), self.desk.clock.now()
        numbers = [claim.claim for claim in self.claims]
        at = numbers[table.cursor_row] if table.cursor_row < len(numbers) else None
        self.claims, self.zone = event.claims, event.zone
        if self._asked not in self.claims:
            self._asked = None
        table.clear()
        for number, claim in enumerate(self.claims, start=1):
            table.add_row(*_cells(number, claim, self.zone, now))
        table.move_cursor(row=next((row for row, claim in enumerate(self.claims) if claim.claim == at), 0))
        self.set_class(not self.claims, "empty")


def _cells(number: int, claim: Hold, zone: str, now: datetime) -> list[Text]:
    minutes = int((now - claim.since).total_seconds() // 60)
    length = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
    ends = day_and_time(claim.lease_ends, zone, now).removeprefix("today ")
    alive = "desk is open" if claim.at_desk else f"no desk seen, until {ends}"
    state = f"{'! ' if claim.stuck else ''}{alive}" if claim.live else f"! no desk since {ends}"
    first = str(number) if number <= 9 else ""
    since = day_and_time(claim.since, zone, now)
    name, label = Text(outside(claim.client_name).plain), Text(outside(claim.label).plain)
    name.truncate(28, overflow="ellipsis")
    label.truncate(14, overflow="ellipsis")
    return [Text(first, "bold"), name, label, Text(since), Text(length, justify="right"), Text(state)]
