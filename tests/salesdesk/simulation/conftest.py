"""Rules to try and calls to replay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rules.file.load import load
from rules.model import RuleSet
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.simulation.report import Simulation
from salesdesk.simulation.simulate import simulate
from salesdesk.storage.database import Database
from salesdesk.work.rulebook import version_row
from salesdesk.work.views import Handed
from tests.support.clock import StillClock


@pytest.fixture
def tried(database: Database) -> Callable[..., RuleSet]:
    """The rules in force with some of their text changed."""

    def change(*changes: tuple[str, str]) -> RuleSet:
        with database.read() as session:
            text = version_row(session).toml
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        return load(text).ruleset

    return change


@pytest.fixture
def play(clock: StillClock) -> Callable[..., None]:
    """Makes calls to the one client there is, each when it falls due."""

    def call(desk: Desk, *answers: Said) -> None:
        for said in answers:
            assert isinstance(desk.next_task(), Handed)
            clock.forward(seconds=40)
            due = desk.record_outcome(said).next_due_at
            clock.at = max(due, clock.now()) if due else clock.now()

    return call


@pytest.fixture
def simulated(database: Database, clock: StillClock, tried: Callable[..., RuleSet]) -> Callable[..., Simulation]:
    """What the last four weeks would have been under changed rules."""

    def run(*changes: tuple[str, str], days: int = 28) -> Simulation:
        return simulate(database, clock, tried(*changes), days=days)

    return run
