"""How long ago, in the same words everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from salesdesk.words.elapsed import span_text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"), (59, "59 s"), (60, "1 min"), (8 * 60 + 59, "8 min"), (119 * 60, "119 min"), (7200, "2 h"),
        (3 * 3600 + 12 * 60, "3 h 12 min"), (2 * 86_400, "2 d"), (2 * 86_400 + 5 * 3600 + 60, "2 d 5 h"),
    ],
)  # fmt: skip
def test_span(seconds: int, said: str) -> None:
    assert span_text(timedelta(seconds=seconds)) == said
