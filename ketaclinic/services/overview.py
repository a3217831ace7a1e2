"""Weeks and months at a glance: what is booked and how much would still fit."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import busy_time
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import overview as rows
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import FREES_THE_CHAIR, Status
from ketaclinic.domain.booking_situation import MINUTES_OF_DAY, BusyTime
from ketaclinic.domain.claims import from_wall_minutes
from ketaclinic.domain.overview import (
    Bar,
    MonthDay,
    MonthView,
    Room,
    Shut,
    Standard,
    WeekDay,
    WeekView,
    monday_of,
    weeks_of_month,
)
from ketaclinic.domain.people import User
from ketaclinic.domain.protocols import NurseNeeds, Phases, Protocol
from ketaclinic.services.clinic_closures import names_between
from ketaclinic.services.guard import intention
from ketaclinic.services.rulebook import rulebook

_HOUR = Phases(prep=0, infusion=0, recovery=0, turnover=60)
_NO_NURSE = NurseNeeds(setup_from=0, setup_minutes=0, ratio=1)
_STATUSES = {status.value: status for status in Status}


class Overview:
    """What the week and the month show."""

    area = "overview"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock
        self._standard = standard_protocol(catalog.protocols)

    @intention
    def week(self, by: User, location_id: int, monday: date) -> WeekView:  # noqa: ARG002 - the guard reads it
        """Seven days from the Monday on or before `monday`. Raises NotFound for an unknown location."""
        first = monday_of(monday)
        with self._store.reading() as session:
            location = clinic_rows.location(session, location_id)
            busy = busy_time.busy_time(session, location, first, 7)
            found = rows.bars(session, location_id, first, 7)
        today, left = self._room(busy)
        by_day: list[list[rows.BarRow]] = [[] for _ in range(7)]
        for row in found:
            by_day[(row.starts - busy.first_midnight) // MINUTES_OF_DAY].append(row)
        days = tuple(_week_day(busy, number, by_day[number], left[number], today) for number in range(7))
        return WeekView(location, self._named(), days)

    @intention
    def month(self, by: User, location_id: int, first: date) -> MonthView:  # noqa: ARG002 - the guard reads it
        """The weeks of the month that `first` lies in. Raises NotFound for an unknown location."""
        first = first.replace(day=1)
        begin, days = weeks_of_month(first)
        with self._store.reading() as session:
            location = clinic_rows.location(session, location_id)
            busy = busy_time.busy_time(session, location, begin, days)
        today, left = self._room(busy)
        counted = Counter((visit[2] - busy.first_midnight) // MINUTES_OF_DAY for visit in busy.visits)
        holidays = names_between(location, begin, begin + timedelta(days=days - 1))
        shown = tuple(
            _month_day(busy, number, counted[number], left[number], today, holidays) for number in range(days)
        )
        return MonthView(location, self._named(), first, shown)

    def _room(self, busy: BusyTime) -> tuple[date, tuple[Room, ...]]:
        """Today at the location, and what is left of each day read."""
        from ketaclinic.planning.room import rooms  # noqa: PLC0415 - NumPy when it is needed

        rules = rulebook(self._catalog, self._clock, busy.location.zone)
        assert rules.now is not None
        kind = self._standard
        phases, nurse = (kind.phases, kind.nurse) if kind else (_HOUR, _NO_NURSE)
        return from_wall_minutes(rules.now).date(), rooms(busy, phases, nurse, rules.limits, rules.now)

    def _named(self) -> Standard | None:
        kind = self._standard
        return Standard(kind.id, kind.short_name, kind.phases.total) if kind else None


def standard_protocol(protocols: Mapping[str, Protocol]) -> Protocol | None:
    """The protocol whose length most others share, the first by id where several do; None where there is none."""
    lengths = Counter(protocol.phases.total for protocol in protocols.values())
    return min(protocols.values(), key=lambda p: (-lengths[p.phases.total], p.id), default=None)


def _week_day(busy: BusyTime, number: int, found: list[rows.BarRow], left: Room, today: date) -> WeekDay:
    midnight = busy.first_midnight + number * MINUTES_OF_DAY
    day = from_wall_minutes(midnight).date()
    by_chair: dict[int, list[Bar]] = {}
    for row in found:
        bar = Bar(
            row.appointment_id,
            row.starts - midnight,
            row.ends - midnight,
            _STATUSES[row.status],
            row.name,
            row.label,
            row.patient_id,
        )
        by_chair.setdefault(row.chair_id, []).append(bar)
    chairs = (c for c in busy.chairs if c.retired_on is None or c.retired_on > day or c.id in by_chair)
    return WeekDay(
        day=day,
        hours=busy.hours_of(day.weekday()),
        closures=_shut(busy, midnight),
        chairs=tuple((chair, tuple(by_chair.get(chair.id, ()))) for chair in chairs),
        visits=sum(_STATUSES[row.status] not in FREES_THE_CHAIR for row in found),
        room=left,
        past=day < today,
    )


def _shut(busy: BusyTime, midnight: int) -> tuple[Shut, ...]:
    end = midnight + MINUTES_OF_DAY
    return tuple(
        Shut(
            closed.chair_id,
            max(closed.starts - midnight, 0),
            min(closed.ends - midnight, MINUTES_OF_DAY),
            closed.reason,
        )
        for closed in busy.closures
        if closed.starts < end and closed.ends > midnight
    )


def _month_day(
    busy: BusyTime, number: int, visits: int, left: Room, today: date, holidays: Mapping[date, str]
) -> MonthDay:
    midnight = busy.first_midnight + number * MINUTES_OF_DAY
    day = from_wall_minutes(midnight).date()
    is_open = left.open_minutes > 0
    names = {chair.id: chair.name for chair in busy.chairs}
    closures = dict.fromkeys(
        shut.reason if shut.chair_id is None else f"{names[shut.chair_id]}: {shut.reason}"
        for shut in _shut(busy, midnight)
        if shut.chair_id is None or shut.chair_id in names
    )
    return MonthDay(
        day=day,
        visits=visits,
        use=left.use,
        free_starts=left.free_starts if is_open and day >= today else None,
        closures=tuple(closures),
        open=is_open,
        short=left.short,
        holiday=holidays.get(day, ""),
    )
