"""Importing a list in the window: seen first, corrected, then all in one stroke."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from ketaclinic.ui.dialogs.import_dialog import ImportDialog
from tests.desk import AtTheDesk
from tests.ui.conftest import Practice

LIST = (
    "Last Name;First Name;DOB;Phone;Chart\n"
    "Kowalska;Łucja;07/08/1984;(312) 555-0177;A1\n"
    "Παπαδόπουλος;Γιώργος;03/04/1961;;A2\n"
    "Nobody;;05/06/1970;no digits;A3\n"
    "Silva;João;03/12/1979;(312) 555-0148;A4\n"
)


class Importer(AtTheDesk):
    """A clerk at the import."""

    @property
    def importing(self) -> ImportDialog:
        found = self.dialog()
        assert isinstance(found, ImportDialog)
        return found

    def load(self, path: Path) -> None:
        self.type("File to import", str(path))
        self.importing.path.returnPressed.emit()

    def may_import(self) -> bool:
        return self.find("Import patients", QPushButton).isEnabled()


@pytest.fixture
def clerk(clerk_at_desk: AtTheDesk) -> Importer:
    person = Importer(clerk_at_desk.window)
    person.go_to("Patients")
    person.click("Import list")
    return person


@pytest.fixture
def patient_list(tmp_path: Path) -> Path:
    path = tmp_path / "patients.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_columns_are_matched_and_shown(clerk: Importer, patient_list: Path) -> None:
    clerk.load(patient_list)
    assert clerk.value("Column Last Name holds") == "Family name"
    assert clerk.value("Column First Name holds") == "Given name"
    assert clerk.value("Column DOB holds") == "Date of birth"
    assert clerk.value("Column Phone holds") == "Telephone"
    assert clerk.value("Separator") == "Semicolon"
    assert "4 rows, 5 columns" in clerk.reads()


def test_order_of_dates_is_asked_not_guessed(clerk: Importer, patient_list: Path) -> None:
    clerk.load(patient_list)
    assert not clerk.may_import()
    assert "Choose how dates are written." in clerk.reads()
    clerk.tick("Month/day/year: 07/08/1984 is 8 Jul 1984")
    assert clerk.may_import()


def test_dates_that_leave_no_doubt_are_not_asked_about(clerk: Importer, tmp_path: Path) -> None:
    path = tmp_path / "iso.csv"
    path.write_text("name,dob\nŁucja Kowalska,1984-07-08\n", encoding="utf-8")
    clerk.load(path)
    assert clerk.may_import()
    assert not clerk.sees("How dates are written")


def test_import_tells_what_became_of_each_row(clerk: Importer, patient_list: Path, practice: Practice) -> None:
    clerk.load(patient_list)
    clerk.tick("Month/day/year: 07/08/1984 is 8 Jul 1984")
    clerk.click("Import patients")
    assert clerk.find("taken").text() == "2"
    assert clerk.find("known already").text() == "1"
    assert clerk.find("not taken").text() == "1"
    (refused,) = clerk.importing.result.model.rows
    assert refused.line == 4
    assert refused.reason == "The telephone number has no digits."
    (found,) = practice.services.patients.search(practice.clerk, "kowalska")
    assert found.name == "Kowalska, Łucja"
    clerk.click("Done")
    assert not clerk.sees("Result")


def test_second_run_doubles_nobody(clerk: Importer, patient_list: Path) -> None:
    for _ in range(2):
        clerk.load(patient_list)
        clerk.tick("Month/day/year: 07/08/1984 is 8 Jul 1984")
        clerk.click("Import patients")
        taken, known = clerk.find("taken").text(), clerk.find("known already").text()
        clerk.click("Done")
        clerk.click("Import list")
    assert (taken, known) == ("0", "3")


def test_matching_is_correctable_and_a_field_stands_once(clerk: Importer, patient_list: Path) -> None:
    clerk.load(patient_list)
    clerk.choose("Column Chart holds", "Given name")
    assert clerk.value("Column First Name holds") == "Not taken"
    assert clerk.value("Column Chart holds") == "Given name"


def test_no_column_with_the_name_stops_the_import(clerk: Importer, patient_list: Path) -> None:
    clerk.load(patient_list)
    clerk.tick("Month/day/year: 07/08/1984 is 8 Jul 1984")
    clerk.choose("Column Last Name holds", "Not taken")
    assert not clerk.may_import()
    assert "Choose the column that holds the family name or the full name." in clerk.reads()


def test_date_order_stays_chosen_when_a_column_is_corrected(clerk: Importer, patient_list: Path) -> None:
    clerk.load(patient_list)
    clerk.tick("Day/month/year: 07/08/1984 is 7 Aug 1984")
    clerk.choose("Column Chart holds", "Number in the other program")
    assert clerk.may_import()


def test_other_separator_is_looked_at_anew(clerk: Importer, patient_list: Path) -> None:
    clerk.load(patient_list)
    clerk.choose("Separator", "Comma")
    assert "4 rows, 1 column" in clerk.reads()
    clerk.choose("Separator", "Semicolon")
    assert clerk.value("Column Last Name holds") == "Family name"


def test_file_that_is_not_there_gets_one_sentence(clerk: Importer, tmp_path: Path) -> None:
    clerk.load(tmp_path / "nowhere.csv")
    assert "nowhere.csv cannot be read" in clerk.importing.findings.text()
    assert not clerk.may_import()


def test_file_that_is_no_list_gets_one_sentence(clerk: Importer, tmp_path: Path, patient_list: Path) -> None:
    clerk.load(patient_list)
    picture = tmp_path / "picture.png"
    picture.write_bytes(bytes(range(256)) * 20)
    clerk.load(picture)
    assert clerk.importing.findings.text().startswith("Not read ")
    assert not clerk.may_import()


def test_giving_up_imports_nobody(clerk: Importer, patient_list: Path, practice: Practice) -> None:
    clerk.load(patient_list)
    clerk.tick("Month/day/year: 07/08/1984 is 8 Jul 1984")
    clerk.importing.give_up()
    clerk.importing.take_over()
    assert "The import was given up. Nothing was imported." in clerk.importing.findings.text()
    assert practice.services.patients.search(practice.clerk, "kowalska") == ()
    clerk.click("Import patients")
    assert clerk.find("taken").text() == "2"
