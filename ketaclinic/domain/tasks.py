"""Tasks: what a role must look at, and the outcome in words when it has."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from ketaclinic.domain.people import Role

REVIEW_SPACING = "review-spacing"
"""A gap or window of a course is broken, and a prescriber decides how it goes on (`clinical.md` 8.2)."""

REVIEW_SCORES = "review-scores"
"""Scores have become worse, or maintenance is called for by them (`clinical.md` 5 a, b, f)."""
REVIEW_RESPONSE = "review-response"
"""Too little improvement after the third infusion: a prescriber decides before the fourth (`clinical.md` 5 e)."""
CLINICAL_CALL = "clinical-call"
"""Item 9 newly above 0: a clinical call, not just a booking (`clinical.md` 5 c)."""
REVIEW_URINARY = "review-urinary"
"""New urinary symptoms: no further booking until a prescriber has looked (`clinical.md` 3, harm 15)."""
LABS_DUE = "labs-due"
"""Liver and urine tests are due after so many infusions (harm 15)."""
VERBAL_ORDER = "verbal-order"
"""A rescue medicine was given on a verbal order: to be co-signed within 24 hours (harm 11)."""

HOLDS_BOOKING = frozenset({REVIEW_URINARY})
"""While a task of these kinds is open, a further visit of the patient needs the prescriber's word."""

_WORDS = {
    REVIEW_SPACING: "Review the course",
    REVIEW_SCORES: "Review before booking",
    REVIEW_RESPONSE: "Review before the next session",
    CLINICAL_CALL: "Call by a clinician",
    REVIEW_URINARY: "Clear before booking",
    LABS_DUE: "Tests due",
    VERBAL_ORDER: "Co-sign a verbal order",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to look at.

    Attributes:
        kind: "review-spacing", …
        text: what is to be looked at, in one sentence; nothing clinical, for the desk reads it too.
        detail: the clinical side of it; "" for roles that may not read it.
        due_on: the day it should be done by; None for no day.
        created_at: instant in UTC.
        done_at: instant in UTC; None while it is open.
        outcome: what was decided.
    """

    id: int
    kind: str
    role: Role
    patient_id: int
    text: str
    created_at: datetime
    patient_name: str = ""
    record: str = ""
    phone: str = ""
    series_id: int | None = None
    appointment_id: int | None = None
    due_on: date | None = None
    created_by: int | None = None
    done_at: datetime | None = None
    outcome: str = ""
    version: int = 1
    detail: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.done_at is None

    def seen_by(self, role: Role) -> "Task":
        """The task as a role may read it: the clinical side only for those who treat."""
        return self if role in {Role.NURSE, Role.PRESCRIBER} else replace(self, detail="")

    @property
    def word(self) -> str:
        """The kind as it is written on screen."""
        return _WORDS.get(self.kind, self.kind.replace("-", " ").capitalize())
