"""A repair plan saved: the outage, the moves and the list of calls as one operation that undo takes back whole."""

from collections.abc import Sequence
from typing import Any

from ketaclinic.clock import to_wall
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import holds, repairs, schedule
from ketaclinic.db.models import AppointmentRow
from ketaclinic.db.store import Writing
from ketaclinic.domain.appointments import MOVABLE, Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Stale
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import User
from ketaclinic.domain.repair import AppliedRepair, RepairMove, RepairPlan
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.services.booking_means import Means
from ketaclinic.services.booking_places import Target, put
from ketaclinic.services.repair_day import DayRead, in_trouble, read_day

_CHANGED = "The day was changed at another desk meanwhile. Nothing was saved: plan the repair again."
_BACK_TO = {
    Status.ARRIVED: (Status.CONFIRMED, Status.SCHEDULED),
    Status.CONFIRMED: (Status.SCHEDULED,),
}
"""How a visit that goes to another day becomes one that is only scheduled, by steps there are."""


def save(
    means: Means, by: User, plan: RepairPlan, command_id: str, overrides: Sequence[BookingOverride]
) -> AppliedRepair:
    """Saves everything or nothing.

    Raises:
        Refused: a rule blocks a place.
        Stale: the day is no longer as the plan took it.
    """
    with means.store.writing(Op.REPAIR_DAY, by=by.id, command_id=command_id) as writing:
        if writing.earlier is not None:
            return AppliedRepair(**writing.earlier)
        session, now = writing.session, means.now()
        holds.lapse_expired(session, now)
        location = clinic_rows.location(session, plan.location_id)
        before = _read(means, writing, plan)
        rows = {move.card.appointment.id: _row(writing, move) for move in plan.moves}
        for outage in plan.outages:
            repairs.write_outage(session, plan.location_id, outage, to_wall(now, location.zone))
        repairs.unname_nurses(session, plan.location_id, plan.day, plan.outages)
        session.flush()
        targets = []
        for move in plan.moves:
            row = rows[move.card.appointment.id]
            if move.sent_away:
                _not_today(means, writing, row, by)
            if move.place is None:
                row.nurse_id, row.held_until = None, None
                schedule.set_status(session, row, Status.PROPOSED, now, by.id, "")
            else:
                targets.append(Target(row, move.place.chair_id, move.place.starts_at))
        session.flush()
        if targets:
            put(means, writing, targets, overrides, by)
        _still_whole(plan, before, _read(means, writing, plan))
        out = [outage.text for outage in plan.outages]
        kept = repairs.add_repair(session, plan.location_id, plan.day, out, _data(plan, out), now, by.id)
        writing.detail = plan.day.isoformat()
        applied = AppliedRepair(
            kept.id, plan.cost.moved, plan.cost.sent, sum(move.place is None for move in plan.moves)
        )
        writing.result = {
            "repair_id": applied.repair_id,
            "moved": applied.moved,
            "sent": applied.sent,
            "to_place": applied.to_place,
        }
        return applied


def _row(writing: Writing, move: RepairMove) -> AppointmentRow:
    visit = move.card.appointment
    try:
        row = schedule.appointment_row(writing.session, visit.id, visit.version)
    except Stale:
        raise Stale(_CHANGED) from None
    if Status(row.status) not in MOVABLE:
        raise Stale(_CHANGED)
    return row


def _not_today(means: Means, writing: Writing, row: AppointmentRow, by: User) -> None:
    """What was true of this day only (here, confirmed) is taken back."""
    for step in _BACK_TO.get(Status(row.status), ()):
        schedule.set_status(writing.session, row, step, means.now(), by.id, "")


def _read(means: Means, writing: Writing, plan: RepairPlan) -> DayRead:
    location = clinic_rows.location(writing.session, plan.location_id)
    return read_day(writing.session, location, plan.day, means.rules(location.zone), means.catalog)


def _still_whole(plan: RepairPlan, before: DayRead, after: DayRead) -> None:
    """Nobody may be left in trouble whom the plan did not name: somebody booked or changed a visit meanwhile.

    Raises:
        Stale: the day as it would be now breaks what the plan kept.
    """
    known = {(finding.code, finding.subject) for finding in plan.findings}
    if any((finding.code, finding.subject) not in known for finding in in_trouble(before, after)):
        raise Stale(_CHANGED)


def _data(plan: RepairPlan, out: list[str]) -> dict[str, Any]:
    """The plan as the call list is read from it: ids and places, no names."""
    return {
        "out": out,
        "cost": list(plan.cost.tiers),
        "moves": [
            {
                "appointment": move.card.appointment.id,
                "from": _place(move.from_),
                "to": None if move.place is None else _place(move.place),
                "another_day": move.sent_away,
                "needs_call": move.calls,
            }
            for move in plan.moves
        ],
    }


def _place(place: PlannedSession) -> dict[str, Any]:
    return {"starts_at": place.starts_at.isoformat(), "chair": place.chair_id}
