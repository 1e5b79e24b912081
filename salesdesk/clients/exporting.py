"""Writing the clients to a file, CSV or XLSX by its ending: audited, whole or not at all, safe to open."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from salesdesk.access import audit
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.clock import Clock
from salesdesk.errors import BadRequest
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client
from salesdesk.words.counted import counted
from salesdesk.words.json_times import instant_text
from salesdesk.words.printable import printable
from salesdesk.work.complete import visible
from salesdesk.work.pictures import client_views
from salesdesk.work.rulebook import current
from salesdesk.work.views import ClientView

_AT_ONCE = 1000  # clients read at once, so that memory stays flat
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet run a cell (OWASP, CSV injection)
_HEADERS = (
    "id", "name", "company", "phone", "do not call", "email", "city", "region", "country", "zone",
    "status", "owner", "source", "attempts", "misses", "last attempt", "next task", "due", "note",
)  # fmt: skip

Cells = Iterable[list[str]]


def export_clients(sitting: Sitting, path: Path, *, source: Database | None = None) -> int:
    """Write every client to a file that only its owner can read, and give their number. Lead and admin only.

    ``source`` is a replica to read them from; the audit is written to ``database``.
    A file of that name is replaced, in the end and at once. The audit has the export before the file has its name.
    Cells that a spreadsheet would take for a formula begin with an apostrophe; times are UTC. Raises
    :class:`BadRequest` for another ending, or when the file cannot be written.
    """
    may(sitting, Right.EXPORT)
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise BadRequest(f'"{path.name}" is neither CSV nor XLSX.', "Name a file that ends in .csv or .xlsx.")
    with _refusals(path), _part_of(path) as part:
        with (source or sitting.database).read() as session:
            rows = write(part, _rows(session, sitting.clock))
        with sitting.database.write() as session:
            audit.append(
                session,
                sitting.person,
                "clients.export",
                counted(rows, "client"),
                {"rows": rows, "as": path.suffix[1:]},
                sitting.clock.now(),
            )
        part.replace(path)
    return rows


def _rows(session: Session, clock: Clock) -> Iterator[list[str]]:
    """The header and a row for each client, by id; custom fields are columns of their own."""
    custom = sorted({key for fields in session.exec(select(Client.custom).where(visible())) for key in fields})
    yield [_harmless(header) for header in (*_HEADERS, *custom)]
    rules, last = current(session).rules, 0
    while True:
        query = select(Client).where(visible(), col(Client.id) > last).order_by(col(Client.id)).limit(_AT_ONCE)
        clients = session.exec(query).all()
        for view in client_views(session, clients, rules, clock.now()):
            last = view.id
            yield [_harmless(cell) for cell in (*_cells(view), *(str(view.custom.get(key, "")) for key in custom))]
        session.expunge_all()
        if len(clients) < _AT_ONCE:
            return


def _cells(client: ClientView) -> tuple[str, ...]:
    task = client.task
    return (
        str(client.id), client.name, client.company,
        ", ".join(phone.e164 for phone in client.phones),
        ", ".join(phone.e164 for phone in client.phones if phone.dnc),
        ", ".join(client.emails), client.city, client.region, client.country, client.zone or "",
        client.status, client.owner or "", client.source,
        str(client.attempts), str(client.misses), instant_text(client.last_attempt_at) or "",
        task.kind if task else "", (instant_text(task.due_at) or "") if task else "", client.note,
    )  # fmt: skip


def _harmless(cell: str) -> str:
    """One line without control characters, which no program takes for a formula."""
    guarded = f"'{cell}" if cell.startswith(_STARTS_FORMULA) else cell
    return printable(guarded)


def _write_csv(part: Path, rows: Cells) -> int:
    """UTF-8 with its mark, so that Excel reads it."""
    count = -1
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for count, row in enumerate(rows):  # noqa: B007 - the last number is how many there were
            writer.writerow(row)
        file.flush()
        os.fsync(file.fileno())
    return count


def _write_xlsx(part: Path, rows: Cells) -> int:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("clients")
    count = -1
    for count, row in enumerate(rows):  # noqa: B007 - the last number is how many there were
        sheet.append(row)
    book.save(part)
    return count


_WRITERS = {".csv": _write_csv, ".xlsx": _write_xlsx}


@contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """A hidden file beside the wanted one, for its owner only; dropped unless it is given another name."""
    if path.is_dir():
        raise IsADirectoryError(21, "it is a directory")
    handle, name = tempfile.mkstemp(prefix=".export-", suffix=f".part{path.suffix.lower()}", dir=path.absolute().parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise BadRequest(
            f"{path}: the clients cannot be written there ({fault.strerror or fault})", "Choose another place."
        ) from fault
