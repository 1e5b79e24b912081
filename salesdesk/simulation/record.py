"""The record that a simulation replays: finished calls, client by client, read in a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from rules.area import Area
from rules.caps import LOOK_BACK
from rules.situation import Agreed
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Attempt, Task, Undo, key_of
from salesdesk.work.claims import area_of

AT_A_TIME = 1000  # rows fetched at once


class RecordedCall(NamedTuple):
    """A finished call that was not taken back: its task, what was said, and the task that followed (``None``: none).

    Instants are aware UTC; ``at`` is the end of the call. No names, numbers or notes: a simulation needs none.
    """

    client_id: int
    at: datetime
    seconds: int | None
    outcome: str
    reason: str | None
    reached: bool
    status_before: str
    kind_after: str
    misses_before: int
    misses_after: int
    rules_version: int
    client_hour: int | None
    wanted_at: datetime
    due_at: datetime
    task_kind: str
    area_id: int
    next_wanted_at: datetime | None
    next_due_at: datetime | None
    agreed_wall: str | None
    agreed_zone: str | None

    @property
    def begun(self) -> datetime:
        """When the call began."""
        return self.at - timedelta(seconds=self.seconds or 0)

    @property
    def agreed(self) -> Agreed | None:
        """The time that was agreed with the client on this call."""
        if self.next_wanted_at is None or self.agreed_wall is None or self.agreed_zone is None:
            return None
        return Agreed(self.next_wanted_at, datetime.fromisoformat(self.agreed_wall), self.agreed_zone)


_OF_ATTEMPT = RecordedCall._fields[: RecordedCall._fields.index("task_kind")]  # columns of the same name


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of the record that is replayed: calls from ``since`` to ``until`` (aware UTC, both inside)."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Extent:
    """How many calls a stretch has, and the first and the last id of their clients."""

    calls: int
    first: int
    last: int

    def parts(self, size: int) -> Iterator[tuple[int, int]]:
        """Ranges of client ids, both ends inside, with about ``size`` calls each."""
        number = max(1, self.calls // size)
        width = max(1, -(-(self.last - self.first + 1) // number))
        for start in range(self.first, self.last + 1, width):
            yield start, min(start + width - 1, self.last)


def extent_of(session: Session, stretch: Stretch) -> Extent | None:
    """What there is to replay; ``None`` when no calls are recorded."""
    client = col(Attempt.client_id)
    query = select(func.count(), func.min(client), func.max(client)).where(*_counting(stretch.since, stretch.until))
    calls, first, last = session.connection().execute(query.select_from(Attempt)).one()
    return Extent(calls, first, last) if calls else None


def stream_calls(
    session: Session, stretch: Stretch, clients: tuple[int, int], *, all_before: bool
) -> Iterator[RecordedCall]:
    """The calls of each client in a range of ids in turn, in order, never more than a few in memory.

    The calls before the stretch come too, as the caps count them: those of the caps' longest period, or with
    ``all_before`` all there ever were.
    """
    since = None if all_before else stretch.since - LOOK_BACK
    closed, opened = aliased(Task), aliased(Task)
    of_tasks = (closed.kind, closed.area_id, opened.wanted_at, opened.due_at, opened.agreed_wall, opened.agreed_zone)
    columns: list[Any] = [*(getattr(Attempt, name) for name in _OF_ATTEMPT), *of_tasks]
    query = (
        select(*columns)
        .join(closed, col(closed.id) == Attempt.task_id)
        .outerjoin(opened, col(opened.id) == Attempt.next_task_id)
        .where(col(Attempt.client_id).between(*clients), *_counting(since, stretch.until))
        .order_by(col(Attempt.client_id), col(Attempt.at), col(Attempt.id))
    )
    options = {"yield_per": AT_A_TIME}  # on PostgreSQL a cursor on the server
    yield from map(RecordedCall._make, session.connection().execute(query, execution_options=options))


def _counting(since: datetime | None, until: datetime) -> list[ColumnElement[bool]]:
    conditions = [col(Attempt.at) <= until, ~exists().where(col(Undo.attempt_id) == Attempt.id)]
    return conditions if since is None else [col(Attempt.at) >= since, *conditions]


def areas_by_id(session: Session) -> dict[int, Area]:
    """Every area that a task can name."""
    return {key_of(row): area_of(row) for row in session.scalars(select(AreaRow))}
