"""The help page, made from the registry of keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from screens.shared.keys import (
    APP_KEYS,
    CLOSE_HELP,
    CLOSE_STUCK,
    DAY_KEYS,
    DESK_KEYS,
    KPI_KEYS,
    RESUME_KEYS,
    SCHEDULE_KEYS,
    ZONE_KEYS,
    Key,
    bindings,
)


class HelpScreen(ModalScreen[None]):
    """Every key and what it does: in two columns where there is room, else one under the other."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CLOSE_HELP)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (116, "-wide")]  # noqa: RUF012 - Textual types it so
    CSS = """
    HelpScreen { align: center middle; }
    HelpScreen #page { width: 76; max-width: 96%; height: auto; max-height: 96%; padding: 1 2;
        background: $surface; border: round $primary; }
    HelpScreen #columns { height: auto; layout: vertical; }
    HelpScreen .column { height: auto; width: 1fr; padding: 0 2 0 0; }
    HelpScreen .heading { text-style: bold; }
    HelpScreen .row { height: auto; }
    HelpScreen .row .key { width: 10; padding: 0 2 0 0; text-align: right; text-style: bold; }
    HelpScreen .row .purpose { width: 1fr; }
    HelpScreen .gap { height: 1; }
    HelpScreen.-wide #page { width: 116; }
    HelpScreen.-wide #columns { layout: horizontal; }
    """

    def compose(self) -> ComposeResult:
        """One page of keys."""
        with VerticalScroll(id="page"):
            with Horizontal(id="columns"):
                yield Vertical(*_sections(_AT_THE_DESK), classes="column")
                yield Vertical(*_sections(_ELSEWHERE), classes="column")
            yield Static(Content.styled(_LETTERS, "dim"))

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss()


Sections = Mapping[str, Sequence[Key | tuple[str, str]]]
"""Keys, or what is written as a key and what it does, under their headings."""

_LETTERS = "Letters also work under the Ukrainian and Russian keyboard layouts."
_DIGITS = ("1-9", "Choose what happened, then its reason")
_PALETTE = ("ctrl+p", "The palette: what is possible now")
_AT_THE_DESK: Sections = {"At the desk": (_DIGITS, *DESK_KEYS, *RESUME_KEYS), "While agreeing on a time": SCHEDULE_KEYS}
_PLACES = (("1-9", "Take the place under the digit"), ("Enter", "Take the marked place"))
_TAKE = ("1-9", "Ask for this row's client; Enter says yes")
_ELSEWHERE: Sections = {
    "While saying where they are": (*_PLACES, *ZONE_KEYS),
    "In my day": DAY_KEYS,
    "On the KPI screen": KPI_KEYS,
    "Among held clients": (_TAKE, CLOSE_STUCK),
    "Everywhere": (*APP_KEYS, _PALETTE),
}


def _sections(sections: Sections) -> Iterator[Widget]:
    """Headings, each with its keys below."""
    for heading, keys in sections.items():
        yield Static(heading, classes="heading")
        for key in keys:
            shown, purpose = (key.shown, key.purpose) if isinstance(key, Key) else key
            yield Horizontal(Static(shown, classes="key"), Static(purpose, classes="purpose"), classes="row")
        yield Static(classes="gap")
