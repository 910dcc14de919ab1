"""County: how much less energy the county's public buildings use than expected, and where."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards import controls, data, layout, number_format, savings, summaries, tables, words
from dashboards.figures import map as county_map
from dashboards.periods import Period
from dashboards.savings import Saving
from dashboards.tables import Column
from dashboards.text import _, ngettext, plain


def _figures_of_county(period: Period, sector: str | None, carrier: str | None, county_code: str, source: str) -> None:
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        summaries.progress(
            data.query("saving_rolling", sector=sector, carrier=carrier, municipality_code=None, building_id=None),
            key="progress",
            source=source,
        )
    with right:
        _map(period, sector, carrier, county_code)


def _map(period: Period, sector: str | None, carrier: str | None, county_code: str) -> None:
    groups = summaries.by_group("municipality", period, sector=sector, carrier=carrier)
    areas = {}
    for code, name in _names().items():
        saving = groups.get(code)
        known = saving is not None and saving.is_representative
        areas[code] = county_map.Area(
            name=name,
            change_share=saving.change_share if saving is not None and known else None,
            text=saving.text if saving is not None and known else _("går inte att avgöra än"),
        )
    chart = county_map.figure(county_code, areas)
    if chart is None:
        return
    saving_count = sum(
        saving.is_representative and saving.is_certain and saving.change_share < 0 for saving in groups.values()
    )
    layout.show_figure(
        chart,
        key="map",
        finding=(
            _("I {count} av {all} kommuner är användningen säkert lägre än väntat").format(
                count=saving_count, all=len(areas)
            )
            if saving_count
            else _("I ingen av {all} kommuner är användningen säkert lägre än väntat").format(all=len(areas))
        ),
        subtitle=_("Skillnad mot väntat per kommun, {period}. Tabellen nedan har alla tal.").format(
            period=period.label
        ),
        legend=county_map.legend(),
    )


def _names() -> dict[str, str]:
    rows = data.query("municipalities").select("municipality_code", "municipality_name").iter_rows()
    return {code: plain(name) for code, name in rows}


def _ranking(period: Period, sector: str | None, carrier: str | None) -> None:
    groups = summaries.by_group("municipality", period, sector=sector, carrier=carrier)
    trends = summaries.trends("municipality", period, sector=sector, carrier=carrier)
    names = _names()

    def order(code: str) -> tuple[bool, float, str]:
        saving = groups.get(code)
        if saving is None or not saving.is_representative:
            return (True, 0.0, names[code])
        return (False, saving.change_share, names[code])

    rows: list[list[object]] = []
    place = 0
    for code in sorted(names, key=order):
        saving = groups.get(code)
        is_ranked = saving is not None and saving.is_representative
        place += is_ranked
        link = tables.link(
            names[code], controls.address("kommun", kommun=code), before=f"{place}." if is_ranked else ""
        )
        rows.append([link, *_saving_cells(saving), trends.get(code, tables.trend([], "")), _to_do(saving)])
    layout.show_table(
        _("Kommuner efter skillnad mot väntat, {period}").format(period=period.label),
        [
            Column(_("Kommun")),
            Column(_("Skillnad (90 %)")),
            Column(_("Energi mot väntat")),
            Column(_("Täckning"), is_number=True),
            Column(_("Trend 24 månader")),
            Column(_("Att göra")),
        ],
        rows,
    )


def _saving_cells(saving: Saving | None) -> list[object]:
    if saving is None:
        return [tables.cannot_tell(_("inga byggnader i registret")), "–", "–"]
    coverage = number_format.whole_share(saving.coverage_share)
    return [summaries.change_cell(saving), saving.energy_text if saving.is_representative else "–", coverage]


def _to_do(saving: Saving | None) -> str:
    if saving is None or not saving.silent_meter_count:
        return "–"
    return ngettext("{count} mätare saknar värden", "{count} mätare saknar värden", saving.silent_meter_count).format(
        count=saving.silent_meter_count
    )


def _authorities(period: Period, carrier: str | None) -> None:
    organisations = data.query("organisations").filter(pl.col("sector").is_in(["region", "state"]))
    if organisations.is_empty():
        return
    groups = summaries.by_group("organisation", period, carrier=carrier)
    rows: list[list[object]] = []
    for row in organisations.iter_rows(named=True):
        saving = groups.get(row["organisation_id"])
        rows.append([plain(row["organisation_name"]), *_saving_cells(saving), words.sector(row["sector"])])
    layout.section(_("Regionen och statliga myndigheter"))
    layout.show_table(
        _("Skillnad mot väntat per organisation, {period}").format(period=period.label),
        [
            Column(_("Organisation")),
            Column(_("Skillnad (90 %)")),
            Column(_("Energi mot väntat")),
            Column(_("Täckning"), is_number=True),
            Column(_("Sektor")),
        ],
        rows,
    )


def show() -> None:
    """Draw the page."""
    publication = data.query("publication").row(0, named=True)
    layout.heading(publication["county_name"])
    period, sector, carrier = summaries.choices(publication)
    total = summaries.by_group("county", period, sector=sector, carrier=carrier).get("county")
    if total is None:
        layout.empty(
            _("Det finns inga byggnader som passar valet."), _("Välj en annan sektor eller ett annat energislag.")
        )
        return
    subject = {
        None: _("Länets offentliga byggnader"),
        "municipality": _("Kommunernas byggnader i länet"),
        "region": _("Regionens byggnader i länet"),
        "state": _("Statens byggnader i länet"),
    }.get(sector, words.sector(sector))
    layout.lead(savings.sentence(total, subject))
    layout.quiet(
        f"{summaries.when(period, carrier)} {savings.coverage_line(total, with_organisations=True)}.",
        layout.expected_explained(),
    )
    if total.is_answered:
        _figures_of_county(
            period, sector, carrier, publication["county_code"], summaries.source_line(publication, total)
        )
    layout.section(_("Kommunerna"))
    layout.quiet(_("Byggnader räknas till kommunen där de står, vem som än äger dem."))
    _ranking(period, sector, carrier)
    _authorities(period, carrier)


show()
