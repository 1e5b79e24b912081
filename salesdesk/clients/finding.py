"""Finding clients by what a person remembers of them: names, company, city, e-mail, or part of a number."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import search_key
from salesdesk.clients.queries import USUAL
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.storage.models import Client
from salesdesk.work.complete import visible
from salesdesk.work.pictures import client_views
from salesdesk.work.rulebook import current
from salesdesk.work.views import ClientView

_NUMBER = re.compile(r"[\d\s()+./-]*\d[\d\s()+./-]*")
SHORTEST = 2  # letters or digits


def find_clients(sitting: Sitting, text: str) -> list[ClientView]:
    """The first 100 clients, by id, who have every word of the text somewhere in what is searched. Lead and admin only.

    A text of digits is part of a number, as people write it: with a leading zero, spaces or brackets. Raises
    :class:`BadRequest` for less than two letters or digits, :class:`NothingToDo` when nobody matches.
    """
    may(sitting, Right.FIND)
    with sitting.database.read() as session:
        query = select(Client).where(visible(), *_conditions(text)).order_by(col(Client.id)).limit(USUAL)
        found = client_views(session, session.exec(query).all(), current(session).rules, sitting.clock.now())
    if not found:
        raise NothingToDo("Nobody here matches that.", "Try fewer letters, or part of the number.")
    return found


def _conditions(text: str) -> list[ColumnElement[bool]]:
    words = [re.sub(r"\D", "", text).lstrip("0")] if _NUMBER.fullmatch(text) else search_key(text).split()
    if sum(map(len, words)) < SHORTEST:
        raise BadRequest(f'"{text}" is too short to search for.', f"Give at least {SHORTEST} letters or digits.")
    return [col(Client.search_key).contains(word, autoescape=True) for word in words]
