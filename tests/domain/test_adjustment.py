from datetime import date

import polars as pl

from pipelines.domain.adjustment import adjusted

EXPECTED = pl.DataFrame(
    {
        "metering_point_id": ["m", "m"],
        "day_local": [date(2022, 1, 1), date(2022, 1, 2)],
        "expected_energy_kwh": [100.0, 110.0],
        "expected_energy_low_kwh": [80.0, 90.0],
        "expected_energy_high_kwh": [120.0, 130.0],
        "systematic_error_kwh": [5.0, 5.5],
    }
)


def test_the_expectation_and_its_interval_move_by_the_adjustment_and_the_rest_stays() -> None:
    told = pl.DataFrame({"metering_point_id": ["m"], "day_local": [date(2022, 1, 2)], "adjustment_energy_kwh": [-30.0]})
    first, second = adjusted(EXPECTED, told, "day_local").to_dicts()

    assert first == {**EXPECTED.row(0, named=True), "adjustment_energy_kwh": 0.0}
    assert (second["expected_energy_kwh"], second["adjustment_energy_kwh"]) == (80.0, -30.0)
    assert (second["expected_energy_low_kwh"], second["expected_energy_high_kwh"]) == (60.0, 100.0)
    assert second["systematic_error_kwh"] == 5.5


def test_an_adjustment_of_another_meter_is_of_no_matter() -> None:
    told = pl.DataFrame({"metering_point_id": ["x"], "day_local": [date(2022, 1, 2)], "adjustment_energy_kwh": [9.0]})
    assert adjusted(EXPECTED, told, "day_local")["adjustment_energy_kwh"].to_list() == [0.0, 0.0]
