"""A process that is to be stopped (Ctrl-Z, ``kill -TSTP``) stops when it writes nothing.

A stop is no end: SQLite's lock for writers, the queue for it and a server's row locks stay with a process that is
stopped in the middle of a transaction, and every other desk finds the base locked until it is continued. So the signal
is noted while anything is being written, and heeded when that is done: half a second for a batch of an import. SIGSTOP
cannot be caught, so whoever sends that may still stop a process in the middle.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object]


class _Gate:
    """Counts who is writing in this process, and lets a stop through when nobody is.

    The signal's handler runs in the main thread, wherever that is, also inside these methods: so it never waits.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writing = 0
        self._asked = False

    def enter(self) -> None:
        with self._lock:
            self._writing += 1

    def leave(self) -> None:
        """The last one who leaves has the signal come again, for only the main thread may heed it."""
        with self._lock:
            self._writing -= 1
        if self._asked and not self._writing:
            os.kill(os.getpid(), signal.SIGTSTP)

    def ask(self, stop: Callable[[], object]) -> None:
        """Stop now if nobody writes; nobody begins to while it is stopped."""
        self._asked = True
        if not self._lock.acquire(blocking=False):  # somebody comes or goes, and looks at this after that
            return
        try:
            if not self._writing:
                self._asked = False
                stop()
        finally:
            self._lock.release()


_gate = _Gate()


@contextmanager
def unstopped() -> Iterator[None]:
    """Have a stop wait until this is done. May stand inside itself, and in any thread."""
    _gate.enter()
    try:
        yield
    finally:
        _gate.leave()


def let_stops_wait() -> None:
    """From now on a stop waits for what is being written, and is then heeded as it would have been at once.

    For the main thread. A shell without job control has its children ignore the signal, and so it stays.
    """
    before = signal.getsignal(signal.SIGTSTP)
    if before is signal.SIG_IGN or before is None or isinstance(before, _Waiting):
        return
    signal.signal(signal.SIGTSTP, _Waiting(before if callable(before) else _stop))


class _Waiting:
    """The handler; ``heed`` is what stops the process."""

    def __init__(self, heed: Handler) -> None:
        self._heed = heed

    def __call__(self, number: int, frame: FrameType | None) -> None:
        _gate.ask(lambda: self._heed(number, frame))


def _stop(_: int, __: FrameType | None) -> None:
    """Stop the whole process; the call returns when it is continued."""
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
