"""The load: how many open tasks fall due in each hour of a day, and how many calls a person usually makes in one.

Due times are counted by the database in quarters of an hour of UTC, which every zone's clock shares, and folded to wall
hours here: so zones that are half an hour off come out right, and days of 23 and 25 hours too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, extract, func, literal_column, type_coerce
from sqlmodel import Session, col, select

from rules.model import FEEDS
from rules.zonetime import to_instant, wall_at
from salesdesk.access.people import Person, user_id_of
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.storage.models import Attempt, Task, Undo
from salesdesk.work.claims import Taking, in_feed, open_to
from salesdesk.work.rulebook import current, zone_of

USUAL_PACE = 12  # calls an hour while nothing is known of a person: one in five minutes
PACE_DAYS = 14
PACE_HOURS = 5  # of work that it takes to know somebody's pace


@dataclass(frozen=True, slots=True)
class HourLoad:
    """The open tasks that fall due in one wall hour: ``promised`` to the client, ``other``; ``mine`` are those among
    both that are assigned to the person who asks.
    """

    hour: int
    promised: int = 0
    other: int = 0
    mine: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.promised + self.other

    def as_json(self) -> dict[str, int]:
        """The contract's row of ``task load``."""
        return {"hour": self.hour, "promised": self.promised, "other": self.other}


def day_load(sitting: Sitting, day: date, owner: str | None = None) -> tuple[HourLoad, ...]:
    """24 rows: the open tasks that fall due in each hour of a day, in the person's own zone or else the home zone.

    Without ``owner`` these are the tasks that the person's team may take (a lead's and an admin's: all there are), else
    those assigned to that user. An hour that a clock change repeats holds the tasks of both; one that it skips is 0.
    Raises :class:`salesdesk.errors.NotAllowed` for a manager who asks for somebody else's, and
    :class:`salesdesk.errors.NothingToDo` for an unknown name.
    """
    if owner is not None and owner != sitting.person.name:
        may(sitting, Right.SEE_TEAM)
    with sitting.database.read() as session:
        taking = Taking(sitting.database, session, sitting.person, current(session), sitting.clock.now())
        zone = zone_of(sitting.person, taking.book.rules)
        which = in_feed() if sitting.person.role != "manager" or owner is not None else open_to(taking)
        if owner is not None:
            which.append(col(Task.assignee_id) == user_id_of(session, owner))
        rows = _quarters(session, sitting.person, which, *_bounds(day, zone))
        sums = [Counter[str]() for _ in range(24)]
        for at, counts in rows:
            sums[wall_at(at, zone).hour].update(counts)
    return tuple(HourLoad(hour, found["promised"], found["other"], found["mine"]) for hour, found in enumerate(sums))


def planned_hours(session: Session, person: Person, zone: str, since: datetime, until: datetime) -> dict[datetime, int]:
    """How many tasks assigned to a person fall due in each wall hour (naive, of ``zone``) between two instants."""
    mine = [*in_feed(), col(Task.assignee_id) == person.id]
    hours = Counter[datetime]()
    for at, counts in _quarters(session, person, mine, since, until):
        hours[wall_at(at, zone).replace(minute=0)] += counts["mine"]
    return dict(hours)


def pace(session: Session, person: Person, now: datetime) -> int:
    """How many calls a person usually makes in an hour of work: the median over the hours of the last
    :data:`PACE_DAYS` in which they made any, undone ones left out.

    :data:`USUAL_PACE` before they have worked :data:`PACE_HOURS`. The median, because the first and the last hour of a
    shift and a long talk are no measure of what fits into an hour.
    """
    hour = slice_of(col(Attempt.at), 3600)
    days = [(now - timedelta(days=back)).date() for back in range(-1, PACE_DAYS + 1)]
    query = (
        select(func.count(col(Attempt.id)))
        .outerjoin(Undo, col(Undo.attempt_id) == Attempt.id)
        .where(
            col(Attempt.team_day).in_(days),
            Attempt.user_id == person.id,
            col(Attempt.at) > now - timedelta(days=PACE_DAYS),
            col(Undo.id).is_(None),
        )
        .group_by(hour)
    )
    counts = list(session.exec(query))
    return max(1, round(median(counts))) if len(counts) >= PACE_HOURS else USUAL_PACE


def _bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """The instants at which a local day begins and ends."""
    midnight = datetime.combine(day, time())
    return to_instant(midnight, zone), to_instant(midnight + timedelta(days=1), zone)


def _quarters(
    session: Session, person: Person, which: list[ColumnElement[bool]], since: datetime, until: datetime
) -> Iterator[tuple[datetime, dict[str, int]]]:
    """The counts of each quarter of an hour in which tasks fall due; the index (feed, due_at) finds them."""
    quarter = slice_of(col(Task.due_at), 900)
    promised, mine = col(Task.feed) == "callback", col(Task.assignee_id) == person.id
    query = (
        select(quarter, _count_of(promised), _count_of(~promised), _count_of(mine))
        .where(*which, col(Task.feed).in_(FEEDS), col(Task.due_at) >= since, col(Task.due_at) < until)
        .group_by(quarter)
    )
    for start, *counts in session.exec(query):
        yield datetime.fromtimestamp(int(start), UTC), dict(zip(("promised", "other", "mine"), counts, strict=True))


def slice_of(column: Any, seconds: int) -> ColumnElement[int]:
    """The start of the slice of time that holds an instant, as seconds since 1970."""
    epoch = extract("epoch", column)
    return type_coerce(epoch - epoch % literal_column(str(seconds)), Integer)


def _count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.sum(case((condition, 1), else_=0)), Integer)
