"""Warnings of ladders that the caps do not let happen as they are written, with figures and places."""

import pytest

from rules.file.load import load
from rules.file.preset import preset_text

BASE = """\
schema = 1
status = [
  { id = "new", label = "New", kind = "open" },
  { id = "lost", label = "Lost", kind = "lost" },
]
[[outcome]]
id = "miss"
label = "Missed"
key = "1"
ladder = "it"
[[ladder]]
id = "it"
rungs = RUNGS
[calling]
window = { mon-fri = "09:00-20:00", sat = "" }
"""


def warnings_of(rungs: str, calling: str) -> list[str]:
    warnings = load(BASE.replace("RUNGS", rungs) + calling).warnings
    assert all(warning.line == 13 for warning in warnings)
    return [f"{warning.path.removeprefix('ladder.it.')}: {warning.message}" for warning in warnings]


USUAL = '["5m", "30m", "3h", "1d", "lost"]'


@pytest.mark.parametrize(
    ("rungs", "calling", "expected"),
    [
        (USUAL, "max_total = 4", "rungs[3]: cap max_total = 4 forbids this call: the ladder makes 5, so it never ends"),
        (USUAL, "max_per_day = 3", "rungs[2]: cap max_per_day = 3 puts this call off: it makes 4 in 3h35m"),
        (USUAL, "max_per_day = 1", "rungs[0]: cap max_per_day = 1 puts this call off: it makes 2 in 5m"),
        ('["12h", "lost"]', "max_per_24h = 1", "rungs[0]: cap max_per_24h = 1 puts this call off: it makes 2 in 12h"),
        (
            '["1d", "1d12h", "lost"]',
            "max_per_week = 2",
            "rungs[1]: cap max_per_week = 2 puts this call off: it makes 3 in 2d12h",
        ),
        ('["3w", "lost"]', "max_per_month = 1", "rungs[0]: cap max_per_month = 1 puts this call off: it makes 2 in 3w"),
        (USUAL, 'min_gap = "1h"', "rungs[0]: cap min_gap = 1h puts this call off: the rung waits only 5m"),
    ],
)
def test_a_cap_that_moves_a_rung(rungs: str, calling: str, expected: str) -> None:
    assert warnings_of(rungs, calling) == [f"{expected} (everywhere)"]


@pytest.mark.parametrize(
    ("rungs", "calling"),
    [
        (USUAL, ""),
        (USUAL, "max_total = 5"),
        (USUAL, "max_per_day = 4"),
        (USUAL, 'min_gap = "5m"'),
        ('["12h", "lost"]', "max_per_day = 1"),  # the day's window is eleven hours long
        ('["1d", "lost"]', "max_per_24h = 1"),
        ('["4w", "lost"]', "max_per_month = 1"),
        ('["lost"]', "max_total = 1\nmax_per_day = 1"),
    ],
)
def test_a_cap_that_lets_a_ladder_be(rungs: str, calling: str) -> None:
    assert warnings_of(rungs, calling) == []


def test_a_ladder_without_an_ending() -> None:
    assert warnings_of('["1d"]', "max_per_day = 1") == ["rungs: has no ending: '1d' is repeated without end"]


def regions(*names: str, cap: str = "max_per_24h = 3") -> str:
    return "".join(f'[[calling.region]]\nwhere = "{name}"\n{cap}\n' for name in names)


@pytest.mark.parametrize(
    ("names", "places"),
    [
        (("US-FL",), "(US-FL)"),
        (("US-FL", "US-OK", "DE"), "(US-FL, US-OK, DE)"),
        (("US-FL", "US-OK", "DE", "FR", "UA"), "(US-FL, US-OK, DE and 2 more)"),
    ],
)
def test_the_places_are_named(names: tuple[str, ...], places: str) -> None:
    assert [warning[-len(places) :] for warning in warnings_of(USUAL, regions(*names))] == [places]


def test_what_is_so_everywhere_is_not_said_of_each_region() -> None:
    warnings = warnings_of(USUAL, "max_per_24h = 3\n" + regions("DE", cap="") + regions("US-FL", cap="max_per_24h = 2"))
    assert warnings == [
        "rungs[2]: cap max_per_24h = 3 puts this call off: it makes 4 in 3h35m (everywhere)",
        "rungs[1]: cap max_per_24h = 2 puts this call off: it makes 3 in 35m (US-FL)",
    ]


def test_the_preset_with_floridas_cap_is_warned_of() -> None:
    warnings = load(preset_text("en").replace("schema = 1", 'schema = 1\ninclude = ["us"]')).warnings
    assert [(warning.path, warning.message.partition(":")[0]) for warning in warnings] == [
        ("ladder.no-answer.rungs[2]", "cap max_per_24h = 3 puts this call off"),
        ("ladder.busy.rungs[2]", "cap max_per_24h = 3 puts this call off"),
    ]


def test_a_country_that_is_never_called_is_no_clash() -> None:
    assert warnings_of(USUAL, regions("UA", cap='window = { mon-sun = "" }\nmax_per_day = 1')) == []
