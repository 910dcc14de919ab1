"""Energy by month: a month's own value, whole days, or steps of a register spread by days of overlap."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

NO_DAYS = pl.DataFrame(
    schema={
        "metering_point_id": pl.String,
        "day_local": pl.Date,
        "energy_kwh": pl.Float64,
        "estimated_share": pl.Float64,
    }
)


def _months(warehouse: Warehouse, *values: tuple[str, datetime, datetime, float, str]) -> dict[date, tuple]:
    """Month → energy, share estimated and whether the month stands by itself, for used values."""
    rows = pl.DataFrame(
        values,
        schema=["resolution", "period_start_utc", "period_end_utc", "energy_kwh", "quality"],
        orient="row",
    ).with_columns(metering_point_id=pl.lit("m"), direction=pl.lit("consumption"), fate=pl.lit("used"))
    warehouse.replace("staging.meter_reading", rows)
    warehouse.replace("intermediate.meter_day", NO_DAYS)
    found = build(warehouse, "intermediate.meter_month")
    names = ["month_local", "energy_kwh", "estimated_share", "is_month_value"]
    return {row[0]: row[1:] for row in found.select(names).iter_rows()}


def _midnight(month: int, day: int, *, year: int = 2024) -> datetime:
    """Swedish midnight: an hour before UTC in winter, two in summer (31 March to 27 October 2024)."""
    is_summer = (3, 31) < (month, day) <= (10, 27)
    naive = datetime(year, month, day, tzinfo=UTC)
    return naive.fromtimestamp(naive.timestamp() - (7200 if is_summer else 3600), UTC)


def test_a_step_is_spread_over_its_months_by_days_and_only_whole_months_are_given(warehouse: Warehouse) -> None:
    # 5 Jan to 5 Mar are 60 days at 10 kWh, of which 29 in February; 5 Mar to 5 Apr 31 days at 20 kWh.
    found = _months(
        warehouse,
        ("irregular", _midnight(1, 5), _midnight(3, 5), 600.0, "measured"),
        ("irregular", _midnight(3, 5), _midnight(4, 5), 620.0, "estimated"),
    )
    assert set(found) == {date(2024, 2, 1), date(2024, 3, 1)}
    assert found[date(2024, 2, 1)] == (pytest.approx(29 * 10), 0.0, True)
    # March: 4 days at 10 and 27 at 20; the clocks change within the second step, a day is a day all the same.
    assert found[date(2024, 3, 1)][0] == pytest.approx(4 * 10 + 27 * 20)
    assert found[date(2024, 3, 1)][1] == pytest.approx(27 / 31, abs=0.001)


def test_a_month_with_a_hole_between_two_steps_has_no_energy(warehouse: Warehouse) -> None:
    found = _months(
        warehouse,
        ("irregular", _midnight(1, 1), _midnight(1, 20), 190.0, "measured"),
        ("irregular", _midnight(1, 21), _midnight(2, 1), 110.0, "measured"),
    )
    assert found == {}


def test_a_months_own_value_goes_before_steps(warehouse: Warehouse) -> None:
    found = _months(
        warehouse,
        ("P1M", _midnight(1, 1), _midnight(2, 1), 300.0, "measured"),
        ("irregular", _midnight(1, 1), _midnight(3, 1), 600.0, "measured"),
    )
    assert found[date(2024, 1, 1)][0] == 300.0
    assert found[date(2024, 2, 1)][0] == pytest.approx(290.0)
