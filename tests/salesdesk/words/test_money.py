"""Amounts as people type them: right, or refused with a mend."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        # No cents: a mark before three digits stands between thousands.
        ("1,200", "JPY", 1200),
        ("1.200", "JPY", 1200),
        ("1 200", "JPY", 1200),
        ("1\u202f200", "JPY", 1200),
        ("12,000", "JPY", 12_000),
        ("1,200,000", "KRW", 1_200_000),
        ("12.500", "CLP", 12_500),
        ("1.200.000", "VND", 1_200_000),
        ("1.200", "ISK", 1200),
        ("1200.00", "JPY", 1200),
        ("1,200.00", "JPY", 1200),
        ("1,200", "XAF", 120_000),  # kept in hundredths
        ("1.200", "UGX", 120_000),
        # Cents, and both marks or the same one twice: thousands are plain.
        ("1,200.50", "USD", 120_050),
        ("1.200,50", "EUR", 120_050),
        ("1,200,000", "USD", 120_000_000),
        ("1.200.000", "UAH", 120_000_000),
        ("1 200 000,5", "UAH", 120_000_050),
        ("1’200.50", "CHF", 120_050),
        ("1'200'000", "CHF", 120_000_000),
        ("1_200", "CHF", 120_000),
        ("1\t200", "UAH", 120_000),
        ("1,20", "UAH", 120),
        ("1,2", "UAH", 120),
        ("0,500", "UAH", 50),
        ("0.5", "UAH", 50),
        # Thousandths: a dot is before them, as the program itself writes it.
        ("1.200", "KWD", 1200),
        ("12.5", "BHD", 12_500),
        ("0,500", "OMR", 500),
        ("1200,500", "TND", 1_200_500),
        ("1 200,500", "TND", 1_200_500),
        ("1,200.500", "JOD", 1_200_500),
        ("1.200,500", "JOD", 1_200_500),
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
        "1 2 3",
        "1 20 000",
        "1,20,000",
        "1,200,50",
        "1.200.50",
        "1,200.500.000",
        "--5",
        "+-5",
    ],
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(BadRequest, match="is not an amount"):
        parse_amount(typed, "UAH")


@pytest.mark.parametrize(
    ("typed", "currency", "mend"),
    [
        ("-5", "UAH", "with at most 2 decimals"),
        ("1200.555", "UAH", "with at most 2 decimals"),
        ("1200.500", "UAH", "with at most 2 decimals"),
        ("1 200,500", "UAH", "with at most 2 decimals"),
        ("99999999999999999", "UAH", "with at most 2 decimals"),
        ("1,20", "JPY", "without decimals"),
        ("1.2", "JPY", "without decimals"),
        ("1200.50", "KRW", "without decimals"),
        ("1,200.50", "JPY", "without decimals"),
        ("1200,000", "JPY", "without decimals"),
        ("0,200", "CLP", "without decimals"),
        ("-1,200", "JPY", "without decimals"),
        ("1200.50", "XAF", "without decimals"),
        ("1.2345", "KWD", "with at most 3 decimals"),
    ],
)
def test_an_amount_that_the_currency_cannot_have_is_refused(typed: str, currency: str, mend: str) -> None:
    with pytest.raises(BadRequest, match=f"is not an amount of {currency}") as fault:
        parse_amount(typed, currency)
    assert fault.value.mend == f"Give zero or more, {mend}."


@pytest.mark.parametrize(
    ("typed", "currency", "mend"),
    [
        ("1,200", "UAH", "Write 1200 or 1.20."),
        ("1.200", "USD", "Write 1200 or 1.20."),
        ("12.000", "UAH", "Write 12000 or 12.00."),
        ("999,999", "UAH", "Write 999999 or 999.99."),
        ("1,200.", "UAH", "Write 1200 or 1.20."),
        ("1,200", "KWD", "Write 1200 or 1.200."),
        ("12,500", "BHD", "Write 12500 or 12.500."),
        ("10 50", "UAH", "Write 1050 or 10.50."),
        ("12 5", "UAH", "Write 125 or 12.5."),
        ("1 000 50", "UAH", "Write 100050 or 1000.50."),
        ("12'50", "CHF", "Write 1250 or 12.50."),
        ("10 50", "KWD", "Write 1050 or 10.50."),
    ],
)
def test_what_means_two_things_is_asked_about_and_either_is_taken(typed: str, currency: str, mend: str) -> None:
    with pytest.raises(BadRequest, match="two things") as fault:
        parse_amount(typed, currency)
    assert fault.value.mend == mend
    one, other = (parse_amount(each, currency) for each in mend.removeprefix("Write ").removesuffix(".").split(" or "))
    assert one > other


@pytest.mark.parametrize(
    ("currency", "example"), [("JPY", "1200"), ("UAH", "1200 or 1200.50"), ("KWD", "1200 or 1200.500"), ("XOF", "1200")]
)
def test_an_example_is_an_amount_of_the_currency(currency: str, example: str) -> None:
    with pytest.raises(BadRequest) as fault:
        parse_amount("10 5 0", currency)
    assert fault.value.mend == f"Write it like {example}."
    assert all(parse_amount(each, currency) for each in example.split(" or "))


@given(st.integers(10**6, 10**9), st.sampled_from(["JPY", "UAH", "KWD", "XAF"]), st.sampled_from(",. '’_\u00a0"))
def test_a_mark_that_comes_twice_is_between_thousands(whole: int, currency: str, mark: str) -> None:
    assert parse_amount(f"{whole:,}".replace(",", mark), currency) == parse_amount(str(whole), currency)
