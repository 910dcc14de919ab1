"""The fingerprint of what a model was given."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

DAYS = pl.DataFrame(
    {
        "metering_point_id": "m",
        "day_local": [date(2021, 1, 1) + timedelta(days=n) for n in range(4)],
        "energy_kwh": [10.0, 11.0, None, 12.5],
        "temperature_c": [-1.0, -2.0, 0.5, None],
        "day_type": ["sunday", "saturday", "sunday", "workday"],
        "is_closed": False,
        "is_baseline": True,
    }
)


def _fingerprint(warehouse: Warehouse, days: pl.DataFrame = DAYS, adjusted_kwh: float | None = None) -> str:
    warehouse.replace("intermediate.model_day", days)
    months = {"metering_point_id": pl.String, "month_local": pl.Date, "energy_kwh": pl.Float64}
    warehouse.replace("intermediate.model_month", pl.DataFrame(schema=months | {"is_baseline": pl.Boolean}))
    of_months = {"metering_point_id": pl.String, "day_local": pl.Date, "temperature_c": pl.Float64}
    warehouse.replace("intermediate.model_month_day", pl.DataFrame(schema=of_months | {"is_closed": pl.Boolean}))
    adjustment = pl.DataFrame(
        {"metering_point_id": ["m"], "day_local": [date(2021, 1, 2)], "adjustment_energy_kwh": [adjusted_kwh]},
        schema_overrides={"adjustment_energy_kwh": pl.Float64},
    )
    warehouse.replace("intermediate.adjustment_day", adjustment.drop_nulls())
    return build(warehouse, "intermediate.model_input")["input_fingerprint"].item()


def test_the_order_of_rows_is_of_no_matter(warehouse: Warehouse) -> None:
    assert _fingerprint(warehouse) == _fingerprint(warehouse, DAYS.reverse())


def test_whatever_changes_shows(warehouse: Warehouse) -> None:
    first = DAYS["day_local"] == date(2021, 1, 1)
    changed = [
        DAYS.with_columns(energy_kwh=pl.when(first).then(10.001).otherwise("energy_kwh")),
        DAYS.with_columns(energy_kwh=pl.col("energy_kwh").shift(1)),
        DAYS.with_columns(energy_kwh=pl.col("energy_kwh").fill_null(0.0)),
        DAYS.with_columns(temperature_c=pl.when(first).then(-1.1).otherwise("temperature_c")),
        DAYS.with_columns(day_type=pl.when(first).then(pl.lit("workday")).otherwise("day_type")),
        DAYS.with_columns(is_closed=first),
        DAYS.with_columns(is_baseline=~first),
    ]
    found = [_fingerprint(warehouse, days) for days in (DAYS, *changed)] + [_fingerprint(warehouse, adjusted_kwh=5.0)]
    assert len(set(found)) == len(found)
