import numpy as np
import pytest

from pipelines.domain.shared_ridge import SharedRidge, prepare

RNG = np.random.default_rng(1)
DESIGN = RNG.normal(size=(24, 3))
PRECISION = RNG.uniform(0.5, 2.0, 24)
VARIANCE = np.array([100.0, 0.5, 0.1])
BLOCK_OF = np.repeat([0, 1, 2], 8)
TARGET = RNG.normal(size=(2, 24))


def ridge() -> SharedRidge:
    gram = (DESIGN * PRECISION[:, None]).T @ DESIGN
    return prepare(DESIGN, PRECISION, gram, VARIANCE, BLOCK_OF)


def by_hand(rows: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The same regression of some observations, written as least squares with a row for each prior."""
    root = np.sqrt(PRECISION[rows])
    design = np.concatenate([DESIGN[rows] * root[:, None], np.diag(VARIANCE**-0.5)])
    return np.linalg.lstsq(design, np.concatenate([target[rows] * root, np.zeros(3)]), rcond=None)[0]


def test_coefficients_are_those_of_each_meter_fitted_alone() -> None:
    found = ridge().coefficients(ridge().moments(TARGET))

    for m in range(2):
        np.testing.assert_allclose(found[m], by_hand(np.arange(24), TARGET[m]), rtol=1e-9)


def test_left_out_residuals_are_those_of_fits_made_one_by_one() -> None:
    shared = ridge()
    residual = TARGET - shared.fitted(shared.coefficients(shared.moments(TARGET)))

    left_out = shared.left_out_residual(residual)

    for b in range(3):
        rows = np.arange(8 * b, 8 * b + 8)
        kept = np.setdiff1d(np.arange(24), rows)
        expected = TARGET[0, rows] - DESIGN[rows] @ by_hand(kept, TARGET[0])
        np.testing.assert_allclose(left_out[0, rows], expected, rtol=1e-9)


def test_an_observation_that_is_not_used_has_no_say_whatever_stands_there() -> None:
    used = np.ones((2, 24), dtype=bool)
    used[0, [3, 4, 11]] = False
    wild = np.where(used, TARGET, 1e6)
    shared = ridge()

    found = shared.coefficients(shared.moments(shared.filled(wild, used)))

    np.testing.assert_allclose(found[0], by_hand(np.flatnonzero(used[0]), TARGET[0]), rtol=1e-9)
    np.testing.assert_allclose(found[1], by_hand(np.arange(24), TARGET[1]), rtol=1e-9)


def test_a_mean_held_by_its_prior_counts_as_less_than_one_parameter() -> None:
    one = np.ones((4, 1))
    shared = prepare(one, np.ones(4), one.T @ one, np.array([0.25]), np.zeros(4, dtype=int))

    # by hand: C = 1/(4 + 4), so the mean 2 is drawn halfway to 0 and the trace is 4/8
    assert shared.coefficients(shared.moments(np.full((1, 4), 2.0)))[0, 0] == pytest.approx(1.0)
    assert shared.effective_parameters == pytest.approx(0.5)
