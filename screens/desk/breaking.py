"""The break key: gives the client back, says why the desk is empty, and ends with any key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from textual import on
from textual.content import Content
from textual.message import Message

from salesdesk.models.base import MAX_NAME
from screens.desk.parts.answer import Choices
from screens.desk.resuming import Resuming
from screens.shared.bars import BottomBar
from screens.shared.work import Failed

QUESTION = "break"
USUAL = {"1": "coffee", "2": "lunch", "3": "meeting"}


@dataclass
class OnBreak(Message):
    """The break began at ``since`` (aware UTC)."""

    since: datetime
    reason: str


class Breaking(Resuming):
    """Asks why in a line, then leaves the desk to the break screen."""

    def action_break(self) -> None:
        """Say why, and go."""
        if not self._awake() or self.query_one(Choices).question:
            return
        choices = self.query_one(Choices)
        choices.ask(QUESTION, title="Break: why?")
        usual = "   ".join(f"{digit} {reason}" for digit, reason in USUAL.items())
        choices.hint(Content.styled(f"{usual}   or in your words; Enter goes, Esc stays", "dim"))

    def action_back(self) -> None:
        """Escape: no break after all; else what it does elsewhere."""
        if self.query_one(Choices).question == QUESTION:
            self.query_one(Choices).show(self.choosing, self.note)
        else:
            super().action_back()

    @on(Choices.Answered)
    def _reason_given(self, event: Choices.Answered) -> None:
        if event.question != QUESTION:
            return
        event.prevent_default()
        reason = USUAL.get(event.text.strip(), event.text.strip())
        if len(reason) > MAX_NAME:
            self.query_one(Choices).hint(Content(f"{MAX_NAME} characters at most"), fault=True)
        elif not self._busy:
            self._go_on_break(reason)

    def _go_on_break(self, reason: str) -> None:
        desk = self.desk
        self.query_one(Choices).show(self.choosing, self.note)

        def job() -> Message:
            from salesdesk.team.shifts import start_break

            since = desk.clock.now()
            start_break(desk.database, desk.clock, desk.person, reason)
            desk.release()
            return OnBreak(since, reason)

        self._busy = True
        self.start(job, QUESTION)

    @on(Failed)
    def _no_break(self, event: Failed) -> None:
        """The fault is told as any other; the desk goes on."""
        if event.group == QUESTION:
            self._release_buttons()

    @on(OnBreak)
    def _away(self, event: OnBreak) -> None:
        from screens.desk.break_screen import BreakScreen

        zone, since = self.zone, event.since
        self.keep_note()
        self.handed = self.choosing = None  # busy until the break ends: nothing is looked for
        self.query_one(Choices).show(None)
        self.app.push_screen(BreakScreen(self.desk, zone, since, event.reason), lambda _: self._back(since))

    def _back(self, since: datetime) -> None:
        minutes = int((self.now - since).total_seconds() // 60)
        self.query_one(BottomBar).say(Content(f"Back after {minutes} min."))
        self._fetch()

    def crashed(self, group: str) -> None:
        """The desk goes on as if no break had been asked for."""
        super().crashed(group)
        if group == QUESTION:
            self._release_buttons()
