"""Clients and tasks that a new version of the rules would leave nowhere, and moving them.

Invariant 1 (docs/architecture.md) under the new rules: a client in an open status has exactly one open task and one
open deal, any other none; so a status that is removed, or that opens or ends, strands the clients in it, and a task
kind that is removed strands those with such a task.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from rules.model import RuleSet
from salesdesk.errors import BadRequest
from salesdesk.rule_changes.moving import Move, move
from salesdesk.storage.models import Client, Task

_AT_ONCE = 500  # clients moved by one set of statements
_OPEN_TASK = and_(col(Task.client_id) == Client.id, col(Task.closed_at).is_(None))


@dataclass(frozen=True, slots=True)
class Stranded:
    """How many clients stand in each status, and how many open tasks there are of each kind, that would be stranded."""

    statuses: Mapping[str, int]
    kinds: Mapping[str, int]

    def __bool__(self) -> bool:
        return bool(self.statuses or self.kinds)

    def __str__(self) -> str:
        parts = [f'{count} in status "{status}"' for status, count in self.statuses.items()]
        parts += [f'{count} with an open task of kind "{kind}"' for kind, count in self.kinds.items()]
        return ", ".join(parts)


def settle(session: Session, before: RuleSet | None, after: RuleSet, to: str | None, now: datetime) -> int:
    """Move the clients that the new rules would strand to a status of theirs, in the caller's transaction.

    Returns how many were moved. ``before`` are the rules in force, ``None`` when they cannot be read. Raises
    :class:`BadRequest`, with the counts, when there are such clients and ``to`` is ``None``, or names no status.
    """
    if to is not None and to not in after.statuses:
        raise BadRequest(
            f'The new rules have no status "{to}" to move clients to.', f"Use one of: {', '.join(after.statuses)}."
        )
    lost = _Lost(before, after)
    found = lost.counted(session)
    if not found:
        return 0
    if to is None:
        raise BadRequest(
            f"These rules would strand clients: {found}.",
            "Nothing was changed. Keep what they stand in, or move them: --move-to STATUS",
        )
    ids = lost.clients(session)
    for start in range(0, len(ids), _AT_ONCE):
        move(Move(session, after, to, now), ids[start : start + _AT_ONCE])
    return len(ids)


@dataclass(frozen=True, slots=True)
class _Lost:
    """What the change takes away."""

    before: RuleSet | None
    after: RuleSet

    def counted(self, session: Session) -> Stranded:
        statuses = select(Client.status, func.count(col(Client.id))).where(self._stands_nowhere())
        counts = dict(session.exec(statuses.group_by(col(Client.status)).order_by(col(Client.status))).all())
        return Stranded(counts, dict(self._count_kinds(session)))

    def clients(self, session: Session) -> Sequence[int]:
        """The ids of all stranded clients."""
        nowhere = {
            client_id for client_id in session.exec(select(Client.id).where(self._stands_nowhere())) if client_id
        }
        if self._may_lose_kinds():
            nowhere.update(session.exec(select(Task.client_id).where(self._of_lost_kind())))
        return sorted(nowhere)

    def _stands_nowhere(self) -> ColumnElement[bool]:
        """That a client's status is gone, or would need a task that is not there, or have one that it must not."""
        has_task = select(Task.id).where(_OPEN_TASK).exists()
        opened, ended = self._turned("open"), self._turned("ended")
        return or_(
            col(Client.status).not_in(self.after.statuses),
            and_(col(Client.status).in_(opened), ~has_task),
            and_(col(Client.status).in_(ended), has_task),
        )

    def _turned(self, into: str) -> list[str]:
        """The statuses that were ended and are open now, or the other way round; all when it is not known."""
        return [
            status.id
            for status in self.after.statuses.values()
            if (status.kind == "open") == (into == "open") and self._has_turned(status.id)
        ]

    def _has_turned(self, status: str) -> bool:
        if self.before is None:
            return True
        was = self.before.statuses.get(status)
        return was is not None and (was.kind == "open") != (self.after.kind_of(status) == "open")

    def _may_lose_kinds(self) -> bool:
        return self.before is None or bool(self.before.tasks.keys() - self.after.tasks.keys())

    def _of_lost_kind(self) -> ColumnElement[bool]:
        return and_(col(Task.closed_at).is_(None), col(Task.kind).not_in(self.after.tasks))

    def _count_kinds(self, session: Session) -> Iterable[tuple[str, int]]:
        if not self._may_lose_kinds():  # spares a walk over every open task
            return ()
        query = select(Task.kind, func.count(col(Task.id))).where(self._of_lost_kind())
        return session.exec(query.group_by(col(Task.kind)).order_by(col(Task.kind))).all()
