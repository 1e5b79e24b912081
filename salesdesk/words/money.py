"""Amounts: what a person types, in integer minor units. A float is only shown, in JSON and figures, never read."""

from __future__ import annotations

import re
from decimal import Decimal

from salesdesk.errors import BadRequest

# ISO 4217 currencies whose minor unit is not a hundredth.
_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}
MOST_MINOR = 10**15
_SPACES = re.compile(r"[\s\u00a0\u202f'’_]")
_PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)", re.ASCII)  # a Decimal would take 1e3 and digits of any script too


def digits_of(currency: str) -> int:
    """How many decimals a currency has (ISO 4217)."""
    return _DIGITS.get(currency, 2)


def parse_amount(text: str, currency: str) -> int:
    """The amount in minor units: ``1200``, ``1 200,50``, ``1200.50``.

    Raises :class:`BadRequest` for what is not an amount, is negative, has too many decimals, or could mean two things
    (``1,200``).
    """
    cleaned = _SPACES.sub("", text)
    if re.fullmatch(r"[0-9]{1,3}[.,][0-9]{3}", cleaned) and digits_of(currency) != 3:
        whole = cleaned.replace(",", "").replace(".", "")
        raise BadRequest(
            f'The amount "{text}" could mean two things.', f"Write {whole} or {cleaned[:-4]}.{whole[-3:-1]}."
        )
    if not _PLAIN.fullmatch(cleaned):
        raise BadRequest(f'"{text}" is not an amount.', "Write it like 1200 or 1200.50.")
    minor = Decimal(cleaned.replace(",", ".")).scaleb(digits_of(currency))
    if minor < 0 or minor != minor.to_integral_value() or minor > MOST_MINOR:
        raise BadRequest(
            f'"{text}" is not an amount of {currency}.',
            f"Give zero or more, with at most {digits_of(currency)} decimals.",
        )
    return int(minor)


def to_major(minor: int, currency: str) -> float:
    """Minor units as a number of major units, for JSON and the screen (exact up to 2**53 minor units)."""
    digits = digits_of(currency)
    return minor / 10**digits if digits else minor
