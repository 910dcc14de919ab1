"""One meter's rows made ready for its figures, and what they say in words. No Streamlit, no database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from dashboards import number_format
from dashboards.figures.readings import fields
from dashboards.periods import Period, add_months, day_text, month
from dashboards.savings import Saving
from dashboards.text import _, ngettext
from dashboards.words import day_status

HOURS_PER_DAY = 24.0


def day_points(days: pl.DataFrame) -> pl.DataFrame:
    """Rows for the figure of measured against expected [kWh]; a day without a whole value is a hole."""
    whole = pl.col("day_status").is_in(["measured", "estimated"])
    points = days.select(
        "day_local",
        energy=pl.when(whole).then(pl.col("energy_kwh")),
        expected="expected_energy_kwh",
        expected_low="expected_energy_low_kwh",
        expected_high="expected_energy_high_kwh",
    )
    return _every(points, "1d")


def _every(points: pl.DataFrame, interval: str) -> pl.DataFrame:
    """The same rows with a row of nulls for each day or month that has none."""
    if points.is_empty():
        return points
    first, last = points["day_local"].min(), points["day_local"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    calendar = pl.DataFrame({"day_local": pl.date_range(first, last, interval, eager=True)})
    return calendar.join(points, on="day_local", how="left")


def month_points(months: pl.DataFrame) -> tuple[str, pl.DataFrame]:
    """Unit (kWh or MWh) and rows by month. Where there is no answer the measured energy stands alone."""
    has_answer = pl.col("expected_energy_kwh").is_not_null() & (pl.col("compared_day_count") > 0)
    points = months.select(
        day_local="month_local",
        energy=pl.when(has_answer)
        .then(pl.col("compared_energy_kwh"))
        .otherwise(pl.when(pl.col("measured_day_count") > 0).then(pl.col("energy_kwh"))),
        expected=pl.when(has_answer).then(pl.col("expected_energy_kwh")),
        expected_low=pl.when(has_answer).then(pl.col("expected_energy_kwh") - pl.col("half_width_kwh")),
        expected_high=pl.when(has_answer).then(pl.col("expected_energy_kwh") + pl.col("half_width_kwh")),
    )
    highest = points["energy"].max()
    if isinstance(highest, (int, float)) and highest >= number_format.KWH_TO_MWH_LIMIT_KWH:
        return "MWh", _every(points, "1mo").with_columns(pl.exclude("day_local") / 1000)
    return "kWh", _every(points, "1mo")


def first_preliminary_month(months: pl.DataFrame) -> date | None:
    """Where the field of preliminary values starts: at the last firm month's point, if any month is preliminary."""
    preliminary = months.filter(pl.col("is_preliminary"))["month_local"]
    return add_months(preliminary[0], -1) if preliminary.len() else None


def finding(points: pl.DataFrame, period: Period) -> str:
    """What the period says, of all that is shown."""
    both = points.filter(pl.col("day_local").is_between(period.first_month, period.last_day)).drop_nulls(
        ["energy", "expected"]
    )
    if both.is_empty():
        return _("Uppmätt energi; vad som var väntat går inte att avgöra än")
    measured, expected = both.select(pl.col("energy").sum(), pl.col("expected").sum()).row(0)
    if not expected:
        return _("Uppmätt och väntat")
    change = (measured - expected) / expected
    amount = number_format.share(abs(change))
    if number_format.is_nothing(change):
        return _("Mätaren visar lika mycket som väntat, {period}").format(period=period.label)
    if change <= 0:
        return _("Mätaren visar {amount} mindre än väntat, {period}").format(amount=amount, period=period.label)
    return _("Mätaren visar {amount} mer än väntat, {period}").format(amount=amount, period=period.label)


def day_signature(days: pl.DataFrame) -> pl.DataFrame:
    """Rows for the energy signature by day: mean power [kW] against temperature [°C]."""
    whole = pl.col("day_status").is_in(["measured", "estimated"])
    return days.select(
        "temperature_c",
        power_kw=pl.when(whole).then(pl.col("energy_kwh") / HOURS_PER_DAY),
        expected_power_kw=pl.col("expected_energy_kwh") / HOURS_PER_DAY,
        is_weekend=pl.col("day_local").dt.weekday() > 5,
        title=pl.Series([day_text(day) for day in days["day_local"]], dtype=pl.String),
    )


def month_signature(months: pl.DataFrame) -> pl.DataFrame:
    """Rows for the energy signature by month: energy of the month over its days."""
    hours = pl.col("day_count") * HOURS_PER_DAY
    complete = (pl.col("measured_day_count") >= pl.col("day_count")) & (pl.col("day_count") > 0)
    return months.select(
        "temperature_c",
        power_kw=pl.when(complete).then(pl.col("energy_kwh") / hours),
        expected_power_kw=pl.when(complete & (pl.col("compared_day_count") >= pl.col("day_count"))).then(
            pl.col("expected_energy_kwh") / hours
        ),
        is_weekend=pl.lit(False),
        title=pl.Series([month(day) for day in months["month_local"]], dtype=pl.String),
    )


def _by_step(points: pl.DataFrame) -> pl.DataFrame:
    """Mean power in steps of five degrees."""
    return (
        points.drop_nulls(["temperature_c", "power_kw"])
        .group_by((pl.col("temperature_c") / 5).floor().cast(pl.Int64).alias("step"))
        .agg(count=pl.len(), power_kw=pl.col("power_kw").mean())
        .sort("step")
    )


def signature_finding(points: pl.DataFrame) -> str:
    """Mean power at the coldest and the warmest step."""
    steps = _by_step(points)
    coldest, warmest = steps.row(0, named=True), steps.row(-1, named=True)
    return _("Medeleffekten är {cold} när det är kallast och {warm} när det är varmast").format(
        cold=number_format.with_unit(coldest["power_kw"], "kW", 1),
        warm=number_format.with_unit(warmest["power_kw"], "kW", 1),
    )


def signature_rows(points: pl.DataFrame) -> list[list[object]]:
    """The signature as a table in steps of five degrees."""
    return [
        [
            _("{low} till {high}").format(
                low=number_format.number(5 * row["step"]), high=number_format.with_unit(5 * row["step"] + 5, "°C")
            ),
            number_format.number(row["count"]),
            number_format.with_unit(row["power_kw"], "kW", 1),
        ]
        for row in _by_step(points).iter_rows(named=True)
    ]


def _states(days: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Every day of the period up to the last one known, with its status; no row is missing."""
    last = days["day_local"].max()
    end = min(period.last_day, last) if isinstance(last, date) else period.last_day
    calendar = pl.DataFrame({"day_local": pl.date_range(period.first_month, end, "1d", eager=True)})
    return calendar.join(days.select("day_local", "day_status"), on="day_local", how="left").with_columns(
        pl.col("day_status").fill_null("missing")
    )


def holes_finding(days: pl.DataFrame, period: Period) -> str:
    """How many days are missing, incomplete or estimated."""
    states = _states(days, period)
    counts = {status: int((states["day_status"] == status).sum()) for status in ("missing", "partial", "estimated")}
    if not any(counts.values()):
        return _("Alla dygn är uppmätta")
    said = [
        ngettext("{count} dygn saknas", "{count} dygn saknas", counts["missing"]),
        ngettext("{count} dygn är ofullständigt", "{count} dygn är ofullständiga", counts["partial"]),
        ngettext("{count} dygn är uppskattat", "{count} dygn är uppskattade", counts["estimated"]),
    ]
    parts = [text.format(count=count) for text, count in zip(said, counts.values(), strict=True) if count]
    return ", ".join(parts)


def hole_rows(days: pl.DataFrame, period: Period) -> list[list[object]]:
    """The holes as a table: from, to and what they are."""
    states = _states(days, period)
    rows: list[tuple[date, date, str]] = []
    for status in ("missing", "partial", "estimated"):
        spans = fields(states.filter(pl.col("day_status") == status)["day_local"].to_list())
        rows += [(first, last, status) for first, last in spans]
    return [[day_text(first), day_text(last), day_status(status)] for first, last, status in sorted(rows)]


def model(model_text: str | None) -> dict[str, Any]:
    """The model's numbers; empty when there are none that can be read."""
    try:
        found = json.loads(model_text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def model_in_words(model_text: str | None) -> str:
    """The model in a sentence: what it follows, and from which temperatures."""
    numbers = model(model_text)
    said = []
    heating, cooling = _number(numbers, "heating_change_point_c"), _number(numbers, "cooling_change_point_c")
    if heating is not None:
        said.append(
            _("{energy} mer per dygn för varje grad under {temperature}").format(
                energy=_energy_step(_number(numbers, "heating_kwh_per_k_day")),
                temperature=number_format.with_unit(heating, "°C"),
            )
        )
    if cooling is not None:
        said.append(
            _("{energy} mer per dygn för varje grad över {temperature}").format(
                energy=_energy_step(_number(numbers, "cooling_kwh_per_k_day")),
                temperature=number_format.with_unit(cooling, "°C"),
            )
        )
    if not said:
        said.append(_("Följer veckan, inte vädret"))
    base = numbers.get("base_kwh_day")
    if isinstance(base, dict):
        base = base.get("workday")
    if isinstance(base, (int, float)):
        said.append(_("grundlast {energy} per dygn").format(energy=number_format.energy(max(0.0, float(base)))))
    return "; ".join(said)


def _energy_step(value_kwh: float | None) -> str:
    """Energy per degree: tenths where it is small."""
    return number_format.with_unit(value_kwh, "kWh", 1 if value_kwh is not None and abs(value_kwh) < 10 else 0)


def _number(numbers: Mapping[str, Any], name: str) -> float | None:
    """The number of that name, if there is one."""
    value = numbers.get(name)
    return float(value) if isinstance(value, (int, float)) else None


def baseline_text(row: Mapping[str, Any]) -> str:
    """The meter's baseline in words; its end is not included in the table."""
    if row["baseline_from"] is None or row["baseline_to"] is None:
        return "–"
    first, end = row["baseline_from"], row["baseline_to"]
    if (first.month, first.day) == (1, 1) and end == date(first.year + 1, 1, 1):
        return str(first.year)
    return f"{day_text(first)} – {day_text(end)}"


def answered_line(saving: Saving) -> str:
    """How many of the building's main meters the figure rests on."""
    return _("{answered} av {count} huvudmätare har svar.").format(
        answered=saving.answered_meter_count, count=saving.meter_count
    )
