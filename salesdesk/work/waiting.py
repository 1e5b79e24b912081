"""When there is nothing to hand out: what waits, and when the next task comes free."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, tuple_
from sqlmodel import col, select

from salesdesk.places.holidays import open_hours
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Client, Task
from salesdesk.work.claims import Taking, area_of, areas_now, feed_now, open_to, shared_with, unclaimed
from salesdesk.work.graces import given_grace, given_out, grace_of, left_behind
from salesdesk.work.rulebook import zone_of
from salesdesk.work.views import NothingDue


def nothing_due(taking: Taking) -> NothingDue:
    """The counts of this person's waiting tasks and the instant (aware UTC) at which the next may be handed out."""
    _, closed = areas_now(taking)
    mine = open_to(taking)
    due = [*mine, col(Task.due_at) <= taking.now]
    upcoming = [_next_planned(taking), _next_opening(taking, list(closed)), _next_shared(taking)]
    soonest = min((at for at in upcoming if at is not None), default=None)
    return NothingDue(
        next_due_at=soonest,
        waiting=count_waiting(taking),
        closed=_count(taking, *due, col(Task.area_id).in_(list(closed))),
        held=_count(taking, *due, ~unclaimed(taking)),
        next_name=_name_at(taking, soonest) if soonest else "",
        home_zone=zone_of(taking.person, taking.book.rules),
    )


def count_due(taking: Taking) -> int:
    """How many tasks this person could be handed right now."""
    return _count(taking, *_takeable(taking))


def is_due(taking: Taking) -> bool:
    """Whether there is a task that this person could be handed right now; stops at the first."""
    return taking.session.exec(select(Task.id).where(*_takeable(taking)).limit(1)).first() is not None


def _takeable(taking: Taking) -> list[ColumnElement[bool]]:
    areas, _ = areas_now(taking)
    shared = or_(*(and_(col(Task.feed) == feed, shared_with(taking, feed)) for feed in taking.book.rules.feed.order))
    here = [col(Task.due_at) <= taking.now, col(Task.area_id).in_(areas), unclaimed(taking), shared]
    return [*open_to(taking), *here]


def count_before(taking: Taking, task: Task) -> int:
    """How many due tasks come before this one in the feed of this person, in the order in which they are claimed."""
    order, feed = taking.book.rules.feed.order, feed_now(task, taking.now)
    stale = and_(col(Task.feed) == "incoming", col(Task.fresh_until) <= taking.now)
    feeds = case((stale, "planned"), else_=col(Task.feed))
    before = [and_(feeds == other, shared_with(taking, other)) for other in order[: order.index(feed)]]
    own = and_(col(Task.feed) == "callback", col(Task.assignee_id) == taking.person.id)
    rank = 0 if task.feed == "callback" and task.assignee_id == taking.person.id else 1
    earlier = tuple_(case((own, 0), else_=1), col(Task.due_at), col(Task.id)) < (rank, task.due_at, task.id)
    before.append(and_(feeds == feed, shared_with(taking, feed), earlier))
    areas, _ = areas_now(taking)
    due = [col(Task.due_at) <= taking.now, col(Task.area_id).in_(areas), unclaimed(taking)]
    return _count(taking, *open_to(taking), *due, or_(*before))


def count_waiting(taking: Taking) -> int:
    """How many open tasks this person may take, now or later."""
    return _count(taking, *open_to(taking))


def _count(taking: Taking, *conditions: ColumnElement[bool]) -> int:
    return taking.session.exec(select(func.count(col(Task.id))).where(*conditions)).one()


def _next_planned(taking: Taking) -> datetime | None:
    """The due time of the first task to come that is this person's, nobody's, or somebody's who cannot take it."""
    takes = or_(col(Task.assignee_id).is_(None), col(Task.assignee_id) == taking.person.id, left_behind())
    return taking.session.exec(
        select(func.min(Task.due_at)).where(*open_to(taking), col(Task.due_at) > taking.now, takes)
    ).one()


def _next_opening(taking: Taking, closed: list[int]) -> datetime | None:
    """When the first closed area that holds due work opens."""
    with_work = select(Task.area_id).where(*open_to(taking), col(Task.due_at) <= taking.now).distinct()
    rows = taking.session.exec(select(AreaRow).where(col(AreaRow.id).in_(closed), col(AreaRow.id).in_(with_work)))
    openings = (open_hours(taking.book.rules, area_of(row), taking.now).next_open(taking.now) for row in rows)
    return min((at for at in openings if at is not None), default=None)


def _next_shared(taking: Taking) -> datetime | None:
    """When the grace of somebody else's task runs out, so that anybody may take it."""
    rules = taking.book.rules.feed
    ends = []
    for feed in rules.order:
        grace = grace_of(rules, feed)
        others = and_(col(Task.assignee_id).is_not(None), col(Task.assignee_id) != taking.person.id)
        first = taking.session.exec(
            select(func.min(Task.due_at)).where(
                *open_to(taking), others, col(Task.feed) == feed, col(Task.due_at) > taking.now - grace
            )
        ).one()
        if first is not None:
            ends.append(first + grace)
    return min([*ends, *_next_given(taking)], default=None)


def _next_given(taking: Taking) -> list[datetime]:
    """When somebody else's client who was given out on arrival may be taken by anybody, if there is one."""
    grace = given_grace(taking.book.rules.feed)
    given = [given_out(taking.book.rules.sharing_pools), col(Task.due_at) > taking.now - grace]
    first = taking.session.exec(select(func.min(Task.due_at)).where(*open_to(taking), *given)).one()
    return [] if first is None else [first + grace]


def _name_at(taking: Taking, due_at: datetime) -> str:
    """Whose task falls due at that instant, if one does."""
    query = (
        select(Client.name)
        .join(Task, col(Task.client_id) == Client.id)
        .where(*open_to(taking), col(Task.due_at) == due_at)
        .limit(1)
    )
    return taking.session.exec(query).first() or ""
