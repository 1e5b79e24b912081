"""The files that come with the program: one rule set in three languages, and country files to include."""

from __future__ import annotations

from importlib.resources import files

from rules.reader import shown, suggestion

PRESETS = ("en", "uk", "ru")
COUNTRIES = ("us", "ua", "ru", "eu")
"""The names that ``include`` knows: calling hours and caps of countries."""


def preset_text(name: str) -> str:
    """The TOML text of a preset. Raises ``ValueError`` for a name that is not in ``PRESETS``."""
    if name not in PRESETS:
        raise ValueError(f"there is no preset {name!r}; known: {', '.join(PRESETS)}")
    return (files("rules") / "presets" / f"{name}.toml").read_text(encoding="utf-8")


def include_text(name: str) -> str:
    """The TOML text of a country file. Raises ``ValueError`` for a name that is not in ``COUNTRIES``."""
    if name not in COUNTRIES:
        raise ValueError(f"there is no country file {shown(name)}{suggestion(name, COUNTRIES)}")
    return (files("rules") / "presets" / "country" / f"{name}.toml").read_text(encoding="utf-8")
