"""Data status: what became of every delivered row, what waits for an answer, and which meters are late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards import controls, data, delivery_record, layout, number_format, periods, receipt, words
from dashboards.reader_words import said
from dashboards.tables import Column, link
from dashboards.text import _, ngettext, plain
from pipelines.settings import load_settings

SHOWN_DELIVERY_COUNT = 50
DELIVERY = "leverans"
"""Names a delivery in the address, by the SHA-256 of its file."""


def _when(instant: Any) -> str:
    """Local date and time of an instant, short: it stands in tables."""
    if instant is None:
        return "–"
    return f"{instant.astimezone(ZoneInfo(load_settings().time_zone)):%Y-%m-%d %H:%M}"


def _summary() -> None:
    totals = data.query("delivery_totals").row(0, named=True)
    held = totals["row_held_count"]
    questions = data.query("open_questions")
    sentence = ngettext("{count} fil har kommit in.", "{count} filer har kommit in.", totals["delivery_count"]).format(
        count=number_format.number(totals["delivery_count"])
    )
    if questions.height:
        sentence += " " + ngettext(
            "{count} fråga väntar på svar.", "{count} frågor väntar på svar.", questions.height
        ).format(count=questions.height)
    elif not held:
        sentence += " " + _("Inget väntar på svar.")
    layout.lead(sentence)
    layout.sums(
        [
            (_("Lästa värden"), number_format.number(totals["row_read_count"])),
            (_("Används"), number_format.number(totals["row_used_count"])),
            (_("Ersatta"), number_format.number(totals["row_superseded_count"])),
            (_("Väntar"), number_format.number(held)),
            (_("Avvisade"), number_format.number(totals["row_rejected_count"])),
        ]
    )
    layout.quiet(
        _("Lästa värden är summan av de fyra andra. Ett ersatt värde har fått ett senare eller bättre i sitt ställe.")
    )


def _runs() -> None:
    said = []
    if data.is_published():
        publication = data.query("publication").row(0, named=True)
        said.append(
            _("Senast publicerat {time}, data till och med {day}.").format(
                time=_when(publication["published_utc"]), day=periods.day_text(publication["data_through_day"])
            )
        )
    else:
        said.append(_("Inga siffror är publicerade än."))
    runs = data.query("last_run")
    if runs.height:
        run = runs.row(0, named=True)
        said.append(
            _("Senaste körning började {start} och slutade {end}.").format(
                start=_when(run["started_utc"]), end=_when(run["finished_utc"])
            )
        )
    layout.quiet(" ".join(said))


def _questions() -> None:
    rows = data.query("open_questions")
    layout.section(_("Att svara på"))
    layout.show_table(
        _("Öppna frågor"),
        [Column(_("Fråga")), Column(_("Fil")), Column(_("Organisation"))],
        [
            [said(plain(row["text_sv"])), plain(row["file_name"]), plain(row["organisation_name"])]
            for row in rows.iter_rows(named=True)
        ],
    )
    if rows.height:
        layout.facts_with_link(
            _("Lämna in filen en gång till och svara på frågan där."),
            _("Lämna in filer"),
            controls.address("inlamning"),
        )
    held = data.query("held_meters")
    layout.show_table(
        _("Mätare som väntar"),
        [
            Column(_("Mätare")),
            Column(_("Skäl")),
            Column(_("Fil")),
            Column(_("Organisation")),
            Column(_("Värden"), is_number=True),
            Column(_("Energi"), is_number=True),
        ],
        [
            [
                plain(row["metering_point_id"]),
                words.held_reason(row["reason"]),
                plain(row["file_name"]),
                plain(row["organisation_name"]),
                number_format.number(row["row_count"]),
                number_format.energy(row["energy_kwh"]),
            ]
            for row in held.iter_rows(named=True)
        ],
    )


def _state(row: Mapping[str, Any]) -> str:
    """What a delivery holds and what became of it, as sentences."""
    kind = words.delivery_kind(row["kind"])
    sentence = f"{kind[:1].upper()}{kind[1:]}, {words.outcome(row['outcome'])}."
    return f"{sentence} {said(plain(row['message_sv']))}".strip()


def _late_meters() -> None:
    layout.section(_("Mätare som saknar nya värden"))
    if not data.is_published():
        layout.quiet(_("Visas när siffror är publicerade."))
        return
    rows = data.query("late_meters")
    layout.show_table(
        _("Mätare vars senaste värde är gammalt"),
        [
            Column(_("Mätare")),
            Column(_("Energislag")),
            Column(_("Byggnad")),
            Column(_("Organisation")),
            Column(_("Senaste värdet")),
            Column(_("Dygn sedan"), is_number=True),
        ],
        [
            [
                plain(row["metering_point_id"]),
                words.carrier(row["carrier"]),
                plain(row["building_name"]),
                plain(row["organisation_name"]),
                periods.day_text(row["last_day"]) if row["last_day"] else _("inga mätvärden har kommit"),
                number_format.number(row["late_day_count"]),
            ]
            for row in rows.iter_rows(named=True)
        ],
    )


def _deliveries() -> None:
    rows = data.query("deliveries", organisation_id=None, row_limit=SHOWN_DELIVERY_COUNT)
    layout.section(_("Inlämnade filer"))
    count = data.query("delivery_totals")["delivery_count"][0]
    if count > rows.height:
        layout.quiet(
            _("Visar de {shown} senaste av {count}.").format(shown=rows.height, count=number_format.number(count))
        )
    layout.show_table(
        _("De senaste filerna"),
        [
            Column(_("Fil")),
            Column(_("Organisation")),
            Column(_("Kom in"), is_short=True),
            Column(_("Läge")),
            Column(_("Lästa"), is_number=True),
            Column(_("Används"), is_number=True),
            Column(_("Ersatta"), is_number=True),
            Column(_("Väntar"), is_number=True),
            Column(_("Avvisade"), is_number=True),
            Column(_("Används, energi"), is_number=True),
        ],
        [
            [
                link(plain(row["file_name"]), controls.address("datalage", leverans=row["delivery_sha256"])),
                plain(row["organisation_name"]),
                _when(row["received_utc"]),
                _state(row),
                number_format.number(row["row_read_count"]),
                number_format.number(row["row_used_count"]),
                number_format.number(row["row_superseded_count"]),
                number_format.number(row["row_held_count"]),
                number_format.number(row["row_rejected_count"]),
                number_format.energy(row["used_energy_kwh"]) if row["kind"] == "readings" else "–",
            ]
            for row in rows.iter_rows(named=True)
        ],
        is_caption_hidden=True,
    )


def _problems() -> None:
    layout.section(_("Rader som inte kunde användas"))
    layout.show_table(
        _("Mätvärden"),
        [
            Column(_("Fil")),
            Column(_("Skäl")),
            Column(_("Gör så här")),
            Column(_("Antal"), is_number=True),
            Column(_("Första raden"), is_number=True),
        ],
        [
            [
                plain(row["file_name"]),
                said(plain(row["reason"])),
                said(plain(row["fix"])) or "–",
                number_format.number(row["row_count"]),
                number_format.number(row["first_source_row"]),
            ]
            for row in data.query("rejected_rows").iter_rows(named=True)
        ],
    )
    layout.show_table(
        _("Register"),
        [
            Column(_("Blad")),
            Column(_("Rad"), is_number=True),
            Column(_("Fil")),
            Column(_("Skäl")),
            Column(_("Gör så här")),
        ],
        [
            [
                plain(row["sheet"]),
                number_format.number(row["source_row"]),
                plain(row["file_name"]),
                plain(row["reason"]),
                plain(row["fix"]) or "–",
            ]
            for row in data.query("register_problems").iter_rows(named=True)
        ],
    )


def _checks() -> None:
    rows = data.query("checks")
    failed = int((rows["failed_count"] > 0).sum())
    layout.section(_("Kontroller"))
    if failed:
        layout.quiet(_("{failed} av {count} kontroller har funnit något.").format(failed=failed, count=rows.height))
    else:
        layout.quiet(_("Kontrollerna är utan anmärkning ({count}).").format(count=rows.height))
    with st.expander(_("Visa kontrollerna")):
        layout.show_table(
            _("Kontroller vid senaste körningen"),
            [
                Column(_("Kontroll")),
                Column(_("Lager")),
                Column(_("Verkan")),
                Column(_("Antal fel"), is_number=True),
                Column(_("Vad")),
            ],
            [
                [
                    plain(row["check_name"]),
                    plain(row["layer"]),
                    words.severity(row["severity"]),
                    number_format.number(row["failed_count"]),
                    plain(row["message"]) or "–",
                ]
                for row in rows.iter_rows(named=True)
            ],
        )


def _delivery(sha256: str) -> None:
    """The receipt of one delivery as it stands now, with the way back."""
    found = delivery_record.record(sha256)
    layout.heading(plain(found.name) if found else _("Filen finns inte här"))
    layout.facts_with_link(_("Kvitto på en inlämnad fil."), _("Alla inlämnade filer"), controls.address("datalage"))
    if found:
        receipt.show(found, is_stored=True)


def show() -> None:
    """Draw the page, or one delivery's record where the address names it."""
    wanted = st.query_params.get(DELIVERY)
    if wanted:
        _delivery(wanted)
        return
    layout.heading(_("Datans läge"))
    _summary()
    _runs()
    _questions()
    _late_meters()
    _deliveries()
    _problems()
    _checks()


show()
