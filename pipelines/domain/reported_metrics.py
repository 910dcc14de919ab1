"""Metrics and uncertainties under the names of ASHRAE Guideline 14 and CalTRACK 2.0, for those who must report them.

Both are worked out on the residuals of the model that predicts. They know neither drift nor the dependence between
meters, so they are reported beside the calibrated intervals (uncertainty), never in their place. Formulas and limits
stand in docs/method.md, "Metrics under other names".
"""

from __future__ import annotations

import polars as pl

from pipelines.domain.least_squares import Floats
from pipelines.domain.uncertainty import t_90

METER = "metering_point_id"
ASHRAE_FACTOR = 1.26
CALTRACK_DAY = (-0.00024, 0.03535, 1.00286)
CALTRACK_MONTH = (-0.00022, 0.03306, 0.94054)
"""a, b, d of a·M² + b·M + d for daily and for billing data, M the months reported (Sun and Baltazar 2013)."""
LARGEST_AUTOCORRELATION = 0.95


def baseline_errors(periods: pl.DataFrame, *, step_days: int) -> pl.DataFrame:
    """What the metrics need to know of each meter's baseline.

    Parameters
    ----------
    periods: metering_point_id, period_local Date, energy_kwh, expected_energy_kwh, for the days or months of the
        baseline that have both, in order of meter and period.
    step_days: the longest distance between neighbours: 1 for days, 31 for months.

    Returns
    -------
    metering_point_id, period_count n, mean_energy_kwh, error_kwh Σ(E−Ê), squared_error_kwh2 Σ(E−Ê)² and
    autocorrelation ρ (of neighbouring periods, held within 0 … 0.95).
    """
    error = pl.col("energy_kwh") - pl.col("expected_energy_kwh")
    before = pl.col("error").shift(1).over(METER)
    both = pl.when(pl.col("period_local").diff().dt.total_days().over(METER) <= step_days)
    return (
        periods.with_columns(error=error)
        .with_columns(
            product=both.then(pl.col("error") * before), size=both.then((pl.col("error") ** 2 + before**2) / 2)
        )
        .group_by(METER, maintain_order=True)
        .agg(
            period_count=pl.len().cast(pl.Int64),
            mean_energy_kwh=pl.col("energy_kwh").mean(),
            error_kwh=pl.col("error").sum(),
            squared_error_kwh2=(pl.col("error") ** 2).sum(),
            autocorrelation=pl.when(pl.col("size").sum() > 0)
            .then(pl.col("product").sum() / pl.col("size").sum())
            .otherwise(0.0)
            .clip(0.0, LARGEST_AUTOCORRELATION),
        )
    )


def metrics(errors: pl.DataFrame) -> pl.DataFrame:
    """Add cvrmse, nmbe (shares of the mean, n − p degrees of freedom) and effective_count n' = n·(1−ρ)/(1+ρ).

    Parameters: as baseline_errors returns, with parameter_count p (null or as many as periods: null metrics).
    """
    freedom = pl.col("period_count") - pl.col("parameter_count")
    is_known = (freedom >= 1) & (pl.col("mean_energy_kwh") > 0)
    rho = pl.col("autocorrelation")
    return errors.with_columns(
        cvrmse=pl.when(is_known).then((pl.col("squared_error_kwh2") / freedom).sqrt() / pl.col("mean_energy_kwh")),
        nmbe=pl.when(is_known).then(pl.col("error_kwh") / (freedom * pl.col("mean_energy_kwh"))),
        effective_count=pl.col("period_count") * (1 - rho) / (1 + rho),
    )


def with_fractional_uncertainty(savings: pl.DataFrame, errors: pl.DataFrame) -> pl.DataFrame:
    """Add ashrae_fsu and caltrack_fsu, the 90 % half width as a share of the saving, to savings of some reporting time.

    ashrae_fsu:   t·1.26·CV'·sqrt( n/n'·(1 + 2/n')/m ) / F, RMSE in CV' divided by n' − p
    caltrack_fsu: t·(a·M² + b·M + d)·CV·sqrt( n/n'·(1 + 2/n')/m ) / F, RMSE in CV divided by n − p
    t is two-sided 90 % of Student's t with n' − p degrees of freedom (fewer than 3 count as 3).

    Null where nothing can be told: n' − p under 1, parameters not known, or nothing saved (F ≤ 0).

    Parameters
    ----------
    savings: metering_point_id, saved_energy_kwh, expected_energy_kwh, compared_count m (days or months) and
        compared_month_count M; more columns stay.
    errors: as `metrics` returns, with is_month (baseline of months).
    """
    own = savings.select(METER).join(errors, on=METER, how="left", maintain_order="left")
    n, effective = own["period_count"].cast(pl.Float64), own["effective_count"]
    freedom = effective - own["parameter_count"]
    share = savings["saved_energy_kwh"] / savings["expected_energy_kwh"]
    root = (n / effective * (1 + 2 / effective) / savings["compared_count"]).sqrt()
    student = pl.Series(t_90(freedom.fill_null(0.0).to_numpy()))
    effective_cv = (own["squared_error_kwh2"] / freedom).sqrt() / own["mean_energy_kwh"]
    months = savings["compared_month_count"].cast(pl.Float64)
    factor = pl.select(
        pl.when(own["is_month"]).then(_polynomial(months, CALTRACK_MONTH)).otherwise(_polynomial(months, CALTRACK_DAY))
    ).to_series()
    is_told = (freedom >= 1) & (savings["saved_energy_kwh"] > 0) & (savings["expected_energy_kwh"] > 0)
    return savings.with_columns(
        ashrae_fsu=pl.when(is_told).then(student * ASHRAE_FACTOR * effective_cv * root / share),
        caltrack_fsu=pl.when(is_told).then(student * factor * own["cvrmse"] * root / share),
    )


def portfolio_fsu(saved_energy_kwh: Floats, half_width_kwh: Floats) -> float | None:
    """CalTRACK's uncertainty of a portfolio, sqrt(Σ ΔU²)/ΣU; None when nothing was saved in all.

    It takes sites for independent; uncertainty.group_half_width_kwh does not.
    """
    saved = float(saved_energy_kwh.sum())
    return float((half_width_kwh**2).sum() ** 0.5) / saved if saved > 0 else None


def _polynomial(months: pl.Series, coefficients: tuple[float, float, float]) -> pl.Series:
    a, b, d = coefficients
    return a * months**2 + b * months + d
