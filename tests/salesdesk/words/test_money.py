"""Amounts as people type them: right, or refused with a mend."""

from __future__ import annotations

import pytest

from salesdesk.errors import BadRequest
from salesdesk.words.money import parse_amount


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1200", "UAH", 120_000),
        ("1 200,50", "UAH", 120_050),
        ("1200.5", "UAH", 120_050),
        (" 1'200.50 ", "CHF", 120_050),
        ("1\u00a0200", "USD", 120_000),
        ("+15", "USD", 1500),
        (".5", "USD", 50),
        ("7.", "USD", 700),
        ("0", "USD", 0),
        ("-0", "USD", 0),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
    ],
)
def test_amounts_that_people_type(typed: str, currency: str, minor: int) -> None:
    assert parse_amount(typed, currency) == minor


@pytest.mark.parametrize(
    "typed",
    [
        "1e3",
        "1E3",
        "12e-1",
        "١٢٠٠",
        "१२",
        "１２",
        "²",
        "0x10",
        "NaN",
        "sNaN",
        "Infinity",
        "-inf",
        "1.2.3",
        "1,2,3",
        "",
        " ",
        ".",
        "-",
        "much",
    ],
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(BadRequest, match="is not an amount"):
        parse_amount(typed, "UAH")


@pytest.mark.parametrize("typed", ["-5", "1200.555", "99999999999999999"])
def test_an_amount_that_the_currency_cannot_have_is_refused(typed: str) -> None:
    with pytest.raises(BadRequest, match="is not an amount of UAH"):
        parse_amount(typed, "UAH")


@pytest.mark.parametrize("typed", ["1,200", "12.000", "999,999"])
def test_a_separator_that_means_two_things_is_asked_about(typed: str) -> None:
    with pytest.raises(BadRequest, match="two things"):
        parse_amount(typed, "UAH")
