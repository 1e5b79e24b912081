"""The line that everything is typed in."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from screens.shared.texts import one_line


class Line(Input):
    """A line to type in. Of what is pasted it takes every line, joined: a field of Textual keeps the first alone."""

    def on_paste(self, event: events.Paste) -> None:
        """What the terminal pastes."""
        event.stop()
        event.prevent_default()
        self.take(event.text)

    def action_paste(self) -> None:
        """What was copied here."""
        self.take(self.app.clipboard)

    def take(self, pasted: str) -> None:
        """Put it at the cursor, or in the place of what is selected."""
        if words := one_line(pasted):
            self.replace(words, *self.selection)
