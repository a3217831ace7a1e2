"""A desk that books, holds, moves, parks, cancels, undoes and redoes at random, in threads and as its own process.

`python -m tests.machines.busy_desk URL SEED STEPS` writes one JSON line for each operation that was reported as saved.
"""

import json
import random
import sys
import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from ketaclinic.catalog.catalog import Catalog, load_catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store, open_store
from ketaclinic.domain.appointments import Appointment, Status
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.findings import ClinicError, NotFound, Refused, Stale
from ketaclinic.domain.moves import VisitMove
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.paths import resources_dir
from ketaclinic.services.booking import Booking
from ketaclinic.services.history import History

FIRST = date(2026, 11, 30)
DAYS = 6
CHAIRS = 5
PATIENTS = 12
PROTOCOL = "induction-mood-2-per-week"
Saved = dict[str, object]


class BusyDesk:
    """One clerk who does things at random; what was reported as saved is kept."""

    def __init__(self, store: Store, catalog: Catalog, user: User, seed: int) -> None:
        clock = FixedClock()
        self.booking = Booking(store, catalog, clock)
        self.history = History(store, catalog, clock)
        self.user = user
        self.random = random.Random(seed)
        self.saved: list[Saved] = []
        self.held: list[int] = []
        self.refused = 0

    def work(self, steps: int, tell: Callable[[Saved], None] = lambda _: None) -> None:
        """Tries so many operations; a refusal in words is part of the day, anything else is a fault."""
        deeds = (
            *(self.book, self.book, self.book_best, self.hold, self.settle, self.extend),
            *(self.move, self.move, self.change_places, self.resize, self.park, self.place, self.cancel),
            *(self.undo, self.redo),
        )
        for _ in range(steps):
            try:
                saved = self.random.choice(deeds)()
            except (Refused, Stale, NotFound):
                self.refused += 1
                continue
            except ClinicError as error:
                if "busy" not in str(error) and "nothing" not in str(error).lower():
                    raise
                self.refused += 1
                continue
            if saved is not None:
                self.saved.append(saved)
                tell(saved)

    def book(self) -> Saved:
        """Two or three sessions at random places, whether free or not."""
        wishes = self._wishes()
        starts = sorted(self.random.sample(range(DAYS), self.random.choice((2, 3))))
        return self._booked(wishes, tuple(self._place(FIRST + timedelta(days=day)) for day in starts))

    def book_best(self) -> Saved | None:
        """The planner's first proposal."""
        wishes = self._wishes()
        proposals = self.booking.propose_series(self.user, wishes).proposals
        return self._booked(wishes, proposals[0].sessions) if proposals else None

    def hold(self) -> Saved:
        """Two sessions held at random places."""
        starts = sorted(self.random.sample(range(DAYS), 2))
        sessions = tuple(self._place(FIRST + timedelta(days=day)) for day in starts)
        held = self.booking.hold_series(self.user, self._wishes(), sessions)
        self.held.append(held.series_id)
        return {"did": "hold", "series": held.series_id, "appointments": list(held.appointment_ids)}

    def settle(self) -> Saved | None:
        """One's own hold booked or released."""
        if not self.held:
            return None
        deed = self.random.choice((self.booking.confirm_hold, self.booking.release_hold))
        settled = deed(self.user, self.held.pop(self.random.randrange(len(self.held))))
        return {"did": "settle", "series": settled.series_id, "appointments": list(settled.appointment_ids)}

    def extend(self) -> Saved | None:
        """One more session for somebody's series."""
        visit = self._some_visit()
        if visit is None:
            return None
        place = self._place(FIRST + timedelta(days=self.random.randrange(DAYS)))
        added = self.booking.extend_series(self.user, visit.series_id, [place])
        return {"did": "extend", "series": added.series_id, "appointments": list(added.appointment_ids)}

    def change_places(self) -> Saved | None:
        """Two visits in each other's places."""
        one, other = self._some_visit(), self._some_visit()
        if one is None or other is None or one.id == other.id:
            return None
        moves = [
            VisitMove(one.id, one.version, other.chair_id, other.starts_at),
            VisitMove(other.id, other.version, one.chair_id, one.starts_at),
        ]
        moved, _ = self.booking.move_all(self.user, moves)
        return {"did": "swap", "appointment": moved.id, "version": moved.version}

    def resize(self) -> Saved | None:
        """A visit longer or shorter again."""
        visit = self._some_visit()
        if visit is None:
            return None
        changed = self.booking.resize(self.user, visit.id, visit.version, self.random.choice((115, 130, 160)))
        return {"did": "resize", "appointment": changed.id, "version": changed.version}

    def park(self) -> Saved | None:
        """A visit on the pinboard."""
        visit = self._some_visit()
        if visit is None:
            return None
        parked = self.booking.park(self.user, visit.id, visit.version)
        return {"did": "park", "appointment": parked.id, "version": parked.version}

    def place(self) -> Saved | None:
        """A visit of the pinboard somewhere."""
        cards = self.booking.to_place(self.user, 1)
        if not cards:
            return None
        visit = self.random.choice(cards).appointment
        where = self._place(FIRST + timedelta(days=self.random.randrange(DAYS)))
        placed = self.booking.place(self.user, visit.id, visit.version, where.chair_id, where.starts_at)
        return {"did": "place", "appointment": placed.id, "version": placed.version}

    def move(self) -> Saved | None:
        """A visit to another place of some day."""
        visit = self._some_visit()
        if visit is None:
            return None
        place = self._place(FIRST + timedelta(days=self.random.randrange(DAYS)))
        moved = self.booking.move(self.user, visit.id, visit.version, place.chair_id, place.starts_at)
        return {"did": "move", "appointment": moved.id, "version": moved.version}

    def cancel(self) -> Saved | None:
        """A visit cancelled."""
        visit = self._some_visit()
        if visit is None:
            return None
        target = self.random.choice((Status.CANCELLED_BY_PATIENT, Status.CANCELLED_BY_CLINIC))
        done = self.booking.cancel(self.user, visit.id, visit.version, target)
        return {"did": "cancel", "appointment": done.id, "version": done.version}

    def undo(self) -> Saved:
        """The last thing this clerk did."""
        return self._history("undo", self.history.undo(self.user))

    def redo(self) -> Saved:
        """What this clerk undid."""
        return self._history("redo", self.history.redo(self.user))

    def _history(self, did: str, changes: Changes) -> Saved:
        return {"did": did, "seq": changes.seq}

    def _wishes(self) -> SeriesWishes:
        count = self.random.choice((2, 3))
        return SeriesWishes(self.random.randint(1, PATIENTS), PROTOCOL, 1, FIRST, count=count)

    def _booked(self, wishes: SeriesWishes, sessions: tuple[PlannedSession, ...]) -> Saved:
        command = uuid.UUID(int=self.random.getrandbits(128)).hex
        booked = self.booking.book_series(self.user, wishes, sessions, command)
        again = self.booking.book_series(self.user, wishes, sessions, command)  # a double click
        assert again == booked
        return {"did": "book", "series": booked.series_id, "appointments": list(booked.appointment_ids)}

    def _place(self, day: date) -> PlannedSession:
        starts = datetime.combine(day, time(8)) + timedelta(minutes=15 * self.random.randrange(16))
        return PlannedSession(starts, starts + timedelta(minutes=115), self.random.randint(1, CHAIRS))

    def _some_visit(self) -> Appointment | None:
        cards = self.booking.day(self.user, 1, FIRST + timedelta(days=self.random.randrange(DAYS))).cards
        return self.random.choice(cards).appointment if cards else None


def clerk(number: int) -> User:
    """One of the four users of `tests.db.rows`; the roles there do not matter to the store."""
    return User(number, f"user{number}", f"User {number}", Role.FRONT_DESK)


def main() -> None:
    """Works as a process of its own until done or killed."""
    from tests.conftest import AUDIT_KEY, FILE_KEY

    url, seed, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    key = FILE_KEY if url.startswith("sqlite") else None
    store = open_store(url, key=key, audit_key=AUDIT_KEY, clock=FixedClock(), station=f"process-{seed}")
    desk = BusyDesk(store, load_catalog(resources_dir()), clerk(1 + seed % 4), seed)

    def tell(saved: Saved) -> None:
        sys.stdout.write(json.dumps(saved) + "\n")
        sys.stdout.flush()

    desk.work(steps, tell)
    store.close()


if __name__ == "__main__":
    main()
