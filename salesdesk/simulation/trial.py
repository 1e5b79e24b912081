"""The rules that are tried, asked about one recorded call: what they decide, and when they would allow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rules.area import Area
from rules.caps import LOOK_BACK
from rules.decide import decide
from rules.model import RuleSet
from rules.reasons import Code, Reason
from rules.situation import Answer, AnswerMissing, Decision, RuleError, Situation
from salesdesk.places.holidays import closed_days, open_hours
from salesdesk.simulation.record import RecordedCall
from salesdesk.simulation.tally import UnknownTally
from salesdesk.work.planning import allowed_from
from salesdesk.work.situations import Calls

_BY_CAP = (Code.MOVED_BY_CAP, Code.HELD_BY_CAP)


@dataclass(frozen=True, slots=True)
class Before:
    """What had happened with a client before a call: earlier calls (aware UTC, oldest first), how many ever, and the
    misses in a row as the tried rules count them.
    """

    calls: Sequence[datetime]
    total: int
    misses: int

    def recent(self, now: datetime) -> tuple[datetime, ...]:
        """The calls that caps look back to."""
        return tuple(call for call in self.calls if call > now - LOOK_BACK)


@dataclass(frozen=True, slots=True)
class Trial:
    """The tried rules beside those in force, and every area that a call may name."""

    tried: RuleSet
    in_force: RuleSet
    areas: Mapping[int, Area]

    def decision(self, call: RecordedCall, before: Before, unknown: UnknownTally) -> Decision | None:
        """What the tried rules say to what was recorded; counted as unknown when they cannot say.

        Nobody can be asked now for a note or an amount that the tried rules ask for besides. Neither changes what
        follows, so any will do. A promise outside the window was confirmed then.
        """
        if call.status_before not in self.tried.statuses:
            unknown.statuses[call.status_before] += 1
            return None
        answer = Answer(call.outcome, call.reason, call.agreed, amount_minor=0, note="-", anyway=True)
        try:
            return decide(self.tried, self._situation(call, before), answer, call.at)
        except RuleError as fault:
            self._count(call, fault, unknown)
            return None

    def _situation(self, call: RecordedCall, before: Before) -> Situation:
        """The client as the record has it. How many numbers were left is seen from whether a task followed."""
        area = self.areas[call.area_id]
        return Situation(
            client_id=call.client_id,
            status=call.status_before,
            misses=before.misses,
            area=area,
            task_kind=call.task_kind,
            pool=None,  # who would take the next task is not simulated
            calls=before.recent(call.at),
            total_calls=before.total,
            callable_phones=1 if call.next_wanted_at is None else 2,
            closed_days=closed_days(self.tried, area, call.at),
        )

    def _count(self, call: RecordedCall, fault: RuleError, unknown: UnknownTally) -> None:
        outcome = self.tried.outcomes.get(call.outcome)
        if outcome is None:
            unknown.outcomes[call.outcome] += 1
        elif not outcome.fits(call.task_kind, call.status_before):
            unknown.answers[f"{call.outcome}: not offered for {call.task_kind} in {call.status_before}"] += 1
        elif isinstance(fault, AnswerMissing):
            unknown.answers[f"{call.outcome}: needs a {fault.what}"] += 1
        elif call.reason is not None and call.reason not in {reason.id for reason in outcome.reasons}:
            unknown.reasons[f"{call.outcome}/{call.reason}"] += 1
        else:
            unknown.answers[f"{call.outcome}: the agreed time had passed"] += 1

    def allowed(self, call: RecordedCall, before: Before, wanted: datetime) -> datetime | None:
        """When the tried rules would have allowed this call, wanted at an instant; ``None`` for never."""
        calls = Calls(before.recent(wanted), before.total)
        allowed = allowed_from(self.tried, self.areas[call.area_id], wanted, calls)
        return None if allowed.held else allowed.at

    def opening(self, call: RecordedCall, at: datetime) -> datetime | None:
        """The first hour open to a call at ``at`` (aware UTC).

        A call that was made when the rules in force were closed too (one that began late, say) is left where it is.
        """
        area = self.areas[call.area_id]
        table = open_hours(self.tried, area, at)
        if table.is_open(at):
            return at
        if at == call.begun and not open_hours(self.in_force, area, at).is_open(at):
            return at
        return table.next_open(at)


def cap_hit(because: Sequence[Reason]) -> str | None:
    """The cap that moved or holds the next task by a decision's reasons, if one does."""
    return next((str(reason.values["cap"]) for reason in because if reason.code in _BY_CAP), None)
