"""How commands end: the contract's codes, a plain message, never a traceback."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from salesdesk.cli.frame.failures import faults_told
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo, SalesdeskError, StorageError
from tests.support.command_line import PROGRAM, program_environment


def ended(fault: BaseException) -> int:
    with pytest.raises(typer.Exit) as leaving, faults_told():
        raise fault
    return leaving.value.exit_code


@pytest.mark.parametrize(("kind", "code"), [(NothingToDo, 1), (BadRequest, 2), (NotAllowed, 3), (StorageError, 4)])
def test_a_fault_is_told_with_its_mend(
    kind: type[SalesdeskError], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(kind("It is wrong.", "Put it right.")) == code
    assert capsys.readouterr() == ("", "It is wrong.\n  Put it right.\n")


def test_an_interrupt_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


def test_leaving_is_let_through() -> None:
    assert ended(typer.Exit(5)) == 5


def test_an_unexpected_fault_keeps_its_details_in_a_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(chained()) == 70
    told = capsys.readouterr().err
    assert told.startswith("Unexpected fault: ValueError: bad\n  The details are in ")
    log = Path(told.rpartition(" in ")[2].strip())
    assert home in log.parents
    assert log.stat().st_mode & 0o077 == 0
    written = log.read_text()
    assert "KeyError: 'cause'" in written
    assert "test_failures.py" in written
    assert "+380671112233" not in written, "data of clients stays out of logs"


def chained() -> ValueError:
    """A fault as a driver words it: what is wrong first, the data below."""
    fault = ValueError("bad\nparameters: +380671112233")
    fault.__cause__ = KeyError("cause")
    return fault


def test_details_that_cannot_be_written_are_said_so(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "file"))
    assert ended(ZeroDivisionError()) == 70
    assert capsys.readouterr().err == (
        "Unexpected fault: ZeroDivisionError\n  The details could not be written: Not a directory.\n"
    )


@pytest.fixture
def gone() -> Iterator[int]:
    """The writing end of a pipe that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.mark.real_clock
@pytest.mark.parametrize("words", [["users", "list"], ["--json", "users", "list"], ["--help"], ["task", "--help"]])
def test_a_reader_who_leaves_is_met_quietly(path: Path, gone: int, words: list[str]) -> None:
    command = [*PROGRAM, "--db", str(path), "--as", "boss", *words]
    done = subprocess.run(command, stdout=gone, stderr=subprocess.PIPE, check=False, env=program_environment())
    assert (done.returncode, done.stderr) == (141, b"")


def buffered() -> dict[str, str]:
    """The environment of most people: what could not be written is tried once more when Python ends."""
    return {name: value for name, value in program_environment().items() if name != "PYTHONUNBUFFERED"}


@pytest.mark.real_clock
@pytest.mark.parametrize(
    "words",
    [
        ["users", "list"],
        ["--json", "users", "list"],
        ["--json", "task", "next"],  # which ends with 1 where its answer can be written
        ["rules", "show"],
        ["--help"],
        ["--version"],
    ],
)
def test_a_full_disk_under_stdout_is_said_and_leaves_no_traceback(path: Path, words: list[str]) -> None:
    command = [*PROGRAM, "--db", str(path), "--as", "boss", *words]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, env=buffered())
    assert done.returncode == 74
    assert done.stderr.startswith(b"The answer cannot be written: No space left on device.\n  What the command did is ")
    assert done.stderr.count(b"\n") == 2


@pytest.mark.real_clock
def test_what_a_command_did_stands_though_its_answer_cannot_be_written(path: Path) -> None:
    command = [*PROGRAM, "--db", str(path), "--as", "boss"]
    with Path("/dev/full").open("w") as full:
        add = [*command, "users", "add", "anna", "--role", "manager"]
        done = subprocess.run(add, stdout=full, stderr=full, check=False, env=buffered())
    assert done.returncode == 74
    assert b"anna" in subprocess.run([*command, "users", "list"], capture_output=True, check=True).stdout


@pytest.mark.real_clock
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["users", "list"], 0),
        (["--help"], 0),
        (["users", "disable", "nobody"], 1),
        (["nonsense"], 2),
        (["users", "list", "--nonsense"], 2),
        (["clients", "import", "nowhere.csv"], 2),
    ],
)
def test_a_full_disk_under_stderr_changes_no_ending(path: Path, words: list[str], code: int) -> None:
    command = [*PROGRAM, "--db", str(path), "--as", "boss", *words]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=full, check=False, env=buffered())
    assert (done.returncode, bool(done.stdout)) == (code, code == 0)
