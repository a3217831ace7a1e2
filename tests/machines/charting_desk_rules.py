"""The floor from outside: time, stations, the desk, papers."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import rule

from ketaclinic.domain.appointments import Status
from tests.machines.charting_floor import REASON, Floor, people, picks, stations
from tests.services.people_builders import STAFF_PIN


class DeskRules(Floor):
    """What happens around a session."""

    @rule(forward=st.sampled_from([1, 2, 3, 4, 5, 5, 6, 10, 10, 15, 31]), seconds=st.integers(0, 59))
    def wait(self, forward: int, seconds: int) -> None:
        self.clock.forward(minutes=forward, seconds=seconds)

    @rule(hours=st.sampled_from([1, 3, 20, 30]), pick=picks)
    def sleep(self, hours: int, pick: int) -> None:
        """The station sleeps, or the day ends."""
        if pick % 4 == 0:
            self.clock.forward(hours=hours)

    @rule(station=stations, pick=picks)
    def restart(self, station: int, pick: int) -> None:
        if pick % 4 == 1:
            self.floor.restart(station)

    @rule(pick=picks, station=stations)
    def come(self, pick: int, station: int) -> None:
        """A patient arrives and is brought to the chair, where the session is opened."""
        due = [visit for visit in self.visits if self.charted.one("appointments", visit)["status"] == "confirmed"]
        if not due:
            return
        visit = due[pick % len(due)]
        services = self.services(station)
        for by, to in ((self.floor.ada, Status.ARRIVED), (self.floor.maria, Status.CHECKED_IN)):
            version = self.floor.chair.appointment(visit).version
            self.do(f"{to}", partial(services.floor.change_status, by, visit, version, to), status_changes=1)
        self.do("open", lambda: services.charting.open(self.floor.maria, visit))

    @rule(pick=picks, who=people, station=stations, to=st.sampled_from(sorted(Status)))
    def step(self, pick: int, who: int, station: int, to: Status) -> None:
        """A step of the day by somebody who may or may not take it."""
        visit = self.a_visit(pick)
        version = self.floor.chair.appointment(visit).version
        self.do(f"to {to}", lambda: self.services(station).floor.change_status(self.by(who), visit, version, to))

    @rule(pick=picks, deed=st.sampled_from(["cancel", "move", "park", "undo", "redo"]), station=stations)
    def desk(self, pick: int, deed: str, station: int) -> None:
        """The desk reaches into the day while it runs."""
        visit = self.floor.chair.appointment(self.a_visit(pick))
        services, ada = self.services(station), self.floor.ada
        booking, history = services.booking, services.history
        places = visit.starts_at + timedelta(hours=pick % 5)
        deeds: Mapping[str, Callable[[], object]] = {
            "cancel": lambda: booking.cancel(ada, visit.id, visit.version, Status.CANCELLED_BY_PATIENT),
            "move": lambda: booking.move(ada, visit.id, visit.version, 1 + pick % 2, places),
            "park": lambda: booking.park(ada, visit.id, visit.version),
            "undo": lambda: history.undo(ada),
            "redo": lambda: history.redo(ada),
        }
        self.do(deed, deeds[deed])

    @rule(pick=picks, who=people, there=st.booleans(), station=stations)
    def escort(self, pick: int, who: int, there: bool, station: int) -> None:
        visit = self.floor.chair.appointment(self.a_visit(pick))
        escorts = [row["id"] for row in self.charted.of("escorts") if row["patient_id"] == visit.patient_id]
        chosen = escorts[0] if there else None
        self.do("escort", lambda: self.services(station).patients.choose_escort(self.by(who), visit.id, chosen))

    @rule(pick=picks, who=people, which=st.sampled_from(["order", "consent"]), station=stations)
    def withdraw(self, pick: int, who: int, which: str, station: int) -> None:
        services, table = self.services(station), f"{which}s"
        kept = sorted(row["id"] for row in self.charted.of(table))
        if pick % 3 or not kept or not hasattr(getattr(services, table), "withdraw"):
            return
        number = kept[pick % len(kept)]
        if which == "order":
            self.do("withdraw order", lambda: services.orders.withdraw(self.by(who), number, REASON, STAFF_PIN))
        else:
            self.do("withdraw consent", lambda: services.consents.withdraw(self.by(who), number, REASON))
