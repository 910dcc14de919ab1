"""What a saving is called, by hand: expected 1 000 MWh, saved 62 MWh, half width 30 MWh."""

from dataclasses import replace

from dashboards import savings
from dashboards.savings import Saving

SAVING = Saving(
    expected_energy_kwh=1_000_000.0,
    saved_energy_kwh=62_000.0,
    half_width_kwh=30_000.0,
    energy_kwh=938_000.0,
    meter_count=10,
    answered_meter_count=9,
    building_count=6,
    area_m2=10_000.0,
    answered_area_m2=8_700.0,
    organisation_count=4,
    answered_organisation_count=3,
    silent_meter_count=1,
    is_preliminary=False,
    reason="no_readings",
    estimated_share=0.0,
    least_measured_share=1.0,
)


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_less_use_is_a_saving_and_more_is_an_increase() -> None:
    assert _plain(SAVING.text) == "−6,2 % (−9 till −3)"
    assert _plain(SAVING.energy_text) == "62,0 MWh besparing"
    increase = replace(SAVING, saved_energy_kwh=-62_000.0)
    assert _plain(increase.text) == "+6,2 % (+3 till +9)"
    assert _plain(increase.energy_text) == "62,0 MWh ökning"


def test_the_key_figure_needs_nearly_all_days_of_every_meter() -> None:
    assert SAVING.energy_per_area_kwh_m2 == 93.8
    assert replace(SAVING, least_measured_share=0.94).energy_per_area_kwh_m2 is None
    assert replace(SAVING, area_m2=0.0).energy_per_area_kwh_m2 is None


def test_the_sentence_says_less_more_or_as_much_and_when_it_is_uncertain() -> None:
    assert _plain(savings.sentence(SAVING, "Skolan")) == "Skolan har använt 6,2 % mindre energi än väntat (−9 till −3)."
    more = savings.sentence(replace(SAVING, saved_energy_kwh=-10_000.0), "Skolan")
    assert _plain(more) == "Skolan har använt 1,0 % mer energi än väntat (−2 till +4). Skillnaden ryms i osäkerheten."
    same = savings.sentence(replace(SAVING, saved_energy_kwh=0.0), "Skolan")
    assert _plain(same).startswith("Skolan har använt lika mycket energi som väntat (−3 till +3).")


def test_without_an_answer_the_reason_is_said() -> None:
    silent = replace(SAVING, answered_meter_count=0)
    assert savings.sentence(silent, "Skolan") == "Skolan: det går inte att avgöra än, inga mätvärden har kommit."


def test_a_group_with_less_than_half_of_its_area_has_no_figure_of_its_own() -> None:
    assert SAVING.is_representative
    thin = replace(SAVING, answered_area_m2=4_100.0)
    assert not thin.is_representative
    assert thin.why_not == "för liten del av ytan kan jämföras"


def test_coverage_counts_meters_where_no_area_is_known() -> None:
    assert SAVING.coverage_share == 0.87
    assert replace(SAVING, area_m2=0.0).coverage_share == 0.9
    said = savings.coverage_line(SAVING, with_organisations=True)
    assert _plain(said) == "3 av 4 organisationer, 87 % av ytan"
