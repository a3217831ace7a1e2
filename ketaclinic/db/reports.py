"""What the reports count: overrides of a stretch of time at one location, each read through an index of its own."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, Select, func, select, text
from sqlalchemy.orm import Session, aliased

from ketaclinic.clock import to_wall
from ketaclinic.db.models import (
    AppointmentRow,
    BookingOverrideRow,
    ChairRow,
    EncounterRow,
    EventRow,
    PatientRow,
    RuleReviewRow,
    UserRow,
)
from ketaclinic.domain import events
from ketaclinic.domain.appointments import FREES_THE_CHAIR
from ketaclinic.domain.governance import Area, Given, RuleReview

_GOVERNED = text("events.kind IN ('held', 'override')")
"""Spelled as the partial index spells it, so that both engines see that it serves."""
_ASKED, _APPROVED = aliased(UserRow, name="asked"), aliased(UserRow, name="approved")
_BOOKINGS: Select[*tuple[Any, ...]] = (
    select(
        BookingOverrideRow.code,
        BookingOverrideRow.appointment_id,
        BookingOverrideRow.at,
        ChairRow.name,
        PatientRow.family_name,
        PatientRow.given_name,
        PatientRow.record,
        BookingOverrideRow.message,
        BookingOverrideRow.reason,
        _ASKED.name,
        _APPROVED.name,
    )
    .join(AppointmentRow, AppointmentRow.id == BookingOverrideRow.appointment_id)
    .join(ChairRow, ChairRow.id == AppointmentRow.chair_id)
    .join(PatientRow, PatientRow.id == AppointmentRow.patient_id)
    .outerjoin(_ASKED, _ASKED.id == BookingOverrideRow.user_id)
    .outerjoin(_APPROVED, _APPROVED.id == BookingOverrideRow.approver_id)
)


def starts_overridden(
    session: Session, location_id: int, zone: str, since: datetime, until: datetime
) -> tuple[tuple[Given, ...], tuple[tuple[str, int], ...]]:
    """(what was overridden at the start, in order of entry; (rule, session) for each rule that stood against one).

    `since` and `until` are instants, `until` left out.
    """
    statement = (
        select(
            EventRow.kind,
            EventRow.data,
            EventRow.happened_at,
            EventRow.encounter_id,
            ChairRow.name,
            PatientRow.family_name,
            PatientRow.given_name,
            PatientRow.record,
            _ASKED.name,
            _APPROVED.name,
        )
        .join(EncounterRow, EncounterRow.id == EventRow.encounter_id)
        .join(AppointmentRow, AppointmentRow.id == EncounterRow.appointment_id)
        .join(ChairRow, ChairRow.id == AppointmentRow.chair_id)
        .join(PatientRow, PatientRow.id == EncounterRow.patient_id)
        .join(_ASKED, _ASKED.id == EventRow.user_id)
        .outerjoin(_APPROVED, _APPROVED.id == EventRow.second_user_id)
        .where(
            _GOVERNED,
            EventRow.happened_at >= since,
            EventRow.happened_at < until,
            AppointmentRow.location_id == location_id,
        )
        .order_by(EventRow.happened_at, EventRow.id)
    )
    given, held = [], []
    for kind, data, at, encounter_id, chair, family, first, record, asked, approved in session.execute(statement):
        if kind != events.OVERRIDE:
            held.append((str(data["code"]), encounter_id))
            continue
        given.append(
            Given(
                Area.START,
                str(data["code"]),
                encounter_id,
                to_wall(at, zone),
                chair,
                _name(family, first),
                record,
                " ".join(data.get("basis", ())),
                str(data.get("reason", "")),
                asked,
                approved or "",
            )
        )
    return tuple(given), tuple(held)


def bookings_of_month(session: Session, location_id: int, zone: str, first: date, after: date) -> tuple[Given, ...]:
    """What was overridden in booking the visits of these days (`after` left out), whenever that was."""
    statement = _BOOKINGS.where(
        AppointmentRow.location_id == location_id,
        AppointmentRow.starts_at >= datetime.combine(first, time()),
        AppointmentRow.starts_at < datetime.combine(after, time()),
    )
    return _given(session.execute(statement.order_by(BookingOverrideRow.id)), zone)


def bookings_given(
    session: Session, location_id: int, zone: str, since: datetime, until: datetime
) -> tuple[Given, ...]:
    """What was overridden in booking between these instants, for visits of any day."""
    statement = _BOOKINGS.where(
        BookingOverrideRow.at >= since, BookingOverrideRow.at < until, AppointmentRow.location_id == location_id
    )
    return _given(session.execute(statement.order_by(BookingOverrideRow.at, BookingOverrideRow.id)), zone)


def visits_of(session: Session, location_id: int, first: date, after: date) -> int:
    """How many visits had a place in these days (`after` left out)."""
    statement = select(func.count(AppointmentRow.id)).where(
        AppointmentRow.location_id == location_id,
        AppointmentRow.starts_at >= datetime.combine(first, time()),
        AppointmentRow.starts_at < datetime.combine(after, time()),
        AppointmentRow.status.not_in(sorted(FREES_THE_CHAIR)),
    )
    return session.scalar(statement) or 0


def reviews_of(session: Session, month: date, zone: str) -> dict[str, RuleReview]:
    """Rule -> the last decision about a month, by its first day."""
    statement = (
        select(RuleReviewRow, UserRow.name)
        .join(UserRow, UserRow.id == RuleReviewRow.user_id)
        .where(RuleReviewRow.month == month)
        .order_by(RuleReviewRow.id)
    )
    return {
        row.rule: RuleReview(row.rule, row.month, row.decision, to_wall(row.at, zone), name)
        for row, name in session.execute(statement)
    }


def add_review(session: Session, rule: str, month: date, decision: str, at: datetime, user_id: int) -> int:
    """Keeps a decision about a rule; returns its id."""
    row = RuleReviewRow(rule=rule, month=month, decision=decision, at=at, user_id=user_id)
    session.add(row)
    session.flush()
    return row.id


def _given(found: Iterable[Row[*tuple[Any, ...]]], zone: str) -> tuple[Given, ...]:
    return tuple(
        Given(
            Area.BOOKING,
            code,
            visit,
            to_wall(at, zone),
            chair,
            _name(family, first),
            record,
            message,
            reason,
            asked or "",
            approved or "",
        )
        for code, visit, at, chair, family, first, record, message, reason, asked, approved in found
    )


def _name(family: str, given: str) -> str:
    return f"{family}, {given}".strip(", ")
