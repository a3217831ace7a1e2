"""What stands on a handout: from what the database says to the frozen value that a layout sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.handouts import (
    BlockKind,
    BookedVisit,
    DocumentText,
    Letterhead,
    PrintedPatient,
    PrintedSession,
    Sheet,
    clock_time,
    duration_in_words,
    long_date,
    unbroken,
)
from ketaclinic.domain.people import Patient
from ketaclinic.domain.resources import Clinic, Location

_NOT_KNOWN = "–"
_USUAL_LENGTH = 120
"""Minutes a visit is said to take where none is booked (`clinical.md` 1.2: two hours booked)."""


@dataclass(frozen=True, slots=True)
class PrintFacts:
    """What the database says about one printing, read in one go."""

    patient: Patient
    clinic: Clinic
    location: Location
    this_visit: BookedVisit | None
    next_visit: BookedVisit | None
    sessions: tuple[BookedVisit, ...]
    indication: str | None


def sheet_of(text: DocumentText, facts: PrintFacts, now: datetime, printed_by: str) -> Sheet:
    """The sheet of one text for one patient."""
    phone = facts.location.phone or facts.clinic.phone
    return Sheet(
        text=text,
        letterhead=Letterhead(
            facts.clinic.name,
            phone,
            facts.clinic.after_hours_phone,
            facts.location.address or facts.clinic.address,
            facts.clinic.email,
            facts.clinic.website,
        ),
        patient=PrintedPatient(_full_name(facts.patient), facts.patient.fields.born, facts.patient.record),
        printed_at=now.astimezone(ZoneInfo(facts.location.zone)).replace(microsecond=0),
        printed_by=printed_by,
        words=_words(facts, phone),
        this_visit=_printed(facts.this_visit, phone) if facts.this_visit else None,
        next_visit=_printed(facts.next_visit, phone) if facts.next_visit else None,
        sessions=tuple(_printed(visit, phone) for visit in facts.sessions),
        ticked=frozenset({facts.indication}) & _choices(text) if facts.indication else frozenset(),
    )


def _full_name(patient: Patient) -> str:
    """The legal name, given name first, as it stands on a form."""
    return f"{patient.fields.given_name} {patient.fields.family_name}".strip()


def _choices(text: DocumentText) -> frozenset[str]:
    return frozenset(item.label for block in text.blocks if block.kind is BlockKind.CHOICES for item in block.items)


def _printed(visit: BookedVisit, phone: str) -> PrintedSession:
    note = "done" if visit.status == Status.DISCHARGED else ""
    return PrintedSession(visit.label, visit.starts_at, visit.leaves_at, _escort(visit, phone), note)


def _escort(visit: BookedVisit | None, phone: str) -> str:
    if visit is None or not visit.escort_name:
        return f"not named yet, please call {unbroken(phone)}" if phone else "not named yet, please tell us"
    return ", ".join(part for part in (visit.escort_name, unbroken(visit.escort_phone)) if part)


def _words(facts: PrintFacts, phone: str) -> Mapping[str, str]:
    """What stands for each placeholder; every one has an answer."""
    coming, concerned = facts.next_visit, facts.this_visit
    address = facts.location.address or facts.clinic.address
    appointment, arrival, ends = f"Not booked yet. To book, call {phone or 'us'}.", _NOT_KNOWN, _NOT_KNOWN
    if coming is not None:
        arrival, ends = clock_time(coming.starts_at), clock_time(coming.leaves_at)
        appointment = f"{long_date(coming.starts_at)}, {arrival}"
    length = _USUAL_LENGTH
    if concerned is not None:
        length = int((concerned.leaves_at - concerned.starts_at).total_seconds()) // 60
    return {
        "clinic": facts.clinic.name,
        "phone": phone or "the clinic",
        "after_hours_phone": facts.clinic.after_hours_phone or phone or "the clinic",
        "address": ", ".join(line.strip() for line in address.splitlines() if line.strip()),
        "patient": _full_name(facts.patient),
        "born": long_date(facts.patient.fields.born) if facts.patient.fields.born else _NOT_KNOWN,
        "record": facts.patient.record,
        "next_appointment": appointment,
        "arrival_time": arrival,
        "visit_ends": ends,
        "escort": _escort(concerned, phone),
        "visit_length": duration_in_words(length),
    }
