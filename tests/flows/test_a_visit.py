"""A whole visit as the clinic lives it, from the door to the signature."""

from datetime import timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import Step, Urgency
from ketaclinic.domain.findings import NotAllowed, Refused
from ketaclinic.domain.monitoring import DueState
from ketaclinic.domain.people import Patient
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import POST, Chairside, against, unmet


def test_a_visit_from_arrival_to_discharge(store: Store, services: Services, clock: FixedClock) -> None:
    chair = Chairside(store, services, clock)
    patient = chair.patient(allergies="latex")
    chair.order(patient)
    visit = chair.visit(patient, escort=False)
    arrives(chair, visit)
    session = chair.charting.open(chair.nurse, visit).id
    is_made_ready(chair, session, patient)
    is_infused_with_a_red_alert(chair, session)
    is_kept_until_the_escort_comes(chair, session, patient, visit)
    is_signed_off(chair, session)


def arrives(chair: Chairside, visit: int) -> None:
    """He waits, is checked in, and nobody of the desk sees the chair."""
    chair.status(visit, Status.ARRIVED, chair.desk)
    assert [w.patient for w in chair.charting.floor(chair.nurse, 1).waiting] == ["Silva, João"]
    with pytest.raises(NotAllowed, match="The front desk may not see the chairs"):
        chair.charting.floor(chair.desk, 1)
    chair.status(visit, Status.CHECKED_IN, chair.nurse)


def is_made_ready(chair: Chairside, session: int, patient: Patient) -> None:
    """The checklist; consent missing, then filed; no escort, let pass; the second nurse computes blind and agrees."""
    chair.fill_before(session)
    chair.observe(session)
    view = chair.dose(session)
    assert view.dose is not None
    assert (view.dose.mg, view.dose.ml, view.dose.rate) == (41.2, 4.12, 6.18)
    assert set(against(view)) == {"consent", "escort", "open-second-check"}
    with pytest.raises(Refused, match="No signed consent on file"):
        chair.charting.start(chair.nurse, session)
    chair.consent(patient)
    chair.charting.override(chair.nurse, session, "escort", "Daughter is on the bus, comes at noon", chair.prescriber)
    assert chair.check(session).second_check == "Kaja Lund: agreed"
    tile = chair.charting.floor(chair.nurse, 1).tiles[0]
    assert (tile.hint, tile.action, tile.rows_done, tile.rows) == ("Ready to start", "Start infusion", 21, 21)


def is_infused_with_a_red_alert(chair: Chairside, session: int) -> None:
    """+5 forgotten and entered late; a red pressure at +20, a pause of five minutes, labetalol; stopped at +45."""
    clock = chair.clock
    view = chair.charting.start(chair.nurse, session)
    started = clock.now()
    assert (view.step, view.status, view.header.label) == (Step.DURING, Status.INFUSING, "1 of 6")
    assert view.planned_end == started + timedelta(minutes=40)
    assert view.next_due is not None
    assert (view.next_due.label, view.next_due.due_at) == ("+5", started + timedelta(minutes=5))

    clock.forward(minutes=8)
    assert [(i.urgency, i.text) for i in chair.charting.floor(chair.nurse, 1).queue] == [
        (Urgency.AMBER, "Vitals +5"),
        (Urgency.UPCOMING, "End of infusion"),
    ]
    view = chair.observe(session, minutes_ago=2, sbp=135)
    assert [(c.label, c.state) for c in view.schedule[:3]] == [
        ("baseline", DueState.DONE),
        ("+5", DueState.DONE),
        ("+10", DueState.UPCOMING),
    ]

    clock.forward(minutes=2)
    chair.observe(session)
    clock.forward(minutes=10)
    view = chair.observe(session, sbp=184, dbp=104)
    assert [f.code for f in view.findings] == ["sbp-red", "dbp-amber"]
    assert view.findings[0].action.startswith("Pause the infusion and call the prescriber")
    tile = chair.charting.floor(chair.nurse, 1).tiles[0]
    assert (tile.urgency, tile.action) == (Urgency.RED, "Pause infusion")
    view = chair.charting.pause(chair.nurse, session, "Pressure")
    assert (view.rate, view.given_mg) == (0.0, 20.6)
    medicine = {"code": "labetalol", "dose": "10 mg", "route": "IV", "order": "order"}
    chair.charting.record_event(chair.nurse, session, "medicine", medicine)
    view = chair.charting.acknowledge(chair.nurse, session, "sbp-red", "Rotimi Adeyemi")
    assert [(a.code, a.told) for a in view.alerts if a.level == "red"] == [("sbp-red", "Rotimi Adeyemi")]

    clock.forward(minutes=5)
    chair.observe(session, sbp=148, dbp=88)
    assert chair.charting.resume(chair.nurse, session).planned_end == started + timedelta(minutes=45)
    for minute in (30, 40):
        clock.at = started + timedelta(minutes=minute)
        chair.observe(session)
    clock.at = started + timedelta(minutes=45)
    view = chair.charting.stop(chair.nurse, session)
    assert (view.status, view.given_mg) == (Status.RECOVERING, 41.2)
    chair.observe(session)


def is_kept_until_the_escort_comes(chair: Chairside, session: int, patient: Patient, visit: int) -> None:
    """All is well after half an hour, but nobody is there to take the patient home; then the daughter comes."""
    chair.recover(session)
    view = chair.view(session)
    assert (unmet(view), view.status) == ({"escort"}, Status.RECOVERING)
    with pytest.raises(Refused, match=r"The patient may not go yet\. Responsible adult named: No escort is named\."):
        chair.sign(session, cosigner=chair.prescriber)
    patients = chair.services.patients
    escort = patients.add_escort(chair.nurse, patient.id, "Ana Silva", "+1 312 555 0188")
    patients.choose_escort(chair.nurse, visit, escort.id)
    view = chair.answer(session, "escort-present", "here", POST)
    assert (unmet(view), view.status) == (set(), Status.READY)


def is_signed_off(chair: Chairside, session: int) -> None:
    """Override, red alert and rescue medicine call for a prescriber's signature; signed is closed."""
    assert chair.view(session).cosign == "an override, a red alert, a rescue medicine and a verbal order"
    with pytest.raises(Refused, match="A prescriber signs too, because of an override"):
        chair.sign(session)
    view = chair.sign(session, cosigner=chair.prescriber)
    assert (view.step, view.status, view.outcome) == (Step.CLOSED, Status.DISCHARGED, "discharged")
    assert [(s.name, s.meaning) for s in view.signatures] == [
        ("Rotimi Adeyemi", "overridden"),
        ("Kaja Lund", "second-checked"),
        ("Maria Ortiz", "discharged"),
        ("Rotimi Adeyemi", "co-signed"),
    ]
    with pytest.raises(Refused, match="signed and closed"):
        chair.observe(session)
    with pytest.raises(Refused, match="signed and closed"):
        chair.sign(session)
    assert chair.charting.floor(chair.nurse, 1).tiles == ()
