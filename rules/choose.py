"""Which button and reason an answer names, and whether everything that they ask for was given."""

from __future__ import annotations

from rules.model import Effect, Outcome, Question, Reason, RuleSet
from rules.situation import Answer, AnswerMissing, Situation, UnknownChoice


def choose(rules: RuleSet, situation: Situation, answer: Answer) -> tuple[Outcome, Reason | None, Effect]:
    """The button and reason that an answer names, and what they do; checks that everything asked for was given.

    Raises :class:`UnknownChoice` or :class:`AnswerMissing`.
    """
    outcome = rules.outcomes.get(answer.outcome)
    if outcome is None:
        raise UnknownChoice(f'There is no outcome "{answer.outcome}".', f"Use one of: {', '.join(rules.outcomes)}.")
    if not outcome.fits(situation.task_kind, situation.status):
        raise UnknownChoice(
            f'"{outcome.id}" does not fit a task of kind "{situation.task_kind}" in status "{situation.status}".',
            f"It is only for: {', '.join((*outcome.show_for, *outcome.show_in))}.",
        )
    reason = _reason(outcome, answer.reason)
    effect = reason.effect if reason else outcome.effect
    _require(effect, answer)
    return outcome, reason, effect


def _reason(outcome: Outcome, wanted: str | None) -> Reason | None:
    known = ", ".join(reason.id for reason in outcome.reasons)
    if wanted is None:
        if outcome.needs_reason:
            raise AnswerMissing("reason", f'"{outcome.id}" needs a reason.', f"Give --reason, one of: {known}.")
        return None
    for reason in outcome.reasons:
        if reason.id == wanted:
            return reason
    mend = f"Use one of: {known}." if known else f'"{outcome.id}" has no reasons; leave it out.'
    raise UnknownChoice(f'"{outcome.id}" has no reason "{wanted}".', mend)


_ASKED: dict[Question, tuple[str, str]] = {
    "time": ("a time", "--at, for example --at +2h or --at 'tomorrow 10'"),
    "amount": ("an amount", "--amount, for example --amount 1200.50"),
    "note": ("a note", "--note"),
}


def _require(effect: Effect, answer: Answer) -> None:
    given = {"time": answer.at is not None, "amount": answer.amount_minor is not None, "note": bool(answer.note)}
    for question in effect.ask:
        if not given[question]:
            what, option = _ASKED[question]
            raise AnswerMissing(question, f'"{answer.outcome}" asks for {what}.', f"Give {option}.")
