"""Rating scales of a patient: recorded, corrected, followed over a course; what they call for becomes a task."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, to_instant, to_wall
from ketaclinic.db import assessments as rows
from ketaclinic.db import charting, clinic, people
from ketaclinic.db.store import Reads, Store
from ketaclinic.db.visits import VisitReader
from ketaclinic.domain.answers import stored_value
from ketaclinic.domain.assessments import (
    PATIENT,
    STAFF,
    Assessment,
    ScoreStanding,
    ScoreTrend,
    current,
    score_limits,
    standing,
)
from ketaclinic.domain.changes import Op
from ketaclinic.domain.checklists import Answer, ItemKind
from ketaclinic.domain.findings import Finding, Invalid, NotFound, Refused, Severity
from ketaclinic.domain.instruments import Instrument, invalid_answers, score
from ketaclinic.domain.people import User
from ketaclinic.services import score_triggers
from ketaclinic.services.guard import intention

_UNDER_WAY = timedelta(days=1)
"""A session started so long ago at most is the one a score belongs to."""
_OLDEST = timedelta(days=5 * 366)
"""A score from paper older than this is a slip of the keys."""


class Assessments:
    """Scores for clinical roles; the desk hears of a task at most, in neutral words."""

    area = "assessments"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock

    @intention
    def instruments(self, by: User) -> tuple[Instrument, ...]:  # noqa: ARG002 - the guard reads it
        """The scales the clinic gives."""
        return current(self._catalog.instruments)

    @intention
    def of_patient(self, by: User, patient_id: int) -> tuple[Assessment, ...]:  # noqa: ARG002 - the guard reads it
        """Every score of a patient by the time it was answered, struck ones too."""
        with self._store.reading() as session:
            return rows.of_patient(session, patient_id, self._catalog.instruments)

    @intention
    def standing(self, by: User, patient_id: int) -> tuple[ScoreStanding, ...]:
        """How a patient stands: one for each scale with a total that was ever recorded."""
        return self.trend(by, patient_id).standings

    @intention
    def trend(self, by: User, patient_id: int) -> ScoreTrend:  # noqa: ARG002 - the guard reads it
        """Everything the curve of a patient draws: scores, infusions, response and remission."""
        limits = score_limits(self._catalog.rules)
        with self._store.reading() as session:
            scores = rows.of_patient(session, patient_id, self._catalog.instruments)
            infusions = rows.infusions(session, patient_id)
            zone = _zone(session)
        given = {score.instrument for score in scores if score.counts}
        standings = tuple(
            standing(scale, scores, infusions, limits)
            for scale in current(self._catalog.instruments)
            if scale.id in given
        )
        return ScoreTrend(zone, scores, standings, infusions)

    @intention
    def record(
        self,
        by: User,
        patient_id: int,
        instrument: str,
        value: Mapping[str, Any],
        *,
        taken_at: datetime | None = None,
        encounter_id: int | None = None,
        given_by: str = STAFF,
        note: str = "",
        corrects_id: int | None = None,
        command_id: str = "",
    ) -> Assessment:
        """Keeps a filled-in scale, or its total from paper; its findings say what it calls for.

        It answers the checklist of the session too: of `encounter_id`, or of the patient's session of that day; after
        the start the answer counts as late, and what it finds is told there. `corrects_id` strikes an earlier one,
        whose time it keeps unless another is given.

        Raises:
            Invalid: an answer is none of the scale's, something is missing, or the time cannot be.
            Refused: the score was corrected already, or the session is signed.
            NotFound: there is no such scale, patient, session or score.
        """
        scale = self._scale(instrument)
        _whole(scale, value)
        if given_by not in {PATIENT, STAFF}:
            raise Invalid("given_by", "A scale is answered by the patient or entered by staff. Nothing was saved.")
        with self._store.writing(Op.RECORD_ASSESSMENT, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                return self._kept(session, patient_id, writing.earlier["assessment"])
            patient = people.patient_to_write_for(session, patient_id)
            now, zone = self._clock.now(), _zone(session)
            if corrects_id is not None:
                wrong = _to_correct(session, corrects_id, patient_id, scale)
                taken_at = taken_at or wrong.taken_at
                encounter_id = encounter_id or wrong.encounter_id
            at = self._true_time(taken_at, zone)
            place, answers = self._place(session, patient_id, encounter_id, at, zone, asked=corrects_id is None)
            if corrects_id is None and place is not None:
                corrects_id = rows.counting_in_session(session, place, scale.id)
            new = rows.NewAssessment(patient_id, scale, dict(value), at, given_by, place, note.strip(), corrects_id)
            kept, called = score_triggers.keep(
                session,
                self._catalog.instruments,
                self._catalog.rules,
                new,
                by=by,
                now=now,
                day=to_wall(now, zone),
            )
            if answers is not None:
                self._answer(session, answers, scale, value, at=now, by=by)
            writing.result, writing.detail = {"assessment": kept}, patient.record
            found = self._kept(session, patient_id, kept)
        return _with(found, called)

    def _scale(self, instrument: str) -> Instrument:
        scale = self._catalog.instruments.get(instrument)
        if scale is None:
            raise NotFound(f"There is no scale “{instrument}”. Nothing was saved.")
        return scale

    def _true_time(self, given: datetime | None, zone: str) -> datetime:
        now = self._clock.now()
        if given is None:
            return now
        at = given if given.tzinfo is not None else to_instant(given, zone)
        if at > now + timedelta(minutes=self._catalog.rules["clinical.clock-slack"]):
            raise Invalid("taken_at", "This day or time lies ahead. Nothing was saved: enter when it was answered.")
        if at < now - _OLDEST:
            raise Invalid("taken_at", "This day lies more than five years back. Nothing was saved: look at the year.")
        return min(at, now)

    def _place(
        self, session: Reads, patient_id: int, encounter_id: int | None, at: datetime, zone: str, *, asked: bool
    ) -> tuple[int | None, int | None]:
        """The session a score belongs to, and the one whose checklist it answers too."""
        midnight = datetime.combine(to_wall(at, zone).date(), time())
        if encounter_id is None:
            today = rows.session_to_start(session, patient_id, midnight, midnight + timedelta(days=1))
            return today, today or rows.session_under_way(session, patient_id, at - _UNDER_WAY)
        encounter = charting.encounter_row(session, encounter_id)
        if encounter.patient_id != patient_id:
            raise NotFound("This session is another patient's. Nothing was saved.")
        if encounter.signed_at is not None:
            if asked:
                text = "This session is signed and closed. Nothing was saved: record the score on the patient's page."
                raise Refused([Finding("signed", Severity.BLOCK, text)])
            return None, None
        return encounter_id, encounter_id

    def _answer(
        self, session: Reads, encounter_id: int, scale: Instrument, value: Mapping[str, Any], *, at: datetime, by: User
    ) -> None:
        """Answers the point of the session's checklists that asks for this scale."""
        visit = VisitReader(session, self._catalog, at).one(encounter_id)
        for checklist in visit.checklists:
            for item in checklist.items:
                if item.kind is ItemKind.INSTRUMENT and item.instrument == scale.id and checklist.step == "before":
                    stored = stored_value(item, value, visit.instruments)
                    charting.add_answer(session, encounter_id, Answer(checklist.id, item.code, stored, at, by.id))

    def _kept(self, session: Reads, patient_id: int, assessment_id: int) -> Assessment:
        found = rows.of_patient(session, patient_id, self._catalog.instruments)
        return next(one for one in found if one.id == assessment_id)


def _whole(scale: Instrument, value: Mapping[str, Any]) -> None:
    """Raises Invalid for answers that are none of the scale's, and for a scale half filled in."""
    if wrong := invalid_answers(scale, value):
        raise Invalid("value", f"{wrong} Nothing was saved.")
    missing = score(scale, value).missing
    if missing:
        words = ", ".join(code.lstrip("q") for code in missing)
        one = len(missing) == 1
        text = f"{scale.title}: question{'' if one else 's'} {words} {'is' if one else 'are'} still to be answered."
        raise Invalid("value", f"{text} Nothing was saved.")


def _to_correct(session: Reads, assessment_id: int, patient_id: int, scale: Instrument) -> Any:  # noqa: ANN401 - a row
    wrong = rows.place(session, assessment_id)
    if wrong.patient_id != patient_id or wrong.instrument != scale.id:
        raise NotFound("This is a score of another patient or scale. Nothing was saved.")
    if rows.corrected(session, assessment_id, patient_id):
        text = "This score was corrected already. Nothing was saved: correct the newer one."
        raise Refused([Finding("corrected", Severity.BLOCK, text)])
    return wrong


def _with(found: Assessment, called: tuple[Finding, ...]) -> Assessment:
    return replace(found, findings=(*found.findings, *called))


def _zone(session: Reads) -> str:
    locations = clinic.locations(session)
    return locations[0].zone if locations else "UTC"
