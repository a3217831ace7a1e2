"""Calls and arrivals: who is to be confirmed, what came of each call, who waits and who is late."""

from datetime import date, datetime, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import calls as call_rows
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import people, schedule, situations
from ketaclinic.db import recall as recall_rows
from ketaclinic.db.models import AppointmentRow
from ketaclinic.db.recall import RecallPatient
from ketaclinic.db.store import Reads, Store
from ketaclinic.domain.appointments import FREES_THE_CHAIR, Appointment, Card, Status, transition
from ketaclinic.domain.calls import (
    ArrivalRow,
    CallNote,
    CallOutcome,
    CallPurpose,
    ConfirmationList,
    ConfirmRow,
    FastingHours,
    next_working_days,
    reminders,
    round_up,
)
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Finding, Invalid, Refused, Severity
from ketaclinic.domain.late_start import late_findings
from ketaclinic.domain.move_check import MoveCheck
from ketaclinic.domain.people import Escort, User
from ketaclinic.domain.resources import Location
from ketaclinic.services.guard import intention
from ketaclinic.services.rulebook import rulebook

__all__ = ["Calls"]

_LONGEST_NOTE = 500
_TO_CONFIRM = frozenset({Status.SCHEDULED, Status.CONFIRMED})
_NOT_HERE = frozenset({Status.SCHEDULED, Status.CONFIRMED})


class Calls:
    """The telephone, and the front door."""

    area = "calls"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock

    # -- the list for confirming

    @intention
    def to_confirm(self, by: User, location_id: int) -> ConfirmationList:  # noqa: ARG002 - the guard reads it
        """The visits of the next working days with all that is said in the call. Raises NotFound."""
        rules = self._catalog.rules
        ahead = rules.whole("calls.look-ahead")
        with self._store.reading() as session:
            location = clinic_rows.location(session, location_id)
            today = wall_now(self._clock, location.zone).date()
            closures = clinic_rows.closures(session, location_id, today, today + timedelta(days=ahead))
            days = next_working_days(location, today, closures, rules.whole("calls.working-days"), ahead)
            rows = tuple(row for day in days for row in self._of_day(session, location, day))
        return ConfirmationList(days, rows)

    def _of_day(self, session: Reads, location: Location, day: date) -> tuple[ConfirmRow, ...]:
        rows = [r for r in schedule.day_rows(session, location.id, day) if r.appointment.status in _TO_CONFIRM]
        cards = schedule.cards(session, rows, day, location.zone, self._catalog)
        patients = recall_rows.patients(session, (card.appointment.patient_id for card in cards))
        escorts = call_rows.escorts(session, (c.appointment.escort_id for c in cards if c.appointment.escort_id))
        made = call_rows.of_visits(session, (card.appointment.id for card in cards), location.zone)
        chairs = {chair.id: chair.name for chair in clinic_rows.chairs(session, location.id, day)}
        fasting = FastingHours(
            self._catalog.rules.whole("calls.no-solid-food"), self._catalog.rules.whole("calls.clear-liquids")
        )
        found = []
        for card in sorted(cards, key=lambda c: (c.appointment.starts_at, c.patient_name)):
            visit = card.appointment
            found.append(
                _confirm_row(
                    card,
                    chairs.get(visit.chair_id, ""),
                    patients[visit.patient_id],
                    escorts.get(visit.escort_id or 0),
                    reminders(card, fasting),
                    made.get(visit.id, ()),
                )
            )
        return tuple(found)

    # -- what came of a call

    @intention
    def record(
        self,
        by: User,
        appointment_id: int,
        version: int,
        outcome: CallOutcome,
        note: str = "",
        command_id: str = "",
        purpose: CallPurpose = CallPurpose.CONFIRMATION,
    ) -> Appointment:
        """A call about a visit with its outcome; *confirmed* confirms the visit in the same stroke.

        A call that is entered again the same day with another outcome corrects the one before: the visit is scheduled
        again. The same outcome entered twice changes nothing.

        Raises:
            Invalid: the note is too long.
            NotFound: the visit is not there.
            Refused: the visit was taken off, so nothing can be confirmed.
            Stale: someone else changed the visit since `version`.
        """
        words = _checked_note(note)
        with self._store.reading() as session:
            if self._said_already(session, appointment_id, outcome, purpose):
                return schedule.board_row(session, appointment_id).appointment
        with self._store.writing(Op.RECORD_CALL, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                return schedule.board_row(session, appointment_id).appointment
            row = schedule.appointment_row(session, appointment_id, version)
            target = self._target(session, row, outcome, purpose)
            now = self._clock.now()
            call_rows.add(session, row.patient_id, row.id, purpose, outcome, words, now, by.id)
            if target is not None:
                schedule.set_status(session, row, target, now, by.id, "")
            session.flush()
            called = schedule.board_row(session, appointment_id)
            writing.detail, writing.result = called.record, {"appointment": appointment_id}
            return called.appointment

    @intention
    def record_offer(
        self,
        by: User,
        patient_id: int,
        purpose: CallPurpose,
        outcome: CallOutcome,
        note: str = "",
        appointment_id: int | None = None,
        command_id: str = "",
    ) -> None:
        """A call to a patient that confirms nothing: an offer of a freed place, a recall; `appointment_id` if any.

        Raises:
            Invalid: the note is too long.
            NotFound: patient or visit is not there.
        """
        words = _checked_note(note)
        with self._store.writing(Op.RECORD_CALL, by=by.id, command_id=command_id) as writing:
            if writing.earlier is not None:
                return
            known = people.patient(writing.session, patient_id)
            patient_id = known.merged_into_id or known.id  # a call that was made is written down, whatever became of it
            if appointment_id is not None:
                schedule.board_row(writing.session, appointment_id)
            now = self._clock.now()
            call_rows.add(writing.session, patient_id, appointment_id, purpose, outcome, words, now, by.id)
            writing.detail, writing.result = people.patient(writing.session, patient_id).record, {}

    @intention
    def of_visit(self, by: User, appointment_id: int) -> tuple[CallNote, ...]:  # noqa: ARG002 - the guard reads it
        """Calls about a visit, the latest first. Raises NotFound."""
        with self._store.reading() as session:
            visit = schedule.board_row(session, appointment_id).appointment
            zone = clinic_rows.location(session, visit.location_id).zone
            return call_rows.of_visits(session, [appointment_id], zone).get(appointment_id, ())

    def _said_already(self, session: Reads, appointment_id: int, outcome: CallOutcome, purpose: CallPurpose) -> bool:
        """Whether the visit is confirmed and this call would only say so again."""
        if outcome is not CallOutcome.CONFIRMED or purpose is not CallPurpose.CONFIRMATION:
            return False
        row = session.get(AppointmentRow, appointment_id)
        if row is None or row.status != Status.CONFIRMED.value:
            return False
        last = self._last_call(session, row)
        return last is not None and last.outcome is CallOutcome.CONFIRMED

    def _last_call(self, session: Reads, row: AppointmentRow) -> CallNote | None:
        """The last call of today for confirming this visit."""
        zone = clinic_rows.location(session, row.location_id).zone
        today = wall_now(self._clock, zone).date()
        made = call_rows.of_visits(session, [row.id], zone).get(row.id, ())
        confirming = (c for c in made if c.purpose is CallPurpose.CONFIRMATION and c.at.date() == today)
        return next(confirming, None)

    def _target(self, session: Reads, row: AppointmentRow, outcome: CallOutcome, purpose: CallPurpose) -> Status | None:
        """The status the visit takes with this call; None when it stays as it is."""
        status = Status(row.status)
        if purpose is not CallPurpose.CONFIRMATION:
            return None
        if outcome is CallOutcome.CONFIRMED:
            if status in FREES_THE_CHAIR:
                text = f"This visit is {status.word.lower()}; a call cannot confirm it. Nothing was saved."
                raise Refused([Finding("not-booked", Severity.BLOCK, text)])
            step = transition(status, Status.CONFIRMED)
            return Status.CONFIRMED if step is not None and status is Status.SCHEDULED else None
        if status is Status.CONFIRMED and outcome is not CallOutcome.CANCELLED:
            last = self._last_call(session, row)
            if last is not None and last.outcome is CallOutcome.CONFIRMED:
                return Status.SCHEDULED
        return None

    # -- the front door

    @intention
    def arrivals(self, by: User, location_id: int) -> tuple[ArrivalRow, ...]:  # noqa: ARG002 - the guard reads it
        """Who waits today, the longest first, then who should be here and is not. Raises NotFound."""
        with self._store.reading() as session:
            location = clinic_rows.location(session, location_id)
            now = wall_now(self._clock, location.zone)
            rows = schedule.day_rows(session, location_id, now.date())
            wanted = [r for r in rows if _stands_at_the_door(r.appointment, now)]
            cards = schedule.cards(session, wanted, now.date(), location.zone, self._catalog)
            chairs = {chair.id: chair.name for chair in clinic_rows.chairs(session, location_id, now.date())}
            found = [
                _arrival(
                    card,
                    chairs.get(card.appointment.chair_id, ""),
                    location,
                    now,
                    self._late_findings(session, card.appointment, now),
                )
                for card in cards
            ]
        return tuple(sorted(found, key=lambda row: (not row.here, -row.ageing, row.card.appointment.starts_at)))

    @intention
    def late_check(self, by: User, appointment_id: int) -> tuple[Finding, ...]:  # noqa: ARG002 - the guard reads it
        """What it would break to begin a visit now, each with what would do. Raises NotFound."""
        with self._store.reading() as session:
            row = schedule.board_row(session, appointment_id)
            zone = clinic_rows.location(session, row.appointment.location_id).zone
            now = wall_now(self._clock, zone)
            if row.appointment.starts_at.date() != now.date():
                return ()
            return self._late_findings(session, row.appointment, now)

    def _late_findings(self, session: Reads, visit: Appointment, now: datetime) -> tuple[Finding, ...]:
        if now <= visit.starts_at:
            return ()
        row = session.get_one(AppointmentRow, visit.id)
        rules = rulebook(self._catalog, self._clock, clinic_rows.location(session, visit.location_id).zone)
        wanted = situations.wanted_visit(session, row, self._catalog.protocols)
        situation = situations.situation_without(session, row, {now.date()}, rules)
        return late_findings(MoveCheck(visit, wanted, situation), now)


def _checked_note(note: str) -> str:
    words = " ".join(note.split())
    if len(words) > _LONGEST_NOTE:
        raise Invalid("note", f"The note may have at most {_LONGEST_NOTE} letters.")
    return words


def _confirm_row(
    card: Card,
    chair: str,
    patient: RecallPatient,
    escort: Escort | None,
    said: tuple[str, ...],
    made: tuple[CallNote, ...],
) -> ConfirmRow:
    who = ", ".join(filter(None, (escort.name, escort.relation, escort.phone))) if escort else ""
    missing = tuple(word for word in card.missing if word != "note")
    return ConfirmRow(
        card=card,
        chair=chair,
        phone=patient.phone,
        spoken_name=patient.spoken_name,
        escort=who,
        missing=missing,
        reminders=said,
        language=patient.language,
        interpreter=patient.interpreter,
        note=patient.note,
        calls=made,
    )


def _stands_at_the_door(visit: Appointment, now: datetime) -> bool:
    return visit.status is Status.ARRIVED or (visit.status in _NOT_HERE and visit.starts_at < now)


def _arrival(card: Card, chair: str, location: Location, now: datetime, findings: tuple[Finding, ...]) -> ArrivalRow:
    visit = card.appointment
    begins = max(visit.starts_at, round_up(now)) if now > visit.starts_at else visit.starts_at
    arrived = card.arrived_at if visit.status is Status.ARRIVED else None
    ageing_from = max(arrived or visit.starts_at, visit.starts_at)
    return ArrivalRow(
        card=card,
        chair=chair,
        arrived_at=arrived,
        waiting_minutes=_minutes(arrived, now) if arrived else 0,
        late_minutes=_minutes(visit.starts_at, now),
        ageing=_minutes(ageing_from, now),
        finishes_at=begins + timedelta(minutes=visit.phases.total),
        closes_at=_closes(location, visit.starts_at),
        findings=findings,
    )


def _closes(location: Location, starts_at: datetime) -> datetime | None:
    day = starts_at.date()
    ends = [datetime.combine(day, hours.closes) for hours in location.open_on(day)]
    after = [at if at > starts_at else at + timedelta(days=1) for at in ends if at > starts_at or at.time().hour == 0]
    return min(after, default=None)


def _minutes(since: datetime, now: datetime) -> int:
    return max(0, int((now - since).total_seconds() // 60))
