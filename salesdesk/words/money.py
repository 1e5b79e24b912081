"""Amounts: what a person types, in integer minor units. A float is only shown, in JSON and figures, never read."""

from __future__ import annotations

import re
from decimal import Decimal

from salesdesk.errors import BadRequest

# ISO 4217 currencies whose minor unit is not a hundredth.
_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}
# Of these ISO 4217 knows no minor unit either. They are kept in hundredths, as they always were here.
_WHOLE = frozenset({"BIF", "DJF", "GNF", "KMF", "PYG", "RWF", "UGX", "UYI", "VUV", "XAF", "XOF", "XPF"})
MOST_MINOR = 10**15

# Digits of ASCII only: a Decimal would take 1e3 and digits of any script too.
_PLAIN = re.compile(r"([0-9]*)(?:[.,]([0-9]*))?")
_SPACED = re.compile(r"([0-9]+(?:([ '_])[0-9]{3})(?:\2[0-9]{3})*)(?:[.,]([0-9]*))?")
_MARKED = re.compile(r"([1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\2[0-9]{3})*)(?:(?!\2)[.,]([0-9]+))?")
_ONE_GROUP = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")
_APART = re.compile(r"([0-9]+(?:[ '_][0-9]{3})*)[ '_]([0-9]{1,2})")
_BETWEEN = re.compile(r"[ '_.,]")


def digits_of(currency: str) -> int:
    """How many decimals an amount of this currency is kept with."""
    return _DIGITS.get(currency, 2)


def parse_amount(text: str, currency: str) -> int:
    """The amount in minor units: ``1200``, ``1 200,50``, ``1,200.50``; ``1,200`` where the currency has no cents.

    Raises :class:`BadRequest` for what is not an amount, is negative, has too many decimals, or could mean two things
    (``1,200``, ``10 50``).
    """
    said = " ".join(text.replace("’", "'").split())
    negative, said = said.startswith("-"), said.removeprefix("-" if said.startswith("-") else "+").lstrip()
    most = 0 if currency in _WHOLE else digits_of(currency)
    _refuse_two(said, text, most)
    whole, decimals = _whole_and_decimals(said, text, most)
    minor = Decimal(f"{whole or 0}.{decimals or 0}").scaleb(digits_of(currency))
    beyond = decimals[most:].strip("0") or (len(decimals) == 3 != most and int(whole or 0))
    if beyond or minor > MOST_MINOR or (negative and minor):
        allowed = f"with at most {most} decimals" if most else "without decimals"
        raise BadRequest(f'"{text}" is not an amount of {currency}.', f"Give zero or more, {allowed}.")
    return int(minor)


def _refuse_two(said: str, text: str, most: int) -> None:
    """``1,200`` is a thousand and one and a fifth where there are cents; ``10 50`` may have lost its mark.

    Where amounts have thousandths a dot is the mark before them, as in all that is shown.
    """
    group = _ONE_GROUP.fullmatch(said.removesuffix(".").removesuffix(",")) if most else None
    if group and not (most == 3 and group[1] == "."):
        whole, decimals = re.split("[.,]", group[0])
        raise _two_things(text, whole + decimals, f"{whole}.{decimals[:most]}")
    if most and (apart := _APART.fullmatch(said)):
        raise _two_things(text, _BETWEEN.sub("", said), f"{_BETWEEN.sub('', apart[1])}.{apart[2]}")


def _two_things(text: str, one: str, other: str) -> BadRequest:
    return BadRequest(f'The amount "{text}" could mean two things.', f"Write {one} or {other}.")


def _whole_and_decimals(said: str, text: str, most: int) -> tuple[str, str]:
    """The digits before and behind the mark, thousands run together."""
    if (found := _PLAIN.fullmatch(said)) and any(found.groups()) and not _one_group_of_whole(said, most):
        return found[1], found[2] or ""
    if grouped := _SPACED.fullmatch(said) or _MARKED.fullmatch(said):
        return _BETWEEN.sub("", grouped[1]), grouped[3] or ""
    example = f" or 1200.{'50':0<{most}}" if most else ""
    raise BadRequest(f'"{text}" is not an amount.', f"Write it like 1200{example}.")


def _one_group_of_whole(said: str, most: int) -> bool:
    """``1,200`` where nothing stands behind a mark: the mark is between thousands."""
    return most == 0 and _ONE_GROUP.fullmatch(said) is not None


def to_major(minor: int, currency: str) -> float:
    """Minor units as a number of major units, for JSON and the screen (exact up to 2**53 minor units)."""
    digits = digits_of(currency)
    return minor / 10**digits if digits else minor
