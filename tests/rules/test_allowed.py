"""The first allowed instant: caps and window together, and what is said of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.allowed import Allowed, first_allowed
from rules.area import Area
from rules.model import Calling, Caps, RuleSet, UnknownZone, Window
from rules.reasons import Code
from tests.support.rule_cases import local, preset, told, utc, week

KYIV = "Europe/Kyiv"
HERE = Area("UA", None, (KYIV,))
TWO = Area("RU", None, ("Asia/Kamchatka", "Europe/Kaliningrad"))
CLOSED = Window(((),) * 7)


def rules_with(window: Window, caps: Caps, unknown: UnknownZone = "intersection") -> RuleSet:
    return replace(preset(), calling=Calling(window, caps, {}, unknown, "refused"))


def test_an_allowed_time_stays() -> None:
    noon = local("2026-11-23 12:00", KYIV)
    assert first_allowed(preset(), HERE, (), 0, noon) == Allowed(noon)


def test_the_window_moves_and_says_so() -> None:
    allowed = first_allowed(preset(), HERE, (), 0, local("2026-11-23 20:00", KYIV))
    assert (allowed.at, allowed.held) == (local("2026-11-24 09:00", KYIV), False)
    assert told(allowed.reasons) == ("moved to Tue 24 Nov 09:00 Europe/Kyiv: call window mon 09:00-20:00, Europe/Kyiv",)


def test_a_cap_moves_to_the_second() -> None:
    called = local("2026-11-23 10:00:37", KYIV)
    allowed = first_allowed(rules_with(week((9, 20)), Caps(max_per_24h=1)), HERE, (called,), 1, called)
    assert allowed.at == called + timedelta(days=1)
    assert told(allowed.reasons) == ("moved to Tue 24 Nov 10:00 Europe/Kyiv: cap max_per_24h = 1",)


@pytest.mark.parametrize(
    ("caps", "due"),
    [
        (Caps(max_per_day=1), "2026-11-24 09:00"),
        (Caps(max_per_24h=1), "2026-11-25 09:00"),  # free at 19:30 on Tuesday, past the end of the short day
        (Caps(max_per_week=1), "2026-11-30 09:00"),
        (Caps(max_per_month=1), "2026-12-01 09:00"),
        (Caps(min_gap=48 * 3600), "2026-11-26 09:00"),
    ],
)
def test_a_cap_that_ends_outside_the_window_waits_for_it(caps: Caps, due: str) -> None:
    called = local("2026-11-23 19:30", KYIV)
    rules = rules_with(week((9, 19)), caps)
    allowed = first_allowed(rules, HERE, (called,), 1, called + timedelta(minutes=5))
    assert allowed.at == local(due, KYIV)
    assert [reason.code for reason in allowed.reasons] == [Code.MOVED_BY_CAP, Code.MOVED_BY_WINDOW]


@pytest.mark.parametrize(
    ("rules", "area", "why"),
    [
        (rules_with(CLOSED, Caps()), HERE, "held: the call window (everywhere) is closed all week"),
        (rules_with(week((9, 12)), Caps()), TWO, "held: no hour suits every zone this client may be in; set the zone"),
        (rules_with(week((9, 20)), Caps()), Area(None, None, ()), "held: the client's time zone is not known; set it"),
        (rules_with(week((9, 20)), Caps(), "hold"), TWO, "held: the client's time zone is not known; set it"),
        (rules_with(CLOSED, Caps(max_total=3)), HERE, "held: cap max_total = 3 is used up"),
    ],
)
def test_what_is_never_allowed_is_held_where_it_was_wanted(rules: RuleSet, area: Area, why: str) -> None:
    wanted = utc("2026-11-23 10:00")
    allowed = first_allowed(rules, area, (), 3, wanted)
    assert (allowed.at, allowed.held, told(allowed.reasons)) == (wanted, True, (why,))


@pytest.mark.parametrize(("unknown", "due"), [("intersection", "2026-11-24 07:00"), ("home", "2026-11-23 10:00")])
def test_an_unknown_zone(unknown: UnknownZone, due: str) -> None:
    allowed = first_allowed(rules_with(week((9, 20)), Caps(), unknown), TWO, (), 0, utc("2026-11-23 10:00"))
    assert allowed.at == utc(due)


def test_many_calls_and_every_cap_at_once_come_to_an_end() -> None:
    """A thousand calls in a month, each cap full: the first day of the next month is found."""
    calls = tuple(local("2026-11-23 12:00", KYIV) - timedelta(minutes=n) for n in range(1000))
    caps = Caps(max_per_day=1, max_per_24h=1, max_per_week=1, max_per_month=1, min_gap=3600)
    allowed = first_allowed(rules_with(week((9, 20)), caps), HERE, calls, 1000, calls[0])
    assert allowed.at == local("2026-12-01 09:00", KYIV)
