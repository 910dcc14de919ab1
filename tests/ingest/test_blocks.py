"""E.ON "Mätvärdesexport": two tables in a file."""

from __future__ import annotations

import pytest

from pipelines.errors import BadInput
from tests.ingest.made_up_files import EON_METADATA, EON_VALUES, LIBRARY, SCHOOL, read_meter, total_kwh

NORMAL = {"assumptions": {"time_basis": "normal_time"}}


def block(identity: str, *rows: str, unit: str = "kWh") -> str:
    metadata = f"{identity};2026-07-27 11:35:54;Aktiv energi;2026-07-26 00:00;2026-07-27 00:00;{unit}"
    return "\n".join([EON_METADATA, metadata, "", EON_VALUES, *rows]) + "\n"


def test_id_comes_from_the_metadata_and_rows_keep_their_line() -> None:
    file = read_meter(
        "\ufeff" + block(SCHOOL, "2026-07-26 00:00;2026-07-26 00:15:00;Förbrukning;Uppmätt;0,052"), **NORMAL
    )
    row = file.readings.row(0, named=True)
    assert (file.format, file.id_source, row["metering_point_id"]) == ("se-eon-csv", "metadata", SCHOOL)
    assert (row["carrier"], row["resolution"], row["energy_kwh"], row["source_row"]) == (
        "electricity",
        "PT15M",
        0.052,
        5,
    )
    assert f"{row['period_start_utc']:%Y-%m-%d %H:%M}" == "2026-07-25 23:00"


def test_consumption_and_production_are_kept_apart() -> None:
    rows = (
        "2026-07-26 10:00:00;2026-07-26 11:00:00;Förbrukning;Uppmätt;1,000",
        "2026-07-26 10:00:00;2026-07-26 11:00:00;Produktion;Uppmätt;3,500",
    )
    file = read_meter(block(SCHOOL, *rows), **NORMAL)
    assert dict(file.readings.select("direction", "energy_kwh").iter_rows()) == {"consumption": 1.0, "production": 3.5}


def test_quality_is_kept_and_missing_is_not_zero() -> None:
    rows = (
        "2026-07-26 00:00;2026-07-26 01:00:00;Förbrukning;Uppmätt;0,000",
        "2026-07-26 01:00:00;2026-07-26 02:00:00;Förbrukning;Beräknat;1,250",
        "2026-07-26 02:00:00;2026-07-26 03:00:00;Förbrukning;Saknas;",
        "2026-07-26 03:00:00;2026-07-26 04:00:00;Förbrukning;Uppmätt;",
    )
    file = read_meter(block(SCHOOL, *rows), **NORMAL)
    assert file.readings["quality"].to_list() == ["measured", "estimated", "missing", "missing"]
    assert file.readings["energy_kwh"].to_list() == [0.0, 1.25, None, None]


def test_unit_of_the_metadata_is_used() -> None:
    file = read_meter(
        block(SCHOOL, "2026-07-26 00:00;2026-07-26 01:00:00;Förbrukning;Uppmätt;0,052", unit="MWh"), **NORMAL
    )
    assert (file.readings["value"][0], file.readings["energy_kwh"][0]) == (0.052, 52.0)


def test_several_facilities_after_one_another_in_a_file() -> None:
    content = block(SCHOOL, "2026-07-26 00:00;2026-07-26 01:00:00;Förbrukning;Uppmätt;1,0") + "\n"
    content += block(LIBRARY, "2026-07-26 00:00;2026-07-26 01:00:00;Förbrukning;Uppmätt;2,0")
    file = read_meter(content, **NORMAL)
    assert dict(file.readings.select("metering_point_id", "energy_kwh").iter_rows()) == {SCHOOL: 1.0, LIBRARY: 2.0}
    assert file.readings["source_row"].to_list() == [5, 11]


def test_windows_1252_and_line_ends_of_windows_are_read() -> None:
    content = block(SCHOOL, "2026-07-26 00:00;2026-07-26 01:00:00;Förbrukning;Uppmätt;1 234,5").replace("\n", "\r\n")
    assert total_kwh(read_meter(content.encode("cp1252"), **NORMAL)) == 1234.5


def test_value_that_is_no_number_is_rejected_with_its_row() -> None:
    rows = (
        "2026-07-26 00:00;2026-07-26 01:00:00;Förbrukning;Uppmätt;abc",
        "2026-07-26 01:00:00;2026-07-26 02:00:00;Förbrukning;Uppmätt;1,0",
    )
    file = read_meter(block(SCHOOL, *rows), **NORMAL)
    assert file.rejected.row(0)[:2] == (5, "Värdet är inget tal: abc")
    assert file.readings.height == 1


def test_export_without_values_is_refused() -> None:
    with pytest.raises(BadInput, match="Inga mätvärden"):
        read_meter(block(SCHOOL))
