"""The receipt of a file: whether all is well, what was recognised and why, the series, and four sums that add up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
import streamlit as st

from dashboards import layout, number_format, periods, receipt_files, receipt_tables, words
from dashboards.figures import readings
from dashboards.preview import Preview
from dashboards.reader_words import said
from dashboards.text import _, ngettext, plain

SHOWN_ROW_COUNT = 20
DAY_STATUS = {"m": "measured", "e": "estimated", "p": "partial", "x": "missing"}


def used_of_read(used: int, read: int) -> str:
    """`2 160 av 2 976 värden används.`"""
    return _("{used} av {read} värden används.").format(
        used=number_format.number(used), read=number_format.number(read)
    )


def verdict(found: Preview) -> str:
    """Whether all is well, in one sentence."""
    if not found.is_readable:
        return _("Filen kan inte användas.")
    if found.questions:
        return ngettext(
            "Filen går att läsa, men en fråga behöver svar.",
            "Filen går att läsa, men {count} frågor behöver svar.",
            len(found.questions),
        ).format(count=len(found.questions))
    unknown = len(found.found.get("unknown_meters", []))
    if unknown:
        return ngettext(
            "Filen går att läsa. Värdena för en mätare väntar.",
            "Filen går att läsa. Värdena för {count} mätare väntar.",
            unknown,
        ).format(count=unknown)
    if found.row_count("rejected") or found.row_count("held"):
        return _("Filen går att läsa. Några rader kan inte användas.")
    return _("Filen går att läsa. Allt ser bra ut.")


def sums(found: Preview) -> None:
    """Rows by fate: the first is the sum of the others."""
    entries = [
        (_("Lästa värden"), "read"),
        (_("Används"), "used"),
        (_("Ersatta"), "superseded"),
        (_("Väntar"), "held"),
        (_("Avvisade"), "rejected"),
    ]
    layout.sums([(word, number_format.number(found.row_count(fate))) for word, fate in entries])


def _recognised(found: Preview) -> list[str]:
    """What was recognised and why."""
    time = found.found.get("time", {})
    told = [
        _("Format: {format}.").format(format=words.file_format(found.found.get("format"))),
        *(_as_sentence(said(plain(one))) for one in found.found.get("evidence", [])),
        _("Tid: {basis}. {evidence}.").format(
            basis=words.time_basis(time.get("basis")),
            evidence=_as_sentence(said(plain(time.get("evidence")))).removesuffix("."),
        ),
    ]
    for answer in found.found.get("answers", []):
        pattern = (
            _("{what}: {answer}, samma svar som för tidigare filer av samma slag från er.")
            if answer["source"] == "remembered"
            else _("{what}: {answer}, enligt ditt svar.")
        )
        told.append(
            pattern.format(what=words.question(answer["key"]), answer=words.answer(answer["key"], answer["value"]))
        )
    return told


def _as_sentence(text: str) -> str:
    """With a capital first and one full stop last."""
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."


def _show_picture(found: Preview, key: str) -> None:
    # One month is no picture.
    pictures = [one for one in found.found.get("pictures", []) if one["step"] == "day" or len(one["status"]) > 1]
    if not pictures:
        return
    place = 0
    if len(pictures) > 1:
        place = st.selectbox(
            _("Serie i bilden"),
            range(len(pictures)),
            format_func=lambda at: _picture_name(pictures[at]),
            key=f"series_{key}",
        )
    picture = pictures[place]
    frame, has_days = _picture_frame(picture), picture["step"] == "day"
    layout.show_figure(
        readings.figure(frame, height=200) if has_days else readings.month_figure(frame, height=200),
        key=f"picture_{key}",
        finding=_holes(picture) or _("Inga hål i serien"),
        subtitle=(
            _("Energi per dygn, mätare {meter}.")
            if picture["step"] == "day"
            else _("Energi per månad, mätare {meter}.")
        ).format(meter=_picture_name(picture)),
        legend=readings.legend() if has_days else readings.month_legend(),
    )


def _picture_name(picture: Mapping[str, Any]) -> str:
    meter = plain(picture["metering_point_id"]) or _("framgår inte")
    return meter if picture["direction"] == "consumption" else f"{meter}, {words.direction(picture['direction'])}"


def _picture_frame(picture: Mapping[str, Any]) -> pl.DataFrame:
    """`day_local, energy_kwh, day_status` of each step of a picture; a month stands at its first day."""
    first = date.fromisoformat(picture["first"])
    steps = range(len(picture["status"]))
    days = [first + timedelta(days=n) if picture["step"] == "day" else periods.add_months(first, n) for n in steps]
    return pl.DataFrame(
        {
            "day_local": days,
            "energy_kwh": picture["energy_kwh"],
            "day_status": [DAY_STATUS[letter] for letter in picture["status"]],
        },
        schema_overrides={"energy_kwh": pl.Float64},
    )


def _holes(picture: Mapping[str, Any]) -> str:
    missing, partial = picture["status"].count("x"), picture["status"].count("p")
    if picture["step"] == "month":
        texts = (
            ngettext("{count} månad saknas", "{count} månader saknas", missing),
            ngettext("{count} månad är ofullständig", "{count} månader är ofullständiga", partial),
        )
    else:
        texts = (
            ngettext("{count} dygn saknas", "{count} dygn saknas", missing),
            ngettext("{count} dygn är ofullständigt", "{count} dygn är ofullständiga", partial),
        )
    return ", ".join(text.format(count=count) for text, count in zip(texts, (missing, partial), strict=True) if count)


def _show_tables(found: Preview) -> None:
    """Problems first, then what was compared, then months."""
    layout.quiet(*(said(plain(warning)) for warning in found.found.get("warnings", [])))
    for table in (receipt_tables.rejected(found), receipt_tables.waiting(found), receipt_tables.changes(found)):
        _show_table(table)
    months = receipt_tables.months(found)
    if months.rows:
        with st.expander(_("Visa månader")):
            _show_table(months)


def _show_table(table: receipt_tables.ReceiptTable) -> None:
    if not table.rows:
        return
    layout.show_table(table.title, table.columns, table.shown(SHOWN_ROW_COUNT))
    if len(table.rows) > SHOWN_ROW_COUNT:
        layout.quiet(
            _("Visar de {count} första av {all}. Alla finns i filen att ladda ner.").format(
                count=SHOWN_ROW_COUNT, all=number_format.number(len(table.rows))
            )
        )


def show(found: Preview, *, key: str | None = None, is_stored: bool = False) -> None:
    """Draw the receipt of one file; `key` tells it from other receipts on the page."""
    key = key or found.sha256
    if not found.is_readable:
        unsaved = "" if is_stored else _("Inget har sparats.")
        layout.wrong(said(found.reason), " ".join([said(found.fix), unsaved]).strip())
        return
    layout.lead(verdict(found))
    if found.kind == "readings":
        sums(found)
        layout.quiet(*_recognised(found))
        series = receipt_tables.series(found)
        layout.show_table(series.title, series.columns, series.shown(SHOWN_ROW_COUNT))
        _show_picture(found, key)
        _show_tables(found)
        receipt_files.show_buttons(found, key)
        return
    layout.quiet(_("Innehåll: {kind}.").format(kind=words.delivery_kind(found.kind)))
    sheets = found.found.get("rows", {})
    if found.kind == "register" and sheets:
        _show_table(receipt_tables.sheets(found))
    _show_tables(found)
