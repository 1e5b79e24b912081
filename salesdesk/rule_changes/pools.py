"""Whose the open tasks are after a change of the rules: a task goes along with its kind, and is never left to nobody.

What happens to an open task's pool, by one rule for each situation:

- Its kind is done by another pool now, and the task was in the pool of its kind: it goes to the new pool of its kind.
- Everybody's task whose kind is given a pool goes there too, unless nobody active is in that pool yet: then it stays
  everybody's, so that a team can be declared before its people join.
- Its pool is gone (renamed, given up, rolled back), or it was sent to a pool of its own choice (``to = "pool:NAME"``)
  in which nobody active is: it goes to the pool of its kind.
- Any other task stays where it is.

Where that is a pool without an active member the change is refused with the counts (invariant 9, docs/architecture.md).
A promise or a retry stays its person's if they are in the new pool, else it is anybody's there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, func, update
from sqlmodel import Session, col, select

from rules.model import RuleSet
from salesdesk.errors import BadRequest
from salesdesk.storage.models import Task, User, UserPool

_OPEN = col(Task.closed_at).is_(None)


def follow_kinds(session: Session, before: RuleSet | None, after: RuleSet) -> int:
    """Have the open tasks go to the pools that do them under the new rules, in the caller's transaction; how many went.

    ``before`` are the rules in force, ``None`` when they cannot be read. Raises :class:`BadRequest`, with the counts,
    when nobody active could take some of them.
    """
    pools = _Pools(before, after, staffed_pools(session))
    counted = select(Task.kind, Task.pool, func.count(col(Task.id))).where(_OPEN)
    rows = session.exec(counted.group_by(col(Task.kind), col(Task.pool))).all()
    _require_somebody(pools, [(pools.target(kind, pool), count) for kind, pool, count in rows])
    went = 0
    for kind, pool, count in rows:
        target = pools.target(kind, pool)
        if target != pool:
            _send(session, kind, pool, target)
            went += count
    return went


def staffed_pools(session: Session) -> set[str]:
    """The pools with a member who is active."""
    query = select(UserPool.pool).join(User, col(User.id) == UserPool.user_id).where(col(User.active)).distinct()
    return set(session.exec(query))


@dataclass(frozen=True, slots=True)
class _Pools:
    """The pools of the kinds before and after a change, and those with somebody in them."""

    before: RuleSet | None
    after: RuleSet
    staffed: Collection[str]

    def has_somebody(self, pool: str | None) -> bool:
        """Whether somebody may take tasks of the pool; ``None`` is everybody's."""
        return pool is None or pool in self.staffed

    def target(self, kind: str, pool: str | None) -> str | None:
        """Where an open task of this kind in this pool goes."""
        now = self.after.tasks[kind].pool
        was = self.before.tasks[kind] if self.before and kind in self.before.tasks else None
        if pool is None:
            is_given = was is not None and was.pool is None and self.has_somebody(now)
            return now if is_given else None
        if was is not None and was.pool == pool:
            return now
        return pool if pool in self.after.pools and self.has_somebody(pool) else now


def _require_somebody(pools: _Pools, rows: Collection[tuple[str | None, int]]) -> None:
    waiting: Counter[str] = Counter()
    for pool, count in rows:
        if pool is not None and not pools.has_somebody(pool):
            waiting[pool] += count
    if not waiting:
        return
    counts = ", ".join(f'{count} in pool "{pool}"' for pool, count in sorted(waiting.items()))
    some = "task" if waiting.total() == 1 else "tasks"
    raise BadRequest(
        f"Under these rules nobody could take {waiting.total()} open {some}: {counts}, where nobody active is.",
        f"Nothing was changed. Put somebody there first: salesdesk users pool NAME --add {min(waiting)}",
    )


def _send(session: Session, kind: str, pool: str | None, target: str | None) -> None:
    """Put tasks into another pool; each stays its person's only if they are in it."""
    where = [_OPEN, col(Task.kind) == kind, col(Task.pool).is_(None) if pool is None else col(Task.pool) == pool]
    values: dict[str, object] = {"pool": target}
    if target is not None:
        members = select(UserPool.user_id).where(UserPool.pool == target)
        values["assignee_id"] = case((col(Task.assignee_id).in_(members), col(Task.assignee_id)), else_=None)
    session.connection().execute(update(Task).where(*where).values(**values))
