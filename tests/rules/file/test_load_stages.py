"""Statuses and funnels: any number, and final ones that plan a later task through an open status."""

from datetime import timedelta

import pytest

from rules.decide import decide
from rules.file.load import load
from rules.situation import Answer
from tests.support.rule_cases import local, planned, situation

KYIV = "Europe/Kyiv"
NOON = local("2026-11-23 12:00", KYIV)

TWO_FUNNELS = """\
schema = 1
status = [
  { id = "new", label = "New", kind = "open" },
  { id = "regular", label = "Regular", kind = "open" },
  { id = "cold", label = "Cold", kind = "open" },
  { id = "paid", label = "Paid", kind = "won" },
  { id = "refused", label = "Refused", kind = "lost" },
  { id = "archive", label = "Archive", kind = "archived" },
]
funnel = [
  { id = "main", label = "Sales", statuses = ["new"] },
  { id = "repeat", label = "Repeat", statuses = ["regular"] },
  { id = "back", label = "Win back", statuses = ["cold"] },
]
task = [ { id = "win-back", label = "Win back", pool = "winners" } ]
[[outcome]]
id = "paid"
label = "Paid"
key = "1"
status = "paid"
next = { after = "30d", status = "regular", to = "owner" }
[[outcome]]
id = "refused"
label = "Refused"
key = "2"
status = "refused"
next = { task = "win-back", after = "90d", status = "cold" }
  [[outcome.reason]]
  id = "dead"
  label = "Closed down"
  key = "1"
  status = "archive"
  next = { after = "365d", status = "cold" }
  [[outcome.reason]]
  id = "price"
  label = "Price"
  key = "2"
[[outcome]]
id = "never"
label = "Never"
key = "3"
dnc = true
"""


@pytest.mark.parametrize(
    ("answer", "closed_as", "stands_in", "days", "pool"),
    [
        (Answer("paid"), "paid", ("regular", "repeat"), 30, None),
        (Answer("refused"), "refused", ("cold", "back"), 90, "winners"),
        (Answer("refused", "price"), "refused", ("cold", "back"), 90, "winners"),
        (Answer("refused", "dead"), "archive", ("cold", "back"), 365, None),
    ],
)
def test_a_closed_deal_opens_another_in_a_funnel_of_its_own(
    answer: Answer, closed_as: str, stands_in: tuple[str, str], days: int, pool: str | None
) -> None:
    rules = load(TWO_FUNNELS).ruleset
    decision = decide(rules, situation(misses=2), answer, NOON)
    assert (decision.closed_as, decision.status_kind, decision.misses) == (closed_as, "open", 0)
    funnel = rules.funnel_of(decision.status)
    assert funnel is not None
    assert (decision.status, funnel.id) == stands_in
    following = planned(decision)
    assert (following.wanted_at, following.pool) == (NOON + timedelta(days=days), pool)


def test_any_number_of_statuses_and_funnels() -> None:
    statuses = [f'[[status]]\nid = "s{n}"\nlabel = "Stage {n}"\nkind = "open"\n' for n in range(150)]
    funnels = [f'[[funnel]]\nid = "f{n}"\nlabel = "F"\nstatuses = ["s{n}", "s{n + 75}"]\n' for n in range(75)]
    end = '[[status]]\nid = "end"\nlabel = "End"\nkind = "lost"\n'
    button = '[[outcome]]\nid = "no"\nlabel = "No"\nkey = "1"\nstatus = "end"\n'
    loaded = load("schema = 1\n" + "".join([*statuses, *funnels]) + end + button)
    assert list(loaded.ruleset.statuses)[:3] == ["s0", "s1", "s2"]
    assert (len(loaded.ruleset.statuses), len(loaded.ruleset.funnels)) == (151, 75)
    assert loaded.ruleset.first_status == "s0"
    # nothing but imports leads to the others: allowed, and told
    assert len(loaded.warnings) == 149
    assert "only an import can bring a client there" in loaded.warnings[0].message
