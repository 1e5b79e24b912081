"""What an open desk hears and doubts by itself: changes in the base, the clock, its zone tables, a stop (Ctrl-Z)."""

from __future__ import annotations

from salesdesk.access.sitting import Sitting
from salesdesk.storage.changes import Live
from salesdesk.storage.clock_doubt import clock_doubt
from salesdesk.storage.stops import let_stops_wait
from salesdesk.storage.zone_tables import lag_of

__all__ = ["Live", "doubt", "let_stops_wait", "listening"]


def listening(sitting: Sitting) -> Live:
    """Listens for changes in the base; whoever waits on it is told of each."""
    return Live(sitting.database)


def doubt(sitting: Sitting) -> str | None:
    """What is wrong with the machine's clock, or the program's zone tables, in words; ``None`` while both can be
    believed. Raises ``StorageError``.
    """
    return clock_doubt(sitting.database, sitting.clock) or lag_of(sitting.database).doubt
