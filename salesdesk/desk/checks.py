"""What stands between an open task and a person, rule by rule: the same that a claim asks of the database.

Every reason has its figures, whether the rule lets the client through or not. Times are in the client's zone, the
home zone while that is not sure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from rules.area import Area
from rules.caps import CapUse, cap_uses, caps_for
from rules.model import WEEKDAYS
from rules.reasons import Reason, Value, instant_value
from rules.windows import Timetable, day_hours, home_or
from rules.zonetime import wall_at
from salesdesk.places.holidays import open_hours
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Client, Import, Task, User, key_of
from salesdesk.words.codes import Asked
from salesdesk.words.json_times import instant_text
from salesdesk.words.reasons import said
from salesdesk.work.claims import Taking, area_of, feed_now, is_live
from salesdesk.work.graces import given_grace, grace_of
from salesdesk.work.pools import takers
from salesdesk.work.situations import calls_to
from salesdesk.work.waiting import count_before


@dataclass(frozen=True, slots=True)
class Check:
    """What one rule says, and whether it lets the client through."""

    passes: bool
    reason: Reason

    @property
    def text(self) -> str:
        """What the rule says, in words."""
        return said(self.reason)


@dataclass(frozen=True, slots=True)
class Standing:
    """A client with an open task, as it stands at an instant for a person who asks for work."""

    taking: Taking
    task: Task
    area: Area
    table: Timetable
    caps: tuple[CapUse, ...]
    live: bool

    @property
    def mine(self) -> bool:
        """Whether the person holds the client already."""
        return self.live and self.task.claimed_by == self.taking.person.id

    @property
    def zone(self) -> str:
        """The zone in which instants are read."""
        return home_or(self.area, self.taking.book.rules)

    def at(self, instant: datetime) -> dict[str, Value]:
        """An instant (aware) as the values of a reason."""
        return {"at": instant_value(instant), "zone": self.zone}


def standing_of(taking: Taking, client: Client, task: Task) -> Standing:
    """Read what the checks ask for."""
    area = area_of(taking.session.get_one(AreaRow, client.area_id))
    table = open_hours(taking.book.rules, area, taking.now)
    return Standing(taking, task, area, table, caps_now(taking, client, area), is_live(taking, task))


def caps_now(taking: Taking, client: Client, area: Area) -> tuple[CapUse, ...]:
    """What each cap says of a call to the client now."""
    session, rules, now, key = taking.session, taking.book.rules, taking.now, key_of(client)
    calls, total = calls_to(session, key, now)
    return tuple(cap_uses(caps_for(rules.calling, area), calls, total, now, home_or(area, rules)))


def checks(standing: Standing) -> Iterator[Check]:
    """Every rule that applies, in the order in which they are asked."""
    asked = [
        _task(standing),
        _import(standing),
        _pool(standing),
        _kept(standing),
        _due(standing),
        _fresh(standing),
        _window(standing),
        _holiday(standing),
        *_caps(standing),
        _claim(standing),
    ]
    yield from asked
    yield _place(standing, handed=all(check.passes for check in asked))


def _task(standing: Standing) -> Check:
    task, kinds, now = standing.task, standing.taking.book.rules.tasks, standing.taking.now
    label = kinds[task.kind].label if task.kind in kinds else task.kind
    planned: dict[str, Value] = {"kind": task.kind, "label": label, "feed": feed_now(task, now)}
    return Check(True, Reason(Asked.TASK, {**planned, "because": list(task.because)}))


def _import(standing: Standing) -> Check:
    if standing.task.import_id is None:
        return Check(True, Reason(Asked.NO_IMPORT))
    row = standing.taking.session.get_one(Import, standing.task.import_id)
    if row.finished_at is not None:
        return Check(True, Reason(Asked.IMPORT_FINISHED, {"number": row.id}))
    return Check(False, Reason(Asked.IMPORT_UNFINISHED, {"number": row.id}))


def _pool(standing: Standing) -> Check:
    pool, person = standing.task.pool, standing.taking.person
    if pool is None:
        return Check(True, Reason(Asked.EVERYBODYS_POOL))
    if pool in person.pools:
        return Check(True, Reason(Asked.IN_POOL, {"pool": pool, "user": person.name}))
    return Check(False, Reason(Asked.NOT_IN_POOL, {"pool": pool, "user": person.name}))


def _kept(standing: Standing) -> Check:
    """Whose the task is, and for how long it is kept for them."""
    task, taking, rules = standing.task, standing.taking, standing.taking.book.rules.feed
    if task.assignee_id is None:
        return Check(True, Reason(Asked.KEPT_FOR_NOBODY))
    user = taking.session.get_one(User, task.assignee_id)
    if not user.active:
        return Check(True, Reason(Asked.KEPT_FOR_DISABLED, {"user": user.name}))
    if not takers(taking.session, task.pool, [task.assignee_id]):
        return Check(True, Reason(Asked.KEPT_FOR_OUTSIDER, {"user": user.name, "pool": task.pool}))
    if task.assignee_id == taking.person.id:
        return Check(True, Reason(Asked.KEPT_FOR, {"user": user.name}))
    feed = feed_now(task, taking.now)
    grace, rule = grace_of(rules, feed), "promise_grace" if feed == "callback" else "owner_grace"
    if task.fresh_until is not None and task.pool in taking.book.rules.sharing_pools and given_grace(rules) < grace:
        grace, rule = given_grace(rules), "fresh_for"
    until = standing.at(task.due_at + grace)
    kept: dict[str, Value] = {"user": user.name, **until, "rule": rule, "grace": _seconds(grace)}
    if task.due_at + grace <= taking.now:
        return Check(True, Reason(Asked.WAS_KEPT_UNTIL, kept))
    return Check(False, Reason(Asked.KEPT_UNTIL, kept))


def _due(standing: Standing) -> Check:
    task, now = standing.task, standing.taking.now
    wanted = instant_value(task.wanted_at) if task.wanted_at != task.due_at else None
    due: dict[str, Value] = {**standing.at(task.due_at), "wanted": wanted}
    if task.due_at <= now:
        return Check(True, Reason(Asked.DUE_SINCE, {**due, "ago": _seconds(now - task.due_at)}))
    return Check(False, Reason(Asked.DUE_IN, {**due, "left": _seconds(task.due_at - now)}))


def _fresh(standing: Standing) -> Check:
    until, length = standing.task.fresh_until, standing.taking.book.rules.feed.fresh_for
    if until is None:
        return Check(True, Reason(Asked.NOT_INCOMING, {"fresh_for": length}))
    fresh: dict[str, Value] = {"fresh_for": length, **standing.at(until)}
    if until > standing.taking.now:
        return Check(True, Reason(Asked.FRESH_UNTIL, fresh))
    return Check(True, Reason(Asked.PLANNED_SINCE, fresh))


def _window(standing: Standing) -> Check:
    table, now, rules = standing.table, standing.taking.now, standing.taking.book.rules
    if not table.zones:
        return Check(False, Reason(Asked.WINDOW_NO_ZONE))
    weekday = wall_at(now, table.zones[0]).weekday()
    hours: dict[str, Value] = {"where": table.where, "day": WEEKDAYS[weekday]}
    hours |= {"hours": day_hours(table.window, weekday), "now": instant_value(now), "zone": standing.zone}
    hours |= {"zones": list(standing.area.zones), "unknown_zone": rules.calling.unknown_zone}
    if table.is_open(now):
        return Check(True, Reason(Asked.WINDOW_OPEN, {**hours, "closes_at": instant_text(table.closes_at(now))}))
    return Check(False, Reason(Asked.WINDOW_CLOSED, {**hours, "opens_at": instant_text(table.next_open(now))}))


def _holiday(standing: Standing) -> Check:
    if not standing.taking.book.rules.calling.holidays:
        return Check(True, Reason(Asked.HOLIDAYS_NOT_CLOSED))
    closed, now = standing.table.closed, standing.taking.now
    where = "-".join(filter(None, (standing.area.country, "/".join(standing.area.regions)))) or None
    days = {wall_at(now, zone).date() for zone in standing.table.zones} or {now.date()}
    today = sorted(days & closed)
    if today:
        return Check(False, Reason(Asked.HOLIDAY_TODAY, {"where": where, "day": today[0].isoformat()}))
    following = min((day for day in closed if day > max(days)), default=None)
    next_day = following.isoformat() if following else None
    return Check(True, Reason(Asked.NO_HOLIDAY_TODAY, {"where": where, "following": next_day}))


def _caps(standing: Standing) -> Iterator[Check]:
    if not standing.caps:
        yield Check(True, Reason(Asked.NO_CAPS))
    for use in standing.caps:
        free = use.free_at is not None and use.free_at <= standing.taking.now
        yield Check(free, _gap(use, standing, free=free) if use.rule == "min_gap" else _cap(use, standing, free=free))


def _gap(use: CapUse, standing: Standing, *, free: bool) -> Reason:
    gap: dict[str, Value] = {"limit": use.limit, "used": use.used}
    if free:
        return Reason(Asked.GAP_FREE, gap)
    return Reason(Asked.GAP_RUNS, {**gap, "free_at": instant_text(use.free_at), "zone": standing.zone})


def _cap(use: CapUse, standing: Standing, *, free: bool) -> Reason:
    cap: dict[str, Value] = {"cap": use.rule, "limit": use.limit, "used": use.used}
    if free:
        return Reason(Asked.CAP_FREE, cap)
    return Reason(Asked.CAP_FULL, {**cap, "free_at": instant_text(use.free_at), "zone": standing.zone})


def _claim(standing: Standing) -> Check:
    task, taking = standing.task, standing.taking
    if task.claimed_by is None or task.claimed_until is None:
        return Check(True, Reason(Asked.HELD_BY_NOBODY))
    name = taking.session.exec(select(User.name).where(col(User.id) == task.claimed_by)).one()
    hold: dict[str, Value] = {"user": name, **standing.at(task.claimed_until)}
    if not standing.live:
        return Check(True, Reason(Asked.HOLD_RAN_OUT, hold))
    return Check(standing.mine, Reason(Asked.HELD_BY, hold))


def _place(standing: Standing, *, handed: bool) -> Check:
    if standing.mine:
        return Check(True, Reason(Asked.HANDED_OUT_ALREADY))
    if not handed:
        return Check(True, Reason(Asked.NO_PLACE))
    before, order = count_before(standing.taking, standing.task), standing.taking.book.rules.feed.order
    return Check(True, Reason(Asked.PLACE_IN_FEED, {"before": before, "order": list(order)}))


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
