"""The Textual app: which screen is first, what every screen shares, and leaving cleanly however one leaves."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import ClassVar

from textual import on
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen

from salesdesk import environment
from salesdesk.desk.desk import Desk
from salesdesk.desk.senses import let_stops_wait
from salesdesk.errors import SalesdeskError
from salesdesk.team.shifts import Attendance
from screens.desk.screen import DeskScreen
from screens.shared.help import HelpScreen
from screens.shared.keys import APP_KEYS, bindings
from screens.shared.messages import CardShown, Wanted
from screens.shared.reminding import READ_SECONDS, Reminded, Reminding

_LEAVING = (signal.SIGTERM, signal.SIGHUP)  # bare Textual leaves the alternate screen on after these


class DeskApp(App[int]):
    """One person at the desk. A lead sees the figures first."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*APP_KEYS)
    CSS_PATH = "app.tcss"
    TITLE = "salesdesk"
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, desk: Desk) -> None:
        # With NO_COLOR Textual drops every colour code only when the app speaks ANSI.
        super().__init__(ansi_color=True if environment.variable(environment.NO_COLOR) else None)
        self.desk = desk
        self.reminding = Reminding(self, desk)
        self._leaving: int | None = None
        self._events: asyncio.AbstractEventLoop | None = None

    def on_mount(self) -> None:
        """Open the first screen, unless a signal came before it."""
        self._events = asyncio.get_running_loop()
        if not self.is_headless:
            let_stops_wait()  # Textual has put a handler of its own in the place of the program's
        if self._leaving is not None:
            self.exit(self._leaving)
            return
        self._open("kpi" if self.desk.person.role == "lead" else "desk")
        self.set_interval(READ_SECONDS, self.reminding.read)
        self.set_interval(1.0, self.reminding.tick)
        if self.desk.person.role == "lead":
            self.reminding.read()

    @on(CardShown)
    def _card_shown(self) -> None:
        """The first card does not wait for the shift to begin; each later one may have changed what is promised."""
        self.reminding.read()

    @on(Reminded)
    def _reminded(self, event: Reminded) -> None:
        self.reminding.take(event.reminders)

    @on(Wanted)
    def _wanted(self, event: Wanted) -> None:
        self._open(event.screen)

    def _open(self, name: str) -> None:
        """Bring a screen to the front, made the first time it is wanted; the one before keeps its state below."""
        if not self.is_screen_installed(name):
            self.install_screen(self._make(name), name)
        screen = self.get_screen(name)
        if screen in self.screen_stack:
            while self.screen is not screen:
                self.pop_screen()
        else:
            self.push_screen(screen)

    def _make(self, name: str) -> Screen[None]:
        if name == "desk":
            return DeskScreen(self.desk)
        from screens.kpi.screen import KpiScreen  # the figures are not on the way to the first card

        return KpiScreen(self.desk)

    @property
    def crash(self) -> Exception | None:
        """The fault of the program that ended the app, if one did."""
        return self._exception

    def _fatal_error(self) -> None:
        """End without Textual's traceback, whose local variables show clients; :func:`run_desk` raises the fault."""
        self._close_messages_no_wait()

    def action_help(self) -> None:
        """Every key."""
        self.push_screen(HelpScreen())

    def action_leave(self) -> None:
        """Leave the desk; :func:`run_desk` frees the claim."""
        self.exit(0)

    def leave_on(self, number: int, _: FrameType | None = None) -> None:
        """A signal leaves as the key does. One that comes while the app is closing changes nothing."""
        self._leaving = 128 + number
        if self._events is not None and not self._events.is_closed():
            self._events.call_soon_threadsafe(self.exit, self._leaving)


@contextmanager
def _signals_leave(app: DeskApp) -> Iterator[None]:
    """Let the signals of :data:`_LEAVING` close the app, and let none of them cut short what is done after it.

    The event loop's own handlers end with it, and a closing window hangs up twice: the system does, then the shell.
    """
    before = {number: signal.signal(number, app.leave_on) for number in _LEAVING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_desk(desk: Desk) -> int:
    """Open the desk on the terminal and stay until the person leaves; the claim is free and the shift over when this
    returns.

    Returns the exit code: 0, or 128 and the signal's number. Raises whatever fault of the program ended the app; where
    none did, what stood in the way of leaving.
    """
    app = DeskApp(desk)
    with _signals_leave(app):
        try:
            code = app.run() or 0
        except BaseException:
            leave(desk, app.reminding.attendance)
            raise
        left = leave(desk, app.reminding.attendance)
    if app.crash is not None:
        raise app.crash
    if left is not None:
        raise left
    return code


def leave(desk: Desk, attendance: Attendance) -> SalesdeskError | None:
    """Free the claim and end the shift, each whatever becomes of the other; the first fault of either, if any."""
    found: list[SalesdeskError] = []
    for end in (desk.release, attendance.leave):
        try:
            end()
        except SalesdeskError as fault:
            found.append(fault)
    return found[0] if found else None
