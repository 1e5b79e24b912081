"""What looking a place up costs, beside a look-up in a plain dictionary in the same run.

Run it: ``python tests/bench/places.py``. CPU time, the best of several rounds, so that a busy machine disturbs little.
Goals: the first look-up under 150 ms with all that it loads, every other one under 100 microseconds, a keystroke of the
search under 5 ms.
"""

from __future__ import annotations

import subprocess
import sys
import timeit
from collections.abc import Callable
from datetime import date
from functools import partial
from time import process_time

from salesdesk.places.search import find_places
from salesdesk.places.table import table
from salesdesk.places.where import look_up
from salesdesk.places.written import Written

DAY = date(2026, 11, 23)
FIRST = """
import time
from datetime import date
import salesdesk.places.zone_guess
start = time.process_time()
from salesdesk.places.where import look_up
from salesdesk.places.written import Written
look_up(Written(city="Красноярск"), "RU", date(2026, 11, 23))
print(time.process_time() - start)
"""
TEXTS = ("Красноярск", "г. Москва, 101000", "Denver, CO", "Springfield", "Київ, вул. Хрещатик 1", "no such place")
KEYS = ("s", "sa", "к", "кра", "springfield, ill", "springfield il")


def best(action: Callable[[], object], number: int, rounds: int = 9) -> float:
    """Seconds of CPU time that one call takes, in the quietest round."""
    return min(timeit.repeat(action, number=number, repeat=rounds, timer=process_time)) / number


def first() -> float:
    """Seconds of CPU time of the first look-up in a fresh process, its imports counted."""
    runs = (subprocess.run([sys.executable, "-c", FIRST], check=True, capture_output=True).stdout for _ in range(5))
    return min(map(float, runs))


def main() -> None:
    """Print the table."""
    print(f"{'first look-up, in a fresh process':<44}{first() * 1e3:9.2f} ms")
    plain = {"krasnoyarsk": 1}
    bare = best(lambda: plain.get("krasnoyarsk"), 100_000)
    print(f"{'look-up in a plain dictionary':<44}{bare * 1e6:9.2f} us")
    found = best(lambda: table().find("krasnoyarsk"), 2_000)
    print(f"{'a folded name in the table':<44}{found * 1e6:9.2f} us   {found / bare:.0f} dictionary look-ups")
    for text in TEXTS:
        cost = best(partial(look_up, Written(city=text), "RU", DAY), 1_000)
        print(f"{'what it tells: ' + text:<44}{cost * 1e6:9.2f} us   {cost / bare:.0f} dictionary look-ups")
    for text in KEYS:
        cost = best(partial(find_places, text), 10)
        print(f"{'a keystroke of the search: ' + text:<44}{cost * 1e3:9.2f} ms")


if __name__ == "__main__":
    main()
