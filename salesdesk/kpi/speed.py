"""Speed to lead: how long a client who arrived singly waits for the first call, in time when they may be called.

First calls within five minutes reach far more people than later ones (a 2007 study of 100,000 attempts), so the share
under five minutes stands beside the median.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from sqlmodel import col

from rules.model import RuleSet
from salesdesk.kpi.scope import Line, Scope, calls_in
from salesdesk.places.holidays import open_hours
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Attempt, Task
from salesdesk.work.claims import area_of

PROMPT_SECONDS = 5 * 60


def waits(scope: Scope) -> dict[Line, list[float]]:
    """Seconds from arriving to the beginning of the first call, by line, for first calls made in the period.

    A task that was ever fresh is an arrival, wanted at the instant of arriving. Only the hours in which the client's
    area may be called by today's rules count. These rows are read one by one: there is one for each client who came.
    """
    columns = (AreaRow.country, AreaRow.region, AreaRow.zones, Attempt.wanted_at, Attempt.at, Attempt.seconds)
    line = scope.split.call if scope.split else None
    statement = (
        calls_in(scope, *columns, *(() if line is None else (line,)))
        .join(Task, col(Task.id) == Attempt.task_id)
        .join(AreaRow, col(AreaRow.id) == Task.area_id)
        .where(col(Task.fresh_until).is_not(None))
    )
    found: dict[Line, list[float]] = defaultdict(list)
    for country, region, zones, arrived, ended, seconds, *about in scope.session.connection().execute(statement):
        place = AreaRow(country=country, region=region, zones=zones)
        begun = ended - timedelta(seconds=seconds or 0)
        found[about[0] if about else None].append(_callable_seconds(scope.rules, place, arrived, begun))
    return found


def _callable_seconds(rules: RuleSet, place: AreaRow, start: datetime, end: datetime) -> float:
    openings = open_hours(rules, area_of(place), start).openings(start, end)
    return sum((closes - opens).total_seconds() for opens, closes in openings)


def typical(seconds: Sequence[float]) -> float | None:
    """The median wait; ``None`` when nobody came."""
    return median(seconds) if seconds else None


def prompt_share(seconds: Sequence[float]) -> float | None:
    """The share of waits under five minutes, 0 to 1; ``None`` when nobody came."""
    return sum(wait < PROMPT_SECONDS for wait in seconds) / len(seconds) if seconds else None
