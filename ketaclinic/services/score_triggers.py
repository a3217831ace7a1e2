"""Keeps a filled-in scale and makes the tasks its course calls for, inside the transaction of whoever records it."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import to_instant, to_wall
from ketaclinic.db import assessments as rows
from ketaclinic.db import charting, tasks
from ketaclinic.db.store import Reads
from ketaclinic.db.visits import VisitReader
from ketaclinic.domain.answers import stored_value
from ketaclinic.domain.assessments import (
    ABOVE_NADIR,
    ITEM_NEW,
    NO_RESPONSE,
    RELAPSE,
    STAFF,
    WORSE,
    ScoreStanding,
    score_limits,
    standing,
)
from ketaclinic.domain.checklists import Answer, ChecklistItem, ItemKind
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.instruments import Instrument, score
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.tasks import CLINICAL_CALL, REVIEW_RESPONSE, REVIEW_SCORES
from ketaclinic.domain.visit import Visit

_TASK_OF: Mapping[str, tuple[str, str]] = {
    ITEM_NEW: (CLINICAL_CALL, "A clinician speaks with the patient; a booking alone is not enough."),
    NO_RESPONSE: (REVIEW_RESPONSE, "A prescriber looks at the course before the next session."),
    WORSE: (REVIEW_SCORES, "A prescriber looks at the course before anything more is booked."),
    ABOVE_NADIR: (REVIEW_SCORES, "A prescriber looks at the course before anything more is booked."),
    RELAPSE: (REVIEW_SCORES, "A prescriber looks at the course before anything more is booked."),
}
"""Kind and words of the task for each trigger; the words are neutral, for the desk reads them too."""


def keep(
    session: Reads,
    instruments: Mapping[str, Instrument],
    rules: Mapping[str, float],
    new: rows.NewAssessment,
    *,
    by: User,
    now: datetime,
    day: datetime,
) -> tuple[int, tuple[Finding, ...]]:
    """Keeps the scale; returns its id and what the course calls for because of it, which stands on the lists too.

    Args:
        session: of the transaction.
        instruments: the scales of the catalog.
        rules: the numbers of the triggers.
        new: what is to be kept.
        by: who keeps it.
        now: the instant, in UTC.
        day: the same on the clinic's wall.
    """
    kept = rows.add(session, new, at=now, user_id=by.id)
    found = standing_of(session, instruments, rules, new.patient_id, new.instrument)
    if found.latest is None or found.latest.id != kept:  # an older one was entered late: the latest one counts
        return kept, ()
    for finding in found.triggers:
        _call(session, finding, found, new.patient_id, by=by, now=now, day=day)
    return kept, found.triggers


def standing_of(
    session: Reads,
    instruments: Mapping[str, Instrument],
    rules: Mapping[str, float],
    patient_id: int,
    scale: Instrument,
) -> ScoreStanding:
    """How a patient stands by one scale now."""
    scores = rows.of_patient(session, patient_id, instruments)
    return standing(scale, scores, rows.infusions(session, patient_id), score_limits(rules))


def _call(
    session: Reads, finding: Finding, found: ScoreStanding, patient_id: int, *, by: User, now: datetime, day: datetime
) -> None:
    """The task of a trigger; what is open already is not repeated, and a review once made is not asked again."""
    kind, text = _TASK_OF[finding.code]
    if kind == REVIEW_RESPONSE and tasks.was_made(session, kind, patient_id, found.series_id):
        return
    row = tasks.add_task(
        session,
        kind,
        Role.PRESCRIBER.value,
        patient_id,
        text,
        series_id=found.series_id,
        due_on=day.date(),
        at=now,
        by_id=by.id,
        detail=finding.message,
    )
    if finding.message not in row.detail:
        row.detail = f"{row.detail}\n{finding.message}"
    session.flush()


def keep_answer(
    session: Reads,
    catalog: Catalog,
    visit: Visit,
    item: ChecklistItem | None,
    value: object,
    *,
    by: User,
    now: datetime,
) -> tuple[Finding, ...]:
    """The score that an answer of a checklist is, kept as one of the patient's scores too; a later one corrects it.

    An answer that is no whole score (declined, half filled in) stays with the checklist alone.
    """
    if item is None or item.kind is not ItemKind.INSTRUMENT or not isinstance(value, Mapping):
        return ()
    scale = visit.instruments[item.instrument]
    if value.get("declined") or not score(scale, value).complete:
        return ()
    new = rows.NewAssessment(
        patient_id=visit.patient.id,
        instrument=scale,
        value=value,
        taken_at=now,
        given_by=STAFF,
        encounter_id=visit.encounter.id,
        corrects_id=rows.counting_in_session(session, visit.encounter.id, scale.id),
    )
    day = to_wall(now, visit.zone)
    return keep(session, catalog.instruments, catalog.rules, new, by=by, now=now, day=day)[1]


def carry_over(session: Reads, catalog: Catalog, encounter_id: int, *, now: datetime) -> None:
    """Answers the checklist of a session just opened with what the patient was asked earlier on the same day."""
    visit = VisitReader(session, catalog, now).one(encounter_id)
    midnight = datetime.combine(visit.appointment.starts_at.date(), time())
    starts, ends = to_instant(midnight, visit.zone), to_instant(midnight + timedelta(days=1), visit.zone)
    today = rows.taken_between(session, visit.patient.id, starts, ends, catalog.instruments)
    latest = {score.instrument: score for score in today if score.encounter_id is None}
    for checklist in visit.checklists:
        for item in checklist.items:
            kept = latest.get(item.instrument) if item.kind is ItemKind.INSTRUMENT else None
            if kept is not None and checklist.step == "before":
                stored = stored_value(item, kept.value, visit.instruments)
                answer = Answer(checklist.id, item.code, stored, kept.entered_at, kept.user_id)
                charting.add_answer(session, encounter_id, answer)
