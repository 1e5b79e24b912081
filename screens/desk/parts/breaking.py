"""A break: why, in a line."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from salesdesk.errors import BadRequest
from salesdesk.team.shifts import MAX_REASON
from screens.desk.asks import Acts
from screens.desk.state import DeskState
from screens.shared.line import Line
from screens.shared.texts import outside

USUAL = {"1": "coffee", "2": "lunch", "3": "meeting"}
_QUESTION = "Break: why?"
_HINT = "   ".join(f"{digit} {reason}" for digit, reason in USUAL.items())


class BreakPart(Vertical):
    """Asks for the reason of a break; what is wrong with it stays until another is typed."""

    refused = ""

    def compose(self) -> ComposeResult:
        """The question, its line, and the usual answers under digits."""
        yield Static(_QUESTION, classes="title")
        yield Line(id="reason", select_on_focus=False)
        yield Static(classes="hint")

    def open(self, now: DeskState) -> None:
        """Ask anew; what was chosen so far stands before the question, for it stays chosen."""
        path = Content.assemble(outside(now.title, "bold"), "  ") if now.title else Content()
        self.query_one(".title", Static).update(Content.assemble(path, _QUESTION))
        self.refused, self._line.value = "", ""
        self._line.focus()
        self._paint()

    def close(self) -> None:
        """The reason was given, or no break is taken."""

    def refuse(self, fault: BadRequest) -> None:
        """What was typed was not taken."""
        self.refused = fault.title
        self._paint()

    def unsaid(self) -> str:
        """A reason for a break is nothing of a client."""
        return ""

    def on_input_changed(self, event: Input.Changed) -> None:
        """A keystroke: what was refused is being mended."""
        event.stop()
        self.refused = ""
        self._paint()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: a digit stands for a usual reason."""
        event.stop()
        reason = USUAL.get(event.value.strip(), event.value.strip())
        if len(reason) > MAX_REASON:
            self.refused = f"{MAX_REASON} characters at most"
            self._paint()
        else:
            self.post_message(Acts(lambda jobs, _: jobs.take_break(reason)))

    @property
    def _line(self) -> Input:
        return self.query_one("#reason", Input)

    def _paint(self) -> None:
        hint = self.query_one(".hint", Static)
        hint.set_class(bool(self.refused), "fault")
        usual = Content.styled(f"{_HINT}   or in your words; Enter goes, Esc stays", "dim")
        hint.update(Content(self.refused) if self.refused else usual)
