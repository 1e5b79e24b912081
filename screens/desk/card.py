"""The client's card: who, what time it is there, where they stand, why now, and what was said before."""

from __future__ import annotations

from datetime import datetime

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from salesdesk.desk.shown import Handed, NothingDue
from screens.desk import clock_texts, texts
from screens.shared.bars import repaint
from screens.shared.texts import lines, outside

_PARTS = ("head", "clock", "zone", "facts", "why", "client-note", "history")
_HALF = 30  # cells that the left one of two facts takes at least


class ClientCard(Vertical):
    """Paints a handed client, or why there is none. Only the clock line changes between calls."""

    shown: Handed | NothingDue | None = None

    def compose(self) -> ComposeResult:
        """The parts of the card, top to bottom."""
        for part in _PARTS:
            yield Static(id=part, classes="part")

    def paint(self, shown: Handed | NothingDue | None, now: datetime) -> None:
        """Paint a client at ``now`` (aware UTC), or that nothing is due, or that neither is known."""
        self.shown = shown
        for part in _PARTS:
            self._paint(part, None)
        if isinstance(shown, Handed):
            self._paint_client(shown, now)
        self.tick(now)

    def _paint_client(self, handed: Handed, now: datetime) -> None:
        note = Content.assemble(("Note  ", "dim"), outside(handed.client.note)) if handed.client.note else None
        self._paint("head", texts.head(handed))
        self._paint("zone", clock_texts.zone_source(handed.client))
        self._paint("facts", self._facts(handed))
        self._paint("why", texts.why_now(handed, now))
        self._paint("client-note", note)
        self._paint("history", texts.history(handed, now))

    def tick(self, now: datetime) -> None:
        """Paint what changes with the second."""
        if isinstance(self.shown, Handed):
            self._paint("clock", clock_texts.clock(self.shown, now))
        elif self.shown is not None:
            self._paint("head", texts.nothing_due(self.shown, now))

    def on_resize(self) -> None:
        """Facts stand side by side where there is room."""
        if isinstance(self.shown, Handed):
            self._paint("facts", self._facts(self.shown))

    def _paint(self, part: str, text: Content | None) -> None:
        static = self.query_one(f"#{part}", Static)
        static.display = text is not None
        if text is not None:
            repaint(static, text)

    def _facts(self, handed: Handed) -> Content:
        shown = [Content.assemble((f"{name:<8}", "dim"), value) for name, value in texts.facts(handed)]
        room = max(_HALF, self.size.width // 2)
        rows = []
        for left, right in ((shown[0], shown[2]), (shown[1], shown[3])):
            gap = " " * max(2, room - cell_len(left.plain))
            rows.append(Content.assemble(left, gap, right))
        return lines(*rows)
