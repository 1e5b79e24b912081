"""A rule file is read with its defaults and inheritance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.file.faults import Fault, RuleFaults
from rules.file.load import Loaded, load, parsed
from rules.file.preset import preset_text
from rules.model import Caps, Delay, Effect, FeedRules, Next, Pool, Region, Rung, Span, TaskKind

LEAST = """\
schema = 1
status = [
  { id = "new", label = "New", kind = "open" },
  { id = "warm", label = "Warm", kind = "open" },
  { id = "sold", label = "Sold", kind = "won" },
  { id = "gone", label = "Gone", kind = "archived" },
]
[[outcome]]
id = "again"
label = "Again"
key = "1"
next = { after = "1d" }
"""


def with_more(text: str) -> Loaded:
    return load(LEAST + text)


def hours(start: int, end: int) -> tuple[Span, ...]:
    return (Span(start * 3600, end * 3600),)


def test_everything_else_has_a_default() -> None:
    rules = load(LEAST).ruleset
    assert rules.currency == "USD"
    assert rules.feed == FeedRules()
    assert rules.calling.window.days == (hours(9, 20),) * 7
    assert rules.calling.caps == Caps()
    assert rules.calling.unknown_zone == "intersection"
    assert rules.calling.dnc_status == "gone"
    assert rules.working.zone == "UTC"
    assert rules.working.hours.days == (hours(9, 18),) * 5 + ((),) * 2
    assert rules.tasks == {"call": TaskKind("call", "Call"), "callback": TaskKind("callback", "Callback")}
    assert rules.funnels["main"].statuses == ("new", "warm")
    assert rules.outcomes["again"].effect == Effect(next=Next("call", after=Delay(days=1)))
    assert rules.outcomes["again"].reached is True
    assert rules.first_status == "new"
    assert rules.ladders == {}
    assert rules.pools == {}


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    assert load("\ufeff" + LEAST.replace("\n", "\r\n")).ruleset == load(LEAST).ruleset


def test_dnc_status_is_the_first_lost_one_before_any_archived() -> None:
    rules = with_more("").ruleset
    lost = LEAST.replace("]\n[[", '{ id = "no", label = "No", kind = "lost" } ]\n[[')
    assert (rules.calling.dnc_status, load(lost).ruleset.calling.dnc_status) == ("gone", "no")


def test_feed_working_and_money() -> None:
    rules = with_more("""
[money]
currency = "EUR"
[feed]
order = ["incoming", "callback", "planned", "retry"]
fresh_for = "1h"
owner_grace = "0m"
promise_grace = "90s"
claim_minutes = 5
undo_seconds = 0
skips_per_shift = 0
[working]
zone = "Asia/Almaty"
hours = { mon-sun = "08:00-12:00, 13:00-17:00", wed = "" }
[calling]
holidays = false
""").ruleset
    assert rules.currency == "EUR"
    assert rules.feed == FeedRules(("incoming", "callback", "planned", "retry"), 3600, 0, 90, 5, 0, 0)
    assert rules.working.zone == "Asia/Almaty"
    assert rules.working.hours.days[0] == hours(8, 12) + hours(13, 17)
    assert rules.working.hours.days[2] == ()


@pytest.mark.parametrize(
    ("window", "monday", "saturday"),
    [
        ('{ mon-fri = "09:00-20:00", sat = "10:00-18:00" }', hours(9, 20), hours(10, 18)),
        ('{ mon = "10:00-11:00", mon-sat = "09:00-20:00" }', hours(10, 11), hours(9, 20)),
        ('{ mon = "14:00-18:00, 9:00-13:00" }', hours(9, 13) + hours(14, 18), ()),
        ('{ mon = ["09:00-13:00", "13:00 – 18:00"], sat = "" }', hours(9, 18), ()),
        ('{ mon-sun = "00:00-24:00", sat = [] }', hours(0, 24), ()),
    ],
)
def test_windows(window: str, monday: tuple[Span, ...], saturday: tuple[Span, ...]) -> None:
    days = with_more(f"[calling]\nwindow = {window}\n").ruleset.calling.window.days
    assert (days[0], days[5]) == (monday, saturday)
    assert (days[6] == ()) == ("mon-sun" not in window)


REGIONS = """
[calling]
window = { mon-sun = "09:00-20:00" }
max_per_day = 6
max_total = 50
min_gap = "5m"
[[calling.region]]
where = "US-FL"
window = { mon-sun = "08:00-20:00" }
max_per_24h = 3
[[calling.region]]
where = "US"
window = { mon-sun = "08:00-21:00" }
max_per_week = 9
min_gap = "1h"
[[calling.region]]
where = "US-TX"
max_per_day = 2
[[calling.region]]
where = "DE-BY"
max_per_month = 8
"""


def test_regions_inherit_from_their_country_and_then_from_the_base() -> None:
    calling = with_more(REGIONS).ruleset.calling

    def region(where: str, start: int, end: int, caps: Caps) -> Region:
        window = type(calling.window)((hours(start, end),) * 7)
        return Region(where, window, caps)

    american = Caps(max_per_day=6, max_per_week=9, max_total=50, min_gap=3600)
    assert list(calling.regions.values()) == [
        region("US-FL", 8, 20, Caps(6, max_per_24h=3, max_per_week=9, max_total=50, min_gap=3600)),
        region("US", 8, 21, american),
        region("US-TX", 8, 21, Caps(2, max_per_week=9, max_total=50, min_gap=3600)),
        region("DE-BY", 9, 20, Caps(6, max_per_month=8, max_total=50, min_gap=300)),
    ]


def test_pools_are_declared_or_named_by_a_task() -> None:
    rules = with_more("""
[[pool]]
id = "measurers"
label = "Measurers"
[[task]]
id = "call"
label = "First call"
pool = "sales"
[[task]]
id = "visit"
label = "Visit"
pool = "measurers"
[[outcome]]
id = "visit"
label = "Visit agreed"
key = "2"
next = { task = "visit", after = "2d", to = "pool:measurers" }
[[outcome]]
id = "mine"
label = "Mine"
key = "3"
next = { after = "1d12h", to = "олена.к" }
""").ruleset
    assert rules.pools == {"sales": Pool("sales", "sales"), "measurers": Pool("measurers", "Measurers")}
    assert list(rules.tasks) == ["callback", "call", "visit"]
    assert rules.tasks["call"] == TaskKind("call", "First call", "sales")
    assert rules.outcomes["mine"].effect.next == Next("call", Delay(1, 12 * 3600), to="олена.к")


BUTTON = """
[[ladder]]
id = "slow"
rungs = ["1d", "gone"]
spread = "10m"
[[ladder]]
id = "fast"
rungs = ["1m", "gone"]
[[outcome]]
id = "button"
label = "Button"
key = "2"
"""


def reason_effect(outcome: str, reason: str) -> Effect:
    head = '[[outcome.reason]]\nid = "why"\nlabel = "Why"\nkey = "1"\n'
    rules = with_more(f"{BUTTON}{outcome}\n{head}{reason}\n").ruleset
    return rules.outcomes["button"].reasons[0].effect


STEP = Next("call", Delay(days=1))
REOPEN = Next("call", status="warm")


@pytest.mark.parametrize(
    ("outcome", "reason", "effect"),
    [
        (
            'ask = ["note"]\nladder = "slow"\nstatus = "warm"\nbad_phone = true',
            "",
            Effect(ask=("note",), ladder="slow", status="warm", bad_phone=True),
        ),
        ('ask = ["note"]\nladder = "slow"', "ask = []", Effect(ladder="slow")),
        ('bad_phone = true\nladder = "slow"', "bad_phone = false", Effect(ladder="slow")),
        ('ladder = "slow"\nstatus = "warm"', 'ladder = "fast"', Effect(ladder="fast", status="warm")),
        ('next = { after = "1d" }\nreached = false', 'ladder = "fast"', Effect(ladder="fast")),
        ('ladder = "slow"\nreached = false', 'next = { after = "1d" }', Effect(next=STEP)),
        ('ladder = "slow"', 'status = "gone"', Effect(status="gone")),
        ('next = { after = "1d" }', 'status = "gone"', Effect(status="gone")),
        ('next = { after = "1d" }', 'status = "warm"', Effect(status="warm", next=STEP)),
        (
            'status = "sold"\nnext = { status = "warm" }',
            'status = "gone"',
            Effect(status="gone", next=REOPEN),
        ),
        ('next = { after = "1d" }', "dnc = true", Effect(status="gone", dnc=True)),
        ("dnc = true", "", Effect(status="gone", dnc=True)),
        ('dnc = true\nstatus = "sold"', "", Effect(status="sold", dnc=True)),
    ],
)
def test_a_reason_inherits_what_it_does_not_state(outcome: str, reason: str, effect: Effect) -> None:
    assert reason_effect(outcome, reason) == effect


def test_a_button_with_a_ladder_is_a_miss_unless_it_says_otherwise() -> None:
    rules = with_more(f'{BUTTON}ladder = "slow"\n').ruleset
    assert rules.outcomes["button"].reached is False
    assert rules.ladders["slow"].spread == 600
    assert rules.ladders["slow"].rungs == (Rung("1d", Delay(days=1)), Rung("gone", ending="gone"))


def test_a_reason_with_its_own_ladder_needs_no_way_on_from_its_button() -> None:
    rules = with_more(f'{BUTTON}reason = [{{ id = "a", label = "A", key = "1", ladder = "slow" }}]').ruleset
    assert rules.outcomes["button"].needs_reason


def test_show_for() -> None:
    assert with_more(f'{BUTTON}dnc = true\nshow_for = ["call"]').ruleset.outcomes["button"].show_for == ("call",)


@pytest.mark.parametrize(
    ("text", "line", "path", "word"),
    [
        ('[[ladder]]\nid = "long"\nrungs = ["1m"]', 15, "ladder.long.rungs", "repeated without end"),
        ('[calling]\nwindow = { mon-sun = "" }', 14, "calling.window", "closed all week"),
        ('[[calling.region]]\nwhere = "UK"', 14, "calling.region.UK.where", '"GB"'),
        ('[[calling.region]]\nwhere = "XX-1"', 14, "calling.region.XX-1.where", "ISO 3166"),
        ('[[funnel]]\nid = "f"\nlabel = "F"\nstatuses = ["new"]', 4, "status.warm", "in no funnel"),
        ("", 5, "status.sold", "nothing leads"),
    ],
)
def test_warnings_do_not_stand_in_the_way(text: str, line: int, path: str, word: str) -> None:
    warnings = with_more(text).warnings
    found = [warning for warning in warnings if (warning.line, warning.path) == (line, path)]
    assert any(word in warning.message for warning in found)


def test_warnings_come_with_the_faults() -> None:
    with pytest.raises(RuleFaults) as caught:
        with_more('[calling]\nwindow = { mon-sun = "" }\nmax_per_day = 0\n')
    assert [fault.line for fault in caught.value.faults] == [15]
    assert "calling.window" in [warning.path for warning in caught.value.warnings]


def test_faults_read_as_one_text() -> None:
    faults = (Fault(3, "money.currency", "is wrong"), Fault(None, "", "is all wrong"))
    assert str(RuleFaults(faults)) == "line 3: money.currency: is wrong\nis all wrong"


def test_a_text_is_read_once_and_its_faults_are_told_each_time() -> None:
    text = f"{preset_text('en')}\n# nobody else reads this one\n"
    assert parsed(text) is parsed(text)
    assert parsed(text).ruleset == load(text).ruleset
    for _ in range(2):
        with pytest.raises(RuleFaults):
            parsed(f"{text}[")


@given(st.text())
def test_any_text_is_refused_with_faults(text: str) -> None:
    with pytest.raises(RuleFaults) as caught:
        load(text)
    assert caught.value.faults


@given(st.data())
def test_a_damaged_file_is_loaded_or_refused_never_worse(data: st.DataObject) -> None:
    lines = preset_text("en").splitlines()
    index = data.draw(st.integers(0, len(lines) - 1))
    values = ["", "1", '"x"', "[]", "{}", "true", '["x"]', "[{}]", '"\\u001b[31m"', "2021-01-01", "1.5"]
    key, equals, _ = lines[index].partition(" = ")
    lines[index] = f"{key} = {data.draw(st.sampled_from(values))}" if equals else ""
    try:
        load("\n".join(lines))
    except RuleFaults as refused:
        for fault in refused.faults + refused.warnings:
            assert fault.line is None or 1 <= fault.line <= len(lines)
            assert fault.message.isprintable()
