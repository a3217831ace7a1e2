"""The inspector: what the desk reads about a visit, and the one next step."""

from datetime import date, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.orders import OrderFields
from ketaclinic.domain.people import Role
from tests.ui.front_desk import INDUCTION, ClinicForTests, FrontDesk, clinic, desk, dressed

__all__ = ["clinic", "desk", "dressed"]


def words(desk: FrontDesk) -> str:
    return "\n".join(w.text() for w in desk.screen.inspector.findChildren(QLabel) if w.isVisibleTo(desk.window))


def test_nothing_selected_shows_what_the_day_lacks(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    line = desk.find(QAbstractButton, "10:45, Silva, João, no consent, escort, order")
    line.click()
    assert desk.selected().startswith("Silva, João")


def test_visit_is_told_in_full_but_nothing_clinical(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    said = words(desk)
    for expected in (
        "Silva, João",
        "born 12 Mar 1979 (47)",
        "Chair 3 · 10:45–12:25",
        "Induction, twice a week, 1 of 1",
    ):
        assert expected in said
    for clinical in ("mg", "depression", "mood"):
        assert clinical not in said.lower()


def test_next_step_on_the_day_is_the_arrival(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.click("Silva")
    desk.press("Arrived")
    assert clinic.services.floor.inspect(clinic.clerk, id_).card.appointment.status is Status.ARRIVED
    assert "Arrived" in desk.card("Silva").accessibleName()
    assert desk.told == ["Silva, João: Arrived."]


def test_next_step_before_the_day_is_the_confirmation(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45", day=date(2026, 11, 24))
    desk.key(Qt.Key.Key_PageDown)
    desk.click("Silva")
    assert desk.screen.inspector.foot.main.text() == "Confirm"


def test_control_enter_takes_the_next_step(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    desk.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "Arrived" in desk.card("Silva").accessibleName()


def test_waiting_time_grows_with_the_clock(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    desk.press("Arrived")
    clinic.clock.at += timedelta(minutes=19)
    desk.screen.tick()
    assert desk.screen.inspector.chip.words == "● Arrived 09:00 · waiting 19 min"


def test_front_desk_is_told_whom_an_arrived_patient_waits_for(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    desk.press("Arrived")
    assert not desk.screen.inspector.foot.main.isVisible()
    assert "A nurse checks the patient in." in words(desk)


def test_missing_escort_is_added_where_it_is_missed(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    desk.press("Add escort…")
    desk.type("Escort name", "Maria Silva")
    desk.type("Escort phone", "+1 312 555 0199")
    desk.press("Save escort")
    assert "Maria Silva" in words(desk)
    assert "No escort recorded" not in words(desk)
    assert "escort missing" not in desk.card("Silva").accessibleName()


def test_escort_without_a_name_is_asked_for_in_place(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    desk.press("Add escort…")
    desk.type("Escort phone", "+1 312 555 0199")
    desk.press("Save escort")
    assert "An escort needs a name." in words(desk)
    assert "No escort recorded" not in words(desk)


def test_another_date_of_the_series_is_one_click_away(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    other = clinic.book("Silva, João", 2, "13:00", day=date(2026, 11, 27), protocol=INDUCTION)
    desk.screen.open({"day": date(2026, 11, 27), "appointment_id": other.appointment_ids[0]})
    assert desk.selected().startswith("Silva, João")
    desk.press("1 of 1, Fri 27 Nov, Scheduled")
    assert desk.screen.day == date(2026, 11, 27)


def test_no_show_is_struck_through_and_may_still_arrive(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    clinic.clock.at = datetime(2026, 11, 23, 17, 30, tzinfo=clinic.clock.at.tzinfo)
    desk.click("Silva")
    desk.key(Qt.Key.Key_Return)
    desk.take("No-show")
    desk.press("Mark missed only")
    shown = desk.card("Silva").words
    assert shown is not None
    assert shown.struck
    assert desk.screen.inspector.foot.main.text() == "Arrived after all"


def test_printing_goes_to_the_documents_with_this_visit(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.click("Silva")
    desk.press("Print consent…")
    screen, args = desk.opened[-1]
    assert (screen, args["kind"], args["appointment_id"]) == ("documents", "consent", id_)


def test_nurse_opens_the_session_from_the_board(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.user = clinic.nurse
    desk.click("Silva")
    desk.press("Arrived")
    desk.press("Check in")
    desk.press("Open session")
    assert desk.opened == [("chairside", {"appointment_id": id_})]


def test_nurse_goes_from_a_missing_order_to_the_patient(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.user = clinic.nurse
    desk.click("Silva")
    desk.press("Orders of the patient…")
    assert desk.opened == [("patients", {"patient_id": clinic.patient("Silva, João").id})]


def test_desk_is_not_sent_to_orders_it_may_not_see(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    assert "No order" in words(desk)
    assert not [b for b in desk.screen.findChildren(QAbstractButton) if b.accessibleName() == "Orders of the patient…"]


def test_order_and_consent_turn_the_gates_green_while_one_looks(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    assert "○" in words(desk)
    services, patient = clinic.services, clinic.patient("Silva, João")
    rotimi = services.users.add(clinic.manager, "rotimi", "Rotimi Adeyemi", Role.PRESCRIBER, "135724")
    fields = OrderFields(patient.id, INDUCTION, "depression", 0.5, 60.0, 40, 6, 82.0, date(2027, 5, 23))
    services.orders.sign(rotimi, services.orders.write(rotimi, fields).id, "135724")
    services.consents.record(clinic.nurse, patient.id, "depression", None, date(2026, 11, 20))
    gates = desk.screen.inspector.gates.accessibleDescription()
    assert "Order: ✓" in gates
    assert "Consent: ✓" in gates
    assert "No order" not in words(desk)
