"""Whether two clients look like one person, before they are made one."""

from __future__ import annotations

from salesdesk.clients.draft import search_key
from salesdesk.work.views import ClientView

_SHORTEST = 3  # letters of a word, or digits at the end of a number, that two have in common
_TAIL = 7


def agreements(one: ClientView, other: ClientView) -> tuple[str, ...]:
    """In what two clients agree: ``name``, ``company``, ``number``, ``e-mail``. Nothing is a reason to look twice.

    Names and companies agree in a word of three letters or more, numbers in their last seven digits.
    """
    found = {
        "name": _words(one.name) & _words(other.name),
        "company": _words(one.company) & _words(other.company),
        "number": _tails(one) & _tails(other),
        "e-mail": {mail.casefold() for mail in one.emails} & {mail.casefold() for mail in other.emails},
    }
    return tuple(what for what, common in found.items() if common)


def _words(text: str) -> set[str]:
    return {word for word in search_key(text).split() if len(word) >= _SHORTEST}


def _tails(client: ClientView) -> set[str]:
    return {phone.e164[-_TAIL:] for phone in client.phones}
