"""The bars of some days, read as plain rows by the index of location and start: years of history cost nothing."""

from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import AppointmentRow, PatientRow, SeriesRow
from ketaclinic.db.plain import minutes, plain
from ketaclinic.db.session_numbers import NUMBER
from ketaclinic.domain.appointments import NOT_ON_THE_BOARD
from ketaclinic.domain.booking_situation import MINUTES_OF_DAY
from ketaclinic.domain.claims import wall_minutes

_starts = minutes(AppointmentRow.starts_at)
_BARS = (
    select(
        AppointmentRow.id,
        AppointmentRow.chair_id,
        _starts,
        minutes(AppointmentRow.ends_at),
        AppointmentRow.status,
        PatientRow.family_name,
        PatientRow.given_name,
        NUMBER,
        SeriesRow.sessions,
        SeriesRow.open_ended,
        AppointmentRow.patient_id,
    )
    .join(PatientRow, PatientRow.id == AppointmentRow.patient_id)
    .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
    .where(
        AppointmentRow.location_id == bindparam("location", type_=BigInteger),
        _starts >= bindparam("begin", type_=BigInteger),
        _starts < bindparam("end", type_=BigInteger),
        AppointmentRow.status.not_in(sorted(NOT_ON_THE_BOARD)),
    )
    .order_by(_starts)
)


class BarRow(NamedTuple):
    """A visit on the board of its day; `starts` and `ends` are wall-clock minutes since 1970."""

    appointment_id: int
    chair_id: int
    starts: int
    ends: int
    status: str
    family_name: str
    given_name: str
    number: int
    sessions: int
    open_ended: bool
    patient_id: int

    @property
    def name(self) -> str:
        """Family name first."""
        return f"{self.family_name}, {self.given_name}".strip(", ")

    @property
    def label(self) -> str:
        """As on a card: "4 of 6", or "M 3" in an open course."""
        return f"M {self.number}" if self.open_ended else f"{self.number} of {self.sessions}"


def bars(session: Session, location_id: int, first: date, days: int) -> list[BarRow]:
    """Every visit that starts on these days and has a place on the board, by start."""
    begin = wall_minutes(datetime.combine(first, time()))
    given = {"location": location_id, "begin": begin, "end": begin + days * MINUTES_OF_DAY}
    return [BarRow._make(row) for row in plain(session, _BARS, given)]
