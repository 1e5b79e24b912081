"""The decision: what follows an outcome. Pure: a situation and an answer go in, a decision with its reasons comes out.

This is the one place that knows how a button, its reason, the ladder, the call window and the caps work together. The
screen, the command line, the HTTP intake and the simulator all call :func:`decide`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.allowed import first_allowed, local_text
from rules.choose import choose
from rules.durations import delay_text
from rules.ladder import after, rung_for, scatter
from rules.model import Delay, Effect, Feed, Ladder, Next, RuleSet
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
        because=(f"{outcome.label}: {reason.label}" if reason else outcome.label, *course.because),
        closed_as=course.closed_as,
        dnc=effect.dnc,
        bad_phone=effect.bad_phone,
    )


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

    def allowed(self, wanted: datetime) -> tuple[datetime, tuple[str, ...]]:
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
    because: tuple[str, ...]


def _follow(case: _Case) -> _Course:
    effect = case.effect
    if effect.dnc or (effect.bad_phone and case.situation.callable_phones <= 1):
        return _ended(case, _status_without_phone(case), ("no callable number is left",))
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


def _ended(case: _Case, status: str, because: tuple[str, ...]) -> _Course:
    return _Course(status, None, status, (*because, f'status "{case.rules.statuses[status].label}" ends it'))


def _climb(case: _Case, ladder: Ladder) -> _Course:
    """A miss: the rung says when; the next task keeps its kind and pool."""
    number, rung = rung_for(ladder, case.misses)
    because: tuple[str, ...] = (f'ladder "{ladder.id}", rung {number} of {len(ladder.rungs)}: {rung.text}',)
    status = case.effect.status or case.situation.status
    if rung.ending is not None:
        return _ended(case, rung.ending, because)
    wanted = after(rung.delay or Delay(), case.now, case.zone)
    due, moves = case.allowed(wanted)
    if due != wanted and ladder.spread:
        because += (*moves, f"scattered within {delay_text(Delay(seconds=ladder.spread))} of that")
        due, moves = case.allowed(due + scatter(ladder.spread, case.situation.client_id, case.misses))
    planned = Planned(case.situation.task_kind, "retry", wanted, due, pool=case.situation.pool)
    return _Course(status, planned, None, because + moves)


def _step(case: _Case, following: Next) -> _Course:
    """A fixed next task, at the agreed time or after its delay; a final status before it closes the deal."""
    rules, status = case.rules, case.effect.status or case.situation.status
    ended = rules.kind_of(status) != "open"
    because: tuple[str, ...] = (f'deal closed as "{rules.statuses[status].label}"',) if ended else ()
    agreed = case.answer.at if "time" in case.effect.ask else None
    wanted = agreed.at if agreed else after(following.after or Delay(), case.now, case.zone)
    due, moves = case.allowed(wanted)
    if agreed:
        _check_promise(case, agreed, due, moves)
    when = f"agreed for {local_text(agreed.at, agreed.zone)}" if agreed else f"due {local_text(wanted, case.zone)}"
    because += (f'next "{rules.tasks[following.task].label}", {when}', *moves)
    pool, to = taker(rules, following, promised=agreed is not None)
    feed: Feed = "callback" if agreed else "planned"
    planned = Planned(following.task, feed, wanted, due, pool, to, agreed)
    return _Course(following.status or status, planned, status if ended else None, because)


def taker(rules: RuleSet, following: Next, *, promised: bool) -> tuple[str | None, str | None]:
    """The pool and the person of a next task; a promise is for who gave it, unless the rules say whose it is."""
    pool, to = rules.tasks[following.task].pool, following.to
    if to is None:
        return pool, "me" if promised else None
    if to.startswith("pool:"):
        return to.removeprefix("pool:"), "pool"
    return pool, to


def _check_promise(case: _Case, agreed: Agreed, nearest: datetime, moves: tuple[str, ...]) -> None:
    """A promise is for a time to come at which the client may be called, unless the person confirmed it anyway."""
    if agreed.at <= case.now:
        raise RuleError("That time has passed.", "Give a time to come, for example +2h or tomorrow 10.")
    if moves and not case.answer.anyway:
        held = moves[-1].startswith("held")
        why = moves[-1].partition(": ")[2]
        wanted = local_text(agreed.at, agreed.zone)
        raise OutsideWindow(wanted, why, None if held else local_text(nearest, case.zone), nearest)
