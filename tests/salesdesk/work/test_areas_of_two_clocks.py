"""Clients of a region whose two clocks agree for a part of the year, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed, NothingDue
from tests.support.clock import StillClock

JANUARY = datetime(2027, 1, 12, 18, tzinfo=UTC)  # 11:00 in Phoenix as in Denver
ARIZONA = {"phone": "+18005550199", "country": "US", "region": "AZ"}


@pytest.mark.parametrize(
    ("hour", "fed"),
    [
        (15.5, False),  # 08:30 in Phoenix: closed; 09:30 on the Navajo Nation
        (16.0, True),
        (25.5, True),  # 18:30 and 19:30
        (26.5, False),  # 19:30 in Phoenix, 20:30 on the Navajo Nation
    ],
)
def test_who_was_imported_in_winter_is_called_by_both_clocks_in_summer(  # noqa: PLR0917
    hire: Callable[..., Desk],
    arrive: Callable[..., int],
    clock: StillClock,
    database: Database,
    hour: float,
    fed: bool,
) -> None:
    clock.at, anna = JANUARY, hire("anna")
    arrive("Ann", **ARIZONA)
    clock.at = datetime(2027, 7, 13, tzinfo=UTC) + timedelta(hours=hour)
    assert isinstance(anna.next_task(), Handed if fed else NothingDue)
    assert check_storage(database, clock).faults == ()
