"""Replays one client's recorded calls under the tried rules.

Each call is decided on as it was recorded: its time, the status before it and what was said. Only the misses are
counted anew. So a call's new time comes from the recorded call before it, and changes do not add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rules.situation import Decision
from rules.zonetime import wall_at
from salesdesk.simulation.record import RecordedCall, Stretch
from salesdesk.simulation.tally import Tally
from salesdesk.simulation.trial import Before, Trial, cap_hit

NEAR = timedelta(minutes=5)  # a call within this of its time is on time, as for promises


@dataclass(frozen=True, slots=True)
class Plan:
    """The next call as the tried rules planned it (aware UTC), in the area it was planned for."""

    wanted_at: datetime
    due_at: datetime
    area_id: int
    held: bool


@dataclass(slots=True)
class Course:
    """How far one client's replay has come.

    ``plan`` is ``None`` before the first decision, and where something other than a call planned the next one;
    ``undecided`` when the tried rules could not say what follows, ``ended`` when they let the client go.
    ``archived`` and ``archived_recorded`` are the numbers of the calls that did so.
    """

    misses: int = 0
    calls: list[datetime] = field(default_factory=list)
    number: int = 0
    last: RecordedCall | None = None
    plan: Plan | None = None
    undecided: bool = False
    ended: bool = False
    archived: int | None = None
    archived_recorded: int | None = None

    @property
    def before(self) -> Before:
        """What a decision about the next call knows of the earlier ones."""
        return Before(self.calls, len(self.calls), self.misses)


class Replay:
    """Decides on recorded calls again and counts what would have been different in ``tally``."""

    def __init__(self, trial: Trial, stretch: Stretch, version: int) -> None:
        """``version`` is that of the rules in force."""
        self.trial = trial
        self.stretch = stretch
        self.version = version
        self.tally = Tally()

    def client(self, calls: Iterable[RecordedCall]) -> None:
        """Replay the calls to one client, in their order; those before the stretch only count for the caps."""
        course = Course()
        for call in calls:
            if call.at < self.stretch.since:
                course.calls.append(call.at)
            else:
                self._call(course, call)
        if course.last is not None:
            self._finish(course, course.last)

    def _call(self, course: Course, call: RecordedCall) -> None:
        self._take_up(course, call)
        course.number += 1
        tally = self.tally.calls
        tally.recorded += 1
        tally.older += call.rules_version != self.version
        self._count_hour(tally.recorded_hours, call.client_hour)
        begins = None if course.ended else self._begins(course, call)
        self._count_call(course, call, begins)
        if begins is not None:
            self._decide(course, call)
            course.calls.append(call.at)
        if call.kind_after == "archived" and course.archived_recorded is None:
            course.archived_recorded = course.number
        course.last = call

    def _take_up(self, course: Course, call: RecordedCall) -> None:
        """Follow the record where something other than a call changed it: a reopening, a trigger, a merge."""
        last = course.last
        if last is not None and last.next_wanted_at is None:
            self._count_added(course, last, call.at)
            course.ended, course.plan = False, None
        elif last is not None and last.next_wanted_at != call.wanted_at:
            course.plan = None
        if last is None or course.undecided or last.misses_after != call.misses_before:
            course.misses = call.misses_before

    def _begins(self, course: Course, call: RecordedCall) -> datetime | None:
        """When the call would have begun; ``None`` when the rules would have held it.

        A client due later is called then, or at the recorded time if that is later still. One due earlier is called as
        much earlier.
        """
        due = self._due(course, call)
        if due is None:
            return None
        begun = call.begun
        if due > call.due_at:
            begun = max(due, begun)
        elif due < call.due_at:
            begun -= call.due_at - due
        return self.trial.opening(call, begun)

    def _due(self, course: Course, call: RecordedCall) -> datetime | None:
        """When the tried rules have the call due: as they planned it, or where the record's own plan may stand."""
        plan = course.plan
        if plan is None:
            return self.trial.allowed(call, course.before, call.due_at)
        if plan.held:  # whatever let the client go came in time for the recorded call
            return self.trial.allowed(call, course.before, max(plan.wanted_at, call.due_at))
        if plan.area_id != call.area_id:  # planned anew when the client's zone was put right
            return self.trial.allowed(call, course.before, plan.wanted_at)
        return plan.due_at

    def _count_call(self, course: Course, call: RecordedCall, begins: datetime | None) -> None:
        calls, contacts, begun = self.tally.calls, self.tally.contacts, call.begun
        if begins is None:
            calls.dropped += 1
            contacts.lost += call.reached
            return
        hour = call.client_hour if begins == begun else self._hour(call, begins + (call.at - begun))
        self._count_hour(calls.simulated_hours, hour)
        calls.moved += abs(begins - begun) > NEAR
        if not call.reached:
            return
        if course.undecided:
            contacts.undecided += 1
        elif begins > begun + NEAR:
            contacts.later += 1
        else:
            contacts.kept += 1
            contacts.earlier += begins < begun - NEAR

    def _decide(self, course: Course, call: RecordedCall) -> None:
        decision = self.trial.decision(call, course.before, self.tally.unknown)
        course.undecided, course.plan = decision is None, None
        if decision is None:
            return
        course.misses = decision.misses
        course.ended = decision.next is None
        self._count_archived(course, decision)
        planned = decision.next
        if planned is not None:
            course.plan = Plan(planned.wanted_at, planned.due_at, call.area_id, planned.held)
            rule = cap_hit(decision.because)
            if rule is not None:
                self.tally.cap_hits[rule] += 1

    def _count_archived(self, course: Course, decision: Decision) -> None:
        closed_as = decision.closed_as
        if closed_as and course.archived is None and self.trial.tried.kind_of(closed_as) == "archived":
            course.archived = course.number

    def _compare_archived(self, course: Course) -> None:
        tally, recorded, simulated = self.tally.archived, course.archived_recorded, course.archived
        tally.recorded += recorded is not None
        tally.simulated += simulated is not None
        if recorded == simulated:
            tally.same += recorded is not None
        elif simulated is not None and (recorded is None or simulated < recorded):
            tally.earlier += 1
        elif simulated is None and course.ended:
            tally.otherwise += 1
        elif simulated is None and course.undecided:
            tally.unknown += 1
        else:
            tally.later += 1

    def _finish(self, course: Course, last: RecordedCall) -> None:
        self.tally.clients += 1
        self._compare_archived(course)
        if last.next_due_at is None or last.next_due_at > self.stretch.until:
            self._count_added(course, last, self.stretch.until)

    def _count_added(self, course: Course, last: RecordedCall, until: datetime) -> None:
        """Count the call that the tried rules would have planned by ``until`` and the record does not have."""
        plan = course.plan
        if plan is None or plan.held or plan.due_at > until:
            return
        self.tally.calls.added += 1
        self._count_hour(self.tally.calls.simulated_hours, self._hour(last, plan.due_at))

    def _hour(self, call: RecordedCall, at: datetime) -> int | None:
        zone = self.trial.areas[call.area_id].zone
        return wall_at(at, zone).hour if zone else None

    def _count_hour(self, hours: list[int], hour: int | None) -> None:
        if hour is not None:
            hours[hour] += 1
        elif hours is self.tally.calls.recorded_hours:
            self.tally.calls.no_hour += 1
