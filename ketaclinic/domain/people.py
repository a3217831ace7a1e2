"""Patients, escorts and users, and the checks on what is typed about them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Role(StrEnum):
    """What a user is in the clinic."""

    FRONT_DESK = "front_desk"
    NURSE = "nurse"
    PRESCRIBER = "prescriber"
    MANAGER = "manager"

    @property
    def word(self) -> str:
        """The role as it is written on screen."""
        return {"front_desk": "Front desk", "nurse": "Nurse", "prescriber": "Prescriber", "manager": "Manager"}[self]


@dataclass(frozen=True, slots=True)
class User:
    """Someone who signs in with name and PIN."""

    id: int
    login: str
    name: str
    role: Role
    active: bool = True
    version: int = 1

    @property
    def initials(self) -> str:
        """Up to two letters for the badge in the rail."""
        return "".join(part[0] for part in self.name.split()[:2]).upper()


@dataclass(frozen=True, slots=True)
class PatientFields:
    """What is typed about a patient; the demographics that the front desk keeps."""

    family_name: str
    given_name: str
    born: date | None
    preferred_name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    language: str = ""
    interpreter: bool = False
    emergency_contact: str = ""
    emergency_phone: str = ""
    note: str = ""  # must be seen by everyone who opens the patient
    external_id: str = ""  # the number another program knew the patient by


@dataclass(frozen=True, slots=True)
class Patient:
    """A person treated at the clinic."""

    id: int
    record: str
    fields: PatientFields
    active: bool = True
    version: int = 1
    merged_into_id: int | None = None

    @property
    def name(self) -> str:
        """Family name first, as lists sort it."""
        return f"{self.fields.family_name}, {self.fields.given_name}".strip(", ")

    @property
    def spoken_name(self) -> str:
        """As one addresses the patient."""
        return f"{self.fields.preferred_name or self.fields.given_name} {self.fields.family_name}".strip()


@dataclass(frozen=True, slots=True)
class ClinicalProfile:
    """What only clinical roles may see of a patient (`clinical.md` 8.5)."""

    patient_id: int
    allergies: str = ""
    diagnosis: str = ""
    medicines: str = ""
    childbearing_potential: bool | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One line of a patient list: id, record number, names, date of birth, telephone."""

    id: int
    record: str
    name: str
    born: date | None
    phone: str
    next_visit: datetime | None = None
    series: str = ""  # "Induction, 3 of 6"


@dataclass(frozen=True, slots=True)
class Escort:
    """The responsible adult who takes the patient home."""

    id: int
    patient_id: int
    name: str
    phone: str
    relation: str = ""
    version: int = 1


def age_on(born: date, day: date) -> int:
    """Completed years on `day`."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
