"""The tables of a receipt: the same on the page and in the files to download.

A cell is a text, a number or None; numbers are written in the reader's way on the page and as numbers in a workbook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dashboards import number_format, words
from dashboards.preview import Preview
from dashboards.reader_words import said
from dashboards.tables import Column
from dashboards.text import _, plain
from pipelines.settings import load_settings

Value = str | int | float | None


@dataclass(frozen=True)
class ReceiptTable:
    """A table with its name as a sheet, its title on the page, and its columns."""

    sheet: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]

    def shown(self, count: int) -> list[list[object]]:
        """The first rows as the page writes them."""
        return [[_shown(value) for value in row] for row in self.rows[:count]]


def _shown(value: Value) -> object:
    if isinstance(value, float):
        return number_format.energy(value)
    if isinstance(value, int):
        return number_format.number(value)
    return value if value else number_format.DASH


def series(found: Preview) -> ReceiptTable:
    """Each series of the file; a second account of the same energy stands last and says so."""
    columns = [
        Column(_("Mätare"), is_short=True),
        Column(_("Energislag")),
        Column(_("Slag")),
        Column(_("Upplösning")),
        Column(_("Period"), is_short=True),
        Column(_("Värden"), is_number=True),
        Column(_("Energi"), is_number=True),
        Column(_("Saknas"), is_number=True),
        Column(_("Uppskattade"), is_number=True),
        Column(_("Negativa"), is_number=True),
    ]
    rows = [_series_row(one, words.reading_kind(one)) for one in found.found.get("series", [])]
    rows += [_series_row(one, _("samma energi en gång till")) for one in found.found.get("second_accounts", [])]
    return ReceiptTable(_("Serier"), _("Mätserier i filen"), columns, rows)


def _series_row(one: Mapping[str, Any], kind: str) -> list[Value]:
    return [
        plain(one["metering_point_id"]) or _("framgår inte"),
        words.carrier(one["carrier"]),
        kind,
        words.resolution(one["resolution"]),
        span(one),
        one["rows"],
        _float(one["energy_kwh"]),
        one["missing"],
        one["estimated"],
        one["negative"],
    ]


def local_day(stamp: object) -> date | None:
    """The local date of an ISO instant."""
    try:
        instant = datetime.fromisoformat(str(stamp).replace("Z", "+00:00"))
    except ValueError:
        return None
    return instant.astimezone(ZoneInfo(load_settings().time_zone)).date() if instant.tzinfo else instant.date()


def span(one: Mapping[str, Any]) -> str:
    """From when to when a series reaches: days, or months where it has a value for each."""
    first, last = (local_day(one.get(key)) for key in ("first_utc", "last_utc"))
    if first is None or last is None:
        return number_format.DASH
    form = "%Y-%m" if one.get("resolution") == "P1M" else "%Y-%m-%d"
    texts = [f"{first:{form}}", f"{last:{form}}"]
    return texts[0] if texts[0] == texts[1] else " – ".join(texts)


def months(found: Preview) -> ReceiptTable:
    """Energy by meter and month."""
    columns = [
        Column(_("Mätare"), is_short=True),
        Column(_("Månad"), is_short=True),
        Column(_("Riktning")),
        Column(_("Värden"), is_number=True),
        Column(_("Energi"), is_number=True),
        Column(_("Saknas"), is_number=True),
        Column(_("Uppskattade"), is_number=True),
    ]
    rows: list[list[Value]] = [
        [
            plain(month["metering_point_id"]) or _("framgår inte"),
            month["month"],
            words.direction(month["direction"]),
            month["rows"],
            _float(month["energy_kwh"]),
            month["missing"],
            month["estimated"],
        ]
        for month in found.found.get("months", [])
    ]
    return ReceiptTable(_("Månader"), _("Energi per mätare och månad"), columns, rows)


def changes(found: Preview) -> ReceiptTable:
    """Months that had values already and do not stay as they were."""
    columns = [
        Column(_("Mätare"), is_short=True),
        Column(_("Månad"), is_short=True),
        Column(_("Vad som händer")),
        Column(_("Före"), is_number=True),
        Column(_("I filen"), is_number=True),
        Column(_("Efter"), is_number=True),
    ]
    rows: list[list[Value]] = [
        [
            plain(month["metering_point_id"]),
            month["month"],
            words.change(month["change"]),
            _float(month["energy_before_kwh"]),
            _float(month["energy_in_file_kwh"]),
            _float(month["energy_after_kwh"]),
        ]
        for month in found.found.get("comparison", [])
        if month["change"] != "same"
    ]
    return ReceiptTable(_("Ändringar"), _("Månader som redan hade värden"), columns, rows)


def rejected(found: Preview) -> ReceiptTable:
    """Rows that cannot be values, each with the reason and what to do."""
    has_sheets = any("sheet" in row for row in found.found.get("rejected", []))
    columns = [Column(_("Rad"), is_number=True), Column(_("Skäl")), Column(_("Gör så här"))]
    rows: list[list[Value]] = [
        [row["row"], said(plain(row["reason"])), said(plain(row["fix"]))] for row in found.found.get("rejected", [])
    ]
    if has_sheets:
        columns.insert(0, Column(_("Blad")))
        rows = [[plain(one.get("sheet")), *row] for one, row in zip(found.found["rejected"], rows, strict=True)]
    return ReceiptTable(_("Avvisade rader"), _("Rader som inte kan användas"), columns, rows)


def waiting(found: Preview) -> ReceiptTable:
    """Meters whose values wait, and which registered meter each may be."""
    columns = [
        Column(_("Mätare"), is_short=True),
        Column(_("Skäl")),
        Column(_("Gör så här")),
        Column(_("Värden"), is_number=True),
        Column(_("Energi"), is_number=True),
    ]
    rows: list[list[Value]] = [
        [
            plain(one["metering_point_id"]),
            words.held_reason(one["reason"]),
            _what_to_do(one),
            one["rows"],
            _float(one["energy_kwh"]),
        ]
        for one in found.found.get("unknown_meters", [])
    ]
    return ReceiptTable(_("Väntande rader"), _("Mätare som väntar"), columns, rows)


def _what_to_do(one: Mapping[str, Any]) -> str:
    if one["reason"] == "question":
        return _("Lämna in filen en gång till och svara på frågan där.")
    if one["reason"] == "other_organisation":
        return _("Be den organisation som mätaren hör till att lämna in filen.")
    near = [_suggestion(meter) for meter in one.get("suggestions", [])]
    if near:
        return _("Menas {meters}? Rätta annars registret.").format(meters=_(" eller ").join(near))
    return _("Lägg till mätaren i registret. Värdena används då av sig själva.")


def _suggestion(meter: Mapping[str, Any]) -> str:
    why = words.likeness(meter["why"])
    name = plain(meter["building_name"])
    return (
        f"{plain(meter['metering_point_id'])} ({name}, {why})"
        if name
        else f"{plain(meter['metering_point_id'])} ({why})"
    )


def questions(found: Preview) -> ReceiptTable:
    """What only the sender can tell, and what has been answered."""
    columns = [Column(_("Fråga")), Column(_("Svar"))]
    rows: list[list[Value]] = [
        [words.question(one["key"]), words.answer(one["key"], one["value"])] for one in found.found.get("answers", [])
    ]
    rows += [[said(plain(one["text_sv"])), None] for one in found.questions]
    return ReceiptTable(_("Frågor"), _("Frågor och svar"), columns, rows)


def sheets(found: Preview) -> ReceiptTable:
    """The sheets of a register file."""
    rows: list[list[Value]] = [[plain(name), count] for name, count in found.found.get("rows", {}).items()]
    return ReceiptTable(_("Blad"), _("Blad i filen"), [Column(_("Blad")), Column(_("Rader"), is_number=True)], rows)


def summary(found: Preview) -> ReceiptTable:
    """The file, what was recognised, and rows and energy by fate."""
    rows: list[list[Value]] = [
        [_("Fil"), plain(found.name), None],
        [_("Fingeravtryck (SHA-256)"), found.sha256, None],
        [_("Format"), words.file_format(found.found.get("format")), None],
        [_("Tid"), words.time_basis(found.found.get("time", {}).get("basis")), None],
    ]
    fates = [("read", _("Lästa värden")), ("used", _("Används")), ("superseded", _("Ersatta"))]
    fates += [("held", _("Väntar")), ("rejected", _("Avvisade"))]
    energy = found.found.get("energy_kwh", {})
    rows += [[word, found.row_count(fate), _float(energy.get(fate))] for fate, word in fates]
    columns = [Column(_("Vad")), Column(_("Värden"), is_number=True), Column(_("Energi"), is_number=True)]
    return ReceiptTable(_("Sammanfattning"), _("Sammanfattning"), columns, rows)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
