"""Days as people type them, looking back (figures, the audit) and ahead (the load)."""

from __future__ import annotations

from datetime import date

import pytest

from salesdesk.errors import BadRequest
from salesdesk.words.days import day_typed

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "last", "coming"),
    [
        ("today", "2026-11-24", "2026-11-24"),
        ("yesterday", "2026-11-23", "2026-11-23"),
        ("Вчора", "2026-11-23", "2026-11-23"),
        ("вчера", "2026-11-23", "2026-11-23"),
        ("day before yesterday", "2026-11-22", "2026-11-22"),
        ("позавчора", "2026-11-22", "2026-11-22"),
        ("tomorrow", "2026-11-25", "2026-11-25"),
        ("3 days ago", "2026-11-21", "2026-11-21"),
        ("2 дні тому", "2026-11-22", "2026-11-22"),
        ("2 недели назад", "2026-11-10", "2026-11-10"),
        ("a month ago", "2026-10-24", "2026-10-24"),
        ("in 3 days", "2026-11-27", "2026-11-27"),
        ("tue", "2026-11-24", "2026-11-24"),
        ("mon", "2026-11-23", "2026-11-30"),
        ("п’ятниця", "2026-11-20", "2026-11-27"),
        ("next fri", "2026-12-04", "2026-12-04"),
        ("26.11", "2025-11-26", "2026-11-26"),
        ("24.11", "2026-11-24", "2026-11-24"),
        ("1.1", "2026-01-01", "2027-01-01"),
        ("10.11", "2026-11-10", "2027-11-10"),
        ("23 nov", "2026-11-23", "2027-11-23"),
        ("23 листопада", "2026-11-23", "2027-11-23"),
        ("nov 23", "2026-11-23", "2027-11-23"),
        ("31st", "2026-10-31", "2026-12-31"),
        ("29.02", "2024-02-29", "2028-02-29"),
        ("26.11.2024", "2024-11-26", "2024-11-26"),
        ("2026-12-01", "2026-12-01", "2026-12-01"),
        ("mon 23.11", "2026-11-23", None),
    ],
)
def test_a_day_is_read_as_people_type_it(text: str, last: str, coming: str | None) -> None:
    assert day_typed(text, TUESDAY, back=True) == date.fromisoformat(last)
    if coming is not None:
        assert day_typed(text, TUESDAY) == date.fromisoformat(coming)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-02-30", "30.02", "15.30", "10:00", "tomorrow 10", "10", "11/12", "fri 23.11", "2h", "week",
     "23.11 24.11", "2026", "ago", "2 hours ago", "morning", "me"],
)  # fmt: skip
def test_what_is_no_day_is_refused_with_examples(text: str) -> None:
    with pytest.raises(BadRequest, match="is not a day") as refused:
        day_typed(text, TUESDAY, back=True, what="--from")
    assert str(refused.value).startswith(f'--from "{text}" is not a day.')
    assert "yesterday" in refused.value.mend


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_too_far(text: str) -> None:
    with pytest.raises(BadRequest, match="too far"):
        day_typed(text, TUESDAY, back=True)
