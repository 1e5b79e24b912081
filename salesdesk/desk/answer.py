"""From what a person typed to a recorded outcome: the answer is read, decided on and written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from rules.area import Area
from rules.decide import decide
from rules.model import RuleSet
from rules.reasons import Reason, instant_value
from rules.situation import Agreed, Answer, Decision, OutsideWindow, RuleError, Situation
from salesdesk.access.people import Person
from salesdesk.errors import BadRequest
from salesdesk.places.holidays import open_hours
from salesdesk.storage.models import Client, Deal, Task
from salesdesk.words.codes import Act
from salesdesk.words.counted import counted
from salesdesk.words.money import parse_amount
from salesdesk.words.pieces import at_text
from salesdesk.words.reasons import cause_of
from salesdesk.work.claims import Taking
from salesdesk.work.record import Call, record
from salesdesk.work.rulebook import Rulebook, zone_of
from salesdesk.work.situations import phones_of, situation_of
from salesdesk.work.views import Recorded

MAX_NOTE = 4000
LONGEST_CALL = 86_400


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said happened, as typed. ``at`` is a WHEN, ``amount`` in major units, ``seconds`` of talk."""

    outcome: str
    reason: str | None = None
    at: str | None = None
    amount: str | None = None
    note: str = ""
    seconds: int | None = None
    anyway: bool = False


class RulesChanged(BadRequest):
    """The rules are no longer those whose buttons were shown: version ``before`` then, version ``now`` in force."""

    def __init__(self, before: int, now: int) -> None:
        super().__init__(f"The rules have changed since version {before}.", f"Choose by version {now}.")
        self.before, self.now = before, now


class PromiseOutside(BadRequest):
    """A promise outside the call window: the screen asks for a second Enter, the command line for ``--anyway``.

    ``fed_at`` is when such a promise would be fed, in words, or ``None`` when no allowed time is in sight.
    """

    def __init__(self, fault: OutsideWindow) -> None:
        wanted, why = at_text(instant_value(fault.agreed.at), fault.agreed.zone), cause_of([fault.why])
        self.fed_at = at_text(instant_value(fault.nearest), fault.zone) if fault.nearest else None
        near = f"The nearest allowed time is {self.fed_at}" if self.fed_at else "No allowed time is in sight"
        super().__init__(f"The client may not be called {wanted}: {why}.", f"{near}; or confirm yours with --anyway.")


def settle(taking: Taking, task: Task, said: Said) -> Recorded:
    """Record what was said of a claimed task and plan the next one, in the caller's transaction.

    Raises :class:`BadRequest` for an answer that the rules do not allow; nothing is written then.
    """
    session, now, book = taking.session, taking.now, taking.book
    client = session.get_one(Client, task.client_id)
    phones = phones_of(session, task.client_id)
    situation = situation_of(session, book.rules, task, phones, now)
    answer = _answer(taking, situation.area, said)
    try:
        decision, confirmed = _decided(book.rules, situation, answer, now)
    except RuleError as fault:
        raise _as_request(fault) from fault
    if answer.at is not None and (decision.next is None or decision.next.agreed is None):
        raise BadRequest(f'"{said.outcome}" asks for no time.', "Leave --at out, or choose the button that calls back.")
    deal = session.get_one(Deal, task.deal_id)
    if confirmed:
        allowed = Reason(Act.ALLOWED_ANYWAY, {"by": taking.person.name})
        decision = replace(decision, because=(*decision.because, allowed))
    call = Call(session, book, taking.person, client, task, deal, phones, now, said.seconds, confirmed)
    return record(call, answer, decision)


def _decided(rules: RuleSet, situation: Situation, answer: Answer, now: datetime) -> tuple[Decision, bool]:
    """What follows, and whether that took a confirmation: one that was given but not needed counts for nothing."""
    try:
        return decide(rules, situation, replace(answer, anyway=False), now), False
    except OutsideWindow:
        if not answer.anyway:
            raise
        return decide(rules, situation, answer, now), True


def read_when(book: Rulebook, person: Person, area: Area, text: str, now: datetime) -> Agreed:
    """The time that a person typed, in the client's zone or their own. Raises :class:`BadRequest` with examples."""
    from rules.when.parse import parse_when  # its words are not on the way to the first card

    home = zone_of(person, book.rules)
    try:
        return parse_when(text, now=now, client_zone=area.zone, my_zone=home, table=open_hours(book.rules, area, now))
    except RuleError as fault:
        raise _as_request(fault) from fault


def _answer(taking: Taking, area: Area, said: Said) -> Answer:
    if len(said.note) > MAX_NOTE:
        raise BadRequest(f"The note has {len(said.note)} characters.", f"Keep it under {MAX_NOTE}.")
    if said.seconds is not None and not 0 <= said.seconds <= LONGEST_CALL:
        raise BadRequest(
            f"A call cannot last {counted(said.seconds, 'second')}.", f"Give --seconds from 0 to {LONGEST_CALL}."
        )
    book = taking.book
    return Answer(
        outcome=said.outcome,
        reason=said.reason,
        at=read_when(book, taking.person, area, said.at, taking.now) if said.at else None,
        amount_minor=parse_amount(said.amount, book.rules.currency) if said.amount is not None else None,
        note=said.note.strip(),
        anyway=said.anyway,
    )


def _as_request(fault: RuleError) -> BadRequest:
    return PromiseOutside(fault) if isinstance(fault, OutsideWindow) else BadRequest(str(fault), fault.mend)
