"""Whole series booked, held for a while, confirmed, released and made longer: every session or none."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta

from ketaclinic.clock import to_instant
from ketaclinic.db import clearance, gates, holds, new_visits, overrides, people, schedule, situations
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db.models import AppointmentRow
from ketaclinic.db.store import Reads, Writing
from ketaclinic.domain.booking_situation import Wanted
from ketaclinic.domain.changes import Op
from ketaclinic.domain.clearance import booking_finding
from ketaclinic.domain.findings import Finding, Invalid, NotFound, Refused, Severity
from ketaclinic.domain.people import User
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.resources import Location
from ketaclinic.domain.series import SeriesStatus
from ketaclinic.domain.wishes import BookedSeries, PlannedSession, SeriesWishes
from ketaclinic.services.booking_means import Means
from ketaclinic.services.booking_places import Given
from ketaclinic.services.overriding import accept
from ketaclinic.services.series_wishes import checked_protocol

_RAN_OUT = "The hold has run out; its places are free for others. Nothing was changed: plan the series again."

Until = Callable[[str], Sequence[datetime | None]]
"""Answers, for the zone of the location, until when each session is only held; None where it is booked."""


class SeriesBooking:
    """Books series; each method is one operation, checked inside its transaction."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def book(
        self,
        by: User,
        wishes: SeriesWishes,
        sessions: Sequence[PlannedSession],
        command_id: str,
        given: Given,
        trial: int | None,
    ) -> BookedSeries:
        """Books every session or none; with `trial`, so many first ones, the others held for the decision."""
        if trial is not None and not 1 <= trial < len(sessions):
            raise Invalid("trial", f"From 1 to {max(len(sessions) - 1, 1)} of the sessions can come first on trial.")
        in_order = sorted(sessions, key=lambda planned: planned.starts_at)

        def until(zone: str) -> Sequence[datetime | None]:
            return self._trial(in_order, trial, zone) if trial is not None else ()

        return self._new(Op.BOOK_SERIES, by, wishes, in_order, until, command_id, given)

    def hold(
        self, by: User, wishes: SeriesWishes, sessions: Sequence[PlannedSession], minutes: int | None, command_id: str
    ) -> BookedSeries:
        """Holds every place or none for a while; other desks see them taken."""
        ends = self._means.hold_until(minutes)
        in_order = sorted(sessions, key=lambda planned: planned.starts_at)
        return self._new(Op.HOLD_SERIES, by, wishes, in_order, lambda _zone: [ends] * len(in_order), command_id, ())

    def confirm(self, by: User, series_id: int, command_id: str, given: Given) -> BookedSeries:
        """Books what is held of a series; who is no longer cleared needs the prescriber's word for it."""
        with self._means.store.writing(Op.BOOK_SERIES, by=by.id, command_id=command_id) as writing:
            if writing.earlier is not None:
                return _earlier(writing)
            now = self._means.now()
            holds.lapse_expired(writing.session, now)
            held = self._held(writing, series_id)
            findings = clearance_findings(writing.session, held[0].patient_id)
            accept(findings, given, by)
            self._write_down(writing, by, held, findings, given)
            for row in held:
                holds.confirm(writing.session, row, now, by.id)
            return self._answer(writing, series_id, held)

    def release(self, by: User, series_id: int, command_id: str) -> BookedSeries:
        """Gives up what is held of a series."""
        with self._means.store.writing(Op.RELEASE_HOLD, by=by.id, command_id=command_id) as writing:
            if writing.earlier is not None:
                return _earlier(writing)
            now = self._means.now()
            holds.lapse_expired(writing.session, now)
            held = self._held(writing, series_id)
            for row in held:
                holds.lapse(writing.session, row, now, by.id, "")
            return self._answer(writing, series_id, held)

    def lapse(self) -> int:
        """Lets holds that have run out give up their places; one small query where there is none."""
        now = self._means.now()
        with self._means.store.reading() as session:
            if not holds.any_expired(session, now):
                return 0
        with self._means.store.writing(Op.LAPSE_HOLDS) as writing:
            lapsed = holds.lapse_expired(writing.session, now)
            writing.nothing = not lapsed  # another desk was quicker
            return len(lapsed)

    def extend(
        self, by: User, series_id: int, sessions: Sequence[PlannedSession], command_id: str, given: Given
    ) -> BookedSeries:
        """Adds sessions to a running course, their places counted on: nothing is renumbered."""
        with self._means.store.writing(Op.BOOK_SERIES, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                return _earlier(writing)
            holds.lapse_expired(session, self._means.now())
            series = schedule.series_row(session, series_id)
            if series.status == SeriesStatus.STOPPED:
                text = "This course was stopped. Nothing was booked: book a new series instead."
                raise Refused([Finding("series-stopped", Severity.BLOCK, text)])
            first = min((planned.starts_at for planned in sessions), default=self._means.now()).date()
            wishes = SeriesWishes(series.patient_id, series.protocol_id, series.location_id, first, series_id=series_id)
            protocol = checked_protocol(self._means.catalog, wishes, sessions)
            wanted = _in_order(protocol, sessions, series_id)
            place = clinic_rows.location(session, series.location_id)
            findings = self._accepted(writing, by, wishes, wanted, given, place)
            if series.open_ended:
                last = max(
                    schedule.last_position(session, series.patient_id, series.protocol_id),
                    new_visits.last_place(session, series_id),
                )
            else:
                last = new_visits.last_place(session, series_id)
            series.sessions += len(wanted.sessions)
            series.status = SeriesStatus.ACTIVE.value
            visits = new_visits.add_visits(session, series, protocol, wanted.sessions, last + 1)
            self._write_down(writing, by, visits, findings, given)
            return self._answer(writing, series_id, visits)

    # --- within an operation -----------------------------------------------------------------------------------------

    def _new(
        self,
        op: Op,
        by: User,
        wishes: SeriesWishes,
        sessions: Sequence[PlannedSession],
        until: Until,
        command_id: str,
        given: Given,
    ) -> BookedSeries:
        protocol = checked_protocol(self._means.catalog, wishes, sessions)
        wanted = _in_order(protocol, sessions)
        with self._means.store.writing(op, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                return _earlier(writing)
            holds.lapse_expired(session, self._means.now())
            writing.detail = people.patient_to_write_for(session, wishes.patient_id).record
            place = clinic_rows.location(session, wishes.location_id)
            findings = self._accepted(writing, by, wishes, wanted, given, place)
            before = schedule.last_position(session, wishes.patient_id, protocol.id) if protocol.open_ended else 0
            first_day = wanted.sessions[0].starts_at.date()
            order_id = gates.order_for(session, wishes.patient_id, protocol, first_day)
            visits = new_visits.add_series(
                session,
                wishes.patient_id,
                wishes.location_id,
                protocol,
                wanted.sessions,
                before + 1,
                order_id,
                until(place.zone),
            )
            self._write_down(writing, by, visits, findings, given)
            return self._answer(writing, visits[0].series_id, visits)

    def _accepted(
        self, writing: Writing, by: User, wishes: SeriesWishes, wanted: Wanted, given: Given, place: Location
    ) -> tuple[Finding, ...]:
        rules = self._means.rules(place.zone)
        findings = situations.check_series(writing.session, wishes, wanted, rules, place)
        accept(findings, given, by)
        return findings

    def _write_down(
        self,
        writing: Writing,
        by: User,
        visits: Sequence[AppointmentRow],
        findings: tuple[Finding, ...],
        given: Given,
    ) -> None:
        """Files the overrides that were used with the visits they are about: subjects are "session 1", …."""

        def visit_of(finding: Finding) -> AppointmentRow:
            number = finding.subject.removeprefix("session ")
            return visits[int(number) - 1] if number.isdecimal() else visits[0]

        if given:
            overrides.record(writing.session, visit_of, findings, given, by, self._means.now())

    def _held(self, writing: Writing, series_id: int) -> Sequence[AppointmentRow]:
        schedule.series_row(writing.session, series_id)
        held = holds.held_of_series(writing.session, series_id)
        if not held:
            raise Refused([Finding("no-hold", Severity.BLOCK, _RAN_OUT)])
        return held

    def _answer(self, writing: Writing, series_id: int, visits: Sequence[AppointmentRow]) -> BookedSeries:
        booked = BookedSeries(series_id, tuple(visit.id for visit in visits))
        if not writing.detail:
            writing.detail = people.patient(writing.session, visits[0].patient_id).record
        writing.result = {"series": series_id, "appointments": list(booked.appointment_ids)}
        return booked

    def _trial(self, sessions: Sequence[PlannedSession], trial: int, zone: str) -> list[datetime | None]:
        """Nothing for the first ones; for the others the evening of the day the course is decided on.

        That is so many days after the last trial session, but never later than the next session's own start.
        """
        days = self._means.catalog.rules.whole("booking.trial-days")
        evening = sessions[trial - 1].starts_at.date() + timedelta(days=days + 1)
        decided = min(datetime.combine(evening, time()), sessions[trial].starts_at)
        ends = to_instant(decided, zone).astimezone(UTC)
        return [None if number < trial else ends for number in range(len(sessions))]


def clearance_findings(session: Reads, patient_id: int) -> tuple[Finding, ...]:
    """What stands against a further visit of a patient whose place the rules have looked at before."""
    return (booking_finding(),) if clearance.not_cleared(session, patient_id) else ()


def _in_order(protocol: Protocol, sessions: Sequence[PlannedSession], series_id: int | None = None) -> Wanted:
    ordered = sorted(sessions, key=lambda planned: planned.starts_at)
    return situations.wanted_series(protocol, ordered, series_id)


def _earlier(writing: Writing) -> BookedSeries:
    """What the operation with the same command id answered."""
    if writing.earlier is None or "series" not in writing.earlier:
        raise NotFound("This was done before under another name. Look at the day again.")
    return BookedSeries(writing.earlier["series"], tuple(writing.earlier["appointments"]))
