"""A session's record for the tests of documents: an ordinary one, a hard one, and the longest there may be."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ketaclinic.domain.chart import chart_of
from ketaclinic.domain.events import Event
from ketaclinic.domain.handouts import PrintedPatient
from ketaclinic.domain.observations import Observation
from ketaclinic.domain.records import Addendum, DrugLine, EarlierAnswer, RecordSheet, SessionRecord
from ketaclinic.domain.sheets import Paper
from ketaclinic.domain.visit import Visit
from ketaclinic.services.charting_view import encounter_view
from tests.documents.builders_documents import LETTERHEAD
from tests.domain.clinical_builders import NURSE, PRESCRIBER, a_recovered_visit, a_row, at

PRINTED_AT = datetime(2026, 11, 23, 11, 5, tzinfo=ZoneInfo("America/Chicago"))
LONG_NAME = "Maximiliana Wilhelmina Freifrau von und zu Hohenzollern-Sigmaringen-Papadopoulou de la Concepción"
ADDENDA = (
    Addendum(1, at(300), "Maria Ortiz", "nurse", "correction", "The weight was 82.4 lb on the old scale."),
    Addendum(2, at(1500), "Rotimi Adeyemi", "prescriber", "review", "Read again; no change of the course."),
)  # fmt: skip


def sheet_of(record: SessionRecord, by: str = "Maria Ortiz") -> RecordSheet:
    """A record as it is printed on Monday at 11:05."""
    return RecordSheet(record, PRINTED_AT, by)


def a_record(visit: Visit | None = None, *, signed: bool = True, **changes: Any) -> SessionRecord:
    """The record of a visit, signed five minutes after its last check by Maria Ortiz unless told otherwise."""
    visit = visit or a_recovered_visit()
    if signed:
        closed = replace(visit.encounter, signed_at=at(75), signed_by=NURSE, outcome="discharged")
        signature = Event(900_000, "signature", at(75), at(75), NURSE, data={"meaning": "discharged", "role": "nurse"})
        visit = replace(visit, encounter=closed, events=(*visit.events, signature))
    view = encounter_view(visit)
    fields = visit.patient.fields
    given: dict[str, Any] = {
        "view": view,
        "letterhead": LETTERHEAD,
        "patient": PrintedPatient(f"{fields.given_name} {fields.family_name}", fields.born, visit.patient.record),
        "location": "Riverside",
        "paper": Paper.LETTER,
        "starts_at": visit.appointment.starts_at,
        "arrived_at": at(-40),
        "opened_at": at(-30),
        "opened_by": "Maria Ortiz",
        "protocol_revision": 3,
        "indication": "Treatment-resistant depression",
        "prescriber": "Rotimi Adeyemi",
        "order_signed_at": at(-10_000),
        "rescue": "ondansetron 4 mg IV",
        "consent": "Revision 1 of the text, signed Nov 20, 2026, valid until Nov 20, 2027",
        "chart": chart_of(view, view.as_of),
        "signed_by": "Maria Ortiz" if signed else "",
    }
    return SessionRecord(**(given | changes))


def an_eventful_record(**changes: Any) -> SessionRecord:
    """A check missed and one late, a row corrected, a rise of pressure treated, an adverse event, drug wasted."""
    wrong = a_row(10, 11, sbp=1.0)
    wrong = replace(wrong, values={**wrong.values, "sbp": 196.0})
    right = replace(a_row(10, 12, sbp=169.0, dbp=97.0), entered_at=at(12), corrects_id=11)
    late = replace(
        a_row(40, 40, sbp=148.0, dissociation=6.0, note="Eyes closed, answers when spoken to."), entered_at=at(52)
    )
    rows = (a_row(5, 5), wrong, right, a_row(20, 20, sbp=182.0, dbp=104.0, hr=96.0), late, a_row(55, 55), a_row(70, 70))
    events = (
        Event(20, "pause", at(21), at(21), NURSE, data={"reason": "pressure"}),
        Event(21, "acknowledge", at(22), at(22), NURSE, data={
            "code": "sbp-red", "told": "Rotimi Adeyemi", "text": "SBP 182",
        }),
        Event(22, "medicine", at(23), at(25), NURSE, data={
            "code": "labetalol", "dose": "10 mg", "route": "IV", "order": "order",
        }),
        Event(23, "resume", at(29), at(29), NURSE, data={"reason": ""}),
        Event(24, "adverse", at(20), at(24), NURSE, data={
            "code": "bp-rise", "severity": "moderate", "onset": at(20).isoformat(), "peak": at(21).isoformat(),
            "resolved": at(38).isoformat(), "related": "yes", "expected": True, "action": "Paused, labetalol 10 mg IV",
            "outcome": "Resolved without sequelae", "reported_to": "Rotimi Adeyemi",
        }),
        Event(25, "gap", at(36), at(36), NURSE, data={"label": "+30", "reason": "Cuff leaked, changed"}),
        Event(26, "override", at(-1), at(-1), NURSE, PRESCRIBER, {
            "code": "fasting", "basis": ["Last solid food 5 h ago."], "reason": "A light breakfast, seen by me",
            "role": "prescriber",
        }),
    )  # fmt: skip
    given: dict[str, Any] = {
        "drug": (
            DrugLine(41, at(-8), "V-0012", "KX-4471", "Drawn", "50", "Maria Ortiz"),
            DrugLine(42, at(60), "V-0012", "KX-4471", "Administered", "41.2", "Maria Ortiz"),
            DrugLine(
                43, at(61), "V-0012", "KX-4471", "Wasted", "8.8", "Maria Ortiz", "Kaja Lund", "Into the container"
            ),
        ),
        "earlier_answers": (EarlierAnswer("pre-infusion", "weight", "182.4 kg", at(-12), "Maria Ortiz"),),
        "addenda": ADDENDA,
    }
    return a_record(a_recovered_visit(rows=rows, events=events), **(given | changes))


def a_long_record() -> SessionRecord:
    """Four hours of a patient with the longest name: sixty rows, each with a note, and a page of addendum."""
    rows: list[Observation] = []
    for number in range(60):
        note = "Says that the music is far away and that it is good so." if number % 4 == 0 else ""
        rows.append(
            a_row(4 * (number + 1), 2000 + number, note, sbp=118.0 + number % 9, dissociation=float(number % 8))
        )
    visit = a_recovered_visit(rows=tuple(rows), stop=240.0, minute=290.0)
    patient = replace(visit.patient, fields=replace(visit.patient.fields, given_name="", family_name=LONG_NAME))
    said = "What was said by telephone is written down here in full, so that nobody has to remember it. " * 60
    added = Addendum(1, at(2000), LONG_NAME, "prescriber", "late entry", said)
    names = dict.fromkeys(visit.names, LONG_NAME)
    record = a_record(replace(visit, patient=patient, names=names), addenda=(added,), paper=Paper.A4)
    return replace(record, opened_by=LONG_NAME, prescriber=LONG_NAME, signed_by=LONG_NAME)
