from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pipelines.domain.energy_signature import SIGNATURE_SCHEMA, fit_signatures, normal_year_energy

MONTH_TEMPERATURE_C = [-8.0, -8.0, -3.0, 2.0, 8.0, 13.0, 16.0, 14.0, 9.0, 4.0, -2.0, -6.0]


def periods(power_kw: list[float], temperature_c: list[float], grain: str = "month", meter: str = "m") -> pl.DataFrame:
    return pl.DataFrame({"power_kw": power_kw, "temperature_c": temperature_c}).with_columns(
        metering_point_id=pl.lit(meter), year_local=pl.lit(2023, pl.Int32), grain=pl.lit(grain)
    )


def heated(base: float = 5.0, loss: float = 2.0, knee_c: float = 15.0) -> list[float]:
    return [base + loss * max(0.0, knee_c - t) for t in MONTH_TEMPERATURE_C]


def signature(frame: pl.DataFrame) -> dict:
    return fit_signatures(frame).row(0, named=True)


def test_base_loss_and_knee_are_found_again() -> None:
    found = signature(periods(heated(), MONTH_TEMPERATURE_C))

    assert found["balance_temperature_c"] == 15.0
    assert found["loss_kw_per_k"] == pytest.approx(2.0)
    assert found["base_power_kw"] == pytest.approx(5.0)
    assert found["r2"] == pytest.approx(1.0)
    assert found["cvrmse"] == pytest.approx(0.0, abs=1e-6)
    assert found["period_count"] == 12


def test_a_hand_worked_line() -> None:
    # Nine months at 0, 5 and 10 °C, three each, 20, 17 and 8 kW; all below every knee above 10 °C, so a line.
    # Means 5 °C and 15 kW; Σ(T−5)² = 150, Σ(T−5)(P−15) = 3·(−5·5) + 3·(5·−7) = −180, the slope 1.2 kW/K.
    # Knees below 10 °C bend the line: at 8.5 °C hinges 8.5, 3.5, 0 have mean 4, Σ(x−4)² = 3·(4.5² + 0.5² + 4²) = 109.5,
    # Σ(x−4)(P−15) = 3·(4.5·5 − 0.5·2 + 4·7) = 148.5, gain 148.5²/109.5 = 201.4 < 180²/150 = 216.
    found = signature(periods([20.0] * 3 + [17.0] * 3 + [8.0] * 3, [0.0] * 3 + [5.0] * 3 + [10.0] * 3))

    assert found["balance_temperature_c"] == 10.0
    assert found["loss_kw_per_k"] == pytest.approx(1.2)
    assert found["base_power_kw"] == pytest.approx(15 - 1.2 * 5)
    assert found["r2"] == pytest.approx(216 / (3 * (25 + 4 + 49)))
    assert found["cvrmse"] == pytest.approx(((234 - 216) / 6) ** 0.5 / 15)


def test_use_that_grows_with_warmth_has_no_slope_and_no_knee() -> None:
    found = signature(periods([10 + 0.3 * t for t in MONTH_TEMPERATURE_C], MONTH_TEMPERATURE_C))

    assert (found["loss_kw_per_k"], found["balance_temperature_c"]) == (0.0, None)
    assert found["base_power_kw"] == pytest.approx(10 + 0.3 * np.mean(MONTH_TEMPERATURE_C))


def test_constant_use_has_the_base_only() -> None:
    found = signature(periods([7.0] * 12, MONTH_TEMPERATURE_C))

    assert (found["base_power_kw"], found["loss_kw_per_k"], found["r2"]) == (7.0, 0.0, None)


def test_eight_months_and_thirty_eight_weeks_are_too_few() -> None:
    weeks = periods([1.0] * 38, list(np.linspace(-5, 20, 38)), "week")

    assert fit_signatures(periods(heated()[:8], MONTH_TEMPERATURE_C[:8])).is_empty()
    assert fit_signatures(weeks).is_empty()
    assert fit_signatures(weeks).schema == pl.Schema(SIGNATURE_SCHEMA)


def test_periods_without_energy_or_temperature_are_passed_over() -> None:
    holed = periods([*heated(), 900.0, None], [*MONTH_TEMPERATURE_C, None, 5.0])  # type: ignore[list-item]

    assert signature(holed)["period_count"] == 12
    assert signature(holed)["loss_kw_per_k"] == pytest.approx(2.0)


def test_each_meter_has_its_own_whatever_the_order_of_the_rows() -> None:
    both = pl.concat(
        [
            periods(heated(5, 2, 15), MONTH_TEMPERATURE_C, meter="a"),
            periods(heated(1, 3, 12), MONTH_TEMPERATURE_C, meter="b"),
        ]
    )

    found = fit_signatures(both.sample(fraction=1.0, shuffle=True, seed=1))

    assert found["metering_point_id"].to_list() == ["a", "b"]
    assert found["loss_kw_per_k"].to_list() == pytest.approx([2.0, 3.0])


def test_the_energy_of_a_normal_year_is_read_off_the_line() -> None:
    # 5 kW all year, and 2 kW/K below 15 °C for a normal year at 10 °C throughout: 15 kW · 8 760 h.
    signatures = fit_signatures(periods(heated(), MONTH_TEMPERATURE_C))
    normal = pl.DataFrame({"metering_point_id": ["m"] * 12, "month": range(1, 13), "normal_temperature_c": [10.0] * 12})

    assert normal_year_energy(signatures, normal)["normal_year_energy_kwh"].to_list() == pytest.approx([15 * 8760])
    assert normal_year_energy(signatures, normal.head(11)).is_empty()
