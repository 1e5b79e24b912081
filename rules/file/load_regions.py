"""Reads the calling rules of single countries and their parts: ``[[calling.region]]`` and what ``include`` brings."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields

import pytz

from rules.file.faults import Findings, RuleFaults
from rules.file.load_hours import read_window
from rules.file.reader import Table
from rules.file.toml_text import parse_toml
from rules.model import Caps, Region, Window

MOST_CALLS = 1000
MOST_REGIONS = 1000

Include = Callable[[str], str]
"""Gives the TOML text of a country file by its name. Raises ``ValueError`` for a name that it does not know."""

_WHERE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_CAPS = tuple(field.name for field in fields(Caps))


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one entry itself states."""

    window: Window | None
    caps: Caps

    def over(self, under: _Entry) -> _Entry:
        """This entry, with what it does not state taken from another."""
        return _Entry(self.window or under.window, _inherit(self.caps, under.caps))


def read_hours(table: Table) -> Window | None:
    """The call window that a table states, if any."""
    given = table.table("window")
    return read_window(given) if "window" in table else None


def read_caps(table: Table) -> Caps:
    """The caps that a table states."""
    counts = {name: table.whole(name, 1, MOST_CALLS) for name in _CAPS if name != "min_gap"}
    return Caps(**counts, min_gap=table.seconds("min_gap"))


def read_regions(top: Table, calling: Table, base: Region, include: Include) -> dict[str, Region]:
    """Every region, its own or included. An own one wins over an included one of the same place, key by key; what is
    stated by neither comes from the country, then from ``base``.
    """
    own = _included(top, include)
    for where, entry in _entries(calling).items():
        own[where] = entry.over(own[where]) if where in own else entry
    regions: dict[str, Region] = {}
    for where in sorted(own, key=len):  # countries before their parts, so that a part finds its country complete
        over = regions.get(where.partition("-")[0], base)
        regions[where] = Region(where, own[where].window or over.window, _inherit(own[where].caps, over.caps))
    return {where: regions[where] for where in own}


def _inherit(caps: Caps, base: Caps) -> Caps:
    """The caps, each missing one taken from the base."""
    pairs = {name: (getattr(caps, name), getattr(base, name)) for name in _CAPS}
    return Caps(**{name: theirs if own is None else own for name, (own, theirs) in pairs.items()})


def _included(top: Table, include: Include) -> dict[str, _Entry]:
    """The regions of every included file, later ones over earlier ones."""
    own: dict[str, _Entry] = {}
    names = top.words("include")
    for index, name in enumerate(names):
        if name in names[:index]:
            top.fault("include", f'"{name}" stands here twice; remove one', index)
            continue
        try:
            text = include(name)
        except ValueError as unknown:
            top.fault("include", str(unknown), index)
            continue
        try:
            own.update(_country_file(text))
        except RuleFaults as broken:
            for fault in broken.faults:
                top.fault("include", f'the included "{name}" has a fault: {fault}', index)
    return own


def _country_file(text: str) -> dict[str, _Entry]:
    """The entries of an included file, which holds nothing but ``[[calling.region]]``."""
    document, findings = parse_toml(text), Findings()
    top = Table(document, (), findings)
    calling = top.table("calling")
    own = _entries(calling)
    calling.done()
    top.done()
    findings.settle(text, document)
    return own


def _entries(calling: Table) -> dict[str, _Entry]:
    own: dict[str, _Entry] = {}
    for table in calling.tables("region", MOST_REGIONS):
        where = _read_where(table)
        if where and where in own:
            table.fault("where", f'"{where}" has an entry above; join the two')
        own[where] = _Entry(read_hours(table), read_caps(table))
        table.done()
    return own


def _read_where(entry: Table) -> str:
    entry.need("where")
    where = entry.match("where", _WHERE, "a country such as US or a region such as US-FL") or ""
    country = where.partition("-")[0]
    if country and country not in pytz.country_names:
        mend = 'write "GB" for the United Kingdom' if country == "UK" else "use an ISO 3166 code"
        entry.findings.warn((*entry.path, "where"), f'no country has the code "{country}"; {mend}')
    return where
