"""What an act at the desk ends in: each job of the database, and each key that opens or leaves something.

:func:`screens.desk.transitions.after` says what follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from salesdesk.desk.shown import Handed, NothingDue, Recorded
from salesdesk.desk.today import Today
from salesdesk.errors import SalesdeskError, StorageError

if TYPE_CHECKING:
    from salesdesk.clients.set_zone import ZoneSet


class Work(Enum):
    """What a job is for: a write that waits to be done, a watch that comes round again, or a read to be shown."""

    WRITE = "write"
    WATCH = "watch"
    READ = "read"


class Act(Enum):
    """What a write does; also the name of its group of workers."""

    FETCH = "fetch"
    ANSWER = "answer"
    ZONE = "zone"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Began:
    """A write was begun; ``given_back`` names the client whom it gives back."""

    given_back: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """The desk handed out a client, or said why there is none; ``done`` is what was recorded just before."""

    came: Handed | NothingDue
    done: Recorded | None = None


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """The rules are no longer those of the card, and nothing was written; ``came`` is the same client under the new."""

    came: Handed


@dataclass(frozen=True, slots=True)
class Zoned:
    """The client's zone was set; ``came`` is what is in hand after it: the same client, seen anew."""

    found: ZoneSet
    came: Handed | NothingDue


@dataclass(frozen=True, slots=True)
class OnBreak:
    """A break began at ``since`` (aware UTC); no client is held."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The break is over, after so many minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A job was refused; ``act`` is the write that it was, ``None`` for what only looks."""

    fault: SalesdeskError
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Offline:
    """The storage is away. A write waits and is tried again; a watch comes round by itself."""

    fault: StorageError
    work: Work


@dataclass(frozen=True, slots=True)
class Crashed:
    """A job met a fault of the program itself, here in words."""

    text: str
    work: Work


@dataclass(frozen=True, slots=True)
class Lost:
    """The heartbeat found that a claim is no longer held; ``how`` says why, in words."""

    claim: int
    how: str


@dataclass(frozen=True, slots=True)
class Beat:
    """The heartbeat renewed the claim."""


@dataclass(frozen=True, slots=True)
class Looked:
    """An idle desk looked for work; ``ask`` says to ask for the next task."""

    ask: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of the top line were read."""

    figures: Today


@dataclass(frozen=True, slots=True)
class Doubted:
    """The machine's clock was looked at; ``doubt`` says what is wrong with it, if anything is."""

    doubt: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A part takes the place of the buttons, under ``title``; one for an ``idle`` desk needs no client."""

    part: str
    title: str = ""
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """The open part was left: the buttons stand again."""


@dataclass(frozen=True, slots=True)
class WentOn:
    """Enter, where nothing is typed: stay with the client from before the desk, or leave the one who was lost."""


Result = (
    Began | Came | RulesChanged | Zoned | OnBreak | Ended | Refused | Offline | Crashed | Lost | Beat | Looked
    | Counted | Doubted | Opened | Left | WentOn
)  # fmt: skip
