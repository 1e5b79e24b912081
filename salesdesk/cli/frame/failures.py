"""How a command ends when it fails: a message with the mend, the contract's exit code, and never a traceback."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from salesdesk.cli.frame.output import let_stdout_go, narrate
from salesdesk.errors import SalesdeskError

INTERRUPTED = 130  # 128 + SIGINT
BROKEN_PIPE = 141  # 128 + SIGPIPE: whoever read the output has left
UNEXPECTED = 70  # EX_SOFTWARE of sysexits.h


@contextmanager
def faults_told() -> Iterator[None]:
    """Turn whatever a command raises into a message on stderr and an exit code."""
    try:
        yield
    except (typer.Exit, typer.Abort):
        raise
    except SalesdeskError as fault:
        narrate(str(fault))
        raise typer.Exit(fault.exit_code) from None
    except KeyboardInterrupt:
        narrate("Interrupted.")
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        let_stdout_go()
        raise typer.Exit(BROKEN_PIPE) from None
    except Exception as fault:  # noqa: BLE001 - the last line of defence: no traceback reaches a user
        narrate(f"Unexpected fault: {_in_a_line(fault)}\n  {_kept(fault)}")
        raise typer.Exit(UNEXPECTED) from None


def _kept(fault: Exception) -> str:
    """Write the details where a support person finds them, and say where that is."""
    try:
        return f"The details are in {_log(fault)}"
    except OSError as refused:
        return f"The details could not be written: {refused.strerror}."


def _log(fault: Exception) -> Path:
    import platformdirs

    from salesdesk.clock import SystemClock

    folder = Path(platformdirs.user_log_dir("salesdesk", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "faults.log"
    with os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a", encoding="utf-8") as log:
        log.write(f"{SystemClock().now().isoformat()}\n{_details(fault)}\n")
    return path


def _details(fault: BaseException) -> str:
    """The frames of a fault and of what caused it. Of each message the first line only: drivers put data below it."""
    frames = "".join(traceback.format_tb(fault.__traceback__)) + _in_a_line(fault)
    before = fault.__cause__ or fault.__context__
    return f"{_details(before)}\nwhich led to\n{frames}" if before else frames


def _in_a_line(fault: BaseException) -> str:
    message = str(fault).partition("\n")[0][:200]
    return f"{type(fault).__name__}: {message}" if message else type(fault).__name__
