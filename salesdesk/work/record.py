"""Recording an outcome: the rows that one decision changes, written together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from rules.reasons import as_json, from_json
from rules.situation import Answer, Decision
from rules.zonetime import wall_at
from salesdesk.access.people import Person
from salesdesk.storage.models import Attempt, Client, Deal, Phone, Task, key_of
from salesdesk.work.claims import claim_of
from salesdesk.work.follow import Step, follow
from salesdesk.work.rulebook import Rulebook
from salesdesk.work.situations import callable_phones, calls_to
from salesdesk.work.suppression import suppress
from salesdesk.work.views import Recorded


@dataclass(frozen=True, slots=True)
class Call:
    """A finished call, as it is about to be recorded. ``now`` (aware UTC) is when it ended; ``confirmed`` says that the
    person allowed a promise outside the client's hours.
    """

    session: Session
    book: Rulebook
    person: Person
    client: Client
    task: Task
    deal: Deal
    phones: list[Phone]
    now: datetime
    seconds: int | None = None
    confirmed: bool = False

    @property
    def step(self) -> Step:
        """The call as a step of its client."""
        return Step(
            self.session,
            self.book.rules,
            self.client,
            self.task,
            self.deal,
            self.now,
            "outcome",
            person_id=self.person.id,
            allowed_by=self.person.id if self.confirmed else None,
        )


def record(call: Call, answer: Answer, decision: Decision) -> Recorded:
    """Write the attempt, close the task, open the next and move deal and status, in the caller's transaction."""
    attempt = _attempt(call, answer, decision)
    _mark_phones(call, decision)
    if answer.amount_minor is not None:
        call.deal.amount_minor, call.deal.currency = answer.amount_minor, call.book.rules.currency
    if _becomes_theirs(call):
        call.client.owner_id = call.person.id
    following = follow(call.step, decision)
    call.client.touched_at = call.now
    attempt.next_task_id = key_of(following) if following else None
    call.session.add(attempt)
    call.session.flush()
    return recorded(call.client, attempt, following)


def _becomes_theirs(call: Call) -> bool:
    """Whether the client becomes the caller's: it arrived singly in a pool that gives its clients out, nobody has
    called it before, and whom it was given to, if anybody was there, let the grace pass.
    """
    client, task = call.client, call.task
    if task.pool not in call.book.rules.sharing_pools or client.import_id is not None:
        return False
    return client.owner_id != call.person.id and calls_to(call.session, task.client_id, call.now).total == 0


def recorded(client: Client, attempt: Attempt, following: Task | None, *, repeated: bool = False) -> Recorded:
    """What a recorded attempt did; the same however often it is asked."""
    return Recorded(
        attempt_id=key_of(attempt),
        client_id=attempt.client_id,
        client_name=client.name,
        outcome=attempt.outcome,
        status=attempt.status_after,
        misses=attempt.misses_after,
        next_kind=following.kind if following else None,
        next_due_at=following.due_at if following else None,
        next_zone=client.zone,
        reasons=from_json(attempt.because),
        repeated=repeated,
    )


def _attempt(call: Call, answer: Answer, decision: Decision) -> Attempt:
    client, task, rules = call.client, call.task, call.book.rules
    usable = callable_phones(call.phones)
    return Attempt(
        claim_id=claim_of(task),
        client_id=task.client_id,
        deal_id=key_of(call.deal),
        user_id=call.person.id,
        task_id=key_of(task),
        phone=usable[0].e164 if usable else "",
        at=call.now,
        seconds=call.seconds,
        feed=task.feed,
        wanted_at=task.wanted_at,
        due_at=task.due_at,
        outcome=decision.outcome,
        reason=decision.reason,
        reached=decision.reached,
        note=answer.note,
        amount_minor=answer.amount_minor,
        currency=rules.currency if answer.amount_minor is not None else None,
        status_before=client.status,
        status_after=decision.status,
        closed_as=decision.closed_as,
        kind_after=rules.kind_of(decision.closed_as or decision.status),
        misses_before=client.misses,
        misses_after=decision.misses,
        owner_before=client.owner_id,
        because=as_json(decision.because),
        rules_version=call.book.version,
        team_day=wall_at(call.now, rules.working.zone).date(),
        client_hour=wall_at(call.now, client.zone).hour if client.zone else None,
    )


def _mark_phones(call: Call, decision: Decision) -> None:
    """A wrong number is marked on that number; a wish not to be called holds for every number of the client."""
    usable = callable_phones(call.phones)
    if decision.bad_phone and usable:
        usable[0].bad = True
    if decision.dnc:
        for phone in call.phones:
            phone.dnc = True
            suppress(call.session, phone.e164, user_id=call.person.id, why=decision.outcome, now=call.now)
