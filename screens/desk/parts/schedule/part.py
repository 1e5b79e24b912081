"""Agreeing on a time at the desk: what is read for the schedule, and what every keystroke makes of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from rules.situation import Agreed
from rules.slots import Remarks, remarks
from rules.zonetime import add_days, wall_at
from salesdesk.desk.desk import Desk
from salesdesk.desk.load import USUAL_PACE, HourLoad, day_load
from salesdesk.desk.schedule import Prospect, prospect, reading, readings, typed
from salesdesk.desk.shown import Handed
from salesdesk.errors import BadRequest
from screens.desk.asks import Replied
from screens.desk.choices import Refusal
from screens.desk.parts.schedule import words
from screens.desk.parts.schedule.hours import DayView
from screens.desk.parts.schedule.panel import SchedulePanel
from screens.desk.refusals import refusal
from screens.desk.state import DeskState
from screens.shared.texts import outside
from screens.shared.work import run_for

FRESH_SECONDS = 15.0  # how long a day's load is shown before it is read again
AGAIN_SECONDS = 5.0
_FIRST_HOUR = 9


@dataclass
class Foreseen(Message):
    """What a time must suit for the client of this claim was read."""

    claim: int
    prospect: Prospect


@dataclass
class Loaded(Message):
    """The load of a day was read."""

    day: date
    load: tuple[HourLoad, ...]


class SchedulePart(Vertical):
    """Keeps the schedule true. The database is read once per opening and once per day shown, never per key."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.panel = desk, SchedulePanel()
        self.handed: Handed | None = None
        self.refusal: Refusal | None = None
        self._prospect: Prospect | None = None
        self._agreed: datetime | None = None
        self._either: tuple[Agreed, ...] = ()
        self._offered: datetime | None = None
        self._loads: dict[date, tuple[HourLoad, ...]] = {}
        self._asked_at: dict[date, float] = {}

    def compose(self) -> ComposeResult:
        """The panel, which only paints."""
        yield self.panel

    def on_mount(self) -> None:
        """Follow the line itself, not its messages: so a key and what it means are painted together."""
        self.panel.line.stepper, self.panel.line.taker = self._stepped, self._taken
        self.watch(self.panel.line, "value", self._typed, init=False)
        self.set_interval(AGAIN_SECONDS, self._foresee_again)

    @property
    def now(self) -> datetime:
        """The present instant (aware UTC)."""
        return self.desk.clock.now()

    # As a part of the side.

    def open(self, now: DeskState) -> None:
        """A time is asked for, for the client in hand: read what it must suit, and show the day."""
        self.handed, self.refusal = now.handed, None
        self._prospect = self._agreed = self._offered = None
        self._loads.clear()  # what was booked meanwhile makes what was read untrue
        self._asked_at.clear()
        path = Content.assemble(outside(now.title, "bold"), "  ") if now.title else Content()
        self.panel.open(Content.assemble(path, ("When?", "bold")), "")
        self._foresee()
        self._show()

    def close(self) -> None:
        """The time was taken, or another thing is said of the client."""
        self.handed = self.refusal = None

    def refuse(self, fault: BadRequest) -> None:
        """The time was not taken: what was typed stays, to be mended or confirmed."""
        self.refusal = Refusal(fault, self.panel.line.value)
        self.panel.line.focus()
        self._show()

    def unsaid(self) -> str:
        """The time that is being typed."""
        return self.panel.line.value.strip() if self.handed is not None else ""

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        confirmed = self.refusal is not None and self.refusal.confirmed_by(event.value)
        self.post_message(Replied(event.value, anyway=confirmed))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()

    # What is read.

    def _foresee(self) -> None:
        handed, desk = self.handed, self.desk
        if handed is not None:
            run_for(self, lambda: Foreseen(handed.claim, prospect(desk, handed)), "schedule")

    def _foresee_again(self) -> None:
        """While somebody thinks, the offered slot may pass; and what could not be read is tried again."""
        known = self._prospect
        if known is None or (known.slot and known.slot <= self.now):
            self._foresee()

    # What is shown.

    def _typed(self) -> None:
        """A keystroke, or what an arrow put: what was refused before is past."""
        self.refusal = None
        self._show()

    def _show(self) -> None:
        """Both clocks and the hours of the day for what stands in the line, or why it was refused."""
        handed, text = self.handed, self.panel.line.value
        if handed is None:
            return
        self._agreed, self._either = None, ()
        said = None
        try:
            self._agreed = reading(self.desk, handed, text).at if text.strip() else None
        except BadRequest as fault:
            self._either = readings(fault)
            self.panel.line.reads = False
            self.panel.say(words.fault(fault))
        else:
            self.panel.line.reads = True
            said = self._show_clocks(handed)
        if self.refusal is not None:
            self.panel.say(refusal(self.refusal.fault), fault=True, grows=True)
        self._show_slot(handed, said)
        self._show_day()

    def _show_clocks(self, handed: Handed) -> Remarks | None:
        """Gives what speaks against the chosen time, so far as that is known."""
        at, known = self._agreed, self._prospect
        if at is None:
            examples = words.EXAMPLES if handed.client.zone else words.UNCLEAR_EXAMPLES
            self.panel.say(Content.styled(examples, "dim"))
            return None
        said = remarks(known.sides, at) if known else None
        self.panel.say(words.clocks(handed, at, self.now, said))
        return said

    def _show_slot(self, handed: Handed, said: Remarks | None) -> None:
        """The slot nearest to the chosen time, or to now while none is chosen."""
        known, at = self._prospect, self._agreed
        if known is None:
            self.panel.show_slot(words.free_slot(handed, None, self.now))
            return
        self._offered = at if at and said == Remarks() else self._slot(known)
        offer = words.Offer(self._offered, known.outside, self._offered == at, self.panel.line.takes_free)
        self.panel.show_slot(words.free_slot(handed, offer, self.now))

    def _slot(self, known: Prospect) -> datetime | None:
        at, now = self._agreed, self.now
        near = known.slot_near(at or now, now) if at or (known.slot and known.slot <= now) else None
        return near or known.slot

    def _show_day(self) -> None:
        """The hours of the day that holds the chosen time; before anything is chosen, of the free slot or today."""
        handed, known = self.handed, self._prospect
        if handed is None:
            return
        zone = handed.home_zone
        wall = wall_at(self._agreed or (known and known.slot) or self.now, zone)
        view = DayView(
            day=wall.date(),
            today=wall_at(self.now, zone).date(),
            zone=zone,
            client_zone=handed.client.zone,
            load=self._load_of(wall.date()),
            chosen=wall.hour if self._agreed else None,
            first=_FIRST_HOUR if not known else _first_hour(known, wall),
            pace=known.sides.pace if known else USUAL_PACE,
        )
        self.panel.show_day(view)

    def _load_of(self, day: date) -> tuple[HourLoad, ...] | None:
        """What is known of a day's load; it is read anew when that is old or nothing."""
        desk, now = self.desk, time.monotonic()
        if now - self._asked_at.get(day, -FRESH_SECONDS) >= FRESH_SECONDS:
            self._asked_at[day] = now
            run_for(self, lambda: Loaded(day, day_load(desk.sitting, day)), "schedule")
        return self._loads.get(day)

    @on(Loaded)
    def _loaded(self, event: Loaded) -> None:
        self._loads[event.day] = event.load
        self._show_day()

    @on(Foreseen)
    def _foreseen(self, event: Foreseen) -> None:
        handed = self.handed
        if handed is None or event.claim != handed.claim:
            return
        self._prospect = event.prospect
        self._show()
        self.panel.line.take_if_waiting()

    def _taken(self) -> str | None:
        """The words for the slot that is offered."""
        handed, known = self.handed, self._prospect
        if handed is None or known is None:
            return None
        if self._offered and self._offered <= self.now:
            self._offered = self._slot(known)
        return self._in_words(handed, self._offered) if self._offered else None

    def _in_words(self, handed: Handed, at: datetime) -> str | None:
        try:
            return typed(handed.book, self.desk.person, handed.area, at, self.now)
        except BadRequest:  # the past, or too far ahead: there the arrows end
            return None

    def _stepped(self, text: str, hours: int, days: int) -> str | None:
        """The words for a time some hours and days from the one in the line; from the free slot when it is empty.

        Left and right take the earlier and the later of two readings.
        """
        handed, either = self.handed, self._either
        if handed is None:
            return None
        if either and hours:
            return self._in_words(handed, either[0 if hours < 0 else -1].at)
        at = either[0].at if either else self._from(text)
        at = add_days(at, days, handed.client.zone or handed.home_zone) if days else at + timedelta(hours=hours)
        return self._in_words(handed, at)

    def _from(self, text: str) -> datetime:
        """Where a step begins: at the typed time, else (half a word is none) at the free slot or the present hour."""
        free = self._prospect.slot if self._prospect else None
        otherwise = free or self.now.replace(minute=0, second=0, microsecond=0)
        try:
            return reading(self.desk, self.handed, text).at if self.handed and text.strip() else otherwise
        except BadRequest:
            return otherwise


def _first_hour(known: Prospect, wall: datetime) -> int:
    """The hour at which the manager's work begins on that day, by their own clock."""
    spans = known.sides.hours.days[wall.weekday()]
    return min(spans[0].start // 3600, 23) if spans else _FIRST_HOUR
