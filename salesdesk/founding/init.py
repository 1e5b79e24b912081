"""Making a desk: the database, its first admin and its first rules. Safe to repeat."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytz
import tomlkit
from sqlmodel import Session, col, select

from rules.file.preset import ALL_PRESETS, preset_text
from salesdesk.access.people import NewUser, add_user, user_name
from salesdesk.access.sharing import ready_for, share
from salesdesk.clock import Clock
from salesdesk.environment import ZONE, variable
from salesdesk.errors import BadRequest
from salesdesk.rule_changes.diff import Change, differences
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import RuleVersion, Setting, User
from salesdesk.storage.schema import create
from salesdesk.words.counted import counted
from salesdesk.work.rulebook import checked, current, lock_rules, save
from salesdesk.work.settings import HOME_COUNTRY, PRESET, SUPPRESSION_KEY, setting

FALLBACK_ZONE = "Europe/Kyiv"  # where this product's first desks are; a server's own zone is often plain UTC


@dataclass(frozen=True, slots=True)
class Home:
    """Where the desk is: an ISO 3166 country and an IANA zone."""

    country: str
    zone: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the home was said, and not worked out from the rest."""

    country: str | None = None
    zone: str | None = None


NOTHING_ASKED = Asked()
MOST_NAMED = 3  # rules that differ and are named


def home(country: str | None, zone: str | None, machine_zone: str | None) -> Home:
    """The desk's home from what was given, else from the machine's own zone.

    Raises :class:`BadRequest` for an unknown country or zone.
    """
    if country is not None:
        country = country.upper()
        if country not in pytz.country_timezones:
            raise BadRequest(f'"{country}" is not a country code.', "Use two letters of ISO 3166, for example UA.")
    if zone is not None and zone not in pytz.all_timezones_set:
        raise BadRequest(f'"{zone}" is not a time zone.', "Use an IANA name, for example Europe/Kyiv.")
    if zone is None:
        zone = _zone_of(country, machine_zone)
    return Home(country or _country_of(zone) or "UA", zone)


def _zone_of(country: str | None, machine_zone: str | None) -> str:
    """The machine's zone if it lies in the country, else the country's most populous (listed first by tzdata)."""
    if country is None:
        return machine_zone if machine_zone and _country_of(machine_zone) else FALLBACK_ZONE
    zones = pytz.country_timezones[country]
    if machine_zone in zones:
        return machine_zone
    return FALLBACK_ZONE if FALLBACK_ZONE in zones else zones[0]


def _country_of(zone: str) -> str | None:
    return next((country for country, zones in pytz.country_timezones.items() if zone in zones), None)


def machine_zone() -> str | None:
    """The IANA zone of this machine, when it says one."""
    named = (variable(ZONE) or "").removeprefix(":")
    if named in pytz.all_timezones_set:
        return named
    target = str(Path("/etc/localtime").resolve())
    name = target.partition("zoneinfo/")[2]
    return name if name in pytz.all_timezones_set else None


@dataclass(frozen=True, slots=True)
class Made:
    """What :func:`init` found or made. ``differs`` says what was asked for and is not so in a base that was there."""

    database: Database
    created: bool
    preset: str
    admin: str
    home: Home
    differs: tuple[str, ...] = ()


def init(  # noqa: PLR0913 - all that a desk begins with
    location: Location,
    clock: Clock,
    *,
    admin: str,
    preset: str | None = None,
    place: Home,
    group: str | None = None,
    asked: Asked = NOTHING_ASKED,
) -> Made:
    """Make the database, the preset rules and the first admin where they are missing; change nothing that is there.

    ``admin`` is the OS login of who runs it; without a ``preset`` it is the English one; ``asked`` is what of the home
    was said and not worked out. An SQLite file is shared with the machine's ``group`` if one is named.
    Raises :class:`BadRequest` for an unknown preset or a group that cannot be had, and
    :class:`salesdesk.errors.StorageError` when the database cannot be made.
    """
    wanted, preset = preset, preset or "en"
    if preset not in ALL_PRESETS:
        raise BadRequest(f'There is no preset "{preset}".', f"Use one of: {', '.join(ALL_PRESETS)}.")
    group_number = ready_for(location, group) if group is not None else None
    database, _ = create(location)
    if location.path is not None and group_number is not None:
        share(location.path, group_number)
    with database.write() as session:
        lock_rules(session)  # two who begin at once: the second finds what the first has made
        created = session.exec(select(RuleVersion.id).limit(1)).first() is None
        if created:
            _fill(session, preset, admin, place, clock.now())
        stored = Home(setting(session, HOME_COUNTRY), _stored_zone(session))
        first = session.exec(select(User.name).where(User.role == "admin").order_by(col(User.id))).first()
        begun = setting(session, PRESET)
        differs = () if created else _differs(session, wanted, begun, asked, stored)
        return Made(database, created, begun, first or admin, stored, differs)


def _differs(session: Session, preset: str | None, begun: str, asked: Asked, home: Home) -> tuple[str, ...]:
    """What somebody asked for who begins a base that was there: it is not changed, so they must know."""
    told = [
        f"{what} {wanted} was asked for; here it is {there}"
        for what, wanted, there in (("country", asked.country, home.country), ("zone", asked.zone, home.zone))
        if wanted is not None and wanted.upper() != there.upper()
    ]
    if preset is not None and preset != begun:
        changes = differences(current(session).rules, checked(preset_for(preset, home.zone)))
        told.insert(0, f"preset {preset} was asked for; the base was begun with {begun}, {_compared(changes)}")
    return tuple(told)


def _compared(changes: list[Change]) -> str:
    if not changes:
        return "and its rules are those of that preset now"
    more = f", and {len(changes) - MOST_NAMED} more" if len(changes) > MOST_NAMED else ""
    return f"and {counted(len(changes), 'rule')} would differ: {'; '.join(map(str, changes[:MOST_NAMED]))}{more}"


def _fill(session: Session, preset: str, admin: str, place: Home, now: datetime) -> None:
    session.add_all(
        [
            Setting(name=SUPPRESSION_KEY, value=secrets.token_hex(32)),
            Setting(name=HOME_COUNTRY, value=place.country),
            Setting(name=PRESET, value=preset),
        ]
    )
    user = add_user(session, NewUser(name=user_name(admin), role="admin", label=admin, os_login=admin), now)
    save(session, preset_for(preset, place.zone), author_id=user.id, note=f"preset {preset}", now=now)


def preset_for(preset: str, zone: str) -> str:
    """A preset's text with the home zone set, its comments kept."""
    document = tomlkit.parse(preset_text(preset))
    working = document["working"]
    if isinstance(working, tomlkit.items.Table):
        working["zone"] = zone
    return tomlkit.dumps(document)


def _stored_zone(session: Session) -> str:
    return current(session).rules.working.zone
