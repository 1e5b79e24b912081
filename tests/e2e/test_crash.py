"""Writers killed at random instants on either engine: nothing acknowledged is lost or doubled, and every row is sound.

``tests/bench/crash.py --kills 200`` is the long form.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from cli_support import program_environment
from crashing import furnish

from salesdesk.storage.location import Location

CRASHING = str(Path(__file__).parents[1] / "crashing.py")
KILLS = 10


def test_writers_killed_at_random_lose_and_double_nothing(desk_location: Location, tmp_path: Path) -> None:
    furnish(desk_location)
    (tmp_path / "notes").mkdir()
    where = desk_location.url or str(desk_location.path)
    done = subprocess.run(
        [sys.executable, CRASHING, where, str(tmp_path / "notes"), str(KILLS), "1"],
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
