"""One-line edits: the text differs only where it must, in every preset and in files written another way."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable

import pytest

from rules.file.load import load
from rules.file.preset import PRESETS, preset_text
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.rule_changes.editing import NewReason, add_status, remove_status, rename_status, set_ladder, set_reason

EN = preset_text("en")


def differing(before: str, after: str) -> list[str]:
    """The lines taken out and put in."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


EDITS: list[tuple[str, Callable[[str], str], int]] = [
    ("ladder", lambda text: set_ladder(text, "no-answer", ["5m", "45m", "3h", "archive"]), 2),
    ("new ladder", lambda text: set_ladder(text, "patient", ["1d", "archive"]), 4),
    ("reason", lambda text: set_reason(text, "no-answer", NewReason("busy", "not-available", key="5")), 4),
    ("reason without ladder", lambda text: set_reason(text, "refused", NewReason("other", "busy")), 1),
    ("new reason", lambda text: set_reason(text, "no-answer", NewReason("hung-up", "busy")), 6),
    ("first reason", lambda text: set_reason(text, "wrong-number", NewReason("nobody", "busy")), 6),
    ("status", lambda text: add_status(text, "re-contact", "Re-contact", "open", "in-work"), 7),
    ("last status", lambda text: add_status(text, "lost", "Lost", "lost", None), 5),
    ("rename", lambda text: rename_status(text, "archive", 'Archive "old"'), 2),
    ("remove", lambda text: remove_status(text, "offer-sent"), 7),
    ("remove last", lambda text: remove_status(text, "archive"), 5),
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize(("edit", "lines"), [edit[1:] for edit in EDITS], ids=[edit[0] for edit in EDITS])
def test_nothing_but_what_is_meant_differs(name: str, edit: Callable[[str], str], lines: int, newline: str) -> None:
    before = preset_text(name).replace("\n", newline)
    after = edit(before)
    assert len(differing(before, after)) == lines
    assert after.count("#") == before.count("#")
    assert after.count("\n") == after.count(newline)


def test_a_ladder_keeps_the_comments_of_its_rungs() -> None:
    before = 'id = "no-answer"\nrungs = [  # short\n  "5m",   # at once\n  "30m",  # then\n  "archive",\n]  # end'
    text = EN.replace('id = "no-answer"\nrungs = ["5m", "30m", "3h", "1d", "archive"]', before)
    after = set_ladder(text, "no-answer", ["5m", "45m", "archive"])
    assert differing(text, after) == ['-   "30m",  # then', '+   "45m",  # then']
    longer = set_ladder(text, "no-answer", ["5m", "45m", "1h", "archive"])
    assert [rung.text for rung in load(longer).ruleset.ladders["no-answer"].rungs] == ["5m", "45m", "1h", "archive"]
    assert "# at once" in longer
    assert "# end" in longer


def test_values_keep_the_comments_beside_them() -> None:
    text = EN.replace('label = "New"', 'label = "New"     # just arrived')
    assert 'label = "Fresh"     # just arrived' in rename_status(text, "new", "Fresh")


def test_a_new_reason_gets_a_free_key_and_a_label() -> None:
    text = set_reason(EN, "no-answer", NewReason("hung-up", "busy"))
    reason = load(text).ruleset.outcomes["no-answer"].reasons[-1]
    assert (reason.id, reason.label, reason.key, reason.effect.ladder) == ("hung-up", "Hung up", "4", "busy")
    assert '\n  [[outcome.reason]]\n  id = "hung-up"\n' in text
    named = set_reason(EN, "no-answer", NewReason("hung-up", "busy", "Слухавку кинуто", "7"))
    assert load(named).ruleset.outcomes["no-answer"].reasons[-1].label == "Слухавку кинуто"
    full = EN
    for number in range(6):
        full = set_reason(full, "no-answer", NewReason(f"r{number}", "busy"))
    with pytest.raises(BadRequest, match="nine keys"):
        set_reason(full, "no-answer", NewReason("more", "busy"))


@pytest.mark.parametrize(
    ("after", "funnels"),
    [
        ("in-work", {"main": ("new", "in-work", "x", "offer-sent"), "repeat": ("regular",)}),
        ("regular", {"main": ("new", "in-work", "offer-sent"), "repeat": ("regular", "x")}),
        ("paid", {"main": ("new", "in-work", "offer-sent", "x"), "repeat": ("regular",)}),
        (None, {"main": ("new", "in-work", "offer-sent", "x"), "repeat": ("regular",)}),
    ],
)
def test_an_open_status_takes_its_place_in_the_funnel(after: str | None, funnels: dict[str, tuple[str, ...]]) -> None:
    rules = load(add_status(EN, "x", "X", "open", after)).ruleset
    assert {name: funnel.statuses for name, funnel in rules.funnels.items()} == funnels
    names = list(rules.statuses)
    assert names[names.index("x") - 1] == (after or "archive")


def test_without_funnels_there_is_none_to_join() -> None:
    text = EN[: EN.index("# The paths")] + EN[EN.index("# Kinds of next") :]
    rules = load(add_status(text, "x", "X", "open", "new")).ruleset
    assert rules.funnels["main"].statuses == ("new", "x", "in-work", "offer-sent", "regular")


def test_a_first_ladder_goes_behind_the_statuses() -> None:
    text = 'schema = 1\n[[status]]\nid = "new"\nlabel = "New"\nkind = "open"\n# end'
    after = set_ladder(text, "slow", ["1d"])
    assert tomllib.loads(after)["ladder"] == [{"id": "slow", "rungs": ["1d"]}]
    assert after.endswith("\n# end")


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: rename_status(text, "nowhere", "X"),
        lambda text: remove_status(text, "nowhere"),
        lambda text: add_status(text, "x", "X", "open", "nowhere"),
        lambda text: set_reason(text, "nothing", NewReason("busy", "busy")),
    ],
)
def test_what_is_not_there_is_named_with_what_is(edit: Callable[[str], str]) -> None:
    with pytest.raises(NothingToDo, match="The rules have no") as missing:
        edit(EN)
    assert missing.value.mend.startswith("Known: n")


def test_a_taken_id_and_a_text_that_is_no_toml() -> None:
    with pytest.raises(BadRequest, match='a status "new" already'):
        add_status(EN, "new", "New", "open", None)
    with pytest.raises(BadRequest, match="not TOML"):
        rename_status("schema = ", "new", "X")


INLINE = """schema = 1
status = [ { id = "new", label = "New", kind = "open" }, { id = "gone", label = "Gone", kind = "lost" } ]
outcome = [ { id = "no", label = "No", key = "1", status = "gone" } ]
"""


def test_tables_in_a_line_are_edited_or_left_alone() -> None:
    assert load(rename_status(INLINE, "new", "Fresh")).ruleset.statuses["new"].label == "Fresh"
    with pytest.raises(BadRequest, match="in a way that this command cannot change"):
        add_status(INLINE, "x", "X", "open", "new")
    with pytest.raises(BadRequest, match="in a way that this command cannot change"):
        remove_status(INLINE, "gone")
