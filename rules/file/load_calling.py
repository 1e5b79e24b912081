"""Reads ``[calling]`` with its regions, ``[working]``, ``[feed]`` and ``[money]``."""

from __future__ import annotations

import difflib
import re

import pytz

from rules.file.load_hours import read_window
from rules.file.load_regions import MOST_CALLS, Include, read_caps, read_hours, read_regions
from rules.file.reader import Named, Table, or_default, shown, suggestion
from rules.model import FEEDS, Calling, Feed, FeedRules, Region, Span, Status, UnknownZone, Window, Working

EVERY_DAY = Window(((Span(9 * 3600, 20 * 3600),),) * 7)
"""Calling hours where the rules state none: every day 09:00-20:00."""
OFFICE_HOURS = Window(((Span(9 * 3600, 18 * 3600),),) * 5 + ((),) * 2)
"""The team's hours where the rules state none: Monday to Friday 09:00-18:00."""
HOME_ZONE = "UTC"
CURRENCY = "USD"

_UNKNOWN_ZONE: tuple[UnknownZone, ...] = ("intersection", "home", "hold")
_CURRENCY = re.compile(r"[A-Z]{3}")


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


def read_calling(top: Table, statuses: Named[Status], include: Include) -> Calling:
    """Calling hours and caps, regions (included ones too) with what they lack inherited from their country and from
    the base.
    """
    table = top.table("calling")
    window, caps = read_hours(table) or EVERY_DAY, read_caps(table)
    if not any(window.days):
        table.findings.warn((*table.path, "window"), "is closed all week: nobody outside a region is ever called")
    calling = Calling(
        window=window,
        caps=caps,
        regions=read_regions(top, table, Region("", window, caps), include),
        unknown_zone=table.choice("unknown_zone", _UNKNOWN_ZONE) or "intersection",
        dnc_status=_dnc_status(table, statuses),
        holidays=table.flag("holidays"),
    )
    table.done()
    return calling


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
