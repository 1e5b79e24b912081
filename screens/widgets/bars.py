"""The line above and the line below every screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static


class TopBar(Horizontal):
    """Who and where, the figures, and the manager's own clock."""

    def compose(self) -> ComposeResult:
        """The three parts."""
        yield Static(id="who")
        yield Static(id="figures")
        yield Static(id="own-clock")

    def show(self, part: str, text: Content) -> None:
        """Paint one part: ``who``, ``figures`` or ``own-clock``."""
        self.query_one(f"#{part}", Static).update(text)


class BottomBar(Horizontal):
    """What just happened or is wrong, and where help is. Never colour alone: a fault begins with ``!``."""

    def compose(self) -> ComposeResult:
        """The message and the key of the help."""
        yield Static(id="message")
        yield Static("F1 help", id="help-key")

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
