"""Lists on paper as the services make them: who may read what, what is booked, and what must not be there."""

import hashlib
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import select, text

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import AppointmentRow, ClinicalProfileRow, LocationRow, OperationRow, PatientRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Invalid, NotFound
from ketaclinic.domain.repair import Outage, OutageKind
from ketaclinic.domain.sheets import DaySheetLook
from ketaclinic.services.bundle import Services
from tests.documents.builders_documents import pages_of, text_of
from tests.services.booking_builders import (
    DESK,
    MONDAY,
    NURSE,
    Desk,
    a_consent,
    a_desk,
    a_signed_order,
    an_escort,
    on,
    session,
    write,
)

SILVA, OKAFOR = 1, 2
BY_TIME = DaySheetLook(by_chair=False)


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    """Silva at 08:00 on chair 1 and Okafor at 10:00 on chair 2 on Monday, both again on Thursday."""
    made = a_desk(services, store)
    write(store, [a_consent(SILVA), a_signed_order(SILVA), an_escort(SILVA)])
    made.book(SILVA, session(0, "08:00"), session(3, "08:00"))
    made.book(OKAFOR, session(0, "10:00", 2), session(3, "10:00", 2))
    with store.writing(Op.EDIT_PATIENT, by=1) as writing:
        row = writing.session.scalars(select(AppointmentRow).order_by(AppointmentRow.id)).first()
        assert row is not None
        row.escort_id, row.nurse_id = 1, NURSE.id
        patient = writing.session.get_one(PatientRow, OKAFOR)
        patient.preferred_name, patient.interpreter, patient.language = "Chi", True, "Igbo"
        patient.note = "Hard of hearing."
        writing.session.add(ClinicalProfileRow(patient_id=SILVA, allergies="latex", diagnosis="depression"))
    return made


def test_the_day_is_on_paper_as_it_is_booked(desk: Desk) -> None:
    said = text_of(desk.services.printing.day_sheet(DESK, 1, MONDAY, BY_TIME))
    assert "Monday, November 30, 2026" in said
    assert "2 visits · open 08:00–17:00" in said
    assert "08:00–09:40 Chair 1 Silva, João KC-0001 1 of 2 Induction 100 Maria Ortiz Scheduled" in said
    assert "Rosa Silva (312) 555-0148" in said
    assert "called Chi · interpreter: Igbo · Hard of hearing." in said


def test_no_dose_and_no_diagnosis_is_on_any_list(desk: Desk) -> None:
    printing = desk.services.printing
    for made in (
        printing.day_sheet(NURSE, 1, MONDAY),
        printing.day_sheet(NURSE, 1, MONDAY, BY_TIME),
        printing.week_sheet(NURSE, 1, MONDAY),
        printing.chair_cards(DESK, 1, MONDAY),
    ):
        said = text_of(made).casefold()
        assert "depression" not in said
        assert "mg/kg" not in said
        assert "0.5" not in said


def test_allergies_are_for_clinical_roles_alone(desk: Desk) -> None:
    printing = desk.services.printing
    assert "A allergy" in text_of(printing.day_sheet(NURSE, 1, MONDAY))
    assert "allergy" not in text_of(printing.day_sheet(DESK, 1, MONDAY))
    assert "Allergies: latex" in text_of(printing.chair_cards(NURSE, 1, MONDAY))
    at_the_desk = text_of(printing.chair_cards(DESK, 1, MONDAY))
    assert "latex" not in at_the_desk
    assert "Allergies: ask, and read the record" in at_the_desk


def test_the_foot_carries_the_end_of_the_audit(desk: Desk) -> None:
    with desk.store.reading() as rows:
        seq, mac = (
            rows.execute(select(OperationRow.seq, OperationRow.mac).order_by(OperationRow.seq.desc())).first() or ()
        )
    said = text_of(desk.services.printing.day_sheet(DESK, 1, MONDAY))
    assert f"Audit {seq} · {mac[:4]} {mac[4:8]} {mac[8:12]}" in said
    assert "Printed Nov 23, 2026, 9:00 AM by Ada Petrov" in said


def test_lists_are_not_filed_and_change_nothing(desk: Desk) -> None:
    with desk.store.reading() as rows:
        before = rows.scalar(text("SELECT count(*) FROM operations"))
    desk.services.printing.day_sheet(DESK, 1, MONDAY)
    desk.services.printing.chair_cards(NURSE, 1, MONDAY)
    with desk.store.reading() as rows:
        assert rows.scalar(text("SELECT count(*) FROM operations")) == before
        assert rows.scalar(text("SELECT count(*) FROM documents")) == 0


def test_cancelled_and_parked_visits_are_on_no_sheet(desk: Desk) -> None:
    silva, okafor = (card.appointment for card in desk.day(0).cards)
    desk.services.booking.cancel(DESK, silva.id, silva.version, Status.CANCELLED_BY_PATIENT)
    desk.services.booking.park(DESK, okafor.id, okafor.version)
    assert "Nobody is booked." in text_of(desk.services.printing.day_sheet(DESK, 1, MONDAY))
    assert "Nobody is booked." in text_of(desk.services.printing.chair_cards(DESK, 1, MONDAY))


def test_the_week_is_the_one_that_holds_the_day(desk: Desk) -> None:
    thursday = MONDAY + timedelta(days=3)
    said = text_of(desk.services.printing.week_sheet(DESK, 1, thursday))
    assert "Week of Monday, November 30, 2026" in said
    assert said.count("Silva, João") == 2
    assert "4 visits" in said


def test_chair_cards_have_the_times_of_the_protocol_and_the_run_sheet_all_in_order(desk: Desk) -> None:
    pages = pages_of(desk.services.printing.chair_cards(NURSE, 1, MONDAY))
    assert len(pages) == 3
    # 30 minutes of preparation, 40 of infusion, 30 of recovery; checks at +5, +10, then every ten minutes, 15 and 30.
    for check in (
        "08:30 baseline",
        "08:35 +5",
        "08:40 +10",
        "09:00 +30",
        "09:10 stop",
        "09:25 stop +15",
        "09:40 stop +30",
    ):
        assert check in pages[0], check
    assert "+40" not in pages[0]
    assert "10:30 baseline" in pages[1]
    due = [word for word in pages[2].split() if len(word) == 5 and word[2] == ":"]
    assert due == sorted(due)
    assert (due[0], due[-1], len(due)) == ("08:30", "11:40", 16)


def test_a_discharged_patient_needs_no_chair_card(desk: Desk) -> None:
    with desk.store.writing(Op.CHANGE_STATUS, by=2) as writing:
        writing.session.get_one(AppointmentRow, 1).status = "discharged"
    said = text_of(desk.services.printing.chair_cards(NURSE, 1, MONDAY))
    assert "Silva" not in said
    assert "Okafor" in said


def test_blank_checklists_are_there_for_each_protocol(desk: Desk) -> None:
    pages = pages_of(desk.services.printing.blank_checklists(NURSE, 1))
    names = [protocol.desk_name for protocol in desk.services.booking.protocols(DESK)]
    assert len(pages) == len(names) == 4
    assert all(name in page for name, page in zip(names, pages, strict=True))
    assert all("Two identifiers" in page and "IV removed" in page for page in pages)


def test_a_wallet_card_has_the_dates_of_the_series(desk: Desk) -> None:
    said = text_of(desk.services.printing.appointment_card(DESK, 1))
    assert said.count("João Silva") == 2
    assert said.count("Mon, November 30, 2026, 8:00 AM visit 1 of 2") == 2
    assert said.count("Thu, December 3, 2026, 8:00 AM visit 2 of 2") == 2
    assert len(pages_of(desk.services.printing.appointment_cards(DESK, (1, 2)))) == 1
    with pytest.raises(Invalid, match="at least one series"):
        desk.services.printing.appointment_cards(DESK, ())


def test_a_series_that_is_not_there_or_has_nothing_booked_is_refused(desk: Desk, clock: FixedClock) -> None:
    with pytest.raises(NotFound, match="This series is not there"):
        desk.services.printing.calendar(DESK, 99)
    with desk.store.writing(Op.CANCEL_APPOINTMENT, by=1) as writing:
        for number in (1, 2):
            writing.session.get_one(AppointmentRow, number).status = "cancelled_by_patient"
    with pytest.raises(NotFound, match="KC-0001 has no visits booked in this series"):
        desk.services.printing.appointment_card(DESK, 1)
    clock.forward(days=14)  # what was called off is over as well
    with pytest.raises(NotFound, match="KC-0001 has no visits booked in this series"):
        desk.services.printing.calendar(DESK, 1)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("America/Chicago", (14, 13)), ("Europe/London", (8, 7)), ("Australia/Adelaide", (21, 22))],
)
def test_a_calendar_has_the_right_instants_before_and_after_a_change_of_the_clock(
    services: Services, store: Store, zone: str, hours: tuple[int, int]
) -> None:
    """Both at 08:00 on the wall: 3 December 2026, and a day in June 2027 (in Adelaide the other half of the year)."""
    made = a_desk(services, store, zone=zone)
    made.book(SILVA, session(0, "08:00"))
    made.services.booking.book_series(DESK, made.wishes(OKAFOR, count=1), (session(28 * 7 + 1, "08:00"),))
    found = []
    for series_id in (1, 2):
        (event,) = Calendar.from_ical(services.printing.calendar(DESK, series_id)).walk("VEVENT")
        assert event["DTSTART"].dt.tzinfo == ZoneInfo(zone)
        assert event["DTSTART"].dt.hour == 8
        found.append(event["DTSTART"].dt.astimezone(UTC).hour)
    assert tuple(found) == hours


def test_a_moved_visit_keeps_its_entry_and_raises_its_sequence(desk: Desk, clock: FixedClock) -> None:
    def first() -> tuple[str, int, str]:
        event = Calendar.from_ical(desk.services.printing.calendar(DESK, 1)).walk("VEVENT")[0]
        return str(event["UID"]), int(event["SEQUENCE"]), f"{event['DTSTART'].dt:%H:%M}"

    before = first()
    visit = desk.visit(1)
    desk.services.booking.move(DESK, 1, visit.version, 1, visit.starts_at + timedelta(hours=4))
    clock.forward(days=1)
    after = first()
    assert before[0] == after[0]
    assert after[1] > before[1]
    assert (before[2], after[2]) == ("08:00", "12:00")


def test_what_was_called_off_is_taken_out_of_the_patients_calendar_and_put_back_by_undo(desk: Desk) -> None:
    def entries() -> dict[str, tuple[int, str]]:
        events = Calendar.from_ical(desk.services.printing.calendar(DESK, 1)).walk("VEVENT")
        return {str(event["UID"]): (int(event["SEQUENCE"]), str(event["STATUS"])) for event in events}

    (first, was), (other, stays) = entries().items()
    visit = desk.visit(1)
    desk.services.floor.change_status(DESK, 1, visit.version, Status.CANCELLED_BY_PATIENT, reason="Is away")
    off = entries()
    assert off[first][1] == "CANCELLED"
    assert off[first][0] > was[0]
    assert off[other] == stays
    desk.services.history.undo(DESK)
    again = entries()
    assert again[first][1] == "CONFIRMED"
    assert again[first][0] > off[first][0]
    desk.services.booking.park(DESK, 1, desk.visit(1).version)
    assert entries()[first][1] == "CANCELLED"  # it has no place; its entry comes back once it has one


def test_the_entries_of_two_clinics_are_never_taken_for_each_other(desk: Desk) -> None:
    with desk.store.reading() as rows:
        first = rows.scalar(select(OperationRow.mac).order_by(OperationRow.seq).limit(1)) or ""
    event = Calendar.from_ical(desk.services.printing.calendar(DESK, 1)).walk("VEVENT")[0]
    assert event["UID"] == f"visit-1-{hashlib.sha256(first.encode()).hexdigest()[:12]}@ketaclinic"


def test_paper_is_that_of_the_country_of_the_location(desk: Desk) -> None:
    import pypdfium2

    def wide() -> int:
        document = pypdfium2.PdfDocument(desk.services.printing.day_sheet(DESK, 1, MONDAY))
        found = round(document.get_page_size(0)[0])
        document.close()
        return found

    assert wide() == 792
    with desk.store.writing(Op.EDIT_CLINIC, by=5) as writing:
        writing.session.get_one(LocationRow, 1).country = "DE"
    assert wide() == 842


def test_today_is_the_day_on_the_wall_of_the_location(desk: Desk, clock: FixedClock) -> None:
    clock.forward(hours=14)  # 05:00 UTC on Tuesday, 23:00 on Monday in Chicago
    assert desk.services.printing.today(DESK, 1) == date(2026, 11, 23)


def test_the_calls_to_confirm_are_on_paper(desk: Desk, clock: FixedClock) -> None:
    clock.forward(days=5)  # Saturday; Monday and Tuesday are the next working days
    said = text_of(desk.services.printing.confirmation_list(DESK, 1))
    assert "Calls to confirm" in said
    assert "2 visits · Monday, November 30, 2026 and Tuesday, December 1, 2026" in said
    assert "Arrive at 08:00; home at about 09:40." in said
    assert "interpreter: Igbo" in said


def test_the_calls_after_a_repair_say_old_and_new_time(desk: Desk) -> None:
    desk.book(3, session(0, "08:00", 2))
    out = Outage(OutageKind.NURSE, NURSE.id, on(0, "08:00"), None, "sick")
    plan = desk.services.repair.propose(DESK, 1, MONDAY, (out,), seconds=120.0)
    (move,) = plan.to_call
    assert move.to is not None
    applied = desk.services.repair.apply(DESK, plan)
    said = text_of(desk.services.printing.call_list(DESK, applied.repair_id, 1, MONDAY))
    assert "Calls for Monday, November 30, 2026" in said
    assert "Maria Ortiz out from 08:00: sick · 1 to call" in said
    assert f"{move.card.patient_name} {move.card.record} none on file" in said
    assert f"Mon Nov 30, {move.from_.starts_at:%H:%M}–" in said
    assert f"{move.to.starts_at:%H:%M}–" in said
    assert said == text_of(desk.services.printing.call_list(DESK, None, 1, MONDAY))  # the latest of the day


def test_a_day_that_was_not_repaired_has_nobody_to_call(desk: Desk) -> None:
    with pytest.raises(NotFound, match="Monday, November 30, 2026 was not repaired"):
        desk.services.printing.call_list(DESK, None, 1, MONDAY)
