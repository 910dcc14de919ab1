"""The daily model of each meter in words and numbers: what is stored and shown beside its figures."""

from __future__ import annotations

import json
from collections.abc import Mapping

import polars as pl

from pipelines.domain.baseline_result import fitted_frame
from pipelines.domain.day_fit import SETTINGS, DayFit
from pipelines.domain.day_signature import BASE_COLUMNS, FORMS, Signature
from pipelines.domain.least_squares import Floats


def models_frame(
    ids: list[str], fit: DayFit, signature: Signature, errors: Mapping[str, Floats], *, closed_known: bool
) -> pl.DataFrame:
    """The fitted columns of MODEL_SCHEMA for M meters; model_text is JSON with kWh/day, °C and kWh/(K·day).

    The base loads, change points and slopes summarise the fitted days (day_signature); null where the form has none.
    """
    base = signature.base.round(3).tolist()
    slopes = [
        values.round(4).tolist()
        for values in (signature.heating_slope, signature.heating_off_day_slope, signature.cooling_slope)
    ]
    h_c, c_c = signature.heating_change_point_c.tolist(), signature.cooling_change_point_c.tolist()
    rho = errors["autocorrelation"].round(3).tolist()
    used = fit.used.sum(axis=1).tolist()
    parameters = fit.parameter_count.round(1).tolist()
    pauses = fit.pause_count.tolist()
    lapses = fit.lapse_count.tolist()
    outliers = fit.outlier_count.tolist()
    texts = []
    for m in range(len(ids)):
        workday, saturday, sunday, closed = base[m][:BASE_COLUMNS]
        form = FORMS[signature.form[m]]
        texts.append(
            json.dumps(
                {
                    "form": form.name,
                    "setting": SETTINGS[fit.setting[m]].name,
                    "heating_change_point_c": h_c[m] if form.heating else None,
                    "cooling_change_point_c": c_c[m] if form.cooling else None,
                    "heating_kwh_per_k_day": slopes[0][m] if form.heating else None,
                    "heating_day_off_kwh_per_k_day": slopes[1][m] if form.heating else None,
                    "cooling_kwh_per_k_day": slopes[2][m] if form.cooling else None,
                    "base_kwh_day": {
                        "workday": workday,
                        "saturday": saturday,
                        "sunday": sunday,
                        "closed": round(sunday + closed, 3) if closed_known else None,
                    },
                    "closed_effect_kwh_day": round(sunday + closed - workday, 3) if closed_known else None,
                    "autocorrelation": rho[m],
                    "n": used[m],
                    "parameter_count": parameters[m],
                    "outlier_day_count": outliers[m],
                    "pause_day_count": pauses[m],
                    "lapse_day_count": lapses[m],
                }
            )
        )
    return fitted_frame(ids, texts, errors)
