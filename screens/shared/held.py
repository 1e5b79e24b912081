"""Tells a key that is still held down from the last card from one that is meant for this one.

A terminal reports a held key as presses: the first, a pause of a quarter to over half a second, then one about every
30 ms. After a new card the key that finished the last one is therefore doubted: a press soon after is acted on only
when no further press follows at once.

A press is judged by when it was read from the terminal, never by when its turn came: on a busy machine presses wait in
a queue, and a held key would look like one that is pressed now and then. A card counts from when it was painted.
"""

from __future__ import annotations

from enum import Enum
from math import inf

GUARD_SECONDS = 0.15  # keys typed this soon after a new card was painted were meant for the old one
REPEAT_SECONDS = 0.12  # a held key repeats sooner than this (the slowest common setting is 8 a second)
DOUBT_SECONDS = 1.0  # the longest common pause before a held key begins to repeat
LATE_SECONDS = 0.06  # a look that comes later than this says that the machine is busy: what was pressed may not be read
PATIENCE_SECONDS = 1.5  # how long a busy machine is waited for; a held key was read many times by then


class Verdict(Enum):
    """What to do with a press: act on it, drop it, or wait whether it repeats."""

    ACT = "act"
    DROP = "drop"
    WAIT = "wait"


class HeldKey:
    """Remembers the last press. All times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._card_at = inf
        self._last: str | None = None
        self._last_at = -inf
        self._old: str | None = None

    def dealt(self) -> None:
        """A new card is being painted: the last key pressed belongs to the old one, and so does all until then."""
        self._card_at, self._old = inf, self._last

    def painted(self, now: float) -> None:
        """The new card stands on the screen."""
        self._card_at = now

    def is_open(self, now: float) -> bool:
        """Whether a key that is pressed now can be meant for the card."""
        return now - self._card_at >= GUARD_SECONDS

    def judge(self, key: str, at: float) -> Verdict:
        """What to do with a press that was read at this time."""
        since_last, self._last_at = at - self._last_at, at
        known, self._last = key == self._old, key
        if not self.is_open(at):
            return Verdict.DROP
        if not known or since_last > DOUBT_SECONDS:
            self._old = None
            return Verdict.ACT
        return Verdict.DROP if since_last < REPEAT_SECONDS else Verdict.WAIT

    def waited(self, key: str, pressed_at: float, due: float, now: float) -> Verdict:
        """What to do with a doubted press after a wait until ``due``; all that was read by then was judged."""
        if (self._last, self._last_at) != (key, pressed_at):
            return Verdict.DROP
        if now - due > LATE_SECONDS and now - pressed_at < PATIENCE_SECONDS:
            return Verdict.WAIT
        self._old = None
        return Verdict.ACT
