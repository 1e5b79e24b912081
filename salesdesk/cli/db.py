"""``salesdesk db``: the state and the health of the database, its backups and its upgrades."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from salesdesk.cli.frame.asking import Yes, agree
from salesdesk.cli.frame.options import Request, common, noun
from salesdesk.cli.frame.output import narrate, say, say_json
from salesdesk.cli.frame.signals import ends_tidily
from salesdesk.environment import USER, variable
from salesdesk.errors import NothingToDo, StorageError
from salesdesk.words.counted import counted

app = noun("Look after the database: its state, its health, its backups.")

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The SQLite file to write.")]
RestoreFile = Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]


@app.command("status")
@common
def status(request: Request) -> None:
    """Say what database this is and how much it holds."""
    with request.database() as database:
        from salesdesk.upkeep.health import storage_status

        found = storage_status(database)
    if request.json:
        say_json(found)
    else:
        say(line for name, value in found.items() for line in _status_lines(name.replace("_", " "), value))


def _status_lines(name: str, value: Any) -> Iterator[str]:
    """A line for each value; of files, also how to copy them."""
    if not isinstance(value, list):
        yield f"{name:<14} {value}"
        return
    for part in value:
        yield f"{name:<14} {part}"
    yield f"{'':<14} They belong together: the first alone lacks what is in its log."
    yield f"{'':<14} To copy them: salesdesk db backup FILE"


@app.command("check")
@common
def check(request: Request) -> int:
    """Verify row by row that all which must hold does hold."""
    try:
        found = _checked(request)
    except StorageError as fault:
        if not request.json:
            raise
        narrate(str(fault))
        counts = dict.fromkeys(("clients", "open_tasks", "attempts", "schema"))
        found = {"ok": False, "faults": [fault.title], **counts}
    if request.json:
        say_json(found)
    elif found["ok"]:
        held = (("clients", "client"), ("open_tasks", "open task"), ("attempts", "attempt"))
        say([f"In order: {', '.join(counted(found[key], noun) for key, noun in held)}."])
    else:
        narrate("\n".join([f"{counted(len(found['faults']), 'fault')}:", *found["faults"]]))
    return 0 if found["ok"] else StorageError.exit_code


def _checked(request: Request) -> dict[str, Any]:
    with request.database() as database:
        from salesdesk.clock import SystemClock
        from salesdesk.upkeep.health import check_storage

        found: dict[str, Any] = check_storage(database, SystemClock()).as_json()
        return found


@app.command("backup")
@common
def backup(request: Request, file: BackupFile, force: Force = False) -> None:
    """Write the whole database to one SQLite file, while desks work."""
    with request.signed_in() as sitting, ends_tidily(), _progress("Copying") as tell:
        from salesdesk.upkeep.backup import back_up

        done = back_up(sitting, file, force=force, tell=tell)
    if done.broken:
        narrate(
            f"References that lead nowhere, in the database as in the backup: {done.broken}. See: salesdesk db check"
        )
    if request.json:
        say_json(done.as_json())
    else:
        say([f"{done.file}: {_held(done.tables)}, {counted(done.bytes, 'byte')}."])


@app.command("restore")
@common
def restore(request: Request, file: RestoreFile, yes: Yes = False) -> None:
    """Put a backup in the place of the database; what was there is kept in a file of its own."""
    from salesdesk.clock import SystemClock
    from salesdesk.upkeep.restore import restore, state_of

    location = request.location()
    actor = _who_restores(request, yes) if state_of(location) == "base" else _login(request)
    with ends_tidily(), _progress("Restoring") as tell:
        done = restore(location, SystemClock(), actor, file, tell)
    if done.replaced:
        narrate(f"What was there before is kept in {done.replaced}")
    if request.json:
        say_json(done.as_json())
    else:
        say([f"Restored {_held(done.tables)}, from {done.file}."])


def _who_restores(request: Request, yes: bool) -> str:
    """The name of an admin, who was asked where there is a terminal to ask at."""
    with request.signed_in() as sitting:
        from salesdesk.upkeep.health import storage_status

        held = storage_status(sitting.database)
    clients, calls = counted(held["clients"], "client"), counted(held["attempts"], "call")
    agree(f"Replace the {clients} and {calls} of {held['location']}?", yes=yes)
    return sitting.person.name


def _held(tables: Mapping[str, int]) -> str:
    return f"{counted(tables['client'], 'client')}, {counted(sum(tables.values()), 'row')}"


def _login(request: Request) -> str:
    from salesdesk.access.os_login import os_login

    return request.acting or variable(USER) or os_login()


@app.command("upgrade")
@common
def upgrade(request: Request) -> None:
    """Bring an older database to this program's schema, after a backup, and its times to the zone tables here."""
    from salesdesk.upkeep.upgrade import upgrade_base

    acting = request.acting or variable(USER)
    with ends_tidily(), _progress("Saving") as tell:
        done = upgrade_base(request.location(), acting, tell)
    behind = done is None and _is_behind(request)
    with request.signed_in() as sitting:
        if behind and not _is_behind(request):  # signing in has done it
            say_json({"followed": True}) if request.json else say(["Planned by the zone tables of this program now."])
            return
        if done is None:
            raise NothingToDo("The database has this program's schema already.")
        from salesdesk.access.audit import append

        with sitting.database.write() as session:
            append(session, sitting.person, "db.upgrade", done.after, {"from": done.before}, sitting.clock.now())
    if request.json:
        say_json(done.as_json())
    else:
        say([f"Upgraded from schema {done.before} to {done.after}. The base of before: {done.backup}"])


def _is_behind(request: Request) -> bool:
    """Whether older zone tables gave times of the base."""
    from salesdesk.storage.zone_tables import lag_of

    with request.database() as database:
        return lag_of(database).is_behind


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr where that is a terminal, as a function of what is done and what there is in all."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _, __: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task(what, total=None)
        yield lambda done, whole: bar.update(line, completed=done, total=whole)
