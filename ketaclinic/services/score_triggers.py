"""Keeps a filled-in scale and makes the tasks its course calls for, inside the transaction of whoever records it."""

from collections.abc import Mapping
from datetime import datetime

from ketaclinic.db import assessments as rows
from ketaclinic.db import tasks
from ketaclinic.db.store import Reads
from ketaclinic.domain.assessments import (
    ABOVE_NADIR,
    ITEM_NEW,
    NO_RESPONSE,
    RELAPSE,
    WORSE,
    ScoreStanding,
    score_limits,
    standing,
)
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.instruments import Instrument
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.tasks import CLINICAL_CALL, REVIEW_RESPONSE, REVIEW_SCORES

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
    series_id = found.series_id if kind == REVIEW_RESPONSE else None
    if kind == REVIEW_RESPONSE and tasks.was_made(session, kind, patient_id, series_id):
        return
    row = tasks.add_task(
        session,
        kind,
        Role.PRESCRIBER.value,
        patient_id,
        text,
        series_id=series_id,
        due_on=day.date(),
        at=now,
        by_id=by.id,
        detail=finding.message,
    )
    if finding.message not in row.detail:
        row.detail = f"{row.detail}\n{finding.message}"
    session.flush()
