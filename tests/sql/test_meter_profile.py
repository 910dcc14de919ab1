"""What a meter was like in its baseline, and whether anything has been done to it."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

EMPTY_MONTHS = {
    "metering_point_id": pl.String,
    "month_local": pl.Date,
    "energy_kwh": pl.Float64,
    "is_baseline": pl.Boolean,
}
EVENT = {"event_id": "e", "building_id": "b", "metering_point_id": None, "kind": "use"}


def _profile(
    warehouse: Warehouse,
    *,
    measure: str = "",
    event: dict | None = None,
    adjusted: str = "",
    area_m2: float | None = 1000,
) -> dict:
    """A meter of a building of 1 000 m² in 2021: (100 + 4·max(0, 17 − T)) kWh, half of it on days off."""
    calendar = pl.DataFrame({"day_local": pl.date_range(date(2021, 1, 1), date(2021, 12, 31), eager=True)})
    is_summer = pl.col("day_local").dt.month().is_between(6, 8)
    is_off = pl.col("day_local").dt.weekday() >= 6
    temperature = pl.when(is_summer).then(17.0).otherwise(2.0)
    days = calendar.with_columns(
        metering_point_id=pl.lit("m"),
        temperature_c=temperature,
        day_type=pl.when(is_off).then(pl.lit("sunday")).otherwise(pl.lit("workday")),
        energy_kwh=(100 + 4 * (17 - temperature)) * pl.when(is_off).then(0.5).otherwise(1.0),
        is_baseline=pl.lit(True),
    )
    warehouse.replace("intermediate.model_day", days)
    warehouse.replace("intermediate.model_month", pl.DataFrame(schema=EMPTY_MONTHS))
    month_days = {"metering_point_id": pl.String, "day_local": pl.Date, "temperature_c": pl.Float64}
    warehouse.replace("intermediate.model_month_day", pl.DataFrame(schema=month_days))
    basis = {"metering_point_id": "m", "carrier": "electricity", "judged_by": "day", "building_id": "b", "role": "main"}
    warehouse.replace(
        "intermediate.meter_basis", pl.DataFrame([basis | {"reason": None}], schema_overrides={"reason": pl.String})
    )
    building = {"building_id": "b", "area_m2": area_m2, "valid_from": date(2000, 1, 1)}
    warehouse.replace("staging.building", pl.DataFrame([building], schema_overrides={"area_m2": pl.Float64}))
    warehouse.replace("staging.meter_building", pl.DataFrame({"metering_point_id": ["m"], "building_id": ["b"]}))
    warehouse.replace("staging.measure", pl.DataFrame({"building_id": [measure]}))
    text = dict.fromkeys(EVENT, pl.String)
    warehouse.replace("staging.event", pl.DataFrame([EVENT | event] if event is not None else [], schema=text))
    warehouse.replace("staging.adjustment", pl.DataFrame({"metering_point_id": [adjusted]}))
    return build(warehouse, "intermediate.meter_profile").row(0, named=True)


def test_the_features_are_what_the_days_show(warehouse: Warehouse) -> None:
    # 261 workdays and 104 days off; June-August has 66 and 26: 100·(66 + 13) = 7 900 kWh in 92 days; the other 195 and
    # 78 give 160·(195 + 39) = 37 440 kWh. In all 45 340 kWh of 1 000 m².
    found = _profile(warehouse)
    assert found["level_log"] == pytest.approx(math.log(45.34))
    assert found["summer_ratio"] == pytest.approx((7900 / 92) / (45340 / 365))
    # Off days 50 and 80 kWh, workdays 100 and 160.
    assert found["off_day_ratio"] == pytest.approx(((50 * 26 + 80 * 78) / 104) / ((100 * 66 + 160 * 195) / 261))
    # Two temperatures, so the slope is the difference of the means over 15 K.
    slope = (37440 / 273 - 7900 / 92) / 15
    assert found["heat_response"] == pytest.approx(10 * slope / (45340 / 365))
    assert found["is_untouched"]


def test_without_area_the_level_is_unknown(warehouse: Warehouse) -> None:
    assert _profile(warehouse, area_m2=None)["level_log"] is None


@pytest.mark.parametrize(
    "told",
    [
        {"measure": "b"},
        {"event": {}},
        {"event": {"metering_point_id": "m"}},
        {"adjusted": "m"},
    ],
)
def test_what_somebody_has_told_of_touches_the_meter(warehouse: Warehouse, told: dict) -> None:
    assert not _profile(warehouse, **told)["is_untouched"]


@pytest.mark.parametrize(
    "told",
    [{"measure": "c"}, {"event": {"kind": "none"}}, {"event": {"metering_point_id": "x"}}, {"adjusted": "x"}],
)
def test_what_is_told_of_others_and_that_nothing_happened_do_not(warehouse: Warehouse, told: dict) -> None:
    assert _profile(warehouse, **told)["is_untouched"]
