"""What was typed into a session and not saved yet, so that a crash loses nothing. Each person has their own."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ketaclinic.db.models import DraftRow


def keep(session: Session, encounter_id: int, user_id: int, place: str, value: Mapping[str, str], at: datetime) -> None:
    """Keeps what stands at a place now; nothing there takes the draft away."""
    row = session.get(DraftRow, (encounter_id, user_id, place))
    if not value:
        if row is not None:
            session.delete(row)
    elif row is None:
        given = dict(value)
        session.add(DraftRow(encounter_id=encounter_id, user_id=user_id, place=place, value=given, saved_at=at))
    else:
        row.value, row.saved_at = dict(value), at


def of_session(session: Session, encounter_id: int, user_id: int) -> dict[str, dict[str, str]]:
    """Place -> what somebody has typed there."""
    wanted = select(DraftRow).where(DraftRow.encounter_id == encounter_id, DraftRow.user_id == user_id)
    return {row.place: dict(row.value) for row in session.scalars(wanted)}


def forget(session: Session, encounter_id: int) -> None:
    """Takes away every draft of a session that is closed."""
    for row in session.scalars(select(DraftRow).where(DraftRow.encounter_id == encounter_id)):
        session.delete(row)
