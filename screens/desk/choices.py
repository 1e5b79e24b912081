"""What happened, step by step: a button, its reason, then what it asks for. Pure; the parts only paint it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules.model import Effect, Outcome, Question, Reason
from salesdesk.desk.answer import PromiseOutside, Said
from salesdesk.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Choosing:
    """How far the person has come in saying what happened."""

    outcomes: tuple[Outcome, ...]
    outcome: Outcome | None = None
    reason: Reason | None = None
    answers: Mapping[Question, str] = field(default_factory=dict)

    @property
    def options(self) -> tuple[Outcome, ...] | tuple[Reason, ...]:
        """What the digits stand for now; none while something is being asked or all is said."""
        if self.outcome is None:
            return self.outcomes
        return self.outcome.reasons if self.reason is None else ()

    @property
    def effect(self) -> Effect | None:
        """What the choice so far does, once it is clear."""
        if self.outcome is None or self.options:
            return None
        return self.reason.effect if self.reason else self.outcome.effect

    @property
    def asking(self) -> Question | None:
        """The question to be answered next."""
        asked = self.effect.ask if self.effect else ()
        return next((question for question in asked if question not in self.answers), None)

    @property
    def complete(self) -> bool:
        """Whether everything is said."""
        return self.effect is not None and self.asking is None

    def press(self, digit: str) -> Choosing:
        """The state after a digit; the same state when the digit stands for nothing."""
        for option in self.options:
            if option.key == digit:
                return replace(self, outcome=option) if isinstance(option, Outcome) else replace(self, reason=option)
        return self

    def pick(self, outcome: str) -> Choosing:
        """The state after choosing an outcome by id."""
        return next((replace(self, outcome=button) for button in self.outcomes if button.id == outcome), self)

    def answer(self, text: str) -> Choosing:
        """The state after answering the present question."""
        return replace(self, answers={**self.answers, self.asking: text}) if self.asking else self

    def unanswer(self) -> Choosing:
        """The state with its last answer taken back, to be asked again."""
        kept = dict(self.answers)
        if kept:
            kept.popitem()
        return replace(self, answers=kept)

    def back(self) -> Choosing:
        """One step back; from the first step nowhere."""
        if self.answers:
            return self.unanswer()
        if self.reason is not None:
            return replace(self, reason=None)
        return replace(self, outcome=None)

    @property
    def path(self) -> str:
        """The button and the reason chosen so far."""
        return " · ".join(option.label for option in (self.outcome, self.reason) if option is not None)

    def said(self, note: str, *, anyway: bool) -> Said:
        """What to record. Raises ``ValueError`` before everything is said."""
        if self.outcome is None or not self.complete:
            raise ValueError("not everything is said yet")
        return Said(
            outcome=self.outcome.id,
            reason=self.reason.id if self.reason else None,
            at=self.answers.get("time"),
            amount=self.answers.get("amount"),
            note=" · ".join(filter(None, (note, self.answers.get("note", "")))),
            anyway=anyway,
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer was not taken, and the text that was refused; ``None`` once that was changed.

    A promise may be confirmed by the same text again.
    """

    fault: BadRequest
    text: str | None = None

    def confirmed_by(self, text: str) -> bool:
        """Whether answering with this text, a second time, means it."""
        return isinstance(self.fault, PromiseOutside) and self.text == text


@dataclass(frozen=True, slots=True)
class Answering:
    """Where saying what happened stands: the choice, the note that goes with it, and what was refused last.

    ``choosing`` is ``None`` without a client; ``noting`` says that the loose note is being written.
    """

    choosing: Choosing | None = None
    note: str = ""
    noting: bool = False
    refusal: Refusal | None = None

    @property
    def asking(self) -> Question | None:
        """The question that the choice asks now."""
        return self.choosing.asking if self.choosing else None

    def choose(self, choosing: Choosing) -> Answering:
        """A step on: what was refused before it is past."""
        return replace(self, choosing=choosing, noting=False, refusal=None)

    def noted(self, text: str) -> Answering:
        """The loose note was written."""
        return replace(self, note=text.strip(), noting=False, refusal=None)

    def back(self) -> Answering:
        """One step back: out of the note, else out of the choice."""
        if self.noting or self.choosing is None:
            return replace(self, noting=False, refusal=None)
        return self.choose(self.choosing.back())

    def again(self, fault: BadRequest | None) -> Answering:
        """Nothing was recorded of what was said: the last step is to be taken anew, and why."""
        if self.choosing is None or not self.choosing.complete:
            return self
        answers = list(self.choosing.answers.values())
        refusal = Refusal(fault, answers[-1] if answers else None) if fault else None
        return replace(self.choose(self.choosing.back()), refusal=refusal)
