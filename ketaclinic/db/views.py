"""Saved views of the board: rows in, domain values out."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from ketaclinic.db.models import BoardViewRow
from ketaclinic.domain.findings import NotFound, Stale
from ketaclinic.domain.views import STEP, BoardView


def views(session: Session, location_id: int) -> tuple[BoardView, ...]:
    """The views of a location by their function keys."""
    statement = select(BoardViewRow).where(BoardViewRow.location_id == location_id)
    return tuple(_value(row) for row in session.scalars(statement.order_by(BoardViewRow.position, BoardViewRow.id)))


def save(session: Session, location_id: int, view: BoardView) -> BoardView:
    """The view as saved; whatever had its key before makes room.

    Raises:
        NotFound: it was removed meanwhile.
        Stale: someone else changed it meanwhile.
    """
    at_its_key = select(BoardViewRow).where(
        BoardViewRow.location_id == location_id, BoardViewRow.position == view.position
    )
    for other in session.scalars(at_its_key).all():
        if other.id != view.id:
            session.delete(other)
    row = BoardViewRow(location_id=location_id) if not view.id else row_of(session, view.id, view.version)
    row.position, row.name = view.position, view.name
    row.data = {"chairs": list(view.chairs), "step": view.step}
    session.add(row)
    session.flush()
    return _value(row)


def remove(session: Session, view_id: int, version: int) -> None:
    """Takes a view away. Raises NotFound, Stale."""
    session.delete(row_of(session, view_id, version))


def row_of(session: Session, view_id: int, version: int) -> BoardViewRow:
    """The row to be changed. Raises NotFound, Stale."""
    row = session.get(BoardViewRow, view_id)
    if row is None:
        raise NotFound("This view is not there any more. Nothing was saved.")
    if row.version != version:
        raise Stale("Someone else changed this view meanwhile. Nothing was saved: look at it first.")
    return row


def _value(row: BoardViewRow) -> BoardView:
    chairs = tuple(int(chair) for chair in row.data.get("chairs", ()))
    return BoardView(row.id, row.position, row.name, chairs, int(row.data.get("step", STEP)), row.version)
