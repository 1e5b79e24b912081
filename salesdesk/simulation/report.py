"""What a simulation found: the figures, and in plain sentences what the record cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rules.model import RuleSet
from salesdesk.simulation.record import Stretch
from salesdesk.simulation.tally import Tally
from salesdesk.words.counted import counted
from salesdesk.words.json_times import instant_text


@dataclass(frozen=True, slots=True)
class Simulation:
    """The record of a stretch beside the same calls under the tried ``rules``. ``version`` is that in force."""

    stretch: Stretch
    rules: RuleSet
    version: int
    tally: Tally

    @property
    def calls_simulated(self) -> int:
        """How many calls the tried rules would have made for certain."""
        calls = self.tally.calls
        return calls.recorded - calls.dropped + calls.added

    def as_json(self) -> dict[str, Any]:
        """The contract's object."""
        tally = self.tally
        calls, archived, contacts, unknown = tally.calls, tally.archived, tally.contacts, tally.unknown
        hours = zip(range(24), calls.recorded_hours, calls.simulated_hours, strict=True)
        return {
            "period": {"from": instant_text(self.stretch.since), "to": instant_text(self.stretch.until)},
            "clients": tally.clients,
            "calls": {
                "recorded": calls.recorded,
                "simulated": self.calls_simulated,
                "moved": calls.moved,
                "dropped": calls.dropped,
                "added": calls.added,
            },
            "calls_per_hour": [{"hour": hour, "recorded": was, "simulated": now} for hour, was, now in hours],
            "archived": {
                "recorded": archived.recorded,
                "simulated": archived.simulated,
                "earlier": archived.earlier,
                "later": archived.later,
                "same": archived.same,
                "otherwise": archived.otherwise,
                "unknown": archived.unknown,
            },
            "cap_hits": dict(tally.cap_hits),
            "contacts": {
                "kept": contacts.kept,
                "kept_earlier": contacts.earlier,
                "lost": contacts.lost,
                "unknown": contacts.later + contacts.undecided,
                "gained": None,
            },
            "unknown": {
                "calls": unknown.calls,
                "outcomes": dict(unknown.outcomes),
                "reasons": dict(unknown.reasons),
                "statuses": dict(unknown.statuses),
                "answers": dict(unknown.answers),
            },
            "notes": list(self.notes()),
            "compared_with": self.version,
        }

    def notes(self) -> Iterator[str]:
        """What these figures cannot say, a sentence each."""
        tally = self.tally
        calls, archived, contacts, unknown = tally.calls, tally.archived, tally.contacts, tally.unknown
        yield (
            "Each call is judged from the recorded call before it, and what was said is taken as said; "
            "changes over several calls do not add up."
        )
        yield "What a call at another time would have brought is not in the record: contacts gained cannot be known."
        told = (
            (
                contacts.earlier,
                "kept contact",
                "would have come earlier; whether the client had answered is not known.",
            ),
            (contacts.later, "contact", "would have come later; whether the client had answered is not known."),
            (contacts.undecided, "contact", "whose call before these rules cannot decide on: the time is not known."),
            (calls.added, "call", "would be added; what comes of that is not known, so none that follows is here."),
            (
                archived.later,
                "archived client",
                "would not have been archived by then; when that would be, if ever, is not known.",
            ),
            (archived.unknown, "archived client", "had a last call that these rules cannot decide on."),
            (unknown.calls, "call", "said what these rules do not know, or too little; followed as recorded."),
            (calls.older, "call", "recorded under another version than that in force; that makes differences too."),
            (calls.no_hour, "call", "in no hour: the client's time zone was not sure."),
        )
        yield from (f"{counted(count, noun)} {rest}" for count, noun, rest in told if count)
        yield from self._left_out()

    def _left_out(self) -> Iterator[str]:
        rules = self.rules
        if rules.triggers:
            yield "Triggers are not replayed: only calls move clients here."
        if any(outcome.effect.bad_phone for outcome in rules.outcomes.values()):
            yield "Whether a wrong number was the client's last is taken from what followed in the record."
