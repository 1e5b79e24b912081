"""Which letters can begin or go on with a word of typed time."""

from __future__ import annotations

import pytest

from rules.when.words import begins_word


@pytest.mark.parametrize("letters", ["f", "fr", "fri", "F", "фев", "ав", "tom", "годин", "година", "час", "af", "моє"])
def test_a_word_begins_so(letters: str) -> None:
    assert begins_word(letters)


@pytest.mark.parametrize("letters", ["ft", "frif", "mef", "ятница", "tomorrowf"])
def test_no_word_begins_so(letters: str) -> None:
    assert not begins_word(letters)
