from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipelines.domain.degree_days import degree_day_months, normal_months, with_normal


def days(first: date, last: date, temperature_c: float | pl.Expr = 5.0, place: str = "2460") -> pl.DataFrame:
    frame = pl.DataFrame({"day_local": pl.date_range(first, last, eager=True)})
    value = temperature_c if isinstance(temperature_c, pl.Expr) else pl.lit(temperature_c)
    return frame.with_columns(municipality_code=pl.lit(place), temperature_c=value.cast(pl.Float64))


def years(first: int, last: int, temperature_c: float | pl.Expr = 7.0) -> pl.DataFrame:
    return degree_day_months(days(date(first, 1, 1), date(last, 12, 31), temperature_c))


NOTHING_ENTERED = pl.DataFrame(
    schema={
        "municipality_code": pl.String,
        "month": pl.Int32,
        "normal_degree_days": pl.Float64,
        "normal_period": pl.String,
    }
)


def test_degree_days_are_the_kelvins_below_seventeen_and_never_negative() -> None:
    # Three days of April at 7, 17 and 25 °C, the other 27 at 16: 10 + 0 + 0 + 27·1.
    number = pl.col("day_local").dt.day()
    april = degree_day_months(
        days(
            date(2024, 4, 1),
            date(2024, 4, 30),
            pl.when(number == 1).then(7).when(number == 2).then(17).when(number == 3).then(25).otherwise(16),
        )
    )

    assert april["degree_days"].to_list() == [pytest.approx(37)]
    assert april["temperature_c"][0] == pytest.approx((7 + 17 + 25 + 27 * 16) / 30)


def test_there_is_no_heating_limit_in_summer() -> None:
    # Before 2015 a May day above 10 °C did not count; at 12 °C each of 31 days now counts 5.
    may = degree_day_months(days(date(2024, 5, 1), date(2024, 5, 31), 12.0))

    assert may["degree_days"][0] == pytest.approx(31 * 5)


def test_another_base_gives_other_degree_days() -> None:
    may = degree_day_months(days(date(2024, 5, 1), date(2024, 5, 31), 12.0), base_c=20.0)

    assert may["degree_days"][0] == pytest.approx(31 * 8)


def test_a_few_missing_days_are_scaled_up_and_many_leave_the_month_empty() -> None:
    june = days(date(2024, 6, 1), date(2024, 6, 30), 12.0)
    number = pl.col("day_local").dt.day()

    few = degree_day_months(june.with_columns(temperature_c=pl.when(number > 3).then("temperature_c")))
    many = degree_day_months(june.filter(number > 4))

    assert few["degree_days"][0] == pytest.approx(30 * 5)
    assert many["degree_days"][0] is None
    assert many["temperature_c"][0] is None


def test_the_normal_is_the_mean_of_the_whole_years_of_the_standard_period() -> None:
    # 2000–2009 at 7 °C, 2010–2019 at 5 °C, 2021–2024 far colder: 1991–2020 has twenty years with 10 and 12 K a day.
    year = pl.col("day_local").dt.year()
    warm_then_cold = pl.when(year < 2010).then(7.0).when(year < 2020).then(5.0).otherwise(-13.0)
    months = years(2000, 2024, warm_then_cold).filter(pl.col("month_local").dt.year() != 2020)

    normal = normal_months(months)

    assert normal["month"].to_list() == list(range(1, 13))
    assert normal["normal_degree_days_per_day"].to_list() == pytest.approx([11.0] * 12, rel=0.001)
    assert normal["normal_temperature_c"][0] == pytest.approx(6.0)
    assert normal.select("normal_first_year", "normal_last_year", "normal_year_count").row(0) == (2000, 2019, 20)


def test_with_too_few_years_in_the_standard_period_all_whole_years_count() -> None:
    normal = normal_months(years(2014, 2024))

    assert normal.select("normal_first_year", "normal_last_year", "normal_year_count").row(0) == (2014, 2024, 11)


def test_a_year_with_a_missing_month_is_no_whole_year_and_nine_years_are_no_normal() -> None:
    ten = years(2015, 2024)
    is_hole = pl.col("month_local") == date(2018, 2, 1)

    assert normal_months(ten).height == 12
    assert normal_months(ten.filter(~is_hole)).is_empty()
    assert normal_months(ten.with_columns(degree_days=pl.when(~is_hole).then("degree_days"))).is_empty()


def test_a_february_of_29_days_has_its_own_normal() -> None:
    months = years(2011, 2024)

    found = with_normal(months, normal_months(months), NOTHING_ENTERED)

    of = dict(found.select("month_local", "normal_degree_days").iter_rows())
    assert of[date(2023, 2, 1)] == pytest.approx(28 * 10)
    assert of[date(2024, 2, 1)] == pytest.approx(29 * 10)
    assert found["normal_source"].unique().to_list() == ["own"]
    assert found["normal_period"].unique().to_list() == ["2011–2020"]


def test_entered_figures_stand_where_the_history_is_too_short_and_else_there_is_no_normal() -> None:
    months = years(2023, 2023)
    entered = pl.DataFrame(
        {
            "municipality_code": ["2460"],
            "month": [1],
            "normal_degree_days": [650.0],
            "normal_period": ["1991–2020"],
        }
    )

    found = with_normal(months, normal_months(months), entered)

    january, february = found.head(2).iter_rows(named=True)
    assert (january["normal_degree_days"], january["normal_source"], january["normal_period"]) == (
        650.0,
        "entered",
        "1991–2020",
    )
    assert (february["normal_degree_days"], february["normal_source"]) == (None, None)


def test_own_temperatures_go_before_entered_figures() -> None:
    months = years(2011, 2024)
    entered = NOTHING_ENTERED.clear(1).with_columns(
        municipality_code=pl.lit("2460"), month=pl.lit(1, pl.Int32), normal_degree_days=pl.lit(999.0)
    )

    found = with_normal(months, normal_months(months), entered)

    assert found["normal_source"].unique().to_list() == ["own"]
    assert found["normal_degree_days"][0] == pytest.approx(310)
