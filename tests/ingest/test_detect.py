"""The reader is chosen by content, and whatever series is written in whatever layout and clock comes back the same."""

from __future__ import annotations

import bz2
import gzip
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.made_up_binary_workbooks import xls, zipped
from tests.ingest.made_up_files import (
    SCHOOL,
    STOCKHOLM,
    by_start,
    ellevio,
    eon,
    long_rows,
    read_meter,
    utilts,
    workbook,
)


def test_reader_is_chosen_by_content_and_never_by_name() -> None:
    points = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(3)]
    assert read_meter(eon(points, [1.0, 2.0, 3.0], basis="local"), "fil.xlsx").format == "se-eon-csv"
    assert read_meter(utilts(points[0], [1.0]), "fil.csv").format == "se-utilts-e66"
    assert read_meter(ellevio(points, {SCHOOL: [1.0, 2.0, 3.0]}, basis="local"), "fil").format == "se-ellevio-csv"


def test_the_same_table_is_read_alike_in_whatever_it_is_packed_or_saved_as() -> None:
    points = [datetime(2024, 3, 31, tzinfo=UTC) + timedelta(hours=n) for n in range(4)]
    text = "Anläggnings-id;Starttid;kWh\n" + "".join(
        f"{SCHOOL};{p:%Y-%m-%dT%H:%MZ};{n},125\n" for n, p in enumerate(points)
    )
    rows = [line.split(";") for line in text.splitlines()]
    cells = [rows[0], *([one, stamp, float(value.replace(",", "."))] for one, stamp, value in rows[1:])]
    page = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    forms = {
        "csv": text.encode(),
        "utf-16": text.encode("utf-16"),
        "gzip": gzip.compress(text.encode("cp1252")),
        "bzip2": bz2.compress(text.encode()),
        "zip": zipped({"mapp/export.csv": text}),
        "xlsx": workbook({"Blad1": cells}),
        "xls": xls({"Blad1": cells}),
        "xlsx in a zip": zipped({"export.xlsx": workbook({"Blad1": cells})}),
        "xls that is a web page": f"<html><body><table>{page}</table></body></html>".encode("cp1252"),
        "xls that is CSV with tabs": text.replace(";", "\t").replace("\n", "\r\n").encode("utf-16"),
    }
    for name, content in forms.items():
        assert by_start(read_meter(content, "export.xls")) == {p: n + 0.125 for n, p in enumerate(points)}, name


CHANGES = (datetime(2023, 3, 26), datetime(2023, 10, 29), datetime(2024, 3, 31), datetime(2024, 10, 27))
BASES = st.sampled_from(["local", "normal_time"])


def day_start(day: datetime, basis: str) -> datetime:
    """Midnight of a day by the file's clock, in UTC."""
    if basis == "local":
        return day.replace(tzinfo=STOCKHOLM).astimezone(UTC)
    return (day - timedelta(hours=1)).replace(tzinfo=UTC)


@st.composite
def series_over_a_change(draw: st.DrawFn) -> tuple[str, int, list[datetime], list[float]]:
    """Whole days around a change of clock: basis, minutes, starts in UTC and values."""
    basis = draw(BASES)
    minutes = draw(st.sampled_from([15, 60]))
    change = draw(st.sampled_from(CHANGES))
    first = day_start(change - timedelta(days=draw(st.integers(0, 3))), basis)
    beyond = day_start(change + timedelta(days=draw(st.integers(1, 3))), basis)
    count = round((beyond - first) / timedelta(minutes=minutes))
    points = [first + timedelta(minutes=minutes * n) for n in range(count)]
    # A steady base keeps the double hour from looking like a sum of two.
    base = draw(st.integers(100, 9_000))
    steps = draw(st.lists(st.integers(0, 40), min_size=7, max_size=7))
    return basis, minutes, points, [(base + steps[n % 7]) / 1000 for n in range(count)]


@settings(max_examples=40, deadline=None)
@given(series_over_a_change())
def test_eon_round_trip_over_a_change_of_clock(series: tuple[str, int, list[datetime], list[float]]) -> None:
    basis, minutes, points, values = series
    file = read_meter(eon(points, values, basis=basis, minutes=minutes))
    assert (file.time.basis, file.questions, file.rejected.height) == (basis, (), 0)
    assert by_start(file) == dict(zip(points, values, strict=True))


@settings(max_examples=40, deadline=None)
@given(series_over_a_change(), st.booleans())
def test_ellevio_round_trip_over_a_change_of_clock(
    series: tuple[str, int, list[datetime], list[float]], is_end: bool
) -> None:
    basis, minutes, points, values = series
    step = timedelta(minutes=minutes if is_end else 0)
    file = read_meter(ellevio([point + step for point in points], {SCHOOL: values}, basis=basis))
    assert (file.time.basis, file.time.stamp, file.questions) == (basis, "end" if is_end else "start", ())
    assert by_start(file) == dict(zip(points, values, strict=True))


@settings(max_examples=40, deadline=None)
@given(series_over_a_change(), st.booleans())
def test_long_rows_round_trip_over_a_change_of_clock_in_either_order(
    series: tuple[str, int, list[datetime], list[float]], is_backwards: bool
) -> None:
    basis, _, points, values = series
    pairs = list(zip(points, values, strict=True))[:: -1 if is_backwards else 1]
    file = read_meter(long_rows([p for p, _ in pairs], [v for _, v in pairs], basis=basis))
    assert file.time.basis == basis
    assert by_start(file) == dict(pairs)


@settings(max_examples=30, deadline=None)
@given(series_over_a_change())
def test_utilts_round_trip_whatever_the_wall_clock_does(
    series: tuple[str, int, list[datetime], list[float]],
) -> None:
    _, minutes, points, values = series
    file = read_meter(utilts(points[0], values, minutes=minutes))
    assert by_start(file) == dict(zip(points, values, strict=True))


@settings(max_examples=30, deadline=None)
@given(
    st.integers(2021, 2026),
    st.lists(st.one_of(st.none(), st.integers(0, 10_000_000)), min_size=12, max_size=12),
)
def test_monthly_sheet_round_trip_keeps_the_missing_months(year: int, thousandths: list[int | None]) -> None:
    values = [None if one is None else one / 1000 for one in thousandths]
    if not any(value is not None for value in values):
        values[0] = 0.0
    header = ["Anläggnings-id", "Enhet", *[f"{year}-{month:02}" for month in range(1, 13)]]
    file = read_meter(workbook({"Data": [["Fjärrvärme"], header, [SCHOOL, "MWh", *values]]}), "x.xlsx")
    expected = {
        datetime(year, month, 1, tzinfo=STOCKHOLM).astimezone(UTC): value for month, value in enumerate(values, 1)
    }
    found = by_start(file)
    assert {start for start, value in found.items() if value is None} == {s for s, v in expected.items() if v is None}
    assert all(abs(found[start] - value * 1000) < 1e-6 for start, value in expected.items() if value is not None)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=2, max_size=30), st.sampled_from(".,"))
def test_numbers_come_back_whatever_the_decimal_mark(values: list[float], mark: str) -> None:
    rows = [
        f"{SCHOOL};2024-01-{n // 24 + 1:02}T{n % 24:02}:00Z;{v:.3f}".replace(".", mark) for n, v in enumerate(values)
    ]
    file = read_meter("Anläggnings-id;Starttid;kWh\n" + "\n".join(rows))
    assert file.readings["energy_kwh"].to_list() == values
