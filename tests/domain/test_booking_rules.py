"""Every rule of booking, by example: what it refuses, with which severity and in which words."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from ketaclinic.domain.appointments import Appointment, Status
from ketaclinic.domain.booking_rules import BOOKING_RULES, check_booking
from ketaclinic.domain.booking_situation import (
    BookingLimits,
    BusyTime,
    ClosedStretch,
    PatientVisit,
    Situation,
    Wanted,
    situation_on,
)
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.move_check import MoveCheck
from ketaclinic.domain.protocols import Gaps, NurseNeeds, Phases
from ketaclinic.domain.resources import Chair, Hours, Location
from ketaclinic.domain.wishes import PlannedSession

MONDAY = date(2026, 11, 30)
MOOD = Phases(30, 40, 30, 15)
NEEDS = NurseNeeds(20, 25, 2)
HOURS = tuple(Hours(weekday, time(8), time(17)) for weekday in range(5))
RIVERSIDE = Location(1, "Riverside", "America/Chicago", hours=HOURS, usual_nurses=(2,) * 7)
LIMITS = BookingLimits(longest_recovery=60, grid=15)


def at(day: int, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return datetime.combine(MONDAY + timedelta(days=day), time(int(hour), int(minute)))


def session(day: int, clock: str, chair: int = 1) -> PlannedSession:
    starts = at(day, clock)
    return PlannedSession(starts, starts + timedelta(minutes=115), chair)


def wanted(*sessions: PlannedSession, **changes: object) -> Wanted:
    given = Wanted("mood", MOOD, NEEDS, Gaps(2, 7, ((3, 4),)), 21, sessions)
    return replace(given, **changes)  # type: ignore[arg-type]


def visit(number: int, day: int, clock: str, chair: int = 1) -> tuple[int, ...]:
    starts = wall_minutes(at(day, clock))
    return (number, chair, starts, starts + 115, starts + 20, starts + 45, starts + 100, 2)


def own_visit(number: int, day: int, clock: str = "09:00", series: int = 5, family: str = "mood") -> PatientVisit:
    starts = wall_minutes(at(day, clock))
    return PatientVisit(number, series, family, starts, starts + 100)


def situation(
    visits: tuple[tuple[int, ...], ...] = (),
    closures: tuple[ClosedStretch, ...] = (),
    patient_visits: tuple[PatientVisit, ...] = (),
    now: datetime | None = None,
    location: Location = RIVERSIDE,
    retired: date | None = None,
) -> Situation:
    chairs = (Chair(1, 1, "Chair 1", 1), Chair(2, 1, "Chair 2", 2), Chair(3, 1, "Window", 3, retired))
    busy = BusyTime(location, chairs, wall_minutes(at(0, "00:00")), 28, (), closures, visits, patient_visits)
    days = [MONDAY + timedelta(days=n) for n in range(28)]
    return situation_on(busy, days, LIMITS, None if now is None else wall_minutes(now))


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, [finding.code for finding in findings]
    return findings[0]


def closed(chair: int | None, starts: datetime, ends: datetime, reason: str) -> ClosedStretch:
    return ClosedStretch(chair, wall_minutes(starts), wall_minutes(ends), reason)


def test_a_session_in_an_empty_clinic_has_no_finding() -> None:
    assert check_booking(wanted(session(0, "09:00")), situation()) == ()


@pytest.mark.parametrize(
    ("day", "clock", "message"),
    [
        (0, "07:30", "07:30 to 09:25 is outside the opening hours, 08:00 to 17:00."),
        (0, "15:30", "15:30 to 17:25 is outside the opening hours, 08:00 to 17:00."),
        (5, "09:00", "09:00 to 10:55 is on a day the clinic is not open."),
    ],
)
def test_the_whole_visit_lies_in_the_opening_hours(day: int, clock: str, message: str) -> None:
    found = only(check_booking(wanted(session(day, clock)), situation()))
    assert (found.code, found.severity, found.message) == ("outside-hours", Severity.BLOCK, message)


def test_a_visit_that_could_last_beyond_closing_time_needs_an_override() -> None:
    assert check_booking(wanted(session(0, "14:50")), situation()) == ()  # a recovery of 60 minutes ends at 17:00
    found = only(check_booking(wanted(session(0, "14:55")), situation()))
    assert (found.code, found.severity) == ("late-finish", Severity.OVERRIDE)
    assert found.message == "A long recovery could last until 17:05; the clinic closes at 17:00."


def test_nothing_is_booked_into_the_past() -> None:
    here = situation(now=at(0, "09:01"))
    found = only(check_booking(wanted(session(0, "09:00")), here))
    assert (found.code, found.severity, found.message) == ("past", Severity.BLOCK, "09:00 has passed.")
    assert check_booking(wanted(session(0, "09:15")), here) == ()


@pytest.mark.parametrize(
    ("closure", "message"),
    [
        (
            closed(1, at(0, "08:00"), at(0, "09:30"), "Pump service"),
            "Chair 1 is closed from 08:00 to 09:30: Pump service.",
        ),
        (closed(None, at(0, "10:00"), at(0, "12:00"), "Meeting"), "The clinic is closed from 10:00 to 12:00: Meeting."),
        (closed(None, at(-1, "12:00"), at(0, "10:00"), "Repair"), "The clinic is closed until 10:00: Repair."),
        (closed(None, at(0, "10:00"), at(3, "12:00"), "Repair"), "The clinic is closed from 10:00: Repair."),
        (closed(None, at(-3, "10:00"), at(3, "12:00"), "Holiday"), "The clinic is closed all day: Holiday."),
    ],
)
def test_nothing_is_booked_into_a_closure(closure: ClosedStretch, message: str) -> None:
    found = only(check_booking(wanted(session(0, "09:00")), situation(closures=(closure,))))
    assert (found.code, found.severity, found.message) == ("closed", Severity.BLOCK, message)


def test_the_closure_of_one_chair_leaves_the_others_open() -> None:
    service = closed(1, at(0, "08:00"), at(0, "17:00"), "Pump service")
    assert check_booking(wanted(session(0, "09:00", chair=2)), situation(closures=(service,))) == ()


@pytest.mark.parametrize(("clock", "free"), [("08:05", True), ("08:06", False), ("11:54", False), ("11:55", True)])
def test_a_chair_is_held_from_prep_to_turnover_to_the_minute(clock: str, free: bool) -> None:
    findings = check_booking(wanted(session(0, clock)), situation(visits=(visit(7, 0, "10:00"),)))
    assert [finding.code for finding in findings] == ([] if free else ["chair-taken"])
    if not free:
        assert findings[0].severity is Severity.BLOCK
        assert findings[0].message == "Chair 1 is taken from 10:00 to 11:55."


def test_a_retired_chair_and_a_chair_of_elsewhere_are_refused() -> None:
    retired = situation(retired=date(2026, 12, 1))
    assert check_booking(wanted(session(0, "09:00", chair=3)), retired) == ()
    found = only(check_booking(wanted(session(2, "09:00", chair=3)), retired))
    assert found.message == "Window is out of use since Tue 1 Dec."
    found = only(check_booking(wanted(session(0, "09:00", chair=99)), situation()))
    assert found.code == "chair-unknown"


def test_a_patient_is_in_one_place_at_a_time_and_has_one_mood_infusion_a_day() -> None:
    here = situation(patient_visits=(own_visit(7, 0, "09:00"),))
    together = check_booking(wanted(session(0, "10:30", chair=2)), here)
    assert [(f.code, f.severity) for f in together] == [
        ("patient-busy", Severity.BLOCK),
        ("second-infusion", Severity.BLOCK),
    ]
    later = only(check_booking(wanted(session(0, "10:45", chair=2)), here))
    assert (later.code, later.severity) == ("second-infusion", Severity.BLOCK)
    assert later.message == "The patient already has a session on Mon 30 Nov."


def test_a_second_infusion_of_another_course_on_the_same_day_needs_an_override() -> None:
    here = situation(patient_visits=(own_visit(7, 0, "13:00", family="pain"),))
    found = only(check_booking(wanted(session(0, "09:00")), here))
    assert (found.code, found.severity) == ("second-infusion", Severity.OVERRIDE)


def test_too_few_nurses_are_named_with_the_minute_and_a_manager_may_override() -> None:
    here = situation(visits=(visit(7, 0, "09:00", 2), visit(8, 0, "09:00", 3)))
    found = only(check_booking(wanted(session(0, "09:00")), here))
    assert (found.code, found.severity, found.override_roles) == ("nurse-load", Severity.OVERRIDE, ("manager",))
    assert found.message == (
        "Too few nurses at 09:20: 3 set-ups and 0 monitored, with 2 nurses on duty (one nurse to 2)."
    )


@pytest.mark.parametrize(
    ("days", "codes"),
    [
        ((0, 3, 7, 10), []),
        ((0, 1), ["gap-short"]),
        ((0, 8), ["gap-long"]),
        ((0, 7, 14, 21), []),
        ((0, 7, 14, 21, 24), ["window-long"]),
        ((0, 0), ["second-infusion"]),
    ],
)
def test_gaps_and_window_of_a_new_series(days: tuple[int, ...], codes: list[str]) -> None:
    clocks = ("09:00", "12:00", "09:00", "09:00", "09:00")
    sessions = [session(day, clock) for day, clock in zip(days, clocks, strict=False)]
    findings = check_booking(wanted(*sessions), situation())
    assert [finding.code for finding in findings] == codes
    assert all(finding.severity is Severity.OVERRIDE for finding in findings if finding.code != "second-infusion")


def test_the_words_of_a_series_name_the_session() -> None:
    findings = check_booking(wanted(session(0, "09:00"), session(1, "09:00")), situation())
    assert [(f.subject, f.message) for f in findings] == [
        ("session 2", "Session 2, Tue 1 Dec: Only 1 day between Mon 30 Nov and Tue 1 Dec; at least 2 are needed.")
    ]


def test_the_least_gap_holds_to_other_courses_of_the_family_but_the_greatest_does_not() -> None:
    here = situation(patient_visits=(own_visit(7, 0, series=99),))
    found = only(check_booking(wanted(session(1, "09:00")), here))
    assert found.message == "Only 1 day from the patient's other session on Mon 30 Nov; at least 2 are needed."
    assert check_booking(wanted(session(14, "09:00")), here) == ()


# --- moves -----------------------------------------------------------------------------------------------------------


def a_move(was: PlannedSession, to: PlannedSession) -> Wanted:
    return wanted(to, series_id=5, was=was)


def test_a_move_between_two_sessions_keeps_both_gaps() -> None:
    siblings = situation(patient_visits=(own_visit(1, 0), own_visit(3, 7)))
    assert check_booking(a_move(session(3, "09:00"), session(4, "09:00")), siblings) == ()
    found = only(check_booking(a_move(session(3, "09:00"), session(1, "09:00")), siblings))
    assert (found.code, found.severity) == ("gap-short", Severity.OVERRIDE)


def test_a_gap_that_was_too_long_already_warns_but_does_not_hold_the_visit_where_it_is() -> None:
    """Session 2 was missed, so session 3 is 9 days after session 1; an hour later is no worse."""
    siblings = situation(patient_visits=(own_visit(1, 0),))
    found = only(check_booking(a_move(session(9, "09:00"), session(9, "10:00")), siblings))
    assert (found.code, found.severity) == ("gap-long", Severity.WARN)
    worse = only(check_booking(a_move(session(9, "09:00"), session(10, "09:00")), siblings))
    assert worse.severity is Severity.OVERRIDE


def test_a_move_to_another_chair_at_the_same_time_asks_for_the_chair_alone() -> None:
    """The pump fails while the visit has begun and the nurses are too few: it may still change chairs."""
    late = situation(visits=(visit(7, 0, "09:00", 2), visit(8, 0, "09:00", 3)), now=at(0, "09:30"))
    here = session(0, "09:00")
    assert check_booking(a_move(here, session(0, "09:00", chair=1)), late) == ()
    found = only(check_booking(a_move(here, session(0, "09:00", chair=2)), late))
    assert found.code == "chair-taken"


def an_appointment(status: Status = Status.SCHEDULED) -> Appointment:
    return Appointment(4, 5, 6, 1, 1, at(0, "09:00"), at(0, "10:55"), MOOD, status, 1)


def a_check(status: Status = Status.SCHEDULED, taken: Situation | None = None) -> MoveCheck:
    here = PlannedSession(at(0, "09:00"), at(0, "10:55"), 1)
    return MoveCheck(an_appointment(status), wanted(here, series_id=5, was=here), taken or situation())


def test_a_visit_in_the_hand_may_be_put_back_and_dropped_where_it_is_free() -> None:
    check = a_check(taken=situation(visits=(visit(7, 0, "13:00", 2),)))
    assert check.findings(1, at(0, "09:00")) == ()
    assert check.findings(2, at(0, "11:05")) == ()
    assert [f.code for f in check.findings(2, at(0, "11:10"))] == ["chair-taken"]
    assert check.days >= {MONDAY, MONDAY + timedelta(days=1)}


def test_a_visit_in_the_chair_stays_where_it_is() -> None:
    found = only(a_check(Status.INFUSING).findings(2, at(0, "10:00")))
    assert (found.code, found.message) == ("not-movable", "This visit is infusing; it stays where it is.")


def test_a_day_that_was_not_read_is_no_place_to_drop_on() -> None:
    found = only(a_check().findings(1, at(60, "09:00")))
    assert found.code == "day-far"


def test_every_rule_has_its_say() -> None:
    names = [rule.__name__ for rule in BOOKING_RULES]
    assert names == [
        "not_past", "hours", "closures", "chair_free", "patient_free", "nurse_load", "prescriber",
        "spacing", "late_finish", "clearance",
    ]  # fmt: skip


# --- the prescriber on site


def with_prescribers(*there: tuple[str, str]) -> Situation:
    spans = tuple((9, wall_minutes(at(0, starts)), wall_minutes(at(0, ends))) for starts, ends in there)
    busy = BusyTime(RIVERSIDE, (Chair(1, 1, "Chair 1"),), wall_minutes(at(0, "00:00")), 7, (), (), (), (), spans)
    return situation_on(busy, [MONDAY, MONDAY + timedelta(days=1)], LIMITS, None)


def prescriber_findings(clock: str, *there: tuple[str, str], day: int = 0) -> list[tuple[str, str]]:
    found = check_booking(wanted(session(day, clock)), with_prescribers(*there))
    return [(finding.code, finding.message) for finding in found]


def test_where_a_prescriber_is_entered_one_is_there_from_infusion_to_the_end_of_recovery() -> None:
    # 09:00: infusion from 09:30, recovery until 10:40.
    assert prescriber_findings("09:00", ("09:30", "10:40")) == []
    assert prescriber_findings("09:00", ("09:00", "10:00"), ("10:00", "12:00")) == []
    needed = "one is needed from the start of the infusion to the end of recovery"
    assert prescriber_findings("09:00", ("09:30", "10:39")) == [
        ("no-prescriber", f"No prescriber is there from 10:39 to 10:40; {needed}.")
    ]
    assert [code for code, _ in prescriber_findings("09:00", ("09:31", "17:00"))] == ["no-prescriber"]


def test_a_prescriber_entered_but_away_leaves_the_day_without_and_none_entered_does_not() -> None:
    assert [code for code, _ in prescriber_findings("09:00", ("08:00", "08:00"))] == ["no-prescriber"]
    assert prescriber_findings("09:00", ("08:00", "17:00"), day=1) == []


def test_prescriber_or_manager_may_override_a_visit_without_one() -> None:
    (found,) = check_booking(wanted(session(0, "09:00")), with_prescribers(("12:00", "17:00")))
    assert (found.severity, set(found.override_roles)) == (Severity.OVERRIDE, {"prescriber", "manager"})


def test_another_chair_at_the_same_time_asks_for_no_prescriber() -> None:
    moved = wanted(session(0, "09:00", chair=1), was=session(0, "09:00", chair=2))
    assert check_booking(moved, with_prescribers(("12:00", "17:00"))) == ()
