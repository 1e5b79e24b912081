"""Running the command line in tests: quickly in this process, or as a real program."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO

import pytest
from typer.testing import CliRunner

from salesdesk.cli.main import app

PROGRAM = [sys.executable, "-c", "from salesdesk.cli.main import main; main()"]


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run_here(*words: str, typed: str = "") -> Ran:
    """Run a command in this process; ``typed`` is what stands on its standard input."""
    result = CliRunner().invoke(app, list(words), input=typed, prog_name="salesdesk")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def program_environment(**more: str) -> dict[str, str]:
    """The environment in which the program finds this checkout."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **more}


def run_program(*words: str | bytes, **settings: str) -> Ran:
    """Run a command as a program of its own, with ``settings`` added to its environment."""
    done = subprocess.run(
        [*PROGRAM, *words],
        capture_output=True,
        check=False,
        timeout=60,
        env=program_environment(**settings),
        stdin=subprocess.DEVNULL,
    )
    return Ran(done.returncode, _text(done.stdout), _text(done.stderr))


def _text(printed: bytes) -> str:
    return printed.decode(errors="backslashreplace")


def assert_refused(ran: Ran, code: int, *words: str) -> None:
    """Check that a command failed as the contract wants: the code, these words, a mend, and nothing on stdout."""
    assert (ran.code, ran.out) == (code, ""), ran
    for word in words:
        assert word in ran.err
    assert "\n  " in ran.err or "Usage:" in ran.err, f"no mend: {ran.err}"
    assert "Traceback" not in ran.err


def answer_here(typed: str, *words: str) -> Ran:
    """Run a command in this process with somebody at a terminal who types this: standard input is a pseudo-terminal."""
    master, slave = pty.openpty()
    os.write(master, typed.encode())
    out, err = io.StringIO(), io.StringIO()
    try:
        with (
            os.fdopen(slave, encoding="utf-8") as stdin,
            redirected(stdin, out, err),
            pytest.raises(SystemExit) as left,
        ):
            app(list(words), prog_name="salesdesk")
    finally:
        os.close(master)
    return Ran(int(left.value.code or 0), out.getvalue(), err.getvalue())


@contextmanager
def redirected(stdin: TextIO, stdout: TextIO, stderr: TextIO) -> Iterator[None]:
    """The three standard streams exchanged for others."""
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = stdin, stdout, stderr
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
