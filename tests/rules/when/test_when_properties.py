"""Typed time, whatever is typed: an instant to come or a fault with a mend, around every clock change."""

import string
from datetime import datetime, timedelta
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from rules.situation import Agreed
from rules.when import words as when_words
from rules.when.parse import WhenFault
from rules.windows import Timetable
from rules.zonetime import wall_at
from tests.support.rule_cases import edges, week
from tests.support.typed_times import LONDON, rows, when
from tests.support.when_phrases import UNDERSTOOD
from tests.support.when_refusals import REFUSED

LIMIT = timedelta(days=731)
PHRASES = sorted({text for table in (UNDERSTOOD, REFUSED) for _, _, text in rows(table)})
WORDS = sorted({
    *(word for text in PHRASES for word in text.split()),
    *chain(when_words.UNITS, when_words.MONTHS, when_words.LEADS, when_words.WEEK_OF, when_words.NUMBERS),
    *chain(when_words.ORDINALS, when_words.HALF_HOURS, when_words.PARTS, when_words.AND_A_HALF),
})  # fmt: skip

numbers = st.builds(
    "{}{}{}".format, st.integers(0, 99), st.sampled_from([":", ".", "-", "/", ",", " ", "", "+"]), st.integers(0, 99)
)
noise = st.one_of(st.text(max_size=6), st.text(string.digits + "+-.:,/ tzTZ", max_size=8))
phrases = st.one_of(
    st.lists(st.one_of(st.sampled_from(WORDS), st.integers(0, 60).map(str), numbers), max_size=5).map(" ".join),
    st.lists(st.one_of(st.sampled_from(WORDS), noise), max_size=5).map(" ".join),
    st.builds(" ".join, st.lists(st.sampled_from(PHRASES), min_size=1, max_size=2)),
    st.text(max_size=40),
)


def read(text: str, zone: str | None, now: datetime, table: Timetable | None = None) -> Agreed | WhenFault:
    try:
        return when(text, client_zone=zone, now=now, table=table)
    except WhenFault as fault:
        return fault


@given(phrases, edges(), st.booleans())
def test_anything_typed_is_a_time_to_come_or_a_fault_with_a_mend(
    text: str, edge: tuple[str, datetime], windowed: bool
) -> None:
    zone, now = edge
    found = read(text, zone, now, Timetable(week((9, 20)), (zone,)) if windowed else None)
    if isinstance(found, WhenFault):
        assert found.mend
        assert len(found.mend) <= 80
        return
    assert now < found.at <= now + LIMIT
    assert wall_at(found.at, found.zone) == found.wall
    assert found.zone in {zone, LONDON}


@given(phrases, edges())
def test_what_was_understood_is_the_same_instant_when_written_with_its_offset(
    text: str, edge: tuple[str, datetime]
) -> None:
    zone, now = edge
    found = read(text, zone, now)
    if isinstance(found, Agreed):
        again = read(found.at.isoformat(), zone, now)
        assert isinstance(again, Agreed)
        assert again.at == found.at


@given(phrases, edges())
def test_case_blanks_and_a_stop_do_not_matter(text: str, edge: tuple[str, datetime]) -> None:
    zone, now = edge
    plain = read(text, zone, now)
    for same in (text.upper(), f"\u00a0{text.replace(' ', '  ')} ", text.replace(" ", "\u202f")):
        if same.casefold() == text.casefold() or same.split() == text.split():
            again = read(same, zone, now)
            assert type(again) is type(plain)
            assert isinstance(again, WhenFault) or again == plain


@given(phrases, edges())
def test_while_the_zone_is_unsure_nothing_depends_on_it(text: str, edge: tuple[str, datetime]) -> None:
    _, now = edge
    found = read(text, None, now)
    if isinstance(found, Agreed):
        assert found.zone == LONDON
        assert found == read(text, LONDON, now)


@given(edges(), st.integers(1, 60 * 24 * 700), st.sampled_from(["%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]))
def test_a_written_time_is_read_as_written_or_refused_for_the_clocks(
    edge: tuple[str, datetime], minutes: int, form: str
) -> None:
    zone, now = edge
    at = now + timedelta(minutes=minutes)
    wall = wall_at(at, zone)
    found = read(wall.strftime(form), zone, now)
    if isinstance(found, WhenFault):
        assert found.kind in {"clocks change", "passed"}
        return
    assert (found.at, found.wall, found.zone) == (at, wall, zone)


@given(edges(), st.integers(0, 60 * 48 - 1))
def test_the_choices_at_a_clock_change_are_taken_when_typed_back(edge: tuple[str, datetime], minute: int) -> None:
    """Every minute of the day of a change and the day after it, typed: taken, or refused with what to type instead."""
    zone, now = edge
    wall = wall_at(now, zone).replace(hour=0, minute=0) + timedelta(minutes=minute)
    found = read(f"{wall:%d.%m.%Y %H:%M}", zone, now)
    if not isinstance(found, WhenFault) or found.kind != "clocks change":
        return
    choices = found.mend.removeprefix("Type ").removesuffix(".").split(" or ")
    taken = [read(choice, zone, now) for choice in choices]
    instants = [each.at for each in taken if isinstance(each, Agreed)]
    assert len(instants) == len(choices)
    assert instants == sorted(instants)
    shown = [wall_at(each, zone) for each in instants]
    if "comes twice" in str(found):
        assert shown == [wall] * len(choices)
    else:
        assert shown[-1] > wall > wall_at(now, zone)
        assert all(each < wall for each in shown[:-1])


@given(edges(), st.integers(0, 23), st.integers(0, 59))
def test_a_bare_time_is_the_next_the_clock_will_show(edge: tuple[str, datetime], hour: int, minute: int) -> None:
    zone, now = edge
    found = read(f"{hour}:{minute:02d}", zone, now)
    if isinstance(found, WhenFault):
        assert found.kind == "clocks change"
        return
    assert (found.wall.hour, found.wall.minute) == (hour, minute)
    minutes = (now + timedelta(minutes=each) for each in range(1, int((found.at - now).total_seconds() // 60)))
    assert all((wall.hour, wall.minute) != (hour, minute) for wall in (wall_at(each, zone) for each in minutes))
