"""The zones that a person may mean by what they type during a call. Its places take a moment to load."""

from __future__ import annotations

from salesdesk.places.zone_choices import ZoneChoice, zone_choices

__all__ = ["ZoneChoice", "zone_choices"]
