from datetime import date

import polars as pl

from pipelines.domain.calendar_features import with_day_type


def day_types(days: list[date], holidays: list[date]) -> list[str]:
    table = pl.DataFrame({"day_local": holidays}, schema={"day_local": pl.Date()})
    return with_day_type(pl.DataFrame({"day_local": days}), table)["day_type"].to_list()


def test_a_week_without_holidays_is_five_workdays_a_saturday_and_a_sunday() -> None:
    week = [date(2021, 3, 1 + n) for n in range(7)]  # 2021-03-01 is a Monday

    assert day_types(week, []) == ["workday"] * 5 + ["saturday", "sunday"]


def test_a_holiday_is_a_sunday_whatever_its_weekday() -> None:
    epiphany_wednesday, christmas_saturday = date(2021, 1, 6), date(2021, 12, 25)

    assert day_types([epiphany_wednesday, christmas_saturday], [epiphany_wednesday, christmas_saturday]) == [
        "sunday",
        "sunday",
    ]


def test_a_holiday_listed_twice_does_not_double_the_day() -> None:
    assert day_types([date(2021, 1, 6)], [date(2021, 1, 6)] * 2) == ["sunday"]
