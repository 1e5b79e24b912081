"""What figures are broken down by: for each kind of row, the column that says which line it counts in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Date, SQLColumnExpression, case, func, literal_column
from sqlmodel import col

from rules.zonetime import stretches
from salesdesk.errors import BadRequest
from salesdesk.kpi.period import Period
from salesdesk.storage.models import Attempt, Client, Task

SPLITS = ("manager", "day", "hour", "status", "source", "rung")


@dataclass(frozen=True, slots=True)
class Split:
    """The columns of one way to break figures down.

    ``call`` is of an attempt (with its client), ``promise`` of an attempted promise (with its task and client),
    ``waiting`` of an open task (with its client). Without the latter two, promises and overdue tasks do not break down.
    """

    by: str
    call: SQLColumnExpression[Any]
    promise: SQLColumnExpression[Any] | None
    waiting: SQLColumnExpression[Any] | None


def split_by(by: str, period: Period, *, sqlite: bool) -> Split:
    """The columns of a ``--by`` word. Raises :class:`BadRequest` for an unknown one.

    A promise belongs to whom it was given to; by day, promises and overdue tasks count on the day they fell due.
    An hour is the client's local one, ``None`` where the zone is not sure.
    """
    # Written into the statement: to PostgreSQL an expression with a parameter is not the one it groups by.
    one: SQLColumnExpression[int] = literal_column("1")
    if by == "manager":
        taker = func.coalesce(col(Task.assignee_id), col(Attempt.user_id))
        return Split(by, col(Attempt.user_id), taker, col(Task.assignee_id))
    if by == "day":
        due_days = (team_day(col(due), period, sqlite=sqlite) for due in (Attempt.due_at, Task.due_at))
        return Split(by, col(Attempt.team_day), *due_days)
    if by == "hour":
        return Split(by, col(Attempt.client_hour), None, None)
    if by == "status":
        return Split(by, col(Attempt.status_before), col(Attempt.status_before), col(Client.status))
    if by == "source":
        return Split(by, col(Client.source), col(Client.source), col(Client.source))
    if by == "rung":
        rung = col(Attempt.misses_before) + one
        return Split(by, rung, rung, col(Client.misses) + one)
    raise BadRequest(f'Figures cannot be broken down by "{by}".', f"Use one of: {', '.join(SPLITS)}.")


def team_day(column: SQLColumnExpression[datetime], period: Period, *, sqlite: bool) -> SQLColumnExpression[Any]:
    """The day in the home zone of an instant of the period, as the database reckons it.

    SQLite knows no zones and a server may have older ones than pytz, so the offsets come from here.
    """
    days = [
        (until, _shifted(column, offset, sqlite=sqlite))
        for _, until, offset in stretches(period.zone, period.starts_at, period.ends_at)
    ]
    last = days.pop()[1]
    return case(*((column < until, day) for until, day in days), else_=last) if days else last


def _shifted(column: SQLColumnExpression[datetime], offset: timedelta, *, sqlite: bool) -> SQLColumnExpression[Any]:
    seconds = int(offset.total_seconds())
    if sqlite:
        return func.date(column, f"{seconds:+d} seconds", type_=Date)
    return func.date(column + func.make_interval(0, 0, 0, 0, 0, 0, seconds), type_=Date)
