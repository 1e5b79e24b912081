"""American clients whose state is not known are called by the strictest rules that may hold, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed, NothingDue
from tests.support.clock import StillClock
from tests.support.rule_texts import changed_preset, put_in_force

EVENING = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)  # Tuesday, 20:30 in New York and Miami
MISS = Said("no-answer", "busy")


@pytest.fixture
def anna(database: Database, hire: Callable[..., Desk]) -> Desk:
    put_in_force(database, 'include = ["us"]\n' + changed_preset(("max_per_day = 6", "max_per_day = 20")))
    return hire("anna")


@pytest.mark.parametrize(
    ("phone", "words", "fed"),
    [
        ("+13055550123", {}, False),  # Florida: until 20:00
        ("+12125550123", {}, True),  # New York: until 21:00
        ("+13055550123", {"city": "New York"}, True),  # the place is known
        ("+12125550123", {"city": "Miami"}, False),
        ("+18005550199", {"zone": "America/New_York"}, False),  # it may be in Florida
    ],
)
def test_at_half_past_eight_in_the_evening(  # noqa: PLR0917
    anna: Desk, arrive: Callable[..., int], clock: StillClock, phone: str, words: dict[str, str], fed: bool
) -> None:
    clock.at = EVENING
    arrive("Ann", phone=phone, country="US", **words)
    assert isinstance(anna.next_task(), Handed if fed else NothingDue)
    assert check_storage(anna.database, clock).faults == ()


@pytest.mark.parametrize(("phone", "calls"), [("+13055550123", 3), ("+14055550123", 3), ("+12125550123", 4)])
def test_calls_within_a_day(anna: Desk, arrive: Callable[..., int], clock: StillClock, phone: str, calls: int) -> None:
    clock.at = datetime(2026, 11, 24, 15, tzinfo=UTC)
    arrive("Ann", phone=phone, country="US")
    made = 0
    while made < 4 and isinstance(anna.next_task(), Handed):
        anna.record_outcome(MISS)
        made += 1
        clock.forward(hours=1, minutes=1)
    assert made == calls
    assert clock.at < EVENING - timedelta(hours=2)
