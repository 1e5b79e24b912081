"""``rules simulate`` as a command: its answers, its codes, its progress, and leaving it half-way."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rules.file.preset import preset_text
from salesdesk.access.people import NewUser, add_user
from salesdesk.clock import SystemClock
from salesdesk.storage.location import Location, locate
from salesdesk.storage.schema import open_database
from tests.support.command_line import PROGRAM, Ran, assert_refused, program_environment, run_here
from tests.support.histories import invent_history

Run = Callable[..., Ran]

SHORTER = ('"5m", "30m", "3h", "1d", "archive"', '"5m", "archive"')


@pytest.fixture
def history(desk_location: Location) -> str:
    """A desk with a lead, a manager and some hundred calls."""
    database, clock = open_database(desk_location), SystemClock()
    with database.write() as session:
        add_user(session, NewUser("maria", "lead"), clock.now())
        add_user(session, NewUser("anna", "manager"), clock.now())
    invent_history(database, 300, clock.now())
    database.close()
    return desk_location.url or str(desk_location.path)


@pytest.fixture
def shorter(tmp_path: Path) -> str:
    path = tmp_path / "shorter.toml"
    path.write_text(preset_text("en").replace(*SHORTER), encoding="utf-8")
    return str(path)


def test_a_lead_gets_the_contracts_object(history: str, shorter: str) -> None:
    found = run_here("--db", history, "--as", "maria", "rules", "simulate", shorter, "--json").json
    assert found["archived"]["earlier"] > 0
    assert found["contacts"]["lost"] > 0
    assert found["contacts"]["gained"] is None
    assert sum(row["recorded"] for row in found["calls_per_hour"]) == found["calls"]["recorded"] >= 300
    assert found["compared_with"] == 1


def test_people_get_a_page_that_says_what_is_not_known(history: str, shorter: str) -> None:
    ran = run_here("--db", history, "--as", "maria", "rules", "simulate", shorter, "--days", "20")
    assert (ran.code, ran.err) == (0, "")
    assert "earlier" in ran.out
    assert "Client's hour  Recorded  Simulated  Change" in ran.out
    assert "contacts gained cannot be known" in ran.out.partition("What these figures cannot say:")[2]


def test_unknown_names_are_on_the_page(history: str, tmp_path: Path) -> None:
    renamed = tmp_path / "renamed.toml"
    renamed.write_text(preset_text("en").replace('id = "interested"', 'id = "keen"'))
    ran = run_here("--db", history, "--as", "maria", "rules", "simulate", str(renamed))
    assert "Not known to the file, outcomes: interested " in ran.out


def test_a_manager_may_not(history: str, shorter: str) -> None:
    assert_refused(run_here("--db", history, "--as", "anna", "rules", "simulate", shorter), 3, "anna is a manager")


def test_a_broken_file_is_refused_with_its_lines(desk: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(preset_text("en").replace('key = "2"', 'key = "1"'))
    assert_refused(desk("rules", "simulate", str(broken)), 2, f"{broken}:")
    assert_refused(desk("rules", "simulate", str(tmp_path / "missing.toml")), 2, "missing.toml")
    assert_refused(desk("rules", "simulate", str(broken), "--days", "0"), 2)


def test_without_calls_there_is_nothing_to_replay(either_desk: Run, shorter: str) -> None:
    assert_refused(either_desk("rules", "simulate", shorter, "--days", "3"), 1, "in the last 3 days")


@pytest.mark.real_clock
def test_an_interrupt_leaves_at_once_and_cleanly(path: Path, shorter: str) -> None:
    database = open_database(locate(str(path)))
    invent_history(database, 21_000, SystemClock().now())
    database.close()
    ours, theirs = pty.openpty()
    command = [*PROGRAM, "--db", str(path), "--as", "boss", "rules", "simulate", shorter, "--json"]
    program = subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=program_environment(TERM="xterm")
    )
    os.close(theirs)
    shown = b""
    while b"Replaying" not in shown:
        shown += os.read(ours, 4096)
    program.send_signal(signal.SIGINT)
    shown += _rest(ours)
    out, _ = program.communicate(timeout=30)
    assert (program.returncode, out) == (130, b"")
    assert b"Interrupted." in shown
    assert b"Traceback" not in shown
    assert shown.count(b"\x1b[?25h") >= shown.count(b"\x1b[?25l") > 0, "the cursor is shown again"
    os.close(ours)


def _rest(terminal: int) -> bytes:
    """What else was shown, until the program has let its terminal go."""
    shown = b""
    while True:
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # how Linux says that nobody writes any more
            return shown
