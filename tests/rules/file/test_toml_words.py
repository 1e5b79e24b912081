"""What is no TOML is said in our words and with what to do, never in the parser's."""

from __future__ import annotations

import pytest

from rules.file.faults import RuleFaults
from rules.file.load import parsed

PARSERS = ("Expected", "Invalid", "Cannot", "Unclosed", "Unterminated", "Illegal", "Found", "statement", "sys.set_int")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("x = ", 1, "a value is missing"),
        ("schema = 1\nx = yes", 2, "put words in quotes"),
        ("x", 1, "a line is a key"),
        ("x = 1\nx = 2", 2, "it is said above already"),
        ("[a]\n[a]", 2, "this section stands above already"),
        ("[a", 1, "the brackets of a section"),
        ("x = 5m", 1, "times and durations in quotes"),
        ("x = [1 2]", 1, "a list is not closed, or a comma is missing"),
        ("x = {a = 1", 1, "a table in braces is not closed"),
        ('x = "abc', 1, "a text in quotes is not closed"),
        ("x = 'abc\n'", 1, "not closed on its line"),
        ("x = 'abc", 1, "a text in quotes is not closed"),
        ('x = "\\q"', 1, "a backslash twice"),
        ('x = "\x01"', 1, "an invisible control character"),
        ("x = {a = 1,}", 1, "a comma too many"),
        ("“x” = 1", 1, "no key and no section"),
        ('x = "\\ud800"', 1, "cannot be read from here on"),
        (f"x = {'9' * 5000}", None, "thousands of digits"),
    ],
)
def test_what_is_no_toml_is_said_in_our_words(text: str, line: int | None, said: str) -> None:
    with pytest.raises(RuleFaults) as found:
        parsed(text)
    (fault,) = found.value.faults
    assert fault.line == line
    assert fault.message.startswith("this is not TOML: ")
    assert said in fault.message
    assert not any(word in fault.message for word in PARSERS)
