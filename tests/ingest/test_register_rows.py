"""Columns of meter readings in tables: alone, in pairs, and beside volumes."""

from __future__ import annotations

import pytest

from tests.ingest.made_up_files import SCHOOL, read_meter, starts, total_kwh

DATES = [f"2024-{month:02}-01" for month in range(1, 8)]


@pytest.mark.parametrize(
    "header", ["Mätarställning (kWh)", "Målerstand (kWh)", "Meter reading (kWh)", "Mittarilukema kWh"]
)
def test_readings_alone_are_the_energy_between_them(header: str) -> None:
    rows = "\n".join(f"{SCHOOL};{day};{1000 + 50 * n}" for n, day in enumerate(DATES))
    file = read_meter(f"Anläggnings-id;Datum;{header}\n{rows}\n")
    assert file.readings["energy_kwh"].to_list() == [50.0] * 6
    assert set(file.readings["kind"]) == {"register"}
    assert (file.readings["resolution"].to_list()[0], starts(file)[0], file.questions) == (
        "P1M",
        "2023-12-31 23:00",
        (),
    )


def test_constant_of_the_meter_is_used() -> None:
    rows = "\n".join(f"{SCHOOL};{day};{1000 + 5 * n};40" for n, day in enumerate(DATES))
    file = read_meter(f"Anläggnings-id;Datum;Mätarställning (kWh);Konstant\n{rows}\n")
    assert total_kwh(file) == 6 * 5 * 40


def test_reading_dates_that_are_not_month_ends_keep_their_days() -> None:
    rows = f"{SCHOOL};2024-01-05;100\n{SCHOOL};2024-02-07;160\n{SCHOOL};2024-03-04;220\n"
    file = read_meter("Anläggnings-id;Avläsningsdatum;Mätarställning (kWh)\n" + rows)
    assert file.readings["resolution"].to_list() == ["irregular", "irregular"]
    assert starts(file) == ["2024-01-04 23:00", "2024-02-06 23:00"]


def test_two_readings_on_each_row() -> None:
    header = "Anläggnings-id;Från;Till;Ingående mätarställning (kWh);Utgående mätarställning (kWh)"
    file = read_meter(f"{header}\n{SCHOOL};2024-01-01;2024-02-01;100;150\n{SCHOOL};2024-02-01;2024-03-01;150;140\n")
    assert (total_kwh(file), file.rejected["source_row"].to_list()) == (50.0, [3])


def test_volumes_beside_readings_are_used_and_the_readings_are_a_second_account() -> None:
    rows = "\n".join(f"{SCHOOL};{day};{1000 + 50 * n};{50 if n else ''}" for n, day in enumerate(DATES))
    file = read_meter(f"Anläggnings-id;Datum;Mätarställning;Förbrukning (kWh)\n{rows}\n")
    first = file.readings.filter(~file.readings["is_second_account"])
    assert first["energy_kwh"].to_list() == [None, *[50.0] * 6]
    assert (file.readings["is_second_account"].sum(), starts(file)[1]) == (6, "2023-12-31 23:00")


def test_column_that_never_falls_is_asked_about_and_surely_known_when_long() -> None:
    short = "\n".join(f"{SCHOOL};2024-01-{day:02};{5000 + 7 * day}" for day in range(1, 21))
    file = read_meter(f"Anläggnings-id;Datum;Energi (kWh)\n{short}\n")
    assert [question.key for question in file.questions] == ["value_kind"]
    answered = read_meter(f"Anläggnings-id;Datum;Energi (kWh)\n{short}\n", assumptions={"value_kind": "register"})
    assert (answered.questions, total_kwh(answered)) == ((), 19 * 7)
    long = "\n".join(f"{SCHOOL};2024-01-{n // 24 + 1:02}T{n % 24:02}:00:00Z;{5000 + n}" for n in range(600))
    file = read_meter(f"Anläggnings-id;Tid;Energi (kWh)\n{long}\n")
    assert (file.questions, total_kwh(file), set(file.readings["kind"])) == ((), 599, {"register"})
    assert "minskar aldrig" in file.evidence[-1]


def test_power_is_energy_only_when_the_sender_says_so() -> None:
    rows = "\n".join(f"{SCHOOL};2024-01-15T{n // 4:02}:{n % 4 * 15:02}:00Z;8" for n in range(96))
    content = f"Anläggnings-id;Starttid;Effekt (kW)\n{rows}\n"
    file = read_meter(content)
    assert [question.key for question in file.questions] == ["value_kind"]
    assert file.readings["energy_kwh"].null_count() == 96
    assert total_kwh(read_meter(content, assumptions={"value_kind": "power"})) == 192.0


def test_several_registers_of_one_direction_are_asked_about() -> None:
    rows = "\n".join(f"{SCHOOL};{day};{100 + n};{200 + n}" for n, day in enumerate(DATES))
    file = read_meter(f"Anläggnings-id;Datum;Mätarställning dag (kWh);Mätarställning natt (kWh)\n{rows}\n")
    assert [question.key for question in file.questions] == ["value_column"]
