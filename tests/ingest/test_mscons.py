"""MSCONS: a code means what its guide says, and periods stand where the guide puts them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import BadInput
from pipelines.ingest import mscons as reader
from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.intervals import Context
from tests.ingest.made_up_files import SCHOOL, starts, total_kwh

QUICK = settings(max_examples=30, deadline=None)
GERMAN, SWISS = "D:04B:UN:2.2e", "D:99A:UN:1"
DANISH, SWEDISH = "D:96A:ZZ:E2DK02", "D:96A:ZZ:E2SE5"


def read(content: str, **assumptions: str) -> MeterFile:
    """Read a message as a file from somebody who has sent nothing before."""
    return reader.read(content, Context("export.edi", assumptions))


def message(kind: str, segments: Sequence[str], head: Sequence[str] = ()) -> str:
    """An interchange with one message and right counts."""
    body = [f"UNH+1+MSCONS:{kind}", "BGM+7+DOC+9", *head, "UNS+D", *segments]
    body.append(f"UNT+{len(body) + 1}+1")
    return "'".join(["UNA:+.? ", "UNB+UNOC:3+A:500+B:500+200101:0000+REF++TL", *body, "UNZ+1+REF", ""])


def stamped(instant: datetime, zone: str = "01") -> str:
    """An instant as a German message writes it."""
    return f"{instant + timedelta(hours=int(zone)):%Y%m%d%H%M}?+{zone}"


def german(values: Sequence[float], obis: str = "1-1?:1.29.0", code: str = "220", start: datetime | None = None) -> str:
    """Quarters with their period after each value."""
    first = start or datetime(2024, 1, 1, tzinfo=UTC)
    lines = ["NAD+DP", f"LOC+172+{SCHOOL}", "LIN+1", f"PIA+5+{obis}:SRW"]
    for n, value in enumerate(values):
        begin = first + timedelta(minutes=15 * n)
        lines += [f"QTY+{code}:{value}", f"DTM+163:{stamped(begin)}:303"]
        lines.append(f"DTM+164:{stamped(begin + timedelta(minutes=15))}:303")
    return message(GERMAN, lines)


def used(file: MeterFile) -> pl.DataFrame:
    """The readings that count."""
    return file.readings.filter(~pl.col("is_second_account"))


def test_german_energy_has_its_period_after_the_value_and_kwh_without_saying_so() -> None:
    file = read(german([1.5, 2.5]))
    assert (file.format, file.time.basis, file.questions, file.warnings) == ("de-mscons-d04b", "offset", (), ())
    assert starts(file) == ["2024-01-01 00:00", "2024-01-01 00:15"]
    row = file.readings.select("metering_point_id", "carrier", "direction", "unit", "resolution", "quality").row(0)
    assert row == (SCHOOL, "electricity", "consumption", "kWh", "PT15M", "measured")
    assert total_kwh(file) == 4.0


def test_period_may_stand_before_the_value() -> None:
    content = german([1.5, 2.5])
    begin = content.index("QTY+220:1.5'")
    first, second = content[begin:].split("'QTY+220:2.5'")
    period, rest = first.removeprefix("QTY+220:1.5'"), second[: second.index("'UNT")]
    moved = content[:begin] + f"{period}'QTY+220:1.5'{rest}'QTY+220:2.5" + second[second.index("'UNT") :]
    assert read(moved).readings.equals(read(german([1.5, 2.5])).readings.with_columns(source_row=pl.Series([11, 14])))


def test_two_zones_in_one_message_are_each_honoured() -> None:
    """The night when summer time begins: 01:45+01 to 03:00+02 is one quarter."""
    content = german([1.0, 2.0], start=datetime(2024, 3, 31, 0, 45, tzinfo=UTC))
    content = content.replace("202403310200?+01", "202403310300?+02").replace("202403310215?+01", "202403310315?+02")
    file = read(content)
    assert starts(file) == ["2024-03-31 00:45", "2024-03-31 01:00"]
    assert file.readings["resolution"].to_list() == ["PT15M", "PT15M"]


def test_obis_2_is_production_and_substitutes_are_estimated() -> None:
    file = read(german([3.0], "1-1?:2.29.0*255", "67"))
    assert file.readings.select("direction", "quality").row(0) == ("production", "estimated")


@pytest.mark.parametrize("obis", ["1-1?:3.29.0", "1-1?:5.29.0*255", "1-1?:1.6.0", "1-1?:16.7.0", "1-1?:21.29.0"])
def test_reactive_power_and_parts_are_left_out_by_name(obis: str) -> None:
    with pytest.raises(BadInput, match="inga värden att följa upp"):
        read(german([1.0], obis))
    both = german([1.0]).split("UNT+")[0] + german([5.0], obis).split("NAD+DP'")[1]
    file = read(both.replace("UNT+12", "UNT+18"))
    assert total_kwh(file) == 1.0
    assert any(obis.replace("?", "") in warning for warning in file.warnings)


def test_a_value_that_must_not_be_used_is_missing() -> None:
    assert read(german([1.0], code="20")).readings.select("value", "quality").row(0) == (None, "missing")


def test_unknown_code_is_rejected_by_name() -> None:
    content = german([1.0, 2.0]).replace("QTY+220:2.0", "QTY+46:2.0")
    file = read(content)
    assert total_kwh(file) == 1.0
    assert file.rejected["reason"].to_list() == ["Det går inte att veta vad koden QTY+46 betyder i MSCONS D.04B 2.2E."]


def test_obis_8_is_a_register_in_germany_and_its_constant_is_asked_for() -> None:
    """The same QTY+220 that is energy beside 1.29.0."""
    lines = ["NAD+DP", f"LOC+172+{SCHOOL}", "LIN+1", "PIA+5+1-1?:1.8.0:SRW"]
    lines += ["QTY+220:7000", "DTM+9:20240101:102", "QTY+220:7300", "DTM+9:20240201:102"]
    file = read(message(GERMAN, lines), register_constant="1")
    assert file.readings.select("kind", "energy_kwh", "resolution").rows() == [("register", 300.0, "P1M")]
    assert [one.key for one in read(message(GERMAN, lines)).questions][-1] == "register_constant"


def test_swedish_220_is_a_reading_and_136_the_energy() -> None:
    lines = [f"LOC+90+{SCHOOL}::9", "LIN+1++1", "MEA+AAZ++KWH", "QTY+136:500", "DTM+324:202401010000202402010000:Z13"]
    lines += ["LIN+2++2", "MEA+AAZ++KWH", "QTY+220:1000", "DTM+9:202401010000:203", "QTY+220:1500"]
    file = read(message(SWEDISH, [*lines, "DTM+9:202402010000:203"], ["DTM+ZZZ:1:805"]))
    assert (file.format, used(file)["energy_kwh"].to_list()) == ("se-mscons-d96a", [500.0])
    assert file.readings.filter("is_second_account").select("kind", "value").rows() == [("register", 500.0)]


def test_danish_message_gives_its_offset_once_and_tells_the_energy_twice() -> None:
    """Two products with the same energy: it counts once; a reading (QTY+31) alone is no energy."""
    energy = ["MEA+AAZ++KWH", "QTY+136:9127", "DTM+324:200812312300200910232200:Z13", "MEA+SV++ZZ:1"]
    lines = ["NAD+XX", f"LOC+90+{SCHOOL}::9", "LIN+1++9011:::DK", *energy, "LIN+2++9016:::DK", *energy]
    lines += ["LIN+3++9015:::DK", "MEA+AAZ++KWH", "QTY+31:12444", "MEA+SV++ZZ:1"]
    head = ["DTM+163:200812312300:203", "DTM+164:200910232200:203", "DTM+ZZZ:0:805"]
    file = read(message(DANISH, lines, head))
    assert (file.format, file.readings["energy_kwh"].to_list()) == ("dk-mscons-d96a", [9127.0, 9127.0])
    assert used(file).select("period_start_utc", "period_end_utc", "resolution").row(0) == (
        datetime(2008, 12, 31, 23, tzinfo=UTC),
        datetime(2009, 10, 23, 22, tzinfo=UTC),
        "irregular",
    )
    assert file.questions == ()


def test_products_that_contradict_each_other_are_rejected() -> None:
    energy = ["MEA+AAZ++KWH", "QTY+136:{}", "DTM+324:202401010000202402010000:Z13"]
    lines = [f"LOC+90+{SCHOOL}::9", "LIN+1++9011:::DK", *energy, "LIN+2++9016:::DK", *energy]
    with pytest.raises(BadInput, match="olika värden"):
        read(message(DANISH, "|".join(lines).replace("{}", "1", 1).replace("{}", "2").split("|"), ["DTM+ZZZ:0:805"]))


def test_swiss_series_has_one_period_a_resolution_and_the_unit_in_each_value() -> None:
    lines = ["LOC+172+::87:CH1000000000000000000000000000001", "LIN+1", "PIA+5+1-1?:1.29.0*255:SWR"]
    lines += ["DTM+163:201303240000?+01:303", "DTM+164:201303240045?+01:303", "DTM+672:15:806"]
    lines += ["QTY+46:20.800:KWH", "QTY+79:1.0:KWH", "QTY+46:0.02:MWH"]
    file = read(message(SWISS, lines))
    assert file.readings["metering_point_id"].unique().to_list() == ["CH1000000000000000000000000000001"]
    assert starts(file) == ["2013-03-23 23:00", "2013-03-23 23:15", "2013-03-23 23:30"]
    assert file.readings["energy_kwh"].to_list() == [20.8, 1.0, 20.0]
    assert file.readings["quality"].to_list() == ["measured", "estimated", "measured"]


def test_values_that_share_a_period_without_resolution_divide_it_evenly_or_not_at_all() -> None:
    lines = ["LOC+172+::87:CH1000000000000000000000000000001", "LIN+1", "PIA+5+1-1?:1.29.0*255:SWR"]
    lines += ["DTM+163:201303240000?+01:303", "DTM+164:201303240100?+01:303"]
    quarters = read(message(SWISS, [*lines, *["QTY+46:1:KWH"] * 4]))
    assert quarters.readings["resolution"].unique().to_list() == ["PT15M"]
    with pytest.raises(BadInput, match="utan tidsupplösning"):
        read(message(SWISS, [*lines, *["QTY+46:1:KWH"] * 3]))


@pytest.mark.parametrize(
    ("obis", "carrier", "unit", "kwh"),
    [
        ("6-1?:1.29.0", "district_heating", "MWH", 2000.0),
        ("5-1?:1.29.0", "district_cooling", "KWH", 2.0),
        ("7-1?:3.29.0", "gas", "MTQ", None),
        ("8-1?:1.29.0", "water", "MTQ", None),
    ],
)
def test_the_medium_of_the_obis_code_is_the_carrier(obis: str, carrier: str, unit: str, kwh: float | None) -> None:
    """Volumes keep their unit and are no energy."""
    content = german([2.0], obis).replace("QTY+220:2.0", f"QTY+220:2.0:{unit}")
    assert read(content).readings.select("carrier", "energy_kwh").row(0) == (carrier, kwh)


def test_parts_by_tariff_are_a_second_account_of_their_total() -> None:
    parts = [german([value], f"1-1?:1.9.{tariff}") for tariff, value in ((0, 5.0), (1, 3.0), (2, 2.0))]
    body = "".join(part.split("NAD+DP'")[1].split("UNT+")[0] for part in parts)
    content = parts[0].split("NAD+DP'")[0] + "NAD+DP'" + body + "UNT+22+1'UNZ+1+REF'"
    assert used(read(content))["energy_kwh"].to_list() == [5.0]


def test_unknown_guide_is_read_where_its_code_means_energy_everywhere() -> None:
    lines = [f"LOC+172+{SCHOOL}", "LIN+1", "MEA+AAZ++KWH", "QTY+136:7", "DTM+324:202401010000202401020000:719"]
    assert total_kwh(read(message("D:05A:UN:X1", lines, ["DTM+ZZZ:1:805"]))) == 7.0


def test_unknown_guide_is_refused_where_its_code_means_two_things() -> None:
    lines = [f"LOC+172+{SCHOOL}", "LIN+1", "MEA+AAZ++KWH", "QTY+220:7", "DTM+324:202401010000202401020000:719"]
    with pytest.raises(BadInput, match=r"QTY\+220 betyder i MSCONS D.05A X1"):
        read(message("D:05A:UN:X1", lines))


def test_message_without_zone_asks_for_the_time_basis() -> None:
    content = german([1.0, 2.0]).replace("?+01:303", ":203")
    assert [question.key for question in read(content).questions] == ["time_basis"]


def test_several_points_and_messages_are_series_of_their_own() -> None:
    content = german([1.0])
    second = content[content.index("UNH") : content.index("UNZ")].replace(SCHOOL, "735999000000000020")
    file = read(content.replace("UNZ+1", second + "UNZ+2"))
    assert file.readings["metering_point_id"].to_list() == [SCHOOL, "735999000000000020"]


def test_the_last_item_of_a_cut_message_is_rejected() -> None:
    content = german([1.0])
    second = content[content.index("LOC") : content.index("UNT")].replace(SCHOOL, "735999000000000020")
    file = read(content.split("UNT+")[0] + second)
    assert (total_kwh(file), file.rejected.height) == (1.0, 1)
    assert "slutraden (UNT) saknas" in file.rejected["reason"][0]


def test_decimal_comma_of_una() -> None:
    assert total_kwh(read(german([1.25]).replace("UNA:+.", "UNA:+,").replace("1.25", "1,25"))) == 1.25


@QUICK
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=200), st.integers(0, 35_000))
def test_written_quarters_come_back(values: list[int], first: int) -> None:
    """Any row of quarters in the year, the days of clock change included."""
    start = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * first)
    file = read(german([value / 100 for value in values], start=start))
    assert file.readings["energy_kwh"].to_list() == [value / 100 for value in values]
    assert file.readings["period_start_utc"].to_list() == [
        start + timedelta(minutes=15 * n) for n in range(len(values))
    ]


@pytest.mark.parametrize(
    "broken", ["QTY'", "DTM'", "DTM+163'", "LOC+172'", "LIN'", "PIA'", "MEA'", "UNT'", "UNH'", "UNS'"]
)
def test_broken_segment_is_refused_or_survived(broken: str) -> None:
    content = german([1.0, 2.0]).replace("QTY+220:2.0'", broken + "QTY+220:2.0'")
    with suppress(BadInput):
        assert read(content).readings.height <= 2
