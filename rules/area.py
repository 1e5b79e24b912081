"""Where a client is, as far as calling rules care: country, region and the zones it may be in."""

from __future__ import annotations

from dataclasses import dataclass

ANY_REGION = "*"
"""The region of a client who may be in any region of the country: the strictest rules of all of them hold."""


@dataclass(frozen=True, slots=True)
class Area:
    """A client's place. ``zones`` are IANA names, sorted: one when sure, several candidates when not, none when
    nothing is known. ``country`` is an ISO 3166 code (``US``), ``region`` the part after the dash (``FL``); several
    that it may be are joined by commas (``NS,PE``), :data:`ANY_REGION` stands for all of the country's.
    """

    country: str | None
    region: str | None
    zones: tuple[str, ...]

    @property
    def sure(self) -> bool:
        """Whether the zone is known."""
        return len(self.zones) == 1

    @property
    def zone(self) -> str | None:
        """The zone when it is known, else ``None``."""
        return self.zones[0] if self.sure else None

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that it may be in by name: one when that is known, none when it may be any, or no matter."""
        return tuple(self.region.split(",")) if self.region and self.region != ANY_REGION else ()
