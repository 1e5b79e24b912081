"""Where a client in hand meets a button, and where presses and the passing of time can take them from there.

A place is a status with the kind of the open task. Invariant 9 (docs/architecture.md) asks that every place in which a
client is, or into which one can come, has a button.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from rules.model import Outcome, RuleSet, Trigger

Place = tuple[str, str]
"""Where a client can be met: a status, and the kind of its task."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What leads from place to place: the buttons, the triggers, and the statuses and kinds of tasks that there are.

    ``opened`` are the open statuses: nobody is met in any other.
    """

    outcomes: Collection[Outcome]
    triggers: Collection[Trigger]
    opened: Collection[str]
    kinds: Collection[str]

    @property
    def always(self) -> bool:
        """Whether some button is shown everywhere, so that no place can be without one."""
        return any(not (outcome.show_for or outcome.show_in) for outcome in self.outcomes)

    def bare(self, place: Place) -> bool:
        """Whether a client is met there and no button is shown."""
        status, kind = place
        return not any(outcome.fits(kind, status) for outcome in self.outcomes)

    def reached(self, starts: Iterable[Place]) -> dict[Place, None]:
        """Every place that a client of one of these can come to, those of the start among them, in a stable order.

        Places that are none (a final status, a kind that is gone) are left out.
        """
        seen: dict[Place, None] = {}
        waiting = list(starts)
        while waiting:
            place = waiting.pop()
            if place not in seen and place[0] in self.opened and place[1] in self.kinds:
                seen[place] = None
                waiting.extend(self._next(place))
        return seen

    def dead_end(self, place: Place) -> Place | None:
        """The place without a button that a client at ``place`` is at or can come to; ``None`` where there is none."""
        if self.always:
            return None
        return next((other for other in self.reached([place]) if self.bare(other)), None)

    def _next(self, place: Place) -> Iterator[Place]:
        status, kind = place
        for outcome in self.outcomes:
            if outcome.fits(kind, status):
                for effect in (outcome.effect, *(reason.effect for reason in outcome.reasons)):
                    if effect.ladder:
                        yield effect.status or status, kind
                    if effect.next:
                        yield effect.next.status or effect.status or status, effect.next.task
        for trigger in self.triggers:
            if trigger.status == status:
                yield trigger.then.status or status, trigger.then.task


def ways_of(rules: RuleSet) -> Ways:
    """The ways of a rule set."""
    opened = tuple(status.id for status in rules.statuses.values() if status.kind == "open")
    return Ways(tuple(rules.outcomes.values()), rules.triggers, opened, tuple(rules.tasks))
