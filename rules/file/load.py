"""Makes a rule set from its TOML text, or says everything that is wrong with it at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rules.file.check import check
from rules.file.draft import Draft
from rules.file.faults import Fault, Findings
from rules.file.load_calling import read_calling, read_currency, read_feed, read_working
from rules.file.load_outcomes import read_outcomes
from rules.file.load_regions import Include
from rules.file.load_stages import read_funnels, read_ladders, read_pools, read_statuses, read_tasks
from rules.file.load_triggers import read_triggers
from rules.file.preset import include_text
from rules.file.reader import Table
from rules.file.toml_text import parse_toml
from rules.model import RuleSet

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Loaded:
    """A usable rule set, and what in its file is allowed but probably not meant."""

    ruleset: RuleSet
    warnings: tuple[Fault, ...]


def load(text: str, *, include: Include | None = None) -> Loaded:
    """Reads and checks a rule file.

    Only ``schema``, ``[[status]]`` and ``[[outcome]]`` are required. ``include`` gives the text of a country file by
    its name, the packaged ones when it is not given. Raises ``RuleFaults`` with every fault, each with its line.
    """
    text = text.removeprefix("\ufeff")
    document = parse_toml(text)
    findings = Findings()
    ruleset = _read(Table(document, (), findings), findings, include or include_text)
    return Loaded(ruleset, findings.settle(text, document))


@lru_cache(maxsize=16)
def parsed(text: str) -> Loaded:
    """What :func:`load` makes of a text with the packaged country files, kept: a change looks at the same text several
    times, and reading it is the slow part. Raises ``RuleFaults`` each time anew.
    """
    return load(text)


def _read(top: Table, findings: Findings, include: Include) -> RuleSet:
    _check_schema(top)
    statuses = read_statuses(top)
    final = frozenset(status.id for status in statuses.items.values() if status.kind != "open")
    calling = read_calling(top, statuses, include)
    tasks = read_tasks(top)
    draft = Draft(
        statuses=statuses,
        funnels=read_funnels(top, statuses),
        tasks=tasks,
        pools=read_pools(top, tasks),
        ladders=read_ladders(top, statuses),
        buttons=read_outcomes(top, final, calling.dnc_status),
        triggers=read_triggers(top),
        calling=calling,
    )
    ruleset = RuleSet(
        currency=read_currency(top),
        feed=read_feed(top),
        calling=calling,
        working=read_working(top),
        statuses=draft.statuses.items,
        funnels=draft.funnels.items,
        tasks=draft.tasks.items,
        ladders=draft.ladders.items,
        outcomes=draft.buttons.outcomes.items,
        pools=draft.pools,
        triggers=tuple(entry.trigger for entry in draft.triggers),
    )
    top.done()
    check(draft, findings)
    return ruleset


def _check_schema(top: Table) -> None:
    schema = top.whole("schema", 0, 10**9)
    if "schema" not in top:
        top.fault("schema", f"is missing; begin the file with schema = {SCHEMA}")
    elif schema not in (SCHEMA, None):
        top.fault("schema", f"{schema} is not known to this version, which reads schema = {SCHEMA}; update salesdesk")
