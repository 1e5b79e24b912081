"""Writers killed at random instants on either engine: nothing acknowledged is lost or doubled, and every row is sound.

``tests/bench/crash.py --kills 200`` is the long form.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from salesdesk.storage.location import Location
from tests.support.command_line import program_environment
from tests.support.crashing import furnish

CRASHING = "tests.support.crashing"
KILLS = 10


def test_writers_killed_at_random_lose_and_double_nothing(desk_location: Location, tmp_path: Path) -> None:
    furnish(desk_location)
    (tmp_path / "notes").mkdir()
    where = desk_location.url or str(desk_location.path)
    done = subprocess.run(
        [sys.executable, "-m", CRASHING, where, str(tmp_path / "notes"), str(KILLS), "1"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=program_environment(),
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found.pop("acknowledged") + found.pop("again") >= KILLS, "hardly anything was recorded between the kills"
    assert found == {"kills": KILLS, "failed": 0, "lost": [], "doubled": [], "stray": [], "faults": []}
