"""Columns beside the values that must not be taken for energy, or for anything else than they are."""

from __future__ import annotations

from itertools import accumulate

from tests.mutation.draft import HINTED, OPEN, Column, Draft
from tests.mutation.style import Cell
from tests.mutation.truth import KWH_PER

EXTRAS = (
    "temperature",
    "price",
    "cost",
    "address",
    "customer",
    "meter_number",
    "comment",
    "reactive",
    "average",
    "sum",
)
PLACES = ("Storgatan 1", "Kyrkogatan 14 B", "Skolvägen 3", "Parkvej 7", "Koulukatu 5")


def extra_columns(
    draft: Draft, keys: list[tuple[int, int]], values: list[float | None], used: set[str], share: float = 0.5
) -> list[Column]:
    """Up to four extra columns; `keys`: series and interval of each row, `values`: its value."""
    if not draft.chance(share):
        return []
    roles = draft.rng.sample(EXTRAS, draft.rng.randrange(1, 5))
    if draft.layout == "register":
        roles = [role for role in roles if role not in ("sum", "average", "reactive")]
    if draft.truth.unit != "kWh":  # the headers of running totals say kWh
        roles = [role for role in roles if role != "sum"]
    draft.mutations.update(f"added {role}" for role in roles)
    if "sum" in roles and draft.facts.get("unit") == OPEN:
        draft.facts["unit"] = HINTED  # the header of the running total may name it
    return [Column(role, draft.header(role, used), _cells(draft, role, keys, values)) for role in roles]


def _cells(draft: Draft, role: str, keys: list[tuple[int, int]], values: list[float | None]) -> list[Cell]:
    rng, style, count = draft.rng, draft.style, len(values)
    if role == "temperature":
        return [style.number(round(rng.gauss(5, 6), 1), 1) for _ in values]
    if role == "price":
        return [style.number(round(rng.uniform(20, 180), 2), 2) for _ in values]
    if role in ("cost", "reactive"):
        return [style.number(None if v is None else round(v * rng.uniform(0.1, 0.4), 2), 2) for v in values]
    if role == "average":
        hours = [(draft.truth.ends[n] - draft.truth.starts[n]).total_seconds() / 3600 for _, n in keys]
        energy = [None if v is None else v * KWH_PER[draft.truth.unit] for v in values]
        return [style.number(None if e is None else round(e / h, 2), 2) for e, h in zip(energy, hours, strict=True)]
    if role == "sum":
        sums = [list(accumulate(v or 0.0 for v in one.values)) for one in draft.truth.series]
        return [style.number(round(sums[s][n], 3), 3) for s, n in keys]
    if role == "meter_number":
        return [str(rng.randrange(10**7, 10**8))] * count
    if role == "comment":
        return ["" if rng.random() < 0.95 else "OK" for _ in values]
    return [rng.choice(PLACES) if role == "address" else "Exempel kommun"] * count
