"""Ending the work with a client from outside a call: nobody may call them any more, or they are to be forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from rules.model import RuleSet
from rules.situation import Decision
from salesdesk.storage.models import Client, Deal, Task
from salesdesk.work.follow import Step, follow


def end_work(  # noqa: PLR0913, PLR0917 - a client, what is under way with it, and why it ends
    session: Session, rules: RuleSet, client: Client, task: Task, now: datetime, by: str
) -> None:
    """Close the client's locked open task and deal, and put the client into the rules' ``dnc_status``.

    ``by`` is a word of ``Task.closed_by``. Who had the client in hand loses it: their outcome then says so.
    """
    status = rules.calling.dnc_status
    decision = Decision(
        outcome="",
        reason=None,
        reached=False,
        status=status,
        status_kind=rules.kind_of(status),
        misses=client.misses,
        next=None,
        because=(),
        closed_as=status,
    )
    deal = session.get_one(Deal, task.deal_id)
    follow(Step(session, rules, client, task, deal, now, by), decision)
    client.touched_at = now
    session.flush()
