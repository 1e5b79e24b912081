"""What a screen says to the app."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class Wanted(Message):
    """A key asked for another screen: ``kpi`` or ``desk``. The app knows how to open it."""

    screen: str


class CardShown(Message):
    """The desk has a new card: a client, or why there is none."""
