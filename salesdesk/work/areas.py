"""A client's place became known or was corrected: the calling rules of the new area hold for the open task too."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile

from sqlmodel import Session, select

from rules.allowed import first_allowed
from rules.area import Area
from rules.model import RuleSet
from salesdesk.places.holidays import closed_days
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Client, Task, key_of
from salesdesk.work.claims import area_of
from salesdesk.work.situations import calls_to

PLACE_KNOWN = "the client's place became known"
ZONE_SET = "the client's zone was set"


def move_to(session: Session, client: Client, task: Task | None, area: Area) -> None:
    """Put the client and its open task, if there is one, into an area. The task is still to be planned anew."""
    client.area_id = key_of(area_row(session, area))
    if task is not None:
        task.area_id = client.area_id


def plan_anew(session: Session, rules: RuleSet, task: Task, now: datetime, why: str) -> None:
    """Have an open task fall due when windows and caps allow it, from what was wanted; ``now`` is aware UTC.

    ``why`` is :data:`PLACE_KNOWN` or :data:`ZONE_SET`; it takes the place of what an earlier move said. A task in
    somebody's hands is left as it is: who holds one calls now.
    """
    if task.claimed_by is not None:
        return
    area = area_of(session.get_one(AreaRow, task.area_id))
    calls, total = calls_to(session, task.client_id, now)
    closed = closed_days(rules, area, task.wanted_at)
    due, moves = first_allowed(rules, area, calls, total, task.wanted_at, closed_days=closed)
    if task.fresh_until is not None:
        task.fresh_until += due - task.due_at
    task.due_at = due
    said = takewhile(lambda reason: reason not in (PLACE_KNOWN, ZONE_SET), task.because)
    task.because = [*said, why, *moves]


def area_row(session: Session, area: Area) -> AreaRow:
    """The row of an area, made when it is new."""
    country, region, zones = area.country or "", area.region or "", ",".join(area.zones)
    query = select(AreaRow).where(AreaRow.country == country, AreaRow.region == region, AreaRow.zones == zones)
    row = session.exec(query).first()
    if row is None:
        row = AreaRow(country=country, region=region, zones=zones)
        session.add(row)
        session.flush()
    return row
