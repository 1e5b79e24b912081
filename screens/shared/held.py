"""Tells a key that is still held down from the last card from one that is meant for this one.

A terminal reports a held key as presses: the first, a pause of a quarter to over half a second, then one about every
30 ms. After a new card the key that finished the last one is therefore doubted: a press soon after is acted on only
when no further press follows at once.
"""

from __future__ import annotations

from enum import Enum

GUARD_SECONDS = 0.15  # keys typed this soon after a new card were meant for the old one
REPEAT_SECONDS = 0.12  # a held key repeats sooner than this (the slowest common setting is 8 a second)
DOUBT_SECONDS = 1.0  # the longest common pause before a held key begins to repeat


class Verdict(Enum):
    """What to do with a press: act on it, drop it, or wait whether it repeats."""

    ACT = "act"
    DROP = "drop"
    WAIT = "wait"


class HeldKey:
    """Remembers the last press. All times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._card_at = 0.0
        self._last: str | None = None
        self._last_at = 0.0
        self._old: str | None = None

    def new_card(self, now: float) -> None:
        """A new card appeared: the last key pressed belongs to the old one."""
        self._card_at, self._old = now, self._last

    def judge(self, key: str, now: float) -> Verdict:
        """What to do with this press."""
        since_last, self._last_at = now - self._last_at, now
        known, self._last = key == self._old, key
        if now - self._card_at < GUARD_SECONDS:
            return Verdict.DROP
        if not known or since_last > DOUBT_SECONDS:
            self._old = None
            return Verdict.ACT
        return Verdict.DROP if since_last < REPEAT_SECONDS else Verdict.WAIT

    def waited(self, key: str, pressed_at: float) -> bool:
        """Whether a doubted press was meant after all: nothing was pressed since. Call it ``REPEAT_SECONDS`` later."""
        meant = self._last == key and self._last_at == pressed_at
        if meant:
            self._old = None
        return meant
