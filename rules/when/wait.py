"""How long from now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wait:
    """How long from now: calendar months and days, then elapsed minutes."""

    months: int = 0
    days: int = 0
    minutes: int = 0

    @property
    def typed(self) -> str:
        """As it is typed, for a mend: ``+1mo3d2h30m``."""
        hours, minutes = divmod(self.minutes, 60)
        amounts = ((self.months, "mo"), (self.days, "d"), (hours, "h"), (minutes, "m"))
        return "+" + "".join(f"{number}{unit}" for number, unit in amounts if number)
