"""Saved views of the board: the same for everyone at a location, as the chairs are."""

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import views as rows
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.people import User
from ketaclinic.domain.views import BoardView, checked
from ketaclinic.services.guard import intention

__all__ = ["Views"]


class Views:
    """Which chairs are shown under which function key."""

    area = "views"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:  # noqa: ARG002 - as every service
        self._store = store

    @intention
    def list(self, by: User, location_id: int) -> tuple[BoardView, ...]:  # noqa: ARG002 - the guard reads it
        """The saved views of a location by their function keys."""
        with self._store.reading() as session:
            return rows.views(session, location_id)

    @intention
    def save(self, by: User, location_id: int, view: BoardView) -> BoardView:
        """A view added (id 0) or changed; a view that had its function key before is replaced.

        Raises:
            Invalid: name, chairs, step or key cannot be taken.
            NotFound: the view or the location is not there any more.
            Stale: someone else changed the view meanwhile.
        """
        with self._store.writing(Op.EDIT_VIEW, by=by.id) as writing:
            session = writing.session
            clinic_rows.location(session, location_id)
            known = frozenset(chair.id for chair in clinic_rows.chairs(session, location_id))
            return rows.save(session, location_id, checked(view, known))

    @intention
    def remove(self, by: User, view_id: int, version: int) -> None:
        """Takes a view away; its function key is free again.

        Raises:
            NotFound: it is not there any more.
            Stale: someone else changed it meanwhile.
        """
        with self._store.writing(Op.EDIT_VIEW, by=by.id) as writing:
            rows.remove(writing.session, view_id, version)
