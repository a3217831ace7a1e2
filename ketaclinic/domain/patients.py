"""What the patient page shows, and the checks on what is typed about a person."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ketaclinic.domain import telephone
from ketaclinic.domain.clearance import Clearance
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.people import Escort, Patient, PatientFields, age_on
from ketaclinic.domain.series import SeriesProgress

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_MOST_LETTERS = {
    "family_name": 200,
    "given_name": 200,
    "preferred_name": 200,
    "phone": 60,
    "email": 200,
    "language": 40,
    "emergency_contact": 200,
    "emergency_phone": 60,
    "external_id": 80,
}
_MOST_WITH_LINES = {"address": 500, "note": 4000}
"""What may have line breaks; an address stands on letterheads."""
_WORDS = {
    "family_name": "The family name",
    "given_name": "The given name",
    "preferred_name": "The preferred name",
    "phone": "The telephone number",
    "email": "The e-mail address",
    "language": "The language",
    "emergency_contact": "The emergency contact",
    "emergency_phone": "The emergency telephone number",
    "external_id": "The number in the other program",
    "address": "The address",
    "note": "The note",
}
_BORN_MISSING = "Without a date of birth a patient cannot be told from a namesake: ask for it at the first visit."


@dataclass(frozen=True, slots=True)
class PatientPage:
    """All the desk may see of one patient; `consent` and `order` say in words how they stand.

    `clearance`: whether a further visit needs the prescriber's word, or a clinician is to call; never why.
    """

    patient: Patient
    escorts: tuple[Escort, ...]
    series: tuple[SeriesProgress, ...]
    consent: str
    order: str
    clearance: Clearance = Clearance.CLEARED


def tidy(fields: PatientFields) -> PatientFields:
    """The fields without stray spaces; line breaks stay where an address or a note may have them."""
    one_line: dict[str, Any] = {name: " ".join(getattr(fields, name).split()) for name in _MOST_LETTERS}
    return replace(fields, **one_line, address=fields.address.strip(), note=fields.note.strip())


def check_patient(fields: PatientFields, today: date, oldest_years: int) -> tuple[Finding, ...]:
    """What must be put right before the patient can be saved, and what is worth asking, each at its field."""
    found = []
    if not any(letter.isalpha() for letter in fields.family_name + fields.given_name):
        found.append(_wrong("name-missing", "family_name", "A patient needs a name."))
    elif not fields.family_name.strip():
        found.append(_wrong("name-missing", "family_name", "The family name is missing; one name alone goes here."))
    if fields.born is None:
        found.append(Finding("born-missing", Severity.WARN, _BORN_MISSING, subject="born"))
    elif fields.born > today:
        found.append(_wrong("born-in-future", "born", f"The date of birth {fields.born} is in the future."))
    elif age_on(fields.born, today) > oldest_years:
        found.append(
            _wrong("born-too-long-ago", "born", f"The date of birth {fields.born} is over {oldest_years} years ago.")
        )
    for name in ("phone", "emergency_phone"):
        number = getattr(fields, name).strip()
        if number and not telephone.digits(number):
            found.append(_wrong("phone-without-digits", name, f"{_WORDS[name]} has no digits."))
    if fields.email.strip() and not _EMAIL.fullmatch(fields.email.strip()):
        found.append(_wrong("email-malformed", "email", "The e-mail address has no form like name@example.org."))
    for name, most in (_MOST_LETTERS | _MOST_WITH_LINES).items():
        if len(getattr(fields, name).strip()) > most:
            found.append(_wrong("too-long", name, f"{_WORDS[name]} is longer than {most} letters."))
    return tuple(found)


def _wrong(code: str, field: str, sentence: str) -> Finding:
    return Finding(code, Severity.BLOCK, sentence, subject=field)
