"""A long invented history, decided by the rules in force and written in bulk, for tests and benchmarks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, insert

from rules.allowed import first_allowed
from rules.area import Area
from rules.decide import decide
from rules.model import RuleSet
from rules.reasons import as_json
from rules.situation import Agreed, Answer, Decision, Planned, Situation
from rules.zonetime import wall_at
from salesdesk.storage.database import Database
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Attempt, Claim, Client, Deal, Task
from salesdesk.work.rulebook import current

ZONES = (("UA", "Europe/Kyiv"), ("GB", "Europe/London"), ("KZ", "Asia/Almaty"), ("US", "America/Chicago"))
MOST_CALLS = 12  # to one client
DAYS = 27  # how far the history goes back
BATCH = 2000  # clients written at once
SAID = [
    *[("no-answer", "not-answering")] * 6,
    *[("no-answer", "busy")] * 3,
    *[("interested", None)] * 3,
    ("no-answer", "not-available"),
    ("call-back", None),
    ("offer-sent", None),
    ("paid", None),
    ("refused", "price"),
]

Rows = dict[Any, list[dict[str, Any]]]
_TABLES = (Client, Deal, Task, Claim, Attempt)  # in the order in which they name each other


class _History:
    """Invents clients one after another, with their calls, as rows of a database that has none yet."""

    def __init__(self, rules: RuleSet, version: int, now: datetime) -> None:
        self.rules, self.version, self.now = rules, version, now
        self.dice = random.Random(1)
        self.tasks = count(1)
        self.calls = 0

    def client(self, number: int, rows: Rows) -> None:
        """One client: arrived on some day of the history, called until the present, an end, or often enough."""
        country, zone = ZONES[number % len(ZONES)]
        area = Area(country, None, (zone,))
        at = self.now - timedelta(days=DAYS, seconds=-self.dice.randrange((DAYS - 2) * 86_400))
        common = {"id": number, "funnel": "main", "status": "new"}
        place = {"country": country, "zone": zone, "zone_source": "given", "area_id": number % len(ZONES) + 1}
        rows[Client].append(common | place | {"name": f"Client {number}", "created_at": at, "touched_at": at})
        rows[Deal].append(common | {"client_id": number, "opened_at": at})
        task = self._task(number, Planned("call", "planned", at, first_allowed(self.rules, area, (), 0, at).at))
        rows[Task].append(task)
        status, misses, earlier = "new", 0, list[datetime]()
        for _ in range(MOST_CALLS):
            ended = task["due_at"] + timedelta(seconds=self.dice.randrange(30, 900))
            if ended > self.now:
                break
            situation = Situation(number, status, misses, area, task["kind"], None, tuple(earlier), len(earlier))
            decision, following = self._call(situation, task, ended, rows)
            if following is None:
                break
            rows[Task].append(following)
            status, misses, task = decision.status, decision.misses, following
            earlier.append(ended)

    def _call(
        self, situation: Situation, task: dict[str, Any], ended: datetime, rows: Rows
    ) -> tuple[Decision, dict[str, Any] | None]:
        outcome, reason = self.dice.choice(SAID)
        zone, later = situation.area.zones[0], ended + timedelta(hours=self.dice.randrange(1, 50))
        agreed = Agreed(later, wall_at(later, zone).replace(second=0, microsecond=0), zone)
        answer = Answer(outcome, reason, agreed if outcome == "call-back" else None, 100_00, anyway=True)
        decision = decide(self.rules, situation, answer, ended)
        task.update(closed_at=ended, closed_by="outcome")
        following = self._task(situation.client_id, decision.next) if decision.next else None
        self.calls += 1
        rows[Claim].append({"id": self.calls, "task_id": task["id"], "user_id": 1, "taken_at": task["due_at"]})
        rows[Attempt].append(self._attempt(situation, decision, task, following, ended))
        return decision, following

    def _task(self, client: int, planned: Planned) -> dict[str, Any]:
        agreed = planned.agreed
        return {
            "id": next(self.tasks),
            "client_id": client,
            "deal_id": client,
            "kind": planned.kind,
            "feed": planned.feed,
            "wanted_at": planned.wanted_at,
            "due_at": planned.due_at,
            "agreed_wall": agreed.wall.isoformat(timespec="minutes") if agreed else None,
            "agreed_zone": agreed.zone if agreed else None,
            "area_id": client % len(ZONES) + 1,
            "because": [],
            "created_at": planned.wanted_at,
            "closed_at": None,
            "closed_by": None,
        }

    def _attempt(
        self,
        situation: Situation,
        decision: Decision,
        task: dict[str, Any],
        following: dict[str, Any] | None,
        ended: datetime,
    ) -> dict[str, Any]:
        return {
            "id": self.calls,
            "claim_id": self.calls,
            "client_id": situation.client_id,
            "deal_id": situation.client_id,
            "user_id": 1,
            "task_id": task["id"],
            "next_task_id": following["id"] if following else None,
            "at": ended,
            "seconds": 25,
            "feed": task["feed"],
            "wanted_at": task["wanted_at"],
            "due_at": task["due_at"],
            "outcome": decision.outcome,
            "reason": decision.reason,
            "reached": decision.reached,
            "status_before": situation.status,
            "status_after": decision.status,
            "closed_as": decision.closed_as,
            "kind_after": self.rules.kind_of(decision.closed_as or decision.status),
            "misses_before": situation.misses,
            "misses_after": decision.misses,
            "because": as_json(decision.because),
            "rules_version": self.version,
            "team_day": ended.date(),
            "client_hour": wall_at(ended, situation.area.zones[0]).hour,
        }


def invent_history(database: Database, calls: int, now: datetime) -> int:
    """Fill an empty desk with at least so many calls of the 27 days before ``now`` (aware UTC); gives how many."""
    with database.write() as session:
        book = current(session)
        places = [{"id": n + 1, "country": country, "zones": zone} for n, (country, zone) in enumerate(ZONES)]
        session.connection().execute(insert(AreaRow), places)
    history = _History(book.rules, book.version, now)
    for rows in _batches(history, calls):
        with database.write() as session:
            _write(session.connection(), rows)
    return history.calls


def _batches(history: _History, calls: int) -> Iterator[Rows]:
    numbers = count(1)
    while history.calls < calls:
        rows: Rows = {table: [] for table in _TABLES}
        for _ in range(min(BATCH, calls - history.calls)):
            history.client(next(numbers), rows)
            if history.calls >= calls:
                break
        yield rows


def _write(connection: Connection, rows: Rows) -> None:
    for table in _TABLES:
        if rows[table]:
            connection.execute(insert(table), rows[table])
