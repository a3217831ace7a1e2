"""Patients: found in three letters, all about one of them, added and changed without losing what was typed."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.people import PatientFields
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.ui.screens.patients.screen import PatientsScreen
from ketaclinic.ui.widgets.visit_chips import VisitChip
from tests.desk import AtTheDesk
from tests.ui.conftest import Practice

INDUCTION = "induction-mood-2-per-week"


class PatientsClerk(AtTheDesk):
    """A clerk on the patients screen."""

    @property
    def screen(self) -> PatientsScreen:
        found = self.window.desk.current if self.window.desk else None
        assert isinstance(found, PatientsScreen)
        return found

    def search(self, words: str) -> list[str]:
        self.type("Search patients", words)
        return self.listed()

    def listed(self) -> list[str]:
        return [row.name for row in self.screen.found.model.rows]

    def open(self, words: str) -> None:
        self.search(words)
        self.press(Qt.Key.Key_Return)


@pytest.fixture
def clerk(clerk_at_desk: AtTheDesk) -> PatientsClerk:
    person = PatientsClerk(clerk_at_desk.window)
    person.go_to("Patients")
    return person


def book(practice: Practice, day: date, hour: int, count: int = 1) -> tuple[int, ...]:
    """A series of João on Chair 1, every third or fourth day at the same hour."""
    (here,) = practice.services.clinic.locations(practice.clerk)
    chair = practice.services.clinic.chairs(practice.clerk, here.id)[0]
    minutes = practice.catalog.protocols[INDUCTION].phases.total
    days = [day + timedelta(days=offset) for offset in (0, 3, 7, 10, 14, 17)][:count]
    starts = [datetime(d.year, d.month, d.day, hour) for d in days]
    sessions = tuple(PlannedSession(at, at + timedelta(minutes=minutes), chair.id) for at in starts)
    wishes = SeriesWishes(practice.joao.id, INDUCTION, here.id, day, count=count)
    return practice.services.booking.book_series(practice.clerk, wishes, sessions).appointment_ids


# finding


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("sil", "Silva, João"),
        ("joao sil", "Silva, João"),
        ("nguyen", "Nguyễn, Thị Minh"),
        ("ольга", "Иванова, Ольга"),
        ("555 0148", "Silva, João"),
        ("3 Apr 1961", "Иванова, Ольга"),
        ("slva", "Silva, João"),
    ],
)
def test_patients_are_found_as_one_types(clerk: PatientsClerk, typed: str, name: str) -> None:
    assert clerk.search(typed)[:1] == [name]


def test_nobody_found_says_what_to_do(clerk: PatientsClerk) -> None:
    assert clerk.search("xyzzy") == []
    assert "Nobody found" in clerk.reads()


def test_without_a_search_those_who_come_today_are_listed(clerk: PatientsClerk, practice: Practice) -> None:
    assert "Nobody comes today" in clerk.reads()
    book(practice, date(2026, 11, 23), 14)
    assert clerk.listed() == ["Silva, João"]
    assert "Today · 1 patient" in clerk.reads()


def test_escape_takes_the_search_back(clerk: PatientsClerk) -> None:
    clerk.search("silva")
    clerk.press(Qt.Key.Key_Escape)
    assert clerk.value("Search patients") == ""
    assert clerk.listed() == []


def test_slash_goes_to_the_search(clerk: PatientsClerk) -> None:
    clerk.open("silva")
    clerk.find("Plan series").setFocus()
    clerk.press(Qt.Key.Key_Slash)
    assert clerk.window.focusWidget() is clerk.find("Search patients")


# the page


def test_page_tells_the_patient_from_a_namesake(clerk: PatientsClerk, practice: Practice) -> None:
    clerk.open("silva")
    said = clerk.reads()
    assert clerk.sees("Silva, João")
    assert f"{practice.joao.record} · born 12 Mar 1979 (47) · (312) 555-0148" in said
    assert clerk.window.top.subtitle.text() == "Silva, João"


def test_what_is_missing_is_said(clerk: PatientsClerk) -> None:
    clerk.open("silva")
    assert clerk.sees("! Consent: No consent on file")
    assert clerk.sees("! Order: No order")
    assert clerk.sees("! No escort known")


def test_note_is_seen_by_everyone_who_opens_the_patient(clerk: PatientsClerk) -> None:
    clerk.open("minh")
    assert clerk.sees("Note Hard of hearing.")


def test_front_desk_sees_nothing_clinical(clerk: PatientsClerk) -> None:
    clerk.open("silva")
    assert not clerk.sees("Clinical")
    for word in ("Allergies", "Diagnosis", "Medicines"):
        assert word not in clerk.reads()


def test_nurse_sees_and_changes_clinical_details(someone: AtTheDesk, practice: Practice) -> None:
    nurse = PatientsClerk(someone.window)
    nurse.sign_in("Maria Ortiz")
    nurse.go_to("Patients")
    assert not nurse.sees("Add patient")
    assert not nurse.sees("Import list")
    nurse.open("silva")
    assert not nurse.sees("Edit patient")
    nurse.click("Edit clinical details")
    nurse.type("Allergies", "Latex")
    nurse.click("Save clinical details")
    assert "Latex" in nurse.reads()
    assert practice.services.patients.clinical_profile(practice.nurse, practice.joao.id).allergies == "Latex"


def test_series_shows_each_visit_with_date_sign_and_word(clerk: PatientsClerk, practice: Practice) -> None:
    first, *_ = book(practice, date(2026, 11, 24), 9, count=6)
    practice.services.floor.change_status(practice.clerk, first, 1, Status.CONFIRMED)
    clerk.open("silva")
    chips = clerk.all(VisitChip)
    assert [chip.accessibleName() for chip in chips[:2]] == [
        "Tue 24 Nov 2026, 1 of 6, Confirmed",
        "Fri 27 Nov 2026, 2 of 6, Scheduled",
    ]
    assert len(chips) == 6
    assert "0 of 6 done · next Tue 24 Nov 2026" in clerk.reads()


def test_visit_opens_its_day(clerk: PatientsClerk, practice: Practice) -> None:
    book(practice, date(2026, 11, 24), 9, count=2)
    clerk.open("silva")
    clerk.click("Fri 27 Nov 2026, 2 of 2, Scheduled")
    assert clerk.window.top.title.text() == "Day"
    assert clerk.window.desk is not None
    assert clerk.window.desk.current.day == date(2026, 11, 27)


def test_coming_visits_say_what_they_lack(clerk: PatientsClerk, practice: Practice) -> None:
    book(practice, date(2026, 11, 24), 9)
    clerk.open("silva")
    assert clerk.sees("Show Tue 24 Nov 2026 on the day board")
    for missing in ("! consent", "! escort", "! order"):
        assert clerk.sees(missing)


def test_page_follows_what_is_committed(clerk: PatientsClerk, practice: Practice) -> None:
    clerk.open("silva")
    changed = replace(practice.joao.fields, email="joao@example.org")
    practice.services.patients.edit(practice.clerk, practice.joao.id, practice.joao.version, changed)
    assert "joao@example.org" in clerk.reads()


def test_page_stays_when_someone_else_is_changed(clerk: PatientsClerk, practice: Practice) -> None:
    clerk.open("silva")
    shown = clerk.screen.page.view
    changed = replace(practice.minh.fields, email="minh@example.org")
    practice.services.patients.edit(practice.clerk, practice.minh.id, practice.minh.version, changed)
    assert clerk.screen.page.view is shown


def test_plan_series_opens_the_planner_for_this_patient(clerk: PatientsClerk) -> None:
    clerk.open("silva")
    clerk.click("Plan series")
    assert clerk.dialog().accessibleName() == "Plan a series"


def test_print_goes_to_this_patients_documents(clerk: PatientsClerk) -> None:
    clerk.open("silva")
    clerk.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert clerk.window.top.title.text() == "Documents"
    assert "Silva, João" in clerk.reads()


# adding


def test_patient_is_added_in_a_few_fields(clerk: PatientsClerk, practice: Practice) -> None:
    clerk.click("Add patient")
    clerk.type("Family name", "Kowalska")
    clerk.type("Given name", "Łucja")
    clerk.type("Date of birth", "7/8/1984")
    clerk.type("Telephone", "312 555 0177")
    clerk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (found,) = practice.services.patients.search(practice.clerk, "kowalska")
    assert found.born == date(1984, 7, 8)
    assert "Kowalska, Łucja" in clerk.reads()
    assert clerk.window.toast.text == f"Kowalska, Łucja saved, {found.record}."


def test_name_searched_in_vain_is_not_typed_twice(clerk: PatientsClerk) -> None:
    clerk.search("Łucja Kowalska")
    clerk.click("Add patient")
    assert clerk.value("Family name") == "Kowalska"
    assert clerk.value("Given name") == "Łucja"


def test_patient_without_a_name_is_refused_at_the_field(clerk: PatientsClerk) -> None:
    clerk.click("Add patient")
    clerk.type("Telephone", "312 555 0177")
    clerk.click("Save patient")
    assert "A patient needs a name." in clerk.reads()
    assert clerk.window.focusWidget() is clerk.find("Family name")
    assert clerk.value("Telephone") == "312 555 0177"


def test_birth_date_in_the_future_is_refused_at_the_field(clerk: PatientsClerk, practice: Practice) -> None:
    clerk.click("Add patient")
    clerk.type("Family name", "Kowalska")
    clerk.type("Date of birth", "12 Mar 2079")
    clerk.click("Save patient")
    assert "The date of birth 12 Mar 2079 is in the future." in clerk.reads()
    assert practice.services.patients.search(practice.clerk, "kowalska") == ()


def test_what_is_no_date_is_refused_at_the_field(clerk: PatientsClerk, practice: Practice) -> None:
    clerk.click("Add patient")
    clerk.type("Family name", "Kowalska")
    clerk.type("Date of birth", "31 Feb 1979")
    clerk.click("Save patient")
    assert "“31 Feb 1979” is no date." in clerk.reads()
    assert practice.services.patients.search(practice.clerk, "kowalska") == ()


def test_mistake_is_told_when_its_field_is_left(clerk: PatientsClerk) -> None:
    clerk.click("Add patient")
    clerk.type("E-mail", "zoe@")
    clerk.press(Qt.Key.Key_Tab)
    said = clerk.reads()
    assert "The e-mail address has no form like name@example.org." in said
    assert "A patient needs a name." not in said


def test_possible_namesake_shows_while_typing(clerk: PatientsClerk, qtbot: QtBot) -> None:
    clerk.click("Add patient")
    clerk.type("Family name", "Silva")
    clerk.type("Given name", "Joao")
    clerk.type("Date of birth", "3/12/1979")
    qtbot.wait_until(lambda: clerk.sees("Open Silva, João instead"))
    clerk.click("Open Silva, João instead")
    assert "born 12 Mar 1979 (47)" in clerk.reads()
    assert not clerk.sees("What differs")


def test_escape_does_not_throw_away_what_was_typed(clerk: PatientsClerk) -> None:
    clerk.click("Add patient")
    clerk.type("Family name", "Kowalska")
    clerk.press(Qt.Key.Key_Escape)
    assert clerk.value("Family name") == "Kowalska"
    assert "Close once more to throw it away" in clerk.reads()
    clerk.press(Qt.Key.Key_Escape)
    assert not clerk.sees("What differs")


def test_typing_on_asks_anew_before_closing(clerk: PatientsClerk) -> None:
    clerk.click("Add patient")
    clerk.type("Family name", "Kow")
    clerk.press(Qt.Key.Key_Escape)
    clerk.type("Given name", "Ł")
    clerk.press(Qt.Key.Key_Escape)
    assert clerk.value("Family name") == "Kow"


def test_double_click_on_save_adds_one_patient(clerk: PatientsClerk, practice: Practice) -> None:
    clerk.click("Add patient")
    clerk.type("Family name", "Kowalska")
    dialog = clerk.dialog()
    button = dialog.main_button
    assert button is not None
    button.click()
    button.click()
    assert len(practice.services.patients.search(practice.clerk, "kowalska")) == 1


# changing


def test_patient_is_changed(clerk: PatientsClerk, practice: Practice) -> None:
    clerk.open("silva")
    clerk.click("Edit patient")
    assert clerk.value("Date of birth") == "12 Mar 1979"
    clerk.type("Called", "Joca")
    clerk.click("Save patient")
    assert practice.services.patients.get(practice.clerk, practice.joao.id).fields.preferred_name == "Joca"
    assert clerk.sees("Called Joca")


def changed_elsewhere(practice: Practice) -> None:
    fields = replace(practice.joao.fields, phone="(312) 555-7777")
    practice.services.patients.edit(practice.manager, practice.joao.id, practice.joao.version, fields)


def test_someone_else_was_faster_shows_both_versions(clerk: PatientsClerk, practice: Practice) -> None:
    clerk.open("silva")
    clerk.click("Edit patient")
    clerk.type("E-mail", "joao@example.org")
    changed_elsewhere(practice)
    clerk.click("Save patient")
    said = clerk.reads()
    assert "Someone else changed this patient meanwhile; nothing was saved." in said
    assert "(312) 555-0148" in said
    assert "(312) 555-7777" in said
    assert clerk.value("E-mail") == "joao@example.org"


def test_own_version_is_kept_on_request(clerk: PatientsClerk, practice: Practice) -> None:
    clerk.open("silva")
    clerk.click("Edit patient")
    clerk.type("E-mail", "joao@example.org")
    changed_elsewhere(practice)
    clerk.click("Save patient")
    clerk.click("Keep what I typed")
    clerk.click("Save patient")
    kept = practice.services.patients.get(practice.clerk, practice.joao.id).fields
    assert (kept.email, kept.phone) == ("joao@example.org", "(312) 555-0148")


def test_saved_version_is_taken_on_request(clerk: PatientsClerk, practice: Practice) -> None:
    clerk.open("silva")
    clerk.click("Edit patient")
    clerk.type("E-mail", "joao@example.org")
    changed_elsewhere(practice)
    clerk.click("Save patient")
    clerk.click("Take what is saved")
    assert clerk.value("Telephone") == "(312) 555-7777"
    assert clerk.value("E-mail") == ""


# escorts


def test_escort_is_added(clerk: PatientsClerk, practice: Practice) -> None:
    clerk.open("silva")
    clerk.click("Add escort")
    clerk.type("Name", "Ana Silva")
    clerk.type("Telephone", "312 555 0149")
    clerk.type("Relation", "wife")
    clerk.click("Save escort")
    (escort,) = practice.services.patients.page(practice.clerk, practice.joao.id).escorts
    assert (escort.name, escort.relation) == ("Ana Silva", "wife")
    assert "wife · 312 555 0149" in clerk.reads()
    assert not clerk.sees("! No escort known")


def test_escort_is_corrected_and_taken_off(clerk: PatientsClerk, practice: Practice) -> None:
    practice.services.patients.add_escort(practice.clerk, practice.joao.id, "Ana Silv", "(312) 555-0190", "wife")
    clerk.open("silva")
    clerk.click("Edit escort Ana Silv")
    clerk.type("Name", "Ana Silva")
    clerk.click("Save escort")
    assert [one.name for one in practice.services.patients.page(practice.clerk, practice.joao.id).escorts] == [
        "Ana Silva"
    ]
    clerk.click("Edit escort Ana Silva")
    clerk.click("Take escort off the list")
    assert practice.services.patients.page(practice.clerk, practice.joao.id).escorts == ()
    assert clerk.sees("! No escort known")


# merging


def test_two_records_of_one_person_are_merged_at_the_desk(
    clerk: PatientsClerk, practice: Practice, qtbot: QtBot
) -> None:
    typed = PatientFields("Silveira", "João", date(1961, 4, 3), phone="(312) 555-0177", email="joao@example.org")
    other = practice.services.patients.add(practice.clerk, typed)
    clerk.open("silva")
    clerk.click("Merge with another record")
    clerk.type("Search patients", "silveira")
    clerk.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: clerk.sees("What differs"))
    clerk.click("Telephone: (312) 555-0177")
    clerk.click("Merge records")
    kept = practice.services.patients.by_record(practice.clerk, other.record)
    assert kept.id == practice.joao.id
    assert (kept.fields.family_name, kept.fields.phone) == ("Silva", "(312) 555-0177")
    assert kept.fields.email
    assert clerk.search("silveira") == ["Silva, João"]


def test_escort_without_a_telephone_is_refused_at_the_field(clerk: PatientsClerk) -> None:
    clerk.open("silva")
    clerk.click("Add escort")
    clerk.type("Name", "Ana Silva")
    clerk.click("Save escort")
    assert "An escort needs a telephone number" in clerk.reads()
    assert clerk.value("Name") == "Ana Silva"


# names of any script and length


def test_very_long_name_does_not_push_the_page_out_of_the_window(clerk: PatientsClerk, practice: Practice) -> None:
    long = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh " * 3
    added = practice.services.patients.add(practice.clerk, PatientFields(long.strip(), "Αλέξανδρος", None))
    clerk.window.resize(1100, 700)
    clerk.window.navigate("patients", {"patient_id": added.id})
    clerk.reads()
    assert clerk.window.width() == 1100
    assert clerk.screen.page.header.width() <= clerk.screen.page.viewport().width()
