import json

from pipelines.domain.baseline_day import fit
from tests.domain.made_up_meters import calendar, meter


def test_the_text_has_the_numbers_that_pages_show_in_their_units() -> None:
    heated = meter(calendar(), carrier="district_heating", slope=20, change_point_c=14, noise_share=0.01)

    found = json.loads(fit(heated).models["model_text"][0])

    assert found["form"] == "heating"
    assert found["setting"] == "usual"
    assert abs(found["heating_kwh_per_k_day"] - 20) < 0.5
    assert found["cooling_kwh_per_k_day"] is None
    assert abs(found["base_kwh_day"]["workday"] - 200) < 5
    assert found["base_kwh_day"]["closed"] is None
    assert (found["n"], found["pause_day_count"], found["lapse_day_count"], found["outlier_day_count"]) == (
        365,
        0,
        0,
        0,
    )
