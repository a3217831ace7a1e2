"""Forms: values by field name, dates read back in words, what is wrong beneath its field."""

from datetime import date, time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from ketaclinic.domain.dates import DateOrder
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.widgets.date_edit import DateEdit

TODAY = date(2026, 11, 23)
FIELDS = (
    Field("name", "Name", required=True),
    Field("born", "Born", kind="date"),
    Field("address", "Address", kind="lines", span=2),
    Field("interpreter", "Interpreter", kind="yes"),
    Field("bearing", "Bearing", kind="choice", choices=((None, "Not asked"), (True, "Yes"), (False, "No"))),
    Field("phone", "Telephone", hint="With area code."),
)


@pytest.fixture
def form(dressed_app: QApplication, qtbot: QtBot) -> Form:
    made = Form(FIELDS, TODAY)
    qtbot.add_widget(made)
    made.show()
    return made


def test_values_come_back_as_they_were_shown(form: Form) -> None:
    shown = {
        "name": "Zoë Nguyễn",
        "born": date(1979, 3, 12),
        "address": "Main Street 1\nChicago",
        "interpreter": True,
        "bearing": False,
        "phone": "",
    }
    form.set_values(shown)
    assert form.values() == shown
    assert not form.is_changed


def test_what_is_typed_counts_as_changed_and_is_told(form: Form, qtbot: QtBot) -> None:
    with qtbot.wait_signal(form.changed) as told:
        QTest.keyClicks(form.editor("name"), "A")
    assert told.args == ["name"]
    assert form.is_changed


def test_stray_spaces_are_no_change(form: Form) -> None:
    QTest.keyClicks(form.editor("phone"), "  ")
    assert not form.is_changed


def test_finding_stands_beneath_its_field_and_goes_again(form: Form) -> None:
    wrong = Finding("name-missing", Severity.BLOCK, "A patient needs a name.", subject="name")
    assert form.show_findings([wrong]) == ()
    assert form.message("name") == "A patient needs a name."
    assert form.editor("name").property("wrong") is True
    assert form.editor("name").accessibleDescription() == "A patient needs a name."
    form.show_findings([])
    assert form.message("name") == ""
    assert form.editor("name").property("wrong") is False


def test_warning_does_not_mark_the_field_as_wrong(form: Form) -> None:
    form.show_findings([Finding("born-missing", Severity.WARN, "Ask at the first visit.", subject="born")])
    assert form.message("born") == "Ask at the first visit."
    assert not form.editor("born").property("wrong")
    assert not form.go_to_first_wrong()


def test_keyboard_goes_to_the_first_wrong_field(form: Form) -> None:
    form.show_findings([Finding("x", Severity.BLOCK, "No digits.", subject="phone")])
    assert form.go_to_first_wrong()
    assert form.focusWidget() is form.editor("phone")


def test_finding_without_a_field_is_given_back(form: Form) -> None:
    elsewhere = Finding("taken", Severity.BLOCK, "Chair 3 is taken.", subject="chair")
    assert form.show_findings([elsewhere]) == (elsewhere,)


def test_only_the_field_just_left_is_judged(form: Form) -> None:
    findings = [
        Finding("name-missing", Severity.BLOCK, "A patient needs a name.", subject="name"),
        Finding("x", Severity.BLOCK, "No digits.", subject="phone"),
    ]
    form.show_findings(findings, only=frozenset({"phone"}))
    assert form.message("name") == ""
    assert form.message("phone") == "No digits."


def test_hint_stands_until_something_is_wrong(form: Form) -> None:
    assert form.message("phone") == "With area code."
    form.show_findings([Finding("x", Severity.BLOCK, "No digits.", subject="phone")])
    form.show_findings([])
    assert form.message("phone") == "With area code."


def test_what_is_no_date_is_said_and_kept(form: Form) -> None:
    QTest.keyClicks(form.editor("born"), "31 Feb 1979")
    (found,) = form.findings()
    assert found.subject == "born"
    assert found.message == "“31 Feb 1979” is no date. Write it like 12 Mar 1979."
    assert form.values()["born"] is None
    editor = form.editor("born")
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "31 Feb 1979"


@pytest.fixture
def born(dressed_app: QApplication, qtbot: QtBot) -> DateEdit:
    made = DateEdit(TODAY, ages=True)
    qtbot.add_widget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("12 Mar 1979", date(1979, 3, 12)),
        ("March 12, 1979", date(1979, 3, 12)),
        ("1979-03-12", date(1979, 3, 12)),
        ("3/12/1979", date(1979, 3, 12)),
        ("13/3/1979", date(1979, 3, 13)),
        ("3/12/79", date(1979, 3, 12)),
        ("12/24/2030", date(2030, 12, 24)),
        ("soon", None),
        ("", None),
    ],
)
def test_dates_as_people_type_them(born: DateEdit, typed: str, understood: date | None) -> None:
    QTest.keyClicks(born, typed)
    assert born.day() == understood
    assert born.unreadable == (typed == "soon")


def test_day_first_where_the_clinic_writes_so(dressed_app: QApplication, qtbot: QtBot) -> None:
    field = DateEdit(TODAY, order=DateOrder.DMY)
    qtbot.add_widget(field)
    QTest.keyClicks(field, "3/12/1979")
    assert field.day() == date(1979, 12, 3)


def test_date_is_read_back_in_words_with_the_age(born: DateEdit) -> None:
    QTest.keyClicks(born, "3/12/1979")
    assert born.echo() == "12 Mar 1979 · 47 years"


def test_no_age_for_a_day_that_is_not_yet(born: DateEdit) -> None:
    QTest.keyClicks(born, "12/24/2030")
    assert born.echo() == "24 Dec 2030"


def test_left_date_is_written_out(born: DateEdit, qtbot: QtBot) -> None:
    QTest.keyClicks(born, "3/12/1979")
    QTest.keyClick(born, Qt.Key.Key_Tab)
    born.clearFocus()
    assert born.text() == "12 Mar 1979"


def test_time_is_read_as_people_type_it(dressed_app: QApplication, qtbot: QtBot) -> None:
    made = Form((Field("starts_at", "From", kind="time"),), TODAY)
    qtbot.add_widget(made)
    made.set_values({"starts_at": time(9, 30)})
    assert made.editor("starts_at").text() == "09:30"  # type: ignore[attr-defined]
    made.editor("starts_at").selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(made.editor("starts_at"), "2pm")
    assert made.values() == {"starts_at": time(14)}
    assert made.findings() == ()
    QTest.keyClicks(made.editor("starts_at"), "9")
    assert made.values() == {"starts_at": None}
    assert [finding.message for finding in made.findings()] == [
        "“2pm9” is not a time of day; type it like 9:30 or 14:15."
    ]
