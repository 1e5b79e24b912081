"""Pools: a team is a pool with a lead, and says how clients who arrive singly are shared out among its members."""

from __future__ import annotations

import pytest

from rules.file.load import Loaded, load
from rules.file.preset import preset_text
from rules.model import Incoming, Pool

CALL = 'id = "call"\nlabel = "Call"\n'
SELLING = f'{CALL}pool = "sales"\n'


def with_pools(*pools: str, call: str = SELLING) -> Loaded:
    """The English preset, its calls made by a pool, with pools declared."""
    text = preset_text("en")
    assert text.count(CALL) == 1
    return load(text.replace(CALL, call) + "".join(f"\n[[pool]]\n{pool}\n" for pool in pools))


def pool(name: str, label: str, *more: str) -> str:
    return "\n".join((f'id = "{name}"', f'label = "{label}"', *more))


def test_a_pool_that_says_nothing_is_no_team_and_shares_with_anyone() -> None:
    assert with_pools(pool("sales", "Sales")).ruleset.pools == {"sales": Pool("sales", "Sales", None, "anyone")}
    assert with_pools().ruleset.pools == {"sales": Pool("sales", "sales")}


@pytest.mark.parametrize("incoming", ["anyone", "round-robin", "least-loaded"])
def test_a_team_has_a_lead_and_shares_out_as_it_says(incoming: Incoming) -> None:
    loaded = with_pools(pool("sales", "Sales", 'lead = "олена.к"', f'incoming = "{incoming}"'))
    assert loaded.ruleset.pools["sales"] == Pool("sales", "Sales", "олена.к", incoming)
    assert loaded.ruleset.sharing_pools == (() if incoming == "anyone" else ("sales",))
    assert [warning for warning in loaded.warnings if "pool" in warning.path] == []


def test_the_pools_that_share_out_are_those_that_say_so() -> None:
    rules = with_pools(pool("sales", "Sales", 'incoming = "round-robin"'), pool("office", "Office")).ruleset
    assert rules.sharing_pools == ("sales",)


def test_the_declared_pools_follow_those_that_tasks_name() -> None:
    rules = with_pools(pool("office", "Office"), pool("sales", "Sales")).ruleset
    assert list(rules.pools) == ["sales", "office"]


@pytest.mark.parametrize(
    ("call", "where"), [(SELLING, 'they go to the pool "sales"'), (CALL, 'the task kind "call" has no pool')]
)
def test_sharing_out_where_nobody_arrives_is_warned_of(call: str, where: str) -> None:
    loaded = with_pools(pool("office", "Office", 'incoming = "round-robin"'), call=call)
    warning = next(warning for warning in loaded.warnings if warning.path == "pool.office.incoming")
    assert where in warning.message
    assert warning.line is not None
