"""The help page, made from the registry of keys."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from screens.keys import APP_KEYS, CLOSE_HELP, DESK_KEYS, KPI_KEYS, Key, bindings


class HelpScreen(ModalScreen[None]):
    """Every key and what it does."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CLOSE_HELP)
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll { width: 72; max-width: 96%; height: auto; max-height: 92%; padding: 1 2;
        background: $surface; border: round $primary; }
    """

    def compose(self) -> ComposeResult:
        """One page of keys."""
        with VerticalScroll():
            yield Static(Content("\n").join(list(_page())))

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss()


def _page() -> list[Content]:
    rows = [Content.styled("At the desk", "bold"), _row("1-9", "Choose what happened, then its reason")]
    rows += [_key(key) for key in DESK_KEYS]
    rows += [Content(), Content.styled("On the KPI screen", "bold"), *(_key(key) for key in KPI_KEYS)]
    rows += [Content(), Content.styled("Everywhere", "bold"), *(_key(key) for key in APP_KEYS)]
    letters = "Letters also work under the Ukrainian and Russian keyboard layouts."
    return [*rows, _row("ctrl+p", "The palette: what is possible now"), Content(), Content.styled(letters, "dim")]


def _key(key: Key) -> Content:
    return _row(key.shown, key.purpose)


def _row(key: str, purpose: str) -> Content:
    return Content.assemble((f"{key:>8}  ", "bold"), purpose)
