"""Triggers: what time does to a client with whom nothing happened for a while. Pure, as all of the rules."""

from __future__ import annotations

from datetime import datetime

from rules.allowed import first_allowed
from rules.decide import taker
from rules.durations import delay_text
from rules.ladder import after
from rules.model import RuleSet, Trigger
from rules.reasons import Code, Reason, instant_value
from rules.situation import Decision, Planned, Situation
from rules.windows import home_or


def silent_until(trigger: Trigger, touched_at: datetime, zone: str) -> datetime:
    """When a silence that began at ``touched_at`` (aware UTC) is long enough: calendar days in the client's zone
    first, then elapsed time.
    """
    return after(trigger.silent_for, touched_at, zone)


def fires(  # noqa: PLR0913 - a client's whole situation, as far as silence goes
    rules: RuleSet, status: str, touched_at: datetime, zone: str, now: datetime, *, fired_at: datetime | None = None
) -> Trigger | None:
    """The trigger that is due for a client in ``status``, or ``None``. Of several the one with the longest silence.

    ``touched_at`` is when something last happened with the client, ``fired_at`` when a trigger last moved it (both
    aware UTC): what was due by then is not due again before the client is touched. ``zone`` counts the days.
    """
    due = [(silent_until(trigger, touched_at, zone), trigger) for trigger in rules.triggers if trigger.status == status]
    passed = [(at, trigger) for at, trigger in due if at <= now and (fired_at is None or at > fired_at)]
    return max(passed, key=lambda pair: pair[0])[1] if passed else None


def trigger_decision(rules: RuleSet, trigger: Trigger, situation: Situation, now: datetime) -> Decision:
    """What the trigger does to the client at ``now`` (aware UTC): status and next task, or the end of the deal.

    No button was pressed, so ``outcome`` is empty; misses stay as they are. A promise is never replaced by a trigger
    (docs/architecture.md, invariant 1): whoever calls this leaves clients with one out.
    """
    status = trigger.then.status or situation.status
    stage = {"status": status, "label": rules.statuses[status].label}
    before = {"status": situation.status, "label": rules.statuses[situation.status].label}
    because = [Reason(Code.SILENT, {"silence": delay_text(trigger.silent_for), **before})]
    ended = rules.kind_of(status) != "open"
    following: Planned | None = None
    if ended:
        because.append(Reason(Code.ENDED, stage))
    else:
        following, moves = _next_task(rules, trigger, situation, now)
        if status != situation.status:
            because.append(Reason(Code.STATUS, stage))
        step = {"task": following.kind, "label": rules.tasks[following.kind].label, "at": instant_value(now)}
        because += (Reason(Code.NEXT_DUE, {**step, "zone": home_or(situation.area, rules)}), *moves)
    return Decision(
        outcome="",
        reason=None,
        reached=False,
        status=status,
        status_kind=rules.kind_of(status),
        misses=situation.misses,
        next=following,
        because=tuple(because),
        closed_as=status if ended else None,
    )


def _next_task(
    rules: RuleSet, trigger: Trigger, situation: Situation, now: datetime
) -> tuple[Planned, tuple[Reason, ...]]:
    """The task, wanted now and due at the first allowed instant, and what moved it."""
    allowed = first_allowed(
        rules, situation.area, situation.calls, situation.total_calls, now, closed_days=situation.closed_days
    )
    pool, to = taker(rules, trigger.then, promised=False)
    planned = Planned(trigger.then.task, "planned", now, allowed.at, pool, to, held=allowed.held)
    return planned, allowed.reasons
