"""Promises: tasks of the feed ``callback``, due at a time that was agreed with the client or that the client asked for.

What holds for them, and where:

- At its time a promise goes to who gave it before everything else of theirs, and before promises that others have left,
  so that one person who is late or away does not make everybody late (:mod:`salesdesk.work.claims`; the rules' order
  places promises among the other feeds, first in the presets).
- Nobody else gets it before ``promise_grace`` has passed, also while its giver is with another client. That holds for a
  giver who is away too: they may be back in time, and their lead is reminded (:mod:`salesdesk.desk.reminders`). The
  promise of somebody who is disabled or has left its pool, and one that is nobody's, goes to anybody at its time.
- Caps and windows win over it: it is then fed at the first allowed instant, and keeps the time that was agreed.
- It is no miss until it was tried: no trigger and no change of the rules replaces it.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from rules.model import RuleSet
from rules.reasons import Reason, as_json
from rules.situation import Agreed
from rules.zonetime import tables_version
from salesdesk.storage.models import Client, Task
from salesdesk.words.codes import Act
from salesdesk.work.opening import wall_text
from salesdesk.work.planning import client_allowed_from


def make_promise(session: Session, rules: RuleSet, task: Task, agreed: Agreed, now: datetime) -> None:
    """Have an open task that nobody holds fall due at the time that the client asked for, as windows and caps allow.

    The task stays whose it is; an ordinary call becomes a callback. ``now`` is aware UTC.
    """
    allowed = client_allowed_from(session, rules, task.client_id, task.area_id, agreed.at, now)
    task.due_at = allowed.at
    task.wanted_at, task.feed, task.fresh_until, task.allowed_by = agreed.at, "callback", None, None
    task.agreed_wall, task.agreed_zone, task.zone_tables = wall_text(agreed), agreed.zone, tables_version()
    task.kind = "callback" if task.kind == "call" else task.kind
    task.because = as_json((Reason(Act.ASKED_FOR), *allowed.reasons))


def prefer_at(client: Client, agreed: Agreed) -> None:
    """Keep the time at which a client asked to be called, as it was said."""
    client.preferred_at, client.preferred_wall, client.preferred_zone = agreed.at, wall_text(agreed), agreed.zone
