"""Where the client is, said during the call: a line to type a city or zone in, and what it may mean under digits."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from rules.zonetime import offset_at, to_local
from salesdesk.clock import Clock
from salesdesk.desk.shown import Handed
from salesdesk.errors import BadRequest
from screens.desk.asks import Acts, Gone
from screens.desk.state import DeskState
from screens.shared.keys import ZONE_KEYS, bindings
from screens.shared.line import Line
from screens.shared.texts import lines, outside
from screens.shared.times import signed_hours

if TYPE_CHECKING:
    from salesdesk.desk.zones import ZoneChoice
    from screens.desk.jobs import DeskJobs

REPAINT_SECONDS = 5.0  # the clocks in the list show minutes
_SIGNED = re.compile(r"[+-]\d*$")
_HINT = "a digit or Enter takes it, Esc leaves"


class SearchLine(Line):
    """A line in which digits are not text, for no place has one in its name; after a sign they are ("GMT+3")."""

    class Digit(Message):
        """A digit was pressed."""

        def __init__(self, digit: int) -> None:
            super().__init__()
            self.digit = digit

    def on_key(self, event: events.Key) -> None:
        """Hand digits on."""
        after_sign = _SIGNED.search(self.value[: self.cursor_position])
        if event.character and event.character in "123456789" and not after_sign:
            event.stop()
            event.prevent_default()
            self.post_message(self.Digit(int(event.character)))


class ZonePart(Vertical):
    """Asks where the client is. Each choice shows its clock and the difference from the person's own.

    Places of the client's own country come first.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(*ZONE_KEYS)

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._mine, self._near = "UTC", ""
        self._choices: list[ZoneChoice] = []
        self._at = 0

    def compose(self) -> ComposeResult:
        """The line, and below it what may be meant."""
        yield Static("Where are they?", id="where")
        yield SearchLine(id="city", placeholder="city or zone, in any of your languages")
        yield Static(id="places")
        yield Static(_HINT, id="how")

    def on_mount(self) -> None:
        """The clocks in the list go on."""
        self.set_interval(REPAINT_SECONDS, self._repaint)

    def open(self, now: DeskState) -> None:
        """One types at once. The table of places is read meanwhile, so that the first letters do not wait for it."""
        self._mine, self._near = now.zone, now.handed.client.country if now.handed else ""
        self._choices, self._at = [], 0
        line = self.query_one(SearchLine)
        with line.prevent(Input.Changed):
            line.value = ""
        line.focus()
        self._paint()
        self.run_worker(_warm_up, thread=True, exit_on_error=False)

    def close(self) -> None:
        """A place was taken, or the zone is left as it is."""

    def refuse(self, fault: BadRequest) -> None:
        """A place that was not taken is told in the bar: the panel is gone by then."""

    def unsaid(self) -> str:
        """A half-typed city is nothing to keep."""
        return ""

    def on_resize(self) -> None:
        """Names take the room there is."""
        self._repaint()

    def on_input_changed(self, event: Input.Changed) -> None:
        """A keystroke: look again."""
        event.stop()
        self._choices, self._at = _found(event.value, self._near), 0
        self._paint()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the marked one."""
        event.stop()
        self._take(self._at, "")

    def on_search_line_digit(self, event: SearchLine.Digit) -> None:
        """A digit: the one under it."""
        event.stop()
        self._take(event.digit - 1, str(event.digit))

    def action_move(self, by: int) -> None:
        """Mark the one below or above."""
        if self._choices:
            self._at = (self._at + by) % len(self._choices)
            self._paint()

    def action_leave(self) -> None:
        """Leave it as it is."""
        self.post_message(Gone())

    def _take(self, number: int, key: str) -> None:
        if number < len(self._choices):
            text = self._choices[number].text

            def begin(jobs: DeskJobs, handed: Handed | None) -> None:
                if handed is not None:
                    jobs.set_zone(handed, text)

            self.post_message(Acts(begin, key))

    def _repaint(self) -> None:
        if self.display:
            self._paint()

    def _paint(self) -> None:
        now, places = self._clock.now(), self.query_one("#places", Static)
        ahead = [self._ahead(choice, now) for choice in self._choices]
        rows = [
            self._row(number, f"{to_local(now, choice.zone):%H:%M}  {said:<{max(map(len, ahead))}}")
            for number, (choice, said) in enumerate(zip(self._choices, ahead, strict=True))
        ]
        places.update(lines(*rows or [Content.styled(self._nothing(), "dim")]))

    def _nothing(self) -> str:
        typed = self.query_one(SearchLine).value.strip()
        if _SIGNED.search(typed):
            return "an offset tells no place: write a city"
        return "no such place or zone" if len(typed) > 1 else "two letters are enough to begin with"

    def _ahead(self, choice: ZoneChoice, now: datetime) -> str:
        return signed_hours(offset_at(now, choice.zone) - offset_at(now, self._mine)) or "your time"

    def _row(self, number: int, clock: str) -> Content:
        text = self._choices[number].text
        name = outside(text).truncate(max(10, self.size.width - len(clock) - 6), ellipsis=True)
        gap = " " * max(2, self.size.width - 4 - cell_len(name.plain) - len(clock))
        marked = number == self._at
        row = Content.assemble((f"{number + 1}  ", "bold"), name, gap, (clock, "" if marked else "dim"))
        return Content.assemble((">" if marked else " "), row.stylize("bold") if marked else row)


def _warm_up() -> None:
    _found("kyiv", "")


def _found(typed: str, near: str) -> list[ZoneChoice]:
    from salesdesk.desk.zones import zone_choices  # the places are not on the way to the first card

    return zone_choices(typed, near)
