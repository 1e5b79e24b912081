"""``salesdesk rules``: show, check and apply the rule file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salesdesk.cli.options import Request, common, noun
from salesdesk.cli.output import narrate, say, say_file, say_json
from salesdesk.errors import BadRequest

if TYPE_CHECKING:
    from rules.faults import Fault

app = noun("The rules: buttons, ladders, statuses and hours, as one TOML file with versions.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="The rule file (TOML).")]
Version = Annotated[int | None, typer.Option("--version", metavar="N", help="An older version.")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, for the history.")]

MAX_FILE = 1 << 20  # bytes; a preset has 8 thousand


@app.command("show")
@common
def show(request: Request, version: Version = None) -> None:
    """Print the rules in force, or an older version."""
    with request.signed_in("lead") as (database, _):
        from salesdesk.jsonable import instant_text
        from salesdesk.models import User
        from salesdesk.rulebook import version_row

        with database.read() as session:
            row = version_row(session, version)
            author = session.get(User, row.author_id) if row.author_id else None
        if request.json:
            by = author.name if author else None
            at = instant_text(row.at)
            say_json({"version": row.id, "author": by, "at": at, "note": row.note, "toml": row.toml})
        else:
            say_file(row.toml)


@app.command("check")
@common
def check(request: Request, file: File) -> int:
    """Name every fault of a rule file with its line. Needs no database."""
    from rules.faults import Fault

    try:
        faults, warnings = _found(_text_of(file))
    except BadRequest as refused:
        faults, warnings = (Fault(None, "", f"{refused.title} {refused.mend}"),), ()
    for fault in faults:
        narrate(_line(file, fault))
    for warning in warnings:
        narrate(f"{_line(file, warning)} (warning)")
    if request.json:
        say_json(
            {"ok": not faults, "faults": [_as_json(f) for f in faults], "warnings": [_as_json(w) for w in warnings]}
        )
    elif not faults:
        say([f"{file}: no faults, {len(warnings)} warning(s)"])
    return BadRequest.exit_code if faults else 0


@app.command("apply")
@common
def apply(request: Request, file: File, note: Note) -> None:
    """Put a rule file in force as a new version."""
    with request.signed_in("admin") as (database, person):
        from salesdesk.clock import SystemClock
        from salesdesk.jsonable import instant_text
        from salesdesk.rulebook import save

        text = _text_of(file)
        faults, warnings = _found(text)
        if faults:
            raise BadRequest("\n".join(_line(file, fault) for fault in faults), "Nothing was changed.")
        for warning in warnings:
            narrate(f"{_line(file, warning)} (warning)")
        with database.write() as session:
            row = save(session, text, author_id=person.id, note=note, now=SystemClock().now())
        if request.json:
            at = instant_text(row.at)
            say_json({"version": row.id, "author": person.name, "at": at, "note": row.note, "toml": row.toml})
        else:
            say([f"Version {row.id} is in force."])


def _found(text: str) -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """The faults and the warnings of a rule text."""
    from rules.faults import RuleFaults
    from rules.load import load

    try:
        return (), load(text).warnings
    except RuleFaults as found:
        return found.faults, found.warnings


def _text_of(file: Path) -> str:
    """A rule file's text, as it stands. Raises :class:`BadRequest` for what is no readable text file."""
    try:
        if file.stat().st_size > MAX_FILE:
            raise BadRequest(f"{file}: too large for a rule file.", "Give a TOML file; see: salesdesk rules show")
        return file.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise BadRequest(f"{file}: {fault.strerror}.", "Check the path and your permissions.") from fault
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        raise BadRequest(f"{file}:{line}: not UTF-8 text.", "Save the file as UTF-8.") from fault


def _line(file: Path, fault: Fault) -> str:
    where = f"{file}:{fault.line}" if fault.line else str(file)
    return ": ".join(part for part in (where, fault.path, fault.message) if part)


def _as_json(fault: Fault) -> dict[str, Any]:
    return {"line": fault.line, "path": fault.path, "message": fault.message}
