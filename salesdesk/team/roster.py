"""Who works here, in which pools and at which hours: looked at, not changed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlmodel import col, select

from rules.model import WEEKDAYS, RuleSet, Window
from rules.windows import day_hours
from salesdesk.access.people import list_users, user_id_of
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.storage.models import User, UserPool
from salesdesk.work.presence import working_hours
from salesdesk.work.rulebook import current


@dataclass(frozen=True, slots=True)
class Member:
    """A person who works here: their pools by name, and when they work (``hours``, as typed) by the clock of ``zone``.

    ``own`` is false for who works the team's hours.
    """

    user: User
    pools: tuple[str, ...]
    hours: str
    zone: str
    own: bool

    def as_json(self) -> dict[str, Any]:
        """The contract's user, with their pools and the hours of their own as they are stored."""
        user = self.user
        said = {"name": user.name, "role": user.role, "active": user.active, "label": user.label}
        return {**said, "pools": list(self.pools), "hours": json.loads(user.hours) if user.hours else None}


def roster(sitting: Sitting, names: Iterable[str] | None = None) -> list[Member]:
    """Everybody, disabled ones too, by name; or those who are named. Lead and admin only.

    Raises :class:`salesdesk.errors.NothingToDo` for an unknown name.
    """
    may(sitting, Right.SEE_TEAM)
    with sitting.database.read() as session:
        rules, pools = current(session).rules, defaultdict[int, list[str]](list)
        for row in session.exec(select(UserPool).order_by(col(UserPool.pool))):
            pools[row.user_id].append(row.pool)
        wanted = None if names is None else {user_id_of(session, name) for name in names}
        users = [user for user in list_users(session) if wanted is None or user.id in wanted]
        return [_member(user, pools[user.id or 0], rules) for user in users]


def _member(user: User, pools: list[str], rules: RuleSet) -> Member:
    window, zone = working_hours(user, rules)
    return Member(user, tuple(pools), hours_said(window), zone, user.hours is not None)


def hours_said(window: Window) -> str:
    """The hours of a week as they are typed: ``mon-fri 09:00-13:00, 14:00-18:00; sat 10:00-15:00``."""
    days = [(name, ", ".join(day_hours(window, number))) for number, name in enumerate(WEEKDAYS)]
    runs = [(spans, [name for name, _ in run]) for spans, run in groupby(days, key=lambda day: day[1]) if spans]
    return "; ".join(f"{run[0] if len(run) == 1 else f'{run[0]}-{run[-1]}'} {spans}" for spans, run in runs) or "never"
