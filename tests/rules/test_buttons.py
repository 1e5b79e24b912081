"""Where a client in hand meets a button, and where they can come to from there."""

from __future__ import annotations

import pytest

from rules.buttons import Place, Ways, ways_of
from rules.file.load import load
from rules.file.preset import preset_text
from rules.model import Delay, Effect, Next, Outcome, Reason, Trigger


def outcome(name: str, effect: Effect, *reasons: Effect, show_for: tuple[str, ...] = (), show_in: str = "") -> Outcome:
    below = tuple(Reason(f"r{number}", "R", "1", inner) for number, inner in enumerate(reasons))
    return Outcome(name, name, "1", True, effect, below, False, show_for, (show_in,) if show_in else ())


def ways(*outcomes: Outcome, triggers: tuple[Trigger, ...] = ()) -> Ways:
    return Ways(outcomes, triggers, ("new", "warm"), ("call", "visit", "design"))


ENDS = outcome("ends", Effect(status="lost"), show_for=("call",))
GOES = outcome("goes", Effect(next=Next("visit", status="warm")), show_for=("call",))


def test_a_place_is_bare_where_no_button_is_shown() -> None:
    found = ways(ENDS, outcome("warm", Effect(status="lost"), show_for=("visit",), show_in="warm"))
    places: list[Place] = [("new", "call"), ("new", "visit"), ("warm", "visit")]
    assert [found.bare(place) for place in places] == [False, True, False]
    assert not found.always


@pytest.mark.parametrize(
    "way",
    [
        GOES,
        outcome("below", Effect(), Effect(next=Next("visit")), show_for=("call",)),
        outcome("and-on", Effect(status="warm", next=Next("visit")), show_for=("call",)),
    ],
)
def test_a_press_leads_to_a_dead_end(way: Outcome) -> None:
    found = ways(ENDS, way).dead_end(("new", "call"))
    assert found is not None
    assert found[1] == "visit"


def test_a_ladder_keeps_the_kind_and_moves_the_client() -> None:
    cold = outcome("missed", Effect(ladder="again", status="warm"), show_for=("call",), show_in="new")
    assert ways(cold).dead_end(("new", "call")) == ("warm", "call")
    stays = outcome("missed", Effect(ladder="again"), show_for=("call",), show_in="new")
    assert ways(stays).dead_end(("new", "call")) is None


@pytest.mark.parametrize(("status", "stands"), [("warm", "warm"), (None, "new")])
def test_time_leads_to_a_dead_end(status: str | None, stands: str) -> None:
    fires = Trigger("new", Delay(days=7), Next("design", status=status))
    sleeps = Trigger("warm", Delay(days=7), Next("visit"))
    assert ways(ENDS, triggers=(fires, sleeps)).dead_end(("new", "call")) == (stands, "design")


def test_what_ends_and_what_is_gone_is_no_place() -> None:
    found = ways(GOES, ENDS, outcome("gone", Effect(next=Next("delivery")), show_for=("call",)))
    assert set(found.reached([("new", "call"), ("lost", "call"), ("new", "delivery")])) == {
        ("new", "call"),
        ("warm", "visit"),
    }


def test_a_button_that_is_shown_everywhere_leaves_no_dead_end() -> None:
    found = ways(GOES, outcome("always", Effect(status="lost")))
    assert found.always
    assert found.dead_end(("warm", "visit")) is None


def test_the_ways_of_a_preset_lead_on() -> None:
    rules = load(preset_text("workshop")).ruleset
    found = ways_of(rules)
    assert not found.always
    for place in found.reached([(rules.first_status, "call")]):
        assert found.dead_end(place) is None
