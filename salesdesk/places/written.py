"""The words for a place as a table or a person wrote them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """Where a client is, in words. ``country`` (ISO code) was stated and is a fence: no place outside it is meant."""

    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str | None = None

    def __bool__(self) -> bool:
        return bool(self.city or self.region or self.postcode)


NOWHERE = Written()
