"""Why this client: what put them on the card, and what every rule says of them now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from salesdesk.desk.checks import Check
from salesdesk.desk.desk import Desk
from salesdesk.desk.shown import Handed
from salesdesk.desk.why import Why, why
from screens.shared.bars import BottomBar, TopBar
from screens.shared.keys import WHY_KEYS, bindings, hint
from screens.shared.page import Page
from screens.shared.texts import outside


@dataclass
class Explained(Message):
    """Every rule was asked about the client."""

    found: Why


class WhyScreen(Page):
    """One page of reasons, to be scrolled with the arrow keys."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*WHY_KEYS)
    TITLE = "why"
    CSS = """
    #reasons { padding: 0 2; height: 1fr; }
    #reasons .heading { text-style: bold; margin-top: 1; }
    #reasons .row { height: auto; }
    #reasons .mark { width: 5; text-style: dim; }
    #reasons .mark.stops { text-style: bold; color: $error; }
    #reasons .row .text { width: 1fr; }
    """

    def __init__(self, desk: Desk, handed: Handed) -> None:
        super().__init__(desk, handed.home_zone)
        self.handed = handed

    def compose(self) -> ComposeResult:
        """What the desk knows already stands there at once; the rules are asked in a thread."""
        yield TopBar()
        with VerticalScroll(id="reasons"):
            yield Static("Why this client")
            for because in self.handed.because:
                yield _row("-", outside(because))
        yield BottomBar()

    def on_mount(self) -> None:
        """Ask the rules."""
        self.query_one(TopBar).show("who", Content.assemble(("Why", "bold"), " · ", outside(self.handed.client.name)))
        self.query_one(BottomBar).say(Content.styled(f"{hint(*WHY_KEYS)}  up and down scroll", "dim"))
        self.query_one("#reasons").query(Static).first().add_class("heading")
        self.query_one("#reasons").focus()
        desk, client_id = self.desk, self.handed.client.id
        self.start(lambda: Explained(why(desk.sitting, client_id)), "why")

    @on(Explained)
    def _explained(self, event: Explained) -> None:
        self.query_one("#reasons").mount(*self._rules(event.found))

    def _rules(self, found: Why) -> Iterator[Widget]:
        answer = "the client can be called now" if found.eligible else "the client is not to be called now"
        yield Static(f"Every rule: {answer}", classes="heading")
        for check in found.checks:
            yield _check(check)
        yield Static(Content.styled(f"rules version {self.handed.book.version}", "dim"), classes="heading")


def _check(check: Check) -> Widget:
    return _row("ok", outside(check.text)) if check.passes else _row("NO", outside(check.text, "bold"), stops=True)


def _row(mark: str, text: Content, *, stops: bool = False) -> Widget:
    """A reason beside its mark, so that a long one wraps under itself."""
    beside = Static(mark, classes="mark stops" if stops else "mark")
    return Horizontal(beside, Static(text, classes="text"), classes="row")
