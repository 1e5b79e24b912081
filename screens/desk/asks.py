"""What a part says to the desk, which routes it; no part knows another, nor the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message

from salesdesk.desk.shown import Handed

if TYPE_CHECKING:
    from screens.desk.jobs import DeskJobs

Beginning = Callable[["DeskJobs", Handed | None], None]


class Replied(Message):
    """A question of the outcome was answered in a part of its own; ``anyway`` confirms what was refused before."""

    def __init__(self, text: str, *, anyway: bool = False) -> None:
        super().__init__()
        self.text, self.anyway = text, anyway


class Acts(Message):
    """A write is to be begun, for the client in hand if there is one; the part is done. ``key`` is a key that the desk
    itself would understand and that was pressed for this: held down too long it must not press a button next.
    """

    def __init__(self, begin: Beginning, key: str = "") -> None:
        super().__init__()
        self.begin, self.key = begin, key


class Gone(Message):
    """Nothing was said: the part is done."""
