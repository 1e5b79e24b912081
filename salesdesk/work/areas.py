"""A client's place became known or was corrected: the calling rules of the new area hold for the open task too."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile

from sqlmodel import Session, select

from rules.area import Area
from rules.model import RuleSet
from rules.reasons import Reason, as_json, from_json
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Client, Task, key_of
from salesdesk.words.codes import Act
from salesdesk.work.planning import client_allowed_from, move_due

_MOVED_BEFORE = (Act.PLACE_KNOWN, Act.ZONE_SET)


def move_to(session: Session, client: Client, task: Task | None, area: Area) -> None:
    """Put the client and its open task, if there is one, into an area. The task is still to be planned anew."""
    client.area_id = key_of(area_row(session, area))
    if task is not None:
        task.area_id = client.area_id


def plan_anew(session: Session, rules: RuleSet, task: Task, now: datetime, why: Reason) -> None:
    """Have an open task fall due when windows and caps allow it, from what was wanted; ``now`` is aware UTC.

    ``why`` takes the place of what an earlier move to another place said. A task in somebody's hands is left as it is:
    who holds one calls now.
    """
    if task.claimed_by is not None:
        return
    allowed = client_allowed_from(session, rules, task.client_id, task.area_id, task.wanted_at, now)
    move_due(task, allowed.at)
    before = takewhile(lambda reason: reason.code not in _MOVED_BEFORE, from_json(task.because))
    task.because = as_json((*before, why, *allowed.reasons))


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
