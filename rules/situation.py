"""What goes into a decision and what comes out of it, and the faults an answer can have. All instants are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rules.area import Area
from rules.model import Feed, Question, StatusKind
from rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class Agreed:
    """A time agreed with the client: the instant (aware UTC), the wall time that was said and whose clock it was."""

    at: datetime
    wall: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision may depend on, as it stands when the call ends.

    ``calls`` are the client's earlier calls of the last :data:`rules.caps.LOOK_BACK` (aware UTC, undone ones left
    out, this call not among them), ``total_calls`` all there ever were. ``callable_phones`` counts the numbers that
    may still be called, this one included. ``closed_days`` are the public holidays where the client is, for two months
    ahead; they count only where the rules say ``holidays = true``.
    """

    client_id: int
    status: str
    misses: int
    area: Area
    task_kind: str
    pool: str | None
    calls: tuple[datetime, ...] = ()
    total_calls: int = 0
    callable_phones: int = 1
    closed_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person at the desk said. ``anyway`` confirms a promise outside the call window."""

    outcome: str
    reason: str | None = None
    at: Agreed | None = None
    amount_minor: int | None = None
    note: str = ""
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """The next task. ``wanted_at`` is what the ladder or the client asked for, ``due_at`` what windows and caps allow
    (both aware UTC). ``to`` is ``owner``, ``me`` (who made the call), a user's name, ``pool`` for anybody in ``pool``
    (``None``: everybody), or ``None`` where the rules name nobody: then the client's owner comes first. One that is
    ``held`` is never handed out as things stand.
    """

    kind: str
    feed: Feed
    wanted_at: datetime
    due_at: datetime
    pool: str | None = None
    to: str | None = None
    agreed: Agreed | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say. ``status`` is where the client stands afterwards; ``closed_as`` is the final status in
    which the present deal ended, if it did (it differs from ``status`` when a new deal opens at once).
    """

    outcome: str
    reason: str | None
    reached: bool
    status: str
    status_kind: StatusKind
    misses: int
    next: Planned | None
    because: tuple[Reason, ...]
    closed_as: str | None = None
    dnc: bool = False
    bad_phone: bool = False


class RuleError(ValueError):
    """An answer that the rules do not allow. ``mend`` says what to give instead."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.mend = mend


class UnknownChoice(RuleError):
    """The rule set has no such outcome or reason."""


class AnswerMissing(RuleError):
    """The button asks for something that was not given; ``what`` is ``reason``, ``time``, ``amount`` or ``note``."""

    def __init__(self, what: Question | str, message: str, mend: str) -> None:
        super().__init__(message, mend)
        self.what = what


class OutsideWindow(RuleError):
    """An agreed time at which the client may not be called, and why; ``nearest`` is the first allowed instant after it
    (aware UTC), read in the client's ``zone``, or ``None`` when none is in sight.
    """

    def __init__(self, agreed: Agreed, why: Reason, nearest: datetime | None, zone: str) -> None:
        super().__init__("The client may not be called at the agreed time.", "Agree on another, or confirm this one.")
        self.agreed, self.why, self.nearest, self.zone = agreed, why, nearest, zone
