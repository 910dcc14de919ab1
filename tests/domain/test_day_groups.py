import polars as pl
import pytest

from pipelines.domain.day_groups import day_groups
from pipelines.domain.meter_panel import in_order
from tests.domain.made_up_meters import calendar, meter

DAYS = calendar()
COLUMNS = meter(DAYS).columns


def table_of(*meters: pl.DataFrame) -> pl.DataFrame:
    return in_order(pl.concat([one.select(COLUMNS).with_columns(latitude_deg=pl.lit(52.0)) for one in meters]))


def groups(*meters: pl.DataFrame) -> list[list[str]]:
    return [group.metering_point_id for group in day_groups(table_of(*meters))]


def test_meters_with_darker_winters_stand_apart() -> None:
    table = table_of(meter(DAYS, name="a"), meter(DAYS, name="b"))
    north = table.with_columns(latitude_deg=pl.when(pl.col("metering_point_id") == "b").then(64.0).otherwise(52.0))
    assert [(group.metering_point_id, group.latitude_deg) for group in day_groups(north)] == [(["a"], 52), (["b"], 64)]


def test_meters_with_the_same_days_stand_together_wherever_they_stand_in_the_table() -> None:
    other_weather = meter(calendar(seed=7), name="b")

    assert groups(meter(DAYS, name="a"), other_weather, meter(DAYS, name="c", slope=4)) == [["a", "c"], ["b"]]


def test_heat_and_electricity_are_not_mixed() -> None:
    assert groups(meter(DAYS, name="a"), meter(DAYS, name="b", carrier="district_heating")) == [["a"], ["b"]]


def test_missing_energy_parts_no_group_and_stays_missing() -> None:
    gap = pl.col("day_local").dt.month() == 3
    holed = meter(DAYS, name="b").with_columns(energy_kwh=pl.when(~gap).then("energy_kwh"))
    table = table_of(meter(DAYS, name="a"), holed)

    (group,) = day_groups(table)

    assert group.energy_kwh.shape == (2, 730)
    assert int((group.energy_kwh[1] != group.energy_kwh[1]).sum()) == 62  # March of two years


def test_fewer_than_five_closed_days_count_as_sundays() -> None:
    closed = meter(DAYS).with_columns(is_closed=pl.col("day_local").is_in(DAYS["day_local"][3:7].to_list()))

    (group,) = day_groups(table_of(closed))

    assert not group.is_closed.any()
    assert group.day_type[3:7].tolist() == [2, 2, 2, 2]


def test_a_day_twice_and_an_unknown_day_type_are_errors() -> None:
    twice = pl.concat([meter(DAYS), meter(DAYS)[:1]])
    with pytest.raises(ValueError, match="two rows"):
        day_groups(in_order(twice))
    with pytest.raises(ValueError, match="day_type must be one of"):
        day_groups(in_order(meter(DAYS).with_columns(day_type=pl.lit("monday"))))
