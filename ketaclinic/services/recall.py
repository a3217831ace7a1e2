"""Recall: who should be called to book, who waits, and who may take a place that became free."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, to_wall, wall_now
from ketaclinic.db import calls as call_rows
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import recall as rows
from ketaclinic.db import tasks, waitlist
from ketaclinic.db.recall import RecallPatient, WaitingVisit
from ketaclinic.db.store import Reads, Store
from ketaclinic.domain.calls import CallNote
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Invalid
from ketaclinic.domain.freed_slot import Candidate, FreedSlot
from ketaclinic.domain.people import User
from ketaclinic.domain.recall import Due, RecallKind, RecallLimits, RecallRow, who_is_due
from ketaclinic.domain.tasks import Task
from ketaclinic.domain.waitlist import Waiting, WaitingFields, check_waiting, wish_words
from ketaclinic.services.freed_slots import candidates_for
from ketaclinic.services.guard import intention

__all__ = ["Recall"]

_LONGEST_REASON = 200


class Recall:
    """Nobody's course is forgotten."""

    area = "recall"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock

    @intention
    def list(self, by: User, location_id: int) -> tuple[RecallRow, ...]:
        """Everyone to be called about booking at a location, each kind with what is longest due first. Raises NotFound.

        One reading of the visits of the last months: it takes as long in the tenth year as in the first.
        """
        with self._store.reading() as session:
            location = clinic_rows.location(session, location_id)
            now = wall_now(self._clock, location.zone)
            reading = _Reading(self._catalog, now, location.zone)
            reading.due(self._due(session, location_id, now.date()))
            reading.to_place(rows.to_place(session, location_id))
            until = self._clock.now() + timedelta(hours=self._catalog.rules.whole("recall.hold-warning"))
            reading.holds(rows.holds_ending(session, location_id, until))
            reading.waiting(waitlist.open_entries(session, location_id))
            reading.tasks(task.seen_by(by.role) for task in tasks.open_tasks(session))
            ids = reading.patient_ids
            since = self._clock.now() - timedelta(days=self._catalog.rules.whole("recall.calls-shown"))
            last_calls = call_rows.last_of_patients(session, ids, since, location.zone)
            return reading.rows(rows.patients(session, ids), last_calls)

    def _due(self, session: Reads, location_id: int, today: date) -> tuple[Due, ...]:
        """Who is due here and has nothing booked at another location either."""
        limits = self._limits()
        seen = rows.seen_visits(session, location_id, limits.read_from(today))
        found = who_is_due(seen, self._catalog.protocols, limits, today)
        elsewhere = rows.seen_elsewhere(session, location_id, (due.patient_id for due in found), today)
        return tuple(due for due in found if due.patient_id not in elsewhere)

    def _limits(self) -> RecallLimits:
        rules = self._catalog.rules
        return RecallLimits(rules.whole("recall.opens"), rules.whole("recall.look-back"))

    # -- a place that became free

    @intention
    def candidates(
        self,
        by: User,  # noqa: ARG002 - the guard reads it
        location_id: int,
        chair_id: int,
        starts_at: datetime,
        minutes: int | None = None,
    ) -> tuple[Candidate, ...]:
        """Who may legally take a place, the best first; nobody is booked by this.

        Args:
            by: the user.
            location_id: where.
            chair_id: the chair that is free.
            starts_at: from when, on the wall.
            minutes: for how long at most; None goes by what is booked after it.

        Raises:
            NotFound: there is no such location.
            Invalid: the place has passed.
        """
        slot = FreedSlot(location_id, chair_id, starts_at, minutes)
        with self._store.reading() as session:
            location = clinic_rows.location(session, location_id)
            now = wall_now(self._clock, location.zone)
            if starts_at < now:
                raise Invalid("starts_at", f"{starts_at:%H:%M} has passed; nobody can take this place any more.")
            due = self._due(session, location_id, now.date())
            found = candidates_for(session, slot, location, due, self._catalog, self._clock)
            since = self._clock.now() - timedelta(days=self._catalog.rules.whole("recall.calls-shown"))
            made = call_rows.last_of_patients(session, (c.patient_id for c in found), since, location.zone)
        return tuple(_with_call(candidate, made) for candidate in found)

    # -- the waitlist

    @intention
    def waiting(self, by: User, patient_id: int) -> tuple[Waiting, ...]:  # noqa: ARG002 - the guard reads it
        """What a patient waits for."""
        with self._store.reading() as session:
            return waitlist.of_patient(session, patient_id)

    @intention
    def add_waiting(self, by: User, fields: WaitingFields, command_id: str = "") -> Waiting:
        """A patient on the waitlist, from now on.

        Raises:
            Invalid: a wish contradicts itself; the field is named.
            NotFound: patient, protocol or visit is not there.
        """
        self._check(fields)
        with self._store.writing(Op.EDIT_WAITLIST, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                known = waitlist.of_patient(session, fields.patient_id)
                return next(entry for entry in known if entry.id == writing.earlier["waiting"])
            made = waitlist.add(session, fields, self._clock.now())
            writing.detail = rows.patients(session, [fields.patient_id])[fields.patient_id].record
            writing.result = {"waiting": made.id}
            return made

    @intention
    def edit_waiting(self, by: User, waiting_id: int, version: int, fields: WaitingFields) -> Waiting:
        """The wish as it is now; the patient keeps their place in the order.

        Raises:
            Invalid: a wish contradicts itself; the field is named.
            NotFound: the entry or the visit is not there.
            Stale: someone else changed or closed it since `version`.
        """
        self._check(fields)
        with self._store.writing(Op.EDIT_WAITLIST, by=by.id) as writing:
            row = waitlist.row_of(writing.session, waiting_id, version)
            waitlist.fill(writing.session, row, fields)
            writing.detail = rows.patients(writing.session, [row.patient_id])[row.patient_id].record
            writing.session.flush()
            return waitlist.waiting_value(row)

    @intention
    def close_waiting(self, by: User, waiting_id: int, version: int, reason: str) -> None:
        """Takes a patient off the waitlist: booked, or no longer waiting.

        Raises:
            Invalid: no reason, or a long one.
            NotFound: there is no such entry.
            Stale: someone else changed or closed it since `version`.
        """
        words = " ".join(reason.split())
        if not words or len(words) > _LONGEST_REASON:
            raise Invalid("reason", f"Say why, in at most {_LONGEST_REASON} letters.")
        with self._store.writing(Op.EDIT_WAITLIST, by=by.id) as writing:
            row = waitlist.row_of(writing.session, waiting_id, version)
            row.closed_at, row.closed_reason = self._clock.now(), words
            writing.detail = rows.patients(writing.session, [row.patient_id])[row.patient_id].record

    def _check(self, fields: WaitingFields) -> None:
        check_waiting(fields)
        if fields.protocol_id not in self._catalog.protocols:
            raise Invalid("protocol_id", "Choose what the patient waits for.")


class _Reading:
    """Collects lines of every kind, then names the patients in one go."""

    def __init__(self, catalog: Catalog, now: datetime, zone: str) -> None:
        self._catalog, self._now, self._zone = catalog, now, zone
        self._found: list[tuple[int, RecallRow]] = []

    @property
    def patient_ids(self) -> list[int]:
        """Everyone there is a line about."""
        return [patient_id for patient_id, _ in self._found]

    def due(self, found: Iterable[Due]) -> None:
        for due in found:
            self._add(
                due.kind,
                due.patient_id,
                due.protocol_id,
                due.text,
                due.due,
                series_id=due.series_id,
                appointment_id=due.appointment_id,
                last_visit=due.last_visit,
                sessions=due.sessions,
            )

    def to_place(self, found: Iterable[WaitingVisit]) -> None:
        for visit in found:
            text = f"{self._label(visit)}, was {visit.starts_at:%H:%M}"
            self._visit(RecallKind.TO_PLACE, visit, text)

    def holds(self, found: Iterable[WaitingVisit]) -> None:
        first: dict[int, WaitingVisit] = {}
        count: dict[int, int] = {}
        for visit in found:
            first.setdefault(visit.series_id, visit)
            count[visit.series_id] = count.get(visit.series_id, 0) + 1
        for visit in first.values():
            assert visit.held_until is not None  # it was found by it
            ends = to_wall(visit.held_until, self._zone)
            held = f"{count[visit.series_id]} held visits" if count[visit.series_id] > 1 else "Held visit"
            self._visit(RecallKind.HOLD_ENDING, visit, f"{held}, the hold ends {ends:%H:%M}")

    def waiting(self, found: Iterable[Waiting]) -> None:
        for entry in found:
            fields = entry.fields
            since = to_wall(entry.since, self._zone).date()
            what = "An earlier place" if fields.appointment_id else "A place"
            self._add(
                RecallKind.WAITING,
                fields.patient_id,
                fields.protocol_id,
                f"{what}: {wish_words(fields)}",
                since,
                series_id=fields.series_id,
                appointment_id=fields.appointment_id,
                waiting=entry,
            )

    def tasks(self, found: Iterable[Task]) -> None:
        for task in found:
            due = task.due_on or to_wall(task.created_at, self._zone).date()
            self._add(
                RecallKind.REVIEW,
                task.patient_id,
                "",
                task.text,
                due,
                series_id=task.series_id,
                appointment_id=task.appointment_id,
                task=task,
            )

    def rows(self, patients: Mapping[int, RecallPatient], last_calls: Mapping[int, CallNote]) -> tuple[RecallRow, ...]:
        """The lines with names, without patients who are no longer active."""
        named = []
        for patient_id, row in self._found:
            patient = patients.get(patient_id)
            if patient is None or not patient.active:
                continue
            named.append(
                replace(
                    row,
                    name=patient.name,
                    phone=patient.phone,
                    record=patient.record,
                    language=patient.language,
                    interpreter=patient.interpreter,
                    last_call=last_calls.get(patient_id),
                )
            )
        return tuple(named)

    def _label(self, visit: WaitingVisit) -> str:
        return f"Session {visit.position}" + ("" if visit.open_ended else f" of {visit.sessions}")

    def _visit(self, kind: RecallKind, visit: WaitingVisit, text: str) -> None:
        self._add(
            kind,
            visit.patient_id,
            visit.protocol_id,
            text,
            visit.starts_at.date(),
            series_id=visit.series_id,
            appointment_id=visit.id,
        )

    def _add(self, kind: RecallKind, patient_id: int, protocol_id: str, text: str, due: date, **more: object) -> None:
        protocol = self._catalog.protocols.get(protocol_id)
        name = protocol.desk_name if protocol else protocol_id
        waited = (self._now.date() - due).days
        row = RecallRow(kind, patient_id, "", "", "", protocol_id, name, text, due, waited, **more)  # type: ignore[arg-type]
        self._found.append((patient_id, row))


def _with_call(candidate: Candidate, made: Mapping[int, CallNote]) -> Candidate:
    return replace(candidate, last_call=made.get(candidate.patient_id))
