"""Layouts found by scoring header and body together."""

from __future__ import annotations

import pytest

from pipelines.errors import BadInput
from pipelines.ingest.layouts import fingerprint
from tests.ingest.made_up_files import LIBRARY, SCHOOL, read_meter, starts, total_kwh

NORMAL = {"assumptions": {"time_basis": "normal_time"}}


def hours(row: str) -> str:
    return "\n".join(row.format(hour=f"{hour:02}") for hour in range(24))


def test_evidence_says_which_columns_were_taken_for_what() -> None:
    file = read_meter(f"MPID;Från;Mängd (kWh)\n{SCHOOL};2024-01-01T00:00Z;1\n{SCHOOL};2024-01-01T01:00Z;2\n")
    assert file.evidence == (
        "Tid i kolumnen ”Från”.", "Värden i kolumnen ”Mängd (kWh)” (kWh).", "Anläggning i kolumnen ”MPID”.",
    )  # fmt: skip


def test_key_of_the_format_is_that_of_the_layout_and_not_of_its_ids() -> None:
    assert fingerprint([f"{SCHOOL} kWh", "Datum"]) == fingerprint(["Datum", f"{LIBRARY} kWh"])
    assert fingerprint(["Datum", "kWh"]) != fingerprint(["Datum", "MWh"])
    one, other = (
        read_meter(f"Tid;{name};Anläggning\n2024-01-01T00:00Z;1;{SCHOOL}\n") for name in ("kWh", "Energi kWh")
    )
    assert one.format.startswith("rows-csv:")
    assert one.format != other.format


def test_columns_beside_the_energy_never_hurt_and_are_named() -> None:
    header = "Kund;Anläggnings-id;Mätarnummer;Tid;Temperatur (°C);Förbrukning (kWh)"
    header += ";Spotpris (öre/kWh);Medeleffekt (kW);Kostnad (kr);Summa"
    file = read_meter(
        header + "\n" + hours(f"Kommunen;{SCHOOL};123456;2024-01-15 {{hour}}:00;-5,1;2;80,5;2;1,6;2"), **NORMAL
    )
    assert (total_kwh(file), file.questions) == (48.0, ())
    assert all(name in file.warnings[0] for name in ("Temperatur", "Spotpris", "Medeleffekt", "Kostnad"))


def test_production_beside_consumption_is_a_series_of_its_own() -> None:
    file = read_meter(
        "Anläggnings-id;Tid;Uttag (kWh);Inmatning (kWh)\n" + hours(f"{SCHOOL};2024-01-15 {{hour}}:00;2;3"), **NORMAL
    )
    assert dict(file.readings.group_by("direction").agg("energy_kwh").iter_rows()) == {
        "consumption": [2.0] * 24, "production": [3.0] * 24,
    }  # fmt: skip


def test_two_columns_of_energy_that_disagree_are_asked_about_and_the_answer_is_used() -> None:
    content = "Anläggnings-id;Tid;Energi A (kWh);Energi B (kWh)\n" + hours(f"{SCHOOL};2024-01-15 {{hour}}:00;2;3")
    file = read_meter(content, **NORMAL)
    assert [(question.key, set(question.choices)) for question in file.questions] == [
        ("value_column", {"Energi A (kWh)", "Energi B (kWh)"})
    ]
    answered = read_meter(content, assumptions={"time_basis": "normal_time", "value_column": "Energi B (kWh)"})
    assert (answered.questions, total_kwh(answered)) == ((), 72.0)


def test_two_columns_that_tell_the_same_energy_are_one() -> None:
    content = "Anläggnings-id;Tid;Energi (kWh);Energi (MWh)\n" + hours(f"{SCHOOL};2024-01-15 {{hour}}:00;2000;2")
    assert total_kwh(read_meter(content, **NORMAL)) == 48_000.0


def test_meter_number_is_never_the_identity() -> None:
    content = "Mätarnummer;Tid;kWh\n" + hours("12345678;2024-01-15 {hour}:00;1")
    assert [question.key for question in read_meter(content, **NORMAL).questions] == ["metering_point_id"]


def test_file_without_a_header_is_read_by_its_cells() -> None:
    file = read_meter(hours(f"{SCHOOL};2024-01-15 {{hour}}:00;1,5"), **NORMAL)
    assert (total_kwh(file), [question.key for question in file.questions]) == (36.0, ["unit"])


def test_ids_above_and_units_below_the_header() -> None:
    content = f";{SCHOOL};{LIBRARY}\nTid;Skolan;Biblioteket\n;kWh;MWh\n" + hours("2024-01-15 {hour}:00;1;2")
    file = read_meter(content, **NORMAL)
    assert (total_kwh(file), file.id_source) == (24 + 48_000, "header")


def test_year_and_month_in_columns_of_their_own() -> None:
    rows = "\n".join(f"{SCHOOL};2024;{name};10" for name in ("januari", "februari", "mars"))
    file = read_meter(f"Anläggnings-id;År;Månad;Förbrukning (kWh)\n{rows}\nSumma;;;30\n")
    assert (starts(file), total_kwh(file)) == (["2023-12-31 23:00", "2024-01-31 23:00", "2024-02-29 23:00"], 30.0)


def test_weeks_are_refused_with_words() -> None:
    with pytest.raises(BadInput, match="veckonummer"):
        read_meter(f"Anläggnings-id;Vecka;Förbrukning (kWh)\n{SCHOOL};2024-W05;10\n{SCHOOL};2024-W06;11\n")


def test_file_of_temperatures_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="Middeltemperatur"):
        read_meter("Stasjon;Tid;Middeltemperatur (døgn)\nSN1;01.01.2020;1,9\nSN1;02.01.2020;4,1\n")


def test_naive_stamps_that_may_be_utc_are_asked_about() -> None:
    labels = [f"2024-03-{29 + (n - 1) // 24 if n else 28} {(n + 23) % 24:02}:00" for n in range(72)]
    content = "Anläggnings-id;Starttid;kWh\n" + "\n".join(f"{SCHOOL};{one};1" for one in labels)
    assert [question.key for question in read_meter(content).questions] == ["time_basis"]


def test_clock_that_the_file_names_needs_no_question() -> None:
    content = "Alla tider i normaltid\n\nAnläggnings-id;Tid;kWh\n" + hours(f"{SCHOOL};2024-01-15 {{hour}}:00;1")
    assert (read_meter(content).time.basis, read_meter(content).questions) == ("normal_time", ())


def test_decimal_mark_that_nothing_tells_is_asked_for() -> None:
    content = "Meter ID;Start time;kWh\n" + hours("A-1;2024-01-15 {hour}:00;1.2{hour}").replace("1.223", "1.100")
    assert [question.key for question in read_meter(content, **NORMAL).questions] == ["decimal_mark"]
    known = {"time_basis": "normal_time", "decimal_mark": ","}
    assert total_kwh(read_meter(content, assumptions=known)) == 24 * 1200 + sum(range(23)) - 100


def test_whole_numbers_beside_show_that_the_mark_is_for_thousands() -> None:
    rows = [f"A-1;2024-01-{day:02};{value}" for day, value in enumerate(("1.250", "980", "1.100", "870", "2.000"), 1)]
    assert total_kwh(read_meter("Meter ID;Date;kWh\n" + "\n".join(rows))) == 6200.0


def test_hours_in_the_first_quarter_are_warned_about() -> None:
    rows = [f"{SCHOOL};2024-01-15T{n // 4:02}:{n % 4 * 15:02}:00Z;{4 if n % 4 == 0 else 0}" for n in range(96)]
    file = read_meter("Anläggnings-id;Starttid;kWh\n" + "\n".join(rows))
    assert "första kvart" in file.warnings[-1]


def test_unknown_words_of_quality_are_named_and_the_values_stay() -> None:
    file = read_meter(
        f"Anläggnings-id;Starttid;kWh;Kvalitet\n{SCHOOL};2024-01-01T00:00Z;1;Xyz\n{SCHOOL};2024-01-01T01:00Z;2;Uppmätt\n"
    )
    assert (file.readings["quality"].to_list(), "Xyz" in file.warnings[0]) == (["measured", "measured"], True)
