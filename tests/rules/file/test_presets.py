"""The three presets say the same in three languages, and begin with the ladder of docs/architecture.md."""

import re
import time
import tomllib
from typing import Any

import pytest

from rules.file.load import load
from rules.file.preset import COUNTRIES, PRESETS, include_text, preset_text
from rules.model import Delay, Next, Region, Trigger
from rules.windows import day_text


def without_words(value: Any) -> Any:
    """A document without what differs by language: labels and the currency."""
    if isinstance(value, dict):
        return {key: without_words(item) for key, item in value.items() if key not in ("label", "currency")}
    if isinstance(value, list):
        return [without_words(item) for item in value]
    return value


def labels(value: Any) -> list[str]:
    if isinstance(value, list):
        return [label for item in value for label in labels(item)]
    if isinstance(value, dict):
        own = [value["label"]] if "label" in value else []
        return own + labels(list(value.values()))
    return []


@pytest.mark.parametrize("name", PRESETS)
def test_loads_without_a_warning(name: str) -> None:
    assert load(preset_text(name)).warnings == ()


def test_same_logic_in_every_language() -> None:
    english, *others = (without_words(tomllib.loads(preset_text(name))) for name in PRESETS)
    assert all(other == english for other in others)


@pytest.mark.parametrize("name", ["uk", "ru"])
def test_labels_are_translated(name: str) -> None:
    assert all(not label.isascii() for label in labels(tomllib.loads(preset_text(name))))


def test_currencies() -> None:
    assert [load(preset_text(name)).ruleset.currency for name in PRESETS] == ["USD", "UAH", "RUB"]


@pytest.mark.parametrize("name", PRESETS)
def test_the_first_ladder_is_that_of_the_docs(name: str) -> None:
    rules = load(preset_text(name)).ruleset
    reason = rules.outcomes["no-answer"].reasons[0]
    assert reason.effect.ladder == "no-answer"
    rungs = rules.ladders["no-answer"].rungs
    assert [rung.delay for rung in rungs] == [
        Delay(seconds=300),
        Delay(seconds=1800),
        Delay(seconds=3 * 3600),
        Delay(days=1),
        None,
    ]
    assert rungs[-1].ending == "archive"
    assert rules.kind_of("archive") == "archived"


def test_buttons_stand_on_their_keys() -> None:
    outcomes = load(preset_text("en")).ruleset.outcomes
    assert {outcome.key: outcome.id for outcome in outcomes.values()} == {
        "1": "no-answer",
        "2": "call-back",
        "3": "interested",
        "4": "offer-sent",
        "5": "paid",
        "6": "refused",
        "7": "wrong-number",
        "8": "do-not-call",
    }
    assert [outcome.id for outcome in outcomes.values() if outcome.needs_reason] == ["no-answer", "refused"]
    assert [outcome.id for outcome in outcomes.values() if not outcome.reached] == ["no-answer", "wrong-number"]


def test_every_day_of_the_week_is_called() -> None:
    assert all(load(preset_text("en")).ruleset.calling.window.days)


def test_an_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="en, uk, ru"):
        preset_text("../secret")


@pytest.mark.parametrize("name", PRESETS)
def test_the_examples_in_the_comments_work(name: str) -> None:
    text = re.sub(
        r"^# (?=include = |holidays = |\[\[trigger|status = |silent_for = |then = )", "", preset_text(name), flags=re.M
    )
    rules = load(text).ruleset
    assert (list(rules.calling.regions), rules.calling.holidays) == (["US", "US-FL", "US-OK"], True)
    assert rules.triggers == (Trigger("in-work", Delay(days=7), Next("call")),)
    plain = load(preset_text(name)).ruleset
    assert (plain.calling.regions, plain.calling.holidays, plain.triggers) == ({}, False, ())


@pytest.mark.parametrize("country", COUNTRIES)
def test_country_files_hold_regions_only_and_say_what_they_are(country: str) -> None:
    text = include_text(country)
    assert "not legal advice" in text
    document = tomllib.loads(text)
    assert [list(document), list(document["calling"])] == [["calling"], ["region"]]
    rules = load(preset_text("en").replace("schema = 1", f'schema = 1\ninclude = ["{country}"]')).ruleset
    assert set(rules.calling.regions) == {region["where"] for region in document["calling"]["region"]}
    assert rules.calling.window == load(preset_text("en")).ruleset.calling.window


def hours(region: Region) -> list[str]:
    """A region's hours from Monday to Sunday."""
    return [day_text(region.window, day) for day in range(7)]


def test_country_files_say_what_was_published() -> None:
    text = preset_text("en").replace("schema = 1", 'schema = 1\ninclude = ["us", "ua", "ru", "eu"]')
    regions = load(text).ruleset.calling.regions
    assert hours(regions["US"]) == ["08:00-21:00"] * 7
    for state in ("US-FL", "US-OK"):
        assert hours(regions[state]) == ["08:00-20:00"] * 7
        assert (regions[state].caps.max_per_24h, regions[state].caps.max_per_day) == (3, 6)
    assert hours(regions["RU"]) == ["08:00-22:00"] * 5 + ["09:00-20:00"] * 2
    caps = regions["RU"].caps
    assert (caps.max_per_day, caps.max_per_week, caps.max_per_month, caps.min_gap) == (1, 2, 8, 300)
    assert hours(regions["UA"]) == hours(regions["DE"]) == ["09:00-20:00"] * 5 + ["10:00-18:00", "closed"]
    assert len(regions) == 3 + 1 + 1 + 27


def test_loading_is_quick() -> None:
    """Under 5 ms on a quiet machine; the best of several runs, with room for a busy one."""
    text = preset_text("uk")
    load(text)
    times = []
    for _ in range(10):
        start = time.perf_counter()
        load(text)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.02
