"""How clients and times read in the command line's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from salesdesk.access.people import Person
    from salesdesk.access.sitting import Sitting
    from salesdesk.storage.database import Database
    from salesdesk.work.views import ClientView


NAMED_ZONES = 6  # of those that a client may be in; more are counted


def home_zone(database: Database, person: Person) -> str:
    """The zone in which a person reads times: their own, else the team's."""
    from salesdesk.work.rulebook import current, zone_of

    with database.read() as session:
        return zone_of(person, current(session).rules)


def past_day(sitting: Sitting, text: str, option: str) -> date:
    """A day of the team as typed behind an option, the last such day where it has no year.

    Raises :class:`salesdesk.errors.BadRequest` for what is no day.
    """
    from rules.zonetime import wall_at
    from salesdesk.words.days import day_typed
    from salesdesk.work.rulebook import current

    with sitting.database.read() as session:
        zone = current(session).rules.working.zone
    return day_typed(text, wall_at(sitting.clock.now(), zone).date(), back=True, what=option)


def local_text(instant: datetime, zone: str) -> str:
    """An instant (aware) as people read it in a zone: ``Mon 23 Nov 12:05``."""
    from rules.zonetime import to_local

    return f"{to_local(instant, zone):%a %d %b %H:%M}"


def named_time(instant: datetime, zone: str, whose: str) -> str:
    """The same with the zone and whose clock it is: ``Mon 23 Nov 12:05 Europe/Kyiv (yours)``."""
    return f"{local_text(instant, zone)} {zone} ({whose})"


def both_clocks(instant: datetime, mine: str, theirs: str | None) -> str:
    """An instant (aware) on the person's clock and the client's; the client's only when its zone is sure."""
    if theirs is None:
        return named_time(instant, mine, "yours")
    if theirs == mine:
        return named_time(instant, mine, "yours and theirs")
    return f"{named_time(instant, mine, 'yours')}, {named_time(instant, theirs, 'theirs')}"


def who(client: ClientView) -> str:
    """A client's name, company and number here."""
    company = f", {client.company}" if client.company else ""
    return f"{client.name}{company} (client {client.id})"


def client_clock(client: ClientView, home: str) -> str:
    """The client's local time and call window; while the zone is unsure, from when to when it may be there, and the
    window by the clock of who reads (``home``).
    """
    if client.zone is None:
        from salesdesk.words.unsure import unsure_clock

        names = ", ".join(client.zone_candidates[:NAMED_ZONES]) or "any"
        more = len(client.zone_candidates) - NAMED_ZONES
        zones = f"{names} and {more} more" if more > 0 else names
        clock = unsure_clock(client.now, client.zone_candidates)
        return f"{clock} not sure, one of: {zones}; {_window(client, home, ' (yours)')}"
    return (
        f"{local_text(client.now, client.zone)} in {client.zone} ({client.zone_source}), {_window(client, client.zone)}"
    )


def _window(client: ClientView, zone: str, whose: str = "") -> str:
    if not client.window_open:
        return "outside the hours for calling"
    return f"open until {local_text(client.closes_at, zone)[-5:]}{whose}" if client.closes_at else "always open"
