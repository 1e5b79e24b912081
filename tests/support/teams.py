"""Teams for tests: rules whose calls are made by a pool that shares its clients out, and people at their desks."""

from __future__ import annotations

import pytest

from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.team.shifts import begin_shift
from tests.support.rule_texts import changed_preset, put_in_force

ON_FILE = pytest.mark.parametrize("desk_location", ["sqlite"], indirect=True)
"""For what is about rules and not about storage: on SQLite only."""

_CALL = 'id = "call"\nlabel = "Call"\n'


def team_rules(incoming: str = "anyone", *changes: tuple[str, str]) -> str:
    """The English preset, its calls made by the pool ``sales``, which shares clients who arrive singly out so."""
    pool = f'\n[[pool]]\nid = "sales"\nlabel = "Sales"\nincoming = "{incoming}"\n'
    return changed_preset((_CALL, f'{_CALL}pool = "sales"\n'), *changes, add=pool)


def make_team(database: Database, incoming: str, *changes: tuple[str, str]) -> None:
    """Put such rules in force."""
    put_in_force(database, team_rules(incoming, *changes))


def at_desk(*desks: Desk) -> None:
    """Have these people begin their time at the desk."""
    for desk in desks:
        begin_shift(desk.sitting)
