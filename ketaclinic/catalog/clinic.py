"""What the set-up assistant proposes at the first start, from `resources/clinic.toml`."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from ketaclinic.catalog.reader import Resource, read
from ketaclinic.domain.resources import Hours

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class ClinicDefaults:
    """A first proposal for location, zone, opening hours, chairs and nurses by weekday."""

    location_name: str
    zone: str
    hours: tuple[Hours, ...]
    chairs: tuple[str, ...]
    usual_nurses: tuple[int, int, int, int, int, int, int]


class _Opening(Resource):
    days: tuple[str, ...] = Field(min_length=1)
    opens: time
    closes: time

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if unknown := [day for day in self.days if day not in WEEKDAYS]:
            raise ValueError(f"{unknown[0]!r} is not a weekday")
        if self.closes <= self.opens:
            raise ValueError("closes must come after opens")
        return self


class _ClinicFile(Resource):
    location_name: str = Field(min_length=1)
    zone: str
    chairs: tuple[str, ...] = Field(min_length=1)
    usual_nurses: tuple[int, int, int, int, int, int, int]
    hours: tuple[_Opening, ...] = Field(min_length=1)

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)  # the list of all zones would be read from hundreds of folders, at every start
        except (OSError, ValueError, KeyError):
            raise ValueError("not a time zone of the IANA list") from None
        return zone


def load_clinic_defaults(resources: Path) -> ClinicDefaults:
    """The proposals of the set-up assistant."""
    given = read(resources / "clinic.toml", _ClinicFile)
    hours = [Hours(WEEKDAYS.index(day), span.opens, span.closes) for span in given.hours for day in span.days]
    return ClinicDefaults(
        location_name=given.location_name,
        zone=given.zone,
        hours=tuple(sorted(hours, key=lambda h: (h.weekday, h.opens))),
        chairs=given.chairs,
        usual_nurses=given.usual_nurses,
    )
