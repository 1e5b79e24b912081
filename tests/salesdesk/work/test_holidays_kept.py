"""Public holidays at the desk: where the rules close them nobody is called, and where they do not nothing is loaded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from rules.area import Area
from rules.file.load import load
from rules.model import RuleSet
from rules.zonetime import to_local
from salesdesk.access.sitting import Sitting
from salesdesk.desk.answer import PromiseOutside, Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.why import why
from salesdesk.places.holidays import closed_days, open_hours
from salesdesk.storage.database import Database
from salesdesk.storage.models import Task
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed, NothingDue
from tests.support.clock import StillClock, in_words
from tests.support.command_line import program_environment
from tests.support.rule_texts import changed_preset, put_in_force

Hire = Callable[..., Desk]
Arrive = Callable[..., int]

NEW_YORK = {"phone": "+1 212 555 1234", "zone": "America/New_York", "country": "US"}
THANKSGIVING = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)  # noon in New York on the fourth Thursday of November
CLOSING = changed_preset(("# holidays = true ", "holidays = true "))


@pytest.fixture
def closing(database: Database) -> None:
    """Rules that close public holidays."""
    put_in_force(database, CLOSING)


def in_new_york(instant: datetime | None) -> str:
    assert instant is not None
    return f"{to_local(instant, 'America/New_York'):%a %d %H:%M}"


@pytest.mark.usefixtures("closing")
def test_nobody_is_handed_out_on_a_holiday(hire: Hire, arrive: Arrive, clock: StillClock) -> None:
    anna = hire("anna")
    clock.at = THANKSGIVING - timedelta(days=1)
    arrive(**NEW_YORK)
    clock.at = THANKSGIVING
    nothing = anna.next_task()
    assert isinstance(nothing, NothingDue)
    assert (nothing.waiting, nothing.closed, anna.anything_due()) == (1, 1, False)
    assert in_new_york(nothing.next_due_at) == "Fri 27 09:00"
    clock.at = THANKSGIVING + timedelta(hours=21)
    assert isinstance(anna.next_task(), Handed)


@pytest.mark.usefixtures("closing")
def test_other_countries_work_that_day(hire: Hire, arrive: Arrive, clock: StillClock) -> None:
    anna = hire("anna")
    clock.at = THANKSGIVING
    arrive("Oleh")
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    assert handed.client.window_open


def test_a_holiday_is_a_day_like_others_unless_the_rules_close_it(
    hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    anna = hire("anna")
    clock.at = THANKSGIVING
    arrive(**NEW_YORK)
    assert isinstance(anna.next_task(), Handed)


@pytest.mark.usefixtures("closing")
def test_the_first_task_of_an_arrival_waits_for_the_holiday_to_pass(
    arrive: Arrive, clock: StillClock, database: Database
) -> None:
    clock.at = THANKSGIVING
    arrive(feed="incoming", **NEW_YORK)
    with database.read() as session:
        task = session.exec(select(Task)).one()
    assert in_new_york(task.due_at) == "Fri 27 09:00"
    assert "public holiday Thu 26 Nov" in in_words(task.because)[-1]


@pytest.mark.usefixtures("closing")
def test_a_ladder_passes_over_the_holiday(hire: Hire, arrive: Arrive, clock: StillClock, database: Database) -> None:
    anna = hire("anna")
    clock.at = THANKSGIVING - timedelta(days=1)
    arrive(**NEW_YORK)
    anna.next_task()
    done = anna.record_outcome(Said("interested"))  # call after one day
    assert in_new_york(done.next_due_at) == "Fri 27 09:00"
    assert any("public holiday Thu 26 Nov" in reason for reason in done.because)


@pytest.mark.usefixtures("closing")
def test_a_promise_on_a_holiday_needs_a_second_word(hire: Hire, arrive: Arrive, clock: StillClock) -> None:
    anna = hire("anna")
    clock.at = THANKSGIVING - timedelta(days=1)
    arrive(**NEW_YORK)
    anna.next_task()
    with pytest.raises(PromiseOutside, match="public holiday Thu 26 Nov") as fault:
        anna.record_outcome(Said("call-back", at="tomorrow 14:00"))
    assert "Fri 27 Nov 09:00" in fault.value.mend


@pytest.mark.usefixtures("closing")
def test_why_names_the_holiday(hire: Hire, arrive: Arrive, clock: StillClock, database: Database) -> None:
    lead = hire("olha", "lead").person
    clock.at = THANKSGIVING - timedelta(days=1)
    client_id = arrive(**NEW_YORK)
    assert (
        "public holidays (US-NY): not today; next Thu 26 Nov" in why(Sitting(database, clock, lead), client_id).because
    )
    clock.at = THANKSGIVING
    found = why(Sitting(database, clock, lead), client_id)
    assert not found.eligible
    assert "public holidays (US-NY): today, Thu 26 Nov" in found.because
    assert found.as_json()["window"]["open"] is False


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load(CLOSING).ruleset


def test_a_region_has_holidays_of_its_own(rules: RuleSet) -> None:
    """Epiphany is kept in Baden-Württemberg and not in all of Germany; the first of May everywhere."""
    berlin = ("Europe/Berlin",)
    epiphany, first_of_may = date(2027, 1, 6), date(2027, 5, 1)
    whole = closed_days(rules, Area("DE", None, berlin), THANKSGIVING)
    south = closed_days(rules, Area("DE", "BW", berlin), THANKSGIVING)
    unknown = closed_days(rules, Area("DE", "ZZ", berlin), THANKSGIVING)
    assert (epiphany in whole, epiphany in south, first_of_may in whole, first_of_may in south) == (
        False,
        True,
        True,
        True,
    )
    assert unknown == whole


@pytest.mark.parametrize("country", [None, "XX"])
def test_an_unknown_country_has_none(rules: RuleSet, country: str | None) -> None:
    assert closed_days(rules, Area(country, None, ("Europe/Berlin",)), THANKSGIVING) == frozenset()


def test_the_new_year_is_known_on_both_its_sides(rules: RuleSet) -> None:
    """When it is 2027 in Greenwich it is New Year's Eve in New York still, and a promise may be for next year."""
    area = Area("US", None, ("America/New_York",))
    for at in ("2026-12-31T23:00", "2027-01-01T02:00", "2027-01-01T23:00"):
        days = closed_days(rules, area, datetime.fromisoformat(at).replace(tzinfo=UTC))
        assert {date(2026, 12, 25), date(2027, 1, 1), date(2028, 1, 1)} <= days
    evening = datetime(2027, 1, 1, 2, 0, tzinfo=UTC)
    opening = open_hours(rules, area, evening).next_open(evening)
    assert in_new_york(opening) == "Sat 02 09:00"


def test_rules_that_do_not_close_holidays_never_load_them() -> None:
    program = """
import sys
from datetime import UTC, datetime
from rules.area import Area
from rules.file.load import load
from rules.file.preset import preset_text
import salesdesk.desk.desk, salesdesk.desk.why
from salesdesk.places.holidays import open_hours
noon = datetime(2026, 11, 26, 17, tzinfo=UTC)
assert open_hours(load(preset_text("en")).ruleset, Area("US", None, ("America/New_York",)), noon).is_open(noon)
assert "holidays" not in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=program_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.usefixtures("closing")
@pytest.mark.parametrize(
    ("words", "fed"),
    [
        ({"region": "Bayern"}, False),
        ({"region": "Баварія"}, False),
        ({"city": "München"}, False),
        ({"region": "Hessen"}, True),
        ({"city": "Berlin"}, True),
    ],
)
def test_nobody_is_called_on_the_holidays_of_their_region(  # noqa: PLR0917
    hire: Hire, arrive: Arrive, clock: StillClock, database: Database, words: dict[str, str], fed: bool
) -> None:
    """Epiphany, 6 January 2027 at noon in Berlin."""
    anna = hire("anna")
    clock.at = datetime(2027, 1, 6, 11, tzinfo=UTC)
    arrive("Uwe", phone="+493012345678", country="DE", **words)
    assert isinstance(anna.next_task(), Handed if fed else NothingDue)
    assert check_storage(database, clock).faults == ()
