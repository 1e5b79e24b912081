"""A client's place became known or was corrected: the calling rules of the new area hold for the open task too."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile

from sqlmodel import Session

from rules.area import Area
from rules.model import RuleSet
from rules.reasons import Reason, as_json, from_json
from salesdesk.clients.records import area_row
from salesdesk.models import Client, Task, key_of
from salesdesk.planning import client_allowed_from
from salesdesk.words.codes import Act

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
    if task.fresh_until is not None:
        task.fresh_until += allowed.at - task.due_at
    task.due_at = allowed.at
    before = takewhile(lambda reason: reason.code not in _MOVED_BEFORE, from_json(task.because))
    task.because = as_json((*before, why, *allowed.reasons))
