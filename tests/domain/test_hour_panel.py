from datetime import date

import numpy as np
import polars as pl
import pytest

from pipelines.domain.hour_panel import HourPanel, hour_panel
from pipelines.domain.meter_panel import meter_chunks
from tests.domain.made_up_hours import hour_calendar, hour_meter

HOURS = hour_meter(hour_calendar(), noise_share=0.0)


def spread(hours: pl.DataFrame) -> HourPanel:
    (part,) = meter_chunks(hours, hours["metering_point_id"].unique(maintain_order=True).to_list(), 10)
    return hour_panel(part)


def test_every_clock_hour_has_its_place_and_the_skipped_one_is_missing() -> None:
    panel = spread(HOURS)
    spring = (date(2021, 3, 28) - date(2021, 1, 1)).days

    assert panel.energy_kwh.shape == (1, 730, 24)
    assert np.flatnonzero(np.isnan(panel.energy_kwh[0, spring])).tolist() == [2]
    assert np.isnan(panel.energy_kwh).sum() == 2  # one spring day a year


def test_the_doubled_hour_in_autumn_becomes_its_mean() -> None:
    autumn = (pl.col("day_local") == date(2021, 10, 31)) & (pl.col("hour_local") == 2)
    first = pl.col("hour_start_utc").dt.hour() == 0
    hours = HOURS.with_columns(
        energy_kwh=pl.when(autumn & first).then(4.0).when(autumn).then(6.0).otherwise("energy_kwh")
    )

    assert spread(hours).energy_kwh[0, (date(2021, 10, 31) - date(2021, 1, 1)).days, 2] == 5.0


def test_missing_hours_stay_missing_and_zeros_stay_zeros() -> None:
    day = pl.col("day_local") == date(2021, 5, 3)
    energy = pl.when(day & (pl.col("hour_local") == 7)).then(None).when(day & (pl.col("hour_local") == 8)).then(0.0)
    panel = spread(HOURS.with_columns(energy_kwh=energy.otherwise("energy_kwh")))

    assert np.isnan(panel.energy_kwh[0, 122, 7])
    assert panel.energy_kwh[0, 122, 8] == 0.0


@pytest.mark.parametrize(("missing", "whole"), [(4, True), (5, False)])
def test_a_day_counts_with_twenty_hours(missing: int, whole: bool) -> None:
    gone = (pl.col("day_local") == date(2021, 5, 3)) & (pl.col("hour_local") < missing)
    panel = spread(HOURS.with_columns(energy_kwh=pl.when(gone).then(None).otherwise("energy_kwh")))

    assert panel.whole_days()[0, 122] == whole


def test_meters_of_different_years_lie_side_by_side() -> None:
    early = HOURS.filter(pl.col("day_local").dt.year() == 2021)
    late = HOURS.filter(pl.col("day_local").dt.year() == 2022).with_columns(metering_point_id=pl.lit("late"))
    panel = spread(pl.concat([early, late]))

    assert panel.energy_kwh.shape == (2, 365, 24)
    assert panel.days()[:, 0].tolist() == [date(2021, 1, 1), date(2022, 1, 1)]


def test_an_hour_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="two rows for the same hour"):
        spread(pl.concat([HOURS, HOURS[100:101]]))


def test_an_unknown_day_type_is_refused() -> None:
    with pytest.raises(ValueError, match="workday, saturday, sunday"):
        spread(HOURS.with_columns(day_type=pl.lit("holiday")))


def test_a_clock_hour_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 23"):
        spread(HOURS.with_columns(pl.col("hour_local") + 1))
