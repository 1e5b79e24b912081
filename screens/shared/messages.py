"""What the desk's jobs and keys say to the screen: each ends in one of these."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from salesdesk.today import Today
from salesdesk.views import Handed, NothingDue, Recorded


@dataclass
class Came(Message):
    """The desk handed out a client, or said why there is none; ``done`` is what was recorded just before."""

    came: Handed | NothingDue
    done: Recorded | None = None


@dataclass
class Counted(Message):
    """The figures of the top line were read."""

    figures: Today


@dataclass
class Looked(Message):
    """An idle desk looked for work, or a busy one sent its heartbeat; ``ask`` says to ask for the next task."""

    ask: bool


@dataclass
class Wanted(Message):
    """A key asked for another screen: ``kpi`` or ``desk``. The app knows how to open it."""

    screen: str


class Stirred(Message):
    """Something in the database may have changed."""


@dataclass
class Doubted(Message):
    """The machine's clock was looked at; ``doubt`` says what is wrong with it, if anything is."""

    doubt: str | None
