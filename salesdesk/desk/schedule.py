"""Agreeing on a time: everything that a typed or chosen time is judged by, read once per client."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from rules.area import Area
from rules.situation import Agreed
from rules.slots import Sides, at_any_hour, nearest_slot
from rules.when.faults import WhenFault
from rules.when.words import begins_word
from rules.zonetime import to_local, wall_at
from salesdesk.access.people import Person
from salesdesk.desk.answer import read_when
from salesdesk.desk.desk import Desk
from salesdesk.desk.load import pace, planned_hours
from salesdesk.errors import BadRequest
from salesdesk.places.holidays import holidays_of
from salesdesk.storage.models import User
from salesdesk.work.presence import working_hours
from salesdesk.work.rulebook import Rulebook, zone_of
from salesdesk.work.situations import calls_to
from salesdesk.work.views import Handed

_NAMED_DAYS = {0: "today", 1: "tomorrow"}
_WEEK = 7
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_FAR = timedelta(days=732)  # no typed time is farther ahead


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a time must suit for the client in hand, and the nearest one that does (aware UTC; ``None``: there is none
    within :data:`rules.slots.REACH`).

    ``outside`` is set where the client's hours never meet the manager's: slots are then those that suit the client.
    """

    sides: Sides
    slot: datetime | None
    outside: bool = False

    def slot_near(self, wanted: datetime, now: datetime) -> datetime | None:
        """The slot nearest to a time (all aware UTC)."""
        return nearest_slot(at_any_hour(self.sides) if self.outside else self.sides, now, wanted)


def prospect(desk: Desk, handed: Handed) -> Prospect:
    """Read what a time must suit for this client. The call that is being finished counts towards the caps."""
    now = desk.clock.now()
    with desk.database.read() as session:
        sides = _sides(session, desk.person, handed, now)
    slot = nearest_slot(sides, now)
    return Prospect(sides, slot) if slot else Prospect(sides, nearest_slot(at_any_hour(sides), now), outside=True)


def _sides(session: Session, person: Person, handed: Handed, now: datetime) -> Sides:
    rules, client_id = handed.book.rules, handed.client.id
    hours, hours_zone = working_hours(session.get_one(User, person.id), rules)
    calls, total = calls_to(session, client_id, now)
    return Sides(
        rules=rules,
        area=handed.area,
        zone=handed.home_zone,
        hours=hours,
        hours_zone=hours_zone,
        calls=(*calls, now),
        total=total + 1,
        holidays=holidays_of(handed.area, now),
        planned=planned_hours(session, person, handed.home_zone, now - timedelta(hours=1), now + _FAR),
        pace=pace(session, person, now),
    )


def typed(book: Rulebook, person: Person, area: Area, at: datetime, now: datetime) -> str:
    """An instant (aware UTC, to come) in words that :func:`salesdesk.desk.answer.read_when` reads as that instant.

    On the client's clock while its zone is sure, else on the person's own with ``me``; with an offset for a time that
    the clocks repeat. Raises :class:`BadRequest` for an instant that nobody may type, such as one too far ahead.
    """
    zone = area.zone or zone_of(person, book.rules)
    words = _in_words(at, zone, now) + ("" if area.zone else " me")
    if _means(book, person, area, words, now) == at:
        return words
    exact = to_local(at, zone).isoformat(timespec="minutes")
    read_when(book, person, area, exact, now)
    return exact


def _means(book: Rulebook, person: Person, area: Area, words: str, now: datetime) -> datetime | None:
    """The instant of a time in words; ``None`` where a clock change makes them doubtful."""
    try:
        return read_when(book, person, area, words, now).at
    except BadRequest:
        return None


def _in_words(at: datetime, zone: str, now: datetime) -> str:
    """``tomorrow 10:00``, ``fri 14:00`` within a week, then ``2026-12-01 09:30``."""
    wall = wall_at(at, zone)
    ahead = (wall.date() - wall_at(now, zone).date()).days
    named = _NAMED_DAYS.get(ahead) or (f"{wall:%a}".lower() if 0 < ahead < _WEEK else f"{wall:%Y-%m-%d}")
    return f"{named} {wall:%H:%M}"


def reading(desk: Desk, handed: Handed, text: str) -> Agreed:
    """The time that is typed for the client in hand. Raises :class:`BadRequest` with examples."""
    return read_when(handed.book, desk.person, handed.area, text, desk.clock.now())


def readings(fault: BadRequest) -> tuple[Agreed, ...]:
    """What a typed time can mean that a clock change skips or repeats, the earlier first; nothing for other faults."""
    return fault.__cause__.choices if isinstance(fault.__cause__, WhenFault) else ()


def goes_on(text: str, letter: str) -> bool:
    """Whether a letter goes on with the word at the end of a text, as ``а`` does in ``+1 годин``."""
    word = _LAST_WORD.search(text)
    return word is not None and begins_word(word[0] + letter)
