import polars as pl
import pytest

from pipelines.domain.comparison_group import comparison_groups, comparison_shifts


def _profile(name: str, level: float | None = 4.0, **own: object) -> dict[str, object]:
    usual = {
        "metering_point_id": name,
        "carrier": "electricity",
        "judged_by": "day",
        "building_id": f"b-{name}",
        "is_untouched": True,
        "level_log": level,
        "off_day_ratio": 0.5,
        "summer_ratio": 0.8,
        "heat_response": 0.1,
    }
    return usual | own


def _groups(*profiles: dict[str, object]) -> dict[str, list[str]]:
    schema = {"level_log": pl.Float64, "off_day_ratio": pl.Float64}
    found = comparison_groups(pl.DataFrame(list(profiles), schema_overrides=schema))
    grouped = found.group_by("metering_point_id", maintain_order=True).agg("comparison_metering_point_id")
    return {row[0]: row[1] for row in grouped.iter_rows()}


ALIKE = [_profile(f"a{n}", 4.0 + 0.1 * n) for n in range(6)]


def test_a_meter_is_compared_with_the_untouched_ones_most_like_it_nearest_first() -> None:
    found = _groups(_profile("m", 4.0, is_untouched=False), *ALIKE)
    assert found["m"] == ["a0", "a1", "a2", "a3", "a4", "a5"]


def test_a_touched_meter_is_in_no_group() -> None:
    found = _groups(_profile("m", 4.0, is_untouched=False), *ALIKE)
    assert all("m" not in members for members in found.values())


def test_a_building_is_not_compared_with_itself() -> None:
    assert "a0" not in _groups(_profile("m", building_id="b-a0"), *ALIKE)["m"]


def test_with_fewer_than_five_like_it_a_meter_has_no_group() -> None:
    # Levels 4.0 … 4.5 spread by about 0.2 a step of the scale; at 9 nothing is near.
    found = _groups(_profile("far", 9.0), *ALIKE)
    assert "far" not in found
    assert _groups(*ALIKE[:5]) == {}  # each has four others


def test_other_carriers_and_month_meters_are_other_classes() -> None:
    heat = _profile("heat", carrier="district_heating")
    month = _profile("month", judged_by="month")
    assert _groups(heat, month, *ALIKE).keys() == {f"a{n}" for n in range(6)}


def test_what_is_not_known_of_a_meter_counts_as_usual() -> None:
    found = _groups(_profile("m", None, off_day_ratio=None), *ALIKE)
    assert found["m"][0] in ("a2", "a3")  # those in the middle


def test_at_most_twenty_are_taken() -> None:
    many = [_profile(f"a{n:02}", 4.0 + 0.01 * n) for n in range(40)]
    assert {len(members) for members in _groups(*many).values()} == {20}


def _shift(shares: list[float]) -> list[dict]:
    names = [f"a{n}" for n in range(len(shares))]
    groups = pl.DataFrame(
        {"metering_point_id": ["m"] * len(names), "comparison_metering_point_id": names, "distance": 0.0}
    )
    errors = pl.DataFrame({"metering_point_id": names, "year_local": 2022, "error_share": shares})
    return comparison_shifts(groups, errors).to_dicts()


def test_a_common_change_is_the_median_less_what_chance_makes() -> None:
    # Median −0.10, MAD 0.01: s = 1.2533·1.4826·0.01/√5 = 0.00831; −0.10·(1 − 4·0.00831²/0.01) = −0.0972.
    (row,) = _shift([-0.12, -0.11, -0.10, -0.09, -0.05])
    assert row["shift_share"] == pytest.approx(-0.0972, abs=1e-4)
    assert (row["metering_point_id"], row["year_local"], row["comparison_meter_count"]) == ("m", 2022, 5)


def test_a_common_change_within_chance_is_none() -> None:
    (row,) = _shift([-0.30, -0.10, 0.02, 0.15, 0.30])
    assert row["shift_share"] == 0.0


def test_no_change_at_all_is_zero_and_not_missing() -> None:
    (row,) = _shift([0.0] * 5)
    assert row["shift_share"] == 0.0


def test_a_year_that_fewer_than_five_members_have_has_no_shift() -> None:
    assert _shift([-0.1] * 4) == []
