"""What every act at the chair goes through: one transaction, the session read before and after it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db.store import Store, Writing
from ketaclinic.db.visits import VisitReader
from ketaclinic.domain.changes import Op
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.people import User
from ketaclinic.services import charting_steps as steps
from ketaclinic.services.charting_acts import Act, refused
from ketaclinic.services.charting_view import encounter_view
from ketaclinic.services.pins import PinCheck
from ketaclinic.services.station_time import StationTime

Deed = Callable[[Act], tuple[Finding, ...]]


class ChartingCore:
    """The store, the clock of the stations and the PINs, shared by everything that is done in a session."""

    area = "charting"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock, *, compare_clocks: bool = True) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock
        self._time = StationTime(clock, catalog.rules, compared=compare_clocks)
        self._pins = PinCheck(store, catalog.rules, clock)

    def _do(self, by: User, encounter_id: int, op: Op, deed: Deed, command_id: str = "") -> EncounterView:
        """One intention in one transaction; returns the session after it."""
        with self._store.writing(op, by=by.id, command_id=command_id, detail=f"session {encounter_id}") as writing:
            if writing.earlier is not None:
                return encounter_view(self._act(by, encounter_id, writing).visit)
            act = self._act(by, encounter_id, writing)
            unsigned(act.visit.encounter.signed_at)
            findings = deed(act)
            after = self._act(by, encounter_id, writing)
            if steps.settle(after) | steps.note_held(after):
                after = self._act(by, encounter_id, writing)
            writing.result = {"session": encounter_id}
            return replace(encounter_view(after.visit), findings=findings)

    def _act(self, by: User, encounter_id: int, writing: Writing) -> Act:
        now = self._time.to_write(writing.session)
        visit = VisitReader(writing.session, self._catalog, now).one(encounter_id, acting=by.id)
        return Act(writing, visit, by, now)


def unsigned(signed_at: datetime | None) -> None:
    """Raises Refused when the session is signed: nothing in it changes any more."""
    if signed_at is not None:
        raise refused("signed", "This session is signed and closed: nothing in it changes any more.")
