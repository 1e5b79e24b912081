"""My day: what is coming for one person in the hours and days ahead. A plan to look at; nothing is picked from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil

from sqlalchemy import Integer, and_, case, cast, func, or_
from sqlmodel import col, select

from rules.model import FEEDS
from rules.windows import Interval, Timetable
from rules.zonetime import to_instant, wall_at
from salesdesk.access.sitting import Sitting
from salesdesk.desk.load import pace, slice_of
from salesdesk.storage.models import Client, Task, User
from salesdesk.work.claims import Taking, open_to
from salesdesk.work.presence import working_hours
from salesdesk.work.rulebook import current, zone_of

DAYS = 7  # today and the six after it
MOST_PROMISES = 200  # of one person's on a day; nobody keeps more
_QUARTER = 900  # seconds; every zone's hours begin at one


@dataclass(frozen=True, slots=True)
class PlannedHour:
    """What falls due in one hour of the person's clock that begins at ``starts_at`` (aware UTC).

    ``promised`` are their own callbacks, ``retries`` and ``other`` tasks that are theirs or anybody's; ``mine`` counts
    those of all three that are theirs, ``share`` is their even part of what is anybody's. ``works`` is whether they
    work in any part of the hour.
    """

    starts_at: datetime
    promised: int = 0
    retries: int = 0
    other: int = 0
    mine: int = 0
    share: int = 0
    works: bool = False

    @property
    def load(self) -> int:
        """How many calls the hour is likely to ask of the person."""
        return self.mine + self.share


@dataclass(frozen=True, slots=True)
class Promise:
    """A call that the person has promised. It is fed at ``due_at``: the ``agreed_at`` time or, where that is outside
    the client's hours, the first allowed instant after it (both aware UTC). ``zone`` is ``None`` while it is not sure.
    """

    due_at: datetime
    agreed_at: datetime
    name: str
    city: str
    zone: str | None


@dataclass(frozen=True, slots=True)
class MyDay:
    """One day of a person's clock as it stands at ``now`` (aware UTC), by the clock of ``zone`` (IANA).

    ``hours`` are those from the present one on, ``working`` is when the person works (aware UTC). ``pace`` is how many
    calls they usually make in an hour, ``people`` how many share what is anybody's. Late promises stand on today.
    """

    day: date
    hours: tuple[PlannedHour, ...]
    promises: tuple[Promise, ...]
    working: tuple[Interval, ...]
    zone: str
    pace: int
    people: int
    now: datetime


def my_day(sitting: Sitting, ahead: int = 0) -> MyDay:
    """What is coming for a person today or so many days ahead (below :data:`DAYS`), in one read."""
    with sitting.database.read() as session:
        taking = Taking(sitting.database, session, sitting.person, current(session), sitting.clock.now())
        zone, people = zone_of(sitting.person, taking.book.rules), _people(taking)
        day = wall_at(taking.now, zone).date() + timedelta(days=ahead)
        since, until = (to_instant(datetime.combine(day + timedelta(days=n), time()), zone) for n in (0, 1))
        window, where = working_hours(session.get_one(User, sitting.person.id), taking.book.rules)
        working = tuple(Timetable(window, (where,)).openings(since, until))
        quarters = _quarters(taking, (max(since, taking.now), until))
        stretch = max(since, _hour_of(taking.now, zone)), until
        return MyDay(
            day=day,
            hours=tuple(_hours(quarters, working, stretch, people)),
            promises=_promises(taking, since if ahead else None, until),
            working=working,
            zone=zone,
            pace=pace(session, sitting.person, taking.now),
            people=people,
            now=taking.now,
        )


def _people(taking: Taking) -> int:
    """How many take what is anybody's: the active managers, and the person whatever their role."""
    others = select(func.count(col(User.id))).where(
        col(User.active), User.role == "manager", User.id != taking.person.id
    )
    return 1 + taking.session.exec(others).one()


def _quarters(taking: Taking, stretch: Interval) -> Mapping[datetime, Counter[str]]:
    """What of theirs or anybody's falls due in a stretch, by quarters of an hour."""
    since, until = stretch
    mine = col(Task.assignee_id) == taking.person.id
    kinds = {
        "promised": and_(col(Task.feed) == "callback", mine),
        "retries": col(Task.feed) == "retry",
        "mine": mine,
    }
    sums = [cast(func.sum(case((which, 1), else_=0)), Integer) for which in kinds.values()]
    quarter = slice_of(col(Task.due_at), _QUARTER)
    query = (
        select(quarter, func.count(col(Task.id)), *sums)
        .where(*open_to(taking), or_(mine, col(Task.assignee_id).is_(None)), col(Task.feed).in_(FEEDS))
        .where(col(Task.due_at) >= since, col(Task.due_at) < until)
        .group_by(quarter)
    )
    found = {}
    for start, *counts in taking.session.connection().execute(query):
        found[datetime.fromtimestamp(int(start), UTC)] = Counter(dict(zip(("total", *kinds), counts, strict=True)))
    return found


def _hours(
    quarters: Mapping[datetime, Counter[str]], working: tuple[Interval, ...], stretch: Interval, people: int
) -> Iterator[PlannedHour]:
    """The hours of a stretch that begins with one of the person's clock."""
    since, until = stretch
    while since < until:
        end = since + timedelta(hours=1)
        counts = Counter[str]()
        for part in range(4):
            counts.update(quarters.get(since + timedelta(seconds=part * _QUARTER), {}))
        yield PlannedHour(
            starts_at=since,
            promised=counts["promised"],
            retries=counts["retries"],
            other=counts["total"] - counts["promised"] - counts["retries"],
            mine=counts["mine"],
            share=ceil((counts["total"] - counts["mine"]) / people),
            works=any(opens < end and since < closes for opens, closes in working),
        )
        since = end


def _hour_of(instant: datetime, zone: str) -> datetime:
    """When the hour of the zone's clock that holds an instant began (aware UTC)."""
    wall = wall_at(instant, zone)
    return instant - (wall - wall.replace(minute=0, second=0, microsecond=0))


def _promises(taking: Taking, since: datetime | None, until: datetime) -> tuple[Promise, ...]:
    """The person's own callbacks, in the order in which they fall due; without ``since`` late ones too."""
    query = (
        select(Task, Client)
        .join(Client, col(Client.id) == Task.client_id)
        .where(col(Task.closed_at).is_(None), Task.assignee_id == taking.person.id, Task.feed == "callback")
        .where(col(Task.due_at) < until, *([col(Task.due_at) >= since] if since else []))
        .order_by(col(Task.due_at), col(Task.id))
        .limit(MOST_PROMISES)
    )
    rows = taking.session.exec(query)
    return tuple(Promise(task.due_at, task.wanted_at, client.name, client.city, client.zone) for task, client in rows)
