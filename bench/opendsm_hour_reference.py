"""OpenDSM's hourly model on the same hours, for comparison; runs in an environment of its own.

    python -m venv VENV && VENV/bin/pip install "opendsm==1.2.7" "multimethod<2" "numpy<2.5"
    python -m bench.hourly_model pairs FOLDER... --out HOURS.parquet
    VENV/bin/python bench/opendsm_hour_reference.py HOURS.parquet OUT.parquet [--meters ID ...]

OpenDSM is given local time and °F, with disqualification overruled so that every meter has figures. OUT has a row per
meter and hour after the baseline: metering_point_id, hour_start_utc, predicted_kwh; and beside it OUT-meters.parquet:
metering_point_id, fit_seconds (CPU of fit and prediction), error (why there is no answer, null when there is one).
Meters that OUT-meters already has are not worked again; written when all are done.
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
from opendsm.eemeter import HourlyBaselineData, HourlyModel, HourlyReportingData

MOST_ERROR_LETTERS = 300


def _frame(hours: pd.DataFrame) -> pd.DataFrame:
    index = pd.DatetimeIndex(hours["hour_start_utc"]).tz_convert(hours["time_zone"].iloc[0])
    return pd.DataFrame(
        {
            "observed": hours["energy_kwh"].to_numpy(np.float64),
            "temperature": hours["temperature_c"].to_numpy(np.float64) * 1.8 + 32,
        },
        index=index,
    )


def _predicted(hours: pd.DataFrame) -> pd.DataFrame:
    is_electricity = hours["carrier"].iloc[0] == "electricity"
    is_baseline = hours["is_baseline"].to_numpy(bool)
    baseline = HourlyBaselineData(_frame(hours[is_baseline]), is_electricity_data=is_electricity)
    model = HourlyModel().fit(baseline, ignore_disqualification=True)
    reporting = hours[~is_baseline]
    data = HourlyReportingData(_frame(reporting), is_electricity_data=is_electricity)
    by_hour = model.predict(data, ignore_disqualification=True)["predicted"]
    by_hour.index = by_hour.index.tz_convert("UTC")
    return pd.DataFrame(
        {
            "metering_point_id": reporting["metering_point_id"].to_numpy(),
            "hour_start_utc": reporting["hour_start_utc"].to_numpy(),
            "predicted_kwh": by_hour.reindex(pd.DatetimeIndex(reporting["hour_start_utc"])).to_numpy(),
        }
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hours", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--meters", nargs="*", default=None)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    beside = arguments.out.with_name(f"{arguments.out.stem}-meters.parquet")
    predictions: list[pd.DataFrame] = [pd.read_parquet(arguments.out)] if arguments.out.exists() else []
    meters: list[dict[str, Any]] = pd.read_parquet(beside).to_dict("records") if beside.exists() else []
    done = {row["metering_point_id"] for row in meters}
    every = pd.read_parquet(arguments.hours)
    for meter, hours in every.groupby("metering_point_id", sort=False):
        if meter in done or (arguments.meters is not None and meter not in arguments.meters):
            continue
        started, error = time.process_time(), None
        try:
            predictions.append(_predicted(hours))
        except Exception as problem:  # OpenDSM's own failures are part of the comparison
            error = repr(problem)[:MOST_ERROR_LETTERS]
        seconds = time.process_time() - started
        meters.append({"metering_point_id": meter, "fit_seconds": seconds, "error": error})
        print(f"{meter}: {seconds:.1f} s {error or ''}", flush=True)
    pd.concat(predictions).to_parquet(arguments.out)
    pd.DataFrame(meters).to_parquet(beside)


if __name__ == "__main__":
    main()
