"""Phone numbers as people and spreadsheets write them, turned into numbers that can be dialled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

from salesdesk.errors import BadRequest
from salesdesk.places.countries import country_name

_MEND = "Write it with + and the country code, such as +380 67 123 45 67."
_KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed-or-mobile",
    PhoneNumberType.TOLL_FREE: "toll-free",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.PREMIUM_RATE: "premium",
}
# Where people still dial 8 before a national number; the phone library knows it for some of them only.
_TRUNK_8 = frozenset(["AM", "AZ", "BY", "EE", "GE", "KG", "KZ", "LT", "LV", "MD", "RU", "TJ", "TM", "UA", "UZ"])
_LONGEST = 200  # characters in a cell; the longest number has 15 digits
_LABEL = re.compile(r"^[^\d+]*?(?=[(\[]*[+\d])")
_RUN = re.compile(r"[(\[\s]*\+?[\d\s()\[\]./,~\-‐-―−]*")
_EXTENSION = re.compile(r"[\s,;.(]*(?:extension|extn?|ext|доб|дод|внутр|вн|x|х|#)[.:=\s]*\d{1,8}\D*$", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"^\+?\d(?:[.,]\d+)?e\+?\d+$", re.IGNORECASE)
_DECIMAL = re.compile(r"^(\+?\d{7,15})[.,]0{1,2}$")
_BREAKS = re.compile(r";(?!\s*ext)|[|\n\r]+|\s(?:or|або|чи|или)\s|(?<=\d)\s*(?=\+)", re.IGNORECASE)
_MAYBE_BREAK = re.compile(r"[,/]")


class BadPhone(BadRequest):
    """The text is not a phone number that can be called; the title says why in words."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A valid number: its E.164 form, both written forms, its kind, and the ISO country it belongs to.

    ``kind`` is mobile, fixed, fixed-or-mobile, toll-free, voip, premium or other. ``region`` is ``None`` for numbers
    of no country, such as satellite phones.
    """

    e164: str
    national: str
    international: str
    kind: str
    region: str | None


def parse_phone(text: str, country: str | None) -> PhoneNumber:
    """The number that a text holds, read as one of ``country`` (ISO code) when it has no country code of its own.

    Labels and extensions are left off. Raises :class:`BadPhone` when it is not exactly one valid number.
    """
    digits = _digits(_plain(text))
    if country not in phonenumbers.SUPPORTED_REGIONS:
        country = None
    reason = ""
    for number, region in _readings(digits, country):
        try:
            parsed = phonenumbers.parse(number, region)
        except NumberParseException as fault:
            reason = reason or _parse_reason(fault)
            continue
        # What is_valid_number() asks too; asking for the kind at once halves the work.
        kind = phonenumbers.number_type(parsed)
        if kind != PhoneNumberType.UNKNOWN:
            return _described(parsed, kind)
        reason = reason or _invalid_reason(parsed)
    raise BadPhone(f"{_shown(text)} {reason or 'has no country code and no country is given'}", _MEND)


@lru_cache(maxsize=4096)
def phone_from_e164(e164: str) -> PhoneNumber:
    """The number of an E.164 text such as ``+380671234567``. Raises :class:`BadPhone` when it is not valid."""
    if not re.fullmatch(r"\+[0-9]{4,15}", e164):
        raise BadPhone(f"{_shown(e164)} is not a number in the form +380671234567", _MEND)
    return parse_phone(e164, None)


def split_phones(text: str) -> list[str]:
    """The separate numbers of one cell, as written, in order; a number is never cut in two.

    ``;`` ``|`` line ends, the word "or" and a second ``+`` always part two numbers. A comma or a slash does so only
    after what may be a whole number, because ``030/1234567`` is one.
    """
    if _DECIMAL.match(text.strip()):
        return [text.strip()]
    parts = [part for piece in _BREAKS.split(text) for part in _split_loose(piece)]
    return [part.strip(" ,/\t") for part in parts if part.strip(" ,/\t")]


def _split_loose(piece: str) -> Iterator[str]:
    start = 0
    for mark in _MAYBE_BREAK.finditer(piece):
        left = _count_digits(piece[start : mark.start()])
        right = _count_digits(_MAYBE_BREAK.split(piece[mark.end() :], maxsplit=1)[0])
        # Nine digits are a whole number nearly everywhere; seven or eight are one beside another such.
        if left >= 9 or (left >= 7 and right >= 7):
            yield piece[start : mark.start()]
            start = mark.end()
    yield piece[start:]


def _count_digits(text: str) -> int:
    return sum(c.isdigit() for c in text.replace("(0)", ""))


def _plain(text: str) -> str:
    """The text with ordinary digits and without invisible characters, a spreadsheet's apostrophe or its ``.0``."""
    if len(text) > _LONGEST:
        raise BadPhone(f"{_shown(text)} is too long for a phone number", _MEND)
    folded = unicodedata.normalize("NFKC", text)
    ascii_digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)
    visible = "".join(c for c in ascii_digits if unicodedata.category(c) not in ("Cc", "Cf") or c in "\t\n")
    plain = visible.strip().lstrip("'’`").strip()
    if _SCIENTIFIC.match(plain):
        raise BadPhone(
            f"{_shown(text)} was damaged by a spreadsheet: its last digits are lost",
            "Make the column text (not a number) in the spreadsheet and save it again from the original.",
        )
    return _DECIMAL.sub(r"\1", plain)


def _digits(plain: str) -> str:
    """The digits to dial, with a leading ``+`` when it was written. Raises when letters or a second number get in."""
    rest = plain[match.end() :] if (match := _LABEL.match(plain)) else plain
    run = _RUN.match(rest)
    number = run.group() if run else ""
    tail = rest[len(number) :]
    digits = re.sub(r"\D", "", number)
    if not digits:
        raise BadPhone(f"{_shown(plain)} is not a number", _MEND)
    if tail and not _EXTENSION.match(tail) and (re.search(r"\d", tail) or number[-1].isdigit()):
        raise BadPhone(f"{_shown(plain)} has other signs among its digits", _MEND)
    return f"+{digits}" if "+" in number else digits


def _readings(digits: str, country: str | None) -> Iterator[tuple[str, str | None]]:
    """Each way to understand the digits, the likeliest first; the first that is a valid number wins."""
    bare = digits.removeprefix("+")
    if digits.startswith("+"):
        yield digits, None
    elif digits.startswith("00"):
        yield f"+{bare[2:]}", None
    if country and not (digits.startswith("+") and bare[:1] not in "08"):
        yield bare, country
        if bare.startswith("8") and country in _TRUNK_8:
            yield bare[1:], country
    # A country code without its plus. With no country at all 11 digits may be a national number (China, Germany).
    if digits == bare and not bare.startswith("0") and len(bare) >= (11 if country else 12):
        yield f"+{bare}", None


def _parse_reason(fault: NumberParseException) -> str:
    reasons = {
        NumberParseException.INVALID_COUNTRY_CODE: "has a country code that does not exist",
        NumberParseException.TOO_LONG: "is too long for a phone number",
    }
    return reasons.get(fault.error_type, "is too short for a phone number")


def _invalid_reason(parsed: phonenumbers.PhoneNumber) -> str:
    code = parsed.country_code or 0
    region = phonenumbers.region_code_for_country_code(code)
    name = country_name(region) if region in phonenumbers.SUPPORTED_REGIONS else f"the code +{code}"
    # The library calls a length possible when any kind of number has it, so a mobile one digit short needs a measure.
    model = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    missing = len(str(model.national_number)) - len(str(parsed.national_number)) if model else 0
    length = phonenumbers.is_possible_number_with_reason(parsed)
    if length in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY) or missing > 0:
        return f"is too short for {name}"
    if length == ValidationResult.TOO_LONG or missing < 0:
        return f"is too long for {name}"
    return f"is not a number that exists in {name}"


def _described(parsed: phonenumbers.PhoneNumber, kind: int) -> PhoneNumber:
    region = phonenumbers.region_code_for_number(parsed)
    return PhoneNumber(
        e164=phonenumbers.format_number(parsed, PhoneNumberFormat.E164),
        national=phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL),
        international=phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL),
        kind=_KINDS.get(kind, "other"),
        region=region if region in phonenumbers.SUPPORTED_REGIONS else None,
    )


def _shown(text: str) -> str:
    """The text in quotes for a message: one line, printable, not too long."""
    line = "".join(c if c.isprintable() else " " for c in text).strip()
    return f'"{line[:40]}…"' if len(line) > 40 else f'"{line}"'
