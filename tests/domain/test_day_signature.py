import numpy as np
import pytest

from pipelines.domain.day_signature import FORMS, signature_design

RNG = np.random.default_rng(4)
TEMPERATURE_C = RNG.uniform(-12, 28, 365)
DAY_TYPE = np.array([0, 0, 0, 0, 0, 1, 2] * 53)[:365]
OPEN = np.zeros(365, dtype=bool)


def test_cooling_never_starts_below_heating() -> None:
    _, heating_c, cooling_c = FORMS[-1].candidates

    assert len(heating_c) == 108  # by hand: 8 + 10 + 12 + 14 + 16·4 of the 16 × 8 pairs
    assert (cooling_c >= heating_c).all()


def test_each_meter_gets_the_form_and_the_numbers_it_was_made_with() -> None:
    base = np.where(DAY_TYPE == 0, 200.0, 120.0)
    heated = base + np.where(DAY_TYPE == 0, 20.0, 10.0) * np.maximum(14 - TEMPERATURE_C, 0)
    cooled = base + 5 * np.maximum(TEMPERATURE_C - 18, 0)

    found = signature_design(TEMPERATURE_C, DAY_TYPE, OPEN).describe(np.stack([base, heated, cooled]))

    assert [FORMS[number].name for number in found.form] == ["base", "heating_days_off", "cooling"]
    np.testing.assert_allclose(found.base[:, :3], [[200, 120, 120]] * 3, rtol=1e-6)
    assert found.heating_change_point_c[1] == 14
    assert found.heating_slope[1] == pytest.approx(20)
    assert found.heating_off_day_slope[1] == pytest.approx(10)
    assert found.cooling_change_point_c[2] == 18
    assert found.cooling_slope[2] == pytest.approx(5)
    assert np.isnan(found.heating_slope[[0, 2]]).all()


def test_use_that_falls_with_cold_is_no_negative_heating() -> None:
    falling = 200.0 - 5 * np.maximum(10 - TEMPERATURE_C, 0)

    found = signature_design(TEMPERATURE_C, DAY_TYPE, OPEN).describe(falling[None])

    assert not np.nan_to_num(found.heating_slope) > 0
    assert (np.nan_to_num(np.array([found.heating_slope, found.cooling_slope])) >= 0).all()


def test_a_closed_day_is_told_by_its_difference_to_a_sunday() -> None:
    closed = np.arange(365) % 9 == 0
    energy = np.where(closed, 40.0, np.where(DAY_TYPE == 0, 200.0, 120.0))

    found = signature_design(TEMPERATURE_C, np.where(closed, 2, DAY_TYPE), closed).describe(energy[None])

    np.testing.assert_allclose(found.base[0], [200, 120, 120, -80], rtol=1e-6)
