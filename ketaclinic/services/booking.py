"""Booking: the day's board, proposals for a series, and every change of who sits where and when."""

import time as stopwatch
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import busy_time, gates, people, schedule, situations
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import duty as duty_rows
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import CANCELLED, MOVABLE, Appointment, Card, Status
from ketaclinic.domain.booking_situation import BookingLimits
from ketaclinic.domain.changes import Op
from ketaclinic.domain.day_board import day_view
from ketaclinic.domain.findings import Finding, Invalid, Refused, Severity, blocking
from ketaclinic.domain.move_check import MoveCheck
from ketaclinic.domain.people import User
from ketaclinic.domain.protocols import NurseNeeds, Phases, Protocol
from ketaclinic.domain.schedule import DayView
from ketaclinic.domain.wishes import (
    BookedSeries,
    Explanation,
    FreeStart,
    PlannedSession,
    Proposals,
    SeriesWishes,
)
from ketaclinic.services.guard import intention
from ketaclinic.services.rulebook import rulebook
from ketaclinic.services.series_wishes import about_pinned, checked_protocol, request_for
from ketaclinic.services.visit_status import Step, set_status

__all__ = ["Booking"]

_DAYS_AROUND = 3
"""Days before and after a visit that a drag can reach without asking again."""
_NEAREST_DAYS = 14
"""Days before and after a refused start among which the nearest open ones are looked for."""
_LEAVES = CANCELLED | {Status.RESCHEDULED}


class Booking:
    """Plans, books, moves and cancels."""

    area = "booking"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._protocols = catalog.protocols
        self._clock = clock

    @intention
    def day(self, by: User, location_id: int, day: date) -> DayView:  # noqa: ARG002 - the guard reads it
        """One day of the board. Raises NotFound for an unknown location."""
        with self._store.reading() as session:
            busy = busy_time.busy_time(session, clinic_rows.location(session, location_id), day, 1)
            rows = schedule.day_rows(session, location_id, day)
            cards = schedule.cards(session, rows, day, busy.location.zone, self._catalog)
            closures = clinic_rows.closures(session, location_id, day, day) if busy.closures else ()
            names = duty_rows.names(session, busy.shifts)
        return day_view(busy, day, closures, cards, names)

    @intention
    def protocols(self, by: User) -> tuple[Protocol, ...]:  # noqa: ARG002
        """What may be booked, by name."""
        return tuple(sorted(self._protocols.values(), key=lambda protocol: protocol.desk_name))

    @intention
    def upcoming(self, by: User, patient_id: int) -> tuple[Card, ...]:  # noqa: ARG002
        """The patient's visits from today on, at every location, soonest first."""
        with self._store.reading() as session:
            zones = {location.id: location.zone for location in clinic_rows.locations(session)}
            today = {key: wall_now(self._clock, zone).date() for key, zone in zones.items()}
            since = datetime.combine(min(today.values(), default=date.min), time())
            found: list[Card] = []
            for row in schedule.coming_rows(session, patient_id, since):
                day, here = row.appointment.starts_at.date(), row.appointment.location_id
                if day >= today[here]:
                    found += schedule.cards(session, [row], day, zones[here], self._catalog)
        return tuple(found)

    @intention
    def propose_series(self, by: User, wishes: SeriesWishes) -> Proposals:  # noqa: ARG002
        """Up to five complete series, best first; when there is none, the findings say why and what would help.

        Raises:
            Invalid: a wish contradicts itself.
            NotFound: patient, protocol or location is not there.
        """
        from ketaclinic.planning.series_planner import obstacles, propose  # noqa: PLC0415 - NumPy when it is needed

        began = stopwatch.perf_counter()
        protocol = checked_protocol(self._catalog, wishes)
        with self._store.reading() as session:
            people.patient(session, wishes.patient_id)
            location = clinic_rows.location(session, wishes.location_id)
            position = 1
            if protocol.open_ended:
                position += schedule.last_position(session, wishes.patient_id, protocol.id)
            rules = rulebook(self._catalog, self._clock, location.zone)
            request = request_for(self._catalog, rules, wishes, protocol, position)
            own = busy_time.visits_of_patient(session, wishes.patient_id, self._protocols)
            for days in (request.first_look(own), request.days):
                busy = busy_time.busy_time(session, location, request.first_day, days, own)
                proposals = propose(request, busy)
                if request.settles(proposals, days):
                    break
        findings: tuple[Finding, ...] = ()
        if not proposals:
            findings = (*about_pinned(request, busy), *obstacles(request, busy))
        return Proposals(proposals, findings, (stopwatch.perf_counter() - began) * 1000)

    @intention
    def check_sessions(
        self,
        by: User,  # noqa: ARG002
        wishes: SeriesWishes,
        sessions: Sequence[PlannedSession],
    ) -> tuple[Finding, ...]:
        """Everything that speaks against booking these sessions, and what is worth knowing about them.

        Raises:
            Invalid: there is no session, or too many.
            NotFound: patient, protocol or location is not there.
        """
        protocol = checked_protocol(self._catalog, wishes, sessions)
        wanted = situations.wanted_series(protocol, sessions)
        with self._store.reading() as session:
            people.patient(session, wishes.patient_id)
            zone = clinic_rows.location(session, wishes.location_id).zone
            rules = rulebook(self._catalog, self._clock, zone)
            return situations.check_series(session, wishes, wanted, rules)

    @intention
    def book_series(
        self, by: User, wishes: SeriesWishes, sessions: Sequence[PlannedSession], command_id: str = ""
    ) -> BookedSeries:
        """Books every session or none, checked again inside the transaction.

        Raises:
            Refused: a rule blocks one of the sessions; nothing was booked.
            Invalid: there is no session, or too many.
            NotFound: patient, protocol or location is not there.
        """
        protocol = checked_protocol(self._catalog, wishes, sessions)
        wanted = situations.wanted_series(protocol, sorted(sessions, key=lambda planned: planned.starts_at))
        with self._store.writing(Op.BOOK_SERIES, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                return BookedSeries(writing.earlier["series"], tuple(writing.earlier["appointments"]))
            patient = people.patient(session, wishes.patient_id)
            location = clinic_rows.location(session, wishes.location_id)
            rules = rulebook(self._catalog, self._clock, location.zone)
            _refuse(situations.check_series(session, wishes, wanted, rules))
            before = schedule.last_position(session, patient.id, protocol.id) if protocol.open_ended else 0
            order_id = gates.order_for(session, patient.id, protocol, wanted.sessions[0].starts_at.date())
            booked = BookedSeries(
                *schedule.add_series(session, patient.id, location.id, protocol, wanted.sessions, before + 1, order_id)
            )
            writing.detail = patient.record
            writing.result = {"series": booked.series_id, "appointments": list(booked.appointment_ids)}
            return booked

    @intention
    def move_check(self, by: User, appointment_id: int, day: date | None = None) -> MoveCheck:  # noqa: ARG002
        """A value that answers, without the database, whether the visit may be dropped somewhere.

        Args:
            by: the user.
            appointment_id: the visit taken up.
            day: a day it may go to besides those around its own.

        Raises:
            NotFound: the visit is not there.
        """
        with self._store.reading() as session:
            visit = schedule.board_row(session, appointment_id).appointment
            row = schedule.appointment_row(session, appointment_id, visit.version)
            around = {visit.starts_at.date() + timedelta(days=n) for n in range(-_DAYS_AROUND, _DAYS_AROUND + 1)}
            days = around if day is None else around | {day}
            zone = clinic_rows.location(session, visit.location_id).zone
            rules = rulebook(self._catalog, self._clock, zone)
            wanted = situations.wanted_visit(session, row, self._protocols)
            return MoveCheck(visit, wanted, situations.situation_without(session, row, days, rules))

    @intention
    def move(
        self, by: User, appointment_id: int, version: int, chair_id: int, starts_at: datetime, command_id: str = ""
    ) -> Appointment:
        """The visit on another chair or at another time, checked inside the transaction.

        Raises:
            Refused: a rule blocks the new place; the visit stays where it was.
            Stale: someone else changed the visit since `version`.
            NotFound: the visit is not there.
        """
        with self._store.writing(Op.MOVE_APPOINTMENT, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                return schedule.board_row(session, appointment_id).appointment
            row = schedule.appointment_row(session, appointment_id, version)
            if Status(row.status) not in MOVABLE:
                text = f"This visit is {Status(row.status).word.lower()}; it stays where it is."
                raise Refused([Finding("not-movable", Severity.BLOCK, text)])
            zone = clinic_rows.location(session, row.location_id).zone
            rules = rulebook(self._catalog, self._clock, zone)
            was = PlannedSession(row.starts_at, row.ends_at, row.chair_id)
            row.chair_id, row.starts_at, row.ends_at = chair_id, starts_at, starts_at + (was.ends_at - was.starts_at)
            with session.no_autoflush:
                _refuse(situations.check_placed(session, row, was, rules))
            session.flush()
            moved = schedule.board_row(session, appointment_id)
            writing.detail, writing.result = moved.record, {"appointment": appointment_id}
            return moved.appointment

    @intention
    def cancel(
        self, by: User, appointment_id: int, version: int, target: Status, reason: str = "", command_id: str = ""
    ) -> Appointment:
        """The visit cancelled (by whom, or late) or rescheduled; its chair is free again.

        Raises:
            Invalid: that status is no cancellation.
            Refused: the visit cannot be cancelled as it stands.
            Stale: someone else changed the visit since `version`.
            NotFound: the visit is not there.
        """
        if target not in _LEAVES:
            raise Invalid("target", f"“{target.word}” is no cancellation. Nothing was changed.")
        step = Step(appointment_id, version, target, reason, command_id)
        return set_status(self._store, self._catalog, self._clock, by, step)

    @intention
    def free(self, by: User, location_id: int, day: date, minutes: int) -> tuple[FreeStart, ...]:  # noqa: ARG002
        """Open starts of a day for a visit of this length, prep to turnover, by time and chair.

        Where a protocol takes exactly so long, its nurses and its recovery are counted as well.

        Raises:
            Invalid: the length is not one of a visit.
            NotFound: there is no such location.
        """
        from ketaclinic.planning.capacity import free_starts  # noqa: PLC0415 - NumPy when it is needed

        if not 5 <= minutes <= 24 * 60:
            raise Invalid("minutes", "A visit takes from 5 minutes to a day.")
        with self._store.reading() as session:
            busy = busy_time.busy_time(session, clinic_rows.location(session, location_id), day, 1)
        rules = rulebook(self._catalog, self._clock, busy.location.zone)
        known = (protocol for protocol in self._protocols.values() if protocol.phases.total == minutes)
        protocol = next(known, None)
        if protocol is not None:
            return free_starts(busy, protocol.phases, protocol.nurse, rules.limits, rules.now)
        chair_alone = Phases(prep=0, infusion=0, recovery=0, turnover=minutes)
        no_nurse = NurseNeeds(setup_from=0, setup_minutes=0, ratio=1)
        return free_starts(busy, chair_alone, no_nurse, BookingLimits(0, rules.limits.grid), rules.now)

    @intention
    def why(
        self,
        by: User,  # noqa: ARG002
        patient_id: int,
        protocol_id: str,
        starts_at: datetime,
        chair_id: int,
    ) -> Explanation:
        """Whether one session could start there; if not, every reason, and the nearest starts that would do.

        Raises:
            NotFound: patient, protocol or chair is not there.
        """
        from ketaclinic.planning.series_planner import nearest_starts  # noqa: PLC0415 - NumPy when it is needed

        with self._store.reading() as session:
            people.patient(session, patient_id)
            location = schedule.location_of_chair(session, chair_id)
            planned = PlannedSession(starts_at, starts_at, chair_id)
            wishes = SeriesWishes(patient_id, protocol_id, location.id, starts_at.date(), count=1)
            protocol = checked_protocol(self._catalog, wishes)
            wanted = situations.wanted_series(protocol, [planned])
            rules = rulebook(self._catalog, self._clock, location.zone)
            findings = situations.check_series(session, wishes, wanted, rules)
            if not blocking(findings):
                return Explanation(free=True, findings=findings, nearest=())
            first = starts_at.date() - timedelta(days=_NEAREST_DAYS)
            request = request_for(self._catalog, rules, replace(wishes, first_day=first), protocol)
            own = busy_time.visits_of_patient(session, patient_id, self._protocols)
            busy = busy_time.busy_time(session, location, request.first_day, 2 * _NEAREST_DAYS + 1, own)
        return Explanation(free=False, findings=findings, nearest=nearest_starts(request, busy, starts_at, chair_id))


def _refuse(findings: tuple[Finding, ...]) -> None:
    if blocking(findings):
        raise Refused(findings)
