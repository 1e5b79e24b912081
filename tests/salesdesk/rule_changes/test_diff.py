"""What differs between two rule sets, told by rule and once."""

from __future__ import annotations

import pytest

from rules.file.load import load
from rules.file.preset import PRESETS, preset_text
from salesdesk.rule_changes.diff import differences

EN = preset_text("en")

REGION = '[[calling.region]]\nwhere = "US-FL"\nwindow = { mon-sun = "08:00-20:00" }\nmax_per_24h = 3\n\n[working]'


def told(*replacements: tuple[str, str], before: str = EN) -> list[str]:
    """The differences that replacing these texts makes."""
    after = before
    for old, new in replacements:
        assert old in after
        after = after.replace(old, new, 1)
    return [str(change) for change in differences(load(before).ruleset, load(after).ruleset)]


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ('"5m", "30m"', '"5m", "45m"', ["ladder no-answer: rung 2 was 30m, is 45m"]),
        (
            '"1d", "archive"]',
            '"archive"]',
            ["ladder no-answer: rung 4 was 1d, is archive", "ladder no-answer: rung 5 was archive, is not set"],
        ),
        ('key = "5"\nreached', 'key = "9"\nreached', ["outcome paid: key was 5, is 9"]),
        ('after = "30d"', 'after = "5w"', ["outcome paid: next after was 30d, is 5w"]),
        ('currency = "USD"', 'currency = "EUR"', ["money: currency was USD, is EUR"]),
        ('owner_grace = "2h"', 'owner_grace = "90m"', ["feed: owner_grace was 2h, is 1h30m"]),
        (
            '["callback", "incoming",',
            '["incoming", "callback",',
            ["feed: order was callback, incoming, retry, planned, is incoming, callback, retry, planned"],
        ),
        ('zone = "Europe/Kyiv"', 'zone = "Asia/Almaty"', ["working hours: zone was Europe/Kyiv, is Asia/Almaty"]),
        ('mon-fri = "09:00-18:00"', 'mon-thu = "09:00-18:00"', ["working hours: fri was 09:00-18:00, is closed"]),
        (
            'mon-sun = "09:00-20:00"',
            'mon-sun = "10:00-19:00"',
            ["window everywhere: mon-sun was 09:00-20:00, is 10:00-19:00"],
        ),
        (
            'mon-sun = "09:00-20:00"',
            'mon = "09:00-20:00", wed-fri = "09:00-20:00", sun = "09:00-20:00"',
            ["window everywhere: tue was 09:00-20:00, is closed", "window everywhere: sat was 09:00-20:00, is closed"],
        ),
        ('min_gap = "5m"', 'min_gap = "10m"', ["caps everywhere: min_gap was 5m, is 10m"]),
        (
            "max_per_24h = 6",
            "max_per_week = 9",
            ["caps everywhere: max_per_24h was 6, is not set", "caps everywhere: max_per_week was not set, is 9"],
        ),
        ('unknown_zone = "intersection"', 'unknown_zone = "hold"', ["calling: unknown_zone was intersection, is hold"]),
        ('label = "New"', 'label = "Fresh"', ["status new: label was New, is Fresh"]),
        (
            'label = "Does not answer"',
            'label = "Silent"',
            ["outcome no-answer reason not-answering: label was Does not answer, is Silent"],
        ),
        ("# The order", "# Another remark on the order", []),
    ],
)
def test_one_change_is_one_line(old: str, new: str, lines: list[str]) -> None:
    assert told((old, new)) == lines


def test_what_is_added_or_removed_is_told_whole() -> None:
    assert told(('id = "regular"', 'id = "loyal"'), ('["regular"]', '["loyal"]'), ('"regular", to', '"loyal", to')) == [
        "status regular: removed",
        "funnel repeat: statuses was regular, is loyal",
        "outcome paid: next status was regular, is loyal",
        "status loyal: added (label Regular, kind open)",
    ]
    assert told(("[working]", REGION)) == [
        "window US-FL: added (mon-sun 08:00-20:00)",
        "caps US-FL: added (max_per_day 6, max_per_24h 3, min_gap 5m)",
    ]
    whole = EN[EN.index('[[outcome]]\nid = "refused"') : EN.index("# This number is not called again")]
    gone = told((whole, ""))
    assert len(gone) == 1
    assert gone[0] == "outcome refused: removed"


def test_what_is_inherited_is_told_where_it_stands() -> None:
    region = EN.replace("[working]", REGION)
    assert told(("max_per_day = 6", "max_per_day = 5"), before=region) == ["caps everywhere: max_per_day was 6, is 5"]
    assert told(('status = "refused"\nreasons', 'status = "archive"\nreasons')) == [
        "outcome refused: status was refused, is archive"
    ]


def test_the_order_of_statuses_matters() -> None:
    new, work = (
        f'[[status]]\nid = "{s}"\nlabel = "{label}"\nkind = "open"\n'
        for s, label in (("new", "New"), ("in-work", "In work"))
    )
    lines = told((f"{new}\n{work}", f"{work}\n{new}"))
    assert lines[0].startswith("statuses: order was new, in-work, offer-sent")


def test_triggers_are_told_by_their_status() -> None:
    trigger = '\n[[trigger]]\nstatus = "in-work"\nsilent_for = "7d"\nthen = { task = "call" }\n'
    with_one = EN + trigger
    assert told((trigger, trigger.replace("7d", "9d")), before=with_one) == [
        "trigger in-work: silent_for was 1w, is 9d"
    ]
    assert told((trigger, ""), before=with_one) == ["trigger in-work: removed"]
    lines = told((trigger, trigger + trigger.replace("7d", "9d")), before=with_one)
    assert lines == ["trigger in-work 2: added (status in-work, silent_for 9d, then task call)"]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_of_two_languages_differ_in_labels_only(name: str) -> None:
    changes = differences(load(EN).ruleset, load(preset_text(name)).ruleset)
    assert {change.part for change in changes} <= {"label", "currency"}
    assert differences(load(preset_text(name)).ruleset, load(preset_text(name)).ruleset) == []


def test_a_pool_that_becomes_a_team_tells_its_lead_and_how_it_shares() -> None:
    plain = f'{EN}\n[[pool]]\nid = "sales"\nlabel = "Sales"\n'
    team = f'{plain}lead = "olha"\nincoming = "least-loaded"\n'
    changes = differences(load(plain).ruleset, load(team).ruleset)
    assert [str(change) for change in changes] == [
        "pool sales: incoming was anyone, is least-loaded",
        "pool sales: lead was not set, is olha",
    ]
    added = "pool sales: added (label Sales, lead olha, incoming least-loaded)"
    assert [str(change) for change in differences(load(EN).ruleset, load(team).ruleset)] == [added]


def test_the_json_of_a_change() -> None:
    before, after = load(EN).ruleset, load(EN.replace('id = "repeat"', 'id = "again"')).ruleset
    assert [change.as_json() for change in differences(before, after)] == [
        {"rule": "funnel repeat", "was": "label Repeat sales, statuses regular", "is": None},
        {"rule": "funnel again", "was": None, "is": "label Repeat sales, statuses regular"},
    ]
