"""The public holidays of the places where clients are, from the package ``holidays``.

The rules are pure and know no calendar: these dates are handed to them. Where the rules do not close holidays nothing
is looked up, and the package (a seventh of a second to import) is never loaded.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from rules.area import Area
from rules.model import RuleSet
from rules.windows import Timetable, timetable

_YEARS = 3  # a promise may be a year ahead, and the first allowed day after it in the year after that
_NONE: frozenset[date] = frozenset()


def closed_days(rules: RuleSet, area: Area, at: datetime) -> frozenset[date]:
    """The public holidays of an area (local dates) from the instant ``at`` (aware UTC) on, for two years at least.

    None where the rules do not close them, or for a country that the package does not know.
    """
    return holidays_of(area, at) if rules.calling.holidays else _NONE


def holidays_of(area: Area, at: datetime) -> frozenset[date]:
    """The same whether the rules close them or not; the first time loads the package, so not on the way to a card."""
    if area.country is None:
        return _NONE
    # West of Greenwich it may still be last year.
    year = (at - timedelta(days=1)).year
    return _NONE.union(*(_dates(area.country, region, year) for region in area.regions or (None,)))


def open_hours(rules: RuleSet, area: Area, at: datetime) -> Timetable:
    """The timetable of an area with its public holidays closed, good from the instant ``at`` (aware UTC) on."""
    return timetable(rules, area, closed_days(rules, area, at))


@lru_cache(maxsize=1024)
def _dates(country: str, region: str | None, first_year: int) -> frozenset[date]:
    years = range(first_year, first_year + _YEARS)
    return frozenset().union(*(_in_year(country, region, year) for year in years))


@lru_cache(maxsize=4096)
def _in_year(country: str, region: str | None, year: int) -> frozenset[date]:
    """A year's holidays: the region's where the package tells them apart, else the country's."""
    from holidays import country_holidays

    for subdivision in (region, None) if region else (None,):
        try:
            return frozenset(country_holidays(country, subdiv=subdivision, years=year))
        except NotImplementedError:  # how the package says that it has no such country or subdivision
            continue
    return _NONE
