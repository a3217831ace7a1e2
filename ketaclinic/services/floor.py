"""The floor: everything about one visit, and its steps through the day."""

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db.inspection import inspection
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Appointment, Status
from ketaclinic.domain.people import User
from ketaclinic.domain.schedule import Inspection
from ketaclinic.services.guard import intention
from ketaclinic.services.visit_status import Step, set_status

__all__ = ["Floor"]


class Floor:
    """Runs the day: who is here, and what comes next."""

    area = "floor"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock

    @intention
    def inspect(self, by: User, appointment_id: int) -> Inspection:
        """Everything the desk may know about a visit, with the steps this user may take. Raises NotFound."""
        with self._store.reading() as session:
            return inspection(session, appointment_id, by.role, self._catalog)

    @intention
    def change_status(
        self, by: User, appointment_id: int, version: int, target: Status, reason: str = "", command_id: str = ""
    ) -> Appointment:
        """The visit one step further, stamped with who and when.

        Raises:
            NotAllowed: the step is not this role's, or is made by charting.
            NotFound: the visit is not there.
            Refused: there is no such step from where the visit stands, or its place has been taken meanwhile.
            Stale: someone else changed the visit since `version`.
        """
        step = Step(appointment_id, version, target, reason, command_id)
        return set_status(self._store, self._catalog, self._clock, by, step)
