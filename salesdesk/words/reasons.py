"""Reasons in words: the one place where a code becomes a sentence, for the screen, the command line and the files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from inspect import signature
from typing import Any

from rules.reasons import Reason, Value, from_json
from salesdesk.words.acts import DONE
from salesdesk.words.asked import ASKED
from salesdesk.words.decided import CAUSES, DECIDED, Say

WORDS: dict[str, Say] = {**DECIDED, **DONE, **ASKED}
_INSIDE = frozenset(("because", "stands"))  # values that are reasons themselves


def said(reason: Reason) -> str:
    """A reason as a person reads it. One that another version of the program wrote, with a code or values that are
    not known here, is shown as it is.
    """
    if reason.code not in WORDS or values_of(reason.code) != reason.values.keys():
        return " ".join([reason.code, *(f"{name}={value}" for name, value in reason.values.items())])
    return WORDS[reason.code](**{name: _inner(name, value) for name, value in reason.values.items()})


def sentences(reasons: Iterable[Reason]) -> tuple[str, ...]:
    """Reasons in words, one by one."""
    return tuple(said(reason) for reason in reasons)


def cause_of(reasons: Iterable[Reason]) -> str:
    """What last moved a call from the time that was wanted, or holds it, in words; empty when nothing did."""
    found = [CAUSES[reason.code](**reason.values) for reason in reasons if reason.code in CAUSES]
    return found[-1] if found else ""


@lru_cache(maxsize=len(WORDS))
def values_of(code: str) -> frozenset[str]:
    """The names of the values that a code's words take. Raises ``KeyError`` for a code that has no words."""
    return frozenset(signature(CAUSES.get(code, WORDS[code])).parameters)


def _inner(name: str, value: Value) -> Any:
    """Reasons inside a reason are said on the way."""
    return "; ".join(sentences(from_json(value))) if name in _INSIDE and isinstance(value, list) else value
