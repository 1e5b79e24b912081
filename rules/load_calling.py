"""Reads ``[calling]`` with its regions, ``[working]``, ``[feed]`` and ``[money]``."""

from __future__ import annotations

import difflib
import re
from dataclasses import fields

import pytz

from rules.load_hours import read_window
from rules.model import FEEDS, Calling, Caps, Feed, FeedRules, Region, Span, Status, UnknownZone, Window, Working
from rules.reader import Named, Table, or_default, shown, suggestion

EVERY_DAY = Window(((Span(9 * 3600, 20 * 3600),),) * 7)
"""Calling hours where the rules state none: every day 09:00-20:00."""
OFFICE_HOURS = Window(((Span(9 * 3600, 18 * 3600),),) * 5 + ((),) * 2)
"""The team's hours where the rules state none: Monday to Friday 09:00-18:00."""
HOME_ZONE = "UTC"
CURRENCY = "USD"
MOST_CALLS = 1000

_UNKNOWN_ZONE: tuple[UnknownZone, ...] = ("intersection", "home", "hold")
_CURRENCY = re.compile(r"[A-Z]{3}")
_WHERE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_NO_CAPS = Caps()


def read_currency(top: Table) -> str:
    """The home currency's ISO code."""
    money = top.table("money")
    currency = money.match("currency", _CURRENCY, 'a currency code; write three capitals such as "EUR"')
    money.done()
    return currency or CURRENCY


def read_feed(top: Table) -> FeedRules:
    """The order of due tasks and its times, each with its default."""
    table = top.table("feed")
    default = FeedRules()
    feed = FeedRules(
        order=_feed_order(table) or default.order,
        fresh_for=or_default(table.seconds("fresh_for"), default.fresh_for),
        owner_grace=or_default(table.seconds("owner_grace"), default.owner_grace),
        promise_grace=or_default(table.seconds("promise_grace"), default.promise_grace),
        claim_minutes=or_default(table.whole("claim_minutes", 1, 24 * 60), default.claim_minutes),
        undo_seconds=or_default(table.whole("undo_seconds", 0, 24 * 3600), default.undo_seconds),
        skips_per_shift=or_default(table.whole("skips_per_shift", 0, MOST_CALLS), default.skips_per_shift),
    )
    table.done()
    return feed


def _feed_order(table: Table) -> tuple[Feed, ...]:
    order = table.choices("order", FEEDS)
    missing = [feed for feed in FEEDS if feed not in order]
    if missing and table.raw("order") == list(order):  # else a faulty word is what is missing
        table.fault("order", f"lacks {', '.join(missing)}; name all of {', '.join(FEEDS)}")
    return order


def read_working(top: Table) -> Working:
    """The team's zone and hours."""
    table = top.table("working")
    zone = table.text("zone") or HOME_ZONE
    try:
        pytz.timezone(zone)
    except pytz.UnknownTimeZoneError:
        close = difflib.get_close_matches(zone, pytz.all_timezones, 1)
        meant = f'; did you mean "{close[0]}"?' if close else "; write it like Europe/Kyiv"
        table.fault("zone", f"{shown(zone)} is not a time zone{meant}")
    hours = read_window(table.table("hours")) if "hours" in table else OFFICE_HOURS
    table.done()
    return Working(zone, hours)


def read_calling(top: Table, statuses: Named[Status]) -> Calling:
    """Calling hours and caps, regions with what they lack inherited from their country and from the base."""
    table = top.table("calling")
    window, caps = _read_window(table) or EVERY_DAY, _read_caps(table)
    if not any(window.days):
        table.findings.warn((*table.path, "window"), "is closed all week: nobody outside a region is ever called")
    calling = Calling(
        window=window,
        caps=caps,
        regions=_read_regions(table, window, caps),
        unknown_zone=table.choice("unknown_zone", _UNKNOWN_ZONE) or "intersection",
        dnc_status=_dnc_status(table, statuses),
    )
    if table.flag("holidays"):
        table.fault("holidays", "is not available in this version; remove the line or set it to false")
    table.done()
    return calling


def _read_window(table: Table) -> Window | None:
    given = table.table("window")
    return read_window(given) if "window" in table else None


def _read_caps(table: Table) -> Caps:
    counts = {name: table.whole(name, 1, MOST_CALLS) for name in _cap_names() if name != "min_gap"}
    return Caps(**counts, min_gap=table.seconds("min_gap"))


def _cap_names() -> list[str]:
    return [field.name for field in fields(Caps)]


def _inherit(caps: Caps, base: Caps) -> Caps:
    """The caps, each missing one taken from the base."""
    pairs = {name: (getattr(caps, name), getattr(base, name)) for name in _cap_names()}
    return Caps(**{name: theirs if own is None else own for name, (own, theirs) in pairs.items()})


def _read_regions(table: Table, window: Window, caps: Caps) -> dict[str, Region]:
    """Every ``[[calling.region]]``, countries before their parts, so that a part finds its country complete."""
    own: dict[str, tuple[Window | None, Caps]] = {}
    for entry in table.tables("region"):
        where = _read_where(entry)
        if where and where in own:
            entry.fault("where", f'"{where}" has an entry above; join the two')
        own[where] = _read_window(entry), _read_caps(entry)
        entry.done()
    base = Region("", window, caps)
    regions: dict[str, Region] = {}
    for where in sorted(own, key=len):
        over = regions.get(where.partition("-")[0], base)
        their_window, their_caps = own[where]
        regions[where] = Region(where, their_window or over.window, _inherit(their_caps, over.caps))
    return {where: regions[where] for where in own}


def _read_where(entry: Table) -> str:
    entry.need("where")
    where = entry.match("where", _WHERE, "a country such as US or a region such as US-FL") or ""
    country = where.partition("-")[0]
    if country and country not in pytz.country_names:
        mend = 'write "GB" for the United Kingdom' if country == "UK" else "use an ISO 3166 code"
        entry.findings.warn((*entry.path, "where"), f'no country has the code "{country}"; {mend}')
    return where


def _dnc_status(table: Table, statuses: Named[Status]) -> str:
    """The status of a client who must not or cannot be called any more."""
    usable = [s.id for kind in ("lost", "archived") for s in statuses.items.values() if s.kind == kind]
    given = table.id("dnc_status")
    if given is None:
        if statuses.complete and not usable:
            mend = "add one for clients who must not be called any more"
            table.findings.fault(("status",), f"has none of kind lost or archived; {mend}")
        return usable[0] if usable else ""
    if given not in usable and (given in statuses.items or given not in statuses):
        table.fault("dnc_status", f'"{given}" is not a lost or archived status{suggestion(given, usable)}')
    return given
