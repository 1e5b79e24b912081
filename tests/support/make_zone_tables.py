"""Makes the fixture of zones whose rules changed between two releases of pytz.

Run it: ``python -m tests.support.make_zone_tables 2025.2`` (and the later version, else the newest that pip resolves).
It has pip download both into a temporary folder, reads each in a Python of its own, and writes ``zone_changes.json``
beside this file: for each zone whose clocks differ at any instant from :data:`SINCE` on, its offset then and every
change after it, by either release. Zones that differ before that only are left out: no promise is so old. The same two
versions give the same bytes. Tests read the file and fetch nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

SINCE = "2020-01-01T00:00:00"
FIXTURE = Path(__file__).with_name("zone_changes.json")
# Run by a bare Python on a release that was unpacked: every zone as [instant (UTC), offset in seconds, name] from the
# entry that holds at SINCE on, which is given as if it began there.
_READ = """
import json, sys
sys.path.insert(0, sys.argv[1])
import pytz
zones = {}
for name in pytz.all_timezones:
    zone = pytz.timezone(name)
    times = getattr(zone, "_utc_transition_times", None)
    if times:
        infos = zone._transition_info
        rows = [[at.isoformat(), int(info[0].total_seconds()), info[2]] for at, info in zip(times, infos)]
    else:
        rows = [["0001-01-01T00:00:00", int(zone.utcoffset(None).total_seconds()), zone.tzname(None)]]
    first = max(n for n, row in enumerate(rows) if n == 0 or row[0] <= sys.argv[2])
    zones[name] = [[sys.argv[2], *rows[first][1:]], *rows[first + 1 :]]
print(json.dumps([pytz.OLSON_VERSION, zones]))
"""


def main(old: str, new: str | None) -> None:
    """Write the fixture for two versions of pytz; without a second one it is the newest."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = (_tables(wanted, Path(folder) / name) for name, wanted in (("old", old), ("new", new)))
    changed = sorted(zone for zone in before[1] if zone in after[1] and before[1][zone] != after[1][zone])
    kept = {zone: {before[0]: before[1][zone], after[0]: after[1][zone]} for zone in changed}
    fixture = {"old": before[0], "new": after[0], "since": SINCE, "zones": kept}
    FIXTURE.write_text(_lines(fixture), "utf-8")
    print(f"{FIXTURE.name}: {before[0]} to {after[0]}, {len(changed)} zones: {', '.join(changed)}")


def _tables(version: str | None, folder: Path) -> tuple[str, dict[str, list[Any]]]:
    """The release that a version of pytz brings, and its zones."""
    wanted = f"pytz=={version}" if version else "pytz"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*pip, "--dest", str(folder), wanted], check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder)
    told = subprocess.run([sys.executable, "-I", "-c", _READ, str(folder), SINCE], check=True, capture_output=True)
    release, zones = json.loads(told.stdout)
    return release, zones


def _lines(fixture: dict[str, Any]) -> str:
    """The fixture with a line for each zone and release, so that a change of it can be read."""
    zones = ",\n".join(
        f"{json.dumps(zone)}: {{\n"
        + ",\n".join(f"{json.dumps(release)}: {json.dumps(rows)}" for release, rows in tables.items())
        + "}"
        for zone, tables in fixture["zones"].items()
    )
    head = "".join(f"{json.dumps(key)}: {json.dumps(fixture[key])},\n" for key in ("old", "new", "since"))
    return f'{{\n{head}"zones": {{\n{zones}}}}}\n'


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
