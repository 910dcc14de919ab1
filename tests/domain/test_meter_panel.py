from datetime import date

import numpy as np
import polars as pl
import pytest

from pipelines.domain import meter_panel


def table(rows: list[tuple[str, date, float | None]]) -> pl.DataFrame:
    schema = {"metering_point_id": pl.String(), "day_local": pl.Date(), "energy_kwh": pl.Float64()}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(flag=pl.lit(True))


def test_a_day_without_a_row_and_a_row_without_a_value_are_told_apart() -> None:
    rows = table([("a", date(2021, 1, 1), 5.0), ("a", date(2021, 1, 3), None), ("b", date(2021, 1, 2), 7.0)])
    (part,) = meter_panel.meter_chunks(rows, ["a", "b"], 10)

    panel = meter_panel.panel(part, ["energy_kwh"], ["flag"])

    assert panel.metering_point_id == ["a", "b"]
    assert panel.present.tolist() == [[True, False, True], [False, True, False]]
    np.testing.assert_array_equal(panel.values["energy_kwh"], [[5, np.nan, np.nan], [np.nan, 7, np.nan]])


def test_chunks_hold_the_meters_asked_for_in_the_order_of_the_table() -> None:
    rows = table([(name, date(2021, 1, 1), 1.0) for name in "abcde"])

    parts = list(meter_panel.meter_chunks(rows, ["d", "a", "c"], 2))

    assert [part["metering_point_id"].to_list() for part in parts] == [["a", "c"], ["d"]]


def test_rows_in_any_order_are_put_by_meter_and_day() -> None:
    rows = table([("b", date(2021, 1, 2), 1.0), ("a", date(2021, 1, 1), 2.0), ("b", date(2021, 1, 1), 3.0)])

    ordered = meter_panel.in_order(rows)

    assert ordered["energy_kwh"].to_list() == [3.0, 1.0, 2.0]
    assert ordered["meter_index"].to_list() == [0, 0, 1]


def test_the_same_day_twice_is_an_error() -> None:
    (part,) = meter_panel.meter_chunks(table([("a", date(2021, 1, 1), 1.0)] * 2), ["a"], 1)

    with pytest.raises(ValueError, match="two rows"):
        meter_panel.panel(part, ["energy_kwh"], [])


def test_smoothed_temperature_halves_in_a_day_and_starts_anew_after_a_gap() -> None:
    smoothed = meter_panel.smoothed_temperature(np.array([[8.0, 0.0, 0.0, np.nan, 6.0]]))

    np.testing.assert_array_equal(smoothed, [[8.0, 4.0, 2.0, np.nan, 6.0]])


def test_months_start_where_the_calendar_says() -> None:
    starts, months = meter_panel.month_starts(date(2021, 1, 30), 31)

    assert starts.tolist() == [0, 2, 30]
    assert months.astype(str).tolist() == ["2021-01", "2021-02", "2021-03"]


def test_offsets_become_dates() -> None:
    assert meter_panel.dates_of(date(2021, 12, 31), np.array([0, 1])).to_list() == [
        date(2021, 12, 31),
        date(2022, 1, 1),
    ]
