"""Several visits moved at once: each is asked about as if the others stood at their new places already."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from ketaclinic.domain.booking_rules import check_booking
from ketaclinic.domain.booking_situation import ClinicDay, PatientVisit, Situation, Visit
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.move_check import MoveCheck
from ketaclinic.domain.nurse_load import day_load, nurse_use
from ketaclinic.domain.wishes import PlannedSession

Target = tuple[int, datetime]
"""Chair and wall-clock start."""


def findings_together(checks: Mapping[int, MoveCheck], targets: Mapping[int, Target]) -> dict[int, tuple[Finding, ...]]:
    """What stands against each of several visits once all of them are at their targets.

    Visits whose check is not there yet, or does not reach to the target's day, are left out of the answer.
    """
    known = {id_: checks[id_] for id_ in targets if id_ in checks}
    found: dict[int, tuple[Finding, ...]] = {}
    for id_, check in known.items():
        chair_id, starts_at = targets[id_]
        if starts_at.date() not in check.situation.days:
            found[id_] = check.findings(chair_id, starts_at)
            continue
        others = {other: (known[other], targets[other]) for other in known if other != id_}
        situation = _with_others(check, others, starts_at.date())
        session = PlannedSession(starts_at, starts_at + timedelta(minutes=check.wanted.phases.total), chair_id)
        found[id_] = check_booking(replace(check.wanted, sessions=(session,)), situation)
    return found


def _with_others(check: MoveCheck, others: Mapping[int, tuple[MoveCheck, Target]], day: date) -> Situation:
    """The day as it will be when the others have moved."""
    situation = check.situation
    days = {**situation.days, day: _day_with(situation.days[day], others, day)}
    own = [v for v in situation.patient_visits if v.appointment_id not in others]
    for id_, (other, target) in others.items():
        if other.appointment.patient_id == check.appointment.patient_id:
            own.append(_patient_visit(id_, other, target))
    return replace(situation, days=days, patient_visits=tuple(sorted(own, key=lambda v: v.starts)))


def _day_with(clinic: ClinicDay, others: Mapping[int, tuple[MoveCheck, Target]], day: date) -> ClinicDay:
    visits = [visit for visit in clinic.visits if visit.appointment_id not in others]
    visits += [_visit(id_, other, target) for id_, (other, target) in others.items() if target[1].date() == day]
    load = day_load(clinic.midnight, clinic.load.on_duty, (visit.use for visit in visits))
    return replace(clinic, visits=tuple(visits), load=load)


def _visit(id_: int, check: MoveCheck, target: Target) -> Visit:
    chair_id, starts_at = target
    starts, phases = wall_minutes(starts_at), check.wanted.phases
    return Visit(id_, chair_id, starts, starts + phases.total, nurse_use(starts, phases, check.wanted.nurse))


def _patient_visit(id_: int, check: MoveCheck, target: Target) -> PatientVisit:
    starts = wall_minutes(target[1])
    leaves = starts + check.wanted.phases.visit
    return PatientVisit(id_, check.appointment.series_id, check.wanted.family, starts, leaves)
