from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.sql_tables import assets, read_checks, read_tables, tables_read


def _table(folder: Path, text: str, name: str = "thing", layer: str = "staging") -> Path:
    path = folder / layer / f"{name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return folder


def test_a_header_tells_what_the_table_is(tmp_path: Path) -> None:
    _table(tmp_path, "-- Things\n-- that are.\n-- key: a, b\n-- column: a | first [kWh]\nselect a, b from raw.x;\n")
    (table,) = read_tables(tmp_path)
    assert (table.name, table.description, table.key) == ("staging.thing", "Things that are.", ("a", "b"))
    assert table.columns == {"a": "first [kWh]"}
    assert table.reads == ("raw.x",)


@pytest.mark.parametrize("text", ["select 1 as a", "-- Things.\nselect 1 as a", "-- key: a\nselect 1 as a"])
def test_a_file_without_description_or_key_is_refused_by_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"thing\.sql"):
        read_tables(_table(tmp_path, text))


def test_what_a_query_reads_is_found_wherever_it_stands() -> None:
    query = """with a as (select * from staging.one) select * from a join marts.two using (x)
               where x in (select x from raw.three) and exists (from status.four)"""
    assert tables_read(query, Path("q.sql")) == ("marts.two", "raw.three", "staging.one", "status.four")


def test_a_query_that_cannot_be_parsed_names_its_file() -> None:
    with pytest.raises(ValueError, match=r"q\.sql"):
        tables_read("select from where", Path("q.sql"))


def test_a_table_that_nothing_builds_is_refused(tmp_path: Path) -> None:
    tables = read_tables(_table(tmp_path, "-- Things.\n-- key: a\nselect a from raw.nowhere"))
    with pytest.raises(ValueError, match=r"raw\.nowhere"):
        assets(tables, [], set())


def test_a_table_that_python_builds_too_is_refused(tmp_path: Path) -> None:
    tables = read_tables(_table(tmp_path, "-- Things.\n-- key: a\nselect 1 as a"))
    with pytest.raises(ValueError, match="also built"):
        assets(tables, [], {"staging.thing"})


def test_a_check_needs_a_table_and_a_severity(tmp_path: Path) -> None:
    _table(tmp_path, "-- checks: staging.thing\nselect 1", name="c", layer="checks")
    with pytest.raises(ValueError, match="severity"):
        read_checks(tmp_path)
