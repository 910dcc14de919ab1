"""A CSV text as rows of fields, long or short."""

from __future__ import annotations

import pytest

from pipelines.ingest import tables
from pipelines.ingest.tables import CsvText, read_table, sample_rows

LINES = ["id;tid;kWh", *(f"å{n};2024-01-01;{n},5" for n in range(2_000))]
TEXT = "\n".join([*LINES, ""])


@pytest.mark.parametrize("source", [TEXT, TEXT.encode()])
def test_a_sample_has_the_first_lines_and_the_last_and_no_line_that_is_cut(
    source: str | bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for longest in (1_000, 10_000_000):
        monkeypatch.setattr(tables, "LONGEST_SAMPLE", longest)
        rows = [row for row in sample_rows(CsvText.of(source)) if row]
        assert rows[0] == ["id", "tid", "kWh"]
        assert rows[-1] == ["å1999", "2024-01-01", "1999,5"]
        assert {len(row) for row in rows} == {3}


def test_a_table_of_bytes_is_read_as_one_of_text() -> None:
    ours, theirs = (read_table(CsvText.of(source), 0) for source in (TEXT, TEXT.encode()))
    assert ours.frame.equals(theirs.frame)
    assert ours.frame["source_row"].to_list() == list(range(2, 2_002))
