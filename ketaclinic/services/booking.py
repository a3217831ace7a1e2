"""Booking: the day's board, proposals for a series, and every change of who sits where and when."""

from collections.abc import Sequence
from datetime import date, datetime, time

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import busy_time, schedule
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import duty as duty_rows
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import CANCELLED, Appointment, Card, Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.day_board import day_view
from ketaclinic.domain.findings import Finding, Invalid
from ketaclinic.domain.move_check import MoveCheck
from ketaclinic.domain.moves import VisitMove
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import User
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.schedule import DayView
from ketaclinic.domain.wishes import (
    BookedSeries,
    Explanation,
    FreeStart,
    MaintenanceWindow,
    PlannedSession,
    Proposals,
    SeriesWishes,
)
from ketaclinic.services.booking_means import Means
from ketaclinic.services.booking_places import Places
from ketaclinic.services.booking_planning import SeriesPlanning
from ketaclinic.services.booking_series import SeriesBooking
from ketaclinic.services.guard import intention
from ketaclinic.services.visit_status import Step, set_status

__all__ = ["Booking"]

_LEAVES = CANCELLED | {Status.RESCHEDULED}


class Booking:
    """Plans, books, moves and cancels."""

    area = "booking"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._protocols = catalog.protocols
        self._clock = clock
        self._means = Means(store, catalog, clock)
        self._planning = SeriesPlanning(self._means)
        self._series = SeriesBooking(self._means)
        self._places = Places(self._means)

    # --- looked at ---------------------------------------------------------------------------------------------------

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
    def protocols(self, by: User) -> tuple[Protocol, ...]:  # noqa: ARG002 - the guard reads it
        """What may be booked, by name."""
        return tuple(sorted(self._protocols.values(), key=lambda protocol: protocol.desk_name))

    @intention
    def upcoming(self, by: User, patient_id: int) -> tuple[Card, ...]:  # noqa: ARG002 - the guard reads it
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
    def to_place(self, by: User, location_id: int) -> tuple[Card, ...]:  # noqa: ARG002 - the guard reads it
        """The visits on the pinboard: without a place, each with the day and chair it was meant for.

        Raises NotFound for an unknown location.
        """
        with self._store.reading() as session:
            zone = clinic_rows.location(session, location_id).zone
            rows = schedule.to_place_rows(session, location_id)
            return schedule.cards(session, rows, wall_now(self._clock, zone).date(), zone, self._catalog)

    # --- asked -------------------------------------------------------------------------------------------------------

    @intention
    def propose_series(self, by: User, wishes: SeriesWishes) -> Proposals:  # noqa: ARG002 - the guard reads it
        """Up to five complete series, best first; when there is none, the findings say why and what would help.

        With `wishes.series_id` they go on from that course; maintenance goes on from the patient's last visit.

        Raises:
            Invalid: a wish contradicts itself.
            NotFound: patient, protocol or location is not there.
        """
        return self._planning.propose(wishes)

    @intention
    def check_sessions(
        self,
        by: User,  # noqa: ARG002 - the guard reads it
        wishes: SeriesWishes,
        sessions: Sequence[PlannedSession],
    ) -> tuple[Finding, ...]:
        """Everything that speaks against booking these sessions, and what is worth knowing about them.

        Raises:
            Invalid: there is no session, or too many.
            NotFound: patient, protocol or location is not there.
        """
        return self._planning.check(wishes, sessions)

    @intention
    def free(self, by: User, location_id: int, day: date, minutes: int) -> tuple[FreeStart, ...]:  # noqa: ARG002
        """Open starts of a day for a visit of this length, prep to turnover, by time and chair.

        Where a protocol takes exactly so long, its nurses and its recovery are counted as well.

        Raises:
            Invalid: the length is not one of a visit.
            NotFound: there is no such location.
        """
        return self._planning.free(location_id, day, minutes)

    @intention
    def why(
        self,
        by: User,  # noqa: ARG002 - the guard reads it
        patient_id: int,
        protocol_id: str,
        starts_at: datetime,
        chair_id: int,
        series_id: int | None = None,
    ) -> Explanation:
        """Whether one session could start there; if not, every reason, and the nearest starts that would do.

        Args:
            by: the user.
            patient_id: whose session.
            protocol_id: of the session.
            starts_at: wall-clock at the chair's location.
            chair_id: where.
            series_id: the running course it would belong to; None for a new one.

        Raises:
            NotFound: patient, protocol or chair is not there.
        """
        return self._planning.why(patient_id, protocol_id, starts_at, chair_id, series_id)

    @intention
    def maintenance_window(self, by: User, patient_id: int) -> MaintenanceWindow | None:  # noqa: ARG002
        """When the patient's next maintenance session is due, by the protocol's taper; None without a course to keep.

        Raises NotFound for an unknown patient.
        """
        return self._planning.maintenance_window(patient_id)

    @intention
    def move_check(self, by: User, appointment_id: int, day: date | None = None) -> MoveCheck:  # noqa: ARG002
        """A value that answers, without the database, whether the visit may be dropped somewhere, and how long.

        Args:
            by: the user.
            appointment_id: the visit taken up, from the board or from the pinboard.
            day: a day it may go to besides those around its own.

        Raises:
            NotFound: the visit is not there.
        """
        return self._places.check(appointment_id, day)

    # --- series ------------------------------------------------------------------------------------------------------

    @intention
    def book_series(
        self,
        by: User,
        wishes: SeriesWishes,
        sessions: Sequence[PlannedSession],
        command_id: str = "",
        overrides: Sequence[BookingOverride] = (),
        trial: int | None = None,
    ) -> BookedSeries:
        """Books every session or none, checked again inside the transaction.

        Args:
            by: the user.
            wishes: for whom and what; with `series_id` the sessions are added to that course.
            sessions: in any order.
            command_id: of the dialog; a repetition gets the first answer.
            overrides: for findings that may be overridden.
            trial: so many first sessions are booked, the others are held until it is decided whether to go on.

        Raises:
            Refused: a rule blocks one of the sessions; nothing was booked.
            Invalid: there is no session, or too many, or too many on trial.
            NotFound: patient, protocol or location is not there.
        """
        if wishes.series_id is not None:
            return self._series.extend(by, wishes.series_id, sessions, command_id, overrides)
        return self._series.book(by, wishes, sessions, command_id, overrides, trial)

    @intention
    def hold_series(
        self,
        by: User,
        wishes: SeriesWishes,
        sessions: Sequence[PlannedSession],
        minutes: int | None = None,
        command_id: str = "",
    ) -> BookedSeries:
        """Holds every place or none for some minutes, the clinic's own number unless asked; others see them taken.

        Raises:
            Refused: a rule blocks one of the sessions; nothing is held.
            Invalid: there is no session, too many, or the hold is too long.
            NotFound: patient, protocol or location is not there.
        """
        return self._series.hold(by, wishes, sessions, minutes, command_id)

    @intention
    def confirm_hold(
        self, by: User, series_id: int, command_id: str = "", overrides: Sequence[BookingOverride] = ()
    ) -> BookedSeries:
        """Books what is held of a series.

        Raises:
            Refused: the hold has run out, or the patient needs a prescriber's word for further visits.
            NotFound: the series is not there.
        """
        return self._series.confirm(by, series_id, command_id, overrides)

    @intention
    def release_hold(self, by: User, series_id: int, command_id: str = "") -> BookedSeries:
        """Gives the held places of a series up at once.

        Raises:
            Refused: nothing is held any more.
            NotFound: the series is not there.
        """
        return self._series.release(by, series_id, command_id)

    def lapse_holds(self, by: User | None = None) -> int:  # noqa: ARG002 - the program does it, whoever is signed in
        """Lets every hold that has run out give up its places, and says how many; costs next to nothing when none."""
        return self._series.lapse()

    @intention
    def extend_series(
        self,
        by: User,
        series_id: int,
        sessions: Sequence[PlannedSession],
        command_id: str = "",
        overrides: Sequence[BookingOverride] = (),
    ) -> BookedSeries:
        """Adds sessions to a running course; their numbers go on, none is changed. Answers the added ones.

        Raises:
            Refused: a rule blocks one of them, or the course was stopped; nothing was booked.
            Invalid: there is no session, or too many.
            NotFound: the series or its protocol is not there.
        """
        return self._series.extend(by, series_id, sessions, command_id, overrides)

    # --- visits ------------------------------------------------------------------------------------------------------

    @intention
    def move(
        self,
        by: User,
        appointment_id: int,
        version: int,
        chair_id: int,
        starts_at: datetime,
        command_id: str = "",
        overrides: Sequence[BookingOverride] = (),
    ) -> Appointment:
        """The visit on another chair or at another time, checked inside the transaction.

        Raises:
            Refused: a rule blocks the new place; the visit stays where it was.
            Stale: someone else changed the visit since `version`.
            NotFound: the visit is not there.
        """
        visit = VisitMove(appointment_id, version, chair_id, starts_at)
        return self._places.move(by, visit, command_id, overrides)

    @intention
    def move_all(
        self,
        by: User,
        moves: Sequence[VisitMove],
        command_id: str = "",
        overrides: Sequence[BookingOverride] = (),
    ) -> tuple[Appointment, ...]:
        """Several visits at once, all of them or none, so that two may change places; answers them in that order.

        Raises:
            Invalid: there is no visit, or one twice.
            Refused: a rule blocks one of the new places; all stay where they were.
            Stale: someone else changed one of them.
            NotFound: one of them is not there.
        """
        return self._places.move_all(by, moves, command_id, overrides)

    @intention
    def resize(
        self,
        by: User,
        appointment_id: int,
        version: int,
        minutes: int,
        command_id: str = "",
        overrides: Sequence[BookingOverride] = (),
    ) -> Appointment:
        """The visit so many minutes long, prep to turnover; its recovery gives or takes the difference.

        Raises:
            Invalid: no visit is so short or so long.
            Refused: less recovery than the protocol asks for would be left, or a rule blocks it.
            Stale: someone else changed the visit since `version`.
            NotFound: the visit is not there.
        """
        return self._places.resize(by, appointment_id, version, minutes, command_id, overrides)

    @intention
    def park(self, by: User, appointment_id: int, version: int, command_id: str = "") -> Appointment:
        """The visit on the pinboard: it gives its place up and is to be placed again.

        Raises:
            Refused: a visit that has begun or is over stays where it is.
            Stale: someone else changed the visit since `version`.
            NotFound: the visit is not there.
        """
        return self._places.park(by, appointment_id, version, command_id)

    @intention
    def place(
        self,
        by: User,
        appointment_id: int,
        version: int,
        chair_id: int,
        starts_at: datetime,
        command_id: str = "",
        overrides: Sequence[BookingOverride] = (),
    ) -> Appointment:
        """A visit of the pinboard at a place of its own again, scheduled.

        Raises:
            Refused: a rule blocks the place, or the visit has one already.
            Stale: someone else changed the visit since `version`.
            NotFound: the visit is not there.
        """
        visit = VisitMove(appointment_id, version, chair_id, starts_at)
        return self._places.move(by, visit, command_id, overrides, Op.PLACE_APPOINTMENT)

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
