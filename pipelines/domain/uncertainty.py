"""How errors add up: over time within a meter, and over meters in a group.

Two kinds of error leave a baseline. The noise of single days falls away in a sum (variances add); the systematic error
(the building changes although nothing was done, the parameters are off) does not (standard deviations add).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Z_90 = 1.645  # two-sided 90 % of the normal distribution
GROUP_CORRELATION = 0.1  # between two meters of a group: shared weather and calendar

DRIFT_SHARE_PER_SQRT_YEAR = {"electricity": 0.08}
"""Standard deviation as share of the expected energy, one year from the baseline. Provisional: see docs/method.md."""
OTHER_DRIFT_SHARE_PER_SQRT_YEAR = 0.07


def drift_share(carrier: str) -> float:
    """Drift of a meter in which nothing was done [share per √year]; documented in docs/method.md."""
    return DRIFT_SHARE_PER_SQRT_YEAR.get(carrier, OTHER_DRIFT_SHARE_PER_SQRT_YEAR)


def autocorrelation_inflation(autocorrelation: ArrayLike) -> NDArray[np.float64]:
    """(1+ρ)/(1−ρ): how much wider the variance of a sum gets when neighbouring errors resemble each other."""
    rho = np.asarray(autocorrelation, dtype=np.float64)
    return (1.0 + rho) / (1.0 - rho)


def systematic_sd(
    expected_kwh: NDArray[Any], years_from_centre: NDArray[Any], drift: NDArray[Any], parameter_sd_kwh: NDArray[Any]
) -> NDArray[np.float64]:
    """sqrt((drift·√|years|·Ê)² + parameter_sd²) [kWh], element by element; the arrays broadcast."""
    drifted = drift * np.sqrt(np.abs(years_from_centre)) * expected_kwh
    return np.sqrt(drifted**2 + parameter_sd_kwh**2)


def period_variance_kwh2(systematic_error_kwh: ArrayLike, noise_variance_kwh2: ArrayLike) -> float:
    """Variance of one meter's sum over the periods given: (Σ systematic)² + Σ noise [kWh²]."""
    return float(np.sum(systematic_error_kwh) ** 2 + np.sum(noise_variance_kwh2))


def group_half_width_kwh(sum_variance: float, sum_sd: float) -> float:
    """Half width of the 90 % interval of a group [kWh]: 1.645·sqrt((1−ρ)·Σ sd² + ρ·(Σ sd)²).

    Parameters: Σ of the meters' variances [kWh²] and Σ of their standard deviations [kWh] over the same period. The
    same formula as the SQL macro of that name.
    """
    return float(Z_90 * np.sqrt((1 - GROUP_CORRELATION) * sum_variance + GROUP_CORRELATION * sum_sd**2))


def t_90(freedom: ArrayLike) -> NDArray[np.float64]:
    """Two-sided 90 % point of Student's t, by the Cornish-Fisher series (Abramowitz & Stegun 26.7.5).

    Within 0.2 % for 4 degrees of freedom or more; fewer are treated as 3.
    """
    nu = np.maximum(np.asarray(freedom, dtype=np.float64), 3.0)
    z = 1.6448536
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / nu + second / nu**2 + third / nu**3
