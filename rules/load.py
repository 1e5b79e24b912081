"""Makes a rule set from its TOML text, or says everything that is wrong with it at once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from rules.check import Draft, check
from rules.faults import Fault, Findings, RuleFaults
from rules.load_calling import read_calling, read_currency, read_feed, read_working
from rules.load_outcomes import read_outcomes
from rules.load_stages import read_funnels, read_ladders, read_pools, read_statuses, read_tasks
from rules.model import RuleSet
from rules.reader import Table

SCHEMA = 1

_LATER = "this version does not act on it yet; remove it"
_LINE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A usable rule set, and what in its file is allowed but probably not meant."""

    ruleset: RuleSet
    warnings: tuple[Fault, ...]


def load(text: str) -> Loaded:
    """Reads and checks a rule file.

    Only ``schema``, ``[[status]]`` and ``[[outcome]]`` are required. Raises ``RuleFaults`` with every fault, each
    with its line.
    """
    text = text.removeprefix("\ufeff")
    document = _parse(text)
    findings = Findings()
    ruleset = _read(Table(document, (), findings), findings)
    return Loaded(ruleset, findings.settle(text, document))


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise RuleFaults((Fault(None, "", "is nested too deeply to be a rule file"),)) from None
    except ValueError as fault:  # mostly TOMLDecodeError; also a number of thousands of digits
        where = _LINE.search(str(fault))
        last_line = text.count("\n") + 1
        line = int(where[1] or last_line) if where else None
        message = f"this is not TOML: {_LINE.sub('', str(fault))}"
        raise RuleFaults((Fault(line, "", message),)) from fault


def _read(top: Table, findings: Findings) -> RuleSet:
    _check_schema(top)
    for key in ("include", "trigger"):
        top.refuse(key, _LATER)
    statuses = read_statuses(top)
    final = frozenset(status.id for status in statuses.items.values() if status.kind != "open")
    calling = read_calling(top, statuses)
    tasks = read_tasks(top)
    draft = Draft(
        statuses=statuses,
        funnels=read_funnels(top, statuses),
        tasks=tasks,
        pools=read_pools(top, tasks),
        ladders=read_ladders(top, statuses),
        buttons=read_outcomes(top, final, calling.dnc_status),
        dnc_status=calling.dnc_status,
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
