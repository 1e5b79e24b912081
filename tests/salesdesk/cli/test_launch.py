"""Opening the desk: only on a terminal, and the demo leaves nothing behind."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.command_line import PROGRAM, assert_refused, program_environment, run_here, run_program


@pytest.mark.real_clock
@pytest.mark.parametrize("words", [[], ["desk"], ["demo"], ["desk", "--json"]])
def test_without_a_terminal_the_desk_says_what_scripts_use(path: Path, words: list[str]) -> None:
    assert_refused(run_program("--db", str(path), "--as", "boss", *words), 2, "terminal", "salesdesk task next --json")


def test_the_demo_writes_over_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    kept.write_text("mine")
    assert_refused(run_here("demo", "--keep", str(kept)), 2, "is there already")
    assert kept.read_text() == "mine"


@pytest.mark.real_clock
@pytest.mark.parametrize(
    ("number", "keep"),
    [(signal.SIGTERM, []), (signal.SIGHUP, ["--keep", "kept.db"]), (signal.SIGINT, ["--keep", "kept.db"])],
)
def test_a_demo_that_is_ended_while_it_is_made_leaves_nothing(
    tmp_path: Path, number: signal.Signals, keep: list[str]
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [*PROGRAM, "demo", *keep],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=work,
        env=program_environment(TMPDIR=str(work), TERM="xterm"),
    )
    os.close(theirs)
    shown = os.read(ours, 4096)
    while keep and not (work / "kept.db-turn").exists():  # till it writes
        assert program.poll() is None
        select.select([ours], [], [], 0.02)
    program.send_signal(number)
    while chunk := _read(ours):
        shown += chunk
    assert shown.startswith(b"Making the demo")
    assert program.wait(timeout=30) == 128 + number
    assert b"Traceback" not in shown
    assert list(work.iterdir()) == []
    os.close(ours)


def _read(terminal: int) -> bytes:
    """What came next; nothing once the other side has closed, which Linux says with an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
