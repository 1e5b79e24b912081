"""What stands between an open task and a person, rule by rule and in words: the same that a claim asks of the database.

Every sentence has its figures, whether the rule lets the client through or not. Times are in the client's zone, the
home zone while that is not sure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from rules.allowed import local_text
from rules.area import Area
from rules.caps import CapUse, cap_uses, caps_for
from rules.durations import delay_text
from rules.model import WEEKDAYS, Delay
from rules.windows import Timetable, day_text, home_or
from rules.zonetime import to_local, wall_at
from salesdesk.places.holidays import open_hours
from salesdesk.storage.models import Area as AreaRow
from salesdesk.storage.models import Client, Import, Task, User, key_of
from salesdesk.words.elapsed import span_text
from salesdesk.work.claims import Taking, area_of, feed_now, is_live
from salesdesk.work.graces import given_grace, grace_of
from salesdesk.work.situations import calls_to
from salesdesk.work.waiting import count_before


@dataclass(frozen=True, slots=True)
class Check:
    """What one rule says, and whether it lets the client through."""

    passes: bool
    text: str


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

    def at(self, instant: datetime) -> str:
        """An instant (aware) as people read it."""
        return local_text(instant, home_or(self.area, self.taking.book.rules))


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
    task, kinds = standing.task, standing.taking.book.rules.tasks
    label = kinds[task.kind].label if task.kind in kinds else task.kind
    return Check(True, f'task "{label}", feed {feed_now(task, standing.taking.now)}: {"; ".join(task.because)}')


def _import(standing: Standing) -> Check:
    if standing.task.import_id is None:
        return Check(True, "import: none")
    row = standing.taking.session.get_one(Import, standing.task.import_id)
    return Check(row.finished_at is not None, f"import {row.id}: {'finished' if row.finished_at else 'not finished'}")


def _pool(standing: Standing) -> Check:
    pool, person = standing.task.pool, standing.taking.person
    if pool is None:
        return Check(True, "pool: everybody")
    member = pool in person.pools
    return Check(member, f'pool "{pool}": {person.name} is {"" if member else "not "}in it')


def _kept(standing: Standing) -> Check:
    """Whose the task is, and for how long it is kept for them."""
    task, taking, rules = standing.task, standing.taking, standing.taking.book.rules.feed
    if task.assignee_id is None:
        return Check(True, "kept for: nobody")
    user = taking.session.get_one(User, task.assignee_id)
    name = user.name
    if task.assignee_id == taking.person.id or not user.active:
        return Check(True, f"kept for: {name}{'' if user.active else ', who is disabled, so anybody may take it'}")
    feed = feed_now(task, taking.now)
    grace = grace_of(rules, feed)
    word = "promise_grace" if feed == "callback" else "owner_grace"
    if task.fresh_until is not None and task.pool in taking.book.rules.sharing_pools and given_grace(rules) < grace:
        grace, word = given_grace(rules), "half of fresh_for"
    over = task.due_at + grace <= taking.now
    since = ", so anybody may take it" if over else ""
    return Check(over, f"kept for: {name}, until {standing.at(task.due_at + grace)} ({word} {_length(grace)}){since}")


def _due(standing: Standing) -> Check:
    task, now = standing.task, standing.taking.now
    wanted = f", wanted {standing.at(task.wanted_at)}" if task.wanted_at != task.due_at else ""
    away = f"{span_text(now - task.due_at)} ago" if task.due_at <= now else f"in {span_text(task.due_at - now)}"
    return Check(task.due_at <= now, f"due {standing.at(task.due_at)}, {away}{wanted}")


def _fresh(standing: Standing) -> Check:
    until, length = standing.task.fresh_until, _length(timedelta(seconds=standing.taking.book.rules.feed.fresh_for))
    if until is None:
        return Check(True, f"fresh_for {length}: not an incoming client")
    word = "fresh until" if until > standing.taking.now else "planned since"
    return Check(True, f"fresh_for {length}: {word} {standing.at(until)}")


def _window(standing: Standing) -> Check:
    table, now = standing.table, standing.taking.now
    if not table.zones:
        return Check(False, "call window: held, for the client's time zone is not known; set it")
    weekday = wall_at(now, table.zones[0]).weekday()
    hours = f"call window ({table.where}) {WEEKDAYS[weekday]} {day_text(table.window, weekday)}"
    if table.is_open(now):
        closes = table.closes_at(now)
        until = f", until {standing.at(closes)}" if closes else ""
        return Check(True, f"{hours}: open, {_clock(standing)}{until}")
    opens = table.next_open(now)
    then = f"opens {standing.at(opens)}" if opens else "no hour suits in sight"
    return Check(False, f"{hours}: closed, {_clock(standing)}, {then}")


def _clock(standing: Standing) -> str:
    """The client's local time; while the zone is not sure, from when to when it may be, and by what the window goes."""
    area, now = standing.area, standing.taking.now
    if area.zone:
        return f"{to_local(now, area.zone):%H:%M} in {area.zone}"
    clocks = sorted(wall_at(now, zone) for zone in area.zones)
    known = f"{clocks[0]:%H:%M}-{clocks[-1]:%H:%M} in {len(clocks)} possible zones" if clocks else "zone not known"
    rule = standing.taking.book.rules.calling.unknown_zone
    return f"{known} (unknown_zone {rule})"


def _holiday(standing: Standing) -> Check:
    if not standing.taking.book.rules.calling.holidays:
        return Check(True, "public holidays: these rules do not close them")
    closed, now = standing.table.closed, standing.taking.now
    where = "-".join(filter(None, (standing.area.country, standing.area.region))) or "country not known"
    days = {wall_at(now, zone).date() for zone in standing.table.zones} or {now.date()}
    today = sorted(days & closed)
    if today:
        return Check(False, f"public holidays ({where}): today, {_day(today[0])}")
    following = min((day for day in closed if day > max(days)), default=None)
    return Check(True, f"public holidays ({where}): not today; {f'next {_day(following)}' if following else 'none'}")


def _caps(standing: Standing) -> Iterator[Check]:
    if not standing.caps:
        yield Check(True, "caps: none")
    for use in standing.caps:
        free = use.free_at is not None and use.free_at <= standing.taking.now
        then = "" if free else f", free {standing.at(use.free_at)}" if use.free_at else ", never free again"
        if use.rule == "min_gap":
            ago = span_text(timedelta(seconds=use.used))
            yield Check(free, f"cap min_gap {_length(timedelta(seconds=use.limit))}: last call {ago} ago{then}")
        else:
            yield Check(free, f"cap {use.rule} {use.limit}: {use.used} used{then}")


def _claim(standing: Standing) -> Check:
    task, taking = standing.task, standing.taking
    if task.claimed_by is None or task.claimed_until is None:
        return Check(True, "claim: held by nobody")
    name = taking.session.exec(select(User.name).where(col(User.id) == task.claimed_by)).one()
    if not standing.live:
        return Check(True, f"claim: {name}'s ran out {standing.at(task.claimed_until)}")
    return Check(standing.mine, f"claim: held by {name} until {standing.at(task.claimed_until)}")


def _place(standing: Standing, *, handed: bool) -> Check:
    if standing.mine:
        return Check(True, "place: handed out already")
    if not handed:
        return Check(True, "place: none while it may not be handed out")
    order = ", ".join(standing.taking.book.rules.feed.order)
    before = count_before(standing.taking, standing.task)
    tasks = "1 due task comes" if before == 1 else f"{before} due tasks come"
    return Check(True, f"place: {tasks} before it (feed order {order})")


def _length(length: timedelta) -> str:
    """A length of time as people write it; whole minutes are enough once it is one."""
    seconds = int(length.total_seconds())
    seconds -= seconds % 60 if seconds >= 60 else 0
    return delay_text(Delay(*divmod(seconds, 86_400)))


def _day(day: date) -> str:
    return f"{day:%a %d %b}"
