"""Rows whose values cannot be right: references, numbers, promises and zones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytz
from sqlalchemy import and_, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from rules.zonetime import tables_version
from salesdesk.storage.models import Area, Client, Phone, Task, User, metadata
from salesdesk.work.zone_tables import instant_of

E164 = r"^\+[1-9][0-9]{6,14}$"  # ITU-T E.164: a country code and at most 15 digits in all


def references(session: Session) -> Iterator[str]:
    """Rows that name a row which is not there, by the tables' own foreign keys."""
    for table in metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            target = key.column.table.alias("target")
            found = target.c[key.column.name]
            query = (
                select_columns(*table.primary_key.columns, key.parent)
                .select_from(table.outerjoin(target, key.parent == found))
                .where(key.parent.is_not(None), found.is_(None))
            )
            for *ids, missing in session.connection().execute(query):
                row = " ".join(map(str, (table.name, *ids)))
                yield f"{row}: its {key.parent.name} {missing} is not there"


def phones(session: Session) -> Iterator[str]:
    """Numbers are kept in E.164 form; a sentence does not repeat one, for it is a person's."""
    for row in session.exec(select(Phone.id).where(~col(Phone.e164).regexp_match(E164))):
        yield f"phone {row}: it is not a number in E.164 form"


def promises(session: Session) -> Iterator[str]:
    """A promise keeps the wall time that was said and whose clock it was, and is wanted at that very time; where the
    clocks skip that time, at the one that they show then.
    """
    agreed = or_(col(Task.agreed_wall).is_not(None), col(Task.agreed_zone).is_not(None))
    said = (col(Task.agreed_wall), col(Task.agreed_zone))
    query = select_columns(col(Task.id), *said, col(Task.wanted_at), col(Task.zone_tables))
    query = query.where(col(Task.closed_at).is_(None), agreed)
    for row, wall, zone, wanted_at, tables in session.connection().execute(query):
        wrong = _promise_fault(wall, zone, wanted_at)
        if wrong:
            yield f"task {row}: {wrong}{_by_other_tables(tables)}"
    yield from _odd_tasks(session)


def _odd_tasks(session: Session) -> Iterator[str]:
    """Open tasks of which one part does not go with another."""
    promised, agreed = col(Task.feed) == "callback", col(Task.agreed_wall).is_not(None)
    odd = {
        "it is a promise, but of no agreed time": and_(promised, ~agreed),
        "it has an agreed time, but is no promise": and_(~promised, agreed),
        "its time was allowed by somebody, but never agreed": and_(col(Task.allowed_by).is_not(None), ~agreed),
        "it is due before it is wanted": and_(col(Task.due_at) < col(Task.wanted_at), col(Task.claimed_by).is_(None)),
    }
    for wrong, which in odd.items():
        for row in session.exec(select(Task.id).where(col(Task.closed_at).is_(None), which)):
            yield f"task {row}: {wrong}"


def _promise_fault(wall: str | None, zone: str | None, wanted_at: datetime) -> str | None:
    if wall is None or zone is None:
        return "of its agreed time and zone one is missing"
    if zone not in pytz.all_timezones_set:
        return f'its agreed zone "{zone}" is not known'
    if instant_of(wall, zone, wanted_at) != wanted_at:
        return f'it is not wanted at the agreed time "{wall}" of {zone}'
    return None


def _by_other_tables(tables: str) -> str:
    """What mends a time that other zone tables than these gave."""
    mine = tables_version()
    if tables == mine:
        return ""
    if tables > mine:
        return f", by the zone tables of {mine}; it is by those of {tables}, so update this program's"
    made = f"those of {tables}" if tables else "older ones"
    return f", by the zone tables of {mine}; {made} gave it, and it moves by: salesdesk db upgrade"


def zones(session: Session) -> Iterator[str]:
    """Zones that this machine's zone tables do not know, wherever one is kept."""
    for area, zones in session.exec(select(Area.id, Area.zones).where(col(Area.zones) != "")):
        for zone in zones.split(","):
            if zone not in pytz.all_timezones_set:
                yield f'area {area}: its zone "{zone}" is not known'
    yield from _unknown_zones(session, "client", Client.id, Client.zone)
    yield from _unknown_zones(session, "user_account", User.id, User.zone)


def _unknown_zones(session: Session, table: str, row_id: int | None, zone: str | None) -> Iterator[str]:
    kept = session.exec(select(zone).where(col(zone).is_not(None)).distinct())
    unknown = [name for name in kept if name not in pytz.all_timezones_set]
    for row, name in session.exec(select(row_id, zone).where(col(zone).in_(unknown))):
        yield f'{table} {row}: its zone "{name}" is not known'
