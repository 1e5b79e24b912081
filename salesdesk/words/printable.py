"""Text from outside made safe for a terminal."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"  # invisible, yet part of how some scripts and emoji are written


def printable(text: str) -> str:
    """One line without control sequences: controls and bidi overrides are dropped, line breaks become spaces."""
    if text.isprintable():
        return text
    spaced = "".join(" " if c.isspace() else c for c in text)
    return "".join(c for c in spaced if c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
