"""What each delivery brought by month, and what the one before it had told; rows by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

MAY = datetime(2024, 4, 30, 22, tzinfo=UTC)  # 1 May 00:00 in Sweden


def _deliver(warehouse: Warehouse, number: int, fates: list[str], energy_kwh: float, **more: object) -> pl.DataFrame:
    warehouse.append(
        "raw.delivery",
        pl.DataFrame(
            {
                "delivery_number": [number],
                "delivery_sha256": [str(number)],
                "received_utc": [datetime(2024, 6, number, tzinfo=UTC)],
            }
        ),
    )
    starts = [MAY + timedelta(hours=n) for n in range(len(fates))]
    plain = {
        "metering_point_id": "m",
        "direction": "consumption",
        "resolution": "PT1H",
        "quality": "measured",
        "is_second_account": False,
    }
    return pl.DataFrame({"period_start_utc": starts, "fate": fates}).with_columns(
        period_end_utc=pl.col("period_start_utc") + timedelta(hours=1),
        delivery_number=pl.lit(number),
        energy_kwh=pl.lit(energy_kwh),
        **{name: pl.lit(value) for name, value in (plain | more).items()},
    )


def _built(warehouse: Warehouse, *deliveries: pl.DataFrame) -> list[dict]:
    warehouse.replace("staging.meter_reading", pl.concat(deliveries))
    return build(warehouse, "status.delivery_month").sort("delivery_sha256").to_dicts()


def test_a_later_delivery_of_the_same_month_tells_what_stood_before(warehouse: Warehouse) -> None:
    first = _deliver(warehouse, 1, ["superseded", "superseded"], 10.0)
    second = _deliver(warehouse, 2, ["used", "used", "used"], 12.0)
    before, after = _built(warehouse, first, second)
    assert (before["month_local"], before["used_count"], before["superseded_count"]) == (date(2024, 5, 1), 0, 2)
    assert (before["energy_kwh"], before["used_energy_kwh"], before["previous_energy_kwh"]) == (20.0, None, None)
    assert (after["used_energy_kwh"], after["used_hours"]) == (36.0, 3.0)
    assert (after["previous_energy_kwh"], after["previous_hours"]) == (20.0, 2.0)


def test_values_that_wait_are_nobodys_before(warehouse: Warehouse) -> None:
    held = _deliver(warehouse, 1, ["held"], 99.0)
    second = _deliver(warehouse, 2, ["used"], 12.0)
    assert _built(warehouse, held, second)[1]["previous_energy_kwh"] is None


def test_a_second_account_is_no_energy_of_the_month(warehouse: Warehouse) -> None:
    hours = _deliver(warehouse, 1, ["used"], 12.0)
    again = _deliver(warehouse, 2, ["superseded"], 12.0, is_second_account=True)
    row = _built(warehouse, hours, again)[1]
    assert (row["row_count"], row["energy_kwh"], row["superseded_count"]) == (0, None, 1)
