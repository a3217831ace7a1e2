"""How things stand for a booking, read for the rules: before, to inform; inside the transaction, to enforce."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ketaclinic.db import clearance
from ketaclinic.db.busy_time import busy_time_on, visits_of_patient
from ketaclinic.db.clinic import location
from ketaclinic.db.models import AppointmentRow, SeriesRow
from ketaclinic.domain.appointments import FREES_THE_CHAIR
from ketaclinic.domain.booking_rules import check_booking, worst_breaches
from ketaclinic.domain.booking_situation import BookingLimits, Situation, Wanted, situation_on
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.protocols import Gaps, NurseNeeds, Phases, Protocol
from ketaclinic.domain.resources import Location
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes

_UNBOUND = Gaps(1, 36_500, ((1, 36_500),))
"""Gaps of a course whose protocol is no longer among the resources: one session a day, nothing else is known."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What the rules need besides the database: protocols, the clinic's numbers, and now (minutes since 1970)."""

    protocols: Mapping[str, Protocol]
    limits: BookingLimits
    now: int | None

    def for_restoring(self) -> "Rulebook":
        """The same for putting back what was: the past is no obstacle to that."""
        return replace(self, now=None)


def wanted_series(protocol: Protocol, sessions: Iterable[PlannedSession], series_id: int | None = None) -> Wanted:
    """A new series as the rules see it, or sessions added to the running one of that id."""
    length = timedelta(minutes=protocol.phases.total)
    return Wanted(
        family=protocol.family,
        phases=protocol.phases,
        nurse=protocol.nurse,
        gaps=protocol.gaps,
        window_days=protocol.window_days,
        sessions=tuple(replace(session, ends_at=session.starts_at + length) for session in sessions),
        series_id=series_id,
    )


def check_series(
    session: Session, wishes: SeriesWishes, wanted: Wanted, rules: Rulebook, place: Location | None = None
) -> tuple[Finding, ...]:
    """Every finding about a new series; `place` is its location where that was read before. Raises NotFound."""
    days = {planned.starts_at.date() for planned in wanted.sessions}
    own = visits_of_patient(session, wishes.patient_id, rules.protocols)
    busy = busy_time_on(session, place or location(session, wishes.location_id), days, own)
    situation = situation_on(busy, days, rules.limits, rules.now)
    return check_booking(wanted, replace(situation, cleared=cleared(session, wishes.patient_id, rules)))


def cleared(session: Session, patient_id: int, rules: Rulebook) -> bool:
    """Whether a patient may be booked further without a prescriber's word; putting back what was asks nothing."""
    return rules.now is None or not clearance.not_cleared(session, patient_id)


def wanted_visit(session: Session, row: AppointmentRow, protocols: Mapping[str, Protocol]) -> Wanted:
    """A visit there is, as the rules see it; where it stands now is `was`, unless it holds no place there."""
    protocol_id = session.scalar(select(SeriesRow.protocol_id).where(SeriesRow.id == row.series_id)) or ""
    protocol = protocols.get(protocol_id)
    stands = PlannedSession(row.starts_at, row.ends_at, row.chair_id)
    return Wanted(
        family=protocol.family if protocol else "",
        phases=Phases(row.prep, row.infusion, row.recovery, row.turnover),
        nurse=NurseNeeds(row.setup_from, row.setup_minutes, row.ratio),
        gaps=protocol.gaps if protocol else _UNBOUND,
        window_days=protocol.window_days if protocol else None,
        sessions=(stands,),
        series_id=row.series_id,
        was=None if row.status in FREES_THE_CHAIR else stands,
    )


def situation_without(session: Session, row: AppointmentRow, days: Iterable[date], rules: Rulebook) -> Situation:
    """How things stand on some days at a visit's location, as if the visit were not there."""
    asked = set(days)
    own = visits_of_patient(session, row.patient_id, rules.protocols)
    busy = busy_time_on(session, location(session, row.location_id), asked, own)
    situation = situation_on(busy, asked, rules.limits, rules.now, leaving_out=frozenset({row.id}))
    return replace(situation, cleared=cleared(session, row.patient_id, rules))


def check_placed(
    session: Session,
    row: AppointmentRow,
    was: PlannedSession | None,
    rules: Rulebook,
    stood: tuple[tuple[str, int], ...] | None = None,
) -> tuple[Finding, ...]:
    """Every finding about a visit where it is put now.

    Args:
        session: of the transaction.
        row: the visit as it is to be.
        was: where it stood before and held its place; None when it held none.
        rules: what is asked.
        stood: what of the spacing it broke there, where other visits of the series move as well.
    """
    wanted = replace(wanted_visit(session, row, rules.protocols), was=was, stood=stood)
    return check_booking(wanted, situation_without(session, row, {row.starts_at.date()}, rules))


def breaches_where_it_stands(session: Session, row: AppointmentRow, rules: Rulebook) -> tuple[tuple[str, int], ...]:
    """What of the spacing a visit breaks now, each with the days: a move must not make it worse."""
    wanted = wanted_visit(session, row, rules.protocols)
    own = visits_of_patient(session, row.patient_id, rules.protocols)
    others = [visit for visit in own if visit.appointment_id != row.id]
    return tuple(worst_breaches(wanted, wanted.sessions[0], others).items())


def check_taken_again(session: Session, row: AppointmentRow, rules: Rulebook) -> tuple[Finding, ...]:
    """Every finding about a visit that holds its place again, without the past, which is no obstacle to the truth."""
    return check_placed(session, row, None, rules.for_restoring())
