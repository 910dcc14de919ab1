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
    # four meters of sd 10 kWh: 1.645·sqrt(0.85·400 + 0.15·1600) = 39.61; independent they would give 32.9
    assert uncertainty.group_half_width_kwh(400.0, 40.0) == pytest.approx(39.61, abs=0.01)


def test_a_group_of_one_has_the_width_of_its_meter() -> None:
    assert uncertainty.group_half_width_kwh(100.0, 10.0) == pytest.approx(16.45)


def test_drift_grows_with_a_power_of_the_distance_in_years_both_ways() -> None:
    found = _with_drift([0.0, 1.0, 4.0, -4.0], 0.05, growth=0.5)

    np.testing.assert_allclose([day["systematic_error_kwh"] for day in found], [0, 5, 10, 10])
    np.testing.assert_allclose([day["expected_energy_high_kwh"] for day in found], [100, 108.225, 116.45, 116.45])


def test_a_meter_that_its_model_fits_badly_is_expected_to_drift_more() -> None:
    # drift 3 kWh and parameter error 2 kWh that counts twice: sqrt(3² + 4²) = 5
    # at 1 year; nearer only the drift is less, sqrt(1.5² + 4²); at 2 years both are twice as large.
    found = _with_drift([1.0, 0.5, 2.0], 0.03, parameter_sd_kwh=2.0, parameter_weight=2.0)
    np.testing.assert_allclose([day["systematic_error_kwh"] for day in found], [5.0, 18.25**0.5, 10.0])


def _with_drift(
    years: list[float],
    drift: float,
    *,
    growth: float = 1.0,
    parameter_weight: float = 1.0,
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
    constants = {"drift_share": [drift], "drift_growth": [growth], "parameter_weight": [parameter_weight]}
    return uncertainty.with_drift(parts, pl.DataFrame({"metering_point_id": ["m"], **constants})).to_dicts()


def _errors(shares: list[float], *, years: float = 1.0, noise_kwh2: float = 0.0) -> pl.DataFrame:
    """Meters of which 1 000 kWh were expected and the shares more were measured, without parameter error."""
    return pl.DataFrame(
        {
            "metering_point_id": [f"m{n}" for n in range(len(shares))],
            "carrier": ["electricity"] * len(shares),
            "years_from_baseline": [years] * len(shares),
            "expected_energy_kwh": [1000.0] * len(shares),
            "parameter_error_kwh": [0.0] * len(shares),
            "noise_variance_kwh2": [noise_kwh2] * len(shares),
            "energy_kwh": [1000.0 * (1 + share) for share in shares],
        }
    )


def _estimated(errors: pl.DataFrame) -> dict:
    return uncertainty.population_drift(errors, ["electricity"]).row(0, named=True)


def _own(factor: float, meters: int = 39) -> float:
    """What the constants are multiplied by when `factor` would make nine in ten fall inside."""
    return factor ** (meters / (meters + 30))


def test_a_population_widens_the_constants_as_far_as_nine_in_ten_need_and_its_size_bears() -> None:
    # 39 meters with errors 1, 2, … 39 %: their 90 % quantile, 35.2 %, is the half width; 39/69 of the way there.
    share = uncertainty.drift_of("electricity").share
    row = _estimated(_errors([n / 100 for n in range(1, 40)]))
    assert row["drift_share"] == pytest.approx(share * _own(0.352 / 1.645 / share))
    assert (row["is_estimated"], row["meter_count"], row["meter_year_count"]) == (True, 39, 39)


def test_a_population_seen_from_far_away_drifts_less_in_a_year() -> None:
    drift = uncertainty.drift_of("electricity")
    row = _estimated(_errors([n / 100 for n in range(1, 40)], years=4.0))
    assert row["drift_share"] == pytest.approx(drift.share * _own(0.352 / 1.645 / 4**drift.growth / drift.share))


def test_what_the_noise_of_days_explains_is_no_drift() -> None:
    # 1.645²·noise = 150² kWh²; beyond it sqrt(250² − 150²) = 200 kWh of 1 000 remain.
    noise = (150 / 1.645) ** 2
    share = uncertainty.drift_of("electricity").share
    row = _estimated(_errors([0.25] * 39, noise_kwh2=noise))
    assert row["drift_share"] == pytest.approx(share * _own(0.2 / 1.645 / share))


def test_one_factor_narrows_drift_and_parameter_weight_alike() -> None:
    constants = uncertainty.drift_of("electricity")
    row = _estimated(_errors([0.5 * constants.share * 1.645] * 39))
    assert row["drift_share"] == pytest.approx(constants.share * _own(0.5))
    assert row["parameter_weight"] == pytest.approx(constants.parameter_weight * _own(0.5))


def test_a_population_that_stays_where_it_went_has_a_drift_that_hardly_grows() -> None:
    # Forty meters that are off by 1 … 40 % one year from the baseline and are as much off after four years.
    shares = [n / 100 for n in range(1, 41)]
    row = _estimated(pl.concat([_errors(shares, years=years) for years in (1.0, 2.0, 3.0, 4.0)]))
    weight = 160 / 190
    assert row["drift_growth"] == pytest.approx((1 - weight) * uncertainty.drift_of("electricity").growth, abs=0.1)


def test_years_equally_far_away_tell_nothing_of_the_growth() -> None:
    row = _estimated(_errors([n / 100 for n in range(1, 40)], years=1.2))
    assert row["drift_growth"] == uncertainty.drift_of("electricity").growth


def test_a_small_population_keeps_the_constants() -> None:
    row = _estimated(_errors([0.5] * 29))
    assert (row["drift_share"], row["is_estimated"]) == (uncertainty.drift_of("electricity").share, False)


def test_a_carrier_of_which_nothing_is_known_keeps_the_constants() -> None:
    found = uncertainty.population_drift(_errors([0.1] * 30), ["electricity", "pellets"])
    assert dict(found.select("carrier", "is_estimated").iter_rows()) == {"electricity": True, "pellets": False}
    assert found.filter(carrier="pellets")["drift_share"].item() == uncertainty.OTHER_DRIFT.share


def test_a_population_that_never_drifts_still_leaves_a_little_doubt() -> None:
    assert _estimated(_errors([0.0] * 30))["drift_share"] == 0.01


def test_the_shift_of_a_group_is_the_median_of_the_others_when_it_stands_out() -> None:
    # Twelve that all fell by 10 %, and one that rose: no spread, so nothing is shrunk.
    found = _shift([-0.1] * 12 + [0.5])
    np.testing.assert_allclose(found["shift_share"], [-0.1] * 13)
    assert found["comparison_meter_count"].to_list() == [12] * 13


def test_a_shift_that_may_be_chance_is_not_taken_away() -> None:
    np.testing.assert_allclose(_shift([-0.2, -0.1, 0.0, 0.1, 0.2, 0.3] * 3)["shift_share"], [0.0] * 18)


def test_the_median_of_others_leaves_the_meter_itself_out() -> None:
    # Spread within 1e-4 of 0.1, so shrinking is below 1 %: the others of the lowest have the median 0.10006.
    shares = [0.1 + n * 1e-5 for n in range(12)]
    assert _shift(shares)["shift_share"][0] == pytest.approx(0.10006, abs=2e-5)
    assert _shift(shares)["shift_share"][11] == pytest.approx(0.10005, abs=2e-5)


def test_fewer_than_ten_others_show_nothing() -> None:
    assert _shift([-0.1] * 10)["shift_share"].to_list() == [0.0] * 10


def _shift(shares: list[float]) -> pl.DataFrame:
    return uncertainty.comparison_shift(
        pl.DataFrame(
            {
                "metering_point_id": [f"m{n}" for n in range(len(shares))],
                "group_id": ["g"] * len(shares),
                "error_share": shares,
            }
        )
    )


def test_an_hours_own_error_mostly_falls_away_in_sums() -> None:
    parts = pl.DataFrame({"parameter_error_kwh": [100.0], "noise_variance_kwh2": [2.0], "expected_energy_kwh": [9.0]})
    assert uncertainty.hours_as_days(parts).row(0) == pytest.approx((16.0, 7.0, 9.0))


def test_errors_that_resemble_their_neighbours_widen_a_sum() -> None:
    np.testing.assert_allclose(uncertainty.autocorrelation_inflation([0.0, 0.5]), [1.0, 3.0])


def test_every_carrier_has_a_drift() -> None:
    assert uncertainty.drift_of("electricity") == uncertainty.DRIFT["electricity"]
    for carrier in ("district_heating", "pellets", None):
        assert uncertainty.drift_of(carrier) == uncertainty.OTHER_DRIFT


def test_students_t_is_that_of_the_tables() -> None:
    np.testing.assert_allclose(uncertainty.t_90([4, 9, 30]), [2.132, 1.833, 1.697], rtol=0.002)
