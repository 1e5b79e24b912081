"""Sums over the calls and the deals of a period. The database adds up; only the sums are read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import distinct, func
from sqlmodel import col

from salesdesk.kpi.scope import Line, Scope, calls_in, line_sums
from salesdesk.storage.models import Attempt, Deal


@dataclass(frozen=True, slots=True)
class Calls:
    """Sums over calls: how many, how many reached and how many clients that was, how they ended, seconds of talk."""

    calls: int = 0
    reached: int = 0
    clients_reached: int = 0
    won: int = 0
    lost: int = 0
    archived: int = 0
    talk_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Takings:
    """Deals won in one currency, and their amounts in its minor units."""

    deals: int = 0
    minor: int = 0


def calls(scope: Scope) -> dict[Line, Calls]:
    """The calls of the period, by line."""
    ended, each = col(Attempt.kind_after), func.count(col(Attempt.id))
    statement = calls_in(
        scope,
        each,
        each.filter(col(Attempt.reached)),
        func.count(distinct(col(Attempt.client_id))).filter(col(Attempt.reached)),
        *(each.filter(ended == kind) for kind in ("won", "lost", "archived")),
        func.coalesce(func.sum(col(Attempt.seconds)), 0),
    )
    line = scope.split.call if scope.split else None
    return {about: Calls(*map(int, sums)) for about, sums in line_sums(scope, statement, line)}


def takings(scope: Scope) -> dict[Line, dict[str, Takings]]:
    """The amounts of the deals won in the period, by line and currency.

    The amount is the one said on the winning call, else the one that the deal had from an earlier call.
    """
    currency = func.coalesce(col(Attempt.currency), col(Deal.currency))
    amount = func.coalesce(col(Attempt.amount_minor), col(Deal.amount_minor))
    statement = (
        calls_in(scope, currency, func.count(col(Attempt.id)), func.sum(amount))
        .join(Deal, col(Deal.id) == Attempt.deal_id)
        .where(col(Attempt.kind_after) == "won", currency.is_not(None))
        .group_by(currency)
    )
    found: dict[Line, dict[str, Takings]] = defaultdict(dict)
    for about, (code, deals, minor) in line_sums(scope, statement, scope.split.call if scope.split else None):
        found[about][code] = Takings(int(deals), int(minor))
    return found
