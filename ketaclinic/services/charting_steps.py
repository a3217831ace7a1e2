"""The steps of a session that move the visit on: start, stop, ready, sign-off. Rules are asked again inside."""

from collections.abc import Sequence
from datetime import datetime

from ketaclinic.db import charting as rows
from ketaclinic.db import courses, drafts, schedule, session_numbers
from ketaclinic.db.tasks import finish_for_visit
from ketaclinic.domain import events
from ketaclinic.domain.appointments import Status, transition
from ketaclinic.domain.clinical_rules import (
    cosign_causes,
    cosign_reasons,
    held_codes,
    listed,
    may_release,
    may_start,
    stopping,
)
from ketaclinic.domain.encounters import Outcome
from ketaclinic.domain.findings import Finding, Invalid, NotAllowed, Refused, Severity
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.tasks import VERBAL_ORDER
from ketaclinic.domain.visit import Visit
from ketaclinic.services.charting_acts import Act, refused, true_time
from ketaclinic.services.charting_after import after_sign_off


def start(act: Act) -> tuple[Finding, ...]:
    """Starts the infusion, if nothing stands against it; returns the warnings that go along."""
    visit, session = act.visit, act.writing.session
    findings = may_start(visit)
    if against := stopping(findings):
        raise Refused(against)
    dose, order, check = visit.dose, visit.order, visit.check_event
    if dose is None or order is None or check is None:  # the rules above have said so already
        raise refused("no-dose", "Order, dose and second check are needed. Nothing was started.")
    data = {
        "mg": dose.mg,
        "ml": dose.ml,
        "rate": dose.rate,
        "minutes": dose.minutes,
        "concentration": dose.concentration,
        "weight_kg": dose.weight_kg,
        "mg_per_kg": dose.mg_per_kg,
        "order": order.id,
    }
    if visit.dose_event is not None and visit.dose_event.data.get("vial") is not None:
        data["vial"] = visit.dose_event.data["vial"]
    act.event(events.START, data, second=check.second_user_id)
    encounter = rows.encounter_row(session, visit.encounter.id)
    encounter.started_at, encounter.planned_minutes = act.now, dose.minutes
    encounter.dose_mg, encounter.concentration_mg_per_ml = dose.mg, dose.concentration
    encounter.order_id = order.id
    appointment = rows.appointment_row(session, visit.appointment.id)
    if appointment.session_number is None:
        appointment.session_number = session_numbers.next_number(session, appointment.series_id)
    _move(act, Status.INFUSING)
    return tuple(f for f in findings if f.severity is Severity.WARN)


def stop(act: Act, reason: str, happened_at: datetime | None = None) -> tuple[Finding, ...]:
    """Stops the infusion, now or as entered late; what the pump had given by then follows from its events."""
    at = true_time(act, happened_at, "happened_at")
    wrong = events.sequence_findings((*act.visit.events, events.Event(2**62, events.STOP, at, act.now, act.by.id)))
    if wrong:
        raise Refused(wrong)
    given = events.pump_state(act.visit.events, at).given_mg
    act.event(events.STOP, {"reason": reason.strip(), "given_mg": round(given, 1)}, happened_at=at)
    rows.encounter_row(act.writing.session, act.visit.encounter.id).stopped_at = at
    _move(act, Status.RECOVERING, reason)
    return ()


def note_held(act: Act) -> bool:
    """Writes down what newly stands against the start and may be overridden; returns whether anything was."""
    found = held_codes(act.visit)
    for finding in found:
        act.event(events.HELD, {"code": finding.code, "message": finding.message})
    return bool(found)


def cosign(act: Act) -> tuple[Finding, ...]:
    """A prescriber signs, ahead of the nurse, for what happened so far; orders by word of mouth are settled by it."""
    if act.by.role is not Role.PRESCRIBER:
        raise NotAllowed(f"A {act.by.role.word.lower()} may not co-sign. Nothing was signed.")
    if not cosign_reasons(act.visit):
        raise refused("nothing-to-cosign", "Nothing in this session waits for a co-signature.")
    _cosigned_by(act, act.by)
    return ()


def _cosigned_by(act: Act, prescriber: User) -> None:
    causes = cosign_causes(act.visit)
    _signed_by(act, prescriber, "co-signed", covers=[c.key for c in causes])
    finish_for_visit(
        act.writing.session,
        VERBAL_ORDER,
        act.visit.appointment.id,
        at=act.now,
        by_id=prescriber.id,
        outcome="Co-signed",
    )


def settle(act: Act) -> bool:
    """Shows on the board whether the patient may go: ready when every criterion is met, else still recovering.

    Returns whether the visit's status changed.
    """
    status = act.visit.appointment.status
    if act.visit.encounter.signed_at is not None or status not in {Status.RECOVERING, Status.READY}:
        return False
    target = Status.RECOVERING if may_release(act.visit) else Status.READY
    if target is status:
        return False
    _move(act, target)
    return True


def sign_off(act: Act, outcome: str, reason: str, cosigner: User | None) -> tuple[Finding, ...]:
    """Closes the session with its outcome; from then on it does not change."""
    closing = {
        Outcome.DISCHARGED.value: _discharge,
        Outcome.LEFT_AGAINST_ADVICE.value: _leave_against_advice,
        Outcome.NOT_STARTED.value: _send_home,
    }.get(outcome)
    if closing is None:
        raise Invalid("outcome", "Choose how the session ended. Nothing was signed.")
    target = closing(act, reason)
    second = _cosigner(act, cosigner)
    act.event(
        events.SIGNATURE,
        {"meaning": outcome.replace("_", " "), "reason": reason.strip(), "role": act.by.role.value},
    )
    if second is not None:
        _cosigned_by(act, second)
    drafts.forget(act.writing.session, act.visit.encounter.id)
    encounter = rows.encounter_row(act.writing.session, act.visit.encounter.id)
    encounter.outcome, encounter.signed_at, encounter.signed_by = outcome, act.now, act.by.id
    _move(act, target, reason)
    after_sign_off(act)
    if target is Status.DISCHARGED:
        courses.complete_when_given(act.writing.session, act.visit.appointment.series_id)
    return ()


def _discharge(act: Act, reason: str) -> Status:
    del reason
    if against := may_release(act.visit):
        raise Refused(against, _unmet_sentence(against))
    return Status.DISCHARGED


def _unmet_sentence(against: tuple[Finding, ...]) -> str:
    first = f"{against[0].message.rstrip('.')}."
    more = f" And {len(against) - 1} more." if len(against) > 1 else ""
    return f"The patient may not go yet. {first}{more} Nothing was signed."


def _leave_against_advice(act: Act, reason: str) -> Status:
    """Never a fake pass: the criteria stay as they are, and the reason stands on the record."""
    encounter = act.visit.encounter
    if encounter.started_at is None:
        raise refused("not-started", "The infusion was not started: send the patient home instead.")
    if encounter.stopped_at is None:
        raise refused("running", "Stop the infusion first. Nothing was signed.")
    _needs_reason(act.visit, reason)
    return Status.DISCHARGED


def _send_home(act: Act, reason: str) -> Status:
    if act.visit.encounter.started_at is not None:
        raise refused("started", "The infusion was started: this session ends with a discharge. Nothing was signed.")
    _needs_reason(act.visit, reason)
    return Status.CANCELLED_BY_CLINIC


def _needs_reason(visit: Visit, reason: str) -> None:
    least = int(visit.limits.override_reason)
    if len(reason.strip()) < least:
        raise Invalid("reason", f"The reason needs at least {least} characters. Nothing was signed.")


def _cosigner(act: Act, given: User | None) -> User | None:
    """The prescriber who signs too, where one must. Raises Refused when that one is missing or not another."""
    reasons = cosign_reasons(act.visit, signer=act.by.id)
    if given is None:
        if reasons:
            text = f"A prescriber signs too, because of {listed(reasons)}. Nothing was signed."
            raise refused("cosign", text, subject="cosigner")
        return None
    second = act.person(given)
    if second.id == act.by.id:
        raise refused("same-person", "The co-signature must be someone else's. Nothing was signed.", subject="cosigner")
    if second.role is not Role.PRESCRIBER:
        raise refused("wrong-role", f"{second.name} is no prescriber. Nothing was signed.", subject="cosigner")
    return second


def _signed_by(act: Act, person: User, meaning: str, covers: Sequence[str] = ()) -> None:
    rows.add_event(
        act.writing.session,
        act.visit.encounter.id,
        events.SIGNATURE,
        {"meaning": meaning, "role": person.role.value, "covers": list(covers)},
        happened_at=act.now,
        entered_at=act.now,
        user_id=person.id,
    )


def _move(act: Act, target: Status, reason: str = "") -> None:
    """Changes the visit's status by the one transition table, stamped."""
    row = rows.appointment_row(act.writing.session, act.visit.appointment.id)
    step = transition(Status(row.status), target)
    if step is None:
        raise refused(
            "transition", f"A visit that is {Status(row.status).word.lower()} cannot become {target.word.lower()}."
        )
    if act.by.role not in step.roles:
        raise NotAllowed(f"A {act.by.role.word.lower()} may not do this.")
    schedule.set_status(act.writing.session, row, target, act.now, act.by.id, reason.strip())
    act.writing.session.flush()
