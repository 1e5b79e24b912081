"""A real terminal for tests: the installed program in a pseudo-terminal, and a screen that shows what a person sees."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

from tests.support.clock import moved_clock

PROGRAM = str(Path(sys.executable).with_name("salesdesk"))
PATIENCE = 60.0  # seconds: what a slow and busy machine may need; nobody waits for it when all is well
_TICK = 0.1
# Takes the terminal as its own before it becomes the program: a closed window then hangs up on it, as in real life.
_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)


class Terminal:
    """One program in one terminal. Use it in a ``with`` block: whatever still runs at the end is killed."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        columns: int = 80,
        rows: int = 24,
    ) -> None:
        """Start the command; ``environment`` is added to a plain one that knows nothing of the caller's
        but a moved clock.
        """
        self.raw = b""  # everything that the program ever sent
        self._shown = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._shown)
        self._master, slave = pty.openpty()
        self._set_size(columns, rows)
        self._modes_before = self._modes()
        self._closed = False
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _TAKE_TERMINAL, *command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={
                "PATH": os.environ["PATH"],
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                **moved_clock(),
                **environment,
            },
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.close_terminal()

    def press(self, keys: str) -> None:
        """Type keys, all in one write."""
        os.write(self._master, keys.encode())

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._shown.resize(rows, columns)
        self._set_size(columns, rows)

    def close_terminal(self) -> None:
        """Close the window."""
        if not self._closed:
            self._closed = True
            os.close(self._master)

    def screen(self) -> str:
        """What a person sees now, a line a row."""
        return "\n".join(line.rstrip() for line in self._shown.display)

    def wait_for(self, *texts: str, seconds: float = PATIENCE) -> str:
        """Read on until all these texts stand on the screen at once; returns the screen."""
        self.wait_until(lambda screen: all(text in screen for text in texts), f"{texts} on the screen", seconds)
        return self.screen()

    def wait_until(self, wanted: Callable[[str], bool], what: str, seconds: float = PATIENCE) -> None:
        """Read on until the screen is as wanted. Fails with the screen when it never is, or the program has ended."""
        deadline = time.monotonic() + seconds
        while not wanted(self.screen()):
            alive = self.process.poll() is None
            if not self._read(_TICK) and not alive:
                raise AssertionError(f"the program ended with {self.process.returncode} before {what}:\n{self._tail()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"no {what} in {seconds} s:\n{self.screen()}")

    def watch(self, seconds: float) -> str:
        """Read on for a while, as a person does who only looks; returns the screen."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._read(left)
        return self.screen()

    def wait_exit(self, seconds: float = PATIENCE) -> int:
        """Read on until the program ends; returns its exit code (negative: the signal that killed it)."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"the program still runs after {seconds} s:\n{self._tail()}")
            self._read(_TICK)
        while self._read(0):
            pass
        return self.process.returncode

    def assert_restored(self) -> None:
        """Check that the program left the terminal as it found it."""
        for mode, state in ((b"?1049", b"l"), (b"?25", b"h"), (b"?1000", b"l"), (b"?1003", b"l"), (b"?2004", b"l")):
            on, off = self.raw.rfind(b"\x1b[" + mode + b"h"), self.raw.rfind(b"\x1b[" + mode + b"l")
            assert (on > off) == (state == b"h") or on == off, f"{mode!r} was not left {state!r}"
        assert self._modes() == self._modes_before, "line mode and echo are not back"

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _modes(self) -> list[int]:
        """The terminal's input, output, control and local modes."""
        return termios.tcgetattr(self._master)[:4]

    def _read(self, seconds: float) -> bool:
        """Show what arrives within so many seconds; whether something did."""
        if self._closed:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
            return False
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            sent = os.read(self._master, 65536)
        except OSError:  # EIO: nobody has the other end open any more
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
            return False
        self.raw += sent
        self._stream.feed(sent)
        return True

    def _tail(self) -> str:
        return f"{self.screen()}\n{self.raw[-500:]!r}"
