"""Country files are included by name; what the document says itself wins."""

import pytest

from rules.file.faults import Fault, RuleFaults
from rules.file.load import Loaded, load
from rules.model import Caps
from rules.windows import day_text

REST = """
[[status]]
id = "new"
label = "New"
kind = "open"
[[status]]
id = "lost"
label = "Lost"
kind = "lost"
[[outcome]]
id = "no"
label = "No"
key = "1"
status = "lost"
[calling]
window = { mon-fri = "09:00-20:00" }
max_per_day = 6
"""
FILES = {
    "here": """
[[calling.region]]
where = "US"
window = { mon-sun = "08:00-21:00" }
max_per_week = 9
[[calling.region]]
where = "US-FL"
max_per_24h = 3
min_gap = "1h"
""",
    "again": '[[calling.region]]\nwhere = "US-FL"\nmax_per_24h = 2\n',
    "broken": '\n[money]\n[[calling.region]]\nwhere = "US"\nmax_per_day = 0\n[calling]\nholidays = true\n',
    "torn": "[[calling",
}


def included(*names: str, more: str = "") -> Loaded:
    listed = ", ".join(f'"{name}"' for name in names)
    return load(f"schema = 1\ninclude = [{listed}]{REST}{more}", include=FILES.__getitem__)


def faults_of(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(RuleFaults) as caught:
        load(text)
    return [(fault.line, fault.message) for fault in caught.value.faults]


def test_included_regions_take_what_they_lack_from_their_country_and_the_document() -> None:
    regions = included("here").ruleset.calling.regions
    assert list(regions) == ["US", "US-FL"]
    assert regions["US"].caps == Caps(max_per_day=6, max_per_week=9)
    assert regions["US-FL"].caps == Caps(max_per_day=6, max_per_week=9, max_per_24h=3, min_gap=3600)
    assert day_text(regions["US-FL"].window, 6) == "08:00-21:00"


def test_the_documents_own_region_wins_key_by_key() -> None:
    more = '[[calling.region]]\nwhere = "US-FL"\nmax_per_24h = 4\n[[calling.region]]\nwhere = "CA"\n'
    regions = included("here", more=more).ruleset.calling.regions
    assert list(regions) == ["US", "US-FL", "CA"]
    assert (regions["US-FL"].caps.max_per_24h, regions["US-FL"].caps.min_gap) == (4, 3600)
    assert day_text(regions["CA"].window, 6) == "closed"
    own = '[[calling.region]]\nwhere = "US"\nwindow = { mon = "10:00-11:00" }\n'
    regions = included("here", more=own).ruleset.calling.regions
    assert [day_text(regions[where].window, 0) for where in ("US", "US-FL")] == ["10:00-11:00"] * 2


def test_a_later_include_replaces_a_region_of_an_earlier_one() -> None:
    caps = included("here", "again").ruleset.calling.regions["US-FL"].caps
    assert (caps.max_per_24h, caps.min_gap) == (2, None)


def test_faults_of_an_included_file_name_it_and_their_line_there() -> None:
    with pytest.raises(RuleFaults) as caught:
        included("here", "broken", "torn")
    *broken, torn = caught.value.faults
    head = 'the included "broken" has a fault: line'
    assert broken == [
        Fault(2, "include[1]", f"{head} 2: money: is not known here. Known: calling"),
        Fault(2, "include[1]", f"{head} 5: calling.region.US.max_per_day: must be from 1 to 1000"),
        Fault(2, "include[1]", f"{head} 7: calling.holidays: is not known here. Known: region"),
    ]
    assert torn.path == "include[2]"
    assert torn.message.startswith('the included "torn" has a fault: line 1: this is not TOML')


def test_the_packaged_files_are_known_by_name() -> None:
    text = f'schema = 1\ninclude = ["us", "uk"]{REST}'
    assert faults_of(text) == [(2, "there is no country file 'uk'. Known: us, ua, ru, eu")]
    assert list(load(text.replace(', "uk"', "")).ruleset.calling.regions) == ["US", "US-FL", "US-OK"]


def test_too_many_regions() -> None:
    region = '[[calling.region]]\nwhere = "US"\n'
    found = faults_of(f"schema = 1{REST}{region * 1002}")
    assert (found[-1][1], len(found)) == ("is one of 1002; 1000 at most, remove the rest", 1000)
