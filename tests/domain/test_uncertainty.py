import numpy as np
import pytest

from pipelines.domain import uncertainty


def test_the_worked_example_of_the_method_page_for_one_cold_day() -> None:
    # 180 kWh expected one year after the baseline; s² = 2 kWh², hinge 20 K where the baseline had 7.5 ± sqrt(125/4) K.
    parameter_sd = (2 * (1 / 4 + 12.5**2 / 125)) ** 0.5
    systematic = uncertainty.systematic_sd(np.array(180.0), np.array(1.0), np.array(0.08), np.array(parameter_sd))

    assert parameter_sd == pytest.approx(3**0.5)
    assert systematic == pytest.approx(14.504, abs=1e-3)  # sqrt((0.08·180)² + 3)
    half_width = uncertainty.Z_90 * uncertainty.period_variance_kwh2([float(systematic)], [2.0]) ** 0.5
    assert half_width == pytest.approx(23.97, abs=0.01)  # 1.645·sqrt(14.504² + 2)


def test_systematic_errors_add_linearly_and_noise_as_variances() -> None:
    assert uncertainty.period_variance_kwh2([3.0, 4.0], [10.0, 5.0]) == 64.0


def test_a_group_of_four_equal_meters_is_wider_than_independence_says() -> None:
    # four meters of sd 10 kWh: 1.645·sqrt(0.9·400 + 0.1·1600) = 37.51; independent they would give 32.9
    assert uncertainty.group_half_width_kwh(400.0, 40.0) == pytest.approx(37.51, abs=0.01)


def test_a_group_of_one_has_the_width_of_its_meter() -> None:
    assert uncertainty.group_half_width_kwh(100.0, 10.0) == pytest.approx(16.45)


def test_drift_grows_with_the_square_root_of_the_distance_in_years_both_ways() -> None:
    errors = uncertainty.systematic_sd(np.array(100.0), np.array([0.0, 1.0, 4.0, -4.0]), np.array(0.05), np.array(0.0))

    np.testing.assert_allclose(errors, [0, 5, 10, 10])


def test_errors_that_resemble_their_neighbours_widen_a_sum() -> None:
    np.testing.assert_allclose(uncertainty.autocorrelation_inflation([0.0, 0.5]), [1.0, 3.0])


def test_every_carrier_has_a_drift() -> None:
    assert uncertainty.drift_share("electricity") == 0.08
    assert uncertainty.drift_share("district_heating") == 0.07
    assert uncertainty.drift_share("pellets") == 0.07


def test_students_t_is_that_of_the_tables() -> None:
    np.testing.assert_allclose(uncertainty.t_90([4, 9, 30]), [2.132, 1.833, 1.697], rtol=0.002)
