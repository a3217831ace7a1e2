"""What a nurse cannot have meant, typed at the real window: one sentence at its place, and what was typed stays."""

from datetime import UTC, date, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from ketaclinic.domain.people import Patient, Role
from tests.flows.nurse import Nurse, nurse
from tests.services.chairside_desk import POST, Chairside
from tests.services.people_builders import STAFF_PIN
from tests.ui.nurse_at_chair import chairs

__all__ = ["chairs", "nurse"]
DESK_PIN = "9753"
"""Of somebody at the front desk, who may not compute, prescribe or sign."""
WRONG_SECOND = "The second person's name or PIN is wrong. Nothing was done: try again."
CLOCK_OFF = (
    "This computer's clock is 60 min behind the last entry: nothing can be charted until it is set right, or confirmed "
    "on the board of the chairs."
)


def test_slips_of_the_keys_are_caught_where_they_are_typed(chairs: Chairside, nurse: Nurse) -> None:
    session = chairs.seated()
    chairs.start(session)
    chairs.clock.forward(minutes=5)
    nurse.sit_down_at(session)
    rows = len(chairs.view(session).observations)
    calm = {
        "Systolic pressure": "128",
        "Diastolic pressure": "80",
        "Heart rate": "82",
        "Respiratory rate": "14",
        "Oxygen saturation": "98",
        "Sedation (MOAA/S)": "5",
        "Dissociation": "2",
    }
    for slip, sentence in (
        (
            {"Systolic pressure": "1200"},
            "SBP 1200 mmHg is unlikely (usual range 60 to 260). Measure again, or confirm it.",
        ),
        (
            {"Systolic pressure": "80", "Diastolic pressure": "120"},
            "The diastolic pressure 120 is not below the systolic 80. Read both again.",
        ),
        ({"Oxygen saturation": "9"}, "SpO₂ 9 % is unlikely (usual range 70 to 100). Measure again, or confirm it."),
        (
            {"Temperature": "98.6"},
            (
                "Temp 98.6 °C is unlikely (usual range 34 to 41). Read in °F it would be 37 °C. "
                "Measure again, or confirm it."
            ),
        ),
    ):
        for name, value in (calm | slip).items():
            nurse.type(name, value)
        nurse.press("Save row")
        assert sentence in nurse.reads()
        assert {name: nurse.stands(name) for name in calm | slip} == calm | slip
        assert len(chairs.view(session).observations) == rows
    nurse.find(QLineEdit, "Temperature").clear()

    # Before the patient came, and ahead of the clock: the row stays as typed.
    for at, sentence in (
        ("8:10", "This time lies before the patient came. Nothing was saved: enter when it truly was."),
        ("9:40", "This time lies ahead. Nothing was saved: enter when it truly was."),
    ):
        nurse.type("Time of the observation", at)
        nurse.press("Save row")
        assert sentence in nurse.reads(), nurse.reads()
        assert nurse.stands("Systolic pressure") == "128"
        assert nurse.stands("Time of the observation") == at
    assert len(chairs.view(session).observations) == rows


def test_what_may_not_begin_or_end_says_so_where_it_is_typed(chairs: Chairside, nurse: Nurse) -> None:
    """Two patients of one chair: the later one comes early, is got ready in vain, and the earlier one goes home."""
    chairs.services.users.add(chairs.staff[Role.MANAGER], "ivo", "Ivo Brandt", Role.FRONT_DESK, DESK_PIN)
    earlier = chairs.seated()
    chairs.ready(earlier, substances="used")
    chairs.charting.override(chairs.nurse, earlier, "substances", "Spoken to, clear, no sign of it", chairs.prescriber)
    patient = chairs.patient("Okafor", "Amara")
    visit = chairs.visit(patient, at=datetime(2026, 11, 23, 11, 0))
    chairs.arrive(visit)
    later = chairs.charting.open(chairs.nurse, visit).id
    chairs.fill_before(later, weight=None)
    _papers(chairs, nurse, patient, later)
    _second_check(nurse)
    _second_start(chairs, nurse, earlier)
    _clock_off(chairs, nurse, earlier)
    _given(chairs, earlier)
    _escort_gone(chairs, nurse, earlier)
    _signed_twice(chairs, nurse, earlier, later)


def _papers(chairs: Chairside, nurse: Nurse, patient: Patient, later: int) -> None:
    # Without an order: what the scale and the vial said stays, and nothing can be drawn up or started.
    nurse.sit_down_at(later)
    nurse.type("Weight today, kg", "82.4")
    nurse.key(Qt.Key.Key_Return)
    nurse.press("Vial of 10 mg/mL")
    assert nurse.says("The order") == "No signed order for this patient. A prescriber writes and signs it."
    assert "· No signed order for this patient." in nurse.says("What is still missing")
    assert nurse.stands("Weight today, kg") == "82.4"
    assert not nurse.find(QLineEdit, "In the syringe, mg").isEnabled()
    assert not nurse.find(QAbstractButton, "Start infusion").isEnabled()

    # The order comes; the consent is of a year ago, said at its point of the list and beside the button.
    chairs.order(patient)
    chairs.consent(patient, signed_on=date(2025, 11, 1))
    nurse.observes("124 78 80 14 98 - 36.6 5 0")
    assert "· The consent expired on 1 Nov 2026." in nurse.says("What is still missing")
    assert "The consent expired on 1 Nov 2026." in nurse.reads().splitlines()
    assert nurse.stands("Weight today, kg") == "82.4"
    assert not nurse.find(QAbstractButton, "Start infusion").isEnabled()
    chairs.consent(patient)


def _second_check(nurse: Nurse) -> None:
    # Drawn up, and nobody has computed it a second time.
    nurse.draw_up("41.2", "4.12")
    assert nurse.says("How the second check stands") == "Second person computes blind"
    assert nurse.says("What is still missing").splitlines()[1:] == [
        "· Second person computed the same, without seeing the …"
    ]
    assert (nurse.stands("In the syringe, mg"), nurse.stands("In the syringe, mL")) == ("41.2", "4.12")
    assert not nurse.find(QAbstractButton, "Start infusion").isEnabled()

    # The PIN of somebody from the front desk, who is not on the list either.
    nurse.press("Second check")
    dialog = nurse.dialog("Second check, blind")
    people = nurse.find(QComboBox, "Second person", dialog)
    assert [people.itemText(n) for n in range(people.count())] == ["Kaja Lund · Nurse", "Rotimi Adeyemi · Prescriber"]
    typed = {"Dose, mg": "41.2", "Drawn, mL": "4.12", "Pump rate, mL/h": "6.18"}
    for name, value in typed.items():
        nurse.type(name, value, dialog)
    nurse.choose("Second person", "Kaja Lund", dialog)
    nurse.type("PIN of the second person", DESK_PIN, dialog)
    nurse.press("Compare", dialog)
    assert WRONG_SECOND in nurse.reads(dialog)
    assert {name: nurse.stands(name, dialog) for name in typed} == typed
    assert people.currentText() == "Kaja Lund · Nurse"
    nurse.type("PIN of the second person", STAFF_PIN, dialog)
    nurse.press("Compare", dialog)
    assert nurse.says("What is still missing") == "Everything is there."


def _second_start(chairs: Chairside, nurse: Nurse, earlier: int) -> None:
    # A colleague starts the other patient of this chair, and this window has not heard of it yet.
    chairs.store.on_commit.remove(nurse.window.ops.publish)
    assert chairs.second_nurse is not None
    chairs.charting.start(chairs.second_nurse, earlier)
    chairs.store.on_commit.append(nurse.window.ops.publish)
    nurse.press("Start infusion")
    assert "Silva, João is being infused in Chair 1." in nurse.says("What is still missing")
    assert nurse.says("How the second check stands") == "Kaja Lund: agreed"
    assert nurse.stands("In the syringe, mL") == "4.12"


def _clock_off(chairs: Chairside, nurse: Nurse, earlier: int) -> None:
    # The computer wakes with its clock an hour back: the board says so, the row is not taken, and it is still there.
    nurse.it_is("9:05")
    chairs.answer(earlier, "urinary", "none")
    nurse.press("Back to all chairs")
    nurse.it_is("8:05")
    assert nurse.says("Clock of this computer") == CLOCK_OFF
    nurse.sit_down_at(earlier)
    nurse.observes("128 80 82 14 98 - - 5 2")
    assert f"{CLOCK_OFF} Nothing was saved; what you typed is still here." in nurse.reads()
    nurse.press("Save row")  # once more, after what was typed has been kept
    assert f"{CLOCK_OFF} Nothing was saved; what you typed is still here." in nurse.reads()
    assert len(chairs.view(earlier).observations) == 1
    assert nurse.stands("Systolic pressure") == "128"
    nurse.it_is("9:05")
    assert nurse.stands("Dissociation") == "2"
    nurse.press("Save row")
    assert len(chairs.view(earlier).observations) == 2


def _given(chairs: Chairside, earlier: int) -> None:
    for minute in (10, 20, 30, 40):
        chairs.clock.at = datetime(2026, 11, 23, 15, minute, tzinfo=UTC)
        if minute == 40:
            chairs.charting.stop(chairs.nurse, earlier)
        chairs.observe(earlier)
    chairs.recover(earlier)


def _escort_gone(chairs: Chairside, nurse: Nurse, earlier: int) -> None:
    # Every criterion is met, the prescriber comes to sign too; the PIN typed is that of the front desk.
    nurse.it_is("10:10")
    nurse.sit_down_at(earlier)
    assert nurse.says("What stands against the discharge").startswith("Every criterion is met. A prescriber co-signs")
    nurse.press("Sign off and discharge")
    dialog = nurse.dialog("Sign off and discharge")
    nurse.type("Your PIN", STAFF_PIN, dialog)
    nurse.choose("Prescriber", "Rotimi Adeyemi", dialog)
    nurse.type("PIN of the prescriber", DESK_PIN, dialog)
    nurse.press("Sign and discharge", dialog)
    assert WRONG_SECOND in nurse.reads(dialog)
    assert (nurse.stands("Your PIN", dialog), nurse.stands("PIN of the prescriber", dialog)) == (STAFF_PIN, "")
    nurse.type("Your PIN", DESK_PIN, dialog)
    nurse.type("PIN of the prescriber", STAFF_PIN, dialog)
    nurse.press("Sign and discharge", dialog)
    assert "Your PIN is wrong. Nothing was signed: try again." in nurse.reads(dialog)

    # Meanwhile the escort has left; then nobody is named as escort any more.
    chairs.answer(earlier, "escort-present", "not-here", POST)
    _both_sign(nurse, dialog)
    assert "The escort is here in person: Not here" in nurse.reads(dialog)
    assert nurse.find(QComboBox, "Prescriber", dialog).currentText() == "Rotimi Adeyemi · Prescriber"
    chairs.answer(earlier, "escort-present", "here", POST)
    appointment = chairs.view(earlier).appointment_id
    escort = chairs.appointment(appointment).escort_id
    chairs.services.patients.choose_escort(chairs.desk, appointment, None)
    _both_sign(nurse, dialog)
    assert "Responsible adult named: No escort is named." in nurse.reads(dialog)
    assert chairs.view(earlier).signed_at is None
    chairs.services.patients.choose_escort(chairs.desk, appointment, escort)


def _both_sign(nurse: Nurse, dialog: QWidget) -> None:
    nurse.type("Your PIN", STAFF_PIN, dialog)
    nurse.type("PIN of the prescriber", STAFF_PIN, dialog)
    nurse.press("Sign and discharge", dialog)


def _signed_twice(chairs: Chairside, nurse: Nurse, earlier: int, later: int) -> None:
    # A colleague signs at another station while the dialog is open here.
    dialog = nurse.dialog("Sign off and discharge")
    chairs.charting.sign_off(chairs.second_nurse, earlier, STAFF_PIN, cosigner=chairs.prescriber)
    _both_sign(nurse, dialog)
    assert "This session is signed and closed: nothing in it changes any more." in nurse.reads(dialog)
    nurse.press("Cancel", dialog)

    # The other patient goes home without an infusion, and Ctrl+Enter is hit twice.
    nurse.sit_down_at(later)
    nurse.press("No infusion today")
    dialog = nurse.dialog("No infusion today")
    nurse.write("Reason", "The chair is not free in time", dialog)
    nurse.type("Your PIN", STAFF_PIN, dialog)
    for _ in range(2):
        QTest.keyClick(nurse.window.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    nurse.settle()
    assert [_signed(chairs, session) for session in (earlier, later)] == [
        ("discharged", ["Kaja Lund: discharged", "Rotimi Adeyemi: co-signed"]),
        ("not_started", ["Maria Ortiz: not started"]),
    ]


def _signed(chairs: Chairside, session: int) -> tuple[str, list[str]]:
    view = chairs.view(session)
    signatures = [e for e in view.events if e.kind == "signature"]
    return view.outcome, sorted(f"{e.by}: {e.data['meaning']}" for e in signatures)
