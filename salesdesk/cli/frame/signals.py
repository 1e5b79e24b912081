"""Signals that end the program become an exception, so that what was begun is cleaned up."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ends_tidily() -> Iterator[None]:
    """Let a closed window or a kill unwind the program, so that what was begun is taken back."""

    def leave(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def waits_to_be_heeded() -> Iterator[Callable[[], None]]:
    """Only note a signal that ends the program, Ctrl-C too, until the function that this gives is called.

    For work that can stop in many places: an exception raised by the signal itself comes up wherever the program is,
    and where that is a callback (of a weak reference, of SQLite) Python drops it and goes on.
    """
    noted: list[int] = []

    def heed() -> None:
        if noted:
            raise KeyboardInterrupt if noted[0] == signal.SIGINT else SystemExit(128 + noted[0])

    ending = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda number, _: noted.append(number)) for number in ending}
    try:
        yield heed
        heed()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
