"""UTILTS E66: intervals, months with register readings, and messages with mistakes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.errors import BadInput
from pipelines.ingest.edifact import segments, unescaped
from tests.ingest.made_up_files import SCHOOL, read_meter, refusal_of, starts, total_kwh, utilts

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
SEQ++3'
QTY+136:500'
UNT+22+1'
UNZ+1+REF1'"""


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


@pytest.mark.parametrize(
    ("offset", "period"),
    [
        ("0200", "202607010000202608010000"),  # summer time on the wall
        ("0100", "202607010000202608010000"),  # normal time: one hour into the local month
        ("0100", "202606302300202607312300"),  # normal time that meets the local month
        ("0000", "202606302200202607312200"),  # UTC
    ],
)
def test_month_is_the_local_calendar_month_and_readings_are_not_energy(offset: str, period: str) -> None:
    file = read_meter(MONTH.format(offset=offset, period=period))
    assert file.readings["energy_kwh"].to_list() == [500.0]
    assert starts(file) == ["2026-06-30 22:00"]
    assert file.readings["period_end_utc"].dt.strftime("%Y-%m-%d %H:%M").to_list() == ["2026-07-31 22:00"]
    assert file.warnings == ("2 mätarställningar i filen räknas inte: energin för samma tid står som egna värden.",)


def test_broken_month_is_rejected_and_not_taken_for_a_whole_one() -> None:
    with pytest.raises(BadInput, match="Tidsupplösningen"):
        read_meter(MONTH.format(offset="0100", period="202607100000202608010000"))


def test_numbering_from_zero_gives_the_same_intervals() -> None:
    one_based = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0, 2.0])
    zero_based = one_based.replace("SEQ++1'", "SEQ++0'").replace("SEQ++2'", "SEQ++1'")
    assert starts(read_meter(zero_based)) == starts(read_meter(one_based))


def test_production_is_told_by_the_message() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0]).replace("CAV+E17", "CAV+E18")
    assert read_meter(content).readings["direction"].to_list() == ["production"]


def test_quality_is_taken_from_the_qualifier_or_the_status() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0, 2.0, 3.0])
    content = content.replace("QTY+136:2.000'", "QTY+99:2.000'").replace("QTY+136:3.000'", "QTY+136:3.000'STS+8++56'")
    file = read_meter(content)
    assert file.readings["quality"].to_list() == ["measured", "estimated", "estimated"]


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


def test_escaped_signs_do_not_split() -> None:
    found, service = segments("UNB+A?'B+C??'UNH+1?+2'")
    assert [unescaped(one, service) for one in found] == ["UNB+A'B+C?", "UNH+1+2"]


def test_two_points_in_a_message_are_two_series() -> None:
    one = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0])
    transaction = one[one.index("IDE") : one.index("UNT")]
    content = one.replace("UNT+", transaction.replace("735999000000000013", "735999000000000020") + "UNT+")
    assert read_meter(content).readings["metering_point_id"].to_list() == ["735999000000000013", "735999000000000020"]


def test_other_messages_are_refused_by_name() -> None:
    with pytest.raises(BadInput, match="MSCONS"):
        read_meter("UNB+UNOC:3+A+B+200101:0000+R'UNH+1+MSCONS:D:04B:UN:2.3'BGM+7'UNT+3+1'UNZ+1+R'")


def test_message_without_offset_asks_for_the_time_basis() -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0, 2.0]).replace("DTM+735:?+0100:406'", "")
    assert [question.key for question in read_meter(content).questions] == ["time_basis"]


@pytest.mark.parametrize("broken", ["SEQ'", "SEQ++x'", "DTM+354'", "QTY", "LIN'"])
def test_broken_segment_is_refused_in_plain_words(broken: str) -> None:
    content = utilts(datetime(2026, 1, 1, tzinfo=UTC), [1.0]).replace("SEQ++1'", broken + "SEQ++1'")
    refused = refusal_of(content)
    assert refused is None or refused.fix_sv
