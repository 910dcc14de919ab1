"""UTILTS E66: intervals, months with register readings, and messages with mistakes."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime

import polars as pl
import pytest

from pipelines.errors import BadInput
from pipelines.ingest import utilts as reader
from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.intervals import Context
from tests.ingest.made_up_files import SCHOOL, starts, total_kwh, utilts

MONTH = """UNA:+.? '
UNB+UNOC:3+91100:ZZ+21660:ZZ+260831:1811+REF1++23-DDQ-E66-S++1'
UNH+1+UTILTS:D:02B:UN:E5SE5A'
BGM+E66::260+DOC1+9+AB'
DTM+735:?+{offset}:406'
IDE+24+T1'
LOC+172+735999000000000013::9'
LIN+++8716867000030:::9'
DTM+324:{period}:719'
DTM+354:1:802'
STS+7++E88::260'
MEA+AAZ++KWH'
CCI+++E12::260'
CAV+E17::260'
SEQ++1'
RFF+AES:101'
QTY+220:10000'
DTM+597:202607010000:203'
SEQ++2'
RFF+AES:101'
QTY+220:10500'
DTM+597:202608010000:203'
SEQ++3'
QTY+136:500'
UNT+23+1'
UNZ+1+REF1'"""


def read_meter(content: str, **assumptions: str) -> MeterFile:
    """Read a message as a file from somebody who has sent nothing before."""
    return reader.read(content, Context("export.edi", assumptions))


def test_quarters_follow_one_another_from_the_start_of_the_period() -> None:
    file = read_meter(utilts(datetime(2026, 6, 30, 23, tzinfo=UTC), [0.75, 0.812, 0.5], minutes=15))
    assert (file.format, file.time.basis, file.questions, file.warnings) == ("se-utilts-e66", "offset", (), ())
    assert starts(file) == ["2026-06-30 23:00", "2026-06-30 23:15", "2026-06-30 23:30"]
    assert file.readings["energy_kwh"].to_list() == [0.75, 0.812, 0.5]
    assert file.readings.select("metering_point_id", "carrier", "direction", "resolution", "quality").row(0) == (
        SCHOOL,
        "electricity",
        "consumption",
        "PT15M",
        "measured",
    )


def energies(file: MeterFile) -> list[float | None]:
    """What counts: without second accounts."""
    return file.readings.filter(~pl.col("is_second_account"))["energy_kwh"].to_list()


@pytest.mark.parametrize(
    ("offset", "period"),
    [
        ("0200", "202607010000202608010000"),  # summer time on the wall
        ("0100", "202607010000202608010000"),  # normal time: one hour into the local month
        ("0100", "202606302300202607312300"),  # normal time that meets the local month
        ("0000", "202606302200202607312200"),  # UTC
    ],
)
def test_month_is_the_local_calendar_month(offset: str, period: str) -> None:
    file = read_meter(MONTH.format(offset=offset, period=period))
    assert energies(file) == [500.0]
    month = file.readings.filter(pl.col("kind") == "interval")
    assert month["resolution"].to_list() == ["P1M"]
    assert month["period_start_utc"].dt.strftime("%Y-%m-%d %H:%M").to_list() == ["2026-06-30 22:00"]
    assert month["period_end_utc"].dt.strftime("%Y-%m-%d %H:%M").to_list() == ["2026-07-31 22:00"]


def test_readings_beside_the_energy_of_their_period_are_kept_as_a_second_account() -> None:
    file = read_meter(MONTH.format(offset="0100", period="202607010000202608010000"))
    step = file.readings.filter(pl.col("is_second_account"))
    assert step.select("kind", "resolution", "value", "source_row").row(0) == ("register", "P1M", 500.0, 20)
    assert file.warnings == ("1 steg mellan mätarställningar räknas inte: energin för samma tid står som egna värden.",)


def test_readings_that_cannot_give_the_energy_are_a_warning() -> None:
    """1,000 between the readings and 500 in the energy: no whole constant makes them agree."""
    content = MONTH.format(offset="0100", period="202607010000202608010000").replace("10500", "11000")
    assert any("ger 1000 men energin för samma tid är 500" in warning for warning in read_meter(content).warnings)


def test_readings_alone_become_steps_and_the_constant_is_asked_for() -> None:
    content = MONTH.format(offset="0100", period="202607010000202608010000").replace("SEQ++3'\nQTY+136:500'\n", "")
    file = read_meter(content)
    assert [question.key for question in file.questions] == ["register_constant"]
    answered = read_meter(content, register_constant="40")
    assert answered.questions == ()
    assert answered.readings.select("kind", "energy_kwh").rows() == [("register", 20_000.0)]


def test_a_month_that_is_missing_between_two_others_is_not_made_up_from_their_readings() -> None:
    """July and September with readings and energy: nothing is said of August, and no constant is asked for."""
    july = MONTH.format(offset="0100", period="202607010000202608010000")
    transaction = july[july.index("IDE") : july.index("UNT")]
    september = transaction.replace("202608010000", "202610010000").replace("202607010000", "202609010000")
    file = read_meter(
        july.replace("UNT+", september.replace(":10500'", ":11500'").replace(":10000'", ":11000'") + "UNT+")
    )
    assert (energies(file), file.questions) == ([500.0, 500.0], ())
    assert file.readings.filter("is_second_account")["value"].to_list() == [500.0, 500.0]


def test_a_changed_meter_is_two_registers() -> None:
    """Old meter 10,000 to 10,200, new meter 0 to 300: 500 in all, and no step between the two."""
    old, new = "RFF+MG:OLD'\n", "RFF+MG:NEW'\n"
    values = [("1", old, 10_000, "0701"), ("2", old, 10_200, "0715"), ("3", new, 0, "0715"), ("4", new, 300, "0801")]
    readings = "".join(
        f"SEQ++{n}'\n{meter}QTY+220:{value}'\nDTM+597:2026{day}0000:203'\n" for n, meter, value, day in values
    )
    content = MONTH.format(offset="0100", period="202607010000202608010000")
    head, tail = content.split("SEQ++1'\n")[0], content[content.index("SEQ++3") :].replace("SEQ++3", "SEQ++5")
    file = read_meter(head + readings + tail)
    assert energies(file) == [500.0]
    assert file.readings.filter(pl.col("kind") == "register")["value"].to_list() == [200.0, 300.0]


def test_single_value_of_a_broken_month_keeps_the_length_of_its_period() -> None:
    """Somebody moved in on the tenth: the energy is that of the period, not of the month."""
    file = read_meter(MONTH.format(offset="0100", period="202607100000202608010000"))
    interval = file.readings.filter(pl.col("kind") == "interval")
    assert interval.select("resolution", "energy_kwh").row(0) == ("irregular", 500.0)
    assert interval["period_start_utc"][0] == datetime(2026, 7, 9, 23, tzinfo=UTC)
    assert interval["period_end_utc"][0] == datetime(2026, 7, 31, 23, tzinfo=UTC)


def test_several_values_of_a_broken_month_are_rejected() -> None:
    content = MONTH.format(offset="0100", period="202607100000202608010000")
    file = read_meter(content.replace("QTY+136:500'", "QTY+136:500'\nSEQ++4'\nQTY+136:400'"))
    assert file.rejected["reason"].str.contains("Tidsupplösningen").to_list() == [True, True]


def test_numbering_from_zero_gives_the_same_intervals() -> None:
    one_based = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0, 2.0])
    zero_based = one_based.replace("SEQ++1'", "SEQ++0'").replace("SEQ++2'", "SEQ++1'")
    assert starts(read_meter(zero_based)) == starts(read_meter(one_based))


def test_production_is_told_by_the_message() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0]).replace("CAV+E17", "CAV+E18")
    assert read_meter(content).readings["direction"].to_list() == ["production"]


def test_quality_is_taken_from_the_qualifier_or_the_status() -> None:
    """QTY+99 is estimated; STS+8 says 21 temporary, 56 calculated, 46 missing; other codes change nothing."""
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    content = content.replace("QTY+136:2.000'", "QTY+99:2.000'").replace("QTY+136:3.000'", "QTY+136:3.000'STS+8++56'")
    content = content.replace("QTY+136:4.000'", "QTY+136:4.000'STS+8+21::260'")
    content = content.replace("QTY+136:5.000'", "QTY+136:NULL'STS+8+46'").replace("6.000'", "6.000'STS+8+127'")
    file = read_meter(content)
    assert file.readings["quality"].to_list() == ["measured", *["estimated"] * 3, "missing", "measured"]
    assert file.readings["value"].to_list() == [1.0, 2.0, 3.0, 4.0, None, 6.0]
    assert "Statuskoderna 127 är okända; värdena räknas som uppmätta." in file.warnings


def test_energies_numbered_after_the_readings_begin_at_the_start_of_the_period() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0, 2.0])
    content = content.replace("SEQ++2'", "SEQ++4'").replace("SEQ++1'QTY+136", "SEQ++3'QTY+136")
    readings = "SEQ++1'QTY+220:5'DTM+597:202601010100:203'SEQ++2'QTY+220:8'DTM+597:202601010300:203'"
    file = read_meter(content.replace("SEQ++3'", readings + "SEQ++3'"))
    assert [one for one, row in zip(starts(file), file.readings["kind"], strict=True) if row == "interval"] == [
        "2026-01-01 00:00",
        "2026-01-01 01:00",
    ]


def test_values_that_all_have_the_same_number_are_placed_by_their_own_time() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0, 2.0]).replace("SEQ++2'", "SEQ++1'")
    with pytest.raises(BadInput, match="samma nummer"):
        read_meter(content)
    content = content.replace("QTY+136:1.000'", "QTY+136:1.000'DTM+597:202601010200:203'")
    content = content.replace("QTY+136:2.000'", "QTY+136:2.000'DTM+597:202601010100:203'")
    file = read_meter(content)
    assert dict(zip(starts(file), file.readings["value"], strict=True)) == {
        "2026-01-01 01:00": 1.0,
        "2026-01-01 00:00": 2.0,
    }


def test_the_last_transaction_of_a_cut_message_is_rejected_and_the_others_are_used() -> None:
    one = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0, 2.0])
    transaction = one[one.index("IDE") : one.index("UNT")]
    content = one.split("UNT+")[0] + transaction.replace("735999000000000013", "735999000000000020")
    file = read_meter(content.removesuffix("QTY+136:2.000'") + "QTY+136:2.0")
    assert file.readings["metering_point_id"].unique().to_list() == [SCHOOL]
    assert file.rejected["reason"].str.contains("slutraden \\(UNT\\) saknas").to_list() == [True, True]


def test_values_of_a_grid_area_are_no_values_of_a_metering_point() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0]).replace(f"LOC+172+{SCHOOL}::9'", "LOC+239+TES:SVK:260'")
    with pytest.raises(BadInput, match="LOC\\+172"):
        read_meter(content)


def test_a_reading_in_an_unknown_guide_is_not_guessed_at() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0, 2.0]).replace("E5SE5A", "E5XX01")
    file = read_meter(content.replace("QTY+136:2.000", "QTY+220:2.000"))
    assert total_kwh(file) == 1.0
    assert "QTY+220 kan betyda både energi och mätarställning i UTILTS D.02B E5XX01" in file.rejected["reason"][0]


def test_reactive_energy_is_not_energy() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0]).replace("MEA+AAZ++KWH", "MEA+AAZ++KVARH")
    with pytest.raises(BadInput, match="reaktiv"):
        read_meter(content)


def test_wrong_count_of_segments_is_a_warning() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0]).replace("UNT+", "UNT+9")
    file = read_meter(content)
    assert total_kwh(file) == 1.0
    assert "UNT" in file.warnings[0]


def test_fewer_values_than_the_period_holds_is_a_warning() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0, 2.0]).replace("SEQ++2'QTY+136:2.000'", "")
    assert any("1 värden för en period som har 2" in warning for warning in read_meter(content).warnings)


def test_interval_beyond_the_period_is_rejected() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0, 2.0]).replace("SEQ++2'", "SEQ++3'")
    file = read_meter(content)
    assert (file.readings.height, file.rejected["reason"].to_list()) == (
        1,
        ["Värdet ligger utanför meddelandets period."],
    )


def test_other_service_characters_are_honoured() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.5])
    other = content[9:].translate(str.maketrans({"+": "|", ":": "/", "'": "~", "?": "!", ".": ","}))
    assert total_kwh(read_meter("UNA/|,! ~" + other)) == 1.5


def test_two_points_in_a_message_are_two_series() -> None:
    one = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0])
    transaction = one[one.index("IDE") : one.index("UNT")]
    content = one.replace("UNT+", transaction.replace("735999000000000013", "735999000000000020") + "UNT+")
    assert read_meter(content).readings["metering_point_id"].to_list() == ["735999000000000013", "735999000000000020"]


def test_other_messages_are_refused_by_name() -> None:
    with pytest.raises(BadInput, match="PRODAT"):
        read_meter("UNB+UNOC:3+A+B+200101:0000+R'UNH+1+PRODAT:D:97A:UN:E2SE6A'BGM+Z04'UNT+3+1'UNZ+1+R'")


def test_values_in_messages_of_another_kind_are_rejected() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0])
    other = "UNH+2+MSCONS:D:04B:UN:2.2e'QTY+220:7'UNT+3+2'"
    file = read_meter(content.replace("UNZ+1", other + "UNZ+2"))
    assert (total_kwh(file), file.rejected["reason"].to_list()) == (
        1.0,
        ["Meddelanden av slaget MSCONS läses inte i samma fil."],
    )


def test_message_without_offset_asks_for_the_time_basis() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0, 2.0]).replace("DTM+735:?+0100:406'", "")
    assert [question.key for question in read_meter(content).questions] == ["time_basis"]


@pytest.mark.parametrize("broken", ["SEQ'", "SEQ++x'", "DTM+354'", "QTY'", "LIN'", "UNH'", "UNT'", "LOC+172'", "DTM'"])
def test_broken_segment_is_survived_or_refused_in_plain_words(broken: str) -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0]).replace("SEQ++1'", broken + "SEQ++1'")
    with suppress(BadInput):
        assert read_meter(content).readings.height <= 2


def test_a_month_of_an_organisation_is_read_in_a_second() -> None:
    """200 points and a month of hours, 290,000 segments: the time is not counted per transaction."""
    one = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0] * 720)
    transaction = one[one.index("IDE") : one.index("UNT")]
    points = "".join(transaction.replace(SCHOOL, f"7359990000000{n:05d}") for n in range(200))
    content = one.replace(transaction, points)
    began = time.process_time()
    file = read_meter(content)
    assert (file.readings.height, total_kwh(file)) == (144_000, 144_000.0)
    assert time.process_time() - began < 10
