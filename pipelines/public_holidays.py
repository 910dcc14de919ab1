"""Public holidays of a country, with the eves that its workplaces take off, from the package `holidays`.

Does not belong here: what a model makes of a holiday (domain/calendar_features.py).
"""

from __future__ import annotations

import holidays
import polars as pl

from pipelines.errors import BadInput


def free_days(first_year: int, last_year: int, country: str) -> pl.DataFrame:
    """Public holidays and, in Sweden, de-facto eves: `day_local`, `holiday_name`, in order of time.

    Parameters: years, both included; country as ISO 3166-1 code, with a subdivision after a hyphen where holidays
    differ within it (GB-ENG). Raises BadInput for a place that is not known.
    """
    place, _, subdivision = country.partition("-")
    categories = ("public", "de_facto") if place == "SE" else ("public",)
    try:
        found = holidays.country_holidays(
            place, subdiv=subdivision or None, years=range(first_year, last_year + 1), categories=categories
        )
    except NotImplementedError:
        raise BadInput(
            f"{country} är inget land eller landsdel med känd helgkalender.",
            fix_sv="Skriv landet som SE eller FI, med landsdel som GB-ENG.",
        ) from None
    rows = sorted(found.items())
    return pl.DataFrame(
        {"day_local": [day for day, _ in rows], "holiday_name": [name for _, name in rows]},
        schema={"day_local": pl.Date, "holiday_name": pl.String},
    )
