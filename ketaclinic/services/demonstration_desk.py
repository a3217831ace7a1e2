"""The desk of the demonstration clinic: what lies on it on an ordinary day, done through the same services.

The second clerk has called some of tomorrow's patients, holds places for one who asks at home first, has put visits on
the pinboard and people on the waitlist, and moved a session so far that a prescriber must look at it.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock, to_instant
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Card, Status
from ketaclinic.domain.calls import CallOutcome
from ketaclinic.domain.findings import blocking
from ketaclinic.domain.overrides import REVIEWED, BookingOverride
from ketaclinic.domain.people import User
from ketaclinic.domain.resources import ShiftPattern
from ketaclinic.domain.waitlist import WaitingFields
from ketaclinic.domain.wishes import SeriesWishes
from ketaclinic.services.booking import Booking
from ketaclinic.services.calls import Calls
from ketaclinic.services.clinic import ClinicService
from ketaclinic.services.recall import Recall
from ketaclinic.services.simulator import Simulation
from ketaclinic.services.users import Users

_HERE = 1
_INDUCTION = "induction-mood-2-per-week"
_WORKDAYS = range(5)
_CALLS = (
    (CallOutcome.VOICEMAIL, "Asked to call back before five."),
    (CallOutcome.CONFIRMED, ""),
    (CallOutcome.UNREACHABLE, ""),
)
_WAITING = (
    (4, "Can come at short notice, lives around the corner."),
    (24, "Mornings only."),
    (48, "Needs two days to find an escort."),
)
_ON_THE_PINBOARD = 2
_HELD_MINUTES = 2880
_TRIED = 16
_MOVED_DAYS = range(6, 15, 2)
_REASON = "The patient is away that week and would like to go on afterwards; agreed on the telephone."


def lay_the_desk(store: Store, catalog: Catalog, zone: str, now: datetime, simulation: Simulation) -> None:
    """Puts on the desk what lies there at `now` (wall-clock)."""
    clock = FixedClock(to_instant(now - timedelta(minutes=20), zone))
    desk = _DeskWork(store, catalog, clock, now)
    desk.roster()
    desk.call_tomorrows_patients()
    coming = desk.coming()
    desk.put_on_the_waitlist(coming)
    desk.put_on_the_pinboard(coming)
    desk.move_one_far(coming)
    desk.hold_a_series(simulation)


class _DeskWork:
    """The second clerk, so that nothing of it can be undone by whoever looks first."""

    def __init__(self, store: Store, catalog: Catalog, clock: FixedClock, now: datetime) -> None:
        given = store, catalog, clock
        self._catalog = catalog
        self._today = now.date()
        self._clinic, self._booking = ClinicService(*given), Booking(*given)
        self._calls, self._recall = Calls(*given), Recall(*given)
        self._users = {user.login: user for user in Users(*given).who_may_sign_in()}

    @property
    def _clerk(self) -> User:
        return self._users["desk2"]

    def roster(self) -> None:
        """The clerks' usual shifts with their breaks; one of them is on leave for a day."""
        manager, monday = self._users["manager"], self._today - timedelta(days=self._today.weekday())
        for login, starts, ends, lunch in (("desk", 480, 990, 720), ("desk2", 540, 1050, 780)):
            breaks = ((lunch, lunch + 30),)
            pattern = ShiftPattern(0, self._users[login].id, _HERE, 0, starts, ends, monday, breaks)
            self._clinic.add_pattern(manager, pattern, tuple(_WORKDAYS))
        leave = datetime.combine(monday + timedelta(days=11), time())
        self._clinic.add_absence(manager, self._clerk.id, leave, leave + timedelta(days=1), "On leave")

    def call_tomorrows_patients(self) -> None:
        """The first calls of the confirmation list, with their outcomes."""
        rows = self._calls.to_confirm(self._clerk, _HERE).rows
        waiting = [row.card.appointment for row in rows if row.card.appointment.status is Status.SCHEDULED]
        for visit, (outcome, note) in zip(waiting, _CALLS, strict=False):
            self._calls.record(self._clerk, visit.id, visit.version, outcome, note)

    def coming(self) -> list[Card]:
        """Scheduled visits from the day after tomorrow on for three weeks, in order, one of each patient."""
        found: dict[int, Card] = {}
        for card in self._cards(range(3, 22)):
            if card.appointment.status is Status.SCHEDULED:
                found.setdefault(card.appointment.patient_id, card)
        return list(found.values())

    def _cards(self, ahead: range) -> Iterator[Card]:
        for days in ahead:
            yield from self._booking.day(self._clerk, _HERE, self._today + timedelta(days=days)).cards

    def put_on_the_waitlist(self, coming: list[Card]) -> None:
        """People who would rather come earlier than they are booked."""
        late = coming[len(coming) // 2 :]
        for card, (hours, note) in zip(late, _WAITING, strict=False):
            visit = card.appointment
            fields = WaitingFields(
                visit.patient_id,
                _HERE,
                self._protocol(card),
                appointment_id=visit.id,
                series_id=visit.series_id,
                notice_hours=hours,
                latest=time(12) if "Mornings" in note else None,
                note=note,
            )
            self._recall.add_waiting(self._clerk, fields)

    def _protocol(self, card: Card) -> str:
        known = (p.id for p in self._catalog.protocols.values() if p.desk_name == card.desk_name)
        return next(known, _INDUCTION)

    def put_on_the_pinboard(self, coming: list[Card]) -> None:
        """Visits whose patients could not say yet when they can come."""
        for _ in range(min(_ON_THE_PINBOARD, len(coming))):
            visit = coming.pop(0).appointment
            self._booking.park(self._clerk, visit.id, visit.version)

    def move_one_far(self, coming: list[Card]) -> None:
        """A session of a course put further away than its protocol would have it, the last one if there is any."""
        courses = sorted((card for card in coming if " of " in card.label), key=_is_last, reverse=True)
        for card in courses[:_TRIED]:
            for days in _MOVED_DAYS:
                if self._moved(card, card.appointment.starts_at + timedelta(days=days)):
                    return

    def _moved(self, card: Card, there: datetime) -> bool:
        """Whether the visit could be moved there, on any chair, with a reason alone."""
        visit = card.appointment
        check = self._booking.move_check(self._clerk, visit.id, there.date())
        for chair in self._clinic.chairs(self._clerk, _HERE):
            found = blocking(check.findings(chair.id, there))
            if found and all(finding.code in REVIEWED for finding in found):
                given = tuple(BookingOverride(code, _REASON) for code in sorted({f.code for f in found}))
                self._booking.move(self._clerk, visit.id, visit.version, chair.id, there, overrides=given)
                return True
        return False

    def hold_a_series(self, simulation: Simulation) -> None:
        """A complete course held for the patient who was here longest ago, and who asks at home first."""
        last: dict[int, date] = {}
        for series in simulation.series:
            day = series.visits[-1].starts_at.date()
            last[series.patient] = max(day, last.get(series.patient, day))
        patient = min(simulation.patients, key=lambda p: (last.get(p.index, date.min), p.index))
        wishes = SeriesWishes(patient.index + 1, _INDUCTION, _HERE, self._today + timedelta(days=7))
        proposals = self._booking.propose_series(self._clerk, wishes).proposals
        if proposals:
            self._booking.hold_series(self._clerk, wishes, proposals[0].sessions, _HELD_MINUTES)


def _is_last(card: Card) -> bool:
    """Whether a session is the last one of its course: "6 of 6"."""
    number, _, count = card.label.partition(" of ")
    return number == count
