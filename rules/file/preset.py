"""The files that come with the program: one rule set in three languages, two worked examples of other trades, and
country files to include.
"""

from __future__ import annotations

from importlib.resources import files

from rules.file.reader import shown, suggestion

PRESETS = ("en", "uk", "ru")
"""The same rules in three languages."""
WORKED_SETS = ("workshop", "win-back")
"""Rule sets of their own, to begin with or to copy from; docs/rule-sets.md walks through them."""
ALL_PRESETS = (*PRESETS, *WORKED_SETS)
COUNTRIES = ("us", "ua", "ru", "eu")
"""The names that ``include`` knows: calling hours and caps of countries."""


def preset_text(name: str) -> str:
    """The TOML text of a preset. Raises ``ValueError`` for a name that is not in ``ALL_PRESETS``."""
    if name not in ALL_PRESETS:
        raise ValueError(f"there is no preset {name!r}; known: {', '.join(ALL_PRESETS)}")
    return (files("rules") / "presets" / f"{name}.toml").read_text(encoding="utf-8")


def include_text(name: str) -> str:
    """The TOML text of a country file. Raises ``ValueError`` for a name that is not in ``COUNTRIES``."""
    if name not in COUNTRIES:
        raise ValueError(f"there is no country file {shown(name)}{suggestion(name, COUNTRIES)}")
    return (files("rules") / "presets" / "country" / f"{name}.toml").read_text(encoding="utf-8")
