"""Importing a file of clients: all that is not rejected, or nothing.

New clients are written in batches that hold the writer's lock for about half a second each. What clients who were here
before gain is written in the last transaction, which takes the longer the more of them there are. See
:mod:`salesdesk.imports.import_run`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from sqlmodel import Session

from salesdesk.access.people import find_person
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.clients.duplicates import Judge, OnDuplicate
from salesdesk.clients.store import Arrival
from salesdesk.errors import BadRequest, NotAllowed
from salesdesk.imports.columns import match_columns
from salesdesk.imports.import_run import ImportRun, Progress
from salesdesk.imports.reading import Reading
from salesdesk.imports.table_file import open_table
from salesdesk.places.countries import country_code
from salesdesk.work.rulebook import current, zone_of
from salesdesk.work.settings import home_country


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import and how. ``mapping`` gives columns by field; ``country``, ``source`` and ``owner`` hold for new
    clients that name none; without ``country`` it is the desk's own. ``encoding`` is found when not given. Rejected
    rows go into the folder ``rejects_in``, where it can be written to, else beside the file.
    """

    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    country: str | None = None
    source: str = ""
    owner: str | None = None
    encoding: str | None = None
    dry_run: bool = False
    on_duplicate: OnDuplicate = "merge"
    rejects_in: Path | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the rows. ``rejects_file`` is ``None`` when none was rejected, or nothing was written."""

    read: int
    created: int
    merged: int
    skipped: int
    rejected: int
    rejects_file: Path | None
    seconds: float
    columns: dict[str, str | list[str]]

    def as_json(self) -> dict[str, Any]:
        """The contract's answer of ``clients import``."""
        return {
            "read": self.read,
            "created": self.created,
            "merged": self.merged,
            "skipped": self.skipped,
            "rejected": self.rejected,
            "rejects_file": str(self.rejects_file) if self.rejects_file else None,
            "seconds": round(self.seconds, 3),
            "columns": self.columns,
        }


def import_clients(sitting: Sitting, request: ImportRequest, progress: Progress | None = None) -> ImportReport:
    """Import a file for a lead or an admin; ``progress`` is told the bytes read and the bytes in all.

    Raises :class:`NotAllowed`, and :class:`BadRequest` for a file, a mapping or a default that cannot be used. On any
    failure, and on ``KeyboardInterrupt``, nothing of the import stays.
    """
    may(sitting, Right.IMPORT)
    started = time.monotonic()
    reading = _open(sitting, request)
    arrival = Arrival(reading.book, reading.now, "planned", request.owner, request.source)
    judge, told = Judge(request.on_duplicate), progress or _unseen
    run = ImportRun(sitting.database, sitting.clock, reading, arrival, judge, told, request.rejects_in)
    if request.dry_run:
        run.count()
    kept = None if request.dry_run else run.write(sitting.person)
    counts = {action: run.counts[action] for action in ("created", "merged", "skipped", "rejected")}
    return ImportReport(
        read=run.counts.total(),
        **counts,
        rejects_file=kept,
        seconds=time.monotonic() - started,
        columns=reading.columns.columns,
    )


def _unseen(done: int, total: int) -> None:
    """Nobody watches the progress."""


def _open(sitting: Sitting, request: ImportRequest) -> Reading:
    """Check all that can be checked before the first row."""
    if request.on_duplicate not in get_args(OnDuplicate):
        raise BadRequest(f'"{request.on_duplicate}" is no way with duplicates.', "Use merge, skip or reject.")
    country = country_code(request.country) if request.country else None
    if request.country and country is None:
        raise BadRequest(f'"{request.country}" is not a country.', "Use two letters of ISO 3166, for example UA.")
    table = open_table(request.path, request.encoding)
    columns = match_columns(table.headers, request.mapping)
    with sitting.database.read() as session:
        book = current(session)
        if request.owner:
            _check_owner(session, request.owner)
        country = country or home_country(session)
    my_zone, times_only = zone_of(sitting.person, book.rules), "prefer" in request.mapping
    return Reading(table, columns, country, book, my_zone, sitting.clock.now(), times_only)


def _check_owner(session: Session, name: str) -> None:
    try:
        find_person(session, name)
    except NotAllowed as fault:
        raise BadRequest(fault.title, "See: salesdesk users list") from fault
