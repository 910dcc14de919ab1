"""One meter's rows in figures and words."""

from datetime import date

import polars as pl

from dashboards import meters
from dashboards.periods import Period

PERIOD = Period("2026", date(2026, 3, 1), date(2026, 3, 1))


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def _days(statuses: list[str | None]) -> pl.DataFrame:
    days = [date(2026, 3, number) for number in range(1, len(statuses) + 1)]
    frame = pl.DataFrame({"day_local": days, "day_status": statuses}).drop_nulls("day_status")
    return frame.with_columns(
        energy_kwh=pl.when(pl.col("day_status") != "missing").then(pl.lit(48.0)),
        expected_energy_kwh=pl.lit(60.0),
        expected_energy_low_kwh=pl.lit(50.0),
        expected_energy_high_kwh=pl.lit(70.0),
        temperature_c=pl.lit(1.0),
    )


def test_a_partial_day_and_a_day_without_a_row_are_holes() -> None:
    points = meters.day_points(_days(["measured", "partial", None, "estimated"]))
    assert points["energy"].to_list() == [48.0, None, None, 48.0]
    assert points["expected"].to_list() == [60.0, 60.0, None, 60.0]


def test_holes_are_counted_and_joined_to_spans() -> None:
    days = _days(["measured", "missing", None, "partial", "estimated"])
    assert meters.holes_finding(days, PERIOD) == "2 dygn saknas, 1 dygn är ofullständigt, 1 dygn är uppskattat"
    assert meters.hole_rows(days, PERIOD) == [
        ["2 mars 2026", "3 mars 2026", "saknas"],
        ["4 mars 2026", "4 mars 2026", "ofullständigt"],
        ["5 mars 2026", "5 mars 2026", "uppskattat"],
    ]


def test_the_finding_compares_days_that_have_both_values_within_the_period() -> None:
    points = meters.day_points(_days(["measured", "missing", "measured"]))
    said = _plain(meters.finding(points, PERIOD))
    assert said.startswith("Mätaren visar 20 % mindre än väntat")  # 96 of 120 kWh


def test_power_is_the_day_over_24_hours() -> None:
    points = meters.day_signature(_days(["measured"]))
    assert points.row(0, named=True)["power_kw"] == 2.0
    assert points.row(0, named=True)["is_weekend"] is True  # 1 March 2026 is a Sunday


def test_large_months_are_in_megawatt_hours() -> None:
    months = pl.DataFrame(
        {
            "month_local": [date(2026, 1, 1), date(2026, 3, 1)],
            "energy_kwh": [12_000.0, 9_000.0],
            "compared_energy_kwh": [11_000.0, 0.0],
            "expected_energy_kwh": [12_500.0, None],
            "half_width_kwh": [500.0, None],
            "measured_day_count": [31, 31],
            "compared_day_count": [28, 0],
        }
    )
    unit, points = meters.month_points(months)
    assert unit == "MWh"
    assert points["energy"].to_list() == [11.0, None, 9.0]
    assert points["expected_high"].to_list() == [13.0, None, None]


def test_a_model_is_said_in_words_and_a_broken_one_does_no_harm() -> None:
    text = '{"heating_change_point_c": 15.0, "heating_kwh_per_k_day": 20.4, "base_kwh_day": {"workday": 99.6}}'
    said = "20 kWh mer per dygn för varje grad under 15 °C; grundlast 100 kWh per dygn"
    assert _plain(meters.model_in_words(text)) == said
    assert meters.model_in_words("{broken") == "Följer veckan, inte vädret"
    assert meters.model_in_words(None) == "Följer veckan, inte vädret"


def test_a_whole_year_is_a_baseline_year() -> None:
    assert meters.baseline_text({"baseline_from": date(2021, 1, 1), "baseline_to": date(2022, 1, 1)}) == "2021"
    assert meters.baseline_text({"baseline_from": None, "baseline_to": None}) == "–"
