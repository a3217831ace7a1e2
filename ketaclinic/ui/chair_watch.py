"""Watches the chairs for one station, whatever screen is in front and while the window is locked.

The only reader of the floor: the board, the count on the rail and the sound are fed by the same reading.
Signals of `ChairWatch`: `floor_read(ChairsideView)`; `counted(str, int, str)` how many lines are red or amber and the
same in words, for the rail's entry "chairside"; `turned_red(DueItem)` once for each line that has become red.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Signal

from ketaclinic.clock import Clock
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.encounters import ChairsideView, Urgency
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.people import User
from ketaclinic.domain.permissions import CLINICAL
from ketaclinic.services.bundle import Services
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.sound import Alarm

TABLES = frozenset(
    {
        "absences",
        "answers",
        "appointments",
        "assessments",
        "chairs",
        "clinical_profiles",
        "consents",
        "encounters",
        "escorts",
        "events",
        "ledger_entries",
        "observations",
        "orders",
        "patients",
        "shift_patterns",
        "shifts",
        "status_changes",
        "tasks",
        "users",
    }
)
"""What a tile or the queue is made of."""
OF_ONE_PATIENT = frozenset(
    {"answers", "appointments", "assessments", "encounters", "events", "observations", "status_changes", "tasks"}
)
"""What concerns no other chair than that of its patient."""
_RETRY = timedelta(seconds=2)
_OFTEN_ENOUGH = timedelta(milliseconds=400)
_SAME = timedelta(seconds=2)  # a reading takes less: what differs by less is the same clock


class ChairWatch(QObject):
    """Knows the floor as it was last read, and counts on from its instants."""

    floor_read = Signal(object)
    counted = Signal(str, int, str)
    turned_red = Signal(object)

    def __init__(
        self,
        ops: Ops,
        services: Services,
        clock: Clock,
        location_id: Callable[[], int],
        alarm: Alarm,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._ops, self._services, self._clock, self._here = ops, services, clock, location_id
        self.alarm = alarm
        self.floor: ChairsideView | None = None
        self._user: User | None = None
        self._ahead = timedelta()
        self._retry_at: datetime | None = None
        self._turns_at: datetime | None = None
        self._red: frozenset[tuple[object, ...]] = frozenset()
        self._told_at: datetime | None = None
        self._whole = True
        self._known_at = 0
        self._changed: frozenset[int] = frozenset()
        self._told_count: tuple[int, str] | None = None

    def sit_down(self, user: User) -> None:
        """Watches for this user from now on; nothing is watched for who may not see the chairs."""
        self._user = user if user.role in CLINICAL else None
        self._told_count = None
        if self._user is None:
            self.floor = None
            self._red = frozenset()
            return
        self.read()

    def hear(self, changes: Changes | None) -> None:
        """Reads the floor again when what was committed concerns it."""
        if changes is None:
            self.read()
        elif changes.touches(*TABLES):
            concerned = changes.tables & TABLES
            self._changed |= changes.patients
            self.read(whole=self._whole or changes.seq == 0 or not concerned <= OF_ONE_PATIENT)

    def read(self, *, whole: bool = True) -> None:
        """Reads the floor now; not `whole`: only the chairs that something was written about or that have turned."""
        user = self._user
        if user is None:
            return
        floor, here, clock = self._services.charting.floor, self._here(), self._clock
        self._whole = self._whole or whole
        known = None if self._whole or here != self._known_at else self.floor
        changed = self._changed

        def work() -> tuple[ChairsideView, datetime, int, frozenset[int]]:
            return floor(user, here, known, changed), clock.now(), here, changed

        self._turns_at = self._retry_at = None
        self._ops.run(self, work, self._take, self._cannot_read, latest="floor")

    def now(self) -> datetime:
        """The present moment as the clinic's stations agree on it."""
        return self._clock.now() + self._ahead

    def tick(self) -> None:
        """Sounds, counts, and reads again exactly when something has turned by itself; called all the time."""
        if self._user is None:
            return
        now = self.now()
        if self._told_at is not None and timedelta() <= now - self._told_at < _OFTEN_ENOUGH:
            return
        went_back = self._told_at is not None and now < self._told_at - _SAME  # asleep, or set by hand: is it right?
        self._told_at = now
        if went_back or self._due(self._turns_at, now) or self._due(self._retry_at, self._clock.now()):
            self.read(whole=went_back)
        self._tell(now)

    def press_sound(self) -> str:
        """Silences the station for a time, or lets it sound again; the sentence that says which."""
        return self.alarm.press(self.floor, self.now())

    @staticmethod
    def _due(at: datetime | None, now: datetime) -> bool:
        return at is not None and now >= at

    def _take(self, read: tuple[ChairsideView, datetime, int, frozenset[int]]) -> None:
        if self._user is None:
            return
        self.floor, at, self._known_at, changed = read
        self._whole = False
        self._changed -= changed
        ahead = self.floor.as_of - at
        self._ahead = ahead if abs(ahead) > _SAME and not self.floor.clock_off else timedelta()
        self._turns_at = self.floor.turns_at
        self.floor_read.emit(self.floor)
        self._tell(self.now())

    def _cannot_read(self, _error: ClinicError) -> None:
        """What was read before counts on from its instants; the listening says what is wrong with the database."""
        self._retry_at = self._clock.now() + _RETRY

    def _tell(self, now: datetime) -> None:
        self.alarm.hear(self.floor, now)
        if self.floor is None:
            return
        self._count(self.floor, now)
        red = {
            (line.encounter_id, line.text): line
            for line in self.floor.queue
            if line.urgency_at(now) is Urgency.RED and not line.seen
        }
        fresh = [line for key, line in red.items() if key not in self._red]
        self._red = frozenset(red)
        for line in fresh:
            self.turned_red.emit(line)

    def _count(self, floor: ChairsideView, now: datetime) -> None:
        red = sum(line.urgency_at(now) is Urgency.RED for line in floor.queue)
        late = floor.pressing(now) - red
        words = ", ".join(filter(None, (f"{red} red" * bool(red), f"{late} late or to watch" * bool(late))))
        if (red + late, words) != self._told_count:
            self._told_count = (red + late, words)
            self.counted.emit("chairside", red + late, words)
