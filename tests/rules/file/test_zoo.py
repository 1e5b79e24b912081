"""Broken rule files, one fault each: the fault is found at its line and place, and says how to mend it.

The first line of each file in ``zoo`` tells what is wrong and what is expected: ``# WHAT | line N | PATH | MEND``.
"""

from pathlib import Path

import pytest

from rules.file.faults import RuleFaults
from rules.file.load import load

ZOO = sorted((Path(__file__).parents[1] / "zoo").glob("*.toml"))


@pytest.mark.parametrize("file", ZOO, ids=lambda file: file.stem)
def test_broken_file(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    _, line, path, mend = text.splitlines()[0].split(" | ")
    with pytest.raises(RuleFaults) as caught:
        load(text)
    fault, *more = caught.value.faults
    assert more == []
    assert (f"line {fault.line}" if fault.line else "no line", fault.path) == (line, path)
    assert mend in fault.message


def test_the_zoo_is_large() -> None:
    assert len(ZOO) >= 60
