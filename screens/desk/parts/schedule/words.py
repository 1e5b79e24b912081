"""The words of the schedule panel. Pure: the same input paints the same text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from rules.reasons import Reason
from rules.slots import Remarks
from rules.zonetime import to_local, wall_at
from salesdesk.desk.schedule import readings
from salesdesk.desk.shown import ClientView, Handed
from salesdesk.errors import BadRequest
from salesdesk.words.reasons import said
from screens.desk.clock_texts import clock_place
from screens.desk.refusals import either
from screens.shared.texts import lines, outside
from screens.shared.times import same_time

EXAMPLES = "tomorrow 10   fri 14:00   +2h   завтра 15   (client's time; end with me for yours)"
UNCLEAR_EXAMPLES = "+2h   tomorrow 10 me   (the client's zone is not sure: end with me for your own time)"
_LABEL = 8  # cells before a clock, as before the hours below
_LONG_PLACE = 12
_BOTH_SUITED = "this time suits both"
_SHORT_FAULT = 130  # letters of a fault and its mend that two lines hold


def clocks(handed: Handed, at: datetime, now: datetime, remarks: Remarks | None) -> Content:
    """Both clocks at an instant (aware UTC), and what speaks against it on either side."""
    client = handed.client
    theirs, mine = _place(client), _town(handed.home_zone)
    wide = min(max(cell_len(theirs), cell_len(mine)), _LONG_PLACE)
    there = _stamp(at, client.zone, now) if client.zone else _range(client, at)
    here = _stamp(at, handed.home_zone, now)
    room = max(cell_len(there), cell_len(here))
    theirs_fit, mine_fits = Content(), Content()
    if remarks:
        theirs_fit, mine_fits = _remark(remarks.client, _suits(handed)), _remark(remarks.mine, "ok")
    return lines(
        _clock("Client", there.ljust(room), _fitted(theirs, wide), theirs_fit),
        _clock("You", here.ljust(room), _fitted(mine, wide), mine_fits),
    )


def _clock(name: str, local: str, place: str, said: Content) -> Content:
    return Content.assemble((f"{name:<{_LABEL}}", "dim"), (local, "bold"), " ", outside(place), "  ", said)


def _remark(remark: Reason | None, fine: str) -> Content:
    return Content.styled(f"! {said(remark)}", "bold") if remark else Content(fine)


def _suits(handed: Handed) -> str:
    """What is said of a time that suits the client. Under ``unknown_zone = "home"`` that was judged by the team's
    clock, whatever time it is there: never hide that.
    """
    rules = handed.book.rules
    if handed.client.zone is not None or rules.calling.unknown_zone != "home":
        return "ok"
    team = rules.working.zone
    return f"by {'your clock' if team == handed.home_zone else f'the clock of {_town(team)}'} (not sure)"


def _fitted(text: str, cells: int) -> str:
    return set_cell_size(text, cells) if cell_len(text) <= cells else f"{set_cell_size(text, cells - 1)}…"


def _place(client: ClientView) -> str:
    if client.zone is None:
        return f"one of {len(client.zone_candidates)}"
    return clock_place(client)


def _town(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _stamp(at: datetime, zone: str, now: datetime) -> str:
    """``Fri 27 Nov 14:00``; in another year ``28 Dec 2027 14:00``, for the day of the week stands over the hours."""
    local = to_local(at, zone)
    same_year = local.year == to_local(now, zone).year
    return f"{local:%a %d %b %H:%M}" if same_year else f"{local:%d %b %Y %H:%M}"


def _range(client: ClientView, at: datetime) -> str:
    """What the client's clock may show: ``13:04-22:04 ?``."""
    walls = sorted(wall_at(at, zone) for zone in client.zone_candidates)
    return f"{walls[0]:%H:%M}-{walls[-1]:%H:%M} ?" if walls else "??:?? ?"


def fault(found: BadRequest) -> Content:
    """What is wrong with a time that is being typed, short enough not to move what stands below."""
    if two := readings(found):
        return either(found, two, "dim")
    whole = f"{found.title} {found.mend}"
    return outside(whole if len(whole) <= _SHORT_FAULT else found.title, "dim")


@dataclass(frozen=True, slots=True)
class Offer:
    """The slot nearest to the typed time or to now (aware UTC), whether it lies outside the manager's hours, whether it
    is the typed time itself, and whether ``f`` takes it as things stand.
    """

    slot: datetime | None
    outside: bool
    typed: bool
    takes: bool


def free_slot(handed: Handed, offer: Offer | None, now: datetime) -> Content:
    """The nearest slot that suits both, and the key that takes it; ``None`` while that is not known."""
    if offer is None:
        return Content.styled("looking for a slot that suits both", "dim")
    if offer.slot is None:
        return Content("no slot of the next 31 days suits the client")
    if offer.typed:
        return Content.styled("no slot suits both; this one suits the client" if offer.outside else _BOTH_SUITED, "dim")
    name = "slot outside your hours" if offer.outside else "free slot that suits both"
    return Content.assemble(
        f"{name}: ", (_slot_said(handed, offer.slot, now), "bold"), " (f to take it)" if offer.takes else ""
    )


def _slot_said(handed: Handed, slot: datetime, now: datetime) -> str:
    """``Tue 14:30 there, Tue 09:30 yours``; a day that is named with its date is named once."""
    theirs, mine = handed.client.zone, handed.home_zone
    said = _near(slot, theirs or mine, now)
    if theirs is None:
        return f"{said} yours"
    if same_time(slot, theirs, mine):
        return said
    there, here = to_local(slot, theirs), to_local(slot, mine)
    once = _is_far(slot, theirs, now) and there.date() == here.date()
    return f"{said} there, {f'{here:%H:%M}' if once else f'{here:%a %H:%M}'} yours"


def _near(at: datetime, zone: str, now: datetime) -> str:
    return _stamp(at, zone, now) if _is_far(at, zone, now) else f"{to_local(at, zone):%a %H:%M}"


def _is_far(at: datetime, zone: str, now: datetime) -> bool:
    """Whether the day of the week does not say which day it is."""
    return to_local(at, zone).date() - to_local(now, zone).date() >= timedelta(days=7)
