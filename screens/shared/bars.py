"""The line above and the line below every screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static


def repaint(static: Static, text: Content) -> None:
    """Show a text; the screen is laid out anew only where the new one takes other room (a clock ticks every second)."""
    before = static.content
    fits = isinstance(before, Content) and [line.cell_length for line in before.split("\n")] == [
        line.cell_length for line in text.split("\n")
    ]
    static.update(text, layout=not fits)


class TopBar(Horizontal):
    """Who and where, the figures, and the manager's own clock."""

    def compose(self) -> ComposeResult:
        """The three parts."""
        yield Static(id="who")
        yield Static(id="figures")
        yield Static(id="own-clock")

    def show(self, part: str, text: Content) -> None:
        """Paint one part: ``who``, ``figures`` or ``own-clock``."""
        repaint(self.query_one(f"#{part}", Static), text)


class BottomBar(Vertical):
    """What just happened or is wrong, and where help is. Never colour alone: a fault begins with ``!``.

    A reminder has a line of its own above that, so it covers nothing; the line is there only with one.
    """

    def compose(self) -> ComposeResult:
        """The reminder, the message and the key of the help."""
        yield Static(id="reminder")
        with Horizontal(id="said"):
            yield Static(id="message")
            yield Static("F1 help", id="help-key")

    @property
    def room(self) -> int:
        """The cells that a message has."""
        return self.query_one("#message").size.width

    def say(self, text: Content) -> None:
        """Show what happened."""
        message = self.query_one("#message", Static)
        message.remove_class("fault")
        message.update(text)

    def warn(self, text: Content) -> None:
        """Show a fault; it stays until something else is said."""
        message = self.query_one("#message", Static)
        message.add_class("fault")
        message.update(Content.assemble("! ", text))

    def remind(self, text: Content | None) -> None:
        """Show a reminder, or none any more."""
        for reminder in self.query("#reminder").results(Static):  # none yet on a screen that is just opening
            if text is not None and text != reminder.content:
                reminder.update(text)
        self.set_class(text is not None, "reminding")
