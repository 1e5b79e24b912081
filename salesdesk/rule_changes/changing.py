"""Changing the rules: every change is a new version, checked, audited, and leaving no client nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from rules.model import RuleSet
from salesdesk.access import audit
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.errors import BadRequest
from salesdesk.rule_changes.diff import Change, differences
from salesdesk.rule_changes.pools import follow_kinds
from salesdesk.rule_changes.replan import catch_up
from salesdesk.rule_changes.stranded import settle
from salesdesk.storage.database import one_transaction
from salesdesk.storage.models import RuleVersion, User, key_of
from salesdesk.words.json_times import instant_text
from salesdesk.work.rulebook import checked, lock_rules, save, version_row


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the rules, with the name of who made it (``None``: nobody who is known)."""

    row: RuleVersion
    author: str | None

    def as_json(self, *, toml: bool = True) -> dict[str, Any]:
        """The version object of the command line's contract; lists leave its text out."""
        row = self.row
        said = {"version": row.id, "author": self.author, "at": instant_text(row.at), "note": row.note}
        return {**said, "toml": row.toml} if toml else said


@dataclass(frozen=True, slots=True)
class Applied:
    """A change that was made: the version now in force, the one it followed, what differs (``None`` where the old one
    could not be read), how many clients were moved to another status, the teams whose lead is no active user, each as
    pool and name, and how many open tasks went to another pool.
    """

    version: Version
    before: int
    changes: tuple[Change, ...] | None
    moved: int
    leaderless: tuple[tuple[str, str], ...] = ()
    repooled: int = 0

    def as_json(self) -> dict[str, Any]:
        """The version object, how many clients were moved, and how many open tasks went to another pool."""
        return {**self.version.as_json(), "moved": self.moved, "repooled": self.repooled}


@dataclass(frozen=True, slots=True)
class Wish:
    """How the rules shall change. ``edit`` makes the new text of the text in force. ``action`` is the audit's word;
    ``base`` the version that the new text was written on, if it must still be in force; ``move_to`` the status for
    clients who would be stranded.
    """

    edit: Callable[[str], str]
    note: str
    action: str = "rules.apply"
    base: int | None = None
    move_to: str | None = None


class Overtaken(BadRequest):
    """Somebody else made a version while this one was being written."""


def change(sitting: Sitting, wish: Wish) -> Applied:
    """Put a change in force for everybody, then plan the open tasks by it.

    The text in force is read under the lock that the new one is written under, so of two admins at once each changes
    what the other left. Raises :class:`NotAllowed` unless the person is an admin, :class:`NothingToDo` when nothing
    would change, and :class:`BadRequest` for faults, for clients who would be stranded, for open tasks that nobody
    could take, and :class:`Overtaken`.
    """
    may(sitting, Right.CHANGE_RULES)
    applied = _put_in_force(sitting, wish)
    catch_up(sitting.database, sitting.clock)
    return applied


@one_transaction
def _put_in_force(sitting: Sitting, wish: Wish) -> Applied:
    with sitting.database.write() as session:
        lock_rules(session)
        newest, now = version_row(session), sitting.clock.now()
        _check_base(wish, newest)
        before, text = _readable(newest.toml), wish.edit(newest.toml)
        after = checked(text)
        moved = settle(session, before, after, wish.move_to, now)  # first: a refused version takes no number
        repooled = follow_kinds(session, before, after)
        row = save(session, text, author_id=sitting.person.id, note=wish.note, now=now)
        detail = {"note": wish.note, "before": key_of(newest), "moved": moved, "move_to": wish.move_to}
        detail |= {"repooled": repooled} if repooled else {}
        leaderless = _leaderless(session, after)
        audit.append(session, sitting.person, wish.action, f"version {row.id}", detail, now)
    changes = tuple(differences(before, after)) if before else None
    return Applied(Version(row, sitting.person.name), key_of(newest), changes, moved, leaderless, repooled)


def _leaderless(session: Session, rules: RuleSet) -> tuple[tuple[str, str], ...]:
    """The teams whose lead is no active user: a rule file alone cannot tell."""
    leads = {pool.id: pool.lead for pool in rules.pools.values() if pool.lead}
    known = set(session.exec(select(User.name).where(col(User.active), col(User.name).in_(leads.values()))))
    return tuple((pool, lead) for pool, lead in leads.items() if lead not in known)


def _check_base(wish: Wish, newest: RuleVersion) -> None:
    if wish.base is not None and wish.base != newest.id:
        raise Overtaken(
            f"Version {newest.id} was made meanwhile; yours was written on version {wish.base}.",
            "See what changed: salesdesk rules diff FILE",
        )


def _readable(toml: str) -> RuleSet | None:
    """The rules of a stored text; ``None`` for one that an older program took and this one does not."""
    try:
        return checked(toml)
    except BadRequest:
        return None


def roll_back(sitting: Sitting, version: int, wish: Wish) -> Applied:
    """Make a new version with the text of an old one. Raises what :func:`change` does, and :class:`NothingToDo` for an
    unknown version.
    """
    with sitting.database.read() as session:
        old = version_row(session, version).toml
    return change(sitting, Wish(lambda _: old, wish.note, "rules.rollback", move_to=wish.move_to))


def compare(sitting: Sitting, toml: str, version: int | None) -> list[Change]:
    """How a rule text differs from a version, by default the one in force. Raises :class:`BadRequest` for faults in
    either, and :class:`NothingToDo` for an unknown version.
    """
    may(sitting, Right.SEE_RULES)
    with sitting.database.read() as session:
        old = version_row(session, version).toml
    return differences(checked(old), checked(toml))


def history(sitting: Sitting, version: int | None = None) -> list[Version]:
    """All versions, newest first; or the one that is named. Raises :class:`NothingToDo` for an unknown one."""
    query = select(RuleVersion, User.name).outerjoin(User, col(User.id) == RuleVersion.author_id)
    may(sitting, Right.SEE_RULES)
    with sitting.database.read() as session:
        if version is not None:
            query = query.where(RuleVersion.id == version_row(session, version).id)
        return [Version(row, author) for row, author in session.exec(query.order_by(col(RuleVersion.id).desc()))]
