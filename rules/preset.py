"""The rule files that come with the program: the same logic with labels in three languages."""

from __future__ import annotations

from importlib.resources import files

PRESETS = ("en", "uk", "ru")


def preset_text(name: str) -> str:
    """The TOML text of a preset. Raises ``ValueError`` for a name that is not in ``PRESETS``."""
    if name not in PRESETS:
        raise ValueError(f"there is no preset {name!r}; known: {', '.join(PRESETS)}")
    return (files("rules") / "presets" / f"{name}.toml").read_text(encoding="utf-8")
