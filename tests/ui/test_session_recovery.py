"""Recovery: the criteria fail closed, the signature closes the record."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import Step
from tests.services.chairside_desk import POST, Chairside
from tests.services.people_builders import STAFF_PIN
from tests.ui.nurse_at_chair import NurseAtChair, at_chair, chairs, freed

__all__ = ["at_chair", "chairs"]


@pytest.fixture
def session(chairs: Chairside) -> int:
    """An infusion that has just been stopped."""
    number = chairs.seated()
    chairs.start(number)
    chairs.run_through(number)
    return number


def criteria(nurse: NurseAtChair) -> list[str]:
    card = nurse.find(QWidget, "Discharge criteria")
    return [
        w.accessibleName()
        for w in card.findChildren(QWidget)
        if ": met" in w.accessibleName() or ": not met" in w.accessibleName()
    ]


def test_what_is_not_answered_is_not_met(at_chair: NurseAtChair, session: int) -> None:
    at_chair.open(session)
    assert "At least 30 minutes since the infusion stopped: not met. 0 minutes." in criteria(at_chair)
    assert "Walks steadily, unaided or as before the visit: not met. Not answered yet." in criteria(at_chair)
    assert not at_chair.find(QAbstractButton, "Sign off and discharge").isEnabled()
    assert at_chair.screen.session.recovery.criteria.state_text == "Not fit for discharge yet."


def test_observations_go_on_in_recovery(chairs: Chairside, at_chair: NurseAtChair, session: int) -> None:
    at_chair.open(session)
    chairs.clock.forward(minutes=15)
    at_chair.screen.tick()
    assert at_chair.find(QAbstractButton, "Vitals and flowsheet").text() == "Vitals · check due"
    at_chair.press("Vitals and flowsheet")
    at_chair.screen.session.recovery.flowsheet.focus_entry()
    at_chair.row_by_keyboard("124 78 76 14 98 - - 5 0")
    assert chairs.view(session).observations[-1].due == "stop +15"


def test_discharge_needs_every_criterion_the_escort_and_the_own_pin(
    chairs: Chairside, at_chair: NurseAtChair, session: int
) -> None:
    chairs.recover(session, escort_present="not-here")
    at_chair.open(session)
    assert not at_chair.find(QAbstractButton, "Sign off and discharge").isEnabled()
    at_chair.press("The escort is here in person: Here")
    assert all(": met" in c for c in criteria(at_chair))
    assert at_chair.screen.session.recovery.criteria.state_text == "Every criterion is met."
    at_chair.press("Sign off and discharge")
    dialog = at_chair.dialog("Sign off and discharge")
    at_chair.type("Your PIN", "9999", dialog)
    at_chair.press("Sign and discharge", dialog)
    assert dialog.isVisible()
    assert "wrong" in dialog.findings.text().lower()
    at_chair.type("Your PIN", STAFF_PIN, dialog)
    at_chair.press("Sign and discharge", dialog)
    assert (at_chair.view.step, at_chair.view.status) == (Step.CLOSED, Status.DISCHARGED)
    assert freed(dialog)


def test_a_criterion_that_falls_open_meanwhile_refuses_the_signature(
    chairs: Chairside, at_chair: NurseAtChair, session: int
) -> None:
    chairs.recover(session)
    at_chair.open(session)
    at_chair.press("Sign off and discharge")
    dialog = at_chair.dialog("Sign off and discharge")
    chairs.clock.forward(minutes=40)  # the vitals are stale now, and nobody has looked
    at_chair.type("Your PIN", STAFF_PIN, dialog)
    at_chair.press("Sign and discharge", dialog)
    assert "Nothing was signed" in dialog.findings.text() or dialog.findings.findings
    assert chairs.view(session).signed_at is None
    at_chair.press("Cancel", dialog)


def test_after_the_signature_everything_is_read_only(chairs: Chairside, at_chair: NurseAtChair, session: int) -> None:
    chairs.recover(session)
    chairs.sign(session)
    at_chair.open(session)
    assert at_chair.sees("■ Discharged, signed 10:10 · read only")
    for gone in ("Sign off and discharge", "Leaves against advice", "Save row", "Give medicine", "Next open point"):
        assert not at_chair.sees(gone)
    at_chair.press("Step Recovery")
    at_chair.press("Vitals and flowsheet")
    assert not at_chair.sees("New row of observations")
    at_chair.press("Step During")
    assert not at_chair.find(QAbstractButton, "Give medicine").isEnabled()


def test_an_override_needs_the_prescribers_signature_too(chairs: Chairside, at_chair: NurseAtChair) -> None:
    number = chairs.seated()
    chairs.ready(number, urinary="new")
    chairs.charting.override(chairs.nurse, number, "urinary", "Test strip negative today", chairs.prescriber)
    chairs.charting.start(chairs.nurse, number)
    chairs.run_through(number)
    chairs.recover(number)
    at_chair.open(number)
    at_chair.press("Sign off and discharge")
    dialog = at_chair.dialog("Sign off and discharge")
    at_chair.type("Your PIN", STAFF_PIN, dialog)
    assert dialog.hint.text() == "Still missing: the prescriber's name and PIN"
    at_chair.choose("Prescriber", "Rotimi Adeyemi", dialog)
    at_chair.type("PIN of the prescriber", STAFF_PIN, dialog)
    at_chair.press("Sign and discharge", dialog)
    assert ("Rotimi Adeyemi", "co-signed") in [(s.name, s.meaning) for s in at_chair.view.signatures]
    assert freed(dialog)


def test_leaving_against_advice_is_a_way_of_its_own(chairs: Chairside, at_chair: NurseAtChair, session: int) -> None:
    at_chair.open(session)
    at_chair.press("Leaves against advice")
    dialog = at_chair.dialog("Leaves against advice")
    at_chair.type("Your PIN", STAFF_PIN, dialog)
    assert dialog.hint.text() == "Still missing: the reason"
    at_chair.write("Reason", "Wants to catch the bus, told of the risk", dialog)
    at_chair.press("Sign: left against advice", dialog)
    assert at_chair.view.outcome == "left_against_advice"
    assert at_chair.sees("■ Left against advice, signed 09:40 · read only")
    assert freed(dialog)


def test_the_discharge_list_is_answered_by_kind(chairs: Chairside, at_chair: NurseAtChair, session: int) -> None:
    at_chair.open(session)
    at_chair.press("Aldrete: activity: Moves four limbs")
    at_chair.choose("Aldrete: respiration", "Breathes deeply")
    at_chair.press("IV removed, site looked at: Yes")
    checklist = next(c for c in chairs.view(session).checklists if c.id == POST)
    given = {i.item.code: i.value for i in checklist.items if i.value is not None}
    assert given == {"aldrete-activity": "four", "aldrete-respiration": "deep", "iv-out": True}
