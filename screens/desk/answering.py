"""From a choice at the desk to an outcome: buttons, reasons, and what they ask for."""

from __future__ import annotations

import time

from textual import on

from salesdesk.desk import Desk
from screens.desk.choices import Choosing
from screens.desk.parts.answer import Choices
from screens.desk.parts.schedule.part import Scheduling
from screens.shared.held import REPEAT_SECONDS, HeldKey, Verdict


class Answering(Scheduling):
    """Takes the digits and the typed answers, and records once everything is said."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._held = HeldKey()

    def action_choose(self, digit: int) -> None:
        """A digit: a button or its reason; not one that is still held down from the last card."""
        key, now = str(digit), time.monotonic()
        verdict = self._held.judge(key, now)
        if self._busy or verdict is Verdict.DROP:
            self.query_one(Choices).flash()
        elif verdict is Verdict.ACT:
            self._press(key)
        else:
            self.set_timer(REPEAT_SECONDS, lambda: self._press_if_meant(key, now))

    def _press_if_meant(self, key: str, pressed_at: float) -> None:
        if self._held.waited(key, pressed_at):
            self._press(key)

    def _press(self, digit: str) -> None:
        if self.choosing is not None and not self._busy:
            self._go_on(self.choosing.press(digit))

    def action_back(self) -> None:
        """Escape: one step back."""
        if self.choosing is None or self._busy:
            return
        self._unconfirmed = None
        loose = self.query_one(Choices).question == "loose note"
        self.choosing = self.choosing if loose else self.choosing.back()
        self._show(self.choosing)

    def action_schedule(self) -> None:
        """The call-back button under a letter: the first one that asks for a time."""
        if self.choosing is None or not self._awake():
            return
        buttons = [button for button in self.choosing.outcomes if "time" in button.effect.ask]
        if buttons:
            self._go_on(Choosing(self.choosing.outcomes).pick(buttons[0].id))

    def action_note(self) -> None:
        """A note that goes with whatever outcome comes."""
        if self.choosing is not None and self._awake():
            self.query_one(Choices).ask("loose note", title="Note", text=self.note)

    @on(Choices.Answered)
    def _answered(self, event: Choices.Answered) -> None:
        if self._busy or self.choosing is None:
            return
        if event.question == "loose note":
            self.note = event.text.strip()
            self.query_one(Choices).show(self.choosing, self.note)
            return
        confirmed = self._unconfirmed is not None and self._unconfirmed == event.text
        self._go_on(self.choosing.answer(event.text), anyway=confirmed)

    @on(Choices.Typing)
    def _typing(self) -> None:
        self._unconfirmed = None  # a time is read by Scheduling already

    def _go_on(self, choosing: Choosing, *, anyway: bool = False) -> None:
        """Show the next step, or record when everything is said."""
        self.choosing = choosing
        if choosing.complete and self.handed is not None:
            seconds = int(time.monotonic() - self._shown_at)
            self._record(choosing.said(self.note, seconds, anyway=anyway), self.handed.claim)
        else:
            self._show(choosing)

    def _show(self, choosing: Choosing) -> None:
        self.query_one(Choices).show(choosing, self.note)
        if choosing.asking == "time":
            self.open_schedule()
