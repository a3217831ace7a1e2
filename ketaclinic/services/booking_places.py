"""Visits put somewhere: moved, made longer or shorter, laid on the pinboard and placed again, one or several."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import holds, overrides, people, schedule, situations
from ketaclinic.db.models import AppointmentRow
from ketaclinic.db.store import Writing
from ketaclinic.domain.appointments import IN_CHAIR, MOVABLE, Appointment, Status, transition
from ketaclinic.domain.booking_situation import clock as clock_text
from ketaclinic.domain.changes import Op
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.findings import Finding, Invalid, NotAllowed, Refused, Severity
from ketaclinic.domain.move_check import MoveCheck
from ketaclinic.domain.moves import VisitMove, resized, too_short
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import User
from ketaclinic.domain.protocols import Phases
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.services.booking_means import Means
from ketaclinic.services.overriding import accept

_DAYS_AROUND = 3
"""Days before and after a visit that a drag can reach without asking again."""
_LONGEST_VISIT = 24 * 60
_RESIZABLE = (MOVABLE - {Status.PROPOSED}) | IN_CHAIR

Given = Sequence[BookingOverride]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a visit is to go, and how long it is to be where that changes."""

    row: AppointmentRow
    chair_id: int
    starts_at: datetime
    phases: Phases | None = None


class Places:
    """Puts visits somewhere; each method is one operation, checked inside its transaction."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def check(self, appointment_id: int, day: date | None) -> MoveCheck:
        """What may be answered without the database while a visit is in the hand, on the days around its own."""
        with self._means.store.reading() as session:
            found = schedule.board_row(session, appointment_id)
            visit = found.appointment
            row = schedule.appointment_row(session, appointment_id, visit.version)
            around = {visit.starts_at.date() + timedelta(days=n) for n in range(-_DAYS_AROUND, _DAYS_AROUND + 1)}
            days = around if day is None else around | {day}
            rules = self._means.rules(clinic_rows.location(session, visit.location_id).zone)
            protocols = self._means.catalog.protocols
            wanted = situations.wanted_visit(session, row, protocols)
            protocol = protocols.get(found.protocol_id)
            situation = situations.situation_without(session, row, days, rules)
            return MoveCheck(visit, wanted, situation, protocol.minimum_recovery if protocol else 0)

    def move(
        self, by: User, visit: VisitMove, command_id: str, given: Given, op: Op = Op.MOVE_APPOINTMENT
    ) -> Appointment:
        """One visit on another chair or at another time; one that was to place has a place again."""
        with self._means.store.writing(op, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                return schedule.board_row(session, visit.appointment_id).appointment
            holds.lapse_expired(session, self._means.now())
            row = schedule.appointment_row(session, visit.appointment_id, visit.version)
            if op is Op.PLACE_APPOINTMENT and row.status != Status.PROPOSED:
                text = (
                    f"This visit is {Status(row.status).word.lower()}: it has its place already. Nothing was changed."
                )
                raise Refused([Finding("not-to-place", Severity.BLOCK, text)])
            put(self._means, writing, [Target(row, visit.chair_id, visit.starts_at)], given, by)
            moved = schedule.board_row(session, visit.appointment_id)
            writing.detail, writing.result = moved.record, {"appointment": visit.appointment_id}
            return moved.appointment

    def move_all(self, by: User, visits: Sequence[VisitMove], command_id: str, given: Given) -> tuple[Appointment, ...]:
        """Several visits at once, all of them or none; two may change places."""
        if not visits:
            raise Invalid("visits", "There is no visit to move.")
        if len({visit.appointment_id for visit in visits}) < len(visits):
            raise Invalid("visits", "A visit can go to one place only. Nothing was moved.")
        with self._means.store.writing(Op.MOVE_APPOINTMENTS, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is None:
                holds.lapse_expired(session, self._means.now())
                targets = [
                    Target(
                        schedule.appointment_row(session, visit.appointment_id, visit.version),
                        visit.chair_id,
                        visit.starts_at,
                    )
                    for visit in visits
                ]
                put(self._means, writing, targets, given, by)
                writing.result = {"appointments": [visit.appointment_id for visit in visits]}
            moved = [schedule.board_row(session, visit.appointment_id) for visit in visits]
            writing.detail = ", ".join(dict.fromkeys(row.record for row in moved))
            return tuple(row.appointment for row in moved)

    def resize(
        self, by: User, appointment_id: int, version: int, minutes: int, command_id: str, given: Given
    ) -> Appointment:
        """A visit longer or shorter; its recovery gives or takes the minutes."""
        if not 5 <= minutes <= _LONGEST_VISIT:
            raise Invalid("minutes", "A visit takes from 5 minutes to a day.")
        with self._means.store.writing(Op.RESIZE_APPOINTMENT, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                return schedule.board_row(session, appointment_id).appointment
            holds.lapse_expired(session, self._means.now())
            row = schedule.appointment_row(session, appointment_id, version)
            if Status(row.status) not in _RESIZABLE:
                text = f"This visit is {Status(row.status).word.lower()}; it keeps its length."
                raise Refused([Finding("not-resizable", Severity.BLOCK, text)])
            phases = phases_of(row)
            short = too_short(phases, minutes, self._least_recovery(row.series_id, writing))
            if short is not None and minutes < phases.total:
                raise Refused([short])
            put(self._means, writing, [Target(row, row.chair_id, row.starts_at, resized(phases, minutes))], given, by)
            changed = schedule.board_row(session, appointment_id)
            writing.detail, writing.result = changed.record, {"appointment": appointment_id}
            return changed.appointment

    def park(self, by: User, appointment_id: int, version: int, command_id: str) -> Appointment:
        """A visit on the pinboard: its place is free, and where it stood is remembered."""
        with self._means.store.writing(Op.PARK_APPOINTMENT, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                return schedule.board_row(session, appointment_id).appointment
            now = self._means.now()
            holds.lapse_expired(session, now)
            row = schedule.appointment_row(session, appointment_id, version)
            step = transition(Status(row.status), Status.PROPOSED)
            if step is None:
                text = f"This visit is {Status(row.status).word.lower()}; it stays where it is."
                raise Refused([Finding("not-movable", Severity.BLOCK, text)])
            if by.role not in step.roles:
                raise NotAllowed(f"“{step.verb}” is not a step of your role. Nothing was changed.")
            row.nurse_id = None
            schedule.set_status(session, row, Status.PROPOSED, now, by.id, "")
            session.flush()
            parked = schedule.board_row(session, appointment_id)
            writing.detail, writing.result = parked.record, {"appointment": appointment_id}
            return parked.appointment

    def _least_recovery(self, series_id: int, writing: Writing) -> int:
        protocol_id = schedule.series_row(writing.session, series_id).protocol_id
        protocol = self._means.catalog.protocols.get(protocol_id)
        return protocol.minimum_recovery if protocol else 0


def phases_of(row: AppointmentRow) -> Phases:
    """The planned minutes of a visit, as it was booked."""
    return Phases(row.prep, row.infusion, row.recovery, row.turnover)


def put(means: Means, writing: Writing, targets: Sequence[Target], given: Given, by: User) -> tuple[Finding, ...]:
    """Puts visits where they are to go, all of them or none, within the operation under way.

    Each is checked against everything that stays and against the others where they are going, so that two may change
    places. A visit that was to place becomes scheduled. Overrides that are used are written down.

    Returns:
        What is worth knowing, and what was overridden.

    Raises:
        Refused: a rule blocks one of the places, or asks for an override nobody has given.
    """
    session, now = writing.session, means.now()
    several = len(targets) > 1
    found: list[tuple[AppointmentRow, tuple[Finding, ...]]] = []
    rules = {target.row.location_id: means.rules(_zone(writing, target.row)) for target in targets}
    stood = [
        situations.breaches_where_it_stands(session, target.row, rules[target.row.location_id]) if several else None
        for target in targets
    ]
    was = [_place(target.row) for target in targets]
    if all(_stays(target) for target in targets):
        writing.nothing = True
        return ()
    # Several are written first: each is then looked at with the others where they are going.
    with nullcontext() if several else session.no_autoflush:
        for target in targets:
            _set(writing, target, now, by)
        if several:
            session.flush()
        for target, before, broke in zip(targets, was, stood, strict=True):
            row = target.row
            findings = situations.check_placed(session, row, before, rules[row.location_id], broke)
            found.append((row, _named(writing, row, findings) if several else findings))
    everything = tuple(finding for _, findings in found for finding in findings)
    accept(everything, given, by)
    session.flush()
    if given:
        for row, findings in found:
            overrides.record(session, lambda _finding, row=row: row, findings, given, by, now)  # type: ignore[misc]
    return everything


def _stays(target: Target) -> bool:
    row = target.row
    same = (row.chair_id, row.starts_at) == (target.chair_id, target.starts_at)
    return same and row.status != Status.PROPOSED and target.phases in {None, phases_of(row)}


def _place(row: AppointmentRow) -> PlannedSession | None:
    """Where a visit stands and holds its place; None for one that is still to place."""
    if Status(row.status) is Status.PROPOSED:
        return None
    return PlannedSession(row.starts_at, row.ends_at, row.chair_id)


def _set(writing: Writing, target: Target, now: datetime, by: User) -> None:
    row = target.row
    status = Status(row.status)
    moves = (row.chair_id, row.starts_at) != (target.chair_id, target.starts_at)
    if moves and status not in MOVABLE:
        text = f"This visit is {status.word.lower()}; it stays where it is."
        raise Refused([Finding("not-movable", Severity.BLOCK, text)])
    phases = target.phases or phases_of(row)
    row.chair_id, row.starts_at, row.recovery = target.chair_id, target.starts_at, phases.recovery
    row.ends_at = target.starts_at + timedelta(minutes=phases.total)
    if status is Status.PROPOSED:
        schedule.set_status(writing.session, row, Status.SCHEDULED, now, by.id, "")


def _zone(writing: Writing, row: AppointmentRow) -> str:
    return clinic_rows.location(writing.session, row.location_id).zone


def _named(writing: Writing, row: AppointmentRow, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings about one of several visits, each sentence beginning with whose and when."""
    if not findings:
        return ()
    name = people.patient(writing.session, row.patient_id).fields
    who = f"{name.family_name or name.given_name}, {clock_text(wall_minutes(row.starts_at))}"
    return tuple(
        replace(finding, message=f"{who}: {finding.message}", subject=f"appointment {row.id}") for finding in findings
    )
