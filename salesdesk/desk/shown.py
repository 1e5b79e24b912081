"""What a desk is given to show: the one door through which the screens see clients, tasks and claims.

The pictures are made below, where the rows are; whoever paints them needs to know this room only.
"""

from __future__ import annotations

from salesdesk.work.holding import ClaimLost
from salesdesk.work.views import ClientView, Handed, NothingDue, PastCall, Recorded

__all__ = ["ClaimLost", "ClientView", "Handed", "NothingDue", "PastCall", "Recorded"]
