"""Reminders on screen: read now and then, counted down every second, and rung twice for each promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual.app import App
from textual.content import Content
from textual.message import Message

from salesdesk import environment
from salesdesk.desk.desk import Desk
from salesdesk.team.shifts import Attendance
from screens.shared.bars import BottomBar
from screens.shared.texts import outside
from screens.shared.times import both_clocks, waiting_time
from screens.shared.work import WorkScreen

if TYPE_CHECKING:
    from salesdesk.desk.reminders import Reminder

READ_SECONDS = 20.0
REMIND_BEFORE = timedelta(minutes=5)
_READ_AHEAD = REMIND_BEFORE + timedelta(seconds=2 * READ_SECONDS)  # so that the bell is on time between two readings
_MINUTE = timedelta(minutes=1)
_NAME_WIDTH = 24


@dataclass
class Reminded(Message):
    """The promises whose time is near were read."""

    reminders: tuple[Reminder, ...]


class Reminding:
    """The reminders of one desk, whatever screen is in front.

    Reading them is the desk's sign of life too, so that an open desk costs one look every 20 seconds for both.
    ``quiet`` keeps the bell still.
    """

    def __init__(self, app: App[int], desk: Desk) -> None:
        self.attendance = Attendance(desk.sitting)
        self.quiet = bool(environment.variable(environment.QUIET))
        self._app, self._desk = app, desk
        self._near: tuple[Reminder, ...] = ()
        self._rung: set[tuple[int, datetime, bool]] = set()
        self._reading = self._stale = False

    def read(self) -> None:
        """Read them anew, in a thread of the screen in front; after the reading that is under way, if one is."""
        screens = [screen for screen in self._app.screen_stack if isinstance(screen, WorkScreen)]
        self._stale = self._reading
        if not screens or self._reading:
            return
        self._reading = True
        screens[-1].start(self._job, "reminders")

    def _job(self) -> Message:
        from salesdesk.desk.reminders import due_reminders  # not on the way to the first card

        try:
            self.attendance.be_seen()
            return Reminded(due_reminders(self._desk, _READ_AHEAD))
        finally:
            self._reading = False

    def take(self, reminders: tuple[Reminder, ...]) -> None:
        """These are near now."""
        self._near = reminders
        if self._stale:
            self.read()
        self.tick()

    def tick(self) -> None:
        """Every second: count down, and ring at five minutes and at the time itself."""
        now = self._desk.clock.now()
        shown = [reminder for reminder in self._near if reminder.due_at - now <= REMIND_BEFORE]
        shown.sort(key=lambda reminder: abs(reminder.due_at - now))  # one that is long late must not hide the next
        text = reminder_text(shown[0], len(shown) - 1, now) if shown else None
        if self._app.screen_stack:
            for bar in self._app.screen.query(BottomBar):
                bar.remind(text)
        told = {(reminder.task_id, reminder.due_at, reminder.due_at <= now) for reminder in shown}
        if told - self._rung and not self.quiet:
            self._app.bell()
        self._rung |= told


def reminder_text(reminder: Reminder, others: int, now: datetime) -> Content:
    """One promise in a line: who, how soon, when on both clocks, whose; and how many ``others`` are near too."""
    name = outside(reminder.client_name, "bold").truncate(_NAME_WIDTH, ellipsis=True)
    left = reminder.due_at - now
    late = reminder.minutes_left(now)
    soon = waiting_time(left) if left > timedelta() else "now" if left > -_MINUTE else f"{-late} min late"
    clocks = both_clocks(reminder.due_at, reminder.home_zone, reminder.client_zone, now)
    return Content.assemble(
        "Callback ", name, f" {soon}, {clocks}", _whose(reminder), f" (+{others})" if others else ""
    )


def _whose(reminder: Reminder) -> Content:
    if reminder.whose is None:
        return Content(" · nobody's")
    return Content.assemble(" · ", outside(reminder.whose), " is away") if reminder.whose else Content()
