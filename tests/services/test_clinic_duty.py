"""Who works when, as a manager enters it, and what the board and the planner make of it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.findings import Invalid, NotFound, Refused, Stale
from ketaclinic.domain.people import Role
from ketaclinic.domain.resources import DutySpan, Hours, Location, ShiftPattern
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import (
    DESK,
    INDUCTION,
    MANAGER,
    MONDAY,
    NURSE,
    NURSE_2,
    PRESCRIBER,
    Desk,
    a_desk,
    on,
    session,
)


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


def usual(user: int = NURSE.id, weekday: int = 0, starts: int = 480, ends: int = 1020, **more: object) -> ShiftPattern:
    given = {"valid_from": MONDAY, **more}
    return ShiftPattern(0, user, 1, weekday, starts, ends, **given)  # type: ignore[arg-type]


def there(desk: Desk, day: int = 0, days: int = 1, role: Role | None = None) -> list[tuple[str, str, str]]:
    first = MONDAY + timedelta(days=day)
    spans = desk.services.clinic.duty(DESK, 1, first, first + timedelta(days=days - 1), role)
    return [(span.name, f"{span.starts_at:%d %H:%M}", f"{span.ends_at:%d %H:%M}") for span in spans]


def on_duty(desk: Desk, day: int = 0) -> set[int]:
    return {point.on_duty for point in desk.day(day).load}


# usual shifts


def test_a_usual_shift_is_entered_for_several_weekdays_at_once(desk: Desk) -> None:
    added = desk.services.clinic.add_pattern(MANAGER, usual(breaks=((720, 750),)), (0, 2, 4), command_id="p1")
    assert [pattern.weekday for pattern in added] == [0, 2, 4]
    assert desk.services.clinic.add_pattern(MANAGER, usual(), (0, 2, 4), command_id="p1") == added  # a double click
    assert desk.services.clinic.patterns(DESK, 1) == added
    assert there(desk, 0, 7) == [
        ("Maria Ortiz", "30 08:00", "30 12:00"),
        ("Maria Ortiz", "30 12:30", "30 17:00"),
        ("Maria Ortiz", "02 08:00", "02 12:00"),
        ("Maria Ortiz", "02 12:30", "02 17:00"),
        ("Maria Ortiz", "04 08:00", "04 12:00"),
        ("Maria Ortiz", "04 12:30", "04 17:00"),
    ]
    assert on_duty(desk, 0) == {0, 1}  # none during the break
    assert on_duty(desk, 1) == {2}  # nobody is entered on Tuesday: the usual number


def test_the_day_names_who_is_there(desk: Desk) -> None:
    desk.services.clinic.add_pattern(MANAGER, usual())
    desk.services.clinic.add_pattern(MANAGER, usual(PRESCRIBER.id))
    assert desk.day(0).duty == (DutySpan(NURSE.id, "Maria Ortiz", on(0, "08:00"), on(0, "17:00")),)
    assert desk.day(1).duty == ()
    assert there(desk, role=Role.PRESCRIBER) == [("Rotimi Adeyemi", "30 08:00", "30 17:00")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends": 480}, "ends_at"),
        ({"ends": 1441}, "ends_at"),
        ({"weekday": 7}, "weekday"),
        ({"every_weeks": 0}, "every_weeks"),
        ({"every_weeks": 9}, "every_weeks"),
        ({"valid_until": MONDAY - timedelta(days=1)}, "valid_until"),
        ({"breaks": ((470, 490),)}, "break_from"),
        ({"breaks": ((500, 500),)}, "break_until"),
        ({"breaks": ((500, 520), (510, 530))}, "break_from"),
        ({"breaks": ((480, 1020),)}, "break_from"),
    ],
)
def test_what_a_usual_shift_cannot_be_is_told_at_its_field(desk: Desk, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.services.clinic.add_pattern(MANAGER, replace(usual(), **changes))  # type: ignore[arg-type]
    assert [finding.subject for finding in refused.value.findings] == [field]
    assert desk.services.clinic.patterns(DESK, 1) == ()


def test_nobody_is_in_two_usual_shifts_at_once(desk: Desk) -> None:
    clinic = desk.services.clinic
    clinic.add_pattern(MANAGER, usual(weekday=2, ends=720))
    with pytest.raises(Refused, match=r"Maria Ortiz has a usual shift on Wednesdays from 08:00 to 12:00 already\."):
        clinic.add_pattern(MANAGER, usual(starts=660), (1, 2))
    assert len(clinic.patterns(DESK, 1)) == 1  # Tuesday was not entered either
    clinic.add_pattern(MANAGER, usual(weekday=2, starts=720))  # begins when the other ends
    clinic.add_pattern(MANAGER, usual(NURSE_2.id, weekday=2))


def test_two_usual_shifts_of_alternate_weeks_do_not_meet(desk: Desk) -> None:
    clinic = desk.services.clinic
    clinic.add_pattern(MANAGER, usual(every_weeks=2))
    clinic.add_pattern(MANAGER, usual(every_weeks=2, starts=720, ends=1200, valid_from=MONDAY + timedelta(days=7)))
    assert [hours for _, *hours in there(desk, 0, 14)] == [["30 08:00", "30 17:00"], ["07 12:00", "07 20:00"]]
    with pytest.raises(Refused, match="already"):
        clinic.add_pattern(MANAGER, usual(starts=900))


def test_a_usual_shift_is_changed_ended_and_taken_out(desk: Desk) -> None:
    clinic = desk.services.clinic
    (first,) = clinic.add_pattern(MANAGER, usual())
    changed = clinic.edit_pattern(MANAGER, replace(first, starts=540, breaks=((720, 735),)))
    assert (changed.starts, changed.breaks, changed.version) == (540, ((720, 735),), 2)
    with pytest.raises(Stale):
        clinic.edit_pattern(MANAGER, replace(first, ends=900))
    ended = clinic.end_pattern(MANAGER, first.id, changed.version, MONDAY + timedelta(days=7))
    assert ended is not None
    assert ended.valid_until == MONDAY + timedelta(days=7)
    assert there(desk, 14) == []
    assert clinic.end_pattern(MANAGER, first.id, ended.version, MONDAY - timedelta(days=1)) is None
    assert clinic.patterns(DESK, 1) == ()
    with pytest.raises(NotFound):
        clinic.end_pattern(MANAGER, first.id, 4, MONDAY)


# shifts of one day


def test_a_shift_of_one_day_with_a_break_stands_in_place_of_the_usual_one(desk: Desk) -> None:
    clinic = desk.services.clinic
    clinic.add_pattern(MANAGER, usual())
    (swapped,) = clinic.add_shifts(MANAGER, [(NURSE.id, 1, on(0, "12:00"), on(0, "20:00"), ((900, 930),))])
    assert there(desk) == [("Maria Ortiz", "30 12:00", "30 15:00"), ("Maria Ortiz", "30 15:30", "30 20:00")]
    clinic.edit_shift(MANAGER, replace(swapped, ends_at=on(0, "18:00"), breaks=()))
    assert there(desk) == [("Maria Ortiz", "30 12:00", "30 18:00")]
    clinic.remove_shift(MANAGER, swapped.id)
    assert there(desk) == [("Maria Ortiz", "30 08:00", "30 17:00")]


def test_a_shift_lasts_a_day_at_most_and_its_breaks_lie_within(desk: Desk) -> None:
    clinic = desk.services.clinic
    for entry, field in (
        ((NURSE.id, 1, on(0, "08:00"), on(1, "08:01")), "ends_at"),
        ((NURSE.id, 1, on(0, "08:00"), on(0, "12:00"), ((720, 750),)), "break_from"),
    ):
        with pytest.raises(Invalid) as refused:
            clinic.add_shifts(MANAGER, [entry])  # type: ignore[list-item]
        assert refused.value.field == field
    assert clinic.shifts(DESK, 1, MONDAY, MONDAY) == ()


# absences


def test_who_is_sick_is_away_and_the_usual_number_does_not_step_in(desk: Desk) -> None:
    clinic = desk.services.clinic
    clinic.add_pattern(MANAGER, usual(), (0, 1))
    gone = clinic.add_absence(DESK, NURSE.id, on(0, "11:00"), on(2, "00:00"), " Sick  today ", command_id="a1")
    assert gone.reason == "Sick today"
    assert clinic.add_absence(DESK, NURSE.id, on(0, "11:00"), on(2, "00:00"), "Sick", command_id="a1") == gone
    assert clinic.absences(DESK, 1, MONDAY, MONDAY) == (gone,)
    assert there(desk, 0, 2) == [("Maria Ortiz", "30 08:00", "30 11:00"), ("Maria Ortiz", "01 08:00", "01 08:00")]
    assert on_duty(desk, 0) == {0, 1}
    assert on_duty(desk, 1) == {0}
    clinic.remove_absence(DESK, gone.id)
    assert on_duty(desk, 1) == {1}
    with pytest.raises(NotFound):
        clinic.remove_absence(DESK, gone.id)


@pytest.mark.parametrize("ends", [on(0, "08:00"), on(0, "07:00"), on(367, "08:01")])
def test_an_absence_ends_after_it_begins_and_within_a_year(desk: Desk, ends: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        desk.services.clinic.add_absence(DESK, NURSE.id, on(0, "08:00"), ends)
    assert refused.value.field == "ends_at"


# the prescriber on site


def test_proposals_and_bookings_keep_to_the_hours_of_the_prescriber(desk: Desk) -> None:
    desk.services.clinic.add_pattern(MANAGER, usual(PRESCRIBER.id, starts=600, ends=840), (0, 1, 2, 3, 4))
    found = desk.services.booking.propose_series(DESK, desk.wishes())
    assert found.proposals
    for proposal in found.proposals:
        for planned in proposal.sessions:
            # Infusion from 30 minutes after the start, recovery to 100 minutes after it, within 10:00 to 14:00.
            assert "09:30" <= f"{planned.starts_at:%H:%M}" <= "12:20"
    with pytest.raises(Refused) as refused:
        desk.book(1, session(0, "09:00"))
    assert [finding.code for finding in refused.value.findings] == ["no-prescriber"]
    reasons = desk.services.booking.why(DESK, 1, INDUCTION, on(0, "13:00"), 1)
    assert "no-prescriber" in [finding.code for finding in reasons.findings]


# a second site


def test_another_site_has_chairs_and_duty_of_its_own(desk: Desk, clock: FixedClock) -> None:
    clinic = desk.services.clinic
    hours = tuple(Hours(day, datetime(2026, 1, 1, 9).time(), datetime(2026, 1, 1, 15).time()) for day in range(5))
    given = Location(0, " North  side", "America/Denver", hours=hours, usual_nurses=(1,) * 7, country="US")
    north = clinic.add_location(MANAGER, given, ("Chair A", "Chair B"), command_id="l1")
    assert clinic.add_location(MANAGER, given, ("Chair A", "Chair B"), command_id="l1") == north
    assert (north.id, north.name, north.zone) == (2, "North side", "America/Denver")
    assert [chair.name for chair in clinic.chairs(DESK, 2)] == ["Chair A", "Chair B"]
    clinic.add_pattern(MANAGER, usual())
    clinic.add_shifts(MANAGER, [(NURSE.id, 2, on(0, "09:00"), on(0, "15:00"))])
    assert there(desk) == []  # she is at the other site that day
    view = desk.services.booking.day(DESK, 2, MONDAY)
    assert [span.name for span in view.duty] == ["Maria Ortiz"]


@pytest.mark.parametrize(
    ("changes", "chairs", "field"),
    [
        ({"name": "Riverside"}, ("Chair 1",), "location_name"),
        ({"name": " "}, ("Chair 1",), "location_name"),
        ({"zone": "Mars/Olympus"}, ("Chair 1",), "zone"),
        ({"hours": ()}, ("Chair 1",), "hours"),
        ({}, (), "chairs"),
        ({}, ("A", "a"), "chairs"),
    ],
)
def test_what_a_new_site_lacks_is_told_at_its_field(
    desk: Desk, changes: dict[str, object], chairs: tuple[str, ...], field: str
) -> None:
    stands = desk.services.clinic.locations(MANAGER)[0]
    with pytest.raises(Refused) as refused:
        desk.services.clinic.add_location(MANAGER, replace(stands, **{"name": "North", **changes}), chairs)  # type: ignore[arg-type]
    assert [finding.subject for finding in refused.value.findings] == [field]
    assert len(desk.services.clinic.locations(MANAGER)) == 1


# chairs


def test_a_retired_chair_comes_back_with_its_closures(desk: Desk) -> None:
    clinic = desk.services.clinic
    clinic.add_closure(DESK, 1, None, on(0, "12:00"), on(0, "13:00"), "Lunch")
    clinic.retire_chair(MANAGER, 2)
    assert [chair.name for chair in clinic.retired_chairs(DESK, 1)] == ["Chair 2"]
    back = clinic.unretire_chair(MANAGER, 2)
    assert back.retired_on is None
    assert [chair.name for chair in clinic.chairs(DESK, 1)] == ["Chair 1", "Chair 2"]
    with pytest.raises(Refused):
        desk.book(1, session(0, "11:30", chair=2))
    assert all(check.ok for check in desk.services.doctor.check())


def test_a_chair_does_not_come_back_under_a_name_that_is_taken(desk: Desk) -> None:
    clinic = desk.services.clinic
    clinic.retire_chair(MANAGER, 2)
    clinic.rename_chair(MANAGER, 1, "Chair 2")
    with pytest.raises(Refused, match="There is a chair called “Chair 2” already"):
        clinic.unretire_chair(MANAGER, 2)
    assert date(2026, 11, 23) == clinic.retired_chairs(DESK, 1)[0].retired_on
