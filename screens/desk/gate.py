"""Which presses are meant for the card on the screen: every key that marks or begins something goes through here."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.screen import Screen

from screens.shared.held import REPEAT_SECONDS, HeldKey, Verdict
from screens.shared.keys import GUARDED, Key

_KEYS = {press: key for key in GUARDED for press in key.presses}


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a key, by the name under which it came, at a time of the monotonic clock."""

    key: Key
    name: str
    at: float


class KeyGate:
    """Lets a key act, or drops it with a flash. ``ready`` says whether the desk takes keys at all."""

    def __init__(
        self,
        screen: Screen[None],
        ready: Callable[[], bool],
        flash: Callable[[], None],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._screen, self._ready, self._flash, self._ticks = screen, ready, flash, ticks
        self._held = HeldKey()
        self.doubted: Press | None = None  # the press of which it is not known yet whether it repeats

    @property
    def is_open(self) -> bool:
        """Whether a key that is pressed now can be meant for the card."""
        return self._held.is_open(self._ticks())

    def dealt(self) -> None:
        """A new card is on its way to the screen; what is pressed before it stands there was meant for the old one."""
        self._held.dealt()
        self._screen.call_after_refresh(lambda: self._held.painted(self._ticks()))

    def pressed_elsewhere(self, name: str) -> None:
        """A key acted in a part: held down too long it must not press a button next."""
        self._held.judge(name, self._ticks())
        self.dealt()

    async def take(self, event: events.Key) -> None:
        """A key came, while nothing is typed."""
        key = _KEYS.get(event.key)
        if key is None:
            return
        event.stop()
        verdict = self._held.judge(event.key, event.time)
        if not self._ready() or verdict is Verdict.DROP:
            self._flash()
        elif verdict is Verdict.ACT:
            await self._screen.run_action(key.action)
        else:
            self._wait(Press(key, event.key, event.time))

    def _wait(self, press: Press) -> None:
        """Look again when a repeat would have come."""
        self.doubted = press
        due = self._ticks() + REPEAT_SECONDS
        self._screen.set_timer(REPEAT_SECONDS, lambda: self._let_others_first(press, due))

    def _let_others_first(self, press: Press, due: float) -> None:
        """What was read meanwhile stands in the queues of the app and of the screen: this goes behind it."""
        screen = self._screen
        screen.app.call_later(lambda: screen.call_later(self._look_again, press, due))

    async def _look_again(self, press: Press, due: float) -> None:
        verdict = self._held.waited(press.name, press.at, due, self._ticks())
        if verdict is Verdict.WAIT:
            self._wait(press)
            return
        self.doubted = None if self.doubted is press else self.doubted
        if verdict is Verdict.ACT and self._ready():
            await self._screen.run_action(press.key.action)
