"""Instants, clock changes and random rule sets that the tests of the rules share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytz
from hypothesis import strategies as st

from rules.area import Area
from rules.file.load import load
from rules.file.preset import preset_text
from rules.model import (
    Calling,
    Caps,
    Delay,
    Effect,
    FeedRules,
    Funnel,
    Ladder,
    Next,
    Outcome,
    Reason,
    Region,
    RuleSet,
    Rung,
    Span,
    Status,
    TaskKind,
    UnknownZone,
    Window,
    Working,
)
from rules.reasons import Reason as Because
from rules.situation import Agreed, Decision, Planned, Situation
from salesdesk.words.reasons import sentences

ZONES = tuple(pytz.common_timezones)
# Half-hour changes, 45-minute offsets, and clocks that change at midnight.
ODD_ZONES = (
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "America/St_Johns",
    "America/Havana",
    "Asia/Beirut",
    "America/Asuncion",
    "America/Santiago",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Europe/Dublin",
    "Europe/Kyiv",
    "UTC",
)


def utc(text: str) -> datetime:
    """An instant written as UTC: ``2026-11-23 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str) -> datetime:
    """The instant of a wall time that exists once in a zone."""
    return pytz.timezone(zone).localize(datetime.fromisoformat(text), is_dst=None).astimezone(UTC)


def shown(instant: datetime, zone: str) -> str:
    """What a clock in the zone shows, with its offset."""
    return instant.astimezone(pytz.timezone(zone)).isoformat(sep=" ", timespec="minutes")


@cache
def preset(name: str = "en") -> RuleSet:
    return load(preset_text(name)).ruleset


def changes(zone: str) -> list[tuple[datetime, timedelta, timedelta]]:
    """Every clock change of a zone from 2020 to 2035: the instant, and the offsets before and after it."""
    info, found = pytz.timezone(zone), []
    for naive in getattr(info, "_utc_transition_times", ()):
        if not 2020 <= naive.year <= 2035:
            continue
        instant = naive.replace(tzinfo=UTC)
        before, after = ((instant + by).astimezone(info).utcoffset() for by in (timedelta(seconds=-1), timedelta()))
        if before != after:
            found.append((instant, before, after))
    return found


EDGES = [(zone, instant) for zone in ZONES for instant, _, _ in changes(zone)]
# Many zones change together; one of each such group is enough where every change is walked through.
DIFFERENT_CHANGES = [
    (zone, *change) for change, zone in {change: zone for zone in ZONES for change in changes(zone)}.items()
]


def week(*spans: tuple[float, float]) -> Window:
    """The same hours on every day."""
    return Window((tuple(Span(int(start * 3600), int(end * 3600)) for start, end in spans),) * 7)


def situation(zone: str | None = "Europe/Kyiv", **changed: object) -> Situation:
    """A new client, called for the first time."""
    values: dict[str, object] = {
        "client_id": 7,
        "status": "new",
        "misses": 0,
        "area": Area("UA", None, (zone,) if zone else ()),
        "task_kind": "call",
        "pool": None,
    }
    return Situation(**{**values, **changed})  # type: ignore[arg-type]


def agreed(text: str, zone: str = "Europe/Kyiv") -> Agreed:
    """A time of a zone's clock, as it was agreed with the client."""
    return Agreed(local(text, zone), datetime.fromisoformat(text), zone)


def planned(decision: Decision) -> Planned:
    """The next task of a decision that has one."""
    assert decision.next is not None
    return decision.next


def told(reasons: Iterable[Because]) -> tuple[str, ...]:
    """Reasons as a person reads them."""
    return sentences(reasons)


def why(decision: Decision) -> tuple[str, ...]:
    """A decision's reasons as a person reads them."""
    return told(decision.because)


def due(decision: Decision) -> datetime:
    return planned(decision).due_at


def with_button(effect: Effect, **more: object) -> RuleSet:
    """The English preset with one more button, ``it``."""
    outcome = Outcome("it", "It happened", "9", reached=effect.ladder is None, effect=effect)
    return replace(preset(), outcomes={**preset().outcomes, "it": outcome}, **more)  # type: ignore[arg-type]


def with_calling(rules: RuleSet, **changed: object) -> RuleSet:
    """The rules with other calling rules."""
    return replace(rules, calling=replace(rules.calling, **changed))  # type: ignore[arg-type]


PROMISE = agreed("2026-11-24 15:30")

# Instants anywhere in the years, and thickly around the clock changes.
instants = st.one_of(
    st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2035-12-01"), timezones=st.just(UTC)),
    st.builds(
        lambda edge, minutes: edge[1] + timedelta(minutes=minutes), st.sampled_from(EDGES), st.integers(-4000, 4000)
    ),
)
zones = st.one_of(st.sampled_from(ODD_ZONES), st.sampled_from(ZONES))


@st.composite
def edges(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and an instant within two days of one of its clock changes."""
    zone, change = draw(st.sampled_from(EDGES))
    return zone, change + timedelta(minutes=draw(st.integers(-2880, 2880)))


def _spans(cuts: list[int]) -> tuple[Span, ...]:
    return tuple(Span(start * 900, end * 900) for start, end in zip(cuts[::2], cuts[1::2], strict=False))


spans = st.lists(st.integers(0, 96), unique=True, max_size=6).map(sorted).map(_spans)
windows = st.one_of(
    st.sampled_from([week((9, 20)), week((0, 24)), week((0, 2), (22, 24)), week((8.5, 12.25), (13, 17))]),
    st.tuples(*[spans] * 7).map(Window),
)


def _maybe(low: int, high: int) -> st.SearchStrategy[int | None]:
    return st.one_of(st.none(), st.integers(low, high))


caps = st.builds(
    Caps,
    max_per_day=_maybe(1, 4),
    max_per_24h=_maybe(1, 4),
    max_per_week=_maybe(1, 8),
    max_per_month=_maybe(1, 15),
    max_total=_maybe(1, 60),
    min_gap=_maybe(0, 200_000),
)
delays = st.builds(Delay, days=st.integers(0, 40), seconds=st.integers(0, 90_000))
areas = st.builds(
    Area,
    st.sampled_from([None, "UA", "US"]),
    st.sampled_from([None, "FL", "NY"]),
    st.lists(zones, max_size=4, unique=True).map(sorted).map(tuple),
)

STATUSES = {
    status.id: status
    for status in (
        Status("new", "New", "open"),
        Status("warm", "Warm", "open"),
        Status("sold", "Sold", "won"),
        Status("lost", "Lost", "lost"),
        Status("archive", "Archive", "archived"),
    )
}
_OPEN, _FINAL = st.sampled_from(["new", "warm"]), st.sampled_from(["sold", "lost", "archive"])
_TO = st.sampled_from([None, "owner", "pool", "pool:night", "ivan"])
_KINDS = {"call": TaskKind("call", "Call"), "visit": TaskKind("visit", "Visit", "field")}
_kinds = st.sampled_from(sorted(_KINDS))
_TIME = ("time",)


@st.composite
def _ladders(draw: st.DrawFn) -> Ladder:
    rungs = [Rung(str(delay), delay=delay) for delay in draw(st.lists(delays, min_size=1, max_size=8))]
    ending = draw(st.one_of(st.none(), _FINAL))
    spread = draw(st.sampled_from([0, 0, 900]))
    return Ladder("again", tuple(rungs) + ((Rung(ending, ending=ending),) if ending else ()), spread)


# Every shape of effect that a checked rule file may hold.
effects = st.one_of(
    st.builds(Effect, ladder=st.just("again"), status=st.one_of(st.none(), _OPEN), bad_phone=st.booleans()),
    st.builds(
        Effect,
        ask=st.sampled_from([(), _TIME]),
        status=st.one_of(st.none(), _OPEN),
        next=st.builds(Next, _kinds, st.one_of(st.none(), delays), st.one_of(st.none(), _OPEN), _TO),
        bad_phone=st.booleans(),
    ),
    st.builds(Effect, status=_FINAL, next=st.builds(Next, _kinds, delays, _OPEN, _TO)),
    st.builds(Effect, status=_FINAL, dnc=st.booleans(), bad_phone=st.booleans()),
)


@st.composite
def _outcomes(draw: st.DrawFn) -> Outcome:
    """One button called ``it``, its logic in itself or in its reason ``so``."""
    effect = draw(effects)
    reached = effect.ladder is None and draw(st.booleans())
    if draw(st.booleans()):
        return Outcome("it", "It happened", "1", reached, effect)
    return Outcome("it", "It happened", "1", reached, Effect(), (Reason("so", "So it was", "1", effect),))


_UNKNOWN: tuple[UnknownZone, ...] = ("intersection", "home", "hold")


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    """A rule set with one button, as a checked rule file could hold it."""
    window, everybody = draw(windows), draw(caps)
    region = Region("US-FL", draw(windows), draw(caps))
    unknown = draw(st.sampled_from(_UNKNOWN))
    return RuleSet(
        currency="UAH",
        feed=FeedRules(),
        calling=Calling(window, everybody, {"US-FL": region}, unknown, "lost"),
        working=Working(draw(zones), week((9, 18))),
        statuses=STATUSES,
        funnels={"main": Funnel("main", "Sales", ("new", "warm"))},
        tasks=_KINDS,
        ladders={"again": draw(_ladders())},
        outcomes={"it": draw(_outcomes())},
    )
