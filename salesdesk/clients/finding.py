"""Finding clients by what a person remembers of them: names, company, city, e-mail, or part of a number."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement
from sqlmodel import col

from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import search_key
from salesdesk.clients.queries import USUAL, Listed, listed
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.storage.models import Client
from salesdesk.work.complete import visible
from salesdesk.work.rulebook import current

_NUMBER = re.compile(r"[\d\s()+./-]*\d[\d\s()+./-]*")
SHORTEST = 2  # letters or digits


def find_clients(sitting: Sitting, text: str) -> Listed:
    """The first 100 clients, by id, who have every word of the text somewhere in what is searched, and how many have.

    Lead and admin only. A text of digits is part of a number, as people write it: with a leading zero, spaces or
    brackets. Raises :class:`BadRequest` for less than two letters or digits, :class:`NothingToDo` when nobody matches.
    """
    may(sitting, Right.FIND)
    with sitting.database.read() as session:
        wanted = [visible(), *_conditions(text)]
        found = listed(session, wanted, USUAL, current(session).rules, sitting.clock.now())
    if not found.total:
        raise NothingToDo("Nobody here matches that.", "Try fewer letters, or part of the number.")
    return found


def _conditions(text: str) -> list[ColumnElement[bool]]:
    words = [re.sub(r"\D", "", text).lstrip("0")] if _NUMBER.fullmatch(text) else search_key(text).split()
    if sum(map(len, words)) < SHORTEST:
        raise BadRequest(f'"{text}" is too short to search for.', f"Give at least {SHORTEST} letters or digits.")
    return [col(Client.search_key).contains(word, autoescape=True) for word in words]
