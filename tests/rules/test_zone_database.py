"""Card clock, due time and window agree with the zone database: all zones of pytz, every clock change of 2020 to 2035.

The database is asked twice, each time by other code than the rules use: pytz's own conversions, and zoneinfo reading
the files that pytz brings (so that both are of one release).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from rules.allowed import first_allowed
from rules.area import Area
from rules.ladder import after
from rules.model import Caps, Delay, Span, Window
from rules.windows import Interval, Timetable
from rules.zonetime import DoubtfulTime, stretches, to_instant, to_instant_strictly, to_local, wall_at
from tests.support.rule_cases import changes, preset, week, with_calling

Change = tuple[str, datetime, timedelta, timedelta]

CHANGES: list[Change] = [(zone, *change) for zone in pytz.all_timezones for change in changes(zone)]
# What happens near a change depends on the change alone, so one zone of those that make it together is enough where
# every zone's own clock has been compared already.
DISTINCT = list({change[1:]: change for change in CHANGES}.values())
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@cache
def database(zone: str) -> ZoneInfo:
    """The zone as the standard library reads it from pytz's files."""
    with pytz.open_resource(zone) as file:  # type: ignore[attr-defined]  # not among its types
        return ZoneInfo.from_file(file, zone)


def clock(at: datetime, zone: str) -> datetime:
    """What the database says that a clock shows."""
    return at.astimezone(database(zone)).replace(tzinfo=None)


def meant(wall: datetime, zone: str, fold: int = 0) -> datetime:
    """The instant of a wall time by the database: of two the first (or the second); a skipped one moves on."""
    return wall.replace(tzinfo=database(zone), fold=fold).astimezone(UTC)


def near(change: Change) -> list[datetime]:
    """Instants a second about a change, and about the start and end of what it skips or repeats."""
    _, at, before, later = change
    gap = abs(later - before)
    return [moment + each * SECOND for moment in (at - gap, at, at + gap) for each in (-1, 0, 1)]


def walls(change: Change) -> list[datetime]:
    """Wall times a second about the edges of what a change skips or repeats, and one inside it."""
    _, at, before, later = change
    first, last = sorted((at + before, at + later))
    edges = [moment + each * SECOND for moment in (first, last) for each in (-1, 0, 1)]
    return [moment.replace(tzinfo=None) for moment in [*edges, first + (last - first) / 2]]


def test_there_is_enough_to_compare() -> None:
    assert {zone for zone, *_ in CHANGES} <= set(pytz.all_timezones)
    assert len(CHANGES) > 6000
    assert len(DISTINCT) > 900
    gaps = {later - before for _, _, before, later in CHANGES}
    assert {timedelta(hours=1), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=-3)} <= gaps


# --- the clock on the card --------------------------------------------------------------------------------------


def test_the_clock_at_every_change_of_every_zone() -> None:
    for change in CHANGES:
        zone, info = change[0], pytz.timezone(change[0])
        for at in near(change):
            shown = clock(at, zone)
            assert wall_at(at, zone) == shown == to_local(at, zone).replace(tzinfo=None), (zone, at)
            assert info.normalize(at.astimezone(info)).replace(tzinfo=None) == shown, (zone, at)


@pytest.mark.parametrize("part", range(4))
def test_the_clock_between_changes(part: int) -> None:
    """Every twelfth day of the years: no zone has a change that the tables lack."""
    days = [datetime(2020, 1, 1, 12, tzinfo=UTC) + 12 * each * DAY for each in range(16 * 365 // 12)]
    for zone in pytz.all_timezones[part::4]:
        for at in days:
            assert wall_at(at, zone) == clock(at, zone), (zone, at)


# --- due times --------------------------------------------------------------------------------------------------


def test_wall_times_at_every_change_of_every_zone() -> None:
    """A due time takes the first of two and moves on over a gap; a typed one is refused with both."""
    for change in CHANGES:
        for wall in walls(change):
            check_wall(wall, change[0])


def check_wall(wall: datetime, zone: str) -> None:
    readings = meant(wall, zone), meant(wall, zone, fold=1)
    assert to_instant(wall, zone) == readings[0], (zone, wall)
    if readings[0] == readings[1]:
        assert to_instant_strictly(wall, zone) == readings[0], (zone, wall)
        return
    with pytest.raises(DoubtfulTime) as doubt:
        to_instant_strictly(wall, zone)
    assert list(doubt.value.choices) == sorted(readings), (zone, wall)
    assert doubt.value.skipped == (clock(readings[0], zone) != wall), (zone, wall)
    kind = pytz.NonExistentTimeError if doubt.value.skipped else pytz.AmbiguousTimeError
    with pytest.raises(kind):
        pytz.timezone(zone).localize(wall, is_dst=None)


@pytest.mark.parametrize("days", [1, 7])
def test_a_rung_of_days_lands_on_the_same_wall_time(days: int) -> None:
    """A call that many days before every change: the next is at its wall time, or past the gap, or at the first."""
    for change in CHANGES:
        zone = change[0]
        for wall in walls(change):
            start = meant(wall - days * DAY, zone)
            landed = after(Delay(days), start, zone)
            assert landed == meant(clock(start, zone) + days * DAY, zone), (zone, wall)
            assert after(Delay(days, 5400), start, zone) == landed + timedelta(minutes=90), (zone, wall)


def test_a_rung_of_hours_is_elapsed_time() -> None:
    for zone, at, *_ in CHANGES:
        for start in (at - timedelta(minutes=90), at - SECOND, at):
            assert after(Delay(0, 10_800), start, zone) == start + timedelta(hours=3)


# --- windows ----------------------------------------------------------------------------------------------------


def windows_about(change: Change) -> Iterator[Window]:
    """Open for exactly what the change skips or repeats, for all but that, until its middle, and by day."""
    _, at, before, later = change
    first, last = (seconds_of(moment) for moment in sorted((at + before, at + later)))
    last = last if last > first else 86_400
    middle = (first + last) // 2
    for spans in ([(first, last)], [(0, first), (last, 86_400)], [(0, middle)], [(9 * 3600, 20 * 3600)]):
        yield Window((tuple(Span(*span) for span in spans if span[0] < span[1]),) * 7)


def seconds_of(moment: datetime) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def inside(window: Window, at: datetime, zone: str) -> bool:
    """Whether the database's clock stands inside the window."""
    wall = clock(at, zone)
    return any(span.start <= seconds_of(wall) < span.end for span in window.days[wall.weekday()])


def openings(window: Window, zone: str, start: datetime, end: datetime, change: datetime) -> list[Interval]:
    """The openings by the database. Only at an edge's wall time, or a change, can a window open or close."""
    midnight = clock(start, zone).replace(hour=0, minute=0, second=0)
    edges = [
        meant(midnight + day * DAY + timedelta(seconds=edge), zone, fold)
        for day in range((end - start).days + 2)
        for span in window.days[0]
        for edge in (span.start, span.end)
        for fold in (0, 1)
    ]
    cuts = sorted({start, change, *(edge for edge in edges if start < edge < end)})
    found: list[Interval] = []
    for opens, closes in zip(cuts, [*cuts[1:], end], strict=True):
        if not inside(window, opens, zone):
            continue
        touching = bool(found) and found[-1][1] == opens
        found.append((found.pop()[0] if touching else opens, closes))
    return found


def test_a_window_is_open_as_the_clock_says_at_every_change_of_every_zone() -> None:
    for change in CHANGES:
        zone, moments = change[0], near(change)
        for window in windows_about(change):
            table = Timetable(window, (zone,))
            for at in moments[::2]:
                assert table.is_open(at) == inside(window, at, zone), (zone, at, window.days[0])


@pytest.mark.parametrize("part", range(4))
def test_windows_open_and_close_at_their_wall_times(part: int) -> None:
    for change in DISTINCT[part::4]:
        zone, at = change[:2]
        start, end = at - DAY, at + 2 * DAY
        for window in windows_about(change):
            table, expected = Timetable(window, (zone,)), openings(window, zone, start, end, at)
            assert list(table.openings(start, end)) == expected, (zone, at, window.days[0])
            for moment in near(change):
                opens = next((max(opens, moment) for opens, closes in expected if closes > moment), None)
                assert opens is None or table.next_open(moment) == opens, (zone, moment, window.days[0])


def test_the_first_allowed_instant_at_every_change_of_every_zone() -> None:
    """By day, ten to six and without caps: what is due at a change waits for the morning of its own clock."""
    rules = with_calling(preset(), window=week((10, 18)), caps=Caps(), regions={})
    for zone, at, *_ in CHANGES:
        for wanted in (at - SECOND, at):
            due = first_allowed(rules, Area(None, None, (zone,)), (), 0, wanted).at
            wall, shown = clock(wanted, zone), clock(due, zone)
            if 10 <= wall.hour < 18:
                assert due == wanted, (zone, wanted)
                continue
            morning = wall.replace(hour=10, minute=0, second=0) + (DAY if wall.hour >= 18 else timedelta())
            assert (shown, due) == (morning, meant(morning, zone)), (zone, wanted)


# --- anywhere in the years --------------------------------------------------------------------------------------

moments = st.one_of(
    st.builds(
        lambda change, seconds: (change[0], change[1] + timedelta(seconds=seconds)),
        st.sampled_from(CHANGES),
        st.integers(-200_000, 200_000),
    ),
    st.tuples(
        st.sampled_from(pytz.all_timezones),
        st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    ),
)


@given(moments, st.integers(0, 30), st.integers(0, 86_399))
def test_clock_due_time_and_window_agree_anywhere(moment: tuple[str, datetime], days: int, opens: int) -> None:
    zone, at = moment
    assert wall_at(at, zone) == clock(at, zone)
    due = after(Delay(days), at, zone)
    assert due == (meant(clock(at, zone) + days * DAY, zone) if days else at)
    window = Window(((Span(opens, 86_400),),) * 7)
    rules = with_calling(preset(), window=window, caps=Caps(), regions={})
    allowed = first_allowed(rules, Area(None, None, (zone,)), (), 0, due).at
    assert inside(window, allowed, zone)
    assert allowed == due or not inside(window, allowed - timedelta(microseconds=1), zone)
    for first, last, offset in stretches(zone, at, at + 2 * DAY):
        assert clock(first, zone) - first.replace(tzinfo=None) == offset
        tick = last - timedelta(microseconds=1)
        assert clock(tick, zone) - tick.replace(tzinfo=None) == offset
