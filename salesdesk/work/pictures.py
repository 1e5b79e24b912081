"""Pictures of clients from their rows, for the card, the lists and the JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, func
from sqlmodel import Session, col, select

from rules.area import Area
from rules.model import RuleSet
from rules.reasons import from_json
from salesdesk.places.holidays import open_hours
from salesdesk.places.phones import phone_from_e164
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Attempt, Client, Phone, Task, Undo, User, key_of
from salesdesk.work.claims import Taking, area_of, feed_now
from salesdesk.work.situations import calls_in
from salesdesk.work.views import ClientView, PastCall, PhoneView, TaskView

HISTORY_LINES = 20


@dataclass(frozen=True, slots=True)
class _Around:
    """The rows around some clients, by client id, read at once."""

    rules: RuleSet
    now: datetime
    names: dict[int | None, str]
    areas: Mapping[int, Area]
    phones: dict[int, list[Phone]]
    tasks: dict[int, Task]
    calls: dict[int, tuple[int, datetime | None]]


# Statements are built once: building them for every card took as long as running them.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_PHONES = select(Phone).where(col(Phone.client_id).in_(_IDS)).order_by(col(Phone.position), col(Phone.id))
_OPEN_TASKS = select(Task).where(col(Task.client_id).in_(_IDS), col(Task.closed_at).is_(None))
_NAMES = select(User.id, User.name).where(col(User.id).in_(_IDS))
_AREAS = select(AreaRow).where(col(AreaRow.id).in_(_IDS))
_CALLS = (
    select(Attempt.client_id, func.count(col(Attempt.id)), func.max(Attempt.at))
    .outerjoin(Undo, col(Undo.attempt_id) == Attempt.id)
    .where(col(Attempt.client_id).in_(_IDS), col(Undo.id).is_(None))
    .group_by(col(Attempt.client_id))
)


def client_views(session: Session, clients: Sequence[Client], rules: RuleSet, now: datetime) -> list[ClientView]:
    """The clients as they stand at ``now`` (aware UTC), with a handful of queries however many they are."""
    ids = {"ids": [key_of(client) for client in clients]}
    phones: dict[int, list[Phone]] = defaultdict(list)
    for phone in session.exec(_PHONES, params=ids):
        phones[phone.client_id].append(phone)
    tasks = {task.client_id: task for task in session.exec(_OPEN_TASKS, params=ids)}
    people = [client.owner_id for client in clients] + [task.assignee_id for task in tasks.values()]
    places = {client.area_id for client in clients}
    around = _Around(
        rules=rules,
        now=now,
        names=_names(session, people),
        areas={key_of(row): area_of(row) for row in session.exec(_AREAS, params={"ids": sorted(places)})},
        phones=phones,
        tasks=tasks,
        calls={key: (count, last) for key, count, last in session.exec(_CALLS, params=ids)},
    )
    return [_view(client, around) for client in clients]


def _names(session: Session, people: Iterable[int | None]) -> dict[int | None, str]:
    ids = sorted({person for person in people if person is not None})
    return dict(session.exec(_NAMES, params={"ids": ids}).all()) if ids else {}


def card_view(taking: Taking, client: Client, task: Task, phones: list[Phone]) -> ClientView:
    """The client of a claimed task, from what the claim has read already."""
    key, calls = key_of(client), calls_in(taking, task.client_id)
    around = _Around(
        rules=taking.book.rules,
        now=taking.now,
        names=_names(taking.session, (client.owner_id, task.assignee_id)),
        areas=taking.areas(),
        phones={key: phones},
        tasks={key: task},
        calls={key: (len(calls), max(calls, default=None))},
    )
    return _view(client, around)


def client_view(session: Session, client: Client, rules: RuleSet, now: datetime) -> ClientView:
    """One client as it stands at ``now`` (aware UTC)."""
    return client_views(session, [client], rules, now)[0]


def _view(client: Client, around: _Around) -> ClientView:
    key, rules, now = key_of(client), around.rules, around.now
    area = around.areas[client.area_id]
    table, status, task = open_hours(rules, area, now), rules.statuses.get(client.status), around.tasks.get(key)
    attempts, last_attempt_at = around.calls.get(key, (0, None))
    return ClientView(
        id=key,
        name=client.name,
        company=client.company,
        phones=tuple(phone_view(phone) for phone in around.phones.get(key, ())),
        emails=tuple(client.emails),
        city=client.city,
        region=client.region,
        country=client.country,
        zone=client.zone,
        zone_source=client.zone_source,
        zone_candidates=area.zones,
        rival=(client.rival_source, client.rival_zone) if client.rival_source and client.rival_zone else None,
        now=now,
        window_open=table.is_open(now),
        closes_at=table.closes_at(now),
        status=client.status,
        status_label=status.label if status else client.status,
        status_kind=status.kind if status else "open",
        owner=around.names.get(client.owner_id),
        source=client.source,
        misses=client.misses,
        attempts=attempts,
        last_attempt_at=last_attempt_at,
        task=task_view(task, around.names, rules, now) if task else None,
        note=client.note,
        preferred=client.preferred_at,
        custom=dict(client.custom),
    )


def phone_view(phone: Phone) -> PhoneView:
    """A number as people read it."""
    number = phone_from_e164(phone.e164)
    return PhoneView(phone.e164, number.national, number.international, phone.kind, phone.dnc, phone.bad)


def task_view(task: Task, names: dict[int | None, str], rules: RuleSet, now: datetime) -> TaskView:
    """An open task at ``now``: an incoming client past its freshness counts as planned."""
    kind = rules.tasks.get(task.kind)
    return TaskView(
        id=key_of(task),
        kind=task.kind,
        kind_label=kind.label if kind else task.kind,
        feed=feed_now(task, now),
        due_at=task.due_at,
        wanted_at=task.wanted_at,
        assignee=names.get(task.assignee_id),
        reasons=from_json(task.because),
    )


_HISTORY = (
    select(Attempt, User.label)
    .join(User, col(User.id) == Attempt.user_id)
    .outerjoin(Undo, col(Undo.attempt_id) == Attempt.id)
    .where(col(Attempt.client_id) == bindparam("client"), col(Undo.id).is_(None))
    .order_by(col(Attempt.at).desc(), col(Attempt.id).desc())
    .limit(HISTORY_LINES)
)


def history_of(session: Session, client_id: int, rules: RuleSet) -> tuple[PastCall, ...]:
    """The client's last calls, newest first, undone ones left out."""
    calls = session.exec(_HISTORY, params={"client": client_id})
    return tuple(_past_call(attempt, label, rules) for attempt, label in calls)


def _past_call(attempt: Attempt, manager: str, rules: RuleSet) -> PastCall:
    """Ids that the rules no longer know are shown as they were recorded."""
    outcome = rules.outcomes.get(attempt.outcome)
    reasons = {reason.id: reason.label for reason in outcome.reasons} if outcome else {}
    reason = reasons.get(attempt.reason, attempt.reason) if attempt.reason else None
    return PastCall(attempt.at, outcome.label if outcome else attempt.outcome, reason, attempt.note, manager)
