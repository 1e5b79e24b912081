"""The words on the card, from what the desk handed out. Pure: the same input paints the same text.

Everything that came from outside goes through :func:`outside`: literal, on one line, without control sequences.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.content import Content

from rules.zonetime import offset_at, to_local
from salesdesk.printable import printable
from salesdesk.today import Today
from salesdesk.views import ClientView, Handed, NothingDue, PastCall, Recorded

DIM = "dim"
BOLD = "bold"
_SOURCES = {"given": "as given", "place": "from city", "phone": "from phone", "country": "from country", "home": "home"}


def outside(text: str, style: str = "") -> Content:
    """Text from outside as literal content: never markup, never a control sequence."""
    return Content.styled(printable(text), style)


def lines(*rows: Content) -> Content:
    """Rows one under the other."""
    return Content("\n").join(rows)


def head(handed: Handed) -> Content:
    """Who is to be called: name and company, the number, and what kind of number it is."""
    client, phone = handed.client, handed.phone
    who = outside(client.name, BOLD)
    if client.company and client.company != client.name:
        who = Content.assemble(who, "   ", outside(client.company))
    if phone is None:
        return lines(who, Content.styled("no number that may be called", BOLD))
    return lines(who, Content.assemble((phone.international, BOLD), (f"   {phone.kind}", DIM)))


def clock(handed: Handed, now: datetime) -> Content:
    """The client's clock at ``now`` (aware UTC): time, place, difference from the manager, and how long it is open."""
    client = handed.client
    closes = client.closes_at
    if client.zone is None:
        return Content.assemble((_range(client, now), BOLD), "  ", _unsure(client), _until(closes, handed.home_zone))
    local = to_local(now, client.zone)
    place = printable(client.city) or client.zone.rpartition("/")[2].replace("_", " ")
    ahead = offset_at(now, client.zone) - offset_at(now, handed.home_zone)
    return Content.assemble(
        (f"{local:%H:%M:%S}", BOLD), f"  {place}  ", (f"({_difference(ahead)})", DIM), _until(closes, client.zone)
    )


def _range(client: ClientView, now: datetime) -> str:
    """The earliest and latest local time that it may be there."""
    times = sorted(to_local(now, zone).replace(tzinfo=None) for zone in client.zone_candidates)
    return f"{times[0]:%H:%M}-{times[-1]:%H:%M} ?" if times else "??:?? ?"


def _unsure(client: ClientView) -> str:
    count = len(client.zone_candidates)
    return f"one of {count} zones" if count else "zone unknown"


def _difference(ahead: timedelta) -> str:
    minutes = int(ahead.total_seconds() // 60)
    if not minutes:
        return "your time"
    hours, rest = divmod(abs(minutes), 60)
    size = f"{hours} h" if not rest else f"{hours} h {rest} min" if hours else f"{rest} min"
    return f"{'+' if minutes > 0 else '-'}{size} from you"


def _until(closes: datetime | None, zone: str) -> str:
    return f"   open until {to_local(closes, zone):%H:%M}" if closes else ""


def zone_source(client: ClientView) -> Content:
    """Where the zone came from and whether it is sure."""
    if client.zone is None:
        names = ", ".join(zone.rpartition("/")[2].replace("_", " ") for zone in client.zone_candidates[:6])
        more = len(client.zone_candidates) - 6
        return Content.assemble(("? not sure", BOLD), (f" · {names}{f' and {more} more' if more > 0 else ''}", DIM))
    return Content.styled(f"{client.zone} · {_SOURCES.get(client.zone_source, client.zone_source)} · sure", DIM)


def facts(handed: Handed) -> list[tuple[str, Content]]:
    """The labelled facts of the card."""
    client = handed.client
    stage = f"  (stage {handed.stage[0]} of {handed.stage[1]})" if handed.stage else ""
    missed = f"  {client.misses} missed in a row" if client.misses else ""
    return [
        ("Status", Content.assemble(outside(client.status_label), (stage, DIM))),
        ("Call", Content.assemble(str(client.attempts + 1), (missed, DIM))),
        ("Owner", outside(client.owner or "-")),
        ("Source", outside(client.source or "-")),
    ]


def why_now(handed: Handed) -> Content:
    """The feed and the last reason that planned this call, in one line."""
    shown = [because for because in handed.because if because]
    return Content.assemble(("Why now  ", DIM), outside(" · ".join(dict.fromkeys((shown[0], *shown[-1:])))))


def why_lines(handed: Handed) -> Content:
    """Every reason, one a line."""
    rows = [Content.assemble(("- ", DIM), outside(because)) for because in handed.because]
    version = Content.styled(f"rules version {handed.book.version}", DIM)
    return lines(Content.styled("Why this client", BOLD), *rows, version)


def history(handed: Handed, now: datetime) -> Content:
    """The calls before, newest first, in the manager's time."""
    title = Content.styled("History", BOLD)
    if not handed.history:
        return lines(title, Content.styled(" no calls yet", DIM))
    return lines(title, *(_past(call, handed.home_zone, now) for call in handed.history))


def _past(call: PastCall, zone: str, now: datetime) -> Content:
    reason = f" · {printable(call.reason)}" if call.reason else ""
    note = Content.assemble(" · ", outside(f'"{call.note}"')) if call.note else Content()
    return Content.assemble(
        (f" {day_and_time(call.at, zone, now)}  ", DIM),
        outside(call.outcome), outside(reason, DIM), note, outside(f" · {call.manager}", DIM),
    )  # fmt: skip


def day_and_time(instant: datetime, zone: str, now: datetime) -> str:
    """An instant in a zone as people say it near now: ``today 11:32``, ``tomorrow 09:00``, ``19 Nov 16:40``."""
    local, today = to_local(instant, zone), to_local(now, zone).date()
    days = (local.date() - today).days
    names = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    year = "" if local.year == today.year else f" {local.year}"
    return f"{names.get(days) or f'{local.day} {local:%b}{year}'} {local:%H:%M}"


def recorded(done: Recorded, label: str, zone: str, now: datetime) -> Content:
    """What the last outcome did, for the bar. The next time is the manager's."""
    then = f"next {day_and_time(done.next_due_at, zone, now)}" if done.next_due_at else f"now {done.status}"
    return Content.assemble(outside(label), " for ", outside(done.client_name, BOLD), f", {then}")


def figures(seen: Today, *, short: bool) -> Content:
    """The day so far and what waits, for the top line."""
    day = f"{seen.calls} calls · {seen.reached} reached · {seen.won} won"
    if short:
        return Content(f"{day}   waiting {seen.waiting} · due {seen.due_now}")
    return Content(f"today {day}      waiting {seen.waiting} · due now {seen.due_now}")


def nothing_due(nothing: NothingDue, now: datetime) -> Content:
    """Why there is no client on screen, and when there will be one (in the manager's zone)."""
    rows = [Content.styled("Nothing due", BOLD), Content()]
    if nothing.next_due_at is None:
        rows.append(Content("No task is planned for you."))
        rows.append(Content.styled("A lead brings in clients: salesdesk clients import FILE", DIM))
    else:
        name = f": {printable(nothing.next_name)}" if nothing.next_name else ""
        wait = waiting_time(nothing.next_due_at - now)
        rows.append(Content(f"next {day_and_time(nothing.next_due_at, nothing.home_zone, now)}, {wait}{name}"))
    others = [(nothing.closed, "outside their calling hours"), (nothing.held, "held by others")]
    told = [f"{count} {why}" for count, why in others if count]
    rows.append(Content.styled(f"{nothing.waiting} waiting" + "".join(f" · {text}" for text in told), DIM))
    return lines(*rows, Content(), Content.styled("This wakes by itself.", DIM))


def waiting_time(left: timedelta) -> str:
    """How long from now, in words: ``in 4 min``."""
    seconds = max(0, int(left.total_seconds()))
    if seconds < 60:
        return f"in {seconds} s"
    minutes = (seconds + 59) // 60
    return f"in {minutes} min" if minutes < 120 else f"in {minutes // 60} h {minutes % 60} min"
