"""Random rule sets and random floors under them: who works there, and the clients, tasks and promises that they have.

A rule set is drawn as a handful of choices and written as a file; a floor is drawn as rows and put into an emptied
base. Rules that a file may not hold are not drawn, nor rows that the old rules could not have: every base is in order,
but for pools in which nobody active is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from hypothesis import assume
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import Session, col, select

from rules.buttons import ways_of
from rules.file.faults import RuleFaults
from rules.file.load import parsed
from rules.model import RuleSet
from salesdesk.storage.models import Area, Claim, Client, Deal, Phone, Task, User, UserPool, key_of

POOLS = (None, "sales", "field", "night")
_OPEN, _FINAL = ("new", "warm", "hot"), ("sold", "lost", "archive")
_KINDS = ("call", "callback", "visit", "design")
_KIND_OF = {"sold": "won", "lost": "lost", "archive": "archived"}


def _toml(words: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


@st.composite
def rule_texts(draw: st.DrawFn) -> str:
    """A rule file without a fault: open statuses that come and go or end, kinds whose pools and buttons differ."""
    opened = ["new", *(name for name in _OPEN[1:] if draw(st.booleans()))]
    ended = [name for name in _OPEN[1:] if name not in opened and draw(st.booleans())]
    kinds = ["call", "callback", *(name for name in _KINDS[2:] if draw(st.integers(0, 2)))]
    lines = ["schema = 1", '[calling]\nwindow = { mon-sun = "00:00-24:00" }\ndnc_status = "lost"']
    for name in (*opened, *ended, *_FINAL):
        kind = "open" if name in opened else _KIND_OF.get(name, "archived")
        lines.append(f'[[status]]\nid = "{name}"\nlabel = "{name}"\nkind = "{kind}"')
    for name in kinds:
        pool = draw(st.sampled_from(POOLS))
        lines.append(f'[[task]]\nid = "{name}"\nlabel = "{name}"' + (f'\npool = "{pool}"' if pool else ""))
    if draw(st.booleans()):
        lines.append('[[pool]]\nid = "night"\nlabel = "Night"')
    lines.append('[[ladder]]\nid = "again"\nrungs = ["5m", "1d", "archive"]')
    lines += [_button(draw, number, opened, kinds) for number in range(1, draw(st.integers(2, 6)))]
    everywhere = draw(st.integers(0, 4)) == 0
    shown = "" if everywhere else 'show_for = ["call", "callback"]\n'
    lines.append(f'[[outcome]]\nid = "always"\nlabel = "Always"\nkey = "9"\nreached = true\n{shown}status = "lost"')
    if draw(st.integers(0, 3)) == 0:
        then = f'status = "{draw(st.sampled_from(opened))}", task = "{draw(st.sampled_from(kinds))}"'
        lines.append(f'[[trigger]]\nstatus = "{draw(st.sampled_from(opened))}"\nsilent_for = "7d"\nthen = {{ {then} }}')
    return "\n".join(lines) + "\n"


def _button(draw: st.DrawFn, number: int, opened: Sequence[str], kinds: Sequence[str]) -> str:
    shown_for = draw(st.lists(st.sampled_from(kinds), unique=True, max_size=2))
    shown_in = draw(st.lists(st.sampled_from(opened), unique=True, max_size=2))
    target, status = draw(st.sampled_from(kinds)), draw(st.sampled_from(opened))
    to = draw(st.sampled_from(("", ', to = "owner"', ', to = "pool"')))
    step = draw(
        st.sampled_from(
            (
                'ladder = "again"',
                'status = "sold"',
                f'next = {{ task = "{target}", after = "1d", status = "{status}"{to} }}',
                f'ask = ["time"]\nnext = {{ task = "{target}" }}',
            )
        )
    )
    shown = (f"show_for = {_toml(shown_for)}\n" if shown_for else "") + (
        f"show_in = {_toml(shown_in)}\n" if shown_in else ""
    )
    return f'[[outcome]]\nid = "b{number}"\nlabel = "B"\nkey = "{number}"\nreached = true\n{shown}{step}'


@lru_cache(maxsize=4096)
def usable(text: str) -> RuleSet | None:
    """The rules of a text; ``None`` where it has faults: a way leads to a place without a button."""
    try:
        return parsed(text).ruleset
    except RuleFaults:
        return None


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works there, or no more."""

    active: bool
    pools: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A client and, in an open status, the task: ``who`` and ``held`` are places in the list of the workers."""

    status: str
    kind: str | None = None
    pool: str | None = None
    promised: bool = False
    who: int | None = None
    held: int | None = None
    callable: bool = True


@dataclass(frozen=True, slots=True)
class Floor:
    """Rules in force, the people and clients under them, the rules that shall follow, and where the stranded go."""

    before: str
    after: str
    workers: tuple[Worker, ...]
    clients: tuple[Standing, ...]
    move_to: str | None


workers = st.builds(Worker, st.integers(0, 3).map(bool), st.lists(st.sampled_from(POOLS[1:]), unique=True).map(tuple))


@st.composite
def floors(draw: st.DrawFn) -> Floor:
    """A floor whose rules are about to change."""
    valid = rule_texts().filter(lambda text: usable(text) is not None)
    before, after = draw(valid), draw(valid)
    rules, following = usable(before), usable(after)
    assert rules is not None
    assert following is not None
    people = tuple(draw(st.lists(workers, min_size=1, max_size=4)))
    clients, free = [], list(range(len(people)))
    for _ in range(draw(st.integers(1, 8))):
        standing = _standing(draw, rules, len(people), free)
        if standing.held is not None:
            free.remove(standing.held)  # nobody holds two
        clients.append(standing)
    assume(before != after)
    goes = draw(st.one_of(st.none(), st.sampled_from(sorted(following.statuses))))
    return Floor(before, after, people, tuple(clients), goes)


def _standing(draw: st.DrawFn, rules: RuleSet, people: int, free: Sequence[int]) -> Standing:
    status = draw(st.sampled_from(sorted(rules.statuses)))
    if rules.kind_of(status) != "open":
        return Standing(status, callable=draw(st.booleans()))
    ways = ways_of(rules)
    kind = draw(st.sampled_from([kind for kind in rules.tasks if ways.dead_end((status, kind)) is None]))
    who = draw(st.one_of(st.none(), st.integers(0, people - 1)))
    held = draw(st.sampled_from(free)) if free and draw(st.integers(0, 5)) == 0 else None
    pool = draw(st.sampled_from([rules.tasks[kind].pool, rules.tasks[kind].pool, None, *rules.pools]))
    return Standing(status, kind, pool, draw(st.booleans()), who, held)


def empty(session: Session) -> None:
    """Take out all clients, all work, and everybody but the first admin."""
    for table in (Claim, Task, Deal, Phone, Client, UserPool):
        session.connection().execute(delete(table))
    session.connection().execute(delete(User).where(col(User.name) != "boss"))


def furnish(session: Session, floor: Floor, now: datetime) -> None:
    """Put the people and clients of a floor into an emptied base, all tasks due at ``now`` (aware UTC)."""
    people = [
        User(name=f"w{number}", label="W", role="manager", active=worker.active, created_at=now)
        for number, worker in enumerate(floor.workers)
    ]
    area = session.exec(select(Area).where(Area.zones == "Europe/Kyiv")).first()
    if area is None:
        area = Area(country="UA", zones="Europe/Kyiv")
    session.add_all([*people, area])
    session.flush()
    session.add_all(
        UserPool(user_id=key_of(user), pool=pool)
        for user, worker in zip(people, floor.workers, strict=True)
        for pool in worker.pools
    )
    for number, standing in enumerate(floor.clients):
        _add(session, standing, number, key_of(area), people, now)
    session.flush()


def _add(  # noqa: PLR0917 - a client, its number, where it is, and who works there
    session: Session, standing: Standing, number: int, area: int, people: Sequence[User], now: datetime
) -> None:
    client = Client(
        name=f"C{number}",
        zone="Europe/Kyiv",
        zone_source="given",
        area_id=area,
        funnel="main",
        status=standing.status,
        created_at=now,
        touched_at=now,
    )
    session.add(client)
    session.flush()
    ended = now if standing.kind is None else None
    deal = Deal(client_id=key_of(client), funnel="main", status=standing.status, opened_at=now, closed_at=ended)
    phone = Phone(client_id=key_of(client), e164=f"+38067123{number:04d}", kind="mobile", bad=not standing.callable)
    session.add_all([deal, phone])
    session.flush()
    if standing.kind is None:
        return
    who = people[standing.who].id if standing.who is not None else None
    task = Task(
        client_id=key_of(client),
        deal_id=key_of(deal),
        kind=standing.kind,
        feed="callback" if standing.promised else "retry",
        pool=standing.pool,
        assignee_id=who,
        wanted_at=now,
        agreed_wall="2026-11-23T12:00" if standing.promised else None,
        agreed_zone="Europe/Kyiv" if standing.promised else None,
        due_at=now,
        area_id=area,
        created_at=now,
    )
    session.add(task)
    session.flush()
    if standing.held is not None:
        claim = Claim(task_id=key_of(task), user_id=key_of(people[standing.held]), taken_at=now)
        session.add(claim)
        session.flush()
        task.claimed_by, task.claimed_until, task.claim_id = claim.user_id, now + timedelta(minutes=10), claim.id
