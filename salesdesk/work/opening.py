"""The one place that builds a deal or a task: whoever opens one, it holds what every other does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from rules.model import Feed, RuleSet
from rules.reasons import Reason, as_json
from rules.situation import Agreed
from salesdesk.storage.models import Area, Client, Deal, Task, key_of
from salesdesk.work.claims import area_of
from salesdesk.work.planning import allowed_from
from salesdesk.work.pools import takers
from salesdesk.work.situations import calls_to_many


@dataclass(frozen=True, slots=True)
class ToDo:
    """What is to be done next with a client, and by whom. Instants are aware UTC.

    ``wanted_at`` is when it should be, ``due_at`` when windows and caps allow it; ``agreed`` the time promised to the
    client, ``allowed_by`` who confirmed one outside their hours; ``because`` says why, the cause first.
    """

    kind: str
    feed: Feed
    pool: str | None
    assignee_id: int | None
    wanted_at: datetime
    due_at: datetime
    because: Iterable[Reason] = ()
    agreed: Agreed | None = None
    fresh_until: datetime | None = None
    allowed_by: int | None = None
    import_id: int | None = None


def new_task(client: Client, deal: Deal, todo: ToDo, now: datetime) -> Task:
    """The open task of a client's deal, not stored yet; ``now`` is aware UTC."""
    return Task(
        client_id=key_of(client),
        deal_id=key_of(deal),
        kind=todo.kind,
        feed=todo.feed,
        pool=todo.pool,
        assignee_id=todo.assignee_id,
        wanted_at=todo.wanted_at,
        agreed_wall=wall_text(todo.agreed) if todo.agreed else None,
        agreed_zone=todo.agreed.zone if todo.agreed else None,
        due_at=todo.due_at,
        fresh_until=todo.fresh_until,
        allowed_by=todo.allowed_by,
        area_id=client.area_id,
        import_id=todo.import_id,
        because=as_json(todo.because),
        created_at=now,
    )


def wall_text(agreed: Agreed) -> str:
    """The wall time that was agreed, as a task keeps it."""
    return agreed.wall.isoformat(timespec="minutes")


def new_deal(client: Client, now: datetime, *, ended: bool = False) -> Deal:
    """A deal where the client stands, not stored yet; one that is over from the start has ``ended``."""
    return Deal(
        client_id=key_of(client),
        funnel=client.funnel,
        status=client.status,
        opened_at=now,
        closed_at=now if ended else None,
    )


def begin_deals(
    session: Session, rules: RuleSet, clients: Sequence[Client], status: str, now: datetime
) -> list[tuple[Client, Deal]]:
    """Store the next deal of each client in an open status, and move them there with the misses forgotten."""
    for client in clients:
        client.misses, client.touched_at = 0, now
        stand_in(rules, client, status)
    begun = [(client, new_deal(client, now)) for client in clients]
    session.add_all(deal for _, deal in begun)
    session.flush()
    return begun


def stand_in(rules: RuleSet, client: Client | Deal, status: str) -> None:
    """Put a client or a deal into a status, and into its funnel where it has one."""
    funnel = rules.funnel_of(status)
    client.status, client.funnel = status, funnel.id if funnel else client.funnel


def open_calls(
    session: Session, rules: RuleSet, begun: Sequence[tuple[Client, Deal]], why: Reason, now: datetime
) -> list[Task]:
    """Store a call to each client, due as soon as windows and caps allow: the owner's, if they are in its pool."""
    pool = rules.tasks["call"].pool
    callers = takers(session, pool, {client.owner_id for client, _ in begun})
    calls = calls_to_many(session, [key_of(client) for client, _ in begun], now)
    tasks = []
    for client, deal in begun:
        area = area_of(session.get_one(Area, client.area_id))
        allowed = allowed_from(rules, area, now, calls[key_of(client)])
        whose = client.owner_id if client.owner_id in callers else None
        because = (why, *allowed.reasons)
        todo = ToDo("call", "planned", pool, whose, wanted_at=now, due_at=allowed.at, because=because)
        tasks.append(new_task(client, deal, todo, now))
    session.add_all(tasks)
    session.flush()
    return tasks


_KEPT = (
    *("client_id", "deal_id", "area_id", "import_id", "feed"),
    *("wanted_at", "agreed_wall", "agreed_zone", "due_at", "fresh_until", "zone_tables"),
)


def in_place_of(task: Task, kind: str, pool: str | None, whose: int | None, why: Reason, now: datetime) -> Task:  # noqa: PLR0913, PLR0917
    """A task for the same time as one that can no longer be done, not stored yet: of another kind, and why."""
    kept = {name: getattr(task, name) for name in _KEPT}
    because = [*task.because, why.as_json()]
    return Task(kind=kind, pool=pool, assignee_id=whose, because=because, created_at=now, **kept)


def copy_of_deal(deal: Deal) -> Deal:
    """The same deal under a number that is still to be given, not stored yet."""
    values: dict[str, Any] = deal.model_dump(exclude={"id"})
    return Deal(**values)
