"""What buildings of each use are like: size, energy per square metre and when people are in them.

The ranges are the generator's own, chosen to lie within what Swedish public buildings usually use
(heat 60 to 180, electricity 25 to 120 kWh per square metre and year).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trait:
    """Levels are shares of a full workday's activity."""

    area_m2: tuple[int, int]
    electricity_kwh_m2: tuple[int, int]  # a year
    heat_kwh_m2: tuple[int, int]  # a year, hot water included
    opens: float  # local hour
    closes: float
    weekend_level: float
    break_level: float  # in school breaks
    july_level: float
    base_share: float  # of electricity that is used with nobody there
    hot_water_share: float  # of heat
    has_term: bool = False  # follows the school calendar and reports its breaks


TRAITS = {
    "school": Trait((3000, 9000), (35, 65), (80, 135), 7, 16, 0.03, 0.12, 0.10, 0.35, 0.10, has_term=True),
    "preschool": Trait((500, 1500), (45, 75), (90, 145), 6.5, 17.5, 0.02, 0.75, 0.45, 0.35, 0.12),
    "care_home": Trait((1500, 6000), (50, 85), (95, 150), 6, 22, 0.96, 1.0, 1.0, 0.55, 0.25),
    "office": Trait((1500, 7000), (45, 85), (70, 120), 7, 18, 0.05, 0.90, 0.55, 0.40, 0.06),
    "sports_hall": Trait((1200, 4000), (50, 90), (90, 150), 8, 22, 0.80, 0.75, 0.45, 0.30, 0.18),
    "hospital": Trait((18000, 52000), (80, 115), (120, 165), 6, 20, 0.72, 1.0, 0.85, 0.60, 0.20),
    "health_centre": Trait((800, 3000), (50, 85), (80, 130), 7, 17, 0.05, 1.0, 0.70, 0.40, 0.10),
    "court": Trait((2000, 6000), (45, 75), (65, 110), 8, 17, 0.02, 1.0, 0.50, 0.40, 0.05),
    "library": Trait((600, 2500), (40, 75), (80, 130), 9, 19, 0.45, 0.85, 0.60, 0.30, 0.05),
    "culture": Trait((800, 3500), (35, 65), (80, 135), 10, 22, 0.70, 0.90, 0.35, 0.30, 0.06),
    "garage": Trait((400, 2000), (28, 55), (62, 110), 6, 17, 0.10, 1.0, 0.65, 0.40, 0.05),
    "police_station": Trait((1000, 4000), (60, 95), (80, 125), 6, 22, 0.65, 1.0, 0.92, 0.55, 0.08),
    "swimming_hall": Trait((1500, 4500), (90, 115), (140, 175), 7, 21, 0.80, 1.0, 0.40, 0.60, 0.30),
}
"""By use of the building."""
