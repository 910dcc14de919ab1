"""Which value counts: the rules of sql/staging/meter_reading.sql on rows made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

LENGTH = {
    "PT15M": timedelta(minutes=15),
    "PT1H": timedelta(hours=1),
    "P1D": timedelta(days=1),
    "P1M": timedelta(days=31),
}
MAY = datetime(2024, 4, 30, 22, tzinfo=UTC)  # 1 May 00:00 in Sweden


class Ledger:
    """Deliveries written by hand, oldest first."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.count = 0
        warehouse.replace("staging.meter", pl.DataFrame({"metering_point_id": ["m"]}))
        owner = pl.DataFrame({"metering_point_id": ["m"], "organisation_id": ["owner"]})
        warehouse.replace("staging.meter_attribution", owner)

    def deliver(
        self,
        resolution: str,
        values_kwh: list[float],
        *,
        start: datetime = MAY,
        quality: str = "measured",
        organisation: str = "owner",
        meter: str = "m",
        direction: str = "consumption",
        lengths: list[timedelta] | None = None,
        is_second_account: bool = False,
    ) -> None:
        self.count += 1
        received = datetime(2024, 6, self.count, tzinfo=UTC)
        self.warehouse.append(
            "raw.delivery",
            pl.DataFrame(
                {
                    "delivery_number": [self.count],
                    "organisation_id": [organisation],
                    "outcome": ["taken"],
                    "received_utc": [received],
                }
            ),
        )
        lengths = lengths or [LENGTH[resolution]] * len(values_kwh)
        starts = [start + sum(lengths[:n], timedelta()) for n in range(len(values_kwh))]
        ends = [begin + length for begin, length in zip(starts, lengths, strict=True)]
        rows = pl.DataFrame(
            {"period_start_utc": starts, "period_end_utc": ends, "energy_kwh": values_kwh}
        ).with_columns(
            delivery_number=pl.lit(self.count),
            source_row=pl.int_range(1, len(values_kwh) + 1),
            metering_point_id=pl.lit(meter),
            direction=pl.lit(direction),
            resolution=pl.lit(resolution),
            is_second_account=pl.lit(is_second_account),
            value=pl.col("energy_kwh"),
            quality=pl.lit(quality),
        )
        self.warehouse.append("raw.meter_reading", rows)

    def used_kwh(self) -> float:
        rows = build(self.warehouse, "staging.meter_reading")
        assert rows.height == self.warehouse.value("select count(*) from raw.meter_reading"), (
            "a row was lost or doubled"
        )
        return rows.filter(pl.col("fate") == "used")["energy_kwh"].sum()

    def fates(self) -> dict[int, list[str]]:
        rows = build(self.warehouse, "staging.meter_reading").sort("delivery_number", "source_row")
        return {n: f["fate"].to_list() for (n,), f in rows.group_by(["delivery_number"], maintain_order=True)}


@pytest.fixture
def ledger(warehouse: Warehouse) -> Ledger:
    return Ledger(warehouse)


def test_a_later_delivery_replaces_an_earlier_one(ledger: Ledger) -> None:
    ledger.deliver("PT1H", [1.0, 2.0])
    ledger.deliver("PT1H", [5.0])
    assert ledger.fates() == {1: ["superseded", "used"], 2: ["used"]}
    assert ledger.used_kwh() == 7.0


def test_an_estimate_never_replaces_a_measured_value_however_late_it_comes(ledger: Ledger) -> None:
    ledger.deliver("PT1H", [1.0])
    ledger.deliver("PT1H", [9.0], quality="estimated")
    assert ledger.used_kwh() == 1.0
    ledger.deliver("PT1H", [2.0], start=MAY + timedelta(hours=1), quality="estimated")
    ledger.deliver("PT1H", [3.0], start=MAY + timedelta(hours=1))
    assert ledger.used_kwh() == 4.0


def test_hours_and_their_quarters_are_never_added(ledger: Ledger) -> None:
    ledger.deliver("PT1H", [4.0] * 24)
    ledger.deliver("PT15M", [1.0] * 96)
    assert ledger.used_kwh() == 96.0
    assert set(ledger.fates()[1]) == {"superseded"}


def test_a_day_value_stands_where_some_of_its_hours_are_missing(ledger: Ledger) -> None:
    ledger.deliver("P1D", [100.0])
    ledger.deliver("PT1H", [4.0] * 20)
    assert ledger.used_kwh() == 100.0


def test_a_month_value_gives_way_to_days_only_when_they_cover_the_month(ledger: Ledger) -> None:
    ledger.deliver("P1M", [310.0])
    ledger.deliver("P1D", [11.0] * 30)
    assert ledger.used_kwh() == 310.0
    ledger.deliver("P1D", [11.0], start=MAY + timedelta(days=30))
    assert ledger.used_kwh() == pytest.approx(31 * 11.0)


def test_a_change_of_resolution_in_the_middle_of_a_month_keeps_both_halves(ledger: Ledger) -> None:
    ledger.deliver("PT1H", [1.0] * 24 * 10)
    ledger.deliver("PT15M", [0.25] * 96 * 10, start=MAY + timedelta(days=10))
    assert ledger.used_kwh() == pytest.approx(24.0 * 20)


def test_production_and_consumption_of_a_meter_do_not_replace_each_other(ledger: Ledger) -> None:
    ledger.deliver("PT1H", [1.0])
    ledger.deliver("PT1H", [7.0], direction="production")
    assert set(ledger.fates()[1] + ledger.fates()[2]) == {"used"}


def test_values_of_a_meter_that_nobody_registered_wait(ledger: Ledger) -> None:
    ledger.deliver("PT1H", [1.0], meter="stranger")
    assert ledger.fates() == {1: ["held"]}
    known = pl.DataFrame({"metering_point_id": ["m", "stranger"]})
    ledger.warehouse.replace("staging.meter", known)
    assert ledger.fates() == {1: ["used"]}


def test_values_from_somebody_elses_organisation_wait_and_replace_nothing(ledger: Ledger) -> None:
    ledger.deliver("PT1H", [1.0])
    ledger.deliver("PT1H", [99.0], organisation="neighbour")
    assert ledger.fates() == {1: ["used"], 2: ["held"]}


def test_the_county_board_may_deliver_for_any_organisation(ledger: Ledger) -> None:
    ledger.deliver("PT1H", [1.0], organisation="county")
    assert ledger.fates() == {1: ["used"]}


def test_what_a_file_tells_a_second_time_is_never_used_not_even_alone(ledger: Ledger) -> None:
    ledger.deliver("PT1H", [1.0] * 24)
    ledger.deliver("P1D", [24.0], is_second_account=True)
    ledger.deliver("P1D", [25.0], start=MAY + timedelta(days=3), is_second_account=True)
    assert ledger.fates() == {1: ["used"] * 24, 2: ["superseded"], 3: ["superseded"]}


def test_rows_from_before_the_second_account_was_known_count_as_they_did(ledger: Ledger) -> None:
    ledger.deliver("PT1H", [1.0, 2.0])
    ledger.warehouse.connection.execute("update raw.meter_reading set is_second_account = null, kind = null")
    assert ledger.used_kwh() == 3.0


def test_steps_of_a_register_are_used_where_nothing_shorter_is_known(ledger: Ledger) -> None:
    ledger.deliver("irregular", [310.0, 270.0], lengths=[timedelta(days=31), timedelta(days=27)])
    assert ledger.used_kwh() == 580.0


def test_a_step_gives_way_to_days_that_cover_half_of_it_and_else_they_to_it(ledger: Ledger) -> None:
    ledger.deliver("irregular", [300.0], lengths=[timedelta(days=30)])
    ledger.deliver("P1D", [10.0] * 14, start=MAY + timedelta(days=2))
    assert ledger.fates() == {1: ["used"], 2: ["superseded"] * 14}
    ledger.deliver("P1D", [10.0], start=MAY + timedelta(days=16))
    assert ledger.fates() == {1: ["superseded"], 2: ["used"] * 14, 3: ["used"]}


def test_a_step_gives_way_to_month_values_that_cover_half_of_it(ledger: Ledger) -> None:
    ledger.deliver("P1M", [310.0])
    ledger.deliver("irregular", [330.0], start=MAY + timedelta(days=4), lengths=[timedelta(days=33)])
    assert ledger.fates() == {1: ["used"], 2: ["superseded"]}


def test_a_month_value_inside_a_long_step_gives_way_to_it(ledger: Ledger) -> None:
    ledger.deliver("P1M", [310.0])
    ledger.deliver("irregular", [3650.0], lengths=[timedelta(days=365)])
    assert ledger.fates() == {1: ["superseded"], 2: ["used"]}


def test_of_two_steps_that_overlap_the_later_delivered_stands(ledger: Ledger) -> None:
    ledger.deliver("irregular", [300.0, 280.0], lengths=[timedelta(days=30), timedelta(days=28)])
    ledger.deliver("irregular", [590.0], lengths=[timedelta(days=59)])
    assert ledger.fates() == {1: ["superseded", "superseded"], 2: ["used"]}
    ledger.deliver("irregular", [301.0], lengths=[timedelta(days=30)], start=MAY + timedelta(days=59))
    assert ledger.fates()[3] == ["used"]


def test_a_step_delivered_again_replaces_itself(ledger: Ledger) -> None:
    ledger.deliver("irregular", [300.0, 280.0], lengths=[timedelta(days=30), timedelta(days=28)])
    ledger.deliver("irregular", [305.0], lengths=[timedelta(days=30)])
    assert ledger.fates() == {1: ["superseded", "used"], 2: ["used"]}
