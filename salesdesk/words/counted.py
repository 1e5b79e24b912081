"""Counts that agree with what they count, and articles with what follows them."""

from __future__ import annotations


def counted(number: int, noun: str, many: str = "") -> str:
    """A count with its noun: ``1 row``, ``0 rows``, ``2 rows``; ``many`` is the plural where an s does not make it."""
    return f"{number} {noun if number == 1 else many or f'{noun}s'}"


def with_article(noun: str) -> str:
    """A noun behind the article that it takes: ``a lead``, ``an admin``."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
