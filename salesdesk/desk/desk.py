"""The desk: what a person does all day. Take the next task, say what happened, give the task back.

Every act is one transaction, and may be repeated without harm where it names its claim or its moment; one that finds
nothing to hand out reads in a second why, and one that has thousands of clients to move on first does that in a few.
The screen and the command line hand out, record and give back through this class alone, so neither has a way of its
own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ParamSpec, TypeVar

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from salesdesk.access.people import Person
from salesdesk.access.sitting import Sitting
from salesdesk.clock import Clock
from salesdesk.desk.answer import RulesChanged, Said, settle
from salesdesk.errors import NotAllowed, NothingToDo
from salesdesk.storage.database import Database, one_transaction
from salesdesk.storage.models import LAST_ID, Attempt, Claim, Client, Task, User, key_of
from salesdesk.team.shifts import begin_break, on_break_since
from salesdesk.work.blocked import MoreToMove, claim_allowed, may_call_now
from salesdesk.work.claims import (
    Taking,
    claim_again,
    claim_of,
    held_task,
    is_live,
    let_go,
    number_claim,
)
from salesdesk.work.handed import handed_out
from salesdesk.work.holding import ClaimLost, how_lost
from salesdesk.work.record import recorded
from salesdesk.work.rulebook import current, keep_rules
from salesdesk.work.triggers import InPassing
from salesdesk.work.views import Handed, NothingDue, Recorded
from salesdesk.work.waiting import is_due, nothing_due

_ACTIVE = select(User.active).where(col(User.id) == bindparam("me")).with_for_update(key_share=True)
_RECORDED = select(Attempt).where(col(Attempt.claim_id) == bindparam("claim"))

P = ParamSpec("P")
T = TypeVar("T")


def _until_all_is_moved(claim: Callable[P, T]) -> Callable[P, T]:
    """Claim again, in another transaction, as long as more stood in the way than one should move."""

    @functools.wraps(claim)
    def again(*args: P.args, **options: P.kwargs) -> T:
        while True:
            with suppress(MoreToMove):
                return claim(*args, **options)

    return again


@dataclass(frozen=True, slots=True)
class Desk:
    """What a person does all day: each act one transaction."""

    sitting: Sitting
    passing: InPassing = field(default_factory=InPassing, compare=False, repr=False)

    @property
    def database(self) -> Database:
        """Where it is kept."""
        return self.sitting.database

    @property
    def clock(self) -> Clock:
        """By which it is told what is due."""
        return self.sitting.clock

    @property
    def person(self) -> Person:
        """Whose desk it is."""
        return self.sitting.person

    @_until_all_is_moved
    @one_transaction
    def next_task(self) -> Handed | NothingDue:
        """Claim the next due task; the same one again while it is held. Or say why there is none."""
        with self._claiming() as session:
            taking = self.taking(session)
            held = _still_held(taking)
            task = held or _claimed(taking)
            if task is not None:
                return handed_out(taking, task, held_since=_taken_at(session, held))
        return self.waiting()

    @_until_all_is_moved
    @one_transaction
    def pass_on(self, claim: int) -> Handed | NothingDue:
        """Give this claim back and claim the next due task: another one, unless there is none.

        A repeat gives back nothing more: what came instead of the claim is handed out again.
        """
        with self._claiming() as session:
            taking, task = self.taking(session), held_task(session, self.person)
            if task is not None and task.claim_id == claim:
                let_go(task)
                session.flush()
                other = replace(taking, avoided=key_of(task))
                task = _claimed(other) or _claimed(taking)
            else:
                task = _still_held(taking) or _claimed(taking)
            if task is not None:
                return handed_out(taking, task)
        return self.waiting()

    def waiting(self) -> NothingDue:
        """What waits for this person, and when the next task comes free. Claims nothing."""
        with self.database.read() as session:
            return nothing_due(self.taking(session))

    @one_transaction
    def record_outcome(self, said: Said, claim: int | None = None, *, version: int | None = None) -> Recorded:
        """Record what happened with the claimed task and plan the next, in one transaction.

        With ``claim`` a repeat returns the first result and changes nothing. With ``version``, that of the rules whose
        buttons were shown, nothing is decided by others. Raises :class:`salesdesk.desk.answer.RulesChanged` then,
        :class:`salesdesk.errors.BadRequest` for an answer that the rules do not allow, and :class:`NothingToDo` when
        no claim is held or it was lost to somebody.
        """
        with self.acting() as session:
            if claim is not None and (before := _recorded_before(session, claim, self.person)) is not None:
                return before
            taking = self.taking(session)
            task = held_task(session, self.person)
            if task is None or (claim is not None and task.claim_id != claim):
                raise _no_claim(session, claim)
            if version is not None and version != taking.book.version:
                raise RulesChanged(version, taking.book.version)
            return settle(taking, task, said)

    @one_transaction
    def take_break(self, reason: str = "", since: datetime | None = None) -> datetime:
        """Give back what is held and go on a break; when it began (aware UTC, now unless ``since`` says otherwise).

        Repeated with the same ``since`` it is the same break. Raises :class:`salesdesk.errors.BadRequest` when the
        person is on another one, or for too long a reason; nothing is given back then.
        """
        with self.acting() as session:
            if since is None or on_break_since(session, self.person) != since:
                since = since or self.clock.now()
                begin_break(session, self.person, since, reason)
            task = held_task(session, self.person)
            if task is not None:
                let_go(task)
            return since

    @one_transaction
    def release(self) -> Handed | None:
        """Give the claim back at once, even as somebody who was disabled; ``None`` when none was held."""
        with self.acting(leaving=True) as session:
            task = held_task(session, self.person)
            if task is None:
                return None
            handed = handed_out(self.taking(session), task)
            let_go(task)
            return handed

    def anything_due(self) -> bool:
        """Whether a task could be handed out now. Reads only."""
        with self.database.read() as session:
            return is_due(self.taking(session))

    def look(self) -> bool:
        """What an idle desk does twice a second: let time move clients now and then, and see if anything is due."""
        self.passing.run(self.database, self.clock)
        return self.anything_due()

    def how_lost(self, claim: int) -> str:
        """Why this claim is no longer held, in words: who ended it, who has the client now."""
        with self.database.read() as session:
            return how_lost(session, claim) or "nobody has the client now"

    @one_transaction
    def renew(self, claim: int) -> bool:
        """The desk's heartbeat: hold the claim for another lease. ``False`` when it was lost."""
        with self.acting() as session:
            task = held_task(session, self.person)
            if task is None or task.claim_id != claim or task.id is None:
                return False
            return claim_again(self.taking(session), task.id) is not None

    @contextmanager
    def acting(self, *, leaving: bool = False) -> Iterator[Session]:
        """A transaction in which this person acts alone.

        Else a key pressed at two desks at once makes two PostgreSQL transactions that do not see each other's claim or
        attempt. Rows that only name this person do not wait for this lock, and SQLite's writers come one by one anyway.
        Raises :class:`NotAllowed` for somebody who was disabled meanwhile, unless they are ``leaving``.
        """
        with self.database.write() as session:
            keep_rules(session)
            active = session.exec(_ACTIVE, params={"me": self.person.id}).first()  # none: a restore took the row away
            if not (active or leaving):
                raise NotAllowed(f'"{self.person.name}" is disabled.', "Ask an admin: salesdesk users enable NAME")
            yield session

    @contextmanager
    def _claiming(self) -> Iterator[Session]:
        """:meth:`acting`, where what was moved on the way to a task that may be called is kept.

        Raises :class:`MoreToMove` after the commit, when there is more of that than one transaction should do.
        """
        more: MoreToMove | None = None
        with self.acting() as session:
            try:
                yield session
            except MoreToMove as fault:
                more = fault
        if more is not None:
            raise more

    def taking(self, session: Session) -> Taking:
        """This person asking for work now, in a transaction of theirs."""
        return Taking(self.database, session, self.person, current(session), self.clock.now())


def _still_held(taking: Taking) -> Task | None:
    """The task that this person holds. After the lease has run out it is theirs first, if it may still be called."""
    task = held_task(taking.session, taking.person)
    if task is None or task.id is None:
        return None
    if is_live(taking, task) or may_call_now(taking, task):
        return claim_again(taking, task.id)
    let_go(task)
    taking.session.flush()
    return None


def _claimed(taking: Taking) -> Task | None:
    """The first due task that may be called, under a claim number of its own."""
    task = claim_allowed(taking)
    if task is not None:
        number_claim(taking, task)
    return task


def _taken_at(session: Session, held: Task | None) -> datetime | None:
    """When a task that was held already was taken."""
    return session.get_one(Claim, claim_of(held)).taken_at if held is not None else None


def _recorded_before(session: Session, claim: int, person: Person) -> Recorded | None:
    if not 0 < claim <= LAST_ID:
        raise NothingToDo(f"There is no claim {claim}.", "Take a task first: salesdesk task next")
    attempt = session.exec(_RECORDED, params={"claim": claim}).first()
    if attempt is None or attempt.user_id != person.id:
        return None
    following = session.get(Task, attempt.next_task_id) if attempt.next_task_id else None
    return recorded(session.get_one(Client, attempt.client_id), attempt, following, repeated=True)


def _no_claim(session: Session, claim: int | None) -> NothingToDo:
    """Say that there is no claim to record on, and who has the client if the named one was lost."""
    if claim is None:
        return NothingToDo("You hold no claim.", "Take a task first: salesdesk task next")
    who = how_lost(session, claim)
    if who is None:
        return NothingToDo(f"There is no claim {claim}.", "Take a task first: salesdesk task next")
    return ClaimLost(claim, who)
