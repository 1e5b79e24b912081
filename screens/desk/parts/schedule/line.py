"""The line in which a time is typed, or put by the arrows and by ``f``."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

from salesdesk.desk.schedule import goes_on
from screens.shared.keys import FREE_SLOT, SCHEDULE_KEYS, bindings
from screens.shared.line import Line

Stepper = Callable[[str, int, int], str | None]
Taker = Callable[[], str | None]


class WhenLine(Line):
    """Arrows move the time by an hour or a day; what they or ``f`` put here is typed over like a selection.

    ``stepper`` gives the words for a time some hours and days from the one in the line, ``taker`` those of the slot
    that is offered; either gives ``None`` where there is none. ``reads`` says that the line is empty or a whole time.
    ``f`` begins a word too (``fri``): it takes the slot only where no word is half typed, and when a letter follows
    that makes a word with it, the ``f`` was meant as a letter after all.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(*SCHEDULE_KEYS)

    # Input lays the whole screen out anew when its text grows; this one keeps its size, and typing must be quick.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)
    stepper: Stepper | None = None
    taker: Taker | None = None
    reads = True
    _put = ""
    _put_by = ""

    @property
    def takes_free(self) -> bool:
        """Whether ``f``, in any layout, takes the slot as the line stands."""
        return all(self._may_take(letter) for letter in FREE_SLOT.presses)

    def take_if_waiting(self) -> None:
        """Let an ``f`` that was pressed before there was a slot take it now."""
        if self.value.casefold() in FREE_SLOT.presses:
            self._take(self.value, "")

    def put(self, words: str, by: str = "") -> None:
        """Put a time here in place of what stands; ``by`` is what would stand here had the keys been letters."""
        self._put, self._put_by = words, by
        self.value = words
        self.cursor_position = len(words)

    def take(self, pasted: str) -> None:
        """What is pasted takes the place of what was put here, as what is typed does."""
        if self._was_put:
            self.select_all()
        super().take(pasted)

    def action_step(self, hours: int, days: int) -> None:
        """Move the time."""
        words = self.stepper(self.value, hours, days) if self.stepper else None
        if words is None:
            self.app.bell()
        else:
            self.put(words)

    def action_take_free(self) -> None:
        """Take the slot."""
        self._take(FREE_SLOT.key, "")

    @property
    def _was_put(self) -> bool:
        return bool(self.value) and self.value == self._put

    def _may_take(self, letter: str) -> bool:
        return self._was_put or (self.reads and not goes_on(self.value, letter))

    def _take(self, letter: str, before: str) -> bool:
        words = self.taker() if self.taker else None
        if words is not None:
            self.put(words, before + letter)
        return words is not None

    def _on_key(self, event: events.Key) -> None:  # type: ignore[override]
        letter, was_put = event.character or "", self._was_put
        at_end = self.cursor_position == len(self.value)
        takes = letter.casefold() in FREE_SLOT.presses and at_end and self._may_take(letter)
        if takes and self._take(letter, "" if was_put else self.value):
            event.stop()
            event.prevent_default()
        elif was_put and (letter.isalnum() or letter == "+"):
            with self.prevent(Input.Changed):  # the letter itself follows and changes it again
                self.value = self._put_by if goes_on(self._put_by, letter) else ""
            self.cursor_position = len(self.value)
            self._put = ""
