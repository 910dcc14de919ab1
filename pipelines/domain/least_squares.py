"""Least squares for many meters at once: normal equations on stacked matrices.

Shapes: M meters, N observations, P columns of the design. Nothing here knows energy, dates or weather.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MEDIAN_TO_SD = 1.4826  # the median absolute deviation of normal noise times this is its standard deviation
RIDGE_SHARE = 1e-9  # of the mean diagonal: only so that a column that is zero throughout can be solved


def normal_equations(design: Floats, target: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """X'WX and X'Wy for each meter.

    Parameters: design [M, N, P], target [M, N] (kWh), weight [M, N] (0 leaves an observation out; its target must
    still be a number). Returns gram [M, P, P] and moment [M, P].
    """
    weighted = design * weight[..., None]
    gram = np.matmul(weighted.swapaxes(-1, -2), design)
    moment = np.einsum("...np,...n->...p", weighted, target)
    return gram, moment


def regularised(gram: Floats) -> Floats:
    """The matrix [..., P, P] with a diagonal so small that only columns of zeros notice it."""
    size = gram.shape[-1]
    diagonal: Floats = np.einsum("...pp->...p", gram)
    scale = np.maximum(diagonal.mean(axis=-1), 1e-12)
    lift = np.where(diagonal > 1e-12 * scale[..., None], RIDGE_SHARE * scale[..., None], scale[..., None])
    return np.asarray(gram + lift[..., None] * np.eye(size), dtype=np.float64)


def solve(gram: Floats, moment: Floats) -> Floats:
    """Coefficients [..., P] of the normal equations; a column of zeros gets the coefficient 0."""
    return np.asarray(np.linalg.solve(regularised(gram), moment[..., None])[..., 0], dtype=np.float64)


def masked_median(values: Floats, used: Bools) -> Floats:
    """Median over the last axis of the values that are used; 0 where none is. Shapes [M, N] -> [M]."""
    filled = np.where(used, values, np.inf)
    ordered = np.sort(filled, axis=-1)
    count = used.sum(axis=-1)
    last = ordered.shape[-1] - 1
    lower = np.clip((count - 1) // 2, 0, last)
    upper = np.clip(count // 2, 0, last)
    middle = 0.5 * (
        np.take_along_axis(ordered, lower[..., None], -1) + np.take_along_axis(ordered, upper[..., None], -1)
    )
    return np.where(count > 0, middle[..., 0], 0.0)


def robust_sd(residual: Floats, used: Bools) -> Floats:
    """Standard deviation [M] from the median absolute deviation of residuals [M, N]."""
    centre = masked_median(residual, used)
    return MEDIAN_TO_SD * masked_median(np.abs(residual - centre[:, None]), used)


def huber_weights(residual: Floats, scale: Floats, *, knee: float, lowest: float) -> Floats:
    """Weight 1 within `knee` standard deviations, falling as 1/|residual| outside, never under `lowest`.

    Bounded below so that real low use (a closed week) keeps a say. Source: Huber 1964, with the bound added.
    Shapes: residual [M, N], scale [M] -> [M, N].
    """
    reach = knee * scale[:, None]
    size = np.maximum(np.abs(residual), 1e-300)
    return np.where(reach > 0, np.clip(reach / size, lowest, 1.0), 1.0)


def lag_one_autocorrelation(residual: Floats, used: Bools, follows: Bools) -> Floats:
    """Correlation [M] between a residual and the one before it.

    `follows` [M, N] tells that observation n comes directly after n − 1 in time (no gap between them). Residuals are
    taken about 0; the answer is held within 0 … 0.95, since a negative value would narrow the intervals by chance.
    """
    pair = follows[:, 1:] & used[:, 1:] & used[:, :-1]
    product = np.where(pair, residual[:, 1:] * residual[:, :-1], 0.0).sum(axis=1)
    size = np.where(pair, 0.5 * (residual[:, 1:] ** 2 + residual[:, :-1] ** 2), 0.0).sum(axis=1)
    return np.clip(np.divide(product, size, out=np.zeros_like(size), where=size > 0), 0.0, 0.95)


def fit_metrics(measured: Floats, expected: Floats, used: Bools, parameter_count: NDArray[Any]) -> dict[str, Floats]:
    """The figures of ASHRAE Guideline 14 for the model that predicts, over the observations used.

    CV(RMSE) = sqrt(Σ(E−Ê)²/(n−p)) / mean(E); NMBE = Σ(E−Ê)/((n−p)·mean(E)); R² = 1 − Σ(E−Ê)²/Σ(E−mean(E))².
    Shapes: measured and expected [M, N], used [M, N], parameter_count [M]. Returns cvrmse, nmbe, r2 (shares) and
    residual_sd (the unit of E), each [M]; nan where the mean or the spread is 0.
    """
    count = used.sum(axis=1)
    freedom = np.maximum(count - parameter_count, 1)
    energy = np.where(used, measured, 0.0)
    residual = np.where(used, measured - expected, 0.0)
    mean = energy.sum(axis=1) / np.maximum(count, 1)
    squares = (residual**2).sum(axis=1)
    spread = np.where(used, (measured - mean[:, None]) ** 2, 0.0).sum(axis=1)
    residual_sd = np.sqrt(squares / freedom)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "cvrmse": np.where(mean > 0, residual_sd / mean, np.nan),
            "nmbe": np.where(mean > 0, residual.sum(axis=1) / (freedom * mean), np.nan),
            "r2": np.where(spread > 0, 1.0 - squares / spread, np.nan),
            "residual_sd": residual_sd,
        }
