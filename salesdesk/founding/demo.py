"""The demo: invented clients, three users, and two weeks of history replayed through the desk's own code.

The history is a script relative to today (``sample_data/history.csv``), so the figures are always of these two weeks.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from io import StringIO

from sqlmodel import Session, col, select

from rules.zonetime import add_days, to_instant, wall_at
from salesdesk.access.people import NewUser, add_user, find_person
from salesdesk.clients.draft import ClientDraft, draft_from_row
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.clock import Clock
from salesdesk.desk.answer import Said, settle
from salesdesk.founding.init import Home, init
from salesdesk.imports.columns import match_columns
from salesdesk.places.zone_guess import to_area
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Phone, Task
from salesdesk.work.claims import Taking, number_claim
from salesdesk.work.rulebook import Rulebook, current

HOME = Home("UA", "Europe/Kyiv")
DAYS_BACK = 14
USERS = (
    NewUser("anna", "manager", "Anna"),
    NewUser("ivan", "manager", "Ivan"),
    NewUser("maria", "lead", "Maria"),
)
FRESH = 3  # clients that have just come in from the site while the demo opens


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """One line of the history, with its instants worked out for today (aware UTC)."""

    manager: str
    phone: str
    ended_at: datetime
    said: Said


def make_demo(location: Location, clock: Clock) -> Database:
    """A desk full of work: about 200 clients, three users (anna, ivan, maria) and the history behind the figures.

    One transaction: a demo that is interrupted leaves an empty desk. Raises
    :class:`salesdesk.errors.StorageError` when the database cannot be made.
    """
    database = init(location, clock, admin="admin", preset="en", place=HOME).database
    now = clock.now()
    with database.write() as session:
        for user in USERS:
            add_user(session, user, now)
        people = {user.name: find_person(session, user.name) for user in USERS}
        book = current(session)
        script = [call for call in _script(now) if call.ended_at < now]
        _add_clients(session, book, {call.phone for call in script}, now)
        for call in script:
            _replay(Taking(database, session, people[call.manager], book, call.ended_at), call)
    return database


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("sample_data").joinpath(name).read_text("utf-8")
    yield from csv.DictReader(StringIO(text))


def _drafts(now: datetime) -> Iterator[ClientDraft]:
    rows = list(_rows("clients.csv"))
    columns = match_columns(list(rows[0]), {})
    for row in rows:
        cells, custom = columns.split(list(row.values()))
        yield draft_from_row(cells, custom, country=HOME.country, at=now)


def _add_clients(session: Session, book: Rulebook, called: set[str], now: datetime) -> None:
    """Those with a history were there before it; of the others a few have just come in, the rest were imported."""
    start = to_instant(wall_at(now, HOME.zone).replace(hour=8, minute=0, second=0, microsecond=0), HOME.zone)
    first_day = add_days(start, -DAYS_BACK, HOME.zone)
    drafts = list(_drafts(now))
    old = [draft for draft in drafts if draft.phones[0].e164 in called]
    new = [draft for draft in drafts if draft.phones[0].e164 not in called]
    fresh = [
        draft
        for draft in new
        if draft.zone.zone and book.is_open(to_area(draft.zone, draft.country, draft.region), now)
    ][:FRESH]
    imported = [draft for draft in new if draft not in fresh]
    add_clients(session, old, Arrival(book, first_day, "planned"))
    add_clients(session, imported, Arrival(book, add_days(start, -1, HOME.zone), "planned"))
    for minutes, draft in enumerate(fresh, start=1):
        add_clients(session, [draft], Arrival(book, now - timedelta(minutes=4 * minutes), "incoming"))


def _script(now: datetime) -> Iterator[ScriptedCall]:
    today = wall_at(now, HOME.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    for row in _rows("history.csv"):
        hour, minute = (int(part) for part in row["time"].split(":"))
        started = to_instant(today + timedelta(days=int(row["day"]), hours=hour, minutes=minute), HOME.zone)
        seconds = int(row["seconds"] or 0)
        said = Said(
            outcome=row["outcome"],
            reason=row["reason"] or None,
            amount=row["amount"] or None,
            note=row["note"],
            seconds=seconds,
            at=f"+{row['in']}" if row["in"] else None,
            anyway=True,
        )
        yield ScriptedCall(row["manager"], row["client"], started + timedelta(seconds=seconds), said)


def _replay(taking: Taking, call: ScriptedCall) -> None:
    """Claim the scripted client for the scripted person and record what the script says."""
    query = (
        select(Task)
        .join(Phone, col(Phone.client_id) == Task.client_id)
        .where(Phone.e164 == call.phone, col(Task.closed_at).is_(None))
    )
    task = taking.session.exec(query).one()
    task.claimed_by, task.claimed_until = taking.person.id, call.ended_at
    number_claim(taking, task)
    settle(taking, task, call.said)
