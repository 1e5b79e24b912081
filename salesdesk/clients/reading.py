"""From the rows of a table to clients that can be stored, in batches."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from rules.area import Area
from rules.situation import Agreed, RuleError
from rules.when import parse_when
from salesdesk.clients.columns import Columns
from salesdesk.clients.draft import ClientDraft, draft_from_row
from salesdesk.clients.rejects import ADDED, own_headers
from salesdesk.clients.table_file import Row, Table
from salesdesk.errors import BadRequest
from salesdesk.holiday_dates import open_hours
from salesdesk.rulebook import Rulebook
from salesdesk.zones import to_area

BATCH = 500  # rows; about half a second of the writer's lock


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A client that wants in, and the time at which they asked to be called."""

    draft: ClientDraft
    prefer: Agreed | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """One row and the newcomer in it, or the ``fault`` in words why there is none."""

    row: Row
    newcomer: Newcomer | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A table with what its rows are read by. ``country`` is for numbers without one, ``now`` aware UTC."""

    table: Table
    columns: Columns
    country: str
    book: Rulebook
    my_zone: str
    now: datetime

    def batches(self) -> Iterator[list[Parsed]]:
        """The rows in order, :data:`BATCH` at a time. Raises :class:`BadRequest` when the file cannot be read on."""
        rows = self.table.rows()
        while chunk := list(itertools.islice(rows, BATCH)):
            yield [self._parsed(row) for row in chunk]

    def _parsed(self, row: Row) -> Parsed:
        if row.fault:
            return Parsed(row, None, row.fault)
        fields, custom = self.columns.split(row.cells)
        if own_headers(self.table.headers) != self.table.headers:
            custom = {name: text for name, text in custom.items() if name not in ADDED}
        try:
            draft = draft_from_row(fields, custom, country=self.country, at=self.now)
        except BadRequest as fault:
            return Parsed(row, None, fault.title)
        return Parsed(row, self._with_prefer(draft))

    def _with_prefer(self, draft: ClientDraft) -> Newcomer:
        """A preferred time that cannot be understood is kept in the row's words, as a custom field."""
        if not draft.prefer:
            return Newcomer(draft)
        try:
            area = to_area(draft.zone, draft.country, draft.region)
            return Newcomer(draft, preferred(draft.prefer, area, self.book, self.my_zone, self.now))
        except RuleError:
            return Newcomer(replace(draft, custom={**draft.custom, "prefer": draft.prefer}))


def preferred(text: str, area: Area, book: Rulebook, my_zone: str, now: datetime) -> Agreed:
    """The time (a WHEN) at which a client asked to be called. Raises :class:`RuleError` when it is none."""
    table = open_hours(book.rules, area, now)
    return parse_when(text, now=now, client_zone=area.zone, my_zone=my_zone, table=table)
