"""What was charted is only added to: refused here with a sentence, and by triggers on both engines whatever the path.

Answers, observations, events and addenda never change. A rating scale's facts and a signed session's do not either;
only the patient they belong to may change, where two records of one person are merged.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Mapper
from sqlalchemy.orm import attributes as orm_attributes

from ketaclinic.db.models import AddendumRow, AnswerRow, AssessmentRow, Base, EncounterRow, EventRow, ObservationRow
from ketaclinic.domain.findings import ClinicError

CHARTED: tuple[type[Base], ...] = (AnswerRow, ObservationRow, EventRow, AddendumRow, AssessmentRow)
_MAY_CHANGE = frozenset({"version", "patient_id"})

ONLY_ADDED_TO = (
    "What was charted stays as it is. Nothing was changed: correct it by a new entry, and the old one stays beside it."
)
CLOSED = "This session is signed and closed. Nothing was changed: write an addendum to its record."
NEVER_REMOVED = "What was charted is never removed. Nothing was changed."


def _refuse_change(_mapper: Mapper[Any], _connection: object, row: Base) -> None:
    if _changed(row):
        raise ClinicError(ONLY_ADDED_TO)


def _refuse_signed(_mapper: Mapper[Any], _connection: object, row: EncounterRow) -> None:
    if _was_signed(row) and _changed(row):
        raise ClinicError(CLOSED)


def _refuse_delete(_mapper: Mapper[Any], _connection: object, _row: Base) -> None:
    raise ClinicError(NEVER_REMOVED)


def _changed(row: Base) -> bool:
    return any(
        attribute.key not in _MAY_CHANGE and orm_attributes.get_history(row, attribute.key).has_changes()
        for attribute in row.__mapper__.column_attrs
    )


def _was_signed(row: EncounterRow) -> bool:
    history = orm_attributes.get_history(row, "signed_at")
    before = history.deleted if history.has_changes() else history.unchanged
    return any(at is not None for at in before)


for _kind in CHARTED:
    event.listen(_kind, "before_update", _refuse_change)
    event.listen(_kind, "before_delete", _refuse_delete)
event.listen(EncounterRow, "before_delete", _refuse_delete)
event.listen(EncounterRow, "before_update", _refuse_signed)
