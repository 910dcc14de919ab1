"""Green Button: links in any order, units, directions, registers, and energy told in two resolutions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import BadInput
from pipelines.ingest import espi as reader
from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.intervals import Context
from tests.ingest.made_up_files import starts, total_kwh

QUICK = settings(max_examples=30, deadline=None)
MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)
POINT = "RetailCustomer/7/UsagePoint/1"


def read(content: str, **assumptions: str) -> MeterFile:
    """Read a feed as a file from somebody who has sent nothing before."""
    return reader.read(content, Context("export.xml", assumptions))


def entry(resource: str, self_href: str, up: str = "", related: Sequence[str] = (), title: str = "") -> str:
    """One Atom entry."""
    links = [f'<link rel="self" href="{self_href}"/>', f'<link rel="up" href="{up}"/>']
    links += [f'<link rel="related" href="{href}"/>' for href in related]
    return f"<entry><title>{title}</title>{''.join(links)}<content>{resource}</content></entry>"


def interval(start: datetime, value: object, seconds: int = 3600, quality: str = "") -> str:
    """One reading, with a cost that nobody may read."""
    said = f"<ReadingQuality><quality>{quality}</quality></ReadingQuality>" if quality else ""
    period = f"<timePeriod><duration>{seconds}</duration><start>{int(start.timestamp())}</start></timePeriod>"
    return f"<IntervalReading><cost>999</cost>{said}{period}<value>{value}</value></IntervalReading>"


def series(
    readings: Sequence[str],
    number: int = 1,
    point: str = POINT,
    title: str = "school",
    service: int = 0,
    **codes: object,
) -> list[str]:
    """The entries of a metering point with one meter reading."""
    said = {"accumulationBehaviour": 4, "flowDirection": 1, "powerOfTenMultiplier": 0, "uom": 72} | codes
    kind = "".join(f"<{name}>{code}</{name}>" for name, code in said.items() if code != "")
    reading, espi = f"{point}/MeterReading/{number}", 'xmlns="http://naesb.org/espi"'
    usage = f"<UsagePoint {espi}><ServiceCategory><kind>{service}</kind></ServiceCategory></UsagePoint>"
    return [
        entry(usage, point, point.rpartition("/")[0], [f"{point}/MeterReading"], title),
        entry(
            f"<MeterReading {espi}/>",
            reading,
            f"{point}/MeterReading",
            [f"{reading}/IntervalBlock", f"ReadingType/{number}"],
        ),
        entry(f"<ReadingType {espi}>{kind}</ReadingType>", f"ReadingType/{number}", "ReadingType"),
        entry(
            f"<IntervalBlock {espi}>{''.join(readings)}</IntervalBlock>",
            f"{reading}/IntervalBlock/1",
            f"{reading}/IntervalBlock",
        ),
    ]


def feed(*entries: str) -> str:
    """A feed of entries."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'
    )


def hours(values: Sequence[object], seconds: int = 3600) -> list[str]:
    """Readings that follow one another."""
    return [interval(MIDNIGHT + timedelta(seconds=seconds * n), value, seconds) for n, value in enumerate(values)]


def used(file: MeterFile) -> pl.DataFrame:
    """The readings that count."""
    return file.readings.filter(~pl.col("is_second_account"))


def test_hours_in_watt_hours_and_utc() -> None:
    file = read(feed(*series(hours([1500, 2500]))))
    assert (file.format, file.time.basis, file.questions, file.warnings) == ("green-button", "utc", (), ())
    assert starts(file) == ["2024-01-01 00:00", "2024-01-01 01:00"]
    row = file.readings.select("metering_point_id", "carrier", "direction", "kind", "resolution", "unit", "value").row(
        0
    )
    assert row == (POINT, "electricity", "consumption", "interval", "PT1H", "Wh", 1500.0)
    assert total_kwh(file) == 4.0


@QUICK
@given(st.integers(0, 2**32))
def test_the_order_of_entries_means_nothing(seed: int) -> None:
    entries = [*series(hours([1, 2])), *series(hours([30, 40]), 2, "RetailCustomer/7/UsagePoint/2", title="library")]
    random.Random(seed).shuffle(entries)
    file = read(feed(*entries))
    found = file.readings.group_by("metering_point_id").agg(pl.col("value").sum()).sort("value")
    assert found.rows() == [(POINT, 3.0), ("RetailCustomer/7/UsagePoint/2", 70.0)]


@pytest.mark.parametrize(
    ("power", "unit", "kwh"), [(0, "Wh", 0.005), (3, "kWh", 5.0), (6, "MWh", 5000.0), (-3, "Wh", 5e-6), (2, "Wh", 0.5)]
)
def test_the_multiplier_is_a_power_of_ten(power: int, unit: str, kwh: float) -> None:
    file = read(feed(*series(hours([5]), powerOfTenMultiplier=power)))
    assert file.readings["unit"].to_list() == [unit]
    assert total_kwh(file) == pytest.approx(kwh)


@pytest.mark.parametrize(
    ("codes", "carrier", "unit"),
    [
        ({"uom": 42, "commodity": 9}, "water", "m³"),
        ({"uom": 119, "commodity": 7}, "gas", "ft³"),
        ({"uom": 128, "powerOfTenMultiplier": 3}, "water", "US gal"),
    ],
)
def test_volumes_keep_their_unit_and_are_no_energy(codes: dict[str, int], carrier: str, unit: str) -> None:
    file = read(feed(*series(hours([5]), service=2, **codes)))
    assert file.readings.select("carrier", "unit", "energy_kwh").row(0) == (carrier, unit, None)


def test_reverse_flow_is_production_and_a_missing_unit_is_asked_for() -> None:
    file = read(feed(*series(hours([5]), flowDirection=19, uom="")))
    assert file.readings["direction"].to_list() == ["production"]
    assert [question.key for question in file.questions] == ["unit"]


def test_power_and_reactive_energy_are_left_out_by_name() -> None:
    both = feed(*series(hours([1000])), *series(hours([7]), 2, uom=38))
    file = read(both)
    assert (total_kwh(file), "Enhet 38" in file.warnings[0]) == (1.0, True)
    with pytest.raises(BadInput, match="Enhet 73"):
        read(feed(*series(hours([7]), uom=73)))


def test_estimated_projected_and_derived_are_not_measured() -> None:
    qualities = ["0", "8", "9", "12", "17", "19", ""]
    readings = [interval(MIDNIGHT + timedelta(hours=n), 1, quality=one) for n, one in enumerate(qualities)]
    file = read(feed(*series(readings)))
    assert file.readings["quality"].to_list() == ["measured", *["estimated"] * 3, *["measured"] * 3]


def test_an_empty_value_is_missing_and_a_word_is_rejected() -> None:
    file = read(feed(*series(hours(["", "abc", 1]))))
    assert file.readings.select("value", "quality").rows() == [(None, "missing"), (1.0, "measured")]
    assert file.rejected["reason"].to_list() == ["Värdets tid eller mängd kan inte läsas."]


def test_hours_beside_the_quarters_they_hold_are_a_second_account() -> None:
    quarters = hours([100, 200, 300, 400], 900)
    file = read(feed(*series(quarters), *series(hours([1000]), 2)))
    assert total_kwh(file) == 2.0
    assert used(file)["resolution"].to_list() == ["PT15M"] * 4
    assert file.warnings == ()


def test_hours_that_differ_from_their_quarters_are_said_to() -> None:
    file = read(feed(*series(hours([100] * 4, 900)), *series(hours([1000]), 2)))
    assert used(file)["energy_kwh"].sum() == pytest.approx(0.4)
    assert "1 av 1 värden som står i två upplösningar skiljer sig" in file.warnings[0]


def test_an_hour_with_a_quarter_missing_is_not_added_to_the_others() -> None:
    file = read(feed(*series(hours([100] * 3, 900)), *series(hours([1000, 2000]), 2)))
    assert used(file)["energy_kwh"].sum() == pytest.approx(2.3)
    assert "täcks delvis" in file.rejected["reason"][0]


def test_an_interval_with_two_values_is_rejected_and_a_repeated_one_counts_once() -> None:
    readings = [*hours([1000, 2000]), interval(MIDNIGHT, 1000), interval(MIDNIGHT + timedelta(hours=1), 2001)]
    file = read(feed(*series(readings)))
    assert used(file)["energy_kwh"].to_list() == [1.0]
    assert file.rejected["reason"].str.contains("olika värden").to_list() == [True, True]


def test_cumulative_values_are_readings_and_their_steps_the_energy() -> None:
    readings = [interval(MIDNIGHT + timedelta(hours=n), value, 0) for n, value in enumerate([1000, 1400, 1900])]
    file = read(feed(*series(readings, accumulationBehaviour=3)))
    assert file.readings.select("kind", "value").rows() == [("register", 400.0), ("register", 500.0)]
    assert (starts(file)[0], file.questions) == ("2024-01-01 00:00", ())


def test_cumulative_values_with_a_length_ask_at_which_end_they_were_read() -> None:
    content = feed(*series(hours([1000, 1400]), accumulationBehaviour=1))
    assert [question.key for question in read(content).questions] == ["stamp"]
    assert starts(read(content, stamp="start")) == ["2024-01-01 00:00"]
    assert starts(read(content, stamp="end")) == ["2024-01-01 01:00"]


def test_values_of_unknown_behaviour_that_only_rise_may_be_readings() -> None:
    with pytest.raises(BadInput, match="förbrukning eller mätarställningar"):
        read(feed(*series(hours([10, 20, 30]), accumulationBehaviour="")))
    assert total_kwh(read(feed(*series(hours([10, 20, 5]), accumulationBehaviour="")))) == pytest.approx(0.035)


def test_days_and_months_are_local_only_between_local_midnights() -> None:
    """A month from 04:00 UTC is no Swedish month: it keeps its own length."""
    local = interval(datetime(2023, 12, 31, 23, tzinfo=UTC), 5, 31 * 86_400)
    other = interval(datetime(2024, 3, 1, 4, tzinfo=UTC), 6, 31 * 86_400)
    file = read(feed(*series([local, other])))
    assert file.readings.select("resolution", "period_start_utc").rows() == [
        ("P1M", datetime(2023, 12, 31, 23, tzinfo=UTC)),
        ("irregular", datetime(2024, 3, 1, 4, tzinfo=UTC)),
    ]


def test_an_id_in_the_title_is_the_id() -> None:
    file = read(feed(*series(hours([1]), title="Skolan 735999000000000013")))
    assert file.readings["metering_point_id"].to_list() == ["735999000000000013"]


def test_whole_addresses_match_shortened_ones_and_prefixes_are_no_matter() -> None:
    content = feed(*series(hours([1000]))).replace('rel="self" href="', 'rel="self" href="https://x.example/')
    content = content.replace('rel="up" href="', 'rel="up" href="https://x.example/')
    assert total_kwh(read(content)) == 1.0
    prefixed = feed(*series(hours([1000]))).replace(
        '<feed xmlns="http://www.w3.org/2005/Atom">', '<a:feed xmlns:a="urn:x">'
    )
    assert total_kwh(read(prefixed.replace("</feed>", "</a:feed>"))) == 1.0


def test_block_without_a_way_to_its_point_is_rejected() -> None:
    entries = [*series(hours([1])), *series(hours([1]), 2, "RetailCustomer/7/UsagePoint/2")]
    lost = entry(
        f'<IntervalBlock xmlns="http://naesb.org/espi">{interval(MIDNIGHT, 7)}</IntervalBlock>',
        "elsewhere/1",
        "elsewhere",
    )
    file = read(feed(*entries, lost))
    assert file.rejected["reason"].to_list() == ["Värdet saknar koppling till mätpunkt eller slag av värde."]


@pytest.mark.parametrize(
    "attack",
    [
        '<!DOCTYPE feed [<!ENTITY a "b">]>',
        '<!DOCTYPE feed SYSTEM "http://example.invalid/x.dtd">',
        '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_document_types_are_refused(attack: str) -> None:
    with pytest.raises(BadInput, match="dokumenttyp"):
        read(feed(*series(hours([1]))).replace("?>\n", "?>\n" + attack))


def test_cut_off_feed_and_deep_nesting_are_refused() -> None:
    with pytest.raises(BadInput, match="avklippt"):
        read(feed(*series(hours([1])))[:-40])
    deep = "<x>" * 5000 + "</x>" * 5000
    with pytest.raises(BadInput, match="XML"):
        read(feed(*series(hours([1])), f"<entry><content>{deep}</content></entry>"))


def test_feed_is_recognised_by_its_name_space() -> None:
    assert reader.recognises("\ufeff" + feed(*series([])))
    assert not reader.recognises("<html><body>naesb</body></html>")


@QUICK
@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=300), st.integers(0, 35_000))
def test_written_quarters_come_back(values: list[int], first: int) -> None:
    """Any row of quarters in the year, the days of clock change included."""
    start = MIDNIGHT + timedelta(minutes=15 * first)
    readings = [interval(start + timedelta(minutes=15 * n), value, 900) for n, value in enumerate(values)]
    file = read(feed(*series(readings)))
    assert file.readings["value"].to_list() == values
    assert file.readings["period_start_utc"].to_list() == [
        start + timedelta(minutes=15 * n) for n in range(len(values))
    ]
