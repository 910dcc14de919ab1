"""Municipality: how its buildings do against what was expected, and which of them deserve a look first."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboards import controls, data, layout, number_format, savings, summaries, tables, words
from dashboards.periods import Period
from dashboards.savings import Saving
from dashboards.tables import Cell, Column
from dashboards.text import _, ngettext, plain


def _sectors_and_carriers(period: Period, code: str) -> None:
    groups = summaries.by_group("sector_carrier", period, municipality_code=code)
    if not groups:
        return
    layout.section(_("Sektorer och energislag"))

    def order(key: str) -> tuple[int, int]:
        sector, _bar, carrier = key.partition("|")
        return (
            words.SECTORS.index(sector) if sector in words.SECTORS else 9,
            words.CARRIERS.index(carrier) if carrier in words.CARRIERS else 9,
        )

    rows: list[list[object]] = []
    for key in sorted(groups, key=order):
        sector, _bar, carrier = key.partition("|")
        saving = groups[key]
        rows.append(
            [
                words.sector(sector),
                words.carrier(carrier),
                number_format.energy(saving.energy_kwh) if saving.energy_kwh else "–",
                summaries.change_cell(saving),
                saving.energy_text if saving.is_representative else "–",
                number_format.whole_share(saving.coverage_share),
            ]
        )
    layout.show_table(
        _("Skillnad mot väntat efter sektor och energislag, {period}").format(period=period.label),
        [
            Column(_("Sektor")),
            Column(_("Energislag")),
            Column(_("Använt"), is_number=True),
            Column(_("Skillnad (90 %)")),
            Column(_("Energi mot väntat")),
            Column(_("Täckning"), is_number=True),
        ],
        rows,
    )


def _buildings(period: Period, code: str, sector: str | None, carrier: str | None) -> None:
    layout.section(_("Byggnaderna"))
    buildings = data.query("buildings", municipality_code=code)
    if sector is not None:
        buildings = buildings.filter(pl.col("sector") == sector)
    if buildings.is_empty():
        layout.quiet(_("Inga byggnader passar valet."))
        return
    groups = summaries.by_group("building", period, municipality_code=code, sector=sector, carrier=carrier)
    trends = summaries.trends("building", period, municipality_code=code, sector=sector, carrier=carrier)
    layout.quiet(_("Störst ökning först, sedan minst besparing. Byggnader utan svar står sist."))

    def order(row: dict[str, Any]) -> tuple[bool, float, str]:
        saving = groups.get(row["building_id"])
        if saving is None or not saving.is_answered:
            return (True, 0.0, row["building_name"])
        return (False, saving.saved_energy_kwh, row["building_name"])

    rows = [
        _building_cells(row, groups.get(row["building_id"]), trends.get(row["building_id"], tables.trend([], "")))
        for row in sorted(buildings.iter_rows(named=True), key=order)
        if row["building_id"] in groups or carrier is None
    ]
    layout.show_table(
        _("Byggnader efter vad som är mest värt att se över, {period}").format(period=period.label),
        [
            Column(_("Byggnad")),
            Column(_("Skillnad (90 %)")),
            Column(_("Energi mot väntat")),
            Column(_("Trend 24 månader")),
            Column(_("kWh/m²"), is_number=True),
            Column(_("Mätare"), is_number=True),
            Column(_("Användning")),
            Column(_("Ägare")),
        ],
        rows,
        is_caption_hidden=True,
    )
    hidden_count = data.query("protected_building_count", municipality_code=code)["building_count"][0]
    if hidden_count:
        layout.quiet(
            ngettext(
                "{count} byggnad med skyddade uppgifter ingår i summorna men visas inte.",
                "{count} byggnader med skyddade uppgifter ingår i summorna men visas inte.",
                hidden_count,
            ).format(count=hidden_count)
        )


def _building_cells(row: dict[str, Any], saving: Saving | None, trend: Cell) -> list[object]:
    address = controls.address("byggnad", byggnad=row["building_id"])
    link = tables.link(plain(row["building_name"]) or row["building_id"], address)
    about: list[object] = [words.building_use(row["use"]), plain(row["organisation_name"])]
    if saving is None:
        return [link, tables.cannot_tell(words.reason("no_readings")), "–", trend, "–", "0", *about]
    meters = _("{answered} av {count}").format(answered=saving.answered_meter_count, count=saving.meter_count)
    figures = [trend, number_format.number(saving.energy_per_area_kwh_m2), meters]
    if not saving.is_answered:
        return [link, tables.cannot_tell(words.reason(saving.reason)), "–", *figures, *about]
    change = tables.change(saving.text, saving.change_share, is_certain=saving.is_certain)
    return [link, change, saving.energy_text, *figures, *about]


def show() -> None:
    """Draw the page."""
    publication = data.query("publication").row(0, named=True)
    municipalities = data.query("municipalities")
    title = layout.heading_place()
    with st.columns(3)[0]:
        code = controls.municipality(municipalities)
    if code is None:
        layout.empty(_("Här visas en kommun i taget."), _("Det finns inga kommuner i registret än."))
        return
    name = plain(municipalities.filter(pl.col("municipality_code") == code)["municipality_name"][0])
    layout.heading(name, place=title)
    period, sector, carrier = summaries.choices(publication)
    total = summaries.by_group("municipality", period, sector=sector, carrier=carrier, municipality_code=code).get(code)
    if total is None:
        layout.empty(
            _("Det finns inga byggnader som passar valet."), _("Välj en annan sektor eller ett annat energislag.")
        )
        return
    subject = (
        _("De offentliga byggnaderna i {name}") if sector is None else _("Byggnaderna i {name} (sektor: {sector})")
    )
    layout.lead(savings.sentence(total, subject.format(name=name, sector=words.sector(sector).lower())))
    layout.quiet(
        f"{summaries.when(period, carrier)} {savings.coverage_line(total, with_organisations=False)}.",
        layout.expected_explained(),
    )
    if total.is_answered:
        if not total.is_representative:
            layout.quiet(_("Mindre än hälften av ytan kan jämföras, så talen gäller bara de byggnader som har svar."))
        summaries.progress(
            data.query("saving_rolling", sector=sector, carrier=carrier, municipality_code=code, building_id=None),
            key="progress",
            source=summaries.source_line(publication, total),
        )
    _buildings(period, code, sector, carrier)
    _sectors_and_carriers(period, code)


show()
