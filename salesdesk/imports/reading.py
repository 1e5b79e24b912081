"""From the rows of a table to clients that can be stored, in batches."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from rules.situation import RuleError
from rules.when.faults import WhenFault
from salesdesk.clients.draft import ClientDraft, draft_from_row
from salesdesk.clients.newcomer import Newcomer, preferred
from salesdesk.errors import BadRequest
from salesdesk.imports.columns import Columns
from salesdesk.imports.rejects import ADDED, own_headers
from salesdesk.imports.table_file import Row, Table
from salesdesk.places.zone_guess import to_area
from salesdesk.work.rulebook import Rulebook

BATCH = 500  # rows; about half a second of the writer's lock


@dataclass(frozen=True, slots=True)
class Parsed:
    """One row and the newcomer in it, or the ``fault`` in words why there is none."""

    row: Row
    newcomer: Newcomer | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A table with what its rows are read by. ``country`` is for numbers without one, ``now`` aware UTC.

    ``times_only`` says that a person named the column of preferred times: a row with other words in it is rejected.
    """

    table: Table
    columns: Columns
    country: str
    book: Rulebook
    my_zone: str
    now: datetime
    times_only: bool = False

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
            return Parsed(row, self._with_prefer(draft))
        except BadRequest as fault:
            return Parsed(row, None, fault.title)
        except RuleError as fault:
            return Parsed(row, None, f"Preferred time: {fault} {fault.mend}")

    def _with_prefer(self, draft: ClientDraft) -> Newcomer:
        """The draft with the time that its row prefers, which is kept as a promise.

        One that has passed can no longer be promised: the words are kept as a custom field, and the client is due at
        once as any other. So are words that are no time, unless a person said that the column holds times.
        """
        if not draft.prefer:
            return Newcomer(draft)
        try:
            area = to_area(draft.zone, draft.country, draft.region)
            return Newcomer(draft, preferred(draft.prefer, area, self.book, self.my_zone, self.now))
        except WhenFault as fault:
            if self.times_only and fault.kind != "passed":
                raise
            return Newcomer(replace(draft, custom={**draft.custom, "prefer": draft.prefer}))
