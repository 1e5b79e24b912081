"""A client as read from one row, checked and cleaned, before anything is stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from salesdesk.errors import BadRequest
from salesdesk.places.phones import BadPhone, PhoneNumber, parse_phone, split_phones
from salesdesk.places.zone_guess import Written, ZoneGuess, country_code, guess_zone
from salesdesk.words.printable import printable

MAX_NOTE = 4000  # characters
MAX_NAME = 200  # characters of any other text
MAX_CUSTOM = 1000  # characters of a custom field's value
_EMAIL = re.compile(r"[^\s@<>,;:\"()]{1,64}@[^\s@<>,;:\"()]{1,180}\.[^\s@<>,;:\"().\d]{2,63}")
_APOSTROPHES = re.compile("['’ʼ‘`´′＇]")


@dataclass(frozen=True, slots=True)
class ClientDraft:
    """What a row says of a client. Absent texts are empty; ``country`` is an ISO code or ``None``.

    ``owner``, ``status`` and ``prefer`` are the row's own words, to be looked up by whoever stores the client.
    ``custom`` also holds the postcode, and what was not understood: ``bad phone`` and ``bad e-mail``.
    """

    name: str
    company: str
    position: str
    phones: tuple[PhoneNumber, ...]
    emails: tuple[str, ...]
    city: str
    region: str
    country: str | None
    zone: ZoneGuess
    source: str
    owner: str
    status: str
    note: str
    prefer: str
    custom: dict[str, str]


def draft_from_row(
    cells: Mapping[str, Sequence[str]], custom: Mapping[str, str], *, country: str | None, at: datetime
) -> ClientDraft:
    """The client of one row: ``cells`` are texts by field, ``custom`` texts by header.

    ``country`` (ISO code) is for numbers and rows that name none; ``at`` (aware UTC) is when zones are compared.
    Raises :class:`BadRequest` with the reason for the rejects file: no valid phone, a country or zone that is none,
    a text that is too long. Nothing is cut.
    """
    texts = {field: _text(field, values) for field, values in cells.items() if field not in ("phone", "email")}
    stated = _stated_country(texts.get("country", ""))
    phones, bad_phones = _phones(cells.get("phone", ()), stated or country)
    emails, bad_emails = _emails(cells.get("email", ()))
    written = Written(texts.get("city", ""), texts.get("region", ""), texts.get("postcode", ""), stated)
    zone, place = zone_and_country(texts.get("zone", ""), phones, written, country, at)
    extra = {clean_text(key): clean_text(value) for key, value in custom.items()}
    extra["postcode"] = " ".join(filter(None, [extra.get("postcode"), written.postcode]))
    for key, bad in (("bad phone", bad_phones), ("bad e-mail", bad_emails)):
        extra[key] = "; ".join(filter(None, [extra.get(key), *bad]))
    return ClientDraft(
        name=_name(texts) or texts.get("company") or next(iter(emails), "") or phones[0].international,
        company=texts.get("company", ""),
        position=texts.get("position", ""),
        phones=phones,
        emails=emails,
        city=texts.get("city", ""),
        region=texts.get("region", ""),
        country=place,
        zone=zone,
        source=texts.get("source", ""),
        owner=texts.get("owner", ""),
        status=texts.get("status", ""),
        note=texts.get("note", ""),
        prefer=texts.get("prefer", ""),
        custom={key: _fitting(key, value, MAX_CUSTOM) for key, value in extra.items() if value},
    )


def clean_text(text: str) -> str:
    """Text from outside made safe to show: one line, spaces folded, no control, bidi or other invisible characters."""
    return unicodedata.normalize("NFC", " ".join(printable(text).split()))


def search_key(*texts: str) -> str:
    """What searches compare: the texts casefolded, compatibility forms united, apostrophes removed, spaces folded."""
    joined = unicodedata.normalize("NFKC", _APOSTROPHES.sub("", " ".join(texts))).casefold()
    return " ".join(unicodedata.normalize("NFKC", joined).split())


def _text(field: str, values: Iterable[str]) -> str:
    joined = " ".join(filter(None, map(clean_text, values)))
    return _fitting(field.replace("_", " "), joined, MAX_NOTE if field == "note" else MAX_NAME)


def _fitting(what: str, text: str, limit: int) -> str:
    if len(text) > limit:
        raise BadRequest(f"The {what} has {len(text):,} characters, the limit is {limit:,}", "Shorten it.")
    return text


def _name(texts: Mapping[str, str]) -> str:
    """The full name as written, else first, middle and last name in this order.

    Some exports call the first name just "Name" and keep the surname beside it.
    """
    whole, first, last = (texts.get(key, "") for key in ("name", "first_name", "last_name"))
    if whole and (first or not last or last in whole):
        return whole
    parts = (whole or first, texts.get("middle_name", ""), last)
    return _fitting("name", " ".join(filter(None, parts)), MAX_NAME)


def _stated_country(text: str) -> str | None:
    if not text:
        return None
    code = country_code(text)
    if code is None:
        raise BadRequest(f'"{text}" is not a country', "Write its ISO code (UA) or its name.")
    return code


def _phones(values: Iterable[str], country: str | None) -> tuple[tuple[PhoneNumber, ...], list[str]]:
    """The different valid numbers in order, and the texts that are none. Raises when there is no valid one."""
    good: dict[str, PhoneNumber] = {}
    bad: dict[str, BadPhone] = {}
    for text in (part for value in values for part in split_phones(value)):
        try:
            phone = parse_phone(text, country)
        except BadPhone as fault:
            bad[clean_text(text)] = fault
        else:
            good.setdefault(phone.e164, phone)
    if not good:
        raise next(iter(bad.values()), BadPhone("The row has no phone number", "Fill the phone column."))
    return tuple(good.values()), list(bad)


def _emails(values: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """The different addresses in order (``Name <a@b.c>`` gives the address), and the texts that are none."""
    good: dict[str, str] = {}
    bad: list[str] = []
    for text in (clean_text(part) for value in values for part in re.split(r"[,;|\n]", value)):
        plain = text.removeprefix("mailto:")
        found = [word.strip("<>()\"'") for word in plain.split() if "@" in word]
        if found and all(len(address) <= MAX_NAME and _EMAIL.fullmatch(address) for address in found):
            good |= {address.casefold(): address for address in found if address.casefold() not in good}
        elif plain:
            bad.append(plain)
    return tuple(good.values()), bad


def zone_and_country(
    given: str, phones: Sequence[PhoneNumber | None], written: Written, default: str | None, at: datetime
) -> tuple[ZoneGuess, str | None]:
    """The zone and country by the first number that settles the zone: a landline may where a mobile does not.

    The country is the stated one (of ``written``), else that of the place, the number, or ``default``. Raises
    :class:`BadRequest` for a ``given`` zone that is none.
    """
    guesses = []
    for phone in phones or (None,):
        home = written.country or (phone.region if phone else None) or default
        guess = guess_zone(given=given, phone=phone, country=home, at=at, written=written)
        guesses.append((guess, written.country or guess.country or home))
        if guess.source in ("given", "place", "phone"):
            return guesses[-1]
    return guesses[0]
