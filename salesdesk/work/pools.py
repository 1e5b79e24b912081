"""Giving out clients who arrive singly: each to a member of the pool, in turn or to who has the least to do.

Who is given a client becomes its owner, as a sales team expects of its incoming clients, and is to make the first call.
Only members who are at their desk take turns; when none is, the client is anybody's, for then whoever comes first is
soonest. One who is kept waiting for half of its freshness is anybody's too
(:func:`salesdesk.work.graces.given_grace`), and belongs to whoever makes the first call (:mod:`salesdesk.work.record`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from rules.model import Pool, RuleSet
from rules.reasons import Reason
from rules.windows import Timetable
from salesdesk.storage.models import Client, Task, User, UserPool
from salesdesk.words.codes import Act
from salesdesk.work.presence import away, working_hours

_NEVER = datetime.min.replace(tzinfo=UTC)
_A_MOMENT = timedelta(microseconds=1)


def give_out(session: Session, rules: RuleSet, client: Client, task: Task, now: datetime) -> None:
    """Give a client who has just arrived to a member of the task's pool, if the pool shares its clients out.

    One who has an active owner stays with them. ``now`` is aware UTC. The rows of all members are locked until the
    caller's transaction ends, so that of two arrivals at once the second sees whose turn the first one took.
    """
    pool = rules.pools.get(task.pool or "")
    if pool is None or pool.incoming == "anyone" or _has_owner(session, client):
        return
    members = _members(session, pool.id)
    candidates = _at_work(session, rules, members, now)
    if not candidates:
        return
    chosen, user = _first(session, pool, candidates, now)
    latest = max(row.last_given_at or _NEVER for row, _ in members)
    chosen.last_given_at = max(now, latest + _A_MOMENT)  # turns keep their order under a clock that is set back
    client.owner_id = task.assignee_id = chosen.user_id
    code = Act.GIVEN_IN_TURN if pool.incoming == "round-robin" else Act.GIVEN_TO_LEAST_BUSY
    task.because = [*task.because, Reason(code, {"to": user.name}).as_json()]


def _has_owner(session: Session, client: Client) -> bool:
    owner = session.get(User, client.owner_id) if client.owner_id is not None else None
    return owner is not None and owner.active


def takers(session: Session, pool: str | None, user_ids: Collection[int | None]) -> set[int]:
    """Those of the people who may take tasks of a pool; ``None`` is everybody's."""
    known = {user_id for user_id in user_ids if user_id is not None}
    if pool is None or not known:
        return known
    return set(session.exec(select(UserPool.user_id).where(UserPool.pool == pool, col(UserPool.user_id).in_(known))))


_Member = tuple[UserPool, User]


def _members(session: Session, pool: str) -> Sequence[_Member]:
    """The active members of a pool, whose turns nobody else changes before this transaction ends."""
    query = select(UserPool, User).join(User, col(User.id) == UserPool.user_id)
    query = query.where(UserPool.pool == pool, col(User.active)).order_by(col(UserPool.user_id))
    locked = query.with_for_update(of=UserPool).execution_options(populate_existing=True)
    return session.exec(locked).all()


def _at_work(session: Session, rules: RuleSet, members: Sequence[_Member], now: datetime) -> list[_Member]:
    """Those who are at their desk, not on a break and, where they have working hours of their own, within them."""
    gone = away(session, [row.user_id for row, _ in members], now)
    return [(row, user) for row, user in members if row.user_id not in gone and _in_hours(user, rules, now)]


def _in_hours(user: User, rules: RuleSet, now: datetime) -> bool:
    if user.hours is None:
        return True
    window, zone = working_hours(user, rules)
    return Timetable(window, (zone,)).is_open(now)


def _first(session: Session, pool: Pool, candidates: list[_Member], now: datetime) -> _Member:
    """Who is next: who has the least to do where the pool says so, then who was given a client the longest ago."""
    load = _loads(session, [row.user_id for row, _ in candidates], now) if pool.incoming == "least-loaded" else {}
    return min(
        candidates,
        key=lambda member: (load.get(member[0].user_id, 0), member[0].last_given_at or _NEVER, member[0].user_id),
    )


def _loads(session: Session, user_ids: list[int], now: datetime) -> dict[int | None, int]:
    """How many open tasks of each person are due, or are first calls to clients who have just arrived."""
    waits = or_(col(Task.due_at) <= now, col(Task.fresh_until) > now)
    query = select(Task.assignee_id, func.count(col(Task.id))).where(
        col(Task.closed_at).is_(None), col(Task.assignee_id).in_(user_ids), waits
    )
    return dict(session.exec(query.group_by(col(Task.assignee_id))).all())
