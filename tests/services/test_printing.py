"""Printing for patients: what may be printed, filed with its digest, and had again byte for byte."""

import errno
import hashlib
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import text

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.models import AppointmentRow, ClinicRow, EscortRow, OrderRow, PatientRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import ClinicError, Invalid, NotAllowed, NotFound, StoreUnusable
from ketaclinic.domain.people import Role, User
from ketaclinic.services.printing import Printing
from tests.db.rows import a_clinic, a_series
from tests.documents.builders_documents import text_of

DESK = User(1, "desk", "Ada Petrov", Role.FRONT_DESK)
NURSE = User(2, "nurse", "Mia Ortiz", Role.NURSE)
MANAGER = User(4, "manager", "Kim Lund", Role.MANAGER)
NGUYEN, OTHER = 1, 2
# The clock of the tests stands at 9:00 in Chicago on Monday 23 November 2026.
VISITS = [datetime(2026, 11, 23, 8, 0) + timedelta(days=days) for days in (0, 3, 7)]


class Desk(NamedTuple):
    """A clinic with one patient in the first of three visits, and the printing service over it."""

    printing: Printing
    store: Store
    visits: list[int]


@pytest.fixture
def desk(store: Store, catalog: Catalog, clock: FixedClock) -> Desk:
    a_clinic(store)
    visits = a_series(store, NGUYEN, *((1, at) for at in VISITS))
    with store.writing(Op.EDIT_PATIENT, by=1) as writing:
        patient = writing.session.get_one(PatientRow, NGUYEN)
        patient.family_name, patient.given_name, patient.born = "Nguyễn", "Zoë", date(1979, 3, 4)
        clinic = writing.session.get_one(ClinicRow, 1)
        clinic.phone, clinic.after_hours_phone = "(312) 555-0140", "(312) 555-0199"
        clinic.address = "410 River Street\nChicago, IL 60601"
        escort = EscortRow(patient_id=NGUYEN, name="Marek Kowalski", phone="(312) 555-0177")
        writing.session.add(escort)
        writing.session.flush()
        writing.session.get_one(AppointmentRow, visits[1]).escort_id = escort.id
    return Desk(Printing(store, catalog, clock), store, visits)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder of the user's."""
    made = tmp_path / "documents"
    made.mkdir()
    return made


def a_new_order(store: Store, indication: str) -> None:
    with store.writing(Op.WRITE_ORDER, by=3) as writing:
        writing.session.add(
            OrderRow(
                patient_id=NGUYEN,
                protocol_id="induction-mood-2-per-week",
                indication=indication,
                mg_per_kg=0.5,
                max_mg=60,
                minutes=40,
                sessions=6,
                weight_kg=80,
                prescriber_id=3,
                expires_on=date(2027, 11, 23),
            )
        )


def test_each_menu_offers_what_fits_there(desk: Desk) -> None:
    def kinds(context: str) -> list[str]:
        return [handout.kind for handout in desk.printing.available(DESK, context)]

    assert kinds("patient") == ["consent", "itinerary", "aftercare", "instructions", "escort"]
    assert kinds("appointment") == ["consent", "aftercare", "instructions", "escort"]
    assert kinds("series") == ["consent", "itinerary", "instructions"]


def test_aftercare_names_the_visit_after_the_one_it_is_printed_for(desk: Desk) -> None:
    said = text_of(desk.printing.preview(DESK, "aftercare", NGUYEN, appointment_id=desk.visits[0]))
    assert "Thursday, November 26, 2026, arrive at 8:00 AM" in said
    assert "Visit 2 of 3, until about 9:45 AM · Escort: Marek Kowalski, (312) 555-0177" in said


def test_aftercare_without_a_visit_names_the_next_to_come(desk: Desk, clock: FixedClock) -> None:
    clock.forward(days=4)
    said = text_of(desk.printing.preview(DESK, "aftercare", NGUYEN))
    assert "Monday, November 30, 2026, arrive at 8:00 AM" in said
    assert "Escort: not named yet, please call (312) 555-0140" in said


def test_aftercare_of_the_last_visit_tells_how_to_book(desk: Desk) -> None:
    said = text_of(desk.printing.preview(DESK, "aftercare", NGUYEN, appointment_id=desk.visits[2]))
    assert "Not booked yet. To book, call (312) 555-0140." in said


def test_a_cancelled_visit_is_not_promised(desk: Desk) -> None:
    with desk.store.writing(Op.CANCEL_APPOINTMENT, by=1) as writing:
        writing.session.get_one(AppointmentRow, desk.visits[1]).status = "cancelled_by_patient"
    said = text_of(desk.printing.preview(DESK, "aftercare", NGUYEN, appointment_id=desk.visits[0]))
    assert "November 26" not in said
    assert "Monday, November 30, 2026, arrive at 8:00 AM" in said


def test_the_itinerary_shows_the_visits_of_the_series(desk: Desk) -> None:
    said = text_of(desk.printing.preview(DESK, "itinerary", NGUYEN))
    for row in (
        "1 of 3 Monday, November 23, 2026 8:00 AM 9:45 AM",
        "2 of 3 Thursday, November 26, 2026 8:00 AM 9:45 AM",
        "3 of 3 Monday, November 30, 2026 8:00 AM 9:45 AM",
    ):
        assert row in said


def test_an_itinerary_without_visits_is_refused_with_what_to_do(desk: Desk) -> None:
    with pytest.raises(NotFound, match=r"KC-0002 has no visits booked yet\. Book a series"):
        desk.printing.render(DESK, "itinerary", OTHER)
    assert desk.printing.of_patient(DESK, OTHER) == ()


def test_another_patient_s_visit_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound, match="another patient's"):
        desk.printing.preview(DESK, "aftercare", OTHER, appointment_id=desk.visits[0])


def test_a_print_is_filed_with_digest_revision_and_pages(desk: Desk) -> None:
    notices: list[Changes] = []
    desk.store.on_commit.append(notices.append)
    filed = desk.printing.render(DESK, "consent", NGUYEN)
    assert filed.digest == hashlib.sha256(filed.content).hexdigest()
    assert (filed.kind, filed.revision, filed.pages, filed.patient_id) == ("consent", 1, 4, NGUYEN)
    assert filed.title == "Consent to ketamine infusion therapy"
    assert filed.made_at == datetime.fromisoformat("2026-11-23T15:00:00+00:00")
    (listed,) = desk.printing.of_patient(NURSE, NGUYEN)
    assert (listed.id, listed.digest, listed.content) == (filed.id, filed.digest, b"")
    (notice,) = notices
    assert (notice.op, notice.patients, notice.tables) == (Op.FILE_DOCUMENT, {NGUYEN}, {"documents"})


def test_the_same_bytes_come_again_whatever_changed_since(desk: Desk, clock: FixedClock) -> None:
    filed = desk.printing.render(DESK, "aftercare", NGUYEN, appointment_id=desk.visits[0])
    clock.forward(days=30)
    with desk.store.writing(Op.EDIT_CLINIC, by=4) as writing:
        writing.session.get_one(ClinicRow, 1).name = "Lakeside"
    assert desk.printing.stored(NURSE, filed.id).content == filed.content


def test_a_second_click_files_nothing_twice(desk: Desk, clock: FixedClock) -> None:
    first = desk.printing.render(DESK, "consent", NGUYEN, command_id="print-1")
    clock.forward(minutes=5)
    assert desk.printing.render(DESK, "consent", NGUYEN, command_id="print-1") == first
    assert len(desk.printing.of_patient(DESK, NGUYEN)) == 1


def test_a_preview_files_nothing(desk: Desk) -> None:
    assert desk.printing.preview(DESK, "consent", NGUYEN).startswith(b"%PDF")
    assert desk.printing.of_patient(DESK, NGUYEN) == ()


def test_bytes_changed_behind_the_program_s_back_are_not_printed(desk: Desk) -> None:
    filed = desk.printing.render(DESK, "consent", NGUYEN)
    with desk.store.engines.writing.begin() as connection:
        changed = filed.content.replace(b"%PDF-1.4", b"%PDF-1.5")
        connection.execute(text("UPDATE documents SET content = :content"), {"content": changed})
    with pytest.raises(StoreUnusable, match=f"Document {filed.id} is damaged"):
        desk.printing.stored(NURSE, filed.id)


def test_the_desk_s_consent_shows_no_indication_and_a_nurse_s_does(desk: Desk) -> None:
    before = desk.printing.preview(DESK, "consent", NGUYEN)
    a_new_order(desk.store, "ptsd")
    assert desk.printing.preview(DESK, "consent", NGUYEN) == before
    assert desk.printing.preview(MANAGER, "aftercare", NGUYEN) is not None
    by_desk, by_nurse = desk.printing.render(DESK, "consent", NGUYEN), desk.printing.render(NURSE, "consent", NGUYEN)
    assert (by_desk.clinical, by_nurse.clinical) == (False, True)


def test_the_desk_sees_that_a_ticked_consent_is_filed_but_may_not_open_it(desk: Desk, folder: Path) -> None:
    a_new_order(desk.store, "ocd")
    filed = desk.printing.render(NURSE, "consent", NGUYEN)
    assert [one.id for one in desk.printing.of_patient(DESK, NGUYEN)] == [filed.id]
    for user in (DESK, MANAGER):
        with pytest.raises(NotAllowed, match="shows the indication"):
            desk.printing.stored(user, filed.id)
        with pytest.raises(NotAllowed):
            desk.printing.save_as(user, filed.id, folder / "consent.pdf")
    assert list(folder.iterdir()) == []
    assert desk.printing.stored(NURSE, filed.id).content == filed.content


def test_unknown_document_and_language_are_told(desk: Desk) -> None:
    with pytest.raises(NotFound, match="There is no document “poster”"):
        desk.printing.render(DESK, "poster", NGUYEN)
    with pytest.raises(Invalid, match="only in en"):
        desk.printing.render(DESK, "consent", NGUYEN, language="es")


def test_a_filed_document_is_saved_over_an_older_file(desk: Desk, folder: Path) -> None:
    filed = desk.printing.render(DESK, "consent", NGUYEN)
    target = folder / "consent.pdf"
    target.write_bytes(b"older")
    assert desk.printing.save_as(DESK, filed.id, str(target)) == target
    assert target.read_bytes() == filed.content
    assert [path.name for path in folder.iterdir()] == ["consent.pdf"]


def test_a_full_disk_is_one_sentence_and_the_older_file_stays(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = desk.printing.render(DESK, "consent", NGUYEN)
    target = folder / "consent.pdf"
    target.write_bytes(b"older")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ClinicError) as refused:
        desk.printing.save_as(DESK, filed.id, target)
    assert str(refused.value) == (
        "consent.pdf was not saved: the disk is full. Nothing was overwritten. "
        "The document stays filed; save it somewhere else."
    )
    assert target.read_bytes() == b"older"
    assert [path.name for path in folder.iterdir()] == ["consent.pdf"]


def test_a_folder_that_is_not_there_is_one_sentence(desk: Desk, folder: Path) -> None:
    filed = desk.printing.render(DESK, "consent", NGUYEN)
    with pytest.raises(ClinicError, match=r"consent\.pdf was not saved: the folder is not there\."):
        desk.printing.save_as(DESK, filed.id, folder / "nowhere" / "consent.pdf")


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no devices among the files of this computer")
def test_a_device_is_not_replaced_by_a_file(desk: Desk, tmp_path: Path) -> None:
    link = tmp_path / "printer"
    link.symlink_to("/dev/null")
    filed = desk.printing.render(DESK, "consent", NGUYEN)
    with pytest.raises(ClinicError, match=r"a folder or a device, not a file. Nothing was overwritten"):
        desk.printing.save_as(DESK, filed.id, link)
    assert link.is_symlink()


def test_a_name_no_file_can_have_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    filed = desk.printing.render(DESK, "consent", NGUYEN)
    with pytest.raises(ClinicError, match=r"cannot be the name of a file. The document stays filed"):
        desk.printing.save_as(DESK, filed.id, f"{tmp_path}/a\0b.pdf")
