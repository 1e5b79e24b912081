"""What the commands about rules share: reading a rule file, and telling faults, versions and changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salesdesk.cli.frame.options import Request
from salesdesk.cli.frame.output import narrate, say, say_json
from salesdesk.errors import BadRequest
from salesdesk.words.counted import counted

if TYPE_CHECKING:
    from rules.file.faults import Fault
    from salesdesk.rule_changes.changing import Applied
    from salesdesk.rule_changes.diff import Change

RuleFile = Annotated[Path, typer.Argument(metavar="FILE", help="The rule file (TOML).")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, for the history.")]
MoveTo = Annotated[
    str | None,
    typer.Option(
        "--move-to",
        metavar="STATUS",
        help="Where clients go whom the new rules would leave nowhere, or before no button.",
    ),
]

MAX_FILE = 1 << 20  # bytes; a preset has 8 thousand
MOST_CHANGES = 20  # told after a change; more fill a terminal


class NotText(BadRequest):
    """A file that is no text, and from which line on (``line``, from 1)."""

    def __init__(self, file: Path, line: int) -> None:
        super().__init__(f"{file}:{line}: not UTF-8 text.", "Save the file as UTF-8.")
        self.line = line


def text_of(file: Path) -> str:
    """A rule file's text, as it stands. Raises :class:`BadRequest` for what is no readable text file."""
    try:
        if file.stat().st_size > MAX_FILE:
            raise BadRequest(f"{file}: too large for a rule file.", "Give a TOML file; see: salesdesk rules show")
        return file.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise BadRequest(f"{file}: {fault.strerror}.", "Check the path and your permissions.") from fault
    except UnicodeDecodeError as fault:
        raise NotText(file, fault.object[: fault.start].count(b"\n") + 1) from fault


def found_in(text: str) -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """The faults and the warnings of a rule text."""
    from rules.file.faults import RuleFaults
    from rules.file.load import parsed

    try:
        return (), parsed(text).warnings
    except RuleFaults as found:
        return found.faults, found.warnings


def usable_text(file: Path) -> str:
    """A rule file's text, its warnings told. Raises :class:`BadRequest` that names every fault with its line."""
    text = text_of(file)
    faults, warnings = found_in(text)
    if faults:
        raise BadRequest("\n".join(fault_line(file, fault) for fault in faults), "Nothing was changed.")
    tell_warnings(file, warnings)
    return text


def tell_warnings(file: Path, warnings: tuple[Fault, ...]) -> None:
    """Say on stderr what is allowed but probably not meant."""
    for warning in warnings:
        narrate(f"{fault_line(file, warning)} (warning)")


def fault_line(file: Path, fault: Fault) -> str:
    """A fault as ``FILE:LINE: path: message``."""
    where = f"{file}:{fault.line}" if fault.line else str(file)
    return ": ".join(part for part in (where, fault.path, fault.message) if part)


def fault_json(fault: Fault) -> dict[str, Any]:
    """A fault or a warning as the contract's object."""
    return {"line": fault.line, "path": fault.path, "message": fault.message}


def say_applied(request: Request, applied: Applied) -> None:
    """Answer a change: the version in force, and on stderr what differs from the one it followed."""
    for pool, lead in applied.leaderless:
        narrate(f'pool.{pool}.lead: nobody active here is called "{lead}"; see: salesdesk users list (warning)')
    if request.json:
        return say_json(applied.as_json())
    version = applied.version.row
    say([f"Version {version.id} is in force."])
    if applied.changes is not None:
        narrate("\n".join([f"Compared with version {applied.before}:", *change_lines(applied.changes)]))
    if applied.moved:
        narrate(f"Moved to another status: {counted(applied.moved, 'client')}.")
    if applied.repooled:
        narrate(f"To the pool of their kind: {counted(applied.repooled, 'open task')}.")
    return None


def change_lines(changes: Sequence[Change]) -> list[str]:
    """What differs, a line each; of many the first ones and how many more there are."""
    lines = [f"  {change}" for change in changes[:MOST_CHANGES]] or ["  no rule differs, only comments or layout"]
    more = len(changes) - MOST_CHANGES
    return [*lines, f"  and {more} more"] if more > 0 else lines
