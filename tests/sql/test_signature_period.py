"""The points of an energy signature: only whole weeks and months, power by their true length."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

MONDAY = date(2024, 3, 25)  # the week and the month in which the clocks change, on 31 March


def _prepare(warehouse: Warehouse, energy_kwh: list[float | None]) -> pl.DataFrame:
    days = [MONDAY + timedelta(days=n) for n in range(7)]
    march = pl.date_range(date(2024, 3, 1), date(2024, 3, 31), eager=True)
    warehouse.replace(
        "intermediate.meter_basis",
        pl.DataFrame({"metering_point_id": ["m"], "municipality_code": ["2460"], "reason": [None]}),
    )
    seconds = [3600 * (23 if day == date(2024, 3, 31) else 24) for day in march]
    warehouse.replace("staging.calendar_day", pl.DataFrame({"day_local": march, "day_seconds": seconds}))
    warehouse.replace(
        "intermediate.meter_day",
        pl.DataFrame({"metering_point_id": ["m"] * 7, "day_local": days, "energy_kwh": energy_kwh}),
    )
    warehouse.replace(
        "intermediate.temperature_day",
        pl.DataFrame(
            {"municipality_code": ["2460"] * 7, "day_local": days, "temperature_c": [float(n) for n in range(7)]}
        ),
    )
    month = {"metering_point_id": ["m"], "month_local": [date(2024, 3, 1)], "energy_kwh": [1486.0]}
    warehouse.replace("intermediate.meter_month", pl.DataFrame(month))
    warehouse.replace(
        "intermediate.degree_day_month",
        pl.DataFrame({"municipality_code": ["2460"], "month_local": [date(2024, 3, 1)], "temperature_c": [1.0]}),
    )
    return build(warehouse, "intermediate.signature_period")


def test_the_power_is_that_of_the_hours_there_were(warehouse: Warehouse) -> None:
    found = _prepare(warehouse, [167.0] + [0.0] * 6)
    rows = {row["grain"]: row for row in found.iter_rows(named=True)}
    # 167 kWh in 167 hours, 1 486 kWh in 743.
    assert (rows["week"]["power_kw"], rows["week"]["temperature_c"]) == (pytest.approx(1.0), pytest.approx(3.0))
    assert (rows["week"]["period_local"], rows["week"]["year_local"]) == (MONDAY, 2024)
    assert (rows["month"]["power_kw"], rows["month"]["temperature_c"]) == (pytest.approx(2.0), 1.0)


def test_a_week_with_a_missing_day_is_no_point(warehouse: Warehouse) -> None:
    found = _prepare(warehouse, [24.0] * 6 + [None])
    assert found["grain"].to_list() == ["month"]
