from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.domain.meter_panel import in_order
from pipelines.domain.stuck_readings import stuck_days

VARIED = [100.0 + (n * 37) % 41 + n / 1000 for n in range(100)]  # never twice the same


def meter(energy: list[float | None], name: str = "m", closed: bool = False) -> pl.DataFrame:
    days = [date(2021, 1, 1) + timedelta(n) for n in range(len(energy))]
    return pl.DataFrame(
        {"metering_point_id": name, "day_local": days, "energy_kwh": energy, "is_closed": closed},
        schema_overrides={"energy_kwh": pl.Float64},
    )


def found(*meters: pl.DataFrame) -> list[int]:
    return np.flatnonzero(stuck_days(in_order(pl.concat(meters))).to_numpy()).tolist()


def with_run(first: int, day_count: int, value: float) -> list[float | None]:
    return [*VARIED[:first], *[value] * day_count, *VARIED[first + day_count :]]


def test_seven_equal_days_are_a_meter_that_stands_still() -> None:
    assert found(meter(VARIED), meter(with_run(20, 7, 123.456), "n")) == list(range(120, 127))


def test_six_equal_days_are_chance() -> None:
    assert found(meter(with_run(20, 6, 123.456))) == []


def test_a_missing_day_within_the_row_does_not_break_it() -> None:
    energy = with_run(20, 9, 123.456)
    energy[24] = None

    assert found(meter(energy)) == [20, 21, 22, 23, 25, 26, 27, 28]


def test_zeros_and_the_even_low_use_of_a_closed_building_are_not_a_stuck_meter() -> None:
    assert found(meter(with_run(20, 30, 0.0))) == []
    assert found(meter(with_run(20, 30, 25.0))) == []
    assert found(meter(with_run(20, 30, 123.456), closed=True)) == []


def test_a_meter_with_coarse_steps_or_a_flat_load_is_not_stuck() -> None:
    coarse = [100.0 * round(value / 100) for value in VARIED]

    assert found(meter(coarse)) == []
    assert found(meter([24.0] * 100)) == []


def test_equal_days_of_two_meters_in_a_row_are_not_joined() -> None:
    assert found(meter(with_run(96, 4, 7.0)), meter(with_run(0, 4, 7.0), "n")) == []
