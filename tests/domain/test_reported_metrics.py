from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.domain.reported_metrics import baseline_errors, metrics, portfolio_fsu, with_fractional_uncertainty
from pipelines.domain.uncertainty import t_90


def baseline(errors_kwh: list[float], *, step_days: int = 1, mean_kwh: float = 100.0) -> pl.DataFrame:
    """Days at `mean_kwh` expected, measured with these errors."""
    first = date(2023, 1, 1)
    return pl.DataFrame(
        {
            "metering_point_id": ["m"] * len(errors_kwh),
            "period_local": [first + timedelta(days=n * step_days) for n in range(len(errors_kwh))],
            "energy_kwh": [mean_kwh + e for e in errors_kwh],
            "expected_energy_kwh": [mean_kwh] * len(errors_kwh),
        }
    )


def judged(errors_kwh: list[float], parameter_count: float | None = 2.0, *, is_month: bool = False) -> pl.DataFrame:
    errors = baseline_errors(baseline(errors_kwh), step_days=1)
    return metrics(errors.with_columns(parameter_count=pl.lit(parameter_count, pl.Float64), is_month=pl.lit(is_month)))


def savings(saved_kwh: float = 1000.0) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "metering_point_id": ["m"],
            "saved_energy_kwh": [saved_kwh],
            "expected_energy_kwh": [10_000.0],
            "compared_count": [100],
            "compared_month_count": [10],
        }
    )


def test_the_figures_of_guideline_14_by_hand() -> None:
    # Errors 3, 1, −1, −3 on 100 kWh: Σe² = 20, p = 2, RMSE √(20/2); neighbours 3·1 − 1 + 3 = 5 of 5 + 1 + 5 = 11.
    found = judged([3.0, 1.0, -1.0, -3.0]).row(0, named=True)

    assert found["cvrmse"] == pytest.approx(10**0.5 / 100)
    assert found["nmbe"] == pytest.approx(0.0)
    assert found["autocorrelation"] == pytest.approx(5 / 11)
    assert found["effective_count"] == pytest.approx(4 * (6 / 11) / (16 / 11))


def test_a_bias_shows_in_nmbe_with_the_sign_of_measured_minus_expected() -> None:
    found = judged([2.0, 2.0, 2.0, 2.0]).row(0, named=True)

    assert found["nmbe"] == pytest.approx(8 / (2 * 102))


def test_days_with_a_gap_between_them_are_no_neighbours() -> None:
    holed = baseline([3.0, 3.0, 1.0, 1.0]).with_columns(
        period_local=pl.Series([date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1), date(2023, 4, 1)])
    )

    assert baseline_errors(holed, step_days=1)["autocorrelation"][0] == 0.0
    assert baseline_errors(holed, step_days=31)["autocorrelation"][0] == pytest.approx((9 + 3 + 1) / (9 + 5 + 1))


def test_the_uncertainties_of_both_by_hand() -> None:
    # 100 days, errors +10 and −10 in turn: ρ = 0 (held), n' = n = 100, Σe² = 10 000, p = 2; F = 0.1, m = 100.
    errors = judged([10.0, -10.0] * 50)
    found = with_fractional_uncertainty(savings(), errors).row(0, named=True)

    t, cv = float(t_90(98.0)), (10_000 / 98) ** 0.5 / 100
    root = (1.02 / 100) ** 0.5
    assert t == pytest.approx(1.6606, abs=0.001)
    assert found["ashrae_fsu"] == pytest.approx(t * 1.26 * cv * root / 0.1)
    assert found["caltrack_fsu"] == pytest.approx(t * (-0.024 + 0.3535 + 1.00286) * cv * root / 0.1)


def test_months_have_the_coefficients_of_billing_data() -> None:
    errors = judged([10.0, -10.0] * 50, is_month=True)
    found = with_fractional_uncertainty(savings(), errors).row(0, named=True)

    assert found["caltrack_fsu"] / found["ashrae_fsu"] == pytest.approx((-0.022 + 0.3306 + 0.94054) / 1.26)


def test_errors_that_resemble_their_neighbours_make_both_wider() -> None:
    steady, wandering = judged([10.0, -10.0] * 50), judged(([10.0] * 5 + [-10.0] * 5) * 10)

    narrow = with_fractional_uncertainty(savings(), steady).row(0, named=True)
    wide = with_fractional_uncertainty(savings(), wandering).row(0, named=True)

    assert wide["ashrae_fsu"] > 2 * narrow["ashrae_fsu"]
    assert wide["caltrack_fsu"] > 2 * narrow["caltrack_fsu"]


@pytest.mark.parametrize("saved_kwh", [0.0, -500.0])
def test_where_nothing_was_saved_there_is_no_fraction(saved_kwh: float) -> None:
    found = with_fractional_uncertainty(savings(saved_kwh), judged([10.0, -10.0] * 50)).row(0, named=True)

    assert (found["ashrae_fsu"], found["caltrack_fsu"]) == (None, None)


def test_with_more_parameters_than_independent_days_nothing_is_told() -> None:
    few = judged([10.0, -10.0] * 5, parameter_count=9.5)
    unknown = judged([10.0, -10.0] * 50, parameter_count=None)

    for errors in (few, unknown):
        found = with_fractional_uncertainty(savings(), errors).row(0, named=True)
        assert (found["ashrae_fsu"], found["caltrack_fsu"]) == (None, None)
    assert unknown["cvrmse"][0] is None


def test_a_meter_without_a_baseline_is_told_nothing() -> None:
    other = savings().with_columns(metering_point_id=pl.lit("other"))

    assert with_fractional_uncertainty(other, judged([10.0, -10.0] * 50))["ashrae_fsu"].to_list() == [None]


def test_a_portfolio_adds_the_half_widths_as_squares() -> None:
    assert portfolio_fsu(np.array([100.0, 200.0]), np.array([30.0, 40.0])) == pytest.approx(50 / 300)
    assert portfolio_fsu(np.array([100.0, -200.0]), np.array([30.0, 40.0])) is None
