"""OpenDSM's daily model on the same days, for comparison; runs in an environment of its own.

    python -m venv VENV && VENV/bin/pip install "opendsm==1.2.7" "multimethod<2" "numpy<2.5"
    python -m bench.measured_buildings FOLDER --out DAYS.parquet
    VENV/bin/python bench/opendsm_reference.py DAYS.parquet OUT.parquet [--sample N]

OpenDSM is given local-day sums and °F, with disqualification overruled so that every meter has figures. OUT has a row
per meter-year and day after the baseline: metering_point_id, day_local, distance, energy_kwh, predicted_kwh; and
beside it OUT-years.parquet: metering_point_id, distance, n, observed_kwh, predicted_kwh, half_width_kwh (of the total,
90 %, as its ReportingMetrics claims), cvrmse (out of sample, of the days), cvrmse_in (as it reports), disqualified,
fit_seconds (CPU of fit and prediction), error (why there is no answer).
"""

from __future__ import annotations

import argparse
import logging
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from opendsm.common.metrics import ReportingMetrics
from opendsm.eemeter import DailyBaselineData, DailyModel, DailyReportingData

WRITE_EVERY = 40


def _frame(days: pd.DataFrame) -> pd.DataFrame:
    index = pd.DatetimeIndex(pd.to_datetime(days["day_local"])).tz_localize("UTC")
    return pd.DataFrame(
        {
            "observed": days["energy_kwh"].to_numpy(np.float64),
            "temperature": days["temperature_c"].to_numpy(np.float64) * 1.8 + 32,
        },
        index=index,
    )


def _compare(days: pd.DataFrame) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Day predictions and one row per distance for one meter-year."""
    started = time.process_time()
    is_electricity = days["carrier"].iloc[0] == "electricity"
    baseline = DailyBaselineData(_frame(days[days["distance"] == 0]), is_electricity_data=is_electricity)
    model = DailyModel().fit(baseline, ignore_disqualification=True)
    fit_seconds = time.process_time() - started
    predictions, years = [], []
    for distance, year in days[days["distance"] > 0].groupby("distance"):
        started = time.process_time()
        reporting = DailyReportingData(_frame(year), is_electricity_data=is_electricity)
        predicted = model.predict(reporting, ignore_disqualification=True)["predicted"]
        seconds = fit_seconds + time.process_time() - started
        by_day = predicted.groupby(predicted.index.tz_localize(None)).first()
        year = year.assign(predicted_kwh=by_day.reindex(pd.to_datetime(year["day_local"])).to_numpy())
        both = year.dropna(subset=["energy_kwh", "predicted_kwh"])
        predictions.append(year[["metering_point_id", "day_local", "distance", "energy_kwh", "predicted_kwh"]])
        years.append({"distance": distance, "fit_seconds": seconds, **_metrics(both, model)})
    return pd.concat(predictions), years


def _metrics(both: pd.DataFrame, model: DailyModel) -> dict[str, Any]:
    observed, predicted = both["energy_kwh"], both["predicted_kwh"]
    table = pd.DataFrame({"observed": observed.to_numpy(), "predicted": predicted.to_numpy()})
    table.index = pd.DatetimeIndex(pd.to_datetime(both["day_local"])).tz_localize("UTC")
    claimed = ReportingMetrics(baseline_metrics=model.baseline_metrics, reporting_df=table, data_frequency="daily")
    return {
        "n": len(both),
        "observed_kwh": observed.sum(),
        "predicted_kwh": predicted.sum(),
        "half_width_kwh": claimed.total_savings_uncertainty,
        "cvrmse": float(np.sqrt(((observed - predicted) ** 2).mean()) / observed.mean()),
        "cvrmse_in": model.baseline_metrics.cvrmse_adj,
        "disqualified": ",".join(str(d.qualified_name) for d in model.disqualification),
        "error": None,
    }


def _order(days: pd.DataFrame, sample: int | None) -> list[str]:
    """Meter-years in the order they are worked: with `sample`, that many, the buildings taking turns."""
    ids = days[["metering_point_id", "carrier", "building_id"]].drop_duplicates()
    shuffled = ids.sample(frac=1.0, random_state=24)
    turn = shuffled.groupby(["building_id", "carrier"]).cumcount()
    ordered = shuffled.assign(turn=turn).sort_values("turn", kind="stable")["metering_point_id"].tolist()
    return ordered[:sample] if sample else ordered


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("days", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sample", type=int)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    days = pd.read_parquet(arguments.days)
    parts = dict(iter(days.groupby("metering_point_id")))
    order = _order(days, arguments.sample)
    predictions: list[pd.DataFrame] = []
    years: list[dict[str, Any]] = []
    for number, meter_year in enumerate(order, start=1):
        try:
            by_day, by_year = _compare(parts[meter_year])
            predictions.append(by_day)
            years += [{"metering_point_id": meter_year, **row} for row in by_year]
        except Exception as problem:  # OpenDSM's own failures are part of the comparison
            years.append({"metering_point_id": meter_year, "distance": 0, "error": repr(problem)[:300]})
        if number % WRITE_EVERY == 0 or number == len(order):
            pd.concat(predictions).to_parquet(arguments.out)
            pd.DataFrame(years).to_parquet(arguments.out.with_name(f"{arguments.out.stem}-years.parquet"))
            print(f"{number} of {len(order)}", flush=True)


if __name__ == "__main__":
    main()
