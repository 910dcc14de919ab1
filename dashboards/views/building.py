"""Building: measured against expected for each meter, its energy signature, its readings with holes, its origin."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboards import controls, data, layout, meters, number_format, periods, savings, summaries, tables, words
from dashboards.figures import energy_signature, measured_expected, readings
from dashboards.periods import Period
from dashboards.tables import Column
from dashboards.text import _, plain


def _choose_building() -> dict[str, Any] | None:
    buildings = data.query("buildings", municipality_code=None)
    names = {row["building_id"]: row for row in buildings.iter_rows(named=True)}
    asked = st.query_params.get(controls.BUILDING)
    if asked is not None and asked not in names:
        layout.quiet(_("Byggnaden i adressen finns inte här, eller har skyddade uppgifter. Välj en annan."))
    if not names:
        return None
    chosen = controls.choose(
        controls.BUILDING,
        _("Byggnad"),
        list(names),
        lambda key: f"{plain(names[key]['building_name'])}, {plain(names[key]['organisation_name'])}",
        default=next(iter(names)),
    )
    return names[chosen]


def _about(building: Mapping[str, Any]) -> None:
    municipality = data.query("municipalities").filter(pl.col("municipality_code") == building["municipality_code"])
    name = plain(municipality["municipality_name"][0]) if municipality.height else plain(building["municipality_code"])
    facts = [words.building_use(building["use"]), number_format.with_unit(building["area_m2"], "m²")]
    if building["built_year"]:
        facts.append(_("byggd {year}").format(year=building["built_year"]))
    facts.append(_("ägs av {name}").format(name=plain(building["organisation_name"])))
    address = controls.address("kommun", kommun=building["municipality_code"])
    layout.facts_with_link(
        ", ".join(filter(None, facts)) + ".", _("Alla byggnader i {name}").format(name=name), address
    )


def _measures(building_id: str) -> list[tuple[date, str]]:
    rows = data.query("building_measures", building_id=building_id).iter_rows(named=True)
    return [(row["started"], words.measure(row["kind"])) for row in rows if row["started"] is not None]


def _measured_against_expected(meter: Mapping[str, Any], period: Period, marks: list[tuple[date, str]]) -> None:
    months = data.query("meter_months", metering_point_id=meter["metering_point_id"])
    has_days = meter["resolution"] not in (None, "P1M")
    step, preliminary_from = "manad", None
    if has_days:
        step = controls.choose(
            controls.STEP,
            _("Steg"),
            ["manad", "dygn"],
            {"manad": _("Månader, hela tiden"), "dygn": _("Dygn, vald period")}.__getitem__,
            default="manad",
            is_row=True,
        )
    if step == "dygn":
        days = data.query(
            "meter_days",
            metering_point_id=meter["metering_point_id"],
            first_day=period.first_month,
            last_day=period.last_day,
        )
        rows = meters.day_points(days)
        unit = "kWh"
        subtitle = _("Energi per dygn, {period}.").format(period=period.label)
    else:
        unit, rows = meters.month_points(months)
        preliminary_from = meters.first_preliminary_month(months)
        subtitle = _("Energi per månad, hela tiden. Bara dygn som kan jämföras räknas.")
    if rows["energy"].drop_nulls().is_empty():
        layout.quiet(_("Inga mätvärden under perioden."))
        return
    title_of = periods.day_text if step == "dygn" else periods.month
    layout.show_figure(
        measured_expected.figure(rows, title_of=title_of, measures=marks, unit=unit, preliminary_from=preliminary_from),
        key="measured_expected",
        finding=meters.finding(rows, period),
        subtitle=subtitle,
        legend=measured_expected.legend(),
        columns=[
            Column(_("Tid")),
            Column(_("Uppmätt ({unit})").format(unit=unit), is_number=True),
            Column(_("Väntat ({unit})").format(unit=unit), is_number=True),
            Column(_("90 % osäkerhet"), is_number=True),
        ],
        rows=[
            [
                title_of(row["day_local"]),
                number_format.number(row["energy"], 1),
                number_format.number(row["expected"], 1),
                "–"
                if row["expected_low"] is None
                else _("{low} till {high}").format(
                    low=number_format.number(row["expected_low"], 1), high=number_format.number(row["expected_high"], 1)
                ),
            ]
            for row in rows.reverse().iter_rows(named=True)
        ],
    )


def _signature_and_readings(meter: Mapping[str, Any], period: Period) -> None:
    has_days = meter["resolution"] not in (None, "P1M")
    if has_days:
        days = data.query(
            "meter_days",
            metering_point_id=meter["metering_point_id"],
            first_day=period.first_month,
            last_day=period.last_day,
        )
        points = meters.day_signature(days)
    else:
        points = meters.month_signature(data.query("meter_months", metering_point_id=meter["metering_point_id"]))
    left, right = st.columns(2, gap="large")
    with left:
        if points.drop_nulls(["temperature_c", "power_kw"]).is_empty():
            layout.quiet(_("Energisignaturen visas när det finns både mätvärden och utetemperatur."))
        else:
            layout.show_figure(
                energy_signature.figure(points),
                key="signature",
                finding=meters.signature_finding(points),
                subtitle=_("Medeleffekt mot utetemperatur, en prick per dygn, {period}.").format(period=period.label)
                if has_days
                else _("Medeleffekt mot utetemperatur, en prick per månad, hela tiden."),
                legend=energy_signature.legend(has_weekdays=has_days),
                columns=[
                    Column(_("Utetemperatur")),
                    Column(_("Antal"), is_number=True),
                    Column(_("Medeleffekt"), is_number=True),
                ],
                rows=meters.signature_rows(points),
            )
    with right:
        if has_days:
            layout.show_figure(
                readings.figure(days, height=340),
                key="readings",
                finding=meters.holes_finding(days, period),
                subtitle=_("Uppmätt energi per dygn, {period}.").format(period=period.label),
                legend=readings.legend(),
                columns=[Column(_("Från")), Column(_("Till")), Column(_("Läge"))],
                rows=meters.hole_rows(days, period),
            )
        else:
            layout.quiet(_("Mätaren läses en gång i månaden, så dygnen visas inte."))


def _origin(building: Mapping[str, Any], meter_rows: pl.DataFrame, publication: Mapping[str, Any]) -> None:
    with st.expander(_("Varifrån kommer siffran?")):
        layout.quiet(
            _(
                "Mätvärdena kommer från inlämnade filer. En modell av mätarens användning under basåret räknar ut vad "
                "som var väntat med periodens väder. Skillnaden är besparingen eller ökningen."
            ),
            _("Beräknat {day} med Sparkraft {version}.").format(
                day=periods.day_text(publication["published_utc"].date()), version=publication["version"]
            ),
        )
        layout.show_table(
            _("Modell och datakvalitet per mätare"),
            [
                Column(_("Mätare")),
                Column(_("Modell")),
                Column(_("Basår")),
                Column(_("Passning (CVRMSE)"), is_number=True),
                Column(_("Värden"), is_number=True),
                Column(_("Saknade dygn"), is_number=True),
            ],
            [
                [
                    row["metering_point_id"],
                    meters.model_in_words(row["model_text"]) if row["answer"] == "ok" else words.reason(row["reason"]),
                    meters.baseline_text(row),
                    number_format.with_unit(None if row["cvrmse"] is None else 100 * row["cvrmse"], "%"),
                    number_format.number(row["reading_count"]),
                    number_format.number(row["missing_day_count"]),
                ]
                for row in meter_rows.iter_rows(named=True)
            ],
        )
        if data.is_published("status"):
            deliveries = data.query("deliveries", organisation_id=building["organisation_id"], row_limit=20)
            layout.show_table(
                _("Senaste filerna från {name}").format(name=plain(building["organisation_name"])),
                [
                    Column(_("Fil")),
                    Column(_("Kom in"), is_short=True),
                    Column(_("Läge")),
                    Column(_("Används"), is_number=True),
                ],
                [
                    [
                        plain(row["file_name"]),
                        str(row["received_utc"].date()),
                        words.outcome(row["outcome"]),
                        number_format.number(row["row_used_count"]),
                    ]
                    for row in deliveries.iter_rows(named=True)
                ],
            )
        models = {
            row["metering_point_id"]: row["model_text"] for row in meter_rows.iter_rows(named=True) if row["model_text"]
        }
        if models:
            st.code(
                json.dumps({key: meters.model(text) for key, text in models.items()}, indent=1, ensure_ascii=False),
                language=None,
            )


def _meter_table(meter_rows: pl.DataFrame) -> None:
    layout.section(_("Mätarna"))
    layout.show_table(
        _("Mätare i byggnaden"),
        [
            Column(_("Mätare")),
            Column(_("Energislag")),
            Column(_("Upplösning")),
            Column(_("Värden från"), is_short=True),
            Column(_("Värden till"), is_short=True),
            Column(_("Modell")),
        ],
        [
            [
                f"{row['metering_point_id']} ({words.role(row['role'])})",
                words.carrier(row["carrier"]),
                words.resolution(row["resolution"]),
                str(row["first_day"] or "–"),
                str(row["last_day"] or "–"),
                meters.model_in_words(row["model_text"])
                if row["answer"] == "ok"
                else tables.cannot_tell(words.reason(row["reason"])),
            ]
            for row in meter_rows.iter_rows(named=True)
        ],
        is_caption_hidden=True,
    )


def show() -> None:
    """Draw the page."""
    publication = data.query("publication").row(0, named=True)
    title = layout.heading_place()
    with st.columns([2, 1])[0]:
        building = _choose_building()
    if building is None:
        layout.empty(_("Här visas en byggnad i taget."), _("Det finns inga byggnader i registret än."))
        return
    layout.heading(plain(building["building_name"]) or building["building_id"], place=title)
    _about(building)
    available = periods.available(publication["compared_through_day"], publication["baseline_year"])
    meter_rows = data.query("building_meters", building_id=building["building_id"])
    main = meter_rows.filter(pl.col("role") == "main")
    shown = {row["metering_point_id"]: row for row in (main if main.height else meter_rows).iter_rows(named=True)}
    left, right = st.columns(2)
    with left:
        period = controls.period(available)
    groups = summaries.by_group("building", period, building_id=building["building_id"])
    total = groups.get(building["building_id"])
    if not shown or total is None:
        layout.empty(
            _("Här visas byggnadens energi."), _("Ingen mätare hör till byggnaden än. Lägg till den i registret.")
        )
        return
    with right:
        chosen = controls.choose(
            controls.METER,
            _("Mätare"),
            list(shown),
            lambda key: f"{words.carrier(shown[key]['carrier'])}, {key}",
            default=next(iter(shown)),
        )
    layout.lead(savings.sentence(total, plain(building["building_name"]) or building["building_id"]))
    layout.quiet(f"{summaries.when(period, None)} {meters.answered_line(total)}", layout.expected_explained())
    meter = shown[chosen]
    layout.section(f"{words.carrier(meter['carrier'])}, {meter['metering_point_id']}")
    if meter["answer"] != "ok":
        layout.quiet(
            _("För den här mätaren går det inte att avgöra än: {reason}.").format(reason=words.reason(meter["reason"]))
        )
    if meter["resolution"] is None:
        layout.empty(
            _("Här visas mätarens värden."),
            _("Inga mätvärden har kommit. Lämna in en fil från nätföretaget eller leverantören."),
            address=controls.address("inlamning"),
            link_text=_("Lämna in filer"),
        )
    else:
        _measured_against_expected(meter, period, _measures(building["building_id"]))
        _signature_and_readings(meter, period)
    _meter_table(meter_rows)
    _origin(building, meter_rows, publication)


show()
