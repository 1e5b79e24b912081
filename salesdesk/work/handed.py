"""The picture of a task that somebody holds: all that the card shows and the answer is decided by."""

from __future__ import annotations

from datetime import datetime

from rules.reasons import Reason, from_json
from salesdesk.storage.models import Client, Task
from salesdesk.words.codes import Act
from salesdesk.work.claims import Taking, claim_of, feed_now
from salesdesk.work.pictures import card_view, history_of, phone_view
from salesdesk.work.rulebook import Rulebook, zone_of
from salesdesk.work.situations import callable_phones, phones_of
from salesdesk.work.views import Handed


def handed_out(taking: Taking, task: Task, *, held_since: datetime | None = None) -> Handed:
    """The picture of a task that a person holds, with all that the card shows."""
    session, rules = taking.session, taking.book.rules
    client = session.get_one(Client, task.client_id)
    phones = phones_of(session, task.client_id)
    view, usable = card_view(taking, client, task, phones), callable_phones(phones)
    if view.task is None or task.claimed_until is None:
        raise AssertionError(f"task {task.id} was handed out while closed or unclaimed")
    return Handed(
        claim=claim_of(task),
        claimed_until=task.claimed_until,
        client=view,
        task=view.task,
        phone=phone_view(usable[0]) if usable else None,
        history=history_of(session, task.client_id, rules),
        reasons=_why_now(task, taking),
        stage=_stage(taking.book, client.status),
        book=taking.book,
        area=taking.area(client.area_id),
        home_zone=zone_of(taking.person, rules),
        held_since=held_since,
    )


def _why_now(task: Task, taking: Taking) -> tuple[Reason, ...]:
    """Why this client is handed out: the feed, when it fell due, and what planned it."""
    late = int((taking.now - task.due_at).total_seconds())
    return Reason(Act.HANDED_OUT, {"feed": feed_now(task, taking.now), "late": late}), *from_json(task.because)


def _stage(book: Rulebook, status: str) -> tuple[int, int] | None:
    """Which step of its funnel an open status is, and of how many."""
    funnel = book.rules.funnel_of(status)
    return (funnel.statuses.index(status) + 1, len(funnel.statuses)) if funnel else None
