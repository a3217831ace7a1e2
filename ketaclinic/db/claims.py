"""Claims follow appointments and closures by themselves: nobody books a chair and forgets to hold it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, and_, or_, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import AppointmentRow, ChairRow, ClaimRow, ClosureRow, table_of
from ketaclinic.domain.appointments import FREES_THE_CHAIR
from ketaclinic.domain.claims import Claim, ClaimKind, from_wall_minutes, wall_minutes
from ketaclinic.domain.findings import Finding, Severity

CLAIMS = table_of(ClaimRow)
_CHAIRS = table_of(ChairRow)
_CLOSURES = table_of(ClosureRow)
_VISIT = CLAIMS.c.appointment_id
_CLOSURE = CLAIMS.c.closure_id

Values = Mapping[str, Any]


def claims_of_appointment(visit: Values) -> tuple[Claim, ...]:
    """What a visit holds: its chair to the end of turnover, its patient to that of recovery, a named nurse's set-up."""
    if visit["status"] in FREES_THE_CHAIR:
        return ()
    starts: datetime = visit["starts_at"]
    patient_leaves = starts + timedelta(minutes=visit["prep"] + visit["infusion"] + visit["recovery"])
    held = [
        _claim(ClaimKind.CHAIR, visit["chair_id"], starts, visit["ends_at"]),
        _claim(ClaimKind.PATIENT, visit["patient_id"], starts, patient_leaves),
    ]
    if visit["nurse_id"] is not None:
        set_up = starts + timedelta(minutes=visit["setup_from"])
        held.append(
            _claim(ClaimKind.NURSE_SETUP, visit["nurse_id"], set_up, set_up + timedelta(minutes=visit["setup_minutes"]))
        )
    return tuple(claim for claim in held if claim.starts < claim.ends)


def claims_of_closure(closure: Values, chairs: Iterable[Values]) -> tuple[Claim, ...]:
    """What a closure holds: its chair, or every chair of its location that is not retired by then."""
    return tuple(
        _claim(ClaimKind.CHAIR, chair["id"], closure["starts_at"], closure["ends_at"])
        for chair in chairs
        if closure["chair_id"] == chair["id"]
        or (
            closure["chair_id"] is None
            and chair["location_id"] == closure["location_id"]
            and (chair["retired_on"] is None or closure["starts_at"].date() < chair["retired_on"])
        )
    )


def _claim(kind: ClaimKind, resource_id: int, starts: datetime, ends: datetime) -> Claim:
    return Claim(kind, resource_id, wall_minutes(starts), wall_minutes(ends))


class ClaimKeeper:
    """Keeps claims in step during one operation.

    What a changed row held is released at each flush; what is held in the end is taken when the operation is complete,
    so that visits may change places in any order.
    """

    def __init__(self) -> None:
        self.wanted: list[dict[str, Any]] = []
        """The claims last asked for, so that a refusal can be explained."""
        self._visits: dict[int, Values] = {}
        self._closures: dict[int, Values] = {}

    def release(self, connection: Connection, rows: Iterable[object]) -> None:
        """Gives up everything these appointments and closures hold, or would hold in the end."""
        given_up = list(rows)
        visits = [row.id for row in given_up if isinstance(row, AppointmentRow)]
        closures = [row.id for row in given_up if isinstance(row, ClosureRow)]
        for column, ids, kept in ((_VISIT, visits, self._visits), (_CLOSURE, closures, self._closures)):
            for row_id in ids:
                kept.pop(row_id, None)
            if ids:
                connection.execute(CLAIMS.delete().where(column.in_(ids)))

    def want_visit(self, visit: Values) -> None:
        """Remembers a new or changed appointment, its claims released."""
        self._visits[visit["id"]] = visit

    def want_closure(self, closure: Values) -> None:
        """Remembers a new or changed closure, its claims released."""
        self._closures[closure["id"]] = closure

    def chairs_changed(self, connection: Connection, location_id: int) -> None:
        """Claims anew for the closures of the whole location, which hold every chair it has."""
        query = select(_CLOSURES).where(_CLOSURES.c.location_id == location_id, _CLOSURES.c.chair_id.is_(None))
        closures = [dict(row) for row in connection.execute(query).mappings()]
        connection.execute(CLAIMS.delete().where(_CLOSURE.in_([closure["id"] for closure in closures])))
        self._closures.update({closure["id"]: closure for closure in closures})

    def take(self, connection: Connection) -> None:
        """Holds what the operation needs in the end; the database refuses an overlap."""
        self.wanted = [
            _row(claim, appointment_id=visit_id)
            for visit_id, visit in self._visits.items()
            for claim in claims_of_appointment(visit)
        ]
        if self._closures:
            query = select(_CHAIRS.c.id, _CHAIRS.c.location_id, _CHAIRS.c.retired_on)
            chairs = [dict(chair) for chair in connection.execute(query).mappings()]
            self.wanted += [
                _row(claim, closure_id=closure_id)
                for closure_id, closure in self._closures.items()
                for claim in claims_of_closure(closure, chairs)
            ]
        if self.wanted:  # asked for the ids, all go in one statement; psycopg's pipeline would log a refusal as its own
            connection.execute(CLAIMS.insert().returning(CLAIMS.c.id), self.wanted)


def _row(claim: Claim, *, appointment_id: int | None = None, closure_id: int | None = None) -> dict[str, Any]:
    return {
        "kind": claim.kind.value,
        "resource_id": claim.resource_id,
        "starts": claim.starts,
        "ends": claim.ends,
        "appointment_id": appointment_id,
        "closure_id": closure_id,
    }


_CODES = {ClaimKind.CHAIR: "chair-taken", ClaimKind.PATIENT: "patient-busy", ClaimKind.NURSE_SETUP: "nurse-busy"}
_WORDS = {
    ClaimKind.PATIENT: "This patient already has a visit",
    ClaimKind.NURSE_SETUP: "This nurse is already setting up another patient",
}


def explain_overlap(session: Session, wanted: list[dict[str, Any]]) -> Finding:
    """Who held what the refused operation wanted, in a sentence; to be asked after its transaction has ended."""
    return (
        _held_by_another(session, wanted)
        or _held_twice(session, wanted)
        or _finding(ClaimKind.CHAIR, "This place is taken")
    )


def _held_by_another(session: Session, wanted: list[dict[str, Any]]) -> Finding | None:
    for claim in wanted:
        query = (
            select(CLAIMS.c.starts, CLAIMS.c.ends, CLAIMS.c.closure_id)
            .where(
                and_(CLAIMS.c.kind == claim["kind"], CLAIMS.c.resource_id == claim["resource_id"]),
                and_(CLAIMS.c.starts < claim["ends"], CLAIMS.c.ends > claim["starts"]),
                or_(CLAIMS.c.appointment_id.is_(None), CLAIMS.c.appointment_id != claim["appointment_id"]),
            )
            .order_by(CLAIMS.c.starts)
        )
        for row in session.execute(query):
            if row.closure_id is None or row.closure_id != claim["closure_id"]:
                verb = "taken" if row.closure_id is None else "closed"
                return _named(session, claim, row.starts, row.ends, verb)
    return None


def _held_twice(session: Session, wanted: list[dict[str, Any]]) -> Finding | None:
    in_order = sorted(wanted, key=lambda claim: (claim["kind"], claim["resource_id"], claim["starts"]))
    for earlier, later in pairwise(in_order):
        same = (earlier["kind"], earlier["resource_id"]) == (later["kind"], later["resource_id"])
        if same and later["starts"] < earlier["ends"]:
            return _named(session, later, earlier["starts"], earlier["ends"], "taken")
    return None


def _named(session: Session, claim: dict[str, Any], starts: int, ends: int, verb: str) -> Finding:
    kind = ClaimKind(claim["kind"])
    what = _WORDS.get(kind)
    if what is None:
        name = session.scalar(select(ChairRow.name).where(ChairRow.id == claim["resource_id"])) or "This chair"
        what = f"{name} is {verb}"
    first, last = from_wall_minutes(starts), from_wall_minutes(ends)
    until = f"{last:%H:%M}" if last.date() == first.date() else f"{last:%H:%M} on {_day(last)}"
    return _finding(kind, f"{what} from {first:%H:%M} on {_day(first)} to {until}")


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B}"


def _finding(kind: ClaimKind, what: str) -> Finding:
    return Finding(_CODES[kind], Severity.BLOCK, f"{what}. Nothing was saved; choose another time.", subject=kind.value)
