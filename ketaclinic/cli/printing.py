"""The command print: papers of a patient and records of sessions, which are filed, and lists, which are not."""

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from ketaclinic.cli.program import DONE, Program, WrongUseError
from ketaclinic.domain.appointments import FREES_THE_CHAIR
from ketaclinic.domain.findings import NotFound
from ketaclinic.domain.handouts import Document
from ketaclinic.domain.people import User
from ketaclinic.domain.records import KIND as SESSION_RECORD
from ketaclinic.domain.resources import Location
from ketaclinic.domain.sheets import DaySheetLook, Ink
from ketaclinic.services.bundle import Services
from ketaclinic.services.saving import save_file

PATIENT_KINDS = ("consent", "aftercare", "instructions", "escort", "itinerary")
"""Kinds that are made for a patient and filed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: who asks, where, for which day."""

    services: Services
    by: User
    given: Namespace
    place: Location
    day: date


def print_document(program: Program) -> int:
    """Makes a PDF (or a calendar file) and saves it; what is for a patient is filed first."""
    kind = program.arguments.kind
    if kind == SESSION_RECORD:
        return _print_record(program)
    return _print_list(program) if kind in LISTS else _print_filed(program)


def _print_filed(program: Program) -> int:
    given = program.arguments
    if given.patient is None:
        raise WrongUseError(f"Nothing was printed: say for whom “{given.kind}” is with --patient RECORD.")
    with program.open(False) as services:  # noqa: FBT003
        by = program.sign_in(services)
        patient = services.patients.by_record(by, given.patient)
        document = services.printing.render(
            by, given.kind, patient.id, given.appointment, given.series, language=given.language
        )
        saved = services.printing.save_as(by, document.id, given.out)
    program.answer(
        _told(document, str(saved)),
        [f"{document.title}, revision {document.revision}, {document.pages} pages: {saved}"],
    )
    return DONE


def _print_record(program: Program) -> int:
    """The record of a session: of a visit, or of a patient's visit on a day, or of the patient's latest."""
    given = program.arguments
    if given.appointment is None and given.patient is None:
        text = "say of which visit with --appointment ID, or --patient RECORD and --date DATE."
        raise WrongUseError(f"Nothing was printed: {text}")
    with program.open(False) as services:  # noqa: FBT003
        by = program.sign_in(services)
        document = services.records.pdf(by, _session(program, services, by))
    saved = save_file(given.out, document.content)
    standing = f"revision {document.revision}" if document.revision else "draft, not signed"
    answer = _told(document, str(saved)) | {"signed": document.revision > 0}
    program.answer(answer, [f"{document.title}, {standing}, {document.pages} pages: {saved}"])
    return DONE


def _session(program: Program, services: Services, by: User) -> int:
    """The session asked for. Raises NotFound where there is none."""
    given = program.arguments
    if given.appointment is not None:
        found = services.records.of_visit(by, given.appointment)
        if given.patient is not None:
            patient = services.patients.by_record(by, given.patient)
            if found not in {line.encounter_id for line in services.records.of_patient(by, patient.id)}:
                raise NotFound(f"Visit {given.appointment} is not one of {patient.record}. Nothing was printed.")
        return found
    patient = services.patients.by_record(by, given.patient)
    lines = services.records.of_patient(by, patient.id)
    when = ""
    if given.date is not None:
        day = given.date
        if not isinstance(day, date):
            today = services.printing.today(by, program.location(services, by).id)
            day = today + timedelta(days=1) if given.date == "tomorrow" else today
        lines = tuple(line for line in lines if line.day == day)
        when = f" on {day.isoformat()}"
    if not lines:
        raise NotFound(f"{patient.record} had no session{when}, so there is no record. Nothing was printed.")
    return lines[0].encounter_id


def _told(document: Document, file: str) -> dict[str, object]:
    return {
        "document": document.id,
        "kind": document.kind,
        "title": document.title,
        "revision": document.revision,
        "pages": document.pages,
        "digest": document.digest,
        "file": file,
    }


def _print_list(program: Program) -> int:
    given = program.arguments
    with program.open(False) as services:  # noqa: FBT003
        by = program.sign_in(services)
        place = program.location(services, by)
        day = services.printing.today(by, place.id)
        if given.date is not None:
            day = day + timedelta(days=1) if given.date == "tomorrow" else day if given.date == "today" else given.date
        content = LISTS[given.kind](Asked(services, by, given, place, day))
    saved = save_file(given.out, content)
    program.answer({"kind": given.kind, "file": str(saved)}, [f"{given.kind}: {saved}"])
    return DONE


def _day_sheet(asked: Asked) -> bytes:
    look = DaySheetLook(by_chair=not asked.given.by_time, ink=Ink(asked.given.ink))
    return asked.services.printing.day_sheet(asked.by, asked.place.id, asked.day, look)


def _week_sheet(asked: Asked) -> bytes:
    return asked.services.printing.week_sheet(asked.by, asked.place.id, asked.day, Ink(asked.given.ink))


def _chair_cards(asked: Asked) -> bytes:
    return asked.services.printing.chair_cards(asked.by, asked.place.id, asked.day)


def _call_list(asked: Asked) -> bytes:
    """The calls after a repair of the day; without one, the calls to confirm the next working days."""
    printing, by, here = asked.services.printing, asked.by, asked.place.id
    if asked.given.repair is not None or asked.given.date is not None:
        return printing.call_list(by, asked.given.repair, here, asked.day)
    try:
        return printing.call_list(by, None, here, asked.day)
    except NotFound:
        return printing.confirmation_list(by, here)


def _blank_checklists(asked: Asked) -> bytes:
    return asked.services.printing.blank_checklists(asked.by, asked.place.id)


def _appointment_card(asked: Asked) -> bytes:
    return asked.services.printing.appointment_card(asked.by, _series(asked))


def _calendar(asked: Asked) -> bytes:
    return asked.services.printing.calendar(asked.by, _series(asked))


def _series(asked: Asked) -> int:
    """The series asked for, or that of the patient's next visit, or the patient's latest.

    Raises:
        WrongUseError: neither a series nor a patient is named.
        NotFound: there is no such patient, or no series.
    """
    if asked.given.series is not None:
        return int(asked.given.series)
    if asked.given.patient is None:
        raise WrongUseError(f"Nothing was printed: say for whom “{asked.given.kind}” is with --patient RECORD.")
    patient = asked.services.patients.by_record(asked.by, asked.given.patient)
    known = asked.services.patients.page(asked.by, patient.id).series
    if not known:
        raise NotFound(f"{patient.record} has no series yet. Nothing was printed: book one first.")
    coming = [
        (visit.starts_at, one.series.id)
        for one in known
        for visit in one.visits
        if visit.starts_at.date() >= asked.day and visit.status not in FREES_THE_CHAIR
    ]
    return min(coming)[1] if coming else max(one.series.id for one in known)


LISTS: dict[str, Callable[[Asked], bytes]] = {
    "day-sheet": _day_sheet,
    "week-sheet": _week_sheet,
    "chair-cards": _chair_cards,
    "call-list": _call_list,
    "blank-checklists": _blank_checklists,
    "appointment-card": _appointment_card,
    "calendar": _calendar,
}
"""Kinds that are made anew each time and not filed."""
KINDS = (*PATIENT_KINDS, SESSION_RECORD, *LISTS)
