"""Clients and tasks that a new version of the rules would leave nowhere, and moving them.

Judged by the clients who are there, not by what the new rules can reach: invariants 1 and 9 (docs/architecture.md)
under the new rules. A client in an open status has exactly one open task and one open deal, any other none, and meets a
button. So there strand:

- the clients of a status that is removed, or that opens or ends;
- those with an open task of a kind that is removed;
- those whose task has no button in their status (its buttons were removed, or ``show_for`` and ``show_in`` leave it
  out), and those for whom a press or a trigger would lead to such a place.

All of them refuse the change with their numbers, or go where ``--move-to`` says. Whose their tasks are then is for
:mod:`salesdesk.rule_changes.pools`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from rules.buttons import Place, ways_of
from rules.model import RuleSet
from salesdesk.errors import BadRequest
from salesdesk.rule_changes.moving import Move, move
from salesdesk.storage.models import Client, Task

_AT_ONCE = 500  # clients moved by one set of statements
_IS_OPEN = col(Task.closed_at).is_(None)
_OPEN_TASK = and_(col(Task.client_id) == Client.id, _IS_OPEN)


@dataclass(frozen=True, slots=True)
class Stranded:
    """How many clients stand in each status, how many open tasks there are of each kind, and how many in each place
    without a button or from which a way leads to one (which is named), that would be stranded.
    """

    statuses: Mapping[str, int]
    kinds: Mapping[str, int]
    places: Mapping[Place, tuple[int, Place]]

    def __bool__(self) -> bool:
        return bool(self.statuses or self.kinds or self.places)

    def __str__(self) -> str:
        parts = [f'{count} in status "{status}"' for status, count in self.statuses.items()]
        parts += [f'{count} with an open task of kind "{kind}"' for kind, count in self.kinds.items()]
        parts += [_said(place, count, bare) for place, (count, bare) in self.places.items()]
        return ", ".join(parts)


def _said(place: Place, count: int, bare: Place) -> str:
    met = f'{count} in status "{place[0]}" with an open task of kind "{place[1]}"'
    if place == bare:
        return f"{met}, for which there is no button"
    return f'{met}, from which a way leads to kind "{bare[1]}" in status "{bare[0]}", for which there is no button'


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
    ids = lost.clients(session, found)
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
        met = self._met(session)
        kinds: Counter[str] = Counter()
        for (_, kind), count in met.items():
            if kind not in self.after.tasks:
                kinds[kind] += count
        return Stranded(counts, kinds, dict(self._dead_ends(met)))

    def clients(self, session: Session, found: Stranded) -> Sequence[int]:
        """The ids of all stranded clients."""
        nowhere = {
            client_id for client_id in session.exec(select(Client.id).where(self._stands_nowhere())) if client_id
        }
        if found.kinds:
            nowhere.update(session.exec(select(Task.client_id).where(_IS_OPEN, col(Task.kind).in_(found.kinds))))
        for status, kind in found.places:
            at = select(Task.client_id).join(Client, col(Client.id) == Task.client_id)
            nowhere.update(session.exec(at.where(_IS_OPEN, Task.kind == kind, Client.status == status)))
        return sorted(nowhere)

    def _met(self, session: Session) -> Mapping[Place, int]:
        """How many clients with an open task there are in each place; none where nothing of it can be lost."""
        kept = self.before is not None and self.before.tasks.keys() <= self.after.tasks.keys()
        if kept and ways_of(self.after).always:  # spares a walk over every open task
            return {}
        query = select(Client.status, Task.kind, func.count(col(Task.id))).join(Task, _OPEN_TASK)
        rows = session.exec(query.group_by(col(Client.status), col(Task.kind)).order_by(col(Client.status), Task.kind))
        return {(status, kind): count for status, kind, count in rows}

    def _dead_ends(self, met: Mapping[Place, int]) -> Iterator[tuple[Place, tuple[int, Place]]]:
        ways = ways_of(self.after)
        for place, count in met.items():
            bare = ways.dead_end(place)
            if bare is not None:
                yield place, (count, bare)

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
