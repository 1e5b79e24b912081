"""The rule set as frozen dataclasses: what an admin may decide, checked and resolved.

:func:`rules.file.load.load` builds these from TOML; nothing else constructs them outside tests. Ids are short
lower-case
words (``no-answer``); labels are what people read and may be in any language. Durations are a :class:`Delay`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

StatusKind = Literal["open", "won", "lost", "archived"]
Question = Literal["time", "amount", "note"]
Feed = Literal["callback", "incoming", "retry", "planned"]
UnknownZone = Literal["intersection", "home", "hold"]
Incoming = Literal["anyone", "round-robin", "least-loaded"]

FEEDS: tuple[Feed, ...] = ("callback", "incoming", "retry", "planned")
WEEKDAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Delay:
    """How long to wait: calendar days at the same local wall time first, then elapsed seconds.

    ``1d12h`` is ``Delay(days=1, seconds=43200)``; ``2w`` is ``Delay(days=14)``: docs/architecture.md, invariant 5.
    """

    days: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a local day in seconds after midnight; ``start`` is inside, ``end`` is outside (24:00 is 86400)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """Allowed hours for each weekday, Monday first: seven tuples of ordered spans that do not overlap."""

    days: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Caps:
    """How often one client may be called, by any number and any person. ``None`` means no such cap.

    ``max_per_day``, ``max_per_week`` (Monday first) and ``max_per_month`` count in the client's local calendar;
    ``max_per_24h`` counts elapsed time; ``min_gap`` is in seconds.
    """

    max_per_day: int | None = None
    max_per_24h: int | None = None
    max_per_week: int | None = None
    max_per_month: int | None = None
    max_total: int | None = None
    min_gap: int | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """Calling rules of one country (``US``) or country-region (``US-FL``), with what it lacks already inherited."""

    where: str
    window: Window
    caps: Caps


@dataclass(frozen=True, slots=True)
class Calling:
    """When clients may be called, in their own local time. ``holidays``: the client's public holidays are closed."""

    window: Window
    caps: Caps
    regions: Mapping[str, Region]
    unknown_zone: UnknownZone
    dnc_status: str
    holidays: bool = False


@dataclass(frozen=True, slots=True)
class Working:
    """The team's home zone (an IANA name) and its own working hours there."""

    zone: str
    hours: Window


@dataclass(frozen=True, slots=True)
class FeedRules:
    """The order in which due tasks are handed out, and who may take whose. Durations in seconds."""

    order: tuple[Feed, ...] = FEEDS
    fresh_for: int = 30 * 60
    owner_grace: int = 2 * 3600
    promise_grace: int = 10 * 60
    claim_minutes: int = 10
    undo_seconds: int = 60
    skips_per_shift: int = 3


@dataclass(frozen=True, slots=True)
class Status:
    """A stage that a client can be in. The first ``open`` one listed is a new client's."""

    id: str
    label: str
    kind: StatusKind


@dataclass(frozen=True, slots=True)
class Funnel:
    """An ordered path of open statuses."""

    id: str
    label: str
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """A named group of people that work is given to; with a ``lead`` (a user's name) it is a team.

    ``incoming`` says who gets a client that arrives singly: ``anyone`` who asks for work next, each member at their
    desk in turn (``round-robin``), or the one of them with the least to do now (``least-loaded``).
    """

    id: str
    label: str
    lead: str | None = None
    incoming: Incoming = "anyone"


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of next step, and the pool that does it (``None``: everybody)."""

    id: str
    label: str
    pool: str | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: either a delay or the id of a final status that ends it."""

    text: str
    delay: Delay | None = None
    ending: str | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """What to do after the 1st, 2nd, ... miss in a row. ``spread`` scatters moved calls, in seconds."""

    id: str
    rungs: tuple[Rung, ...]
    spread: int = 0


@dataclass(frozen=True, slots=True)
class Next:
    """A fixed next task: its kind, how long from now, the open status to stand in, and who takes it.

    ``to`` is ``owner``, ``pool``, ``pool:NAME`` or a user's name; ``None`` leaves it to the task kind's pool.
    """

    task: str
    after: Delay | None = None
    status: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a button or a reason does. A reason's effect already holds what it inherits from its outcome."""

    ask: tuple[Question, ...] = ()
    ladder: str | None = None
    status: str | None = None
    next: Next | None = None
    dnc: bool = False
    bad_phone: bool = False

    @property
    def leads_on(self) -> bool:
        """Whether this alone settles what happens next (a ladder, a task, or a status that ends it)."""
        return bool(self.ladder or self.next or self.status)


@dataclass(frozen=True, slots=True)
class Reason:
    """A sub-choice of an outcome, with its own logic."""

    id: str
    label: str
    key: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Outcome:
    """A button: what happened on the call. ``show_for`` limits it to task kinds, ``show_in`` to statuses (empty: always
    shown).
    """

    id: str
    label: str
    key: str
    reached: bool
    effect: Effect
    reasons: tuple[Reason, ...] = ()
    reasons_required: bool = False
    show_for: tuple[str, ...] = ()
    show_in: tuple[str, ...] = ()

    def fits(self, task_kind: str, status: str) -> bool:
        """Whether the button is shown for a task of this kind with a client in this status."""
        return (not self.show_for or task_kind in self.show_for) and (not self.show_in or status in self.show_in)

    @property
    def needs_reason(self) -> bool:
        """Whether a reason must be given: asked for by the rules, or nothing would follow without one."""
        return self.reasons_required or not self.effect.leads_on


@dataclass(frozen=True, slots=True)
class Trigger:
    """Time moves statuses: a client in ``status`` with whom nothing happened for ``silent_for`` goes to the status and
    gets the task of ``then`` (a ``None`` status stays). A trigger never replaces a promise.
    """

    status: str
    silent_for: Delay
    then: Next


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The whole configuration, ready to decide with. Mappings keep the order of the file."""

    currency: str
    feed: FeedRules
    calling: Calling
    working: Working
    statuses: Mapping[str, Status]
    funnels: Mapping[str, Funnel]
    tasks: Mapping[str, TaskKind]
    ladders: Mapping[str, Ladder]
    outcomes: Mapping[str, Outcome]
    pools: Mapping[str, Pool] = field(default_factory=dict)
    triggers: tuple[Trigger, ...] = ()

    @property
    def first_status(self) -> str:
        """The status of a new client: the first ``open`` one listed."""
        return next(s.id for s in self.statuses.values() if s.kind == "open")

    @property
    def sharing_pools(self) -> tuple[str, ...]:
        """The pools that give a client who arrives singly to one of their members."""
        return tuple(pool.id for pool in self.pools.values() if pool.incoming != "anyone")

    def kind_of(self, status: str) -> StatusKind:
        """The kind of a status id. Raises ``KeyError`` when the rules have no such status."""
        return self.statuses[status].kind

    def funnel_of(self, status: str) -> Funnel | None:
        """The first funnel that an open status belongs to, or ``None``."""
        return next((f for f in self.funnels.values() if status in f.statuses), None)
