"""Watches every flush of a writing session: rows before and after for the change log, claims for the chairs."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, event, select
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction
from sqlalchemy.orm import attributes as orm_attributes

from ketaclinic.db.claims import ClaimKeeper, claims_of_appointment
from ketaclinic.db.images import Image, image_of
from ketaclinic.db.models import AppointmentRow, Base, ChairRow, ClosureRow, Recorded

_KEY = "ketaclinic_recorder"


class Recorder:
    """The rows one operation changes, each once: as it was before the operation, and as it is at its end."""

    def __init__(self) -> None:
        self.changes: dict[tuple[str, int], tuple[Image | None, Image | None]] = {}
        self.claims = ClaimKeeper()
        self._before: dict[tuple[str, int], dict[str, Any]] = {}
        self._dirty: list[Recorded] = []
        self._deleted: list[Recorded] = []

    def about_to_flush(self, session: Session) -> None:
        """Reads the rows as they are, and releases what the changing ones hold."""
        self._dirty = [row for row in session.dirty if isinstance(row, Recorded) and session.is_modified(row)]
        self._deleted = [row for row in session.deleted if isinstance(row, Recorded)]
        connection = session.connection()
        self._before = self._read(connection, [*self._dirty, *self._deleted])
        self.claims.release(connection, [*filter(self._holds_other, self._dirty), *self._deleted])

    def flushed(self, session: Session) -> None:
        """Notes the rows as they are now, and takes the claims they need."""
        new = [row for row in session.new if isinstance(row, Recorded)]
        for row in (*new, *self._dirty):
            self.note(_table(row), row.id, self._before.get(_key(row)), self._after(row))
        for row in self._deleted:
            self.note(_table(row), row.id, self._before[_key(row)], None)
        self._want_claims(session.connection(), new)

    def note(self, table: Table, row_id: int, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        """Adds one change; several of one row count as one."""
        key = (table.name, row_id)
        first = self.changes[key][0] if key in self.changes else (before and image_of(table, before))
        last = after and image_of(table, after)
        if first == last:
            self.changes.pop(key, None)
        else:
            self.changes[key] = (first or None, last or None)

    def _read(self, connection: Connection, rows: Iterable[Recorded]) -> dict[tuple[str, int], dict[str, Any]]:
        """The rows as the database holds them: a before-image from memory may miss a value never loaded."""
        by_table: dict[Table, list[int]] = {}
        for row in rows:
            by_table.setdefault(_table(row), []).append(row.id)
        return {
            (table.name, found["id"]): dict(found)
            for table, ids in by_table.items()
            for chunk in _chunks(ids)
            for found in connection.execute(select(table).where(table.c.id.in_(chunk))).mappings()
        }

    def _after(self, row: Recorded) -> dict[str, Any]:
        """What the database holds now: what was set, else what was there."""
        before = self._before.get(_key(row), {})
        held = orm_attributes.instance_dict(row)
        names = {column.name: prop.key for prop in row.__mapper__.column_attrs for column in prop.columns}  # type: ignore[attr-defined]
        return {name: held.get(key, before.get(name)) for name, key in names.items()}

    def _holds_other(self, row: Recorded) -> bool:
        """Whether a changed row will hold other claims than before."""
        if isinstance(row, ClosureRow):
            return True
        before = self._before.get(_key(row))
        return isinstance(row, AppointmentRow) and (
            before is None or claims_of_appointment(before) != claims_of_appointment(self._after(row))
        )

    def _want_claims(self, connection: Connection, new: list[Recorded]) -> None:
        for row in (*new, *filter(self._holds_other, self._dirty)):
            if isinstance(row, AppointmentRow):
                self.claims.want_visit(self._after(row))
            elif isinstance(row, ClosureRow):
                self.claims.want_closure(self._after(row))
        for row in (*new, *self._dirty, *self._deleted):
            if isinstance(row, ChairRow):
                self.claims.chairs_changed(connection, row.location_id)


def record(session: Session, recorder: Recorder) -> None:
    """Lets a session write, its changes noted; any other session refuses to."""
    session.info[_KEY] = recorder


def recorder_of(session: Session) -> Recorder:
    """The recorder of a writing session."""
    recorder: Recorder = session.info[_KEY]
    return recorder


def _key(row: Recorded) -> tuple[str, int]:
    return _table(row).name, row.id


def _table(row: Recorded) -> Table:
    table = type(row).__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)
    return table


def _chunks(ids: list[int], size: int = 500) -> Iterable[list[int]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))


@event.listens_for(Session, "before_flush")
def _before_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    recorder = session.info.get(_KEY)
    if recorder is not None:
        recorder.about_to_flush(session)
    elif any(isinstance(row, Base) for rows in (session.new, session.dirty, session.deleted) for row in rows):
        raise RuntimeError("rows are written through Store.writing only")


@event.listens_for(Session, "after_flush")
def _after_flush(session: Session, _context: UOWTransaction) -> None:
    recorder = session.info.get(_KEY)
    if recorder is not None:
        recorder.flushed(session)


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    """A statement that changes many recorded rows at once would pass by the change log."""
    if state.is_insert or state.is_update or state.is_delete:
        table = getattr(state.statement, "table", None)
        recorded = {mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, Recorded)}
        if table in recorded or _KEY not in state.session.info:
            raise RuntimeError("change recorded rows one by one through the session, inside Store.writing")


@event.listens_for(Session, "after_transaction_create")
def _refuse_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested and _KEY in session.info:
        raise RuntimeError("an operation is one transaction; a savepoint undone inside it would stay in the change log")
