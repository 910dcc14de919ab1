"""The days of clock change, in local and in normal time, and what is asked when a file cannot tell.

2024: the clock goes forward on 31 March (01:00 UTC) and back on 27 October (01:00 UTC).
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.ingest.canonical import TimeBasis
from tests.ingest.made_up_files import by_start, eon, intervals, long_rows, read_meter, starts

MARCH_DAY = datetime(2024, 3, 30, 23, tzinfo=UTC)  # 31 March 00:00 in Sweden, both in local and in normal time
OCTOBER_DAY_LOCAL = datetime(2024, 10, 26, 22, tzinfo=UTC)  # 27 October 00:00 local
OCTOBER_DAY_NORMAL = datetime(2024, 10, 26, 23, tzinfo=UTC)  # 27 October 00:00 normal time
JANUARY_DAY = datetime(2024, 1, 14, 23, tzinfo=UTC)


def test_spring_day_in_local_time_has_23_hours_without_a_gap_in_utc() -> None:
    points = intervals(MARCH_DAY, 23)
    file = read_meter(long_rows(points, [1.0 + n for n in range(23)], basis="local"))
    assert (file.time.basis, file.time.stamp, file.questions) == ("local", "start", ())
    assert by_start(file) == {point: 1.0 + n for n, point in enumerate(points)}
    assert starts(file)[1:3] == ["2024-03-31 00:00", "2024-03-31 01:00"]  # 01:00 and 03:00 on the wall
    assert file.readings["period_end_utc"].max() == datetime(2024, 3, 31, 22, tzinfo=UTC)


def test_spring_day_in_normal_time_has_24_hours() -> None:
    points = intervals(MARCH_DAY, 24)
    file = read_meter(long_rows(points, [1.0] * 24, basis="normal_time"))
    assert (file.time.basis, file.questions) == ("normal_time", ())
    assert starts(file)[0] == "2024-03-30 23:00"
    assert starts(file)[-1] == "2024-03-31 22:00"


def test_autumn_day_in_local_time_has_25_hours_and_the_double_hour_in_order_of_rows() -> None:
    points = intervals(OCTOBER_DAY_LOCAL, 25)
    file = read_meter(long_rows(points, [float(n) for n in range(25)], basis="local"))
    assert file.time.basis == "local"
    assert by_start(file) == {point: float(n) for n, point in enumerate(points)}
    assert starts(file)[2:5] == ["2024-10-27 00:00", "2024-10-27 01:00", "2024-10-27 02:00"]  # 02:00, 02:00, 03:00


def test_autumn_day_in_normal_time_has_24_hours() -> None:
    points = intervals(OCTOBER_DAY_NORMAL, 24)
    file = read_meter(long_rows(points, [1.0 + n / 10 for n in range(24)], basis="normal_time"))
    assert file.time.basis == "normal_time"
    assert list(by_start(file)) == points


def test_autumn_day_with_the_double_hour_added_up_is_asked_about() -> None:
    points = intervals(OCTOBER_DAY_NORMAL, 24)
    values = [1.0] * 24
    values[2] = 2.0
    file = read_meter(long_rows(points, values, basis="normal_time"))
    assert [question.key for question in file.questions] == ["time_basis"]


@pytest.mark.parametrize("minutes", [15, 60])
@pytest.mark.parametrize(
    ("basis", "first", "hours"),
    [
        ("local", MARCH_DAY, 23),
        ("normal_time", MARCH_DAY, 24),
        ("local", OCTOBER_DAY_LOCAL, 25),
        ("normal_time", OCTOBER_DAY_NORMAL, 24),
    ],
)
def test_eon_days_of_clock_change_come_out_right(basis: str, first: datetime, hours: int, minutes: int) -> None:
    points = intervals(first, hours * 60 // minutes, minutes)
    values = [0.5 + n % 7 for n in range(len(points))]
    file = read_meter(eon(points, values, basis=basis, minutes=minutes))
    assert (file.time.basis, file.time.stamp, file.questions) == (basis, "start", ())
    assert by_start(file) == dict(zip(points, values, strict=True))
    assert set(file.readings["resolution"]) == {"PT15M" if minutes == 15 else "PT1H"}


def test_file_that_runs_backwards_has_the_second_pass_of_the_double_hour_first() -> None:
    points = intervals(OCTOBER_DAY_LOCAL, 25)[::-1]
    values = [float(n) for n in range(25)]
    file = read_meter(long_rows(points, values, basis="local"))
    assert by_start(file) == dict(zip(points, values, strict=True))


def test_end_stamps_with_true_instants_in_local_time() -> None:
    ends = intervals(datetime(2024, 3, 31, 0, tzinfo=UTC), 23)  # 01:00, 03:00 (not 02:00), …, 00:00
    file = read_meter(long_rows(ends, [float(n) for n in range(23)], basis="local"))
    assert (file.time.basis, file.time.stamp) == ("local", "end")
    assert starts(file)[:2] == ["2024-03-30 23:00", "2024-03-31 00:00"]


def test_end_stamps_written_as_start_plus_one_hour_in_local_time() -> None:
    labels = [h for h in range(1, 25) if h != 3]  # the hour 01–02 is labelled 02, the next begins 03 and is labelled 04
    rows = "\n".join(f"735999000000000013;2024-03-31 {h:02}:00;{h}" for h in labels)
    file = read_meter("Anläggnings-id;Tid;Förbrukning (kWh)\n" + rows)
    assert (file.time.basis, file.time.stamp) == ("local", "end")
    energy = {start.strftime("%d %H"): value for start, value in by_start(file).items()}
    assert energy["31 00"] == 2.0  # 01–02 in the morning, normal time
    assert energy["31 01"] == 4.0  # 03–04, summer time
    assert energy["31 21"] == 24.0
    assert len(energy) == 23


def test_midnight_as_24_00_ends_the_day() -> None:
    rows = "\n".join(f"735999000000000013;2024-01-15 {h:02}:00;{h}" for h in range(1, 25))
    file = read_meter("Anläggnings-id;Tid;Förbrukning (kWh)\n" + rows, assumptions={"time_basis": "normal_time"})
    assert file.time.stamp == "end"
    assert (starts(file)[0], starts(file)[-1]) == ("2024-01-14 23:00", "2024-01-15 22:00")


def test_file_without_evidence_is_asked_about_and_held() -> None:
    file = read_meter(eon(intervals(JANUARY_DAY, 24), [1.0] * 24, basis="normal_time"))
    assert file.time.basis == "unknown"
    assert [question.key for question in file.questions] == ["time_basis"]
    assert set(file.questions[0].choices) == {"normal_time", "local", "utc"}


def test_answer_settles_the_question() -> None:
    content = eon(intervals(JANUARY_DAY, 24), [1.0] * 24, basis="normal_time")
    assert starts(read_meter(content, assumptions={"time_basis": "utc"}))[0] == "2024-01-15 00:00"
    assert read_meter(content, assumptions={"time_basis": "local"}).questions == ()


def test_profile_of_earlier_files_is_used_where_the_file_is_silent() -> None:
    summer = intervals(datetime(2024, 7, 14, 22, tzinfo=UTC), 24)
    profile = {"se-eon-csv": TimeBasis("local", "Europe/Stockholm", "start", "")}
    file = read_meter(eon(summer, [1.0] * 24, basis="local"), profiles=profile)
    assert file.questions == ()
    assert "samma som i tidigare filer av samma slag från er" in file.time.evidence
    assert starts(file)[0] == "2024-07-14 22:00"


def test_evidence_in_the_file_is_stronger_than_the_profile() -> None:
    profile = {"se-eon-csv": TimeBasis("local", "Europe/Stockholm", "start", "")}
    file = read_meter(eon(intervals(MARCH_DAY, 24), [1.0] * 24, basis="normal_time"), profiles=profile)
    assert file.time.basis == "normal_time"


def test_hour_that_does_not_exist_is_rejected_with_the_reason() -> None:
    hours = [0, 1, 3, 4]
    good = [f"M{meter};2024-03-31 {hour:02}:00;1" for meter in (1, 2) for hour in hours]
    odd = [f"M3;2024-03-31 {hour:02}:00;1" for hour in range(5)]
    file = read_meter("\n".join(["Anläggnings-id;Starttid;kWh", *good, *odd]))
    assert file.time.basis == "local"
    assert file.rejected["source_row"].to_list() == [12]
    assert file.rejected["reason"][0] == "Klockslaget finns inte: klockan ställs fram då."
    assert file.readings["energy_kwh"].sum() == 12.0


def test_zero_in_the_skipped_hour_is_seen_as_local_time() -> None:
    points = intervals(MARCH_DAY, 24)
    values = [5.0] * 24
    values[2] = 0.0
    file = read_meter(long_rows(points, values, basis="normal_time"))
    assert file.time.basis == "local"
    assert file.rejected.height == 1


def test_offset_in_the_stamp_needs_no_evidence() -> None:
    content = "Anläggnings-id;Starttid;kWh\nM1;2024-07-01T00:00:00+02:00;1,5\nM1;2024-07-01T01:00:00+02:00;2,5\n"
    file = read_meter(content)
    assert (file.time.basis, file.questions) == ("offset", ())
    assert starts(file) == ["2024-06-30 22:00", "2024-06-30 23:00"]


def test_double_hour_is_clear_where_the_offset_is_written() -> None:
    content = "id;x\n".replace("id;x", "Anläggnings-id;Starttid;kWh") + (
        "M1;2024-10-27T02:00:00+02:00;1\nM1;2024-10-27T02:00:00+01:00;2\nM1;2024-10-27T03:00:00+01:00;3\n"
    )
    assert starts(read_meter(content)) == ["2024-10-27 00:00", "2024-10-27 01:00", "2024-10-27 02:00"]


def test_row_without_offset_among_rows_with_it_is_rejected() -> None:
    content = (
        "Anläggnings-id;Starttid;kWh\nM1;2024-07-01T00:00:00Z;1\nM1;2024-07-01T01:00:00;2\nM1;2024-07-01T02:00:00Z;3\n"
    )
    file = read_meter(content)
    assert (file.readings.height, file.rejected["source_row"].to_list()) == (2, [3])


def test_day_values_are_local_calendar_days_of_23_and_25_hours() -> None:
    content = "Datum;735999000000000013\n2024-03-31;10\n2024-10-27;20\n2024-10-28;30\n"
    file = read_meter(content, assumptions={"unit": "kWh"})
    hours = (file.readings["period_end_utc"] - file.readings["period_start_utc"]).dt.total_hours().to_list()
    assert hours == [23, 25, 24]
    assert (file.time.basis, file.questions) == ("local", ())
    assert set(file.readings["resolution"]) == {"P1D"}


def test_series_that_goes_from_hours_to_quarters_has_both_resolutions() -> None:
    hours = [f"M1;2024-01-14 {h:02}:00;4" for h in range(24)]
    quarters = [f"M1;2024-01-15 {h:02}:{m:02};1" for h in range(24) for m in (0, 15, 30, 45)]
    file = read_meter(
        "\n".join(["Anläggnings-id;Starttid;kWh", *hours, *quarters]), assumptions={"time_basis": "normal_time"}
    )
    assert file.readings["resolution"].value_counts(sort=True).rows() == [("PT15M", 96), ("PT1H", 24)]
    assert file.readings["period_end_utc"][23] == file.readings["period_start_utc"][24]


def test_stamp_that_cannot_be_told_is_asked_about() -> None:
    content = "Anläggnings-id;Tid;kWh\nM1;2024-07-01T09:00:00Z;1\nM1;2024-07-01T10:00:00Z;2\n"
    assert [question.key for question in read_meter(content).questions] == ["stamp"]
    answered = read_meter(content, assumptions={"stamp": "end"})
    assert (answered.questions, starts(answered)[0]) == ((), "2024-07-01 08:00")


def test_day_values_teach_nothing_about_the_hours_of_a_sender() -> None:
    days = read_meter("Datum;735999000000000013 kWh\n2024-03-30;10\n2024-03-31;20\n")
    assert days.format.startswith("columns-csv-day:")


def test_files_with_a_stated_zone_teach_nothing_about_stamps_without_one() -> None:
    stated = read_meter("Anläggnings-id;Starttid;kWh\nM1;2024-07-01T00:00Z;1\nM1;2024-07-01T01:00Z;1\n")
    silent = "Anläggnings-id;Starttid;kWh\nM1;2024-07-01 00:00;1\nM1;2024-07-01 01:00;1\n"
    file = read_meter(silent, profiles={stated.format: stated.time})
    assert [question.key for question in file.questions] == ["time_basis"]
