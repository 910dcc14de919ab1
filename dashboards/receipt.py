"""The receipt of an uploaded file: whether all is well, why, the series, and four sums that add up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from dashboards import layout, number_format, periods, words
from dashboards.figures import readings
from dashboards.preview import Preview
from dashboards.tables import Column
from dashboards.text import _, ngettext, plain
from pipelines.settings import load_settings

SHOWN_REJECTED_COUNT = 20


def used_of_read(used: int, read: int) -> str:
    """`2 160 av 2 976 värden används.`"""
    return _("{used} av {read} värden används.").format(
        used=number_format.number(used), read=number_format.number(read)
    )


def _verdict(found: Preview) -> str:
    held, rejected = found.row_count("held"), found.row_count("rejected")
    if found.questions:
        return ngettext(
            "Filen går att läsa, men en fråga behöver svar.",
            "Filen går att läsa, men {count} frågor behöver svar.",
            len(found.questions),
        ).format(count=len(found.questions))
    if rejected or held:
        return _("Filen går att läsa. Några rader kan inte användas.")
    return _("Filen går att läsa. Allt ser bra ut.")


def _local_day(stamp: object) -> date | None:
    """The local date of an ISO instant."""
    try:
        instant = datetime.fromisoformat(str(stamp).replace("Z", "+00:00"))
    except ValueError:
        return None
    return instant.astimezone(ZoneInfo(load_settings().time_zone)).date() if instant.tzinfo else instant.date()


def _series_rows(series: list[Mapping[str, Any]]) -> list[list[object]]:
    return [
        [
            plain(one.get("metering_point_id")) or _("framgår inte"),
            words.carrier(one.get("carrier")),
            words.resolution(one.get("resolution")),
            _span(one),
            number_format.number(one.get("rows")),
            number_format.energy(one.get("energy_kwh")),
            number_format.number(one.get("missing")),
            number_format.number(one.get("estimated")),
        ]
        for one in series
    ]


def _as_sentence(text: str) -> str:
    """With a capital first and no full stop last."""
    return f"{text[:1].upper()}{text[1:]}".rstrip(".")


def _span(one: Mapping[str, Any]) -> str:
    """From when to when a series reaches: days, or months where it has a value for each."""
    first, last = (_local_day(one.get(key)) for key in ("first_utc", "last_utc"))
    if one.get("resolution") == "P1M" and first is not None and last is not None:
        return f"{periods.month(first)} – {periods.month(last)}"
    return f"{periods.day_text(first)} – {periods.day_text(last)}"


def _show_readings(found: Preview) -> None:
    series = found.found.get("series", [])
    time = found.found.get("time", {})
    layout.quiet(
        _("Format: {format}.").format(format=words.file_format(found.found.get("format"))),
        _("Tid: {basis}. {evidence}.").format(
            basis=words.time_basis(time.get("basis")), evidence=_as_sentence(plain(time.get("evidence")))
        ),
    )
    layout.sums(
        [
            (_("Lästa värden"), number_format.number(found.row_count("read"))),
            (_("Används"), number_format.number(found.row_count("used"))),
            (_("Ersatta"), number_format.number(found.row_count("superseded"))),
            (_("Väntar"), number_format.number(found.row_count("held"))),
            (_("Avvisade"), number_format.number(found.row_count("rejected"))),
        ]
    )
    layout.show_table(
        _("Mätserier i filen"),
        [
            Column(_("Mätare")),
            Column(_("Energislag")),
            Column(_("Upplösning")),
            Column(_("Period")),
            Column(_("Värden"), is_number=True),
            Column(_("Energi"), is_number=True),
            Column(_("Saknas"), is_number=True),
            Column(_("Uppskattade"), is_number=True),
        ],
        _series_rows(series),
    )
    _show_picture(found)


def _show_picture(found: Preview) -> None:
    days = found.found.get("days", [])
    if not days:
        return
    frame = pl.DataFrame(days, infer_schema_length=None).with_columns(
        pl.col("day_local").str.to_date(), pl.col("energy_kwh").cast(pl.Float64)
    )
    meters = frame["metering_point_id"].unique(maintain_order=True).to_list()
    chosen = meters[0]
    if len(meters) > 1:
        chosen = st.selectbox(_("Serie i bilden"), meters, format_func=plain, key=f"series_{found.sha256}")
    shown = frame.filter(pl.col("metering_point_id") == chosen)
    missing = int((shown["day_status"] == "missing").sum()) + _absent_day_count(shown)
    partial = int((shown["day_status"] == "partial").sum())
    said = [ngettext("{count} dygn saknas", "{count} dygn saknas", missing).format(count=missing)] if missing else []
    if partial:
        said.append(
            ngettext("{count} dygn är ofullständigt", "{count} dygn är ofullständiga", partial).format(count=partial)
        )
    layout.show_figure(
        readings.figure(shown, height=200),
        key=f"picture_{found.sha256}",
        finding=", ".join(said) or _("Inga hål i serien"),
        subtitle=_("Energi per dygn, mätare {meter}.").format(meter=plain(chosen)),
        legend=readings.legend(),
    )


def _absent_day_count(shown: pl.DataFrame) -> int:
    """Days between the first and the last that the file says nothing about."""
    first, last = shown["day_local"].min(), shown["day_local"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    return (last - first).days + 1 - shown.height


def _show_problems(found: Preview) -> None:
    layout.quiet(*(plain(warning) for warning in found.found.get("warnings", [])))
    rejected = found.found.get("rejected", [])
    if rejected:
        layout.show_table(
            _("Rader som inte kan användas"),
            [Column(_("Rad"), is_number=True), Column(_("Skäl")), Column(_("Gör så här"))],
            [
                [number_format.number(row.get("row")), plain(row.get("reason")), plain(row.get("fix")) or "–"]
                for row in rejected[:SHOWN_REJECTED_COUNT]
            ],
        )
        if len(rejected) > SHOWN_REJECTED_COUNT:
            layout.quiet(_("Visar de {count} första.").format(count=SHOWN_REJECTED_COUNT))


def show(found: Preview) -> None:
    """Draw the receipt of one file."""
    layout.section(plain(found.name))
    if not found.is_readable:
        layout.wrong(found.reason, " ".join([found.fix, _("Inget har sparats.")]).strip())
        return
    layout.lead(_verdict(found))
    if found.kind == "readings":
        _show_readings(found)
    else:
        layout.quiet(_("Innehåll: {kind}.").format(kind=words.delivery_kind(found.kind)))
        sheets = found.found.get("rows", {})
        if found.kind == "register" and sheets:
            layout.show_table(
                _("Blad i filen"),
                [Column(_("Blad")), Column(_("Rader"), is_number=True)],
                [[plain(name), number_format.number(count)] for name, count in sheets.items()],
            )
    _show_problems(found)
