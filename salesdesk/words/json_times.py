"""How values look in JSON: instants in UTC ending in Z, local times with their offset."""

from __future__ import annotations

from datetime import datetime

from rules.reasons import instant_value
from rules.zonetime import to_local


def instant_text(instant: datetime | None) -> str | None:
    """An instant as ISO 8601 in UTC ending in ``Z``."""
    return instant_value(instant) if instant else None


def local_text(instant: datetime | None, zone: str | None) -> str | None:
    """An instant as ISO 8601 local time with its offset; ``None`` while the zone is not known."""
    return to_local(instant, zone).isoformat() if instant and zone else None
