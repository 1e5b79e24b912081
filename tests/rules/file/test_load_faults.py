"""Every fault of a rule file is found at once, each with its line, its place and a mend."""

import pytest

from rules.file.faults import Fault, RuleFaults
from rules.file.load import load

GOOD = """\
schema = 1

[money]
currency = "UAH"

[feed]
order = ["callback", "incoming", "retry", "planned"]
fresh_for = "30m"

[calling]
window = { mon-fri = "09:00-20:00" }
max_per_day = 6
dnc_status = "refused"
[[calling.region]]
where = "US"
max_per_24h = 4

[working]
zone = "Europe/Kyiv"

[[status]]
id = "new"
label = "New"
kind = "open"
[[status]]
id = "paid"
label = "Paid"
kind = "won"
[[status]]
id = "refused"
label = "Refused"
kind = "lost"

[[funnel]]
id = "main"
label = "Sales"
statuses = ["new"]

[[pool]]
id = "sales"
label = "Sales"

[[task]]
id = "visit"
label = "Visit"

[[ladder]]
id = "busy"
rungs = ["5m", "1d", "refused"]
spread = "1m"

[[outcome]]
id = "missed"
label = "Missed"
key = "1"
reached = false
  [[outcome.reason]]
  id = "engaged"
  label = "Engaged"
  key = "1"
  ladder = "busy"

[[outcome]]
id = "later"
label = "Later"
key = "2"
ask = ["time"]
next = { task = "callback" }

[[outcome]]
id = "bought"
label = "Bought"
key = "3"
status = "paid"
show_for = ["visit"]
"""


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(RuleFaults) as caught:
        load(text)
    return caught.value.faults


def test_the_good_file_is_good() -> None:
    assert load(GOOD).warnings == ()
    assert GOOD.count("\n") == 75


# What the files in zoo do not show already.
CASES = [
    ("schema = 1", "schema = true", 1, "schema", "whole number"),
    ("schema = 1", 'schema = 1\n"\\u001b[31m" = 5', 2, "'\\x1b[31m'", "not known"),
    ("schema = 1", "schema = 1\n\n[trigger]", 3, "trigger", "write [[trigger]] above each entry"),
    ("[money]", "[money", 3, "", "not TOML"),
    ('"planned"]', "4]", 7, "feed.order[3]", "must be a text in quotes, not a number"),
    ('"Europe/Kyiv"', '"Nowhere/Atall"', 19, "working.zone", "write it like Europe/Kyiv"),
    ('"Europe/Kyiv"', '"Europe/Kyiv"\nhours = { mon = "10:00-9:00" }', 20, "working.hours.mon", "before it starts"),
    ('"09:00-20:00"', '"10:70-20:00"', 11, "calling.window.mon-fri", "does not exist"),
    ('"09:00-20:00"', '["09:00-20:00", 5]', 11, "calling.window.mon-fri[1]", "text in quotes"),
    ('"09:00-20:00"', "9", 11, "calling.window.mon-fri", "a text in quotes"),
    ("mon-fri", "fri-mon", 11, "calling.window.fri-mon", "range of days"),
    ("mon-fri", "mon-mon", 11, "calling.window.mon-mon", "range of days"),
    ("max_per_day = 6", "max_per_day = -1", 12, "calling.max_per_day", "from 1 to 1000"),
    ('dnc_status = "refused"', 'dnc_status = "refusd"', 13, "calling.dnc_status", 'did you mean "refused"'),
    ('where = "US"', 'where = "US"\nwindow = {}', 16, "calling.region.US.window", "names no day"),
    ("[[calling.region]]", "[calling.region]", 14, "calling.region", "[[calling.region]]"),
    ('id = "sales"', 'id = "our sales"', 40, "pool[0].id", "lower-case"),
    ('id = "sales"', "", 39, "pool[0].id", "missing"),
    ("[[pool]]", "[pool]", 39, "pool", "write [[pool]] above each entry"),
    ('label = "New"', 'label = "New"\ncolour = 2021-01-01', 24, "status.new.colour", "Known: id, kind, label"),
    ('kind = "won"', "kind = [1]", 28, "status.paid.kind", "not a list"),
    ('kind = "won"', "kind = { a = 1 }", 28, "status.paid.kind", "not a table"),
    ('kind = "won"', "kind = 2021-01-01", 28, "status.paid.kind", "not a date"),
    ('["new"]', '["new", "new"]', 37, "funnel.main.statuses[1]", "too"),
    ('["new"]', '"new"', 37, "funnel.main.statuses", 'a list such as ["one", "two"]'),
    ("[[pool]]", '[[pool]]\nleader = "anna"', 40, "pool.sales.leader", "not known"),
    ('["5m", "1d", "refused"]', '["5m", "gone"]', 49, "ladder.busy.rungs[1]", "(paid, refused)"),
    ('["5m", "1d", "refused"]', '["5m",\n"1x"]', 50, "ladder.busy.rungs[1]", "not a duration"),
    ('["5m", "1d", "refused"]', "[5]", 49, "ladder.busy.rungs[0]", "text in quotes"),
    ('rungs = ["5m", "1d", "refused"]', "", 47, "ladder.busy.rungs", "missing"),
    ('spread = "1m"', 'spread = "400d"', 50, "ladder.busy.spread", "longer than 366 days"),
    ("reached = false", "reached = 0", 56, "outcome.missed.reached", "true or false"),
    ("reached = false", "reached = true", 61, "outcome.missed.reason.engaged.ladder", "reached = false"),
    ('ladder = "busy"', "", 57, "outcome.missed.reason.engaged", "leads nowhere"),
    ('key = "2"', "", 63, "outcome.later.key", "missing"),
    ('{ task = "callback" }', '{ status = "nwe" }', 68, "outcome.later.next.status", 'did you mean "new"'),
    ('{ task = "callback" }', '{ to = "pool:sale" }', 68, "outcome.later.next.to", 'did you mean "sales"'),
    ('{ task = "callback" }', '{ too = "owner" }', 68, "outcome.later.next.too", 'did you mean "to"'),
    ('{ task = "callback" }', '"callback"', 68, "outcome.later.next", "a table"),
    ('status = "paid"', 'dnc = true\nstatus = "new"', 70, "outcome.bought", "ends all calls"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "path", "word"), CASES)
def test_one_fault(old: str, new: str, line: int, path: str, word: str) -> None:
    assert old in GOOD
    faults = faults_of(GOOD.replace(old, new, 1))
    assert [(fault.line, fault.path) for fault in faults] == [(line, path)]
    assert word in faults[0].message


def test_all_faults_at_once_in_the_files_order() -> None:
    text = GOOD.replace('"UAH"', '"uah"').replace('"09:00-20:00"', '"9-20"').replace('key = "2"', 'key = "x"')
    faults = faults_of(text.replace('ladder = "busy"', 'ladder = "none"'))
    assert [(fault.line, fault.path) for fault in faults] == [
        (4, "money.currency"),
        (11, "calling.window.mon-fri"),
        (61, "outcome.missed.reason.engaged.ladder"),
        (66, "outcome.later.key"),
    ]


@pytest.mark.parametrize("text", ["", "status = []\noutcome = []"])
def test_what_is_required(text: str) -> None:
    assert [fault.path for fault in faults_of(text)] == ["schema", "status", "outcome"]


@pytest.mark.parametrize(
    ("kinds", "words"),
    [(["won", "lost"], ["none of kind open"]), (["open", "won"], ["none of kind lost or archived"])],
)
def test_statuses_that_every_desk_needs(kinds: list[str], words: list[str]) -> None:
    statuses = "".join(f'[[status]]\nid = "{kind}"\nlabel = "X"\nkind = "{kind}"\n' for kind in kinds)
    button = '[[outcome]]\nid = "won"\nlabel = "X"\nkey = "1"\nstatus = "won"\n'
    faults = faults_of(f"schema = 1\n{statuses}{button}")
    assert [fault.path for fault in faults] == ["status"]
    assert [word for word in words if word in faults[0].message] == words


def test_an_entry_with_a_taken_id_is_checked_all_the_same() -> None:
    second = '[[ladder]]\nid = "busy"\nrungs = ["never"]\n'
    assert [fault.path for fault in faults_of(GOOD + second)] == ["ladder.busy.id", "ladder.busy.rungs[0]"]


def test_there_are_keys_for_nine_reasons() -> None:
    def reason(number: int) -> str:
        return f'[[outcome.reason]]\nid = "r{number}"\nlabel = "R"\nkey = "{number}"\n'

    assert len(load(GOOD + "".join(map(reason, range(1, 10)))).ruleset.outcomes["bought"].reasons) == 9
    faults = faults_of(GOOD + "".join(map(reason, range(1, 11))))
    assert [fault.path for fault in faults] == ["outcome.bought.reason.r10.key"] * 2
    assert any("keys for nine" in fault.message for fault in faults)


def test_a_reason_is_not_blamed_for_a_way_on_that_needs_it() -> None:
    """With reasons required the outcome alone is never recorded, so only the reasons must lead somewhere."""
    required = 'status = "new"\nreasons_required = true\n'
    reason = '[[outcome.reason]]\nid = "r"\nlabel = "R"\nkey = "1"\n'
    button = f'[[outcome]]\nid = "b"\nlabel = "B"\nkey = "4"\n{required}{reason}'
    assert load(f'{GOOD}{button}next = {{ after = "1d" }}\n').ruleset.outcomes["b"].needs_reason
    assert [fault.path for fault in faults_of(GOOD + button)] == ["outcome.b.reason.r"]


def test_regions_without_a_place_are_not_called_doubles() -> None:
    faults = faults_of(f"{GOOD}[[calling.region]]\n[[calling.region]]\n")
    assert [fault.message for fault in faults] == ["is missing; add it"] * 2


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('a = 1\nb = "open', 2, "not closed"),
        ("a = 1\na = 2\n", 2, "above already"),
        ("a = \x00", 1, "a value is missing"),
        (f"a = {'9' * 5000}", None, "not TOML"),
        (f"a = {'[' * 100_000}", None, "nested too deeply"),
        (f"# {'я' * 140_000}", None, "larger than 256 KB"),
    ],
)
def test_what_is_not_toml_is_one_fault(text: str, line: int | None, word: str) -> None:
    faults = faults_of(text)
    assert [(fault.line, fault.path) for fault in faults] == [(line, "")]
    assert word.lower() in faults[0].message.lower()
