"""Audit, undo and notice from one list: the rows before and after each operation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, attributes

from ketaclinic.db import faults
from ketaclinic.db.chain import CHANGES, OPERATIONS, Verification, verify
from ketaclinic.db.images import Image, image_of, same_row, values_of
from ketaclinic.db.models import AppointmentRow, Base, EncounterRow, Recorded
from ketaclinic.db.people import index_again
from ketaclinic.db.recorder import recorder_of
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import UNDOABLE, Changes, Op
from ketaclinic.domain.findings import NotFound, Stale

__all__ = ["LoggedOperation", "UndoCandidates", "Verification", "notice", "restore", "undo_candidates", "verify"]

Change = dict[str, Any]
LOOKED_BACK = 500
"""Operations of a user that undo looks back on."""
_LONGEST_CLOSURE = 400  # days a notice spells out


@dataclass(frozen=True, slots=True)
class LoggedOperation:
    """An operation as Edit names it; `seq` is the one whose rows are to be written back."""

    seq: int
    op: Op
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UndoCandidates:
    """What this user may take back or repeat next, if nobody changed it since."""

    undo: LoggedOperation | None = None
    redo: LoggedOperation | None = None


def changes_of(
    connection: Connection, recorded: Mapping[tuple[str, int], tuple[Image | None, Image | None]]
) -> list[Change]:
    """The recorded rows as entries of the change log, each with the day and the patient it is about."""
    visits = _visits_behind(connection, recorded)
    entries = []
    for (table, row_id), (before, after) in recorded.items():
        shown = after or before or {}
        visit = visits.get(
            ("appointments", shown.get("appointment_id")), visits.get(("encounters", shown.get("encounter_id")))
        )
        days = _days(shown)
        entries.append(
            {
                "table_name": table,
                "row_id": row_id,
                "day": days[0] if days else visit and visit[0],
                "patient_id": row_id if table == "patients" else shown.get("patient_id", visit and visit[1]),
                "before": before,
                "after": after,
            }
        )
    return entries


def _visits_behind(
    connection: Connection, recorded: Mapping[tuple[str, int], tuple[Image | None, Image | None]]
) -> dict[tuple[str, int | None], tuple[date, int]]:
    """Day and patient of the appointments and encounters that recorded rows point to."""
    shown = [after or before or {} for before, after in recorded.values()]
    visits: dict[tuple[str, int | None], tuple[date, int]] = {}
    query = select(EncounterRow.id, AppointmentRow.starts_at, AppointmentRow.patient_id).join_from(
        EncounterRow, AppointmentRow, EncounterRow.appointment_id == AppointmentRow.id
    )
    for chunk in _chunks({image["encounter_id"] for image in shown if image.get("encounter_id")}):
        for row_id, starts_at, patient_id in connection.execute(query.where(EncounterRow.id.in_(chunk))):
            visits["encounters", row_id] = (starts_at.date(), patient_id)
    other = select(AppointmentRow.id, AppointmentRow.starts_at, AppointmentRow.patient_id)
    for chunk in _chunks({image["appointment_id"] for image in shown if image.get("appointment_id")}):
        for row_id, starts_at, patient_id in connection.execute(other.where(AppointmentRow.id.in_(chunk))):
            visits["appointments", row_id] = (starts_at.date(), patient_id)
    return visits


def notice(seq: int, op: Op, user_id: int | None, changes: Iterable[Change]) -> Changes:
    """What screens hear of an operation."""
    entries = list(changes)
    days = {day for entry in entries for image in (entry["before"], entry["after"]) if image for day in _days(image)}
    return Changes(
        seq=seq,
        op=op,
        tables=frozenset(entry["table_name"] for entry in entries),
        rows=frozenset((entry["table_name"], entry["row_id"]) for entry in entries),
        days=frozenset(days | {entry["day"] for entry in entries if entry["day"] is not None}),
        patients=frozenset(entry["patient_id"] for entry in entries if entry["patient_id"] is not None),
        user_id=user_id,
    )


def _days(image: Image) -> list[date]:
    """The days a visit, a shift or a closure touches."""
    if not image.get("starts_at") or not image.get("ends_at"):
        return []
    first = datetime.fromisoformat(image["starts_at"])
    last = max(first, datetime.fromisoformat(image["ends_at"]) - timedelta(minutes=1))
    count = min((last.date() - first.date()).days, _LONGEST_CLOSURE)
    return [first.date() + timedelta(days=ahead) for ahead in range(count + 1)]


def notices_after(session: Session, seq: int, *, skip: frozenset[int]) -> list[Changes]:
    """The notices of committed operations after `seq`, but those to be skipped."""
    heads = session.execute(
        select(OPERATIONS.c.seq, OPERATIONS.c.op, OPERATIONS.c.user_id)
        .where(OPERATIONS.c.seq > seq)
        .order_by(OPERATIONS.c.seq)
    ).all()
    wanted = [head for head in heads if head.seq not in skip]
    by_seq: dict[int, list[Change]] = {head.seq: [] for head in wanted}
    for chunk in _chunks(by_seq):
        for change in session.execute(select(CHANGES).where(CHANGES.c.seq.in_(chunk))):
            by_seq[change.seq].append(change._asdict())
    return [notice(head.seq, Op(head.op), head.user_id, by_seq[head.seq]) for head in wanted]


def undo_candidates(session: Session, user_id: int) -> UndoCandidates:
    """What a user may undo and redo: their scheduling, last first; redo empties with their next scheduling."""
    wanted = (*UNDOABLE, Op.UNDO, Op.REDO)
    query = (
        select(OPERATIONS.c.seq, OPERATIONS.c.op, OPERATIONS.c.detail, OPERATIONS.c.at, OPERATIONS.c.undoes)
        .where(OPERATIONS.c.user_id == user_id, OPERATIONS.c.op.in_([op.value for op in wanted]))
        .order_by(OPERATIONS.c.seq.desc())
        .limit(LOOKED_BACK)
    )
    undo: list[LoggedOperation] = []
    redo: list[LoggedOperation] = []
    for row in reversed(session.execute(query).all()):
        _replay(row, undo, redo)
    for stack in (undo, redo):
        while stack and stack[-1].op is Op.HOLD_SERIES and _ran_out(session, stack[-1].seq):
            stack.pop()  # nothing is left of it, and it must not stand in the way of what was done before
    return UndoCandidates(undo[-1] if undo else None, redo[-1] if redo else None)


def _ran_out(session: Session, seq: int) -> bool:
    """Whether the visits an operation held, or took back from being held, have all lapsed since."""
    statement = (
        select(AppointmentRow.status)
        .join(CHANGES, and_(CHANGES.c.row_id == AppointmentRow.id, CHANGES.c.table_name == "appointments"))
        .where(CHANGES.c.seq == seq)
    )
    found = session.scalars(statement).all()
    return bool(found) and all(status == Status.LAPSED for status in found)


def _replay(row: Row[Any], undo: list[LoggedOperation], redo: list[LoggedOperation]) -> None:
    """Plays one logged operation on the two stacks; undo and redo keep the name of what they took back."""
    op = Op(row.op)
    if op in UNDOABLE:
        undo.append(LoggedOperation(row.seq, op, row.detail, row.at))
        redo.clear()
        return
    source, target = (undo, redo) if op is Op.UNDO else (redo, undo)
    if any(done.seq == row.undoes for done in source):
        while source[-1].seq != row.undoes:
            source.pop()  # a hold that had run out was passed over
        taken = source.pop()
        target.append(LoggedOperation(row.seq, taken.op, taken.detail, row.at))


class ChangedSince(Stale):
    """A row is no longer as an operation left it."""

    def __init__(self, table: str, row_id: int, seq: int) -> None:
        self.table, self.row_id, self.seq = table, row_id, seq
        super().__init__("Someone changed this since; nothing was saved. Look at the day again before you change it.")


def restore(session: Session, seq: int) -> None:
    """Writes the rows of an operation back as they were before it, as new changes, their versions going up.

    Claims follow, so a place someone else has taken since refuses the whole operation.

    Raises:
        NotFound: there is no such operation.
        ChangedSince: a row is no longer as the operation left it.
        Stale: something was added to one of them.
    """
    changes = session.execute(select(CHANGES).where(CHANGES.c.seq == seq).order_by(CHANGES.c.id)).all()
    if not changes:
        raise NotFound("This operation left nothing that could be taken back.")
    _refuse_if_changed(session, changes)
    try:
        _write_rows_back(session, changes)
    except IntegrityError as error:
        if faults.is_overlap(error):
            raise
        raise Stale("Something was added to this since; nothing was saved. Take that away first.") from error
    people = [change.row_id for change in changes if change.table_name == "patients"]
    if people:
        index_again(session, people)


def _write_rows_back(session: Session, changes: Iterable[Row[Any]]) -> None:
    parents_first = list(_in_order_of_tables(changes))
    for change in parents_first:
        if change.after is None:
            _insert_again(session, change)
    session.flush()
    for change in parents_first:
        if change.before is not None and change.after is not None:
            _write_back(session, change)
    session.flush()
    for change in reversed(parents_first):
        if change.before is None:
            session.delete(_row(session, change))
            session.flush()


def _refuse_if_changed(session: Session, changes: Iterable[Row[Any]]) -> None:
    session.flush()
    for change in changes:
        table = Base.metadata.tables[change.table_name]
        row = session.connection().execute(select(table).where(table.c.id == change.row_id)).mappings().one_or_none()
        if not same_row(None if row is None else image_of(table, dict(row)), change.after):
            raise ChangedSince(change.table_name, change.row_id, change.seq)


def _in_order_of_tables(changes: Iterable[Row[Any]]) -> Iterator[Row[Any]]:
    entries = list(changes)
    for table in Base.metadata.sorted_tables:
        yield from (change for change in entries if change.table_name == table.name)


def _model(table: str) -> type[Recorded]:
    of_table = (mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is Base.metadata.tables[table])
    return next(model for model in of_table if issubclass(model, Recorded))


def _row(session: Session, change: Row[Any]) -> Recorded:
    row = session.get(_model(change.table_name), change.row_id)
    assert row is not None  # its image has just been compared
    return row


def _set(row: Recorded, table: str, image: Image, *, skip: frozenset[str]) -> None:
    model = _model(table)
    for name, value in values_of(Base.metadata.tables[table], image).items():
        key = inspect(model).get_property_by_column(Base.metadata.tables[table].c[name]).key
        if key not in skip:
            setattr(row, key, value)


def _write_back(session: Session, change: Row[Any]) -> None:
    _set(_row(session, change), change.table_name, change.before, skip=frozenset({"id", "version"}))


def _insert_again(session: Session, change: Row[Any]) -> None:
    """Inserts a deleted row with its own id and a version nobody has seen: the mapper would begin again at 1."""
    row = _model(change.table_name)()
    _set(row, change.table_name, change.before, skip=frozenset({"version"}))
    session.add(row)
    session.flush()
    table = Base.metadata.tables[change.table_name]
    version = change.before["version"] + 1
    session.connection().execute(table.update().where(table.c.id == row.id).values(version=version))
    attributes.set_committed_value(row, "version", version)
    values = session.connection().execute(select(table).where(table.c.id == row.id)).mappings().one()
    recorder_of(session).note(table, row.id, None, dict(values))


def _chunks(ids: Iterable[Any], size: int = 500) -> Iterator[list[Any]]:
    listed = list(ids)
    return (listed[at : at + size] for at in range(0, len(listed), size))
