import numpy as np

from pipelines.domain import change_point_models as models

KNOWN = np.array([True])


def test_a_closed_workday_is_no_workday() -> None:
    design, off = models.base_design(np.array([[0, 0, 1, 2]]), np.array([[False, True, False, True]]), KNOWN)

    assert design[0].tolist() == [[1, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1]]
    assert off[0].tolist() == [0, 1, 1, 1]


def test_cooling_never_starts_below_heating() -> None:
    _, heating_c, cooling_c = models.FORMS[-1].candidates()

    assert len(heating_c) == 108  # by hand: 8 + 10 + 12 + 14 + 16·4 of the 16 × 8 pairs
    assert (cooling_c >= heating_c).all()


def test_every_form_takes_its_columns_from_the_full_design() -> None:
    temperature_c = np.array([[0.0, 12.0, 25.0]])
    base, off = models.base_design(np.array([[0, 1, 2]]), np.zeros((1, 3), dtype=bool), KNOWN)
    full = models._full_design(base, off, temperature_c)

    for form in models.FORMS:
        columns, heating_c, cooling_c = form.candidates()
        own = models.form_design(base, off, temperature_c, form, heating_c[-1:], cooling_c[-1:])
        np.testing.assert_array_equal(full[..., columns[-1]], own)


def test_the_left_out_error_is_that_of_fits_made_one_by_one() -> None:
    rng = np.random.default_rng(3)
    temperature_c = rng.uniform(-10, 25, (1, 60))
    base, off = models.base_design(rng.integers(0, 3, (1, 60)), np.zeros((1, 60), dtype=bool), KNOWN)
    form = models.FORMS[1]
    design = models.form_design(base, off, temperature_c, form, np.array([15.0]), np.array([np.nan]))
    target = 1 + 2 * design[..., 4] + rng.normal(0, 0.1, (1, 60))
    block, one = np.repeat(np.arange(3), 20)[None], np.ones((1, 60))

    error = models._left_out_error(design, target, one, one, block, form)

    by_hand = 0.0
    for b in range(3):
        kept = block[0] != b
        fitted = np.linalg.lstsq(design[0][kept], target[0][kept], rcond=None)[0]
        by_hand += ((target[0][~kept] - design[0][~kept] @ fitted) ** 2).sum()
    np.testing.assert_allclose(error, [by_hand], rtol=1e-6)
