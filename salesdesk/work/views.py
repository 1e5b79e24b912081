"""What the screen and the command line show: frozen pictures of a client, a task and a claim, with their JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.area import Area
from rules.model import Outcome
from rules.reasons import Reason, as_json
from salesdesk.words.json_times import instant_text, local_text
from salesdesk.words.reasons import sentences
from salesdesk.work.rulebook import Rulebook


def because_json(reasons: Sequence[Reason]) -> dict[str, list[Any]]:
    """The contract's ``because``, in words, and beside it the same as data."""
    return {"because": list(sentences(reasons)), "because_data": as_json(reasons)}


@dataclass(frozen=True, slots=True)
class PhoneView:
    """A client's number: E.164, as written at home and abroad, its kind, and whether it may not be called."""

    e164: str
    national: str
    international: str
    kind: str
    dnc: bool
    bad: bool

    def as_json(self) -> dict[str, Any]:
        """The contract's phone object."""
        return {"e164": self.e164, "national": self.national, "kind": self.kind, "dnc": self.dnc, "bad": self.bad}


@dataclass(frozen=True, slots=True)
class TaskView:
    """An open task. Instants are aware UTC; ``assignee`` is a user name; ``reasons`` say why it was planned."""

    id: int
    kind: str
    kind_label: str
    feed: str
    due_at: datetime
    wanted_at: datetime
    assignee: str | None
    reasons: tuple[Reason, ...]

    @property
    def because(self) -> tuple[str, ...]:
        """The reasons in words."""
        return sentences(self.reasons)


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client as the contract shows it. ``zone`` and ``local_time`` are ``None`` while the zone is unsure.

    ``rival`` is the worse source that says another time, and its zone.
    """

    id: int
    name: str
    company: str
    phones: tuple[PhoneView, ...]
    emails: tuple[str, ...]
    city: str
    region: str
    country: str
    zone: str | None
    zone_source: str
    zone_candidates: tuple[str, ...]
    now: datetime
    window_open: bool
    closes_at: datetime | None
    status: str
    status_label: str
    status_kind: str
    owner: str | None
    source: str
    misses: int
    attempts: int
    last_attempt_at: datetime | None
    task: TaskView | None
    note: str = ""
    preferred: datetime | None = None
    custom: dict[str, Any] = field(default_factory=dict)
    rival: tuple[str, str] | None = None

    @property
    def zone_sure(self) -> bool:
        """Whether the zone is known."""
        return self.zone is not None

    def as_json(self) -> dict[str, Any]:
        """The contract's client object."""
        task = self.task
        return {
            "id": self.id,
            "name": self.name,
            "company": self.company,
            "phones": [phone.as_json() for phone in self.phones],
            "emails": list(self.emails),
            "city": self.city,
            "region": self.region,
            "country": self.country,
            "zone": self.zone,
            "zone_source": self.zone_source,
            "zone_sure": self.zone_sure,
            "zone_candidates": list(self.zone_candidates),
            "zone_rival": {"source": self.rival[0], "zone": self.rival[1]} if self.rival else None,
            "local_time": local_text(self.now, self.zone),
            "window_open": self.window_open,
            "status": self.status,
            "status_kind": self.status_kind,
            "owner": self.owner,
            "source": self.source,
            "misses": self.misses,
            "attempts": self.attempts,
            "last_attempt_at": instant_text(self.last_attempt_at),
            "open_task": task
            and {
                "id": task.id,
                "kind": task.kind,
                "feed": task.feed,
                "due_at": instant_text(task.due_at),
                "local": local_text(task.due_at, self.zone),
                "assignee": task.assignee,
            },
            "note": self.note,
            "custom": self.custom,
        }


@dataclass(frozen=True, slots=True)
class PastCall:
    """One line of a client's history. ``at`` is aware UTC; labels are those of the rules in force, ids that these do
    not know are shown as they were recorded."""

    at: datetime
    outcome: str
    reason: str | None
    note: str
    manager: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A claimed task with all that the card shows. ``claim`` is the key under which the outcome is recorded once.

    ``home_zone`` is the person's own zone, by which they read the client's clock; ``stage`` is the step of the funnel
    that the status is, and of how many. ``held_since`` (aware UTC) says that the person had the client in hand already.
    """

    claim: int
    claimed_until: datetime
    client: ClientView
    task: TaskView
    phone: PhoneView | None
    history: tuple[PastCall, ...]
    reasons: tuple[Reason, ...]
    stage: tuple[int, int] | None
    book: Rulebook
    area: Area
    home_zone: str
    held_since: datetime | None = None

    @property
    def because(self) -> tuple[str, ...]:
        """The reasons in words."""
        return sentences(self.reasons)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The buttons that fit this task, in the order of the rules."""
        buttons = self.book.rules.outcomes.values()
        return tuple(button for button in buttons if button.fits(self.task.kind, self.client.status))

    def as_json(self) -> dict[str, Any]:
        """The contract's answer of ``task next``."""
        client, task = self.client, self.task
        calling = {
            "e164": self.phone.e164 if self.phone else None,
            "national": self.phone.national if self.phone else None,
            "window_open": client.window_open,
            "closes_at": instant_text(client.closes_at),
        }
        handed = {
            "id": task.id,
            "claim": self.claim,
            "kind": task.kind,
            "feed": task.feed,
            "due_at": instant_text(task.due_at),
            "attempt": client.attempts + 1,
            "misses": client.misses,
            "claimed_until": instant_text(self.claimed_until),
            "preferred": instant_text(client.preferred),
        }
        return {"task": handed, "client": client.as_json(), "calling": calling, **because_json(self.reasons)}


@dataclass(frozen=True, slots=True)
class NothingDue:
    """Why there is nothing to hand out: of the ``waiting`` open tasks that this person may take, ``closed`` are due but
    outside their call window and ``held`` are with somebody else. ``next_due_at`` (aware UTC) is when one comes free;
    ``home_zone`` is the person's own.
    """

    next_due_at: datetime | None
    waiting: int
    closed: int
    held: int = 0
    next_name: str = ""
    home_zone: str = "UTC"

    def as_json(self) -> dict[str, Any]:
        """The contract's answer of ``task next`` when there is none."""
        return {
            "task": None,
            "next_due_at": instant_text(self.next_due_at),
            "waiting": self.waiting,
            "closed": self.closed,
            "held": self.held,
        }


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording an outcome did. ``next_due_at`` is aware UTC, ``next_zone`` the client's zone when it is sure."""

    attempt_id: int
    client_id: int
    client_name: str
    outcome: str
    status: str
    misses: int
    next_kind: str | None
    next_due_at: datetime | None
    next_zone: str | None
    reasons: tuple[Reason, ...]
    repeated: bool = False

    @property
    def because(self) -> tuple[str, ...]:
        """The reasons in words."""
        return sentences(self.reasons)

    def as_json(self) -> dict[str, Any]:
        """The contract's answer of ``task outcome``."""
        following = {
            "task_kind": self.next_kind,
            "due_at": instant_text(self.next_due_at),
            "local": local_text(self.next_due_at, self.next_zone),
        }
        return {
            "attempt_id": self.attempt_id,
            "client_id": self.client_id,
            "status": self.status,
            "misses": self.misses,
            "next": following if self.next_kind else None,
            **because_json(self.reasons),
        }
