"""Parts that the county, municipality and building pages share: choices, group sums, progress, small trends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboards import controls, data, layout, number_format, periods, savings, tables, words
from dashboards.figures import progress as progress_figure
from dashboards.periods import Period
from dashboards.savings import Saving
from dashboards.tables import Cell, Column
from dashboards.text import _
from pipelines.settings import load_settings

TREND_MONTHS = 24


def choices(publication: Mapping[str, Any]) -> tuple[Period, str | None, str | None]:
    """Period, sector and carrier, side by side."""
    available = periods.available(publication["compared_through_day"], publication["baseline_year"])
    present = data.query("present")
    carriers = [code for code in words.CARRIERS if code in present["carrier"].to_list()]
    sectors = [code for code in words.SECTORS if code in present["sector"].to_list()]
    first, second, third = st.columns(3)
    with first:
        period = controls.period(available)
    with second:
        sector = controls.sector(sectors)
    with third:
        carrier = controls.carrier(carriers)
    return period, sector, carrier


def by_group(
    grain: str,
    period: Period,
    *,
    sector: str | None = None,
    carrier: str | None = None,
    municipality_code: str | None = None,
    organisation_id: str | None = None,
    building_id: str | None = None,
) -> dict[str, Saving]:
    """Savings by the key of the group (a code, an id, or `county`)."""
    frame = data.query(
        "saving_by_group",
        grain=grain,
        first_month=period.first_month,
        last_month=period.last_month,
        sector=sector,
        carrier=carrier,
        municipality_code=municipality_code,
        organisation_id=organisation_id,
        building_id=building_id,
    )
    return {row["group_key"]: savings.from_row(row) for row in frame.iter_rows(named=True)}


def trends(
    grain: str,
    period: Period,
    *,
    sector: str | None = None,
    carrier: str | None = None,
    municipality_code: str | None = None,
) -> dict[str, Cell]:
    """Small charts of the 24 months up to the period's end, by group."""
    first_month = periods.add_months(period.last_month, 1 - TREND_MONTHS)
    frame = data.query(
        "saving_trend",
        grain=grain,
        first_month=first_month,
        last_month=period.last_month,
        sector=sector,
        carrier=carrier,
        municipality_code=municipality_code,
    )
    months = [periods.add_months(first_month, offset) for offset in range(TREND_MONTHS)]
    charts: dict[str, Cell] = {}
    for (group_key,), part in frame.group_by("group_key", maintain_order=True):
        changes = {
            row["month_local"]: -row["saved_energy_kwh"] / row["expected_energy_kwh"]
            for row in part.iter_rows(named=True)
            if row["expected_energy_kwh"]
        }
        if changes:
            earlier, later = _half_years(part, months)
            charts[str(group_key)] = tables.trend(
                [changes.get(month) for month in months], _trend_words(earlier, later)
            )
    return charts


def _half_years(part: pl.DataFrame, months: list[Any]) -> tuple[float | None, float | None]:
    """The change of the first and of the second twelve months."""
    changes: list[float | None] = []
    for half in (months[:12], months[12:]):
        chosen = part.filter(pl.col("month_local").is_in(half))
        saved, expected = chosen.select(pl.col("saved_energy_kwh").sum(), pl.col("expected_energy_kwh").sum()).row(0)
        changes.append(-saved / expected if expected else None)
    return changes[0], changes[1]


def _trend_words(earlier: float | None, later: float | None) -> str:
    return _("Första tolv månaderna {earlier}, senaste tolv {later}").format(
        earlier=number_format.share(earlier, sign=True), later=number_format.share(later, sign=True)
    )


def change_cell(saving: Saving) -> Cell:
    """The change with its interval, or the outlined cell with its reason."""
    if saving.is_representative:
        return tables.change(saving.text, saving.change_share, is_certain=saving.is_certain)
    return tables.cannot_tell(saving.why_not)


def when(period: Period, carrier: str | None) -> str:
    """The period and the carrier as a short sentence."""
    label = period.label[:1].upper() + period.label[1:]
    return f"{label}." if carrier is None else f"{label}, {words.carrier(carrier).lower()}."


def source_line(publication: Mapping[str, Any], saving: Saving) -> str:
    """Source, coverage and date of the data under a figure."""
    return _("Källa: egna mätare, {answered} av {count}. Data till och med {day}.").format(
        answered=saving.answered_meter_count,
        count=saving.meter_count,
        day=periods.day_text(publication["data_through_day"]),
    )


def progress(rolling: pl.DataFrame, *, key: str, source: str, has_path: bool = True) -> None:
    """The progress figure with its finding, or a line that says why there is none."""
    rows = progress_figure.with_percent(rolling)
    if rows.is_empty():
        layout.quiet(_("Utvecklingen visas när det finns tolv månader att räkna på."))
        return
    settings = load_settings()
    share_per_year, first_year = settings.target_share_per_year, settings.target_first_year
    chart = progress_figure.figure(rows, share_per_year=share_per_year, first_year=first_year, has_path=has_path)
    last = rows.row(-1, named=True)
    path = progress_figure.path_percent(
        periods.month_end(last["month_local"]), share_per_year=share_per_year, first_year=first_year
    )
    measured_text = number_format.with_unit(last["measured_percent"], "%", 1)
    if has_path:
        finding = _("Användningen är {measured} av väntat; den gemensamma vägen är {path}").format(
            measured=measured_text, path=number_format.with_unit(path, "%", 1)
        )
        subtitle = _("Tolv månader i taget, andel av väntat. Vägen sjunker {step} om året efter {year}.").format(
            step=number_format.share(share_per_year), year=first_year
        )
    else:
        finding = _("Användningen är {measured} av väntat").format(measured=measured_text)
        subtitle = _("Tolv månader i taget, andel av väntat.")
    layout.show_figure(
        chart,
        key=key,
        finding=finding,
        subtitle=subtitle,
        legend=progress_figure.legend(has_path=has_path, has_preliminary=bool(rows["is_preliminary"].any())),
        source=source,
        columns=[
            Column(_("Tolv månader till och med")),
            Column(_("Uppmätt")),
            Column(_("Väntat")),
            Column(_("Andel av väntat"), is_number=True),
            Column(_("90 % osäkerhet"), is_number=True),
        ],
        rows=[
            [
                _("{month} (preliminärt)").format(month=periods.month(row["month_local"]))
                if row["is_preliminary"]
                else periods.month(row["month_local"]),
                number_format.energy(row["compared_energy_kwh"]),
                number_format.energy(row["expected_energy_kwh"]),
                number_format.with_unit(row["measured_percent"], "%", 1),
                _("{low} till {high}").format(
                    low=number_format.number(row["low_percent"], 1), high=number_format.number(row["high_percent"], 1)
                ),
            ]
            for row in rows.reverse().iter_rows(named=True)
        ],
    )
