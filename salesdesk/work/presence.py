"""Who is at a desk, on a break or away, and each person's own working hours.

Read from the shifts and breaks that :mod:`salesdesk.team.shifts` keeps.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from rules.file.faults import Findings, RuleFaults
from rules.file.load_hours import read_window
from rules.file.reader import Table
from rules.model import RuleSet, Window
from salesdesk.errors import BadRequest
from salesdesk.storage.database import Database
from salesdesk.storage.models import BreakTime, Shift, User
from salesdesk.work.rulebook import zone_of

LIVE = timedelta(minutes=3)
"""A shift without a sign of life for longer is that of a desk that died."""

State = Literal["at-desk", "break", "away"]


@dataclass(frozen=True, slots=True)
class Presence:
    """Where a person is and since when (aware UTC; ``None`` for somebody who was never at a desk).

    ``reason`` is that of the break they are on.
    """

    user_id: int
    name: str
    label: str
    state: State
    since: datetime | None
    reason: str = ""


def away(session: Session, user_ids: Collection[int], now: datetime) -> set[int]:
    """Those of the people who are not there at ``now`` (aware UTC): no live shift, on a break, or disabled."""
    if not user_ids:
        return set()
    rows = session.exec(_last_shifts().where(col(User.id).in_(user_ids)))
    here = {user.id for user, shift, pause in rows if user.active and _state(shift, pause, now) == "at-desk"}
    return set(user_ids) - here


def presence(database: Database, now: datetime) -> list[Presence]:
    """Where everybody is at ``now`` (aware UTC), by name; disabled users are left out."""
    with database.read() as session:
        rows = session.exec(_last_shifts().where(col(User.active)).order_by(col(User.name)))
        return [_presence(user, shift, pause, now) for user, shift, pause in rows]


def _last_shifts() -> Select[User, Shift | None, BreakTime | None]:
    """Users, each with their last shift and the break they are on."""
    other = aliased(Shift)
    last = select(other.id).where(other.user_id == User.id).order_by(col(other.started_at).desc(), col(other.id).desc())
    return (
        select(User, Shift, BreakTime)
        .select_from(User)
        .outerjoin(Shift, col(Shift.id) == last.limit(1).correlate(User).scalar_subquery())
        .outerjoin(BreakTime, (col(BreakTime.user_id) == User.id) & col(BreakTime.ended_at).is_(None))
    )


def _state(shift: Shift | None, pause: BreakTime | None, now: datetime) -> State:
    if shift is None or shift.ended_at is not None or shift.seen_at <= now - LIVE:
        return "away"
    return "break" if pause is not None else "at-desk"


def _presence(user: User, shift: Shift | None, pause: BreakTime | None, now: datetime) -> Presence:
    state = _state(shift, pause, now)
    since = None if shift is None else shift.ended_at or shift.seen_at if state == "away" else shift.started_at
    on_break = pause if state == "break" else None
    return Presence(
        user_id=user.id or 0,
        name=user.name,
        label=user.label,
        state=state,
        since=on_break.started_at if on_break else since,
        reason=on_break.reason if on_break else "",
    )


def working_hours(user: User, rules: RuleSet) -> tuple[Window, str]:
    """When a person works: the hours of the week and the zone that they are in.

    Their own hours are by their own clock; without any they work the team's, by the home clock wherever they are.
    Raises :class:`BadRequest` for hours that cannot be read.
    """
    if user.hours is None:
        return rules.working.hours, rules.working.zone
    return read_hours(user.hours), zone_of(user, rules)


def read_hours(text: str) -> Window:
    """Working hours from their JSON: ``{"mon-fri": "09:00-13:00, 14:00-18:00"}``; days not named are free.

    Raises :class:`BadRequest` with the first thing that is wrong.
    """
    mend = 'Write them like "mon-fri 09:00-18:00".'
    try:
        values = json.loads(text)
    except ValueError as fault:
        raise BadRequest(f"These working hours are no JSON: {fault}.", mend) from fault
    if not isinstance(values, dict):
        raise BadRequest("These working hours are not a table of days.", mend)
    findings = Findings()
    window = read_window(Table(values, ("hours",), findings))
    try:
        findings.settle("", {"hours": values})
    except RuleFaults as faults:
        first = faults.faults[0]
        raise BadRequest(f"Working hours: {first.path.removeprefix('hours.')} {first.message}.", mend) from faults
    return window
