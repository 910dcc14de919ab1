"""How one file writes its numbers, dates and gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.mutation.words import words

Cell = str | float | datetime | None
"""Text as written, or a typed number or date of a workbook."""

STAMP_FORMS: dict[str, str] = {
    "iso": "%Y-%m-%d %H:%M",
    "iso_seconds": "%Y-%m-%d %H:%M:%S",
    "iso_t": "%Y-%m-%dT%H:%M:%S",
    "iso_t_minutes": "%Y-%m-%dT%H:%M",
    "dots": "%d.%m.%Y %H:%M",
    "dots_seconds": "%d.%m.%Y %H:%M:%S",
    "dashes": "%d-%m-%Y %H:%M",
    "dashes_seconds": "%d-%m-%Y %H:%M:%S",
    "slashes": "%d/%m/%Y %H:%M",
    "slashes_us": "%m/%d/%Y %I:%M %p",
    "year_slashes": "%Y/%m/%d %H:%M",
    "compact": "%Y%m%d%H%M",
    "compact_space": "%Y%m%d %H:%M",
    "short_year_dots": "%d.%m.%y %H:%M",
    "short_year_iso": "%y-%m-%d %H:%M",
    "clock_dot": "%Y-%m-%d %H.%M",
    "clock_kl": "%Y-%m-%d kl %H:%M",
    "unpadded": "{d}.{m}.%Y {H}:%M",
    "month_name": "{d} {month} %Y %H:%M",
    "short_month_name": "{d} {short} %Y %H:%M",
    "weekday": "{weekday} {d}.{m}.%Y %H:%M",
    "minute_comma": "%d.%m.%Y, %H:%M",
}
ANY_LANGUAGE = tuple(form for form in STAMP_FORMS if form != "slashes_us")
AMBIGUOUS_DAY_FIRST = {
    "slashes": ("%d/%m/%Y", "%m/%d/%Y"),
    "slashes_us": ("%m/%d/%Y", "%d/%m/%Y"),
    "dashes": ("%d-%m-%Y", "%m-%d-%Y"),
    "dashes_seconds": ("%d-%m-%Y", "%m-%d-%Y"),
    "short_year_dots": ("%d.%m.%y", "%y.%m.%d"),
    "short_year_iso": ("%y-%m-%d", "%d-%m-%y"),
}
"""Forms whose date part may be read in a second way: the right pattern and the other."""


@dataclass(frozen=True)
class Style:
    """The habits of one file."""

    language: str
    zone: str
    decimal: str = ","
    thousands: str = ""
    stamp_form: str = "iso"
    offset_form: str = ""  # "", "Z", "+01:00", "+0100" appended to stamps; "epoch" instead of them
    missing: str = ""
    is_typed: bool = False  # a workbook with real numbers and dates
    has_serials: bool = False  # dates as bare serial numbers

    def number(self, value: float | None, decimals: int) -> Cell:
        """A number as the file writes it."""
        if value is None:
            return self.missing
        if self.is_typed:
            return value
        text = f"{value:,.{decimals}f}"
        return text.replace(",", "\0").replace(".", self.decimal).replace("\0", self.thousands)

    def stamp(self, instant: datetime, shown: datetime) -> Cell:
        """An instant by the label that the file's clock shows."""
        if self.offset_form == "epoch":
            return str(int(instant.timestamp()))
        if self.is_typed and not self.offset_form:
            return self._typed(shown)
        if self.offset_form == "Z":
            return instant.astimezone(UTC).strftime(f"{STAMP_FORMS['iso_t']}Z")
        if self.offset_form:
            aware = instant.astimezone(ZoneInfo(self.zone))
            offset = aware.strftime("%z")
            offset = f"{offset[:3]}:{offset[3:]}" if ":" in self.offset_form else offset
            return aware.strftime("%Y-%m-%dT%H:%M:%S") + offset
        return self._filled(STAMP_FORMS[self.stamp_form], shown)

    def date(self, shown: datetime) -> Cell:
        """A date alone, in the form of the file's stamps."""
        if self.is_typed:
            return self._typed(shown)
        return self._filled(self.date_pattern, shown)

    @property
    def date_pattern(self) -> str:
        """The pattern of a date alone."""
        return re.sub(r"[ ,T]*(kl )?(%H|%I|\{H\}).*$", "", STAMP_FORMS[self.stamp_form])

    def _typed(self, shown: datetime) -> Cell:
        return (shown - datetime(1899, 12, 30)) / timedelta(days=1) if self.has_serials else shown

    def _filled(self, pattern: str, shown: datetime) -> str:
        named = pattern.format(
            d=shown.day,
            m=shown.month,
            H=shown.hour,
            month=words(self.language, "months")[shown.month - 1],
            short=words(self.language, "short_months")[shown.month - 1],
            weekday=words(self.language, "weekdays")[shown.weekday()],
        )
        return shown.strftime(named)


def made_style(rng: Random, language: str, zone: str, *, is_typed: bool) -> Style:
    """Habits that occur together in real files."""
    point = language == "en" or rng.random() < 0.25
    # A comma between thousands is English, a point is Danish or Norwegian; spaces of all kinds are everybody's.
    marks = ["", "", "", " ", "\u00a0", "\u202f", *([","] if language == "en" else []), *([] if point else ["."])]
    thousands = rng.choice(marks)
    forms = (*ANY_LANGUAGE, "slashes_us") if language == "en" else ANY_LANGUAGE
    return Style(
        language=language,
        zone=zone,
        decimal="." if point else ",",
        thousands=thousands,
        stamp_form=rng.choice(forms),
        missing=rng.choice(["", "", "", "null", "NULL", "#N/A", *words(language, "missing")]),
        is_typed=is_typed,
        has_serials=is_typed and rng.random() < 0.2,
    )
