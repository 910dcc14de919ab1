"""The uncertainties under other names, through the asset that writes them."""

from __future__ import annotations

import json
from datetime import date, timedelta

import dagster as dg
import polars as pl
import pytest

from pipelines.assets.intermediate.reported_metric_year import reported_metric_year
from pipelines.domain.uncertainty import t_90
from pipelines.warehouse import Warehouse

DAYS = [date(2021, 1, 1) + timedelta(days=n) for n in range(100)]


def _built(warehouse: Warehouse, model_text: str) -> list[tuple]:
    """A baseline of 100 days, 100 kWh expected, 10 more and 10 less in turn; a tenth of 10 000 kWh saved in 2022."""
    days = {"metering_point_id": ["m"] * 100, "day_local": DAYS}
    measured = pl.DataFrame({**days, "energy_kwh": [110.0, 90.0] * 50, "is_baseline": [True] * 100})
    warehouse.replace("intermediate.model_day", measured)
    warehouse.replace("intermediate.expectation_day", pl.DataFrame({**days, "expected_energy_kwh": [100.0] * 100}))
    model = pl.DataFrame({"metering_point_id": ["m"], "model_text": [model_text]})
    warehouse.replace("intermediate.baseline_model_day", model)
    warehouse.replace("intermediate.baseline_model_month", model.clear())
    for table, column in (("model_month", "energy_kwh"), ("expectation_month", "expected_energy_kwh")):
        none = {"metering_point_id": pl.String, "month_local": pl.Date, column: pl.Float64, "is_baseline": pl.Boolean}
        warehouse.replace(f"intermediate.{table}", pl.DataFrame(schema=none))
    months = [date(2022, month, 1) for month in range(1, 11)]
    month = {"metering_point_id": ["m"] * 10, "month_local": months, "is_baseline": [False] * 10}
    values = {
        "expected_energy_kwh": [1000.0] * 10,
        "compared_energy_kwh": [900.0] * 10,
        "compared_day_count": [10] * 10,
    }
    warehouse.replace("intermediate.expected_month", pl.DataFrame({**month, **values}))
    warehouse.replace("intermediate.meter_basis", pl.DataFrame({"metering_point_id": ["m"], "judged_by": ["day"]}))
    reported_metric_year(dg.build_asset_context(resources={"warehouse": warehouse}))
    return warehouse.query("select * from intermediate.reported_metric_year").rows()


def test_the_parameters_of_the_model_that_predicts_count(warehouse: Warehouse) -> None:
    ((meter, year, ashrae, caltrack),) = _built(warehouse, json.dumps({"parameter_count": 12.0}))
    # n' = n = 100, p = 12, F = 0.1, 100 days in 10 months.
    root, cv = (1.02 / 100) ** 0.5, (10_000 / 88) ** 0.5 / 100
    assert (meter, year) == ("m", 2022)
    assert ashrae == pytest.approx(float(t_90(88.0)) * 1.26 * cv * root / 0.1)
    assert caltrack == pytest.approx(float(t_90(88.0)) * 1.33236 * cv * root / 0.1)


def test_a_model_that_does_not_tell_its_parameters_has_no_such_uncertainty(warehouse: Warehouse) -> None:
    assert _built(warehouse, "{}") == [("m", 2022, None, None)]
