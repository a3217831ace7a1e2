"""Tasks: what a role must look at, and the outcome in words when it has."""

from dataclasses import dataclass
from datetime import date, datetime

from ketaclinic.domain.people import Role

REVIEW_SPACING = "review-spacing"
"""A gap or window of a course is broken, and a prescriber decides how it goes on (`clinical.md` 8.2)."""

_WORDS = {REVIEW_SPACING: "Review the course"}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to look at.

    Attributes:
        kind: "review-spacing", …
        text: what is to be looked at, in one sentence; nothing clinical, for the desk reads it too.
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

    @property
    def open(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.done_at is None

    @property
    def word(self) -> str:
        """The kind as it is written on screen."""
        return _WORDS.get(self.kind, self.kind.replace("-", " ").capitalize())
