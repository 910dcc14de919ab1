import numpy as np
import pytest

from pipelines.domain import least_squares

TEMPERATURE_C = np.array([0.0, 5.0, 10.0, 20.0])
ENERGY_KWH = np.array([[161.0, 139.0, 119.0, 101.0]])
DESIGN = np.stack([np.ones(4), np.maximum(15 - TEMPERATURE_C, 0)], axis=-1)[None]
ALL = np.ones((1, 4), dtype=bool)


def test_the_worked_example_of_the_method_page_has_base_100_and_slope_4() -> None:
    gram, moment = least_squares.normal_equations(DESIGN, ENERGY_KWH, np.ones((1, 4)))

    assert gram[0].tolist() == [[4, 30], [30, 350]]
    assert moment[0].tolist() == [520, 4400]
    np.testing.assert_allclose(least_squares.solve(gram, moment), [[100.0, 4.0]], rtol=1e-6)


def test_the_metrics_of_the_worked_example_are_those_worked_out_by_hand() -> None:
    expected = 100 + 4 * DESIGN[..., 1]

    metrics = least_squares.fit_metrics(ENERGY_KWH, expected, ALL, np.array([2]))

    assert metrics["residual_sd"][0] == pytest.approx(2**0.5)  # sqrt(4 / (4 − 2))
    assert metrics["cvrmse"][0] == pytest.approx(0.010879, abs=1e-6)  # sqrt(2) / 130
    assert metrics["nmbe"][0] == 0
    assert metrics["r2"][0] == pytest.approx(1 - 4 / 2004)


def test_an_observation_of_weight_zero_changes_nothing() -> None:
    design = np.concatenate([DESIGN, [[[1.0, 500.0]]]], axis=1)
    energy = np.concatenate([ENERGY_KWH, [[9e9]]], axis=1)

    solved = least_squares.solve(*least_squares.normal_equations(design, energy, np.array([[1.0, 1, 1, 1, 0]])))

    np.testing.assert_allclose(solved, [[100.0, 4.0]], rtol=1e-6)


def test_a_column_of_zeros_gets_the_coefficient_zero() -> None:
    design = np.concatenate([DESIGN, np.zeros((1, 4, 1))], axis=-1)

    solved = least_squares.solve(*least_squares.normal_equations(design, ENERGY_KWH, np.ones((1, 4))))

    np.testing.assert_allclose(solved, [[100.0, 4.0, 0.0]], rtol=1e-6, atol=1e-9)


def test_meters_solved_together_get_what_they_get_alone() -> None:
    rng = np.random.default_rng(0)
    design, energy, weight = rng.normal(size=(5, 30, 3)), rng.normal(size=(5, 30)), rng.uniform(0.1, 1, (5, 30))

    together = least_squares.solve(*least_squares.normal_equations(design, energy, weight))

    for m in range(5):
        root = np.sqrt(weight[m])
        alone = np.linalg.lstsq(design[m] * root[:, None], energy[m] * root, rcond=None)[0]
        np.testing.assert_allclose(together[m], alone, rtol=1e-6)


def test_the_robust_spread_ignores_one_wild_value() -> None:
    residual = np.array([[-2.0, -1.0, 0.0, 1.0, 500.0]])

    assert least_squares.robust_sd(residual, np.ones((1, 5), dtype=bool))[0] == pytest.approx(1.4826)


def test_the_median_leaves_out_what_is_not_used() -> None:
    values = np.array([[5.0, 1.0, 3.0, 99.0], [7.0, 0.0, 0.0, 0.0]])
    used = np.array([[True, True, True, False], [False, False, False, False]])

    assert least_squares.masked_median(values, used).tolist() == [3.0, 0.0]


def test_huber_weights_fall_with_distance_but_never_to_nothing() -> None:
    weights = least_squares.huber_weights(np.array([[1.0, -5.0, 1000.0]]), np.array([1.0]), knee=2.5, lowest=0.1)

    assert weights.tolist() == [[1.0, 0.5, 0.1]]


def test_autocorrelation_counts_only_neighbours_without_a_gap_between() -> None:
    residual = np.array([[1.0, 1.0, -1.0, -1.0]])
    used = np.ones((1, 4), dtype=bool)
    follows = np.array([[False, True, False, True]])

    assert least_squares.lag_one_autocorrelation(residual, used, follows)[0] == pytest.approx(0.95)  # held below 1
    all_follow = np.array([[False, True, True, True]])
    assert least_squares.lag_one_autocorrelation(residual, used, all_follow)[0] == pytest.approx(1 / 3)


def test_a_meter_of_zeros_has_no_cvrmse_instead_of_an_error() -> None:
    metrics = least_squares.fit_metrics(np.zeros((1, 4)), np.zeros((1, 4)), ALL, np.array([1]))

    assert np.isnan(metrics["cvrmse"][0])
