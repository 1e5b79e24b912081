"""In which states and provinces a number of the United States or Canada may be, by its area code."""

from __future__ import annotations

from functools import lru_cache

from salesdesk.places.phones import PhoneNumber


def regions_of_number(phone: PhoneNumber | None, country: str | None) -> tuple[str, ...]:
    """The regions (ISO 3166-2, after the dash) of a country in which a number may be; none where it does not tell: a
    toll-free number, one of another country, or a code that the table lacks.
    """
    if phone is None or phone.kind == "toll-free" or not phone.e164.startswith("+1"):
        return ()
    where, regions = _codes().get(phone.e164[2:5], ("", ()))
    return regions if where == country else ()


@lru_cache(maxsize=1)
def _codes() -> dict[str, tuple[str, tuple[str, ...]]]:
    from salesdesk.places.table import rows  # the places are not for start-up

    return {
        code: (country, tuple(regions.split(",")))
        for country, regions, codes in rows("area_codes.tsv")
        for code in codes.split()
    }
