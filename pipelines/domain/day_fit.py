"""The daily model of meters that share their days: robust fit, choice of prior, and the model's own errors.

Energy comes in as share of each meter's mean day. Shapes: M meters, N baseline days, P columns of the design.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.domain import least_squares
from pipelines.domain.day_design import DayDesign
from pipelines.domain.day_pauses import lapses, pause_factors, pauses
from pipelines.domain.least_squares import Bools, Floats
from pipelines.domain.shared_ridge import SharedRidge, prepare

NOISE_SHARE = 0.11  # standard deviation of a day that the priors are measured against, share of the mean day
RECENCY_HALF_LIFE_DAYS = 140.0  # the precision of a day halves with this age
HUBER_KNEE = 1.8
LOWEST_PULL = 0.1  # of a residual outside the knee: real low use keeps a say
HUBER_ROUNDS = 3
LEAST_SD_SHARE = 0.25  # of the ordinary standard deviation: a meter that rests half the year has a tiny median
SINGLE_OUTLIER_SDS = 10.0
SINGLE_OUTLIER_MEANS = 2.0
MOST_SINGLE_OUTLIERS = 3  # more of them are a habit of the building
CLEAR_GAIN = 0.2  # of the squared error on months left out, before another setting is believed

PASSING = ("drift", "drift_heat", "spell")
SEASONAL = ("season", "season_workday", "christmas", "christmas_fringe", "christmas_heat")


@dataclass(frozen=True)
class Setting:
    """A way to change the prior spreads: each family named times its factor."""

    name: str
    factors: Mapping[str, float]

    def prior(self, prior: Mapping[str, float]) -> dict[str, float]:
        """The prior spreads of this setting."""
        return {name: spread * self.factors.get(name, 1.0) for name, spread in prior.items()}


SETTINGS = (Setting("usual", {}), Setting("drifting", {"drift": 2.5}))
"""The first is used unless another is clearly better on months left out of the fit."""


@dataclass(frozen=True)
class PreparedDays:
    """What meters with the same days share: the design and a ridge for each of SETTINGS."""

    design: DayDesign
    days: NDArray[Any]  # [D]
    ridges: tuple[SharedRidge, ...]
    plain: Floats  # [N, P] the columns of weather and weekday alone
    rests_in_summer: bool  # low weeks in summer may be a closed building rather than warm weather


@dataclass(frozen=True)
class DayFit:
    """Fits of M meters, energy in shares of the mean day."""

    setting: NDArray[np.int64]  # number in SETTINGS
    coefficients: Floats  # [M, P]
    paused: Bools  # [M] meters with a pause
    factor: Floats  # [paused, D] share of the ordinary expectation that is used, 1 outside pauses
    target: Floats  # [M, N] energy with outliers pulled in and gaps filled: what the coefficients describe
    fitted: Floats  # [M, N]
    used: Bools  # [M, N]
    left_out_residual: Floats  # [M, N] 0 where not used
    outlier_count: NDArray[Any]
    pause_count: NDArray[Any]  # days
    lapse_count: NDArray[Any]  # days at zero that are taken for lost readings
    parameter_count: Floats  # [M] effective


def prepare_days(
    design: DayDesign, days: NDArray[Any], prior: Mapping[str, float], *, rests_in_summer: bool
) -> PreparedDays:
    """Everything that does not depend on the meters. `days` datetime64[D] are those of the design."""
    baseline = design.baseline
    columns = design.columns[baseline]
    where = np.flatnonzero(baseline)
    precision = 0.5 ** ((where[-1] - where) / RECENCY_HALF_LIFE_DAYS) / NOISE_SHARE**2
    gram = (columns * precision[:, None]).T @ columns
    month = days[baseline].astype("datetime64[M]").astype(np.int64)
    ridges = tuple(
        prepare(columns, precision, gram, design.prior_variance(setting.prior(prior)), month) for setting in SETTINGS
    )
    return PreparedDays(design, days, ridges, _plain(design), rests_in_summer)


def _plain(design: DayDesign) -> Floats:
    """Columns [N, P] of weather and weekday alone: what depends on the date stands at its mean over the baseline."""
    columns = design.columns[design.baseline]
    return np.where([name in PASSING + SEASONAL for name in design.family], columns.mean(axis=0), columns)


def fit_days(prepared: PreparedDays, energy: Floats, used: Bools, scored: Bools) -> DayFit:
    """Fit M meters.

    Parameters: energy [M, N] as share of the mean day (any number where not used); used [M, N]; scored [M, N], the days
    that count in the choice of setting (not those that a left-out month may hold all of).
    """
    usual = prepared.ridges[0]
    target = usual.filled(energy, used)
    residual = target - usual.fitted(usual.coefficients(usual.moments(target)))
    outlier = _single_outliers(energy, residual, used)
    used = used & ~outlier
    target = _robust_target(usual, energy, used, target, HUBER_ROUNDS)
    plain = usual.coefficients(usual.moments(target)) @ prepared.plain.T
    days = prepared.days[prepared.design.baseline]
    lapse = lapses(days, energy, plain, used)
    used = used & ~lapse
    pause = pauses(days, energy, plain, used, in_summer=prepared.rests_in_summer)
    ordinary = used & ~pause
    apart = np.flatnonzero(np.any(lapse | pause, axis=1))
    if len(apart):
        anew = usual.filled(energy[apart], ordinary[apart])
        target[apart] = _robust_target(usual, energy[apart], ordinary[apart], anew, HUBER_ROUNDS)
    setting = _chosen_setting(prepared, target, energy, ordinary & scored)

    coefficients = np.empty((len(energy), usual.design.shape[1]))
    left_out = np.empty_like(energy)
    parameters = np.empty(len(energy))
    for number, ridge in enumerate(prepared.ridges):
        rows = np.flatnonzero(setting == number)
        if not len(rows):
            continue
        if number:
            target[rows] = _robust_target(ridge, energy[rows], ordinary[rows], target[rows], HUBER_ROUNDS)
        coefficients[rows] = ridge.coefficients(ridge.moments(target[rows]))
        smooth = target[rows] - ridge.fitted(coefficients[rows])
        left_out[rows] = ridge.left_out_residual(smooth) + (energy[rows] - target[rows])
        parameters[rows] = ridge.effective_parameters
    fitted = np.maximum(usual.fitted(coefficients), 0.0)
    paused = np.asarray(np.any(pause, axis=1), dtype=np.bool_)
    factor = _factors(prepared, paused, pause, energy, fitted)
    if paused.any():
        fitted[paused] *= factor[:, prepared.design.baseline]
        left_out = np.where(pause, energy - fitted, left_out)
    return DayFit(
        setting=setting,
        coefficients=coefficients,
        paused=paused,
        factor=factor,
        target=target,
        fitted=fitted,
        used=used,
        left_out_residual=np.where(used, left_out, 0.0),
        outlier_count=outlier.sum(axis=1),
        pause_count=pause.sum(axis=1),
        lapse_count=lapse.sum(axis=1),
        parameter_count=parameters,
    )


def _factors(prepared: PreparedDays, paused: Bools, pause: Bools, energy: Floats, fitted: Floats) -> Floats:
    design = prepared.design
    return pause_factors(prepared.days, design.workday, design.baseline, pause[paused], energy[paused], fitted[paused])


def _spread(residual: Floats, used: Bools) -> Floats:
    """A robust standard deviation [M], not far below the ordinary one."""
    count = np.maximum(used.sum(axis=1), 1)
    ordinary = np.sqrt(np.where(used, residual**2, 0.0).sum(axis=1) / count)
    return np.maximum(least_squares.robust_sd(residual, used), LEAST_SD_SHARE * ordinary)


def _single_outliers(energy: Floats, residual: Floats, used: Bools) -> Bools:
    sd = least_squares.robust_sd(residual, used)
    outlier = used & (residual > SINGLE_OUTLIER_SDS * sd[:, None]) & (energy > SINGLE_OUTLIER_MEANS)
    return np.asarray(outlier & (outlier.sum(axis=1) <= MOST_SINGLE_OUTLIERS)[:, None], dtype=np.bool_)


def _robust_target(ridge: SharedRidge, energy: Floats, used: Bools, target: Floats, rounds: int) -> Floats:
    """Energy with residuals beyond the knee pulled in (Huber's estimator by modified residuals) and gaps filled."""
    for _ in range(rounds):
        fitted = ridge.fitted(ridge.coefficients(ridge.moments(target)))
        residual = energy - fitted
        reach = HUBER_KNEE * _spread(residual, used)[:, None]
        inside = np.clip(residual, -reach, reach)
        target = ridge.filled(fitted + inside + LOWEST_PULL * (residual - inside), used)
    return target


def _chosen_setting(prepared: PreparedDays, target: Floats, energy: Floats, scored: Bools) -> NDArray[np.int64]:
    """The setting of each meter by the squared error on calendar months left out of the fit."""
    moments = prepared.ridges[0].moments(target)
    errors = []
    for ridge in prepared.ridges:
        residual = target - ridge.fitted(ridge.coefficients(moments))
        left_out = ridge.left_out_residual(residual) + (energy - target)
        errors.append(np.where(scored, left_out**2, 0.0).sum(axis=1))
    error = np.stack(errors)
    error[1:] /= 1.0 - CLEAR_GAIN
    return np.asarray(error.argmin(axis=0), dtype=np.int64)
