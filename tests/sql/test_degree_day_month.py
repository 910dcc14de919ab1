"""Degree days of a month and its normal, through the asset that writes them."""

from __future__ import annotations

from datetime import date

import dagster as dg
import polars as pl
import pytest

from pipelines.assets.intermediate.degree_day_month import degree_day_month
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse


def _built(warehouse: Warehouse, first_year: int, entered_base_c: float, **settings: float) -> dict[date, dict]:
    days = pl.DataFrame({"day_local": pl.date_range(date(first_year, 1, 1), date(2023, 12, 31), eager=True)})
    days = days.with_columns(municipality_code=pl.lit("2460"), temperature_c=pl.lit(7.0))
    warehouse.replace("intermediate.temperature_day", days)
    normal = {"municipality_code": ["2460"], "month": [1], "normal_degree_days": [620.0], "base_c": [entered_base_c]}
    warehouse.replace("staging.degree_day_normal", pl.DataFrame({**normal, "normal_period": ["1991–2020"]}))
    context = dg.build_asset_context(resources={"warehouse": warehouse, "settings": Settings(**settings)})
    degree_day_month(context)
    rows = warehouse.query("select * from intermediate.degree_day_month where year(month_local) = 2023")
    return {row["month_local"]: row for row in rows.iter_rows(named=True)}


def test_a_short_history_takes_the_normal_that_was_entered(warehouse: Warehouse) -> None:
    found = _built(warehouse, 2021, 17.0)
    assert found[date(2023, 1, 1)]["degree_days"] == pytest.approx(310)
    assert found[date(2023, 1, 1)]["normal_degree_days"] == 620
    assert found[date(2023, 1, 1)]["normal_source"] == "entered"
    assert found[date(2023, 2, 1)]["normal_degree_days"] is None


def test_a_normal_with_another_base_is_not_used(warehouse: Warehouse) -> None:
    found = _built(warehouse, 2021, 20.0)
    assert found[date(2023, 1, 1)]["normal_source"] is None


def test_ten_years_of_temperatures_make_a_normal_of_their_own_with_the_base_that_is_set(warehouse: Warehouse) -> None:
    found = _built(warehouse, 2013, 17.0, degree_day_base_c=20.0)
    assert found[date(2023, 1, 1)]["degree_days"] == pytest.approx(31 * 13)
    assert found[date(2023, 1, 1)]["normal_degree_days"] == pytest.approx(31 * 13)
    assert (found[date(2023, 1, 1)]["normal_source"], found[date(2023, 1, 1)]["normal_period"]) == ("own", "2013–2023")
