"""Parses the text of a rule file, or says in one fault why it cannot be one."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from rules.file.faults import Fault, RuleFaults

MOST_KILOBYTES = 256
"""How large a rule file may be; a preset has 9 KB, and a large floor's rules stay under a tenth of this."""

_SAID = (
    ("Invalid value", "a value is missing or is none; put words in quotes, and close every bracket"),
    ("Expected '='", 'a line is a key, an = and a value, such as label = "New"'),
    ("Cannot overwrite", "it is said above already; keep one of the two"),
    ("Cannot declare", "this section stands above already; a list of them is written [[name]]"),
    ("Cannot mutate", "this section stands above already; keep one of the two"),
    ("Expected ']'", "the brackets of a section are not closed"),
    ("Expected newline", "the line goes on where it should end; put words, times and durations in quotes"),
    ("Unclosed array", "a list is not closed, or a comma is missing in it"),
    ("Unclosed inline table", "a table in braces is not closed, or a comma is missing in it"),
    ("Unterminated string", "a text in quotes is not closed"),
    ('Expected "\'"', "a text in quotes is not closed"),
    ("Found invalid character", "a text in quotes is not closed on its line"),
    ("Unescaped", "write a backslash twice in a text, or put the text in single quotes"),
    ("Illegal character", "there is an invisible control character; remove it"),
    ("Invalid initial character", "a key is missing, or there is a comma too many"),
    ("Invalid statement", "the line begins with what is no key and no section"),
    ("Exceeds the limit", "a number has thousands of digits"),
)
"""What the parser says, by how it begins, and what a person can do about it."""
_OTHERWISE = "it cannot be read from here on"

_LINE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)$")


def parse_toml(text: str) -> dict[str, Any]:
    """The document. Raises ``RuleFaults`` with one fault when it is too large or not TOML."""
    if len(text.encode(errors="replace")) > MOST_KILOBYTES * 1024:
        raise _refused(f"is larger than {MOST_KILOBYTES} KB; a rule file is far smaller")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _refused("is nested too deeply to be a rule file") from None
    except ValueError as fault:  # mostly TOMLDecodeError; also a number of thousands of digits
        where = _LINE.search(str(fault))
        last_line = text.count("\n") + 1
        line = int(where[1] or last_line) if where else None
        said = next((ours for theirs, ours in _SAID if str(fault).startswith(theirs)), _OTHERWISE)
        raise _refused(f"this is not TOML: {said}", line) from fault


def _refused(message: str, line: int | None = None) -> RuleFaults:
    return RuleFaults((Fault(line, "", message),))
