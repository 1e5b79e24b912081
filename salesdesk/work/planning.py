"""From a wish to a due time: when a client may be called at the earliest.

Every task is planned here, whoever plans it, so that windows, caps and public holidays mean the same everywhere. What
the rules decide after a call asks them itself (:mod:`rules.decide`), for it counts that call too.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from rules.allowed import Allowed, first_allowed
from rules.area import Area
from rules.model import RuleSet
from salesdesk.places.holidays import closed_days
from salesdesk.storage.models import Area as AreaRow
from salesdesk.work.claims import area_of
from salesdesk.work.situations import NO_CALLS, Calls, calls_to


def allowed_from(rules: RuleSet, area: Area, wanted: datetime, calls: Calls = NO_CALLS) -> Allowed:
    """The first instant from ``wanted`` on (aware UTC) at which a client there, called so often, may be called."""
    closed = closed_days(rules, area, wanted)
    return first_allowed(rules, area, calls.recent, calls.total, wanted, closed_days=closed)


def client_allowed_from(  # noqa: PLR0913, PLR0917 - a client, and where it is
    session: Session, rules: RuleSet, client_id: int, area_id: int, wanted: datetime, now: datetime
) -> Allowed:
    """:func:`allowed_from` for a client with the calls made to it so far (``now`` is aware UTC)."""
    area = area_of(session.get_one(AreaRow, area_id))
    return allowed_from(rules, area, wanted, calls_to(session, client_id, now))
