"""The order of day, month and year, from all dates of a column together."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.ingest.date_order import order_of, order_question


@pytest.mark.parametrize(
    ("dates", "orders"),
    [
        (["13/01/2024"], ("dmy",)),
        (["01/13/2024"], ("mdy",)),
        (["03/04/2024"], ("dmy", "mdy")),
        (["03.04.2024"], ("dmy",)),
        (["03-04-2024"], ("dmy",)),
        (["01/02/2024 10:00", "02/02/2024 11:00", "03/02/2024 12:00"], ("dmy",)),  # days that follow one another
        (["01/01/2024 00:00", "01/02/2024 00:00", "01/03/2024 00:00"], ("dmy", "mdy")),  # days, or months
        (["24-03-25", "24-03-26"], ("ymd",)),
        (["10-11-12"], ("ymd", "dmy")),
    ],
)
def test_order_that_the_dates_allow(dates: list[str], orders: tuple[str, ...]) -> None:
    text = pl.Series(dates)
    assert order_of(text, text) == orders


def test_question_offers_only_the_orders_that_are_possible() -> None:
    assert set(order_question(("dmy", "mdy")).choices) == {"yes", "no"}
