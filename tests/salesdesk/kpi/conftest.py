"""Calls and their figures, for the tests of the KPI."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.kpi.figures import KpiReport, kpi
from salesdesk.storage.database import Database
from salesdesk.work.views import Handed, Recorded
from tests.support.clock import StillClock
from tests.support.people import sitting

MISS = Said("no-answer", "not-answering")


@pytest.fixture
def call() -> Callable[..., Recorded]:
    """Takes the next client, who must be the one that is meant, and says what happened."""

    def make(desk: Desk, name: str, said: Said = MISS) -> Recorded:
        handed = desk.next_task()
        assert isinstance(handed, Handed)
        assert handed.client.name == name
        return desk.record_outcome(said, handed.claim)

    return make


@pytest.fixture
def figures(database: Database, clock: StillClock) -> Callable[..., KpiReport]:
    """The report as it stands now: today's by manager, unless said otherwise."""

    def report(
        by: str = "manager", since: date | None = None, until: date | None = None, manager: str | None = None
    ) -> KpiReport:
        return kpi(sitting(database, clock), since=since, until=until, by=by, manager=manager)

    return report
