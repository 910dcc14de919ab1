"""The county's municipalities as filled polygons: drawn from a file in the repository, nothing fetched, no WebGL.

Projection: equirectangular around the county's mean latitude, x = longitude x cos(latitude).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import plotly.graph_objects as go

from dashboards import number_format
from dashboards.figures import theme
from dashboards.text import _

BOUNDARIES = Path(__file__).parent.parent / "boundaries" / "municipalities.geojson"
STEPS_SHARE = (-0.09, -0.06, -0.03, 0.0)
"""Class limits of the change: four limits make five classes."""
SHADES = ("#0F5F5A", "#3A817B", "#66A7A0", "#9CCBC5", "#F0E7DA")
"""From the largest saving to more than expected; the lightness rises evenly, so that it holds in grey print."""
HEIGHT_PX = 420
LABEL_SIZE_PX = 11
HALO = "0 0 2px #fff, 0 0 2px #fff, 0 0 3px #fff, 0 0 4px #fff"
"""Names are black with a white edge, readable on every shade and across a border."""


@dataclass(frozen=True)
class Area:
    """A municipality on the map; `change_share` is None when it cannot be told."""

    name: str
    change_share: float | None
    text: str  # shown on hover, from our own words and numbers


@lru_cache(maxsize=4)
def _outlines(county_code: str) -> Mapping[str, list[list[tuple[float, float]]]]:
    """Outer rings by municipality code, projected."""
    features = json.loads(BOUNDARIES.read_text(encoding="utf-8"))["features"]
    rings: dict[str, list[list[tuple[float, float]]]] = {}
    for feature in features:
        if feature["properties"]["county_code"] == county_code:
            geometry = feature["geometry"]
            polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            rings[feature["id"]] = [polygon[0] for polygon in polygons]
    latitudes = [place[1] for parts in rings.values() for ring in parts for place in ring]
    if not latitudes:
        return {}
    squeeze = math.cos(math.radians(sum(latitudes) / len(latitudes)))
    return {
        code: [[(place[0] * squeeze, place[1]) for place in ring] for ring in parts] for code, parts in rings.items()
    }


def shade(change_share: float) -> str:
    """The fill of a change against expected."""
    return SHADES[sum(change_share > limit for limit in STEPS_SHARE)]


def _middle(ring: list[tuple[float, float]]) -> tuple[float, float]:
    """The centroid of a ring (shoelace)."""
    twice_area = x_sum = y_sum = 0.0
    for (x_1, y_1), (x_2, y_2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x_1 * y_2 - x_2 * y_1
        twice_area += cross
        x_sum += (x_1 + x_2) * cross
        y_sum += (y_1 + y_2) * cross
    if twice_area == 0:
        return ring[0]
    return x_sum / (3 * twice_area), y_sum / (3 * twice_area)


def _label_places(named: Mapping[str, tuple[str, list[list[tuple[float, float]]]]]) -> dict[str, tuple[float, float]]:
    """Where each name stands: in the middle of its largest part, moved down or up when another name is in the way."""
    points = [place for _name, rings in named.values() for ring in rings for place in ring]
    if not points:
        return {}
    reach = max(max(axis) - min(axis) for axis in zip(*points, strict=True))
    unit_per_px = reach / HEIGHT_PX
    line = 1.15 * LABEL_SIZE_PX * unit_per_px
    taken: list[tuple[float, float, float]] = []  # left, right, y
    places = {}
    middles = {code: _middle(max(rings, key=len)) for code, (_name, rings) in named.items()}
    for code in sorted(middles, key=lambda one: -middles[one][1]):
        x, y = middles[code]
        half = 0.3 * LABEL_SIZE_PX * len(named[code][0]) * unit_per_px
        for step in (0, -1, 1, -2, 2):
            candidate = y + step * line
            if all(
                x + half < left or x - half > right or abs(candidate - other) >= line for left, right, other in taken
            ):
                y = candidate
                break
        taken.append((x - half, x + half, y))
        places[code] = (x, y)
    return places


def figure(county_code: str, areas: Mapping[str, Area]) -> go.Figure | None:
    """Draw the county; None when its boundaries are not known. `areas` is by municipality code."""
    outlines = _outlines(county_code)
    if not outlines:
        return None
    chart = theme.figure(HEIGHT_PX)
    for code, rings in outlines.items():
        area = areas.get(code)
        change_share = area.change_share if area else None
        x: list[float | None] = []
        y: list[float | None] = []
        for ring in rings:
            x += [*(place[0] for place in ring), None]
            y += [*(place[1] for place in ring), None]
        chart.add_scatter(
            x=x[:-1],
            y=y[:-1],
            mode="lines",
            fill="toself",
            fillcolor="#FFFFFF" if change_share is None else shade(change_share),
            line={"color": "#5F6B76" if change_share is None else "#FFFFFF", "width": 1},
            hoverinfo="skip",
        )
    places = _label_places({code: (areas[code].name, rings) for code, rings in outlines.items() if code in areas})
    for code, (x_label, y_label) in places.items():
        name, text = theme.label(areas[code].name), theme.label(areas[code].text)
        chart.add_scatter(
            x=[x_label],
            y=[y_label],
            mode="text",
            text=[name],
            textfont={"size": LABEL_SIZE_PX, "color": "#000000", "shadow": HALO},
            hovertext=[f"<b>{name}</b><br>{text}"],
            hoverinfo="text",
        )
    chart.update_xaxes(visible=False, constrain="domain")
    chart.update_yaxes(visible=False, scaleanchor="x", scaleratio=1, constrain="domain")
    chart.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})
    return chart


def legend() -> str:
    """The classes in words, as HTML."""
    limits = [number_format.with_unit(100 * limit, "%", sign=True) for limit in STEPS_SHARE]
    words = [
        _("{limit} eller mindre").format(limit=limits[0]),
        *(_("{low} till {high}").format(low=low, high=high) for low, high in pairwise(limits)),
        _("mer än väntat"),
    ]
    entries = [(f"background:{colour};border-color:#8A949E", text) for colour, text in zip(SHADES, words, strict=True)]
    return theme.key([*entries, ("background:#fff;border-color:#5F6B76", _("går inte att avgöra än"))])
