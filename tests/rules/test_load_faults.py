"""Every fault of a rule file is found at once, each with its line, its place and a mend."""

import pytest

from rules.faults import Fault, RuleFaults
from rules.load import load

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


CASES = [
    # the file as a whole
    ('schema = 1', "", 1, "schema", "begin the file with schema = 1"),
    ("schema = 1", "schema = 2", 1, "schema", "update salesdesk"),
    ("schema = 1", "schema = true", 1, "schema", "whole number"),
    ("schema = 1", 'schema = 1\ninclude = ["us"]', 2, "include", "does not act on it yet"),
    ("schema = 1", "schema = 1\n\n[[trigger]]", 3, "trigger", "does not act on it yet"),
    ("schema = 1", "schema = 1\ncaling = 5", 2, "caling", 'did you mean "calling"'),
    ("schema = 1", 'schema = 1\n"\\u001b[31m" = 5', 2, "'\\x1b[31m'", "not known"),
    ("[money]", "[money", 3, "", "not TOML"),
    # money, feed, working
    ('"UAH"', '"hryvnia"', 4, "money.currency", "three capitals"),
    ("[money]\ncurrency", "money", 3, "money", "write [money]"),
    (', "planned"]', "]", 7, "feed.order", "lacks planned"),
    ('"planned"]', '"plan"]', 7, "feed.order[3]", 'did you mean "planned"'),
    ('"planned"]', '"retry"]', 7, "feed.order[3]", "twice"),
    ('"planned"]', "4]", 7, "feed.order[3]", "must be a text in quotes, not a number"),
    ('"30m"', '"30"', 8, "feed.fresh_for", "not a duration"),
    ('"30m"', "30", 8, "feed.fresh_for", "duration in quotes"),
    ("fresh_for", "freshfor", 8, "feed.freshfor", 'did you mean "fresh_for"'),
    ('"30m"', '"30m"\nclaim_minutes = 0', 9, "feed.claim_minutes", "from 1 to 1440"),
    ("Europe/Kyiv", "Europe/Kyev", 19, "working.zone", 'did you mean "Europe/Kyiv"'),
    ("Europe/Kyiv", "home", 19, "working.zone", "write it like Europe/Kyiv"),
    # calling
    ('"09:00-20:00"', '"20:00-09:00"', 11, "calling.window.mon-fri", "ends before it starts"),
    ('"09:00-20:00"', '"09:00-09:00"', 11, "calling.window.mon-fri", "empty"),
    ('"09:00-20:00"', '"09:00-24:30"', 11, "calling.window.mon-fri", "does not exist"),
    ('"09:00-20:00"', '"09:60-20:00"', 11, "calling.window.mon-fri", "does not exist"),
    ('"09:00-20:00"', '"nine to five"', 11, "calling.window.mon-fri", "write it like 09:00-20:00"),
    ('"09:00-20:00"', '"09:00-13:00, 12:00-20:00"', 11, "calling.window.mon-fri", "overlap"),
    ('"09:00-20:00"', "9", 11, "calling.window.mon-fri", "a text in quotes"),
    ("mon-fri", "monday", 11, "calling.window.monday", "write mon, mon-fri or sat-sun"),
    ("mon-fri", "fri-mon", 11, "calling.window.fri-mon", "range of days"),
    ("mon-fri", "mon-mon", 11, "calling.window.mon-mon", "range of days"),
    (' }\nmax', ', fri-sun = "" }\nmax', 11, "calling.window.fri-sun", 'fri is in "mon-fri" too'),
    ("max_per_day = 6", 'max_per_day = "6"', 12, "calling.max_per_day", "whole number without quotes"),
    ("max_per_day = 6", "max_per_day = -1", 12, "calling.max_per_day", "from 1 to 1000"),
    ("max_per_day = 6", 'unknown_zone = "guess"', 12, "calling.unknown_zone", "Known: intersection, home, hold"),
    ("max_per_day = 6", "holidays = true", 12, "calling.holidays", "not available in this version"),
    ('dnc_status = "refused"', 'dnc_status = "new"', 13, "calling.dnc_status", "not a lost or archived status"),
    ('dnc_status = "refused"', 'dnc_status = "refusd"', 13, "calling.dnc_status", 'did you mean "refused"'),
    ('where = "US"', 'where = "USA"', 15, "calling.region.USA.where", "a country such as US"),
    ('where = "US"', "", 14, "calling.region[0].where", "missing"),
    ("max_per_24h = 4", '[[calling.region]]\nwhere = "US"', 17, "calling.region.US.where", "join the two"),
    ("[[calling.region]]", "[calling.region]", 14, "calling.region", "[[calling.region]]"),
    # statuses, funnels, pools, tasks
    ('id = "sales"', 'id = "Sales"', 40, "pool.Sales.id", "lower-case"),
    ('id = "sales"', 'id = "our sales"', 40, "pool[0].id", "lower-case"),
    ('id = "sales"', "", 39, "pool[0].id", "missing"),
    ('[[pool]]', "[pool]", 39, "pool", "write [[pool]] above each entry"),
    ('label = "New"', "", 21, "status.new.label", "missing"),
    ('label = "New"', 'label = "  "', 23, "status.new.label", "blank"),
    ('label = "New"', 'label = "N\\u001bew"', 23, "status.new.label", "control character"),
    ('label = "New"', 'label = "N\\u202eew"', 23, "status.new.label", "control character"),
    ('label = "New"', f'label = "{"n" * 61}"', 23, "status.new.label", "60 at most"),
    ('label = "New"', 'label = "New"\ncolour = 2021-01-01', 24, "status.new.colour", "Known: id, kind, label"),
    ('kind = "won"', 'kind = "win"', 28, "status.paid.kind", 'did you mean "won"'),
    ('kind = "won"', "kind = [1]", 28, "status.paid.kind", "not a list"),
    ('kind = "won"', "kind = { a = 1 }", 28, "status.paid.kind", "not a table"),
    ('kind = "won"', "kind = 2021-01-01", 28, "status.paid.kind", "not a date"),
    ('spread = "1m"', '[[ladder]]\nid = "busy"\nrungs = ["paid"]', 51, "ladder.busy.id", "taken"),
    ('["new"]', '["new", "nwe"]', 37, "funnel.main.statuses[1]", 'did you mean "new"'),
    ('["new"]', '["new", "paid"]', 37, "funnel.main.statuses[1]", "final status"),
    ('["new"]', '["new", "new"]', 37, "funnel.main.statuses[1]", "too"),
    ('["new"]', "[]", 37, "funnel.main.statuses", "empty"),
    ('["new"]', '"new"', 37, "funnel.main.statuses", 'a list such as ["one", "two"]'),
    ("[[pool]]", '[[pool]]\nlead = "anna"', 40, "pool.sales.lead", "not known"),
    ('label = "Visit"', 'label = "Visit"\npool = "Our pool"', 46, "task.visit.pool", "not an id"),
    # ladders
    ('["5m", "1d", "refused"]', "[]", 49, "ladder.busy.rungs", "is empty"),
    ('["5m", "1d", "refused"]', '["refused", "1d"]', 49, "ladder.busy.rungs[0]", "must be the last rung"),
    ('["5m", "1d", "refused"]', '["5m", "new"]', 49, "ladder.busy.rungs[1]", "open status"),
    ('["5m", "1d", "refused"]', '["5m", "archive"]', 49, "ladder.busy.rungs[1]", 'kind = "archived"'),
    ('["5m", "1d", "refused"]', '["5m", "gone"]', 49, "ladder.busy.rungs[1]", "(paid, refused)"),
    ('["5m", "1d", "refused"]', '["5m",\n"1x"]', 50, "ladder.busy.rungs[1]", "not a duration"),
    ('["5m", "1d", "refused"]', "[5]", 49, "ladder.busy.rungs[0]", "text in quotes"),
    ('rungs = ["5m", "1d", "refused"]', "", 47, "ladder.busy.rungs", "missing"),
    ('spread = "1m"', 'spread = "400d"', 50, "ladder.busy.spread", "longer than 366 days"),
    # buttons
    ("reached = false", "reached = 0", 56, "outcome.missed.reached", "true or false"),
    ("reached = false", "reached = true", 61, "outcome.missed.reason.engaged.ladder", "reached = false"),
    ('ladder = "busy"', 'ladder = "bsy"', 61, "outcome.missed.reason.engaged.ladder", 'did you mean "busy"'),
    ('ladder = "busy"', "", 57, "outcome.missed.reason.engaged", "leads nowhere"),
    ('key = "2"', 'key = "1"', 66, "outcome.later.key", "button above"),
    ('key = "2"', "key = 2", 66, "outcome.later.key", "text in quotes"),
    ('key = "2"', 'key = "10"', 66, "outcome.later.key", "one digit"),
    ('key = "2"', "", 63, "outcome.later.key", "missing"),
    ('ask = ["time"]', 'ask = ["when"]', 67, "outcome.later.ask[0]", "Known: time, amount, note"),
    ('next = { task = "callback" }', 'status = "paid"', 63, "outcome.later", "asks for a time"),
    ('{ task = "callback" }', '{ task = "cal" }', 68, "outcome.later.next.task", 'did you mean "call"'),
    ('{ task = "callback" }', '{ after = "0m" }', 68, "outcome.later.next.after", "no time at all"),
    ('{ task = "callback" }', '{ status = "nwe" }', 68, "outcome.later.next.status", 'did you mean "new"'),
    ('{ task = "callback" }', '{ status = "paid" }', 68, "outcome.later.next.status", "needs an open one"),
    ('{ task = "callback" }', '{ to = "pool:sale" }', 68, "outcome.later.next.to", 'did you mean "sales"'),
    ('{ task = "callback" }', '{ to = "a b" }', 68, "outcome.later.next.to", "a person's name"),
    ('{ task = "callback" }', '{ too = "owner" }', 68, "outcome.later.next.too", 'did you mean "to"'),
    ('{ task = "callback" }', '"callback"', 68, "outcome.later.next", "a table"),
    ('{ task = "callback" }', '{}\nladder = "busy"\nreached = false', 63, "outcome.later", "keep one of them"),
    ('status = "paid"', "", 70, "outcome.bought", "leads nowhere"),
    ('status = "paid"', 'status = "pd"', 74, "outcome.bought.status", 'did you mean "paid"'),
    ('status = "paid"', 'status = "new"', 70, "outcome.bought", 'in "new" with no task'),
    ('status = "paid"', 'status = "paid"\nnext = {}', 70, "outcome.bought", "next.status"),
    ('status = "paid"', 'status = "paid"\nladder = "busy"', 70, "outcome.bought", "never be used"),
    ('status = "paid"', "dnc = true\nnext = {}", 70, "outcome.bought", "ends all calls"),
    ('status = "paid"', 'dnc = true\nstatus = "new"', 70, "outcome.bought", "ends all calls"),
    ('status = "paid"', 'status = "paid"\nreasons_required = true', 75, "outcome.bought.reasons_required", "add"),
    ('["visit"]', '["vist"]', 75, "outcome.bought.show_for[0]", 'did you mean "visit"'),
    ('show_for = ["visit"]', "reason = [1]", 75, "outcome.bought.reason[0]", "must be a table"),
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


def test_there_are_keys_for_nine_buttons() -> None:
    def button(number: int) -> str:
        return f'[[outcome]]\nid = "b{number}"\nlabel = "B"\nkey = "{number}"\ndnc = true\n'

    assert load(GOOD + "".join(map(button, range(4, 10)))).ruleset.outcomes["b9"].key == "9"
    faults = faults_of(GOOD + "".join(map(button, range(4, 11))))
    assert [(fault.path, "one" in fault.message) for fault in faults] == [("outcome.b10.key", True)] * 2


def test_reasons_have_keys_of_their_own() -> None:
    more = '  [[outcome.reason]]\n  id = "other"\n  label = "Other"\n  key = "1"\n'
    faults = faults_of(GOOD + more.replace("1", "2") + more.replace("other", "third").replace("1", "2"))
    assert [(fault.line, fault.path) for fault in faults] == [(83, "outcome.bought.reason.third.key")]


def test_a_client_in_hand_always_meets_a_button() -> None:
    text = GOOD.replace("reached = false", 'show_for = ["visit"]').replace("\nask", '\nshow_for = ["visit"]\nask')
    faults = faults_of(text)
    assert [fault.path for fault in faults] == ["outcome", "outcome"]
    assert ['"call"' in faults[0].message, '"callback"' in faults[1].message] == [True, True]
    assert all(fault.line == 52 for fault in faults)


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
        ('a = 1\nb = "open', 2, "Unterminated"),
        ("a = 1\na = 2\n", 2, "Cannot overwrite"),
        ("a = \x00", 1, "invalid"),
        (f"a = {'9' * 5000}", None, "not TOML"),
        (f"a = {'[' * 100_000}", None, "nested too deeply"),
    ],
)
def test_what_is_not_toml_is_one_fault(text: str, line: int | None, word: str) -> None:
    faults = faults_of(text)
    assert [(fault.line, fault.path) for fault in faults] == [(line, "")]
    assert word.lower() in faults[0].message.lower()
