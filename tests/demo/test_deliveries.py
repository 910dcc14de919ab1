from __future__ import annotations

from datetime import date

from pipelines.demo.deliveries import Period, whole_years_then_months


def test_years_come_first_and_the_last_months_one_by_one() -> None:
    periods = whole_years_then_months(date(2022, 11, 21))
    assert [p.label for p in periods] == ["2021", "2022-01--2022-08", "2022-09", "2022-10", "2022-11"]
    assert periods[-1] == Period(date(2022, 11, 1), date(2022, 11, 22))
    assert [p.label for p in whole_years_then_months(date(2022, 12, 31))] == ["2021", "2022"]
