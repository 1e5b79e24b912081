"""Buttons limited to task kinds and statuses: which may share a key, and that a client in hand always meets one."""

import pytest

from rules.file.faults import Fault, RuleFaults
from rules.file.load import load

BASE = """\
schema = 1
status = [
  { id = "new", label = "New", kind = "open" },
  { id = "measured", label = "Measured", kind = "open" },
  { id = "lost", label = "Lost", kind = "lost" },
]
task = [ { id = "visit", label = "Visit" } ]
"""


def button(name: str, key: str, rest: str = 'status = "lost"') -> str:
    return f'[[outcome]]\nid = "{name}"\nlabel = "{name}"\nkey = "{key}"\n{rest}\n'


ALWAYS = button("always", "9")


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(RuleFaults) as caught:
        load(text)
    return caught.value.faults


def lost(limits: str) -> str:
    return f'status = "lost"\n{limits}'


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("", "", True),
        ('show_for = ["call"]', "", True),
        ('show_for = ["call"]', 'show_for = ["visit"]', False),
        ('show_for = ["call", "visit"]', 'show_for = ["visit"]', True),
        ('show_in = ["new"]', 'show_in = ["measured"]', False),
        ('show_in = ["new"]', 'show_for = ["visit"]', True),
        ('show_in = ["new"]\nshow_for = ["visit"]', 'show_for = ["visit"]\nshow_in = ["measured"]', False),
    ],
)
def test_only_buttons_that_are_never_shown_together_may_share_a_key(one: str, other: str, clash: bool) -> None:
    text = BASE + button("one", "1", lost(one)) + button("other", "1", lost(other)) + ALWAYS
    if clash:
        assert [fault.path for fault in faults_of(text)] == ["outcome.other.key"]
    else:
        assert [outcome.key for outcome in load(text).ruleset.outcomes.values()] == ["1", "1", "9"]


def test_there_may_be_more_than_nine_buttons_in_all() -> None:
    for_calls = "".join(button(f"c{n}", str(n), lost('show_for = ["call", "callback"]')) for n in range(1, 10))
    for_visits = "".join(button(f"v{n}", str(n), lost('show_for = ["visit"]')) for n in range(1, 10))
    assert len(load(BASE + for_calls + for_visits).ruleset.outcomes) == 18


def test_show_in() -> None:
    outcome = load(BASE + button("a", "1", lost('show_in = ["new"]')) + ALWAYS).ruleset.outcomes["a"]
    assert outcome.show_in == ("new",)
    assert [outcome.fits("call", status) for status in ("new", "measured")] == [True, False]


CALLS = button("visit", "1", 'show_for = ["call", "callback"]\nnext = { task = "visit", after = "1d" }')
VISITS = 'show_for = ["visit"]\nshow_in = ["measured"]'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CALLS, '"visit" in status "measured", "new";'),
        (CALLS + button("done", "2", lost(VISITS)), '"visit" in status "new";'),
        (CALLS.replace("after", 'status = "measured", after') + button("done", "2", lost(VISITS)), ""),
        (CALLS.replace("next", 'status = "measured"\nnext') + button("done", "2", lost(VISITS)), ""),
        (button("a", "1", lost('show_for = ["call"]')), '"callback" in status "measured", "new";'),
        (button("a", "1", lost('show_in = ["new"]')), '"call" in status "measured";'),
    ],
)
def test_a_client_in_hand_always_meets_a_button(text: str, said: str) -> None:
    """Wherever a client can get to; a visit is planned in one status only, so only there must it have buttons."""
    if not said:
        assert load(BASE + text).ruleset.outcomes
        return
    assert any(said in fault.message and fault.path == "outcome" for fault in faults_of(BASE + text))


def test_ladders_and_reasons_lead_to_places_too() -> None:
    """A ladder keeps the kind of task, but may change the status; triggers bring tasks of their own."""
    ladder = '[[ladder]]\nid = "slow"\nrungs = ["1d", "lost"]\n'
    reason = '[[outcome.reason]]\nid = "r"\nlabel = "R"\nkey = "1"\n'
    moving = button("miss", "1", f'show_in = ["new"]\nreached = false\n{reason}ladder = "slow"\nstatus = "measured"')
    arriving = button("met", "2", lost('show_for = ["call", "callback"]'))
    trigger = '[[trigger]]\nstatus = "new"\nsilent_for = "7d"\nthen = { task = "visit" }\n'
    assert load(BASE + ladder + moving + arriving).ruleset.outcomes
    faults = faults_of(BASE + ladder + moving + arriving + trigger)
    assert [fault.message.partition(";")[0] for fault in faults] == [
        'has no button for the task kind "visit" in status "measured"'
    ]


def test_what_names_nothing_is_told_once() -> None:
    """An unknown task kind, or a step into a final status, is a fault of its own and of no button's."""
    text = BASE + button("a", "1", 'show_for = ["call", "callback"]\nnext = { task = "vist", status = "lost" }')
    assert [fault.path for fault in faults_of(text)] == ["outcome.a.next.task", "outcome.a.next.status"]
