import numpy as np
import polars as pl
import pytest

from pipelines.domain import uncertainty


def test_the_worked_example_of_the_method_page_for_one_cold_day() -> None:
    # 180 kWh expected one year after the baseline; s² = 2 kWh², hinge 20 K where the baseline had 7.5 ± sqrt(125/4) K.
    parameter_sd = (2 * (1 / 4 + 12.5**2 / 125)) ** 0.5
    (day,) = _with_drift([1.0], 0.08, expected_kwh=180.0, parameter_sd_kwh=parameter_sd, variance_kwh2=2.0)

    assert parameter_sd == pytest.approx(3**0.5)
    assert day["systematic_error_kwh"] == pytest.approx(14.504, abs=1e-3)  # sqrt((0.08·180)² + 3)
    assert day["expected_energy_high_kwh"] == pytest.approx(180 + 23.97, abs=0.01)  # 1.645·sqrt(14.504² + 2)


def test_systematic_errors_add_linearly_and_noise_as_variances() -> None:
    assert uncertainty.period_variance_kwh2([3.0, 4.0], [10.0, 5.0]) == 64.0


def test_a_group_of_four_equal_meters_is_wider_than_independence_says() -> None:
    # four meters of sd 10 kWh: 1.645·sqrt(0.9·400 + 0.1·1600) = 37.51; independent they would give 32.9
    assert uncertainty.group_half_width_kwh(400.0, 40.0) == pytest.approx(37.51, abs=0.01)


def test_a_group_of_one_has_the_width_of_its_meter() -> None:
    assert uncertainty.group_half_width_kwh(100.0, 10.0) == pytest.approx(16.45)


def test_drift_grows_with_the_square_root_of_the_distance_in_years_both_ways() -> None:
    found = _with_drift([0.0, 1.0, 4.0, -4.0], 0.05)

    np.testing.assert_allclose([day["systematic_error_kwh"] for day in found], [0, 5, 10, 10])
    np.testing.assert_allclose([day["expected_energy_high_kwh"] for day in found], [100, 108.225, 116.45, 116.45])


def _with_drift(
    years: list[float],
    drift: float,
    *,
    expected_kwh: float = 100.0,
    parameter_sd_kwh: float = 0.0,
    variance_kwh2: float = 0.0,
) -> list[dict]:
    parts = pl.DataFrame({"years_from_baseline": years}).with_columns(
        metering_point_id=pl.lit("m"),
        expected_energy_kwh=pl.lit(expected_kwh),
        noise_variance_kwh2=pl.lit(variance_kwh2),
        parameter_error_kwh=pl.lit(parameter_sd_kwh),
        period_variance_kwh2=pl.lit(variance_kwh2),
    )
    found = uncertainty.with_drift(parts, pl.DataFrame({"metering_point_id": ["m"], "drift_share": [drift]}))
    return found.to_dicts()


def _errors(shares: list[float], years: float = 1.0) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "metering_point_id": [f"m{n}" for n in range(len(shares))],
            "carrier": ["electricity"] * len(shares),
            "years_from_baseline": [years] * len(shares),
            "expected_energy_kwh": [1000.0] * len(shares),
            "energy_kwh": [1000.0 * (1 + share) for share in shares],
        }
    )


def test_the_drift_of_a_population_makes_nine_in_ten_fall_inside() -> None:
    # 41 meters with errors 0, 1, …, 40 %: the 90 % quantile is 36 %, at four years 18 % per √year.
    (row,) = uncertainty.population_drift(_errors([n / 100 for n in range(41)], years=4.0), ["electricity"]).iter_rows(
        named=True
    )
    assert row["drift_share"] == pytest.approx(0.36 / 2 / 1.645)
    assert row["is_estimated"]
    assert row["meter_count"] == 41


def test_a_small_population_keeps_the_provisional_drift() -> None:
    (row,) = uncertainty.population_drift(_errors([0.5] * 29), ["electricity"]).iter_rows(named=True)
    assert (row["drift_share"], row["is_estimated"]) == (0.08, False)


def test_a_carrier_of_which_nothing_is_known_keeps_the_provisional_drift() -> None:
    found = uncertainty.population_drift(_errors([0.1] * 30), ["electricity", "pellets"])
    assert dict(found.select("carrier", "is_estimated").iter_rows()) == {"electricity": True, "pellets": False}
    assert found.filter(carrier="pellets")["drift_share"].item() == 0.07


def test_a_population_that_never_drifts_still_leaves_a_little_doubt() -> None:
    (row,) = uncertainty.population_drift(_errors([0.0] * 30), ["electricity"]).iter_rows(named=True)
    assert row["drift_share"] == 0.01


def test_errors_that_resemble_their_neighbours_widen_a_sum() -> None:
    np.testing.assert_allclose(uncertainty.autocorrelation_inflation([0.0, 0.5]), [1.0, 3.0])


def test_every_carrier_has_a_drift() -> None:
    assert uncertainty.drift_share("electricity") == 0.08
    assert uncertainty.drift_share("district_heating") == 0.07
    assert uncertainty.drift_share("pellets") == 0.07


def test_students_t_is_that_of_the_tables() -> None:
    np.testing.assert_allclose(uncertainty.t_90([4, 9, 30]), [2.132, 1.833, 1.697], rtol=0.002)
