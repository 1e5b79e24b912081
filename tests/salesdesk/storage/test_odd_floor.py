"""Four desks at once where the server is not as one expects it; the long form is tests/bench/odd_servers.py."""

from __future__ import annotations

import pytest

from tests.bench.odd_servers import ALL_AT_ONCE, Case, behind, directly, play
from tests.support.bases import DeskServer


@pytest.mark.real_clock
@pytest.mark.parametrize("way", [directly, behind("refused", resets=False)], ids=["directly", "pooler"])
def test_four_desks_lose_and_double_nothing(postgres_server: DeskServer, way: object) -> None:
    result = play(Case(ALL_AT_ONCE, way), postgres_server, seconds=1.5)  # type: ignore[arg-type]
    assert result.sound, result
    assert result.calls
