"""Typed time as the tests of it ask: now is Monday 23 November 2026, 12:00 in Kyiv and 10:00 in London."""

from datetime import datetime

import pytest

from rules.situation import Agreed
from rules.when.parse import WhenFault, parse_when
from rules.windows import Timetable
from tests.support.rule_cases import local

KYIV, LONDON = "Europe/Kyiv", "Europe/London"
NOW = local("2026-11-23 12:00", KYIV)


def when(text: str, client_zone: str | None = KYIV, now: datetime = NOW, table: Timetable | None = None) -> Agreed:
    return parse_when(text, now=now, client_zone=client_zone, my_zone=LONDON, table=table)


def refused(text: str, client_zone: str | None = KYIV, now: datetime = NOW) -> WhenFault:
    with pytest.raises(WhenFault) as fault:
        when(text, client_zone, now)
    return fault.value


def heard(text: str) -> Agreed | WhenFault:
    """What a text means, or why it means nothing."""
    try:
        return when(text)
    except WhenFault as fault:
        return fault


def rows(table: dict[str, dict[str, str]]) -> list[tuple[str, str, str]]:
    """What is expected, the language and the phrase, of every phrase of a table."""
    return [
        (expected, language, phrase.strip())
        for expected, languages in table.items()
        for language, phrases in languages.items()
        for phrase in phrases.split("|")
    ]
