"""Where the desk is. One phase at a time, and each knows what only it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from salesdesk.errors import BadRequest, StorageError


@dataclass(frozen=True, slots=True)
class Starting:
    """The next client is asked for: when the desk opens, and whenever nobody is in hand. Entering it asks."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A client is in hand and may be answered for; ``refused`` is why the last answer was not taken.

    ``tries`` counts the heartbeats that found no storage since the last that did.
    """

    refused: BadRequest | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Writing:
    """Something is being written: no key marks anything."""


@dataclass(frozen=True, slots=True)
class Away:
    """The person is on a break since then (aware UTC)."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The client was taken away before what was ``said`` of them could be recorded: it stays to be read."""

    how: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is in hand; the next task falls due then (aware UTC), if any does. ``tries`` as in :class:`Ready`."""

    next_due: datetime | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Offline:
    """What was to be written waits for the storage, and was tried so often."""

    tries: int
    fault: StorageError


Phase = Starting | Ready | Writing | Away | Lost | Idle | Offline
