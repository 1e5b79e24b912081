"""The decision: what follows an outcome. Pure: a situation and an answer go in, a decision with its reasons comes out.

This is the one place that knows how a button, its reason, the ladder, the call window and the caps work together. The
screen, the command line and the simulator all call :func:`decide`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.allowed import Allowed, first_allowed
from rules.choose import choose
from rules.ladder import after, rung_for, scatter
from rules.model import Delay, Effect, Feed, Ladder, Next, Outcome, RuleSet
from rules.model import Reason as Choice
from rules.reasons import Code, Reason, Value, instant_value
from rules.situation import Agreed, Answer, Decision, OutsideWindow, Planned, RuleError, Situation
from rules.windows import home_or


def decide(rules: RuleSet, situation: Situation, answer: Answer, now: datetime) -> Decision:
    """What follows this answer, for a call that ended at ``now`` (aware UTC).

    Raises :class:`UnknownChoice`, :class:`AnswerMissing` or :class:`OutsideWindow`; each names its mend.
    """
    outcome, reason, effect = choose(rules, situation, answer)
    misses = 0 if outcome.reached else situation.misses + 1
    course = _follow(_Case(rules, situation, answer, effect, misses, now))
    return Decision(
        outcome=outcome.id,
        reason=reason.id if reason else None,
        reached=outcome.reached,
        status=course.status,
        status_kind=rules.kind_of(course.status),
        misses=0 if course.closed_as and course.next else misses,
        next=course.next,
        because=(_said(outcome, reason), *course.because),
        closed_as=course.closed_as,
        dnc=effect.dnc,
        bad_phone=effect.bad_phone,
    )


def _said(outcome: Outcome, choice: Choice | None) -> Reason:
    if choice is None:
        return Reason(Code.OUTCOME, {"outcome": outcome.id, "label": outcome.label})
    said = {"outcome": outcome.id, "label": outcome.label, "reason": choice.id, "reason_label": choice.label}
    return Reason(Code.OUTCOME_REASON, said)


@dataclass(frozen=True, slots=True)
class _Case:
    """One decision being made: what is known, and the effect that the answer chose."""

    rules: RuleSet
    situation: Situation
    answer: Answer
    effect: Effect
    misses: int
    now: datetime

    @property
    def zone(self) -> str:
        return home_or(self.situation.area, self.rules)

    def allowed(self, wanted: datetime) -> Allowed:
        """:func:`first_allowed` with the present call counted."""
        calls = (*self.situation.calls, self.now)
        total, closed = self.situation.total_calls + 1, self.situation.closed_days
        return first_allowed(self.rules, self.situation.area, calls, total, wanted, closed_days=closed)


@dataclass(frozen=True, slots=True)
class _Course:
    """Where the client stands afterwards, the next task, the final status its deal ended in, and why."""

    status: str
    next: Planned | None
    closed_as: str | None
    because: tuple[Reason, ...]


def _follow(case: _Case) -> _Course:
    effect = case.effect
    if effect.dnc or (effect.bad_phone and case.situation.callable_phones <= 1):
        return _ended(case, _status_without_phone(case), (Reason(Code.NO_NUMBER),))
    if effect.ladder is not None:
        return _climb(case, case.rules.ladders[effect.ladder])
    if effect.next is not None:
        return _step(case, effect.next)
    assert effect.status is not None  # what leads nowhere asks for a reason, and every reason leads somewhere
    return _ended(case, effect.status, ())


def _status_without_phone(case: _Case) -> str:
    """The button's own final status, else the one that the rules keep for clients nobody may call."""
    own = case.effect.status
    return own if own and case.rules.kind_of(own) != "open" else case.rules.calling.dnc_status


def _ended(case: _Case, status: str, because: tuple[Reason, ...]) -> _Course:
    ending = Reason(Code.ENDED, {"status": status, "label": case.rules.statuses[status].label})
    return _Course(status, None, status, (*because, ending))


def _climb(case: _Case, ladder: Ladder) -> _Course:
    """A miss: the rung says when; the next task keeps its kind and pool."""
    number, rung = rung_for(ladder, case.misses)
    stands: dict[str, Value] = {"ladder": ladder.id, "rung": number, "of": len(ladder.rungs), "text": rung.text}
    because: tuple[Reason, ...] = (Reason(Code.RUNG, stands),)
    status = case.effect.status or case.situation.status
    if rung.ending is not None:
        return _ended(case, rung.ending, because)
    wanted = after(rung.delay or Delay(), case.now, case.zone)
    allowed = case.allowed(wanted)
    if allowed.at != wanted and ladder.spread:
        because += (*allowed.reasons, Reason(Code.SCATTERED, {"within": ladder.spread}))
        allowed = case.allowed(allowed.at + scatter(ladder.spread, case.situation.client_id, case.misses))
    kind, pool = case.situation.task_kind, case.situation.pool
    planned = Planned(kind, "retry", wanted, allowed.at, pool=pool, held=allowed.held)
    return _Course(status, planned, None, because + allowed.reasons)


def _step(case: _Case, following: Next) -> _Course:
    """A fixed next task, at the agreed time or after its delay; a final status before it closes the deal."""
    rules, status = case.rules, case.effect.status or case.situation.status
    ended = rules.kind_of(status) != "open"
    stage = {"status": status, "label": rules.statuses[status].label}
    closed = (Reason(Code.DEAL_CLOSED, stage),) if ended else ()
    agreed = case.answer.at if "time" in case.effect.ask else None
    wanted = agreed.at if agreed else after(following.after or Delay(), case.now, case.zone)
    allowed = case.allowed(wanted)
    if agreed:
        _check_promise(case, agreed, allowed)
    pool, to = taker(rules, following, promised=agreed is not None)
    feed: Feed = "callback" if agreed else "planned"
    planned = Planned(following.task, feed, wanted, allowed.at, pool, to, agreed, allowed.held)
    because = (*closed, _next(case, planned), *allowed.reasons)
    return _Course(following.status or status, planned, status if ended else None, because)


def _next(case: _Case, planned: Planned) -> Reason:
    """What comes next, and when it was agreed for or is wanted."""
    step = {"task": planned.kind, "label": case.rules.tasks[planned.kind].label}
    if planned.agreed:
        agreed = planned.agreed
        return Reason(Code.NEXT_AGREED, {**step, "at": instant_value(agreed.at), "zone": agreed.zone})
    return Reason(Code.NEXT_DUE, {**step, "at": instant_value(planned.wanted_at), "zone": case.zone})


def taker(rules: RuleSet, following: Next, *, promised: bool) -> tuple[str | None, str | None]:
    """The pool and the person of a next task; a promise is for who gave it, unless the rules say whose it is."""
    pool, to = rules.tasks[following.task].pool, following.to
    if to is None:
        return pool, "me" if promised else None
    if to.startswith("pool:"):
        return to.removeprefix("pool:"), "pool"
    return pool, to


def _check_promise(case: _Case, agreed: Agreed, allowed: Allowed) -> None:
    """A promise is for a time to come at which the client may be called, unless the person confirmed it anyway."""
    if agreed.at <= case.now:
        raise RuleError("That time has passed.", "Give a time to come, for example +2h or tomorrow 10.")
    if allowed.reasons and not case.answer.anyway:
        raise OutsideWindow(agreed, allowed.reasons[-1], None if allowed.held else allowed.at, case.zone)
