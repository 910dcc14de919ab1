"""The map of the county."""

import json

from dashboards.figures import map as county_map
from tests.dashboards.small_home import HOSTILE


def test_the_map_draws_each_municipality_of_the_county_without_the_internet_or_a_projection_of_plotly() -> None:
    areas = {
        "2481": county_map.Area("Lycksele", -0.061, "x"),
        "2460": county_map.Area(HOSTILE, None, HOSTILE),
    }
    chart = county_map.figure("24", areas)
    assert chart is not None
    assert {trace.type for trace in chart.data} == {"scatter"}
    polygons = [trace for trace in chart.data if trace.fill == "toself"]
    assert len(polygons) == 15
    assert sum(trace.fillcolor == "#FFFFFF" for trace in polygons) == 14
    assert "<img" not in json.dumps(chart.to_plotly_json(), default=str)


def test_a_larger_saving_is_darker_on_the_map() -> None:
    shades = [county_map.shade(change) for change in (-0.12, -0.07, -0.04, -0.01, 0.02)]
    lightness = [sum(int(shade[i : i + 2], 16) for i in (1, 3, 5)) for shade in shades]
    assert lightness == sorted(lightness)
    assert len(set(shades)) == 5


def test_an_unknown_county_has_no_map() -> None:
    assert county_map.figure("99", {}) is None


def test_names_that_would_lie_on_each_other_are_moved_apart() -> None:
    ring = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    near = [(x + 0.1, y) for x, y in ring]
    places = county_map._label_places({"a": ("Bjurholm", [ring]), "b": ("Vännäs", [near])})
    assert places["a"][1] != places["b"][1]
