"""Whether every score can be scored and belongs where it stands, judged over raw columns; rows named by id only."""

from collections.abc import Mapping

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ketaclinic.db.models import AssessmentRow
from ketaclinic.domain.assessments import instrument_of
from ketaclinic.domain.instruments import Instrument, invalid_answers

_ELSEWHERE = """
    SELECT a.id FROM assessments a JOIN encounters e ON e.id = a.encounter_id WHERE e.patient_id <> a.patient_id
    UNION
    SELECT a.id FROM assessments a JOIN assessments w ON w.id = a.corrects_id
    WHERE w.patient_id <> a.patient_id OR w.instrument <> a.instrument OR w.id >= a.id
    UNION
    SELECT max(a.id) FROM assessments a WHERE a.corrects_id IS NOT NULL GROUP BY a.corrects_id HAVING count(*) > 1
"""
"""Of another patient's session; correcting another patient's or scale's, or one that was corrected already."""


def unsound_scores(session: Session, instruments: Mapping[str, Instrument]) -> tuple[int, list[str]]:
    """How many scores there are, and those that cannot be scored or stand where they do not belong."""
    faults = {int(row[0]): "stands elsewhere" for row in session.execute(text(_ELSEWHERE))}
    count = 0
    query = select(
        AssessmentRow.id, AssessmentRow.instrument, AssessmentRow.instrument_version, AssessmentRow.value
    ).execution_options(yield_per=1000)
    for row_id, name, version, value in session.execute(query):
        count += 1
        scale = instrument_of(instruments, name, version)
        if scale is None or not isinstance(value, dict) or invalid_answers(scale, value):
            faults[row_id] = "cannot be scored"
    return count, [f"assessments {row_id} ({why})" for row_id, why in sorted(faults.items())]
