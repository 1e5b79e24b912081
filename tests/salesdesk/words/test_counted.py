"""Counts and articles that agree with what they stand before, wherever the program says one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import salesdesk
import screens
from salesdesk.words.counted import counted, with_article

UNDECIDED = re.compile(r"\w\((?:s|es)\)")  # "1 client(s)"
SOURCES = [path for package in (salesdesk, screens) for path in Path(package.__path__[0]).rglob("*.py")]


@pytest.mark.parametrize(
    ("number", "noun", "many", "said"),
    [
        (0, "row", "", "0 rows"),
        (1, "row", "", "1 row"),
        (2, "row", "", "2 rows"),
        (21, "client", "", "21 clients"),
        (1, "person", "people", "1 person"),
        (3, "person", "people", "3 people"),
        (1, "digit is", "digits are", "1 digit is"),
    ],
)
def test_a_count_agrees_with_its_noun(number: int, noun: str, many: str, said: str) -> None:
    assert counted(number, noun, many) == said


def test_an_article_agrees_with_its_noun() -> None:
    assert [with_article(role) for role in ("manager", "lead", "admin")] == ["a manager", "a lead", "an admin"]


def test_no_sentence_leaves_the_number_of_its_noun_open() -> None:
    found = {path.name: UNDECIDED.findall(path.read_text("utf-8")) for path in SOURCES}
    assert {name: words for name, words in found.items() if words} == {}
