"""``salesdesk``, ``salesdesk desk`` and ``salesdesk demo``: open the desk on the terminal.

The one place that may import the screens, and only inside a function.
"""

from __future__ import annotations

import gc
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.frame.options import Request
from salesdesk.cli.frame.output import narrate
from salesdesk.cli.frame.signals import ends_tidily, waits_to_be_heeded
from salesdesk.environment import REPLICA, variable
from salesdesk.errors import BadRequest

if TYPE_CHECKING:
    from salesdesk.storage.database import Database

DEMO_USER = "anna"  # one of the three people that the demo invents

Keep = Annotated[Path | None, typer.Option("--keep", metavar="PATH", help="Keep the demo's database in this new file.")]


def desk(request: Request) -> int:
    """Open the desk on this terminal."""
    return open_desk(request)


def open_desk(request: Request) -> int:
    """Open the desk for whoever acts. Raises :class:`BadRequest` where there is no terminal."""
    _require_terminal()
    with _quick_start():
        from salesdesk.desk.desk import Desk
        from screens.app import run_desk

    with request.signed_in() as sitting, _figures(sitting.database) as figures:
        return run_desk(Desk(replace(sitting, figures=figures)))


@contextmanager
def _figures(database: Database) -> Iterator[Database | None]:
    """The replica for the figures, if one is named; the module is not loaded without need."""
    if variable(REPLICA) is None:
        yield None
        return
    from salesdesk.storage.replica import reading

    with reading(database, narrate) as source:
        yield source


def demo(request: Request, keep: Keep = None) -> int:
    """Open a throw-away desk with invented clients, three users and two weeks of history."""
    if keep is not None and keep.exists():
        raise BadRequest(f"{keep} is there already.", "The demo writes over nothing: name a new file.")
    _require_terminal()
    with ends_tidily(), tempfile.TemporaryDirectory(prefix="salesdesk-demo-") as folder:
        from salesdesk.access.signin import sign_in
        from salesdesk.access.sitting import Sitting
        from salesdesk.clock import SystemClock
        from salesdesk.desk.desk import Desk
        from salesdesk.founding.demo import make_demo
        from salesdesk.storage.location import Location
        from screens.app import run_desk

        path = keep.absolute() if keep is not None else Path(folder) / "demo.db"
        with _whole(path), waits_to_be_heeded() as heed:
            narrate("Making the demo ...")
            database = make_demo(Location(path=path), SystemClock(), heed)
        try:
            return run_desk(Desk(Sitting(database, SystemClock(), sign_in(database, request.acting or DEMO_USER))))
        finally:
            database.close()


@contextmanager
def _quick_start() -> Iterator[None]:
    """Import without the collector looking, again and again, at modules that live as long as the program."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Leave no half-made demo behind in a file that was to be kept."""
    try:
        yield
    except BaseException:
        from salesdesk.storage.location import files_of

        for part in files_of(path):
            part.unlink(missing_ok=True)
        raise


def _require_terminal() -> None:
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise BadRequest(
            "The desk needs a terminal, and this is a pipe or a file.",
            "Open it in a terminal window; scripts use: salesdesk task next --json",
        )
