"""The figures in the desk's top line: this person's day so far and what waits for them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func
from sqlmodel import col, select

from rules.zonetime import wall_at
from salesdesk.desk.desk import Desk
from salesdesk.storage.models import Attempt, Undo
from salesdesk.work.claims import Taking
from salesdesk.work.rulebook import current
from salesdesk.work.waiting import count_due, count_waiting


@dataclass(frozen=True, slots=True)
class Today:
    """Counts of one person's team day: calls made, clients reached, deals won; tasks that wait, and those due now."""

    calls: int = 0
    reached: int = 0
    won: int = 0
    waiting: int = 0
    due_now: int = 0


def today(desk: Desk) -> Today:
    """This person's day so far, undone calls left out."""
    with desk.database.read() as session:
        book, now = current(session), desk.clock.now()
        day = wall_at(now, book.rules.working.zone).date()
        query = (
            select(
                func.count(col(Attempt.id)),
                func.sum(case((col(Attempt.reached), 1), else_=0)),
                func.sum(case((col(Attempt.kind_after) == "won", 1), else_=0)),
            )
            .outerjoin(Undo, col(Undo.attempt_id) == Attempt.id)
            .where(Attempt.team_day == day, Attempt.user_id == desk.person.id, col(Undo.id).is_(None))
        )
        calls, reached, won = session.exec(query).one()
        taking = Taking(desk.database, session, desk.person, book, now)
        return Today(calls, reached or 0, won or 0, count_waiting(taking), count_due(taking))


def home_zone(desk: Desk) -> str:
    """The IANA zone by which this person reads the clock: their own, else the home zone."""
    if desk.person.zone:
        return desk.person.zone
    with desk.database.read() as session:
        return current(session).rules.working.zone
