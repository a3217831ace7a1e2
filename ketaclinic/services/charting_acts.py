"""What is done in a session, each as one function inside the transaction that `services.charting` opens for it.

Each looks at the visit as it is stored now, raises when it may not be, and writes. Answers are never changed, later
ones supersede; a wrong row of observations is corrected by a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import EllipsisType
from typing import Any

from ketaclinic.clock import to_instant, to_wall
from ketaclinic.db import charting as rows
from ketaclinic.db import users
from ketaclinic.db.store import Writing
from ketaclinic.db.tasks import add_task
from ketaclinic.domain import events
from ketaclinic.domain.answers import spoken_value, stored_value
from ketaclinic.domain.checklists import Answer, ChecklistItem, ItemKind
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.clinical_rules import asked_of, may_start
from ketaclinic.domain.dose_today import take_weight
from ketaclinic.domain.findings import Finding, Invalid, NotFound, Refused, Severity
from ketaclinic.domain.late_answers import late_findings
from ketaclinic.domain.observations import Observation, implausible, impossible, value_alerts
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.visit import Visit


@dataclass(frozen=True, slots=True)
class Act:
    """One intention under way: the transaction, the visit as it stands, who acts and when."""

    writing: Writing
    visit: Visit
    by: User
    now: datetime

    def event(
        self,
        kind: str,
        data: Mapping[str, Any],
        *,
        happened_at: datetime | None = None,
        second: int | None = None,
        corrects: int | None = None,
    ) -> int:
        """Keeps an event of this session."""
        return rows.add_event(
            self.writing.session,
            self.visit.encounter.id,
            kind,
            data,
            happened_at=happened_at or self.now,
            entered_at=self.now,
            user_id=self.by.id,
            second_user_id=second,
            corrects_id=corrects,
        )

    def person(self, given: User) -> User:
        """A second person as the clinic knows them now, whatever the caller passed. Raises Refused when inactive."""
        known = users.user(self.writing.session, given.id)
        if not known.active:
            raise refused("inactive", f"{known.name} does not work here any more. Nothing was saved.")
        return known


def refused(code: str, text: str, *, subject: str = "") -> Refused:
    """A refusal with one reason."""
    return Refused([Finding(code, Severity.BLOCK, text, subject=subject)])


def answer(
    act: Act,
    checklist_id: str,
    code: str,
    value: object,
    second: User | None,
    *,
    confirmed: bool,
    seen_at: datetime | EllipsisType | None = ...,
) -> tuple[Finding, ...]:
    """Keeps an answer as given, by whom and when; one to the list before the start given after it counts as late."""
    visit = act.visit
    checklist = next((c for c in visit.checklists if c.id == checklist_id), None)
    item = asked_of(visit, checklist).item(code) if checklist else None
    if item is None or checklist is None:
        raise NotFound("This question is not on the checklist of this session. Nothing was saved.")
    try:
        stored = stored_value(item, value, visit.instruments)
    except ValueError as error:
        raise Invalid(code, f"{error} Nothing was saved.") from error
    if item.kind is ItemKind.DATETIME and datetime.fromisoformat(str(stored)) > to_wall(act.now, visit.zone):
        raise Invalid(code, f"“{item.text}” lies ahead. Nothing was saved: enter when it was.")
    if not confirmed and seen_at is not ... and (other := _given_meanwhile(visit, item, stored, seen_at)):
        raise Refused([other])
    if code == "weight":
        take_weight(float(stored), visit.order, visit.limits, confirmed=confirmed)
    witness = act.person(second) if second is not None else None
    if item.kind is ItemKind.SIGNATURE:
        _may_witness(act, witness, item.second_roles)
    second_id = witness.id if witness else None
    kept = Answer(checklist_id, code, stored, act.now, act.by.id, second_id)
    rows.add_answer(act.writing.session, visit.encounter.id, kept)
    option = item.option(str(stored)) if item.kind is ItemKind.CHOICE else None
    if option is not None and option.review:
        ask_for_review(act, option.review, f"{item.text}: {option.text.lower()}.")
    late = checklist.step == "before" and visit.encounter.started_at is not None
    return late_findings(visit, item, kept) if late else ()


def _given_meanwhile(visit: Visit, item: ChecklistItem, stored: object, seen_at: datetime | None) -> Finding | None:
    """That somebody else has answered otherwise since the screen was read; asked before this one takes its place."""
    there = visit.late_answers.get(item.code) or visit.answers.get(item.code)
    if there is None or there.answered_at == seen_at or there.value == stored:
        return None
    wall = to_wall(there.answered_at, visit.zone)
    text = f"{visit.name_of(there.user_id)} answered “{spoken_value(item, there.value)}” at {wall:%H:%M}."
    action = "Nothing was saved yet: say which of the two is right."
    return Finding("answered-meanwhile", Severity.OVERRIDE, text, subject=item.code, action=action)


def ask_for_review(act: Act, kind: str, detail: str) -> None:
    """A prescriber looks at the patient before a further visit is booked."""
    add_task(
        act.writing.session,
        kind,
        Role.PRESCRIBER.value,
        act.visit.patient.id,
        "A prescriber looks at this patient before the next booking.",
        series_id=act.visit.appointment.series_id,
        appointment_id=act.visit.appointment.id,
        at=act.now,
        by_id=act.by.id,
        detail=detail,
    )


def _may_witness(act: Act, witness: User | None, roles: tuple[str, ...]) -> None:
    if witness is None or witness.id == act.by.id:
        raise refused("same-person", "The second signature must be someone else's. Nothing was saved.")
    if roles and witness.role.value not in roles:
        raise refused("wrong-role", f"{witness.name} may not sign this. Nothing was saved.")


def override(act: Act, code: str, reason: str, approver: User) -> tuple[Finding, ...]:
    """A second person of the right role lets a finding pass, with a reason, for as long as it stays as it is."""
    least = int(act.visit.limits.override_reason)
    if len(reason.strip()) < least:
        raise Invalid("reason", f"The reason needs at least {least} characters. Nothing was overridden.")
    standing = [f for f in may_start(act.visit) if f.code == code]
    if not standing:
        raise refused("nothing-to-override", "There is nothing like that to override now.")
    if any(f.severity is not Severity.OVERRIDE for f in standing):
        raise refused("no-override", f"{standing[0].message} This cannot be overridden.")
    second = act.person(approver)
    if second.id == act.by.id:
        raise refused("same-person", "An override needs a second person. Nothing was overridden.")
    if any(second.role.value not in f.override_roles for f in standing):
        wanted = " or ".join(standing[0].override_roles)
        raise refused("wrong-role", f"This override needs a {wanted}. Nothing was overridden.")
    data = {
        "code": code,
        "reason": reason.strip(),
        "basis": [f.message for f in standing],
        "approver": second.id,
        "role": second.role.value,
    }
    act.event(events.OVERRIDE, data, second=second.id)
    return ()


def observe(
    act: Act,
    values: Mapping[str, float],
    *,
    observed_at: datetime | None,
    note: str,
    confirmed: frozenset[str],
    corrects: Observation | None = None,
) -> tuple[Finding, ...]:
    """Keeps a row of observations with its true time; returns its alerts with what to do."""
    visit = act.visit
    given = {code: float(value) for code, value in values.items() if value is not None}
    if not given:
        raise Invalid("values", "Nothing was entered, so nothing was saved.")
    wrong = impossible(given, visit.fields) or implausible(given, visit.fields, confirmed)
    if wrong:
        raise Refused(wrong)
    at = corrects.observed_at if corrects else true_time(act, observed_at, "observed_at")
    due = corrects.due if corrects else visit.due_label(at, given)
    row = Observation(0, due, at, act.now, act.by.id, given, note.strip(), corrects.id if corrects else None)
    rows.add_observation(act.writing.session, visit.encounter.id, row)
    baseline = visit.baseline
    reference = baseline.values if baseline is not None and at > baseline.observed_at else None
    alerts = value_alerts(visit.values_with_oxygen(row), visit.fields, reference)
    return (*(alert.finding for alert in alerts), *_pump_differs(visit, row))


def _pump_differs(visit: Visit, row: Observation) -> tuple[Finding, ...]:
    """A warning when the rate read at the pump is not the one that was set."""
    state = events.pump_state(visit.events, row.observed_at)
    read = row.values.get("rate")
    if read is None or state.started_at is None or state.stopped_at is not None:
        return ()
    if abs(read - state.rate) <= state.rate * visit.limits.order_rate_percent / 100:
        return ()
    text = f"The pump shows {number(read)} mL/h; {number(state.rate)} mL/h is set."
    return (
        Finding("rate-differs", Severity.WARN, text, subject="rate", action="Check the pump with a second person."),
    )


def true_time(act: Act, given: datetime | None, field: str) -> datetime:
    """When it truly happened: now, or as entered late. A naive time is the location's wall clock.

    Raises:
        Invalid: it lies ahead, or before the patient came.
    """
    if given is None:
        return act.now
    at = given if given.tzinfo is not None else to_instant(given, act.visit.zone)
    if at > act.now + timedelta(minutes=act.visit.limits.clock_slack):
        raise Invalid(field, "This time lies ahead. Nothing was saved: enter when it truly was.")
    opened = act.visit.encounter.opened_at
    came = rows.arrived_at(act.writing.session, act.visit.appointment.id) or opened
    if at < min(came, opened).replace(second=0, microsecond=0):
        raise Invalid(field, "This time lies before the patient came. Nothing was saved: enter when it truly was.")
    return min(at, act.now)
