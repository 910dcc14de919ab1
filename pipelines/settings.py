"""Every setting, read once from the environment and checked together.

Does not belong here: facts that an organisation knows (buildings, owners, targets): they are data with validity dates.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.errors import BadSetting


class Settings(BaseSettings):
    """The installation's settings; each is read from `SPARKRAFT_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="SPARKRAFT_", frozen=True)

    home: Path = Field(default=Path("data"), description="the folder of this county's or municipality's installation")
    time_zone: str = Field(
        default="Europe/Stockholm", description="the civil time in which days and months are counted"
    )
    nightly_cron: str = Field(default="30 3 * * *", description="when the nightly refresh starts, in that civil time")
    inbox_interval_seconds: int = Field(default=30, ge=5, le=60, description="how often the inbox is looked at")
    baseline_year: int = Field(
        default=2021, ge=1990, le=2100, description="baseline year of meters that have none of their own"
    )
    target_share_per_year: float = Field(
        default=0.019,
        ge=0,
        lt=1,
        description="yearly step of the common path, share of the first year (EED Article 5, unverified)",
    )
    target_first_year: int = Field(default=2021, ge=1990, le=2100, description="the year the common path starts from")
    degree_day_base_c: float = Field(
        default=17.0, ge=5, le=25, description="temperature below which a day has degree days [°C]"
    )
    normal_first_year: int = Field(default=1991, ge=1900, le=2100, description="first year of the normal period")
    normal_last_year: int = Field(default=2020, ge=1900, le=2100, description="last year of the normal period")
    weather_independent_part: Literal["summer", "signature", "share"] = Field(
        default="summer", description="what tells the part of the heat that normal-year correction leaves alone"
    )
    weather_independent_share: float = Field(
        default=0.25, ge=0, lt=1, description="that part as share of a month's heat, where it is told by share"
    )
    lock_wait_seconds: int = Field(
        default=600, ge=0, description="how long a writer waits for another before it gives up"
    )
    keep_generations_hours: int = Field(default=24, ge=1, description="age at which old publications are deleted")
    port: int = Field(default=8501, ge=1, le=65535, description="port of the dashboard")
    dagster_port: int = Field(default=3000, ge=1, le=65535, description="port of Dagster's web server, loopback only")

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not a known time zone; an example is Europe/Stockholm")
        return value

    @field_validator("normal_last_year")
    @classmethod
    def _after_first(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("normal_first_year", value):
            raise ValueError("the normal period ends before it begins")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The civil time zone as an object."""
        return ZoneInfo(self.time_zone)


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Read and check all settings; raises BadSetting that names every mistake at once."""
    try:
        return Settings()
    except ValidationError as wrong:
        lines = [f"SPARKRAFT_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in wrong.errors()]
        raise BadSetting("\n".join(lines)) from wrong
