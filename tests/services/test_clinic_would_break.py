"""What a change of hours, shifts, closures or chairs would break among the visits booked, before it is saved."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.capacity_change import BrokenVisit, CapacityChange
from ketaclinic.domain.findings import Invalid, Refused
from ketaclinic.domain.people import Role
from ketaclinic.domain.resources import Absence, Closure, Hours, Shift, ShiftPattern
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, MANAGER, MONDAY, NURSE, NURSE_2, PRESCRIBER, Desk, a_desk, on, session


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    """Silva on Monday and Thursday at nine on chair 1, Okafor on Monday at eleven on chair 2."""
    desk = a_desk(services, store)
    desk.book(1, session(0, "09:00"), session(3, "09:00"))
    desk.book(2, session(0, "11:00", chair=2))
    return desk


def usual(user: int, starts: int = 480, ends: int = 1020, weekday: int = 0, **more: object) -> ShiftPattern:
    given = {"valid_from": MONDAY, **more}
    return ShiftPattern(0, user, 1, weekday, starts, ends, **given)  # type: ignore[arg-type]


def told(found: tuple[BrokenVisit, ...]) -> list[tuple[str, str, str]]:
    """(who, when, why)."""
    return [(one.card.patient_name, f"{one.card.appointment.starts_at:%a %H:%M}", one.text) for one in found]


def breaks(desk: Desk, **change: object) -> list[tuple[str, str, str]]:
    return told(desk.services.clinic.would_break(MANAGER, 1, CapacityChange(**change)))  # type: ignore[arg-type]


def test_shorter_hours_name_the_visits_outside_them(desk: Desk) -> None:
    hours = tuple(Hours(day, time(8), time(12)) for day in range(3))
    assert breaks(desk, hours=hours) == [
        ("Okafor, Chidinma", "Mon 11:00", "Outside the opening hours, 08:00 to 12:00."),
        ("Silva, João", "Thu 09:00", "The clinic is not open that day."),
    ]
    assert breaks(desk, hours=tuple(Hours(day, time(7), time(18)) for day in range(7))) == []


def test_fewer_usual_nurses_name_the_visits_they_cannot_watch(desk: Desk) -> None:
    assert breaks(desk, usual_nurses=(1,) * 7) == []
    assert breaks(desk, usual_nurses=(0, 1, 1, 1, 1, 0, 0)) == [
        ("Silva, João", "Mon 09:00", "Too few nurses at 09:20: 1 in set-up and 0 monitored, 0 nurses on duty."),
        ("Okafor, Chidinma", "Mon 11:00", "Too few nurses at 11:20: 1 in set-up and 0 monitored, 0 nurses on duty."),
    ]


def test_the_first_usual_shift_of_a_day_ends_the_usual_number(desk: Desk) -> None:
    # With Maria entered from ten on, nobody is there at nine any more.
    assert breaks(desk, patterns=(usual(NURSE.id, starts=600),)) == [
        ("Silva, João", "Mon 09:00", "Too few nurses at 09:20: 1 in set-up and 0 monitored, 0 nurses on duty.")
    ]


def test_a_usual_shift_changed_or_taken_out_is_thought_through(desk: Desk) -> None:
    clinic = desk.services.clinic
    (maria,) = clinic.add_pattern(MANAGER, usual(NURSE.id))
    clinic.add_pattern(MANAGER, usual(NURSE_2.id, starts=660))
    why = "Too few nurses at 09:20: 1 in set-up and 0 monitored, 0 nurses on duty."
    silva = [("Silva, João", "Mon 09:00", why)]
    assert breaks(desk, patterns_removed=frozenset({maria.id})) == silva
    assert breaks(desk, patterns=(replace(maria, starts=600),)) == silva
    assert breaks(desk, patterns=(replace(maria, breaks=((550, 570),)),)) == silva
    assert breaks(desk, patterns=(replace(maria, valid_until=MONDAY - timedelta(days=1)),)) == silva
    assert breaks(desk, patterns=(replace(maria, starts=420),)) == []


def test_an_absence_and_a_shift_of_one_day_are_thought_through(desk: Desk) -> None:
    clinic = desk.services.clinic
    clinic.add_pattern(MANAGER, usual(NURSE.id))
    gone = Absence(0, NURSE.id, on(0, "11:30"), on(0, "17:00"), "Dentist")
    assert breaks(desk, absences=(gone,)) == [
        ("Okafor, Chidinma", "Mon 11:00", "Too few nurses at 11:30: 1 in set-up and 0 monitored, 0 nurses on duty.")
    ]
    swapped = Shift(0, NURSE.id, 1, on(0, "10:50"), on(0, "17:00"))
    assert [who for who, _, _ in breaks(desk, shifts=(swapped,))] == ["Silva, João"]
    (stands,) = clinic.add_shifts(MANAGER, [(NURSE.id, 1, on(0, "08:00"), on(0, "17:00"))])
    clinic.add_shifts(MANAGER, [(NURSE_2.id, 1, on(0, "10:00"), on(0, "17:00"))])
    clinic.end_pattern(MANAGER, clinic.patterns(DESK, 1)[0].id, 1, MONDAY - timedelta(days=1))
    assert [who for who, _, _ in breaks(desk, shifts_removed=frozenset({stands.id}))] == ["Silva, João"]


def test_the_prescriber_gone_from_noon_leaves_whom_he_should_watch(desk: Desk) -> None:
    desk.services.clinic.add_pattern(MANAGER, usual(PRESCRIBER.id))
    gone = Absence(0, PRESCRIBER.id, on(0, "12:00"), on(1, "00:00"))
    assert breaks(desk, absences=(gone,)) == [
        ("Okafor, Chidinma", "Mon 11:00", "No prescriber is there from 12:00 to 12:40.")
    ]


def test_a_closure_names_whom_it_lies_over(desk: Desk) -> None:
    assert breaks(desk, closures=(Closure(0, 1, None, on(0, "10:00"), on(0, "12:00"), "Painters"),)) == [
        ("Silva, João", "Mon 09:00", "Closed then: Painters."),
        ("Okafor, Chidinma", "Mon 11:00", "Closed then: Painters."),
    ]
    assert [
        who for who, _, _ in breaks(desk, closures=(Closure(0, 1, 2, on(0, "08:00"), on(0, "17:00"), "Pump"),))
    ] == ["Okafor, Chidinma"]


def test_a_chair_out_of_use_names_the_visits_on_it(desk: Desk) -> None:
    assert breaks(desk, chairs_retired=((1, date(2026, 12, 1)),)) == [
        ("Silva, João", "Thu 09:00", "Its chair is out of use from Tue 1 Dec.")
    ]


def test_what_is_over_and_what_was_broken_before_is_not_told_again(desk: Desk, clock: FixedClock) -> None:
    clinic = desk.services.clinic
    here = clinic.locations(MANAGER)[0]
    clinic.edit_location(MANAGER, replace(here, usual_nurses=(0,) * 7))
    assert breaks(desk, usual_nurses=(0,) * 7) == []
    clock.forward(days=7, hours=4)  # Monday 30 November, 13:00 in Chicago: the morning is over
    shorter = tuple(Hours(day, time(8), time(8, 30)) for day in range(5))
    assert [when for _, when, _ in breaks(desk, hours=shorter)] == ["Thu 09:00"]


def test_a_cancelled_visit_breaks_nothing(desk: Desk) -> None:
    visit = next(card.appointment for card in desk.day(0).cards if card.patient_name.startswith("Silva"))
    desk.services.booking.cancel(DESK, visit.id, visit.version, Status.CANCELLED_BY_PATIENT, "Moved away")
    assert [who for who, _, _ in breaks(desk, usual_nurses=(0, 2, 2, 2, 2, 0, 0))] == ["Okafor, Chidinma"]


def test_with_nothing_booked_nothing_breaks(services: Services, store: Store) -> None:
    empty = a_desk(services, store)
    assert breaks(empty, hours=(Hours(0, time(8), time(9)),)) == []


def test_visits_out_of_place_are_found_with_every_reason(desk: Desk) -> None:
    clinic = desk.services.clinic
    friday = MONDAY + timedelta(days=4)
    assert clinic.out_of_place(DESK, 1, MONDAY, friday) == ()
    here = clinic.locations(MANAGER)[0]
    hours = tuple(Hours(day, time(8), time(12)) for day in range(5))
    clinic.edit_location(MANAGER, replace(here, hours=hours))
    clinic.add_pattern(MANAGER, usual(NURSE.id, starts=600))
    clinic.add_pattern(MANAGER, usual(PRESCRIBER.id, ends=720))
    found = clinic.out_of_place(DESK, 1, MONDAY, friday)
    assert told(found) == [
        ("Silva, João", "Mon 09:00", "Too few nurses at 09:20: 1 in set-up and 0 monitored, 0 nurses on duty."),
        (
            "Okafor, Chidinma",
            "Mon 11:00",
            "Outside the opening hours, 08:00 to 12:00. No prescriber is there from 12:00 to 12:40.",
        ),
    ]
    assert [one.codes for one in found] == [("nurse-load",), ("outside-hours", "no-prescriber")]


# public holidays


def at_home_in(desk: Desk, country: str, subdivision: str = "") -> None:
    here = desk.services.clinic.locations(MANAGER)[0]
    desk.services.clinic.edit_location(MANAGER, replace(here, country=country, subdivision=subdivision))


def test_holidays_of_the_country_are_offered_with_what_they_would_hit(desk: Desk) -> None:
    at_home_in(desk, "US", "CA")
    desk.book(3, session(25, "09:00"))  # Christmas Day 2026
    offers = {offer.day: offer for offer in desk.services.clinic.holidays(DESK, 1, 2026)}
    christmas = offers[date(2026, 12, 25)]
    assert (christmas.name, christmas.open, christmas.closed, christmas.visits) == ("Christmas Day", True, False, 1)
    assert offers[date(2026, 7, 4)].open is False  # a Saturday
    assert offers[date(2026, 11, 26)].name == "Thanksgiving Day"


def test_ticked_holidays_become_closures_around_what_is_closed_already(desk: Desk) -> None:
    at_home_in(desk, "DE", "BY")
    clinic = desk.services.clinic
    epiphany, new_year = date(2027, 1, 6), date(2027, 1, 1)
    clinic.add_closure(DESK, 1, None, on(37, "12:00"), on(37, "13:00"), "Lunch")  # 6 January
    closed = clinic.close_holidays(DESK, 1, [epiphany, new_year], command_id="h1")
    assert clinic.close_holidays(DESK, 1, [epiphany, new_year], command_id="h1") == closed
    assert [(c.reason, f"{c.starts_at:%d %H:%M}", f"{c.ends_at:%d %H:%M}") for c in closed] == [
        ("New Year's Day", "01 00:00", "02 00:00"),
        ("Epiphany", "06 00:00", "06 12:00"),
        ("Epiphany", "06 13:00", "07 00:00"),
    ]
    offers = {offer.day: offer.closed for offer in clinic.holidays(DESK, 1, 2027)}
    assert (offers[epiphany], offers[date(2027, 3, 26)]) == (True, False)
    assert all(check.ok for check in desk.services.doctor.check())


def test_a_holiday_with_visits_closes_nothing_at_all(desk: Desk) -> None:
    at_home_in(desk, "US")
    desk.book(3, session(25, "09:00"))
    with pytest.raises(Refused) as refused:
        desk.services.clinic.close_holidays(DESK, 1, [date(2026, 11, 26), date(2026, 12, 25)])
    assert str(refused.value) == (
        "Visits are booked on Christmas Day: 25 December 09:00 to 10:55 (Chair 1). "
        "Nothing was closed: move or cancel them first."
    )
    assert desk.services.clinic.closures(DESK, 1, date(2026, 11, 1), date(2026, 12, 31)) == ()


def test_without_a_country_there_are_no_holidays_and_it_says_so(desk: Desk) -> None:
    with pytest.raises(Invalid, match="Choose the country of this location first"):
        desk.services.clinic.holidays(DESK, 1, 2026)
    at_home_in(desk, "DE", "XX")
    with pytest.raises(Invalid, match="No public holidays are known"):
        desk.services.clinic.holidays(DESK, 1, 2026)
    at_home_in(desk, "US")
    with pytest.raises(Invalid, match="Tick at least one"):
        desk.services.clinic.close_holidays(DESK, 1, [])
    with pytest.raises(Invalid, match="2026-12-24 is no public holiday there"):
        desk.services.clinic.close_holidays(DESK, 1, [date(2026, 12, 24)])


def test_countries_are_listed_with_their_regions(desk: Desk) -> None:
    found = {country.code: country for country in desk.services.clinic.holiday_countries(MANAGER)}
    assert found["US"].name == "United States"
    assert ("CA", "California") in found["US"].regions
    assert ("BY", "Bayern") in found["DE"].regions
    assert found["CD"].name == "DR Congo"


def test_where_only_the_usual_number_is_known_an_absence_takes_one_of_them(desk: Desk) -> None:
    desk.services.clinic.edit_location(
        MANAGER, replace(desk.services.clinic.locations(MANAGER)[0], usual_nurses=(1,) * 7)
    )
    gone = Absence(0, NURSE.id, on(0, "10:00"), on(1, "00:00"), "Sick")
    assert breaks(desk, absences=(gone,)) == [
        ("Silva, João", "Mon 09:00", "Too few nurses at 10:00: 0 in set-up and 1 monitored, 0 nurses on duty."),
        ("Okafor, Chidinma", "Mon 11:00", "Too few nurses at 11:20: 1 in set-up and 0 monitored, 0 nurses on duty."),
    ]


def test_a_nurse_who_leaves_the_clinic_takes_her_shifts_with_her(desk: Desk) -> None:
    clinic = desk.services.clinic
    clinic.add_pattern(MANAGER, usual(NURSE.id))
    clinic.add_pattern(MANAGER, usual(NURSE_2.id, starts=660))
    why = "Too few nurses at 09:20: 1 in set-up and 0 monitored, 0 nurses on duty."
    for becomes in (None, Role.MANAGER):
        assert breaks(desk, role_changes=((NURSE.id, becomes),)) == [("Silva, João", "Mon 09:00", why)]
    assert breaks(desk, role_changes=((NURSE_2.id, None),)) == []
    assert breaks(desk, role_changes=((NURSE.id, Role.NURSE),)) == []


def test_a_nurse_who_prescribes_from_now_on_is_entered_as_a_prescriber(desk: Desk) -> None:
    clinic = desk.services.clinic
    clinic.add_pattern(MANAGER, usual(NURSE.id))
    clinic.add_pattern(MANAGER, usual(NURSE_2.id, starts=720, ends=1020))
    found = breaks(desk, role_changes=((NURSE_2.id, Role.PRESCRIBER),))
    assert [(who, why.partition(" from")[0]) for who, _, why in found] == [
        ("Silva, João", "No prescriber is there"),
        ("Okafor, Chidinma", "No prescriber is there"),
    ]
