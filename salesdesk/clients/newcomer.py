"""A client that wants in, from wherever it comes, and the time at which they asked to be called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.area import Area
from rules.situation import Agreed
from rules.when.parse import parse_when
from salesdesk.clients.draft import ClientDraft
from salesdesk.places.holidays import open_hours
from salesdesk.work.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A client that wants in, and the time at which they asked to be called."""

    draft: ClientDraft
    prefer: Agreed | None = None


def preferred(text: str, area: Area, book: Rulebook, my_zone: str, now: datetime) -> Agreed:
    """The time (a WHEN) at which a client asked to be called. Raises :class:`RuleError` when it is none."""
    table = open_hours(book.rules, area, now)
    return parse_when(text, now=now, client_zone=area.zone, my_zone=my_zone, table=table)
