"""Shifts and breaks: when people are at their desks.

A shift is one time at a desk. Its desk gives a sign of life once a minute, so the shift of a desk that died can be told
from one that goes on, and ends where it was last seen. Two desks of one person share one shift.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from salesdesk.access.people import Person
from salesdesk.access.sitting import Sitting
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.storage.database import one_transaction
from salesdesk.storage.models import MAX_NAME, BreakTime, Shift, User
from salesdesk.work.presence import LIVE

SEEN_EVERY = timedelta(minutes=1)
MAX_REASON = MAX_NAME
"""Characters of the reason for a break."""


@one_transaction
def begin_shift(sitting: Sitting) -> None:
    """Begin a time at a desk. A shift and a break that a dead desk left open end when it was last seen."""
    with sitting.database.write() as session:
        now = sitting.clock.now()
        seen_at = _begin(session, sitting.person.id, now)
        _end_break(session, sitting.person.id, seen_at or now)


@one_transaction
def see(sitting: Sitting) -> None:
    """Note that a person is at their desk. After a gap (a machine that slept) that is a new shift."""
    with sitting.database.write() as session:
        now = sitting.clock.now()
        shifts = _open_shifts(session, sitting.person.id)
        if shifts and shifts[-1].seen_at > now - LIVE:
            shifts[-1].seen_at = max(now, shifts[-1].seen_at)
        else:
            _begin(session, sitting.person.id, now)


@one_transaction
def end_shift(sitting: Sitting) -> None:
    """End a person's time at the desk, and the break that they were on."""
    with sitting.database.write() as session:
        now = sitting.clock.now()
        for shift in _open_shifts(session, sitting.person.id):
            shift.seen_at = shift.ended_at = max(now, shift.seen_at)
        _end_break(session, sitting.person.id, now)


def _begin(session: Session, user_id: int, now: datetime) -> datetime | None:
    """Open a shift in place of what is open; when that was last seen (aware UTC)."""
    shifts = _open_shifts(session, user_id)
    for shift in shifts:
        shift.ended_at = shift.seen_at
    session.add(Shift(user_id=user_id, started_at=now, seen_at=now))
    return shifts[-1].seen_at if shifts else None


def _open_shifts(session: Session, user_id: int) -> list[Shift]:
    """The shifts of a person that have not ended, in order; two desks of theirs do this one after the other."""
    session.exec(select(User.id).where(User.id == user_id).with_for_update(key_share=True)).one()
    query = select(Shift).where(Shift.user_id == user_id, col(Shift.ended_at).is_(None))
    return list(session.exec(query.order_by(col(Shift.started_at))))


def begin_break(session: Session, person: Person, since: datetime, reason: str) -> None:
    """Begin a person's break in the caller's transaction, at ``since`` (aware UTC).

    Raises :class:`BadRequest` when they are on one already, or for too long a reason.
    """
    if len(reason) > MAX_REASON:
        raise BadRequest(f"The reason has {len(reason)} characters, the limit is {MAX_REASON}.", "Shorten it.")
    if _open_break(session, person.id) is not None:
        raise BadRequest(f"{person.name} is on a break already.", "End it first.")
    session.add(BreakTime(user_id=person.id, started_at=since, reason=reason.strip()))
    session.flush()


def on_break_since(session: Session, person: Person) -> datetime | None:
    """When the break that a person is on began (aware UTC); ``None`` when they are on none."""
    pause = _open_break(session, person.id)
    return pause.started_at if pause is not None else None


@one_transaction
def end_break(sitting: Sitting) -> timedelta:
    """Have a person come back from their break; how long it was. Raises :class:`NothingToDo` when they are on none."""
    with sitting.database.write() as session:
        pause = _end_break(session, sitting.person.id, sitting.clock.now())
        if pause is None or pause.ended_at is None:
            raise NothingToDo(f"{sitting.person.name} is on no break.", "Nothing was changed.")
        return pause.ended_at - pause.started_at


def _open_break(session: Session, user_id: int) -> BreakTime | None:
    session.exec(select(User.id).where(User.id == user_id).with_for_update(key_share=True)).one()
    query = select(BreakTime).where(BreakTime.user_id == user_id, col(BreakTime.ended_at).is_(None))
    return session.exec(query).first()


def _end_break(session: Session, user_id: int, at: datetime) -> BreakTime | None:
    pause = _open_break(session, user_id)
    if pause is not None:
        pause.ended_at = max(at, pause.started_at)
    return pause


@dataclass
class Attendance:
    """The signs of life of one desk: the first begins the shift, and none comes after the person has left."""

    sitting: Sitting
    _seen_at: datetime | None = None
    _left: bool = False
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def be_seen(self) -> None:
        """Note that the person is here: for the database's sake at most once a minute. Raises ``StorageError``."""
        with self._turn:
            now = self.sitting.clock.now()
            if self._left or (self._seen_at is not None and timedelta(0) <= now - self._seen_at < SEEN_EVERY):
                return
            (see if self._seen_at is not None else begin_shift)(self.sitting)
            self._seen_at = now

    def leave(self) -> None:
        """End the shift, if it has begun; a sign of life that is under way comes first. Raises ``StorageError``."""
        with self._turn:
            self._left = True
            if self._seen_at is not None:
                end_shift(self.sitting)
