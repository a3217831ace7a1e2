"""What is typed about a patient, and what is wrong with it, at its field."""

from dataclasses import replace
from datetime import date

import pytest

from ketaclinic.domain.findings import Severity
from ketaclinic.domain.patients import check_patient, tidy
from ketaclinic.domain.people import PatientFields, age_on

TODAY = date(2026, 11, 23)
SILVA = PatientFields("Silva", "João", date(1961, 4, 3), phone="(555) 010-4477", email="joao@example.org")


def wrong_with(**changes: object) -> dict[str, str]:
    found = check_patient(replace(SILVA, **changes), TODAY, 120)  # type: ignore[arg-type]
    return {finding.subject: finding.message for finding in found if finding.severity is Severity.BLOCK}


def test_nothing_is_wrong_with_a_complete_patient() -> None:
    assert check_patient(SILVA, TODAY, 120) == ()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"family_name": "", "given_name": " "}, "family_name", "A patient needs a name."),
        (
            {"family_name": "", "given_name": "Ana"},
            "family_name",
            "The family name is missing; one name alone goes here.",
        ),
        ({"family_name": "123", "given_name": ""}, "family_name", "A patient needs a name."),
        ({"born": date(2026, 11, 24)}, "born", "The date of birth 2026-11-24 is in the future."),
        ({"born": date(1905, 11, 22)}, "born", "The date of birth 1905-11-22 is over 120 years ago."),
        ({"phone": "none"}, "phone", "The telephone number has no digits."),
        ({"email": "joao@example"}, "email", "The e-mail address has no form like name@example.org."),
        ({"email": "jo ao@example.org"}, "email", "The e-mail address has no form like name@example.org."),
        ({"language": "x" * 41}, "language", "The language is longer than 40 letters."),
    ],
)
def test_what_is_wrong_is_told_at_its_field(changes: dict[str, object], field: str, sentence: str) -> None:
    assert wrong_with(**changes) == {field: sentence}


@pytest.mark.parametrize(
    "changes",
    [
        {"given_name": ""},
        {"family_name": "Ольга"},
        {"family_name": "王"},
        {"born": TODAY},
        {"born": date(1906, 11, 23)},
        {"phone": "+44 20 7946 0958 ext. 12"},
        {"phone": "", "email": ""},
    ],
)
def test_what_people_are_really_like_is_accepted(changes: dict[str, object]) -> None:
    assert wrong_with(**changes) == {}


def test_a_missing_date_of_birth_is_asked_for_and_does_not_stop() -> None:
    (finding,) = check_patient(replace(SILVA, born=None), TODAY, 120)
    assert (finding.code, finding.severity, finding.subject) == ("born-missing", Severity.WARN, "born")


def test_stray_spaces_go_and_line_breaks_of_the_address_stay() -> None:
    tidied = tidy(replace(SILVA, family_name="  da   Silva ", address=" 1 Main St\nChicago \n"))
    assert (tidied.family_name, tidied.address) == ("da Silva", "1 Main St\nChicago")


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(1961, 4, 3), date(2026, 4, 2), 64),
        (date(1961, 4, 3), date(2026, 4, 3), 65),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
    ],
)
def test_completed_years(born: date, day: date, years: int) -> None:
    assert age_on(born, day) == years
