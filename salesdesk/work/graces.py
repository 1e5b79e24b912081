"""Whose a task is and for how long it is kept for them: the graces of the rules, and the conditions on tasks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, or_, tuple_
from sqlmodel import col, select

from rules.model import Feed, FeedRules
from salesdesk.storage.models import Task, User, UserPool


def grace_of(rules: FeedRules, feed: Feed) -> timedelta:
    """How long after its due time a task is kept for its assignee."""
    return timedelta(seconds=rules.promise_grace if feed == "callback" else rules.owner_grace)


def given_grace(rules: FeedRules) -> timedelta:
    """How long after its due time a client who arrived in a pool that shares its clients out is kept for whom it was
    given to: half of its freshness at most, so that somebody else still calls it while it is fresh.
    """
    return min(timedelta(seconds=rules.owner_grace), timedelta(seconds=rules.fresh_for) / 2)


def free_for(
    person: int | BindParameter[Any],
    past: datetime | BindParameter[Any],
    sharing: Collection[str] | BindParameter[Any],
    given_past: datetime | BindParameter[Any],
) -> ColumnElement[bool]:
    """That a task is nobody's, or this person's, or was due at ``past`` or before (a client given out: ``given_past``),
    or its assignee cannot take it. ``sharing`` are the pools that give their clients out.
    """
    return or_(
        col(Task.assignee_id).is_(None),
        col(Task.assignee_id) == person,
        col(Task.due_at) <= past,
        and_(given_out(sharing), col(Task.due_at) <= given_past),
        left_behind(),
    )


def given_out(pools: Collection[str] | BindParameter[Any]) -> ColumnElement[bool]:
    """That a task is the first call to a client who arrived singly in one of the pools, which share theirs out."""
    return and_(col(Task.fresh_until).is_not(None), col(Task.pool).in_(pools))


def given_by(person: int | BindParameter[Any]) -> ColumnElement[bool]:
    """That a promise is this person's. Few promises are due, but an owner may have thousands of tasks: the sum keeps
    the search to the index of the feeds (measured with 15,000 of them: 37 ms against 1 ms).
    """
    return col(Task.assignee_id) + 0 == person


def left_behind() -> ColumnElement[bool]:
    """That a task is somebody's who cannot take it: they are disabled, or are not in its pool any more."""
    return or_(col(Task.assignee_id).in_(select(User.id).where(~col(User.active))), out_of_pool())


def out_of_pool() -> ColumnElement[bool]:
    """That a task is somebody's who is not in its pool. The members of all pools are few, and are read once."""
    members = select(UserPool.user_id, UserPool.pool)
    outside = tuple_(col(Task.assignee_id), col(Task.pool)).not_in(members)
    return and_(col(Task.assignee_id).is_not(None), col(Task.pool).is_not(None), outside)
