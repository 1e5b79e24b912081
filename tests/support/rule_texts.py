"""Rule sets for tests: the English preset with something changed, put in force on a database."""

from __future__ import annotations

from datetime import datetime

from rules.file.preset import preset_text
from salesdesk.storage.database import Database
from salesdesk.work.rulebook import save
from tests.support.clock import NOON


def changed_preset(*changes: tuple[str, str], add: str = "") -> str:
    """The English preset with texts replaced, each of which stands in it once, and something added at its end."""
    text = preset_text("en")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text + add


def trigger(status: str, silent_for: str, then: str) -> str:
    """A trigger as it is written in a file."""
    return f'\n[[trigger]]\nstatus = "{status}"\nsilent_for = "{silent_for}"\nthen = {{ {then} }}\n'


def put_in_force(database: Database, text: str, now: datetime = NOON) -> None:
    """Make the text the newest version of the rules."""
    with database.write() as session:
        save(session, text, author_id=None, note="test", now=now)
