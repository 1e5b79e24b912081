"""Parses the text of a rule file, or says in one fault why it cannot be one."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from rules.file.faults import Fault, RuleFaults

MOST_KILOBYTES = 256
"""How large a rule file may be; a preset has 9 KB, and a large floor's rules stay under a tenth of this."""

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
        raise _refused(f"this is not TOML: {_LINE.sub('', str(fault))}", line) from fault


def _refused(message: str, line: int | None = None) -> RuleFaults:
    return RuleFaults((Fault(line, "", message),))
