"""The words for the client's clock: what time it is there, whose time that is, and how sure. Pure, as desk.texts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from rules.zonetime import offset_at, to_local
from salesdesk.desk.shown import ClientView, Handed
from salesdesk.words.printable import printable
from salesdesk.words.unsure import unsure_clock
from screens.shared.texts import BOLD, DIM, lines, outside
from screens.shared.times import both_clocks, difference

if TYPE_CHECKING:
    from salesdesk.clients.set_zone import ZoneSet

_CITY_WIDTH = 24
_SAYS = {"given": "given as", "place": "city says", "phone": "phone says", "country": "country says"}
_SOURCES = {"given": "as given", "place": "from city", "phone": "from phone", "country": "from country", "home": "home"}


def clock(handed: Handed, now: datetime) -> Content:
    """The client's clock at ``now`` (aware UTC): time, place, difference from the manager, and how long it is open."""
    client = handed.client
    if client.zone is None:
        return _unsure_clock(handed, now)
    local = to_local(now, client.zone)
    ahead = offset_at(now, client.zone) - offset_at(now, handed.home_zone)
    return Content.assemble(
        (f"{local:%H:%M:%S}", BOLD),
        f"  {clock_place(client)}  ",
        (f"({difference(ahead)})", DIM),
        _until(client.closes_at, client.zone, "there" if ahead else ""),
    )


def clock_place(client: ClientView) -> str:
    """Whose clock it is: the client's city, where the zone was found by it or given and not against it; else the town
    that the zone is named after, for another city may lie in another zone, or nowhere that is known.
    """
    if client.zone is None:
        return f"one of {len(client.zone_candidates)} zones" if client.zone_candidates else "zone unknown"
    elsewhere = client.rival is not None and client.rival[0] == "place"
    by_city = client.zone_source in {"place", "given"} and not elsewhere
    return printable(client.city) if client.city and by_city else town(client.zone)


def town(zone: str) -> str:
    """The town that a zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")


def _unsure_clock(handed: Handed, now: datetime) -> Content:
    """From when to when it may be there, with the city as it was written, and by what clock the client is called."""
    client = handed.client
    said = unsure_clock(now, client.zone_candidates)
    return Content.assemble((said, BOLD), "  ", clock_place(client), _hint(client), "   ", _called_until(handed))


def _called_until(handed: Handed) -> str:
    """Until when an unsure client may be called. Under ``unknown_zone = "home"`` their hours are the team's, whatever
    time it is there: that must not look like hours that suit them.
    """
    rules, mine, closes = handed.book.rules, handed.home_zone, handed.client.closes_at
    team = rules.working.zone
    if rules.calling.unknown_zone != "home":
        return _until(closes, mine, "yours").strip()
    if team == mine:
        return f"by your clock {_until(closes, mine, '').strip().removeprefix('open ')}".rstrip()
    return f"by the team's clock ({town(team)}) {_until(closes, mine, 'yours').strip().removeprefix('open ')}".rstrip()


def _hint(client: ClientView) -> Content:
    """The city as written, where the zone does not come from it: it may tell the person more than the program."""
    if not client.city:
        return Content()
    return Content.assemble((" · ", DIM), outside(client.city, DIM).truncate(_CITY_WIDTH, ellipsis=True))


def _until(closes: datetime | None, zone: str, whose: str) -> str:
    return f"   open until {to_local(closes, zone):%H:%M} {whose}".rstrip() if closes else ""


def zone_source(client: ClientView) -> Content:
    """Where the zone came from and whether it is sure; what a worse source says instead."""
    if client.zone is None:
        names = ", ".join(town(zone) for zone in client.zone_candidates[:6])
        more = len(client.zone_candidates) - 6
        return Content.assemble(("? not sure", BOLD), (f" · {names}{f' and {more} more' if more > 0 else ''}", DIM))
    row = Content.styled(f"{client.zone} · {_SOURCES.get(client.zone_source, client.zone_source)} · sure", DIM)
    if printable(client.city) != clock_place(client):
        row = Content.assemble(row, _hint(client))
    if client.rival is None:
        return row
    source, zone = client.rival
    other = _SAYS.get(source, f"{source} says")
    told = f"! {other} {town(zone)}, {_SAYS.get(client.zone_source, client.zone_source)} {town(client.zone)}"
    return lines(row, Content.styled(told, BOLD))


def zone_set(found: ZoneSet, before: ClientView, mine: str, now: datetime) -> Content:
    """What saying where the client is has changed, for the bar. ``mine`` is the manager's zone."""
    was = town(before.zone) if before.zone else f"unsure, {len(before.zone_candidates)} zones"
    client, due = found.client, found.due_after
    hours = _until(client.closes_at, found.after, "").strip() if client.window_open else "! closed there now"
    moved = due is not None and due != found.due_before
    call = f", next call {both_clocks(due, mine, found.after, now)}" if due and moved else ""
    return Content.assemble("zone ", (found.after, BOLD), f" (was {was}): {hours or 'always open'}{call}")
