"""Where a client is, as far as calling rules care: country, region and the zones it may be in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """A client's place. ``zones`` are IANA names, sorted: one when sure, several candidates when not, none when
    nothing is known. ``country`` is an ISO 3166 code (``US``), ``region`` the part after the dash (``FL``).
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
