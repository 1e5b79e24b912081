"""Rule texts, parsed once: a change looks at the same text several times, and parsing is the slow part of it."""

from __future__ import annotations

from functools import lru_cache

from rules.load import Loaded, load


@lru_cache(maxsize=16)
def parsed(toml: str) -> Loaded:
    """What :func:`rules.load.load` makes of a text. Raises :class:`rules.faults.RuleFaults`, each time anew."""
    return load(toml)
