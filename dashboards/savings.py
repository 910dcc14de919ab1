"""A saving as the reader meets it: change against what was expected, its interval, its coverage, and the words for it.

The sums come from sql/dashboards/saving_by_group.sql; nothing is estimated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards import number_format, words
from dashboards.text import _

KEY_FIGURE_MEASURED_SHARE = 0.95
MINIMUM_COVERAGE_SHARE = 0.5
"""A municipality or organisation gets a figure when at least half of its area can be compared: below that the
figure would speak of other buildings than the reader thinks."""


@dataclass(frozen=True)
class Saving:
    """Energy over a period for a group of main meters."""

    expected_energy_kwh: float
    saved_energy_kwh: float
    half_width_kwh: float  # 90 %
    energy_kwh: float
    meter_count: int
    answered_meter_count: int
    building_count: int
    area_m2: float
    answered_area_m2: float
    organisation_count: int
    answered_organisation_count: int
    silent_meter_count: int
    is_preliminary: bool
    reason: str | None
    estimated_share: float | None
    least_measured_share: float  # of the days, in the meter that has the fewest

    @property
    def coverage_share(self) -> float:
        """Share of the area that can be compared; of the meters where no area is known."""
        if self.area_m2 > 0:
            return self.answered_area_m2 / self.area_m2
        return self.answered_meter_count / self.meter_count if self.meter_count else 0.0

    @property
    def energy_per_area_kwh_m2(self) -> float | None:
        """The key figure; None unless every meter has nearly all of its days, since a part is not the whole."""
        is_whole = self.least_measured_share >= KEY_FIGURE_MEASURED_SHARE
        return self.energy_kwh / self.area_m2 if is_whole and self.area_m2 > 0 else None

    @property
    def is_answered(self) -> bool:
        return self.answered_meter_count > 0 and self.expected_energy_kwh > 0

    @property
    def is_representative(self) -> bool:
        """Whether the group as a whole gets a figure."""
        return self.is_answered and self.coverage_share >= MINIMUM_COVERAGE_SHARE

    @property
    def change_share(self) -> float:
        """Use against expected: −0.06 is six percent less."""
        return -self.saved_energy_kwh / self.expected_energy_kwh

    @property
    def low_share(self) -> float:
        return (-self.saved_energy_kwh - self.half_width_kwh) / self.expected_energy_kwh

    @property
    def high_share(self) -> float:
        return (-self.saved_energy_kwh + self.half_width_kwh) / self.expected_energy_kwh

    @property
    def is_certain(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.low_share > 0 or self.high_share < 0

    @property
    def text(self) -> str:
        """`−6,2 % (−9 till −3)`."""
        return number_format.share_with_interval(self.change_share, self.low_share, self.high_share)

    @property
    def energy_text(self) -> str:
        """`123 MWh besparing` or `12,3 MWh ökning`: never a sign alone."""
        energy = number_format.energy(abs(self.saved_energy_kwh))
        if self.saved_energy_kwh >= 0:
            return _("{energy} besparing").format(energy=energy)
        return _("{energy} ökning").format(energy=energy)

    @property
    def why_not(self) -> str:
        """Why the group has no figure, in words."""
        return words.reason("low_coverage" if self.is_answered else self.reason)


def from_row(row: Mapping[str, Any]) -> Saving:
    """A Saving from a row of saving_by_group; sums over nothing become 0, as there is nothing to show for them."""
    return Saving(
        expected_energy_kwh=row["expected_energy_kwh"] or 0.0,
        saved_energy_kwh=row["saved_energy_kwh"] or 0.0,
        half_width_kwh=row["half_width_kwh"] or 0.0,
        energy_kwh=row["energy_kwh"] or 0.0,
        meter_count=row["meter_count"],
        answered_meter_count=row["answered_meter_count"],
        building_count=row["building_count"] or 0,
        area_m2=row["area_m2"] or 0.0,
        answered_area_m2=row["answered_area_m2"] or 0.0,
        organisation_count=row["organisation_count"],
        answered_organisation_count=row["answered_organisation_count"],
        silent_meter_count=row["silent_meter_count"],
        is_preliminary=row["is_preliminary"],
        reason=row["reason"],
        estimated_share=row["estimated_share"],
        least_measured_share=row["least_measured_share"] or 0.0,
    )


def sentence(saving: Saving, subject: str) -> str:
    """The answer in one sentence; `subject` is ready for the sink that the sentence goes to."""
    if not saving.is_answered:
        return _("{subject}: det går inte att avgöra än, {reason}.").format(
            subject=subject, reason=words.reason(saving.reason)
        )
    interval = number_format.interval(saving.low_share, saving.high_share)
    amount = number_format.share(abs(saving.change_share))
    if number_format.is_nothing(saving.change_share):
        text = _("{subject} har använt lika mycket energi som väntat ({interval}).")
    elif saving.change_share <= 0:
        text = _("{subject} har använt {amount} mindre energi än väntat ({interval}).")
    else:
        text = _("{subject} har använt {amount} mer energi än väntat ({interval}).")
    text = text.format(subject=subject, amount=amount, interval=interval)
    if not saving.is_certain:
        text += " " + _("Skillnaden ryms i osäkerheten.")
    return text


def coverage_line(saving: Saving, *, with_organisations: bool) -> str:
    """How much of the whole the figure rests on."""
    share = number_format.whole_share(saving.coverage_share)
    if with_organisations:
        return _("{answered} av {count} organisationer, {share} av ytan").format(
            answered=saving.answered_organisation_count, count=saving.organisation_count, share=share
        )
    return _("{answered} av {count} mätare, {share} av ytan").format(
        answered=saving.answered_meter_count, count=saving.meter_count, share=share
    )
