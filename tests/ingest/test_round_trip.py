"""Whatever series is written, in whatever layout, the same intervals in UTC and the same energy are read back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.detect import read_file
from tests.ingest.document_writers import WRITERS
from tests.mutation.draft import Draft
from tests.mutation.facts import judge_dates, judge_numbers_beside
from tests.mutation.judge import ASKED_RIGHT, RIGHT, difference, energies, judged
from tests.mutation.maker import LAYOUTS, as_made_file
from tests.mutation.style import Style
from tests.mutation.truth import Series, Truth, last_sunday, midnight
from tests.mutation.writing import text_bytes

POINT = "735999000000000013"
STAMP_FORMS = ("iso", "iso_seconds", "dots", "iso_t", "compact", "year_slashes")
QUICK = settings(max_examples=25, deadline=None)


class FirstChoice(Random):
    """Chance that always takes the first, plainest choice."""

    def random(self) -> float:
        return 0.999999

    def choice(self, seq: Any) -> Any:
        return seq[0]

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return start if stop is not None else 0


@st.composite
def windows(draw: st.DrawFn) -> tuple[date, int, str]:
    """First day, number of days, and the change of clock inside: spring, autumn or none."""
    year = draw(st.integers(2018, 2025))
    days = draw(st.integers(3, 5))
    change = draw(st.sampled_from(["spring", "autumn", ""]))
    if change:
        day = last_sunday(year, 3 if change == "spring" else 10)
        return day - timedelta(days=draw(st.integers(1, days - 2))), days, change
    return date(year, draw(st.sampled_from([1, 2, 5, 6, 7, 8, 12])), draw(st.integers(1, 20))), days, ""


def instants(window: tuple[date, int, str], minutes: int, basis: str, zone: str) -> list[datetime]:
    """The edges of the intervals: whole days, or whole months."""
    first, days, _ = window
    if minutes == -1:
        months = [first.year * 12 + first.month - 1 + n for n in range(days + 3)]
        return [midnight(date(m // 12, m % 12 + 1, 1), "local", zone) for m in months]
    if minutes == 0:
        return [midnight(first + timedelta(days=n), "local", zone) for n in range(days + 10)]
    start, end = (midnight(day, basis, zone) for day in (first, first + timedelta(days=days)))
    count = round((end - start).total_seconds() / 60 / minutes)
    return [start + timedelta(minutes=minutes * n) for n in range(count + 1)]


# Values that tell which mark is the decimal one: below one, or with other than three digits before it.
hundredths = st.lists(st.integers(0, 99_999), min_size=2, max_size=24)


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
@QUICK
@given(data=st.data())
def test_tables_of_every_layout_are_read_back(layout: str, data: st.DataObject) -> None:
    zone = data.draw(st.sampled_from(["Europe/Stockholm", "Europe/Helsinki"]))
    minutes = data.draw(st.sampled_from(sorted(set(LAYOUTS[layout].minutes))))
    basis = data.draw(st.sampled_from(["normal_time", "local"])) if minutes > 0 else "local"
    window = data.draw(windows())
    edges = instants(window, minutes, basis, zone)
    pattern = [n / 100 for n in data.draw(hundredths)]
    values = tuple(pattern[n % len(pattern)] for n in range(len(edges) - 1))
    count = LAYOUTS[layout].series[0]
    series = tuple(Series(f"{int(POINT) + 7 * n}", "consumption", values) for n in range(count))
    unit = data.draw(st.sampled_from(["kWh", "MWh", "Wh"]))
    truth = Truth(zone, basis, minutes, tuple(edges[:-1]), tuple(edges[1:]), unit, 2, series, window[2], False)
    language = data.draw(st.sampled_from(["sv", "en", "no", "da", "fi"]))
    style = Style(language, zone, data.draw(st.sampled_from([",", "."])), "", data.draw(st.sampled_from(STAMP_FORMS)))
    draft = Draft(FirstChoice(0), language, layout, truth, style)
    LAYOUTS[layout].write(draft)
    judge_dates(draft)
    judge_numbers_beside(draft)
    judgement = judged(as_made_file(draft, 0, "export.csv", text_bytes(draft)))
    assert judgement.verdict in (RIGHT, ASKED_RIGHT), judgement


@pytest.mark.parametrize("form", sorted(WRITERS))
@pytest.mark.parametrize("minutes", [15, 30, 60])
@QUICK
@given(window=windows(), watt_hours=st.lists(st.none() | st.integers(0, 9_999_999), min_size=2, max_size=24))
def test_documents_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, form: str, minutes: int, window: Any, watt_hours: list[int | None]
) -> None:
    zone, basis = ("Europe/Helsinki", "local") if form == "records" else ("Europe/Stockholm", "normal_time")
    edges = instants(window, minutes, basis, zone)
    starts, ends = edges[:-1], edges[1:]
    pattern = [None if n is None else n / 1000 for n in watt_hours]
    # The first and the last value are there, so that the document's period is that of its values.
    values = [0.5, *(pattern[n % len(pattern)] for n in range(len(starts) - 2)), 0.25]
    file = read_answered(tmp_path_factory.getbasetemp(), WRITERS[form](starts, ends, values, POINT), zone, basis)
    expected = {
        (POINT, "consumption", start, end): value
        for start, end, value in zip(starts, ends, values, strict=True)
        if value is not None
    }
    found, twice = energies(file.readings)
    assert twice == []
    assert difference(expected, found) is None
    assert file.readings.filter(pl.col("quality") == "missing")["value"].drop_nulls().is_empty()


def read_answered(folder: Path, content: bytes, zone: str, basis: str) -> MeterFile:
    """Read a document; its sender answers which clock it follows where it does not say so itself."""
    path = folder / "document"
    path.write_bytes(content)
    file = read_file(path, "document", zone=zone)
    assert isinstance(file, MeterFile)
    if not file.questions:
        return file
    assert {question.key for question in file.questions} <= {"time_basis"}
    answered = read_file(path, "document", zone=zone, assumptions={"time_basis": basis})
    assert isinstance(answered, MeterFile)
    assert answered.questions == ()
    return answered
