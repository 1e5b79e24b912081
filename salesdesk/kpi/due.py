"""Promises and what is overdue: what fell due, from calls already made and tasks still open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, extract, func, literal_column, select
from sqlmodel import col

from salesdesk.kpi.scope import Line, Scope, begun_epoch, fell_due, line_sums, waiting_in, with_clients
from salesdesk.storage.models import Attempt, Task, Undo

LATE = timedelta(minutes=15)  # what is past due by more than this is overdue
KEPT_SECONDS = 5 * 60  # a promise is kept when the call began within this of its time, either side


@dataclass(frozen=True, slots=True)
class Promises:
    """Callbacks that fell due, and those among them that were called in time."""

    due: int = 0
    kept: int = 0


def promises(scope: Scope) -> dict[Line, Promises]:
    """The promises whose time came in the period, by line; none when the split does not divide them.

    The time is the due time: the agreed one or, where windows or caps forbid that, the first allowed instant after it.
    A promise is whose task it was, whoever called.
    """
    split = scope.split
    if split is not None and split.promise is None:
        return {}
    called = line_sums(scope, _called(scope), split.promise if split else None)
    still = waiting_in(scope, func.count(col(Task.id))).where(
        col(Task.feed) == "callback", *fell_due(scope.period, col(Task.due_at))
    )
    found: dict[Line, Promises] = defaultdict(Promises)
    found.update({about: Promises(int(due), int(kept)) for about, (due, kept) in called})
    for about, (due,) in line_sums(scope, still, split.waiting if split else None):
        found[about] = Promises(found[about].due + int(due), found[about].kept)
    return found


def _called(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Promises that were called, whenever that was: one whose client called in on an earlier day fell due all the same.

    The index (due_at) of promises finds them, so that a long history costs nothing.
    """
    early = extract("epoch", col(Attempt.due_at)) - begun_epoch()
    each = func.count(col(Attempt.id))
    statement = (
        select(each, each.filter(early.between(-KEPT_SECONDS, KEPT_SECONDS)))
        .select_from(Attempt)
        .outerjoin(Undo, col(Undo.attempt_id) == Attempt.id)
        .join(Task, col(Task.id) == Attempt.task_id)
        .where(
            col(Undo.id).is_(None),
            col(Attempt.feed) == literal_column("'callback'"),  # a parameter is not known to be in the index's rows
            *fell_due(scope.period, col(Attempt.due_at)),
        )
    )
    if scope.user_id is not None:
        statement = statement.where(func.coalesce(col(Task.assignee_id), col(Attempt.user_id)) == scope.user_id)
    return with_clients(scope, statement)


def overdue(scope: Scope) -> dict[Line, int]:
    """Open callbacks and retries more than 15 minutes past due now, by line; by day, on the day they fell due.

    Of a person, those that are theirs: a retry that is nobody's counts for the team only.
    """
    split = scope.split
    if split is not None and split.waiting is None:
        return {}
    late = col(Task.due_at) < scope.period.as_of - LATE
    statement = waiting_in(scope, func.count(col(Task.id))).where(col(Task.feed).in_(("callback", "retry")), late)
    if split is not None and split.by == "day":
        statement = statement.where(*fell_due(scope.period, col(Task.due_at)))
    return {about: int(count) for about, (count,) in line_sums(scope, statement, split.waiting if split else None)}
