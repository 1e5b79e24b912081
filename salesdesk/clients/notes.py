"""What is known of a client in words: one note, to which arrivals, merges and marks add."""

from __future__ import annotations

from salesdesk.clients.draft import MAX_NOTE

CUT = " …"
"""What a note ends with when not all had room in it, so that whoever reads it sees that something is missing."""


def joined(*parts: str) -> str:
    """One note of the parts that say something, of at most :data:`MAX_NOTE` characters; the end is cut, and says so."""
    note = "; ".join(filter(None, parts))
    return note if len(note) <= MAX_NOTE else note[: MAX_NOTE - len(CUT)] + CUT
