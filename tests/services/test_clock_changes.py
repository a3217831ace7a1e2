"""Days on which the clock changes, and days that begin before or after those of Greenwich: the wall is what counts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from icalendar import Calendar

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock, skipped_by_the_clock, to_instant
from ketaclinic.db.models import LocationRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.courses import Cause, Scope, SeriesChange, Strategy
from ketaclinic.domain.findings import Invalid, Refused
from ketaclinic.domain.repair import Outage, OutageKind
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, INDUCTION, Desk, a_desk


@dataclass(frozen=True)
class Change:
    """A night in which the clock changes, and what eight in the morning is in UTC before and after it."""

    zone: str
    day: date
    before: int
    after: int


FORWARD = (
    Change("America/Chicago", date(2027, 3, 14), 14 * 60, 13 * 60),
    Change("Europe/Berlin", date(2027, 3, 28), 7 * 60, 6 * 60),
    Change("Australia/Lord_Howe", date(2027, 10, 3), 21 * 60 + 30, 21 * 60),
)
BACK = (
    Change("America/Chicago", date(2027, 11, 7), 13 * 60, 14 * 60),
    Change("Europe/Berlin", date(2027, 10, 31), 6 * 60, 7 * 60),
    Change("Australia/Lord_Howe", date(2027, 4, 4), 21 * 60, 21 * 60 + 30),
)


def a_clinic_by_night(services: Services, store: Store, clock: FixedClock, change: Change) -> Desk:
    """Open day and night; it is noon, six days before the change."""
    desk = a_desk(services, store, zone=change.zone)
    with store.writing(Op.EDIT_CLINIC) as writing:
        row = writing.session.get_one(LocationRow, 1)
        row.hours = [[day, 0, 1435] for day in range(7)]
    clock.at = to_instant(datetime.combine(change.day - timedelta(days=6), time(12)), change.zone)
    return desk


def planned(day: date, hour: int, minute: int = 0, chair: int = 1) -> PlannedSession:
    starts = datetime.combine(day, time(hour, minute))
    return PlannedSession(starts, starts + timedelta(minutes=115), chair)


def instants(desk: Desk, series_id: int) -> list[datetime]:
    """When the visits of a series begin, as a calendar elsewhere reads them."""
    events = Calendar.from_ical(desk.services.printing.calendar(DESK, series_id)).walk("VEVENT")
    return sorted(event["DTSTART"].dt.astimezone(UTC) for event in events)  # type: ignore[union-attr]


def minutes(instant: datetime) -> int:
    return instant.hour * 60 + instant.minute


@pytest.mark.parametrize("change", [*FORWARD, *BACK], ids=lambda change: f"{change.zone} {change.day}")
def test_a_course_over_the_change_keeps_its_hour_on_the_wall(
    services: Services, store: Store, clock: FixedClock, change: Change
) -> None:
    desk = a_clinic_by_night(services, store, clock, change)
    days = [change.day + timedelta(days=number) for number in (-3, -1, 1, 4)]
    booked = desk.book(1, *(planned(day, 8) for day in days))
    eight = [minutes(instant) for instant in instants(desk, booked.series_id)]
    assert eight == [change.before, change.before, change.after, change.after]
    shift = services.courses.edit_preview(DESK, booked.appointment_ids[0], Scope.ALL, SeriesChange(days=1))
    services.courses.apply(DESK, shift)
    assert [desk.visit(visit).starts_at for visit in booked.appointment_ids] == [
        datetime.combine(day + timedelta(days=1), time(8)) for day in days
    ]
    eight = [minutes(instant) for instant in instants(desk, booked.series_id)]
    assert eight == [change.before, change.after, change.after, change.after]
    services.history.undo(DESK)
    missed = services.courses.missed_options(DESK, booked.appointment_ids[1], Cause.CANCELLED)
    later = next(option for option in missed if option.strategy is Strategy.SHIFT)
    assert {visit.to.starts_at.time() for visit in later.visits if visit.to} == {time(8)}


@pytest.mark.parametrize("change", [*FORWARD, *BACK], ids=lambda change: f"{change.zone} {change.day}")
def test_the_planner_keeps_the_hour_over_the_change(
    services: Services, store: Store, clock: FixedClock, change: Change
) -> None:
    desk = a_clinic_by_night(services, store, clock, change)
    wishes = desk.wishes(first_day=change.day - timedelta(days=5), count=6, earliest=time(8), latest=time(9))
    proposals = services.booking.propose_series(DESK, wishes).proposals
    assert proposals
    for proposal in proposals:
        assert len({session.starts_at.time() for session in proposal.sessions}) == 1
        assert services.booking.check_sessions(DESK, wishes, proposal.sessions) == ()


@pytest.mark.parametrize("change", FORWARD, ids=lambda change: change.zone)
def test_no_visit_can_be_where_the_clock_goes_forward(
    services: Services, store: Store, clock: FixedClock, change: Change
) -> None:
    """What began before would last into an hour that is not there, and really reach into the visits after it."""
    desk = a_clinic_by_night(services, store, clock, change)
    ((begins, ends),) = skipped_by_the_clock(change.zone, 2027)
    assert begins == datetime.combine(change.day, time(2))
    assert ends == begins + timedelta(minutes=30 if change.zone == "Australia/Lord_Howe" else 60)
    told = f"The clinic is closed from 02:00 to {ends:%H:%M}: the clock goes forward."
    for hour, minute in ((2, 15), (1, 0), (0, 30)):
        with pytest.raises(Refused) as refused:
            desk.book(1, planned(change.day, hour, minute))
        assert told in str(refused.value)
    free = {start.starts_at for start in services.booking.free(DESK, 1, change.day, 115)}
    assert free
    assert not [at for at in free if at < ends and at + timedelta(minutes=115) > begins]
    why = services.booking.why(DESK, 1, INDUCTION, begins, 1)
    assert told in [finding.message for finding in why.findings]
    visit = desk.book(1, planned(change.day, 0, 0), planned(change.day + timedelta(days=3), 8)).appointment_ids[0]
    with pytest.raises(Refused, match="the clock goes forward"):
        services.booking.move(DESK, visit, 1, 1, begins - timedelta(minutes=60))
    assert services.booking.move(DESK, visit, 1, 1, ends).starts_at == ends
    assert instants(desk, 1)[0] == to_instant(ends, change.zone)


@pytest.mark.parametrize("change", BACK, ids=lambda change: change.zone)
def test_where_the_clock_goes_back_an_hour_is_booked_once_and_means_the_first(
    services: Services, store: Store, clock: FixedClock, change: Change
) -> None:
    desk = a_clinic_by_night(services, store, clock, change)
    twice = datetime.combine(change.day, time(1, 45))
    desk.book(1, planned(change.day, 1, 45))
    with pytest.raises(Refused, match="Chair 1 is taken from 01:45 to 03:40"):
        desk.book(2, planned(change.day, 1, 45))
    assert instants(desk, 1) == [to_instant(twice, change.zone)]
    clock.at = to_instant(twice, change.zone) + timedelta(hours=1)  # the wall shows it once more, or nearly
    visit = services.floor.change_status(DESK, 1, 1, Status.ARRIVED)
    assert visit.status is Status.ARRIVED
    assert [check for check in services.doctor.check() if not check.ok] == []


def test_a_clinic_that_is_closed_by_night_hears_nothing_of_the_change(
    services: Services, store: Store, clock: FixedClock
) -> None:
    a_desk(services, store)
    clock.at = datetime(2027, 3, 8, 18, tzinfo=UTC)
    month = services.overview.month(DESK, 1, date(2027, 3, 1))
    assert [day.closures for day in month.days if day.day == date(2027, 3, 14)] == [()]


@pytest.mark.parametrize("zone", ["America/Havana", "Asia/Kolkata", "Pacific/Apia"])
def test_the_hours_a_year_does_not_have_are_known_wherever_a_clinic_is(zone: str) -> None:
    """At midnight, never, and in 2011 a whole day."""
    expected = {
        "America/Havana": [(datetime(2011, 3, 20), datetime(2011, 3, 20, 1))],
        "Asia/Kolkata": [],
        "Pacific/Apia": [
            (datetime(2011, 9, 24, 3), datetime(2011, 9, 24, 4)),
            (datetime(2011, 12, 30), datetime(2011, 12, 31)),
        ],
    }
    assert list(skipped_by_the_clock(zone, 2011)) == expected[zone]


# --- the turn of the day ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        ("Australia/Lord_Howe", datetime(2026, 11, 29, 13, 5, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 11, 29, 11, 5, tzinfo=UTC)),
        ("America/Chicago", datetime(2026, 11, 30, 6, 5, tzinfo=UTC)),
    ],
)
def test_five_past_midnight_is_the_new_day_wherever_the_clinic_is(
    services: Services, store: Store, clock: FixedClock, zone: str, instant: datetime
) -> None:
    """It is Monday 30 November, 00:05, on the wall; in Greenwich it may still be Sunday."""
    desk = a_desk(services, store, zone=zone)
    monday, sunday = date(2026, 11, 30), date(2026, 11, 29)
    clock.at = instant - timedelta(minutes=10)
    visits = desk.book(1, planned(monday, 8), planned(monday + timedelta(days=3), 8)).appointment_ids
    held = services.booking.hold_series(DESK, desk.wishes(2), [planned(monday, 8, chair=2)])
    clock.at = instant
    with pytest.raises(Refused, match=r"08:00 has passed"):
        desk.book(3, planned(sunday, 8))
    assert [card.appointment.id for card in services.booking.upcoming(DESK, 1)] == list(visits)
    assert services.booking.day(DESK, 1, monday).cards[1].held_until == datetime.combine(monday, time(0, 10))
    clock.forward(minutes=5)
    assert services.booking.lapse_holds() == 1
    assert desk.visit(held.appointment_ids[0]).status is Status.LAPSED
    with pytest.raises(Invalid, match="This day has passed"):
        services.repair.propose(
            DESK, 1, sunday, (Outage(OutageKind.CHAIR, 1, datetime.combine(sunday, time(8)), None),), seconds=5
        )
    out = Outage(OutageKind.CHAIR, 1, datetime.combine(monday, time(8)), None, "Pump")
    plan = services.repair.propose(DESK, 1, monday, (out,), seconds=60)
    services.repair.apply(DESK, plan)
    assert desk.visit(visits[0]).chair_id == 2
    stopped = services.courses.stop(DESK, desk.visit(visits[0]).series_id, "Response is enough")
    assert stopped.appointment_ids == visits
    assert [check for check in services.doctor.check() if not check.ok] == []


def test_a_trial_is_decided_by_the_evening_on_the_clinics_own_wall(
    services: Services, store: Store, clock: FixedClock, catalog: Catalog
) -> None:
    """The evening after the clock went forward: midnight of Lord Howe is half an hour earlier in Greenwich by then."""
    change = FORWARD[2]
    desk = a_clinic_by_night(services, store, clock, change)
    days = [change.day + timedelta(days=number) for number in (-3, 4, 11)]
    booked = services.booking.book_series(DESK, desk.wishes(1, count=3), [planned(day, 8) for day in days], trial=1)
    until = desk.visit(booked.appointment_ids[1]).held_until
    assert until is not None
    limit = days[0] + timedelta(days=catalog.rules.whole("booking.trial-days") + 1)
    assert until == to_instant(min(datetime.combine(limit, time()), datetime.combine(days[1], time(8))), change.zone)
