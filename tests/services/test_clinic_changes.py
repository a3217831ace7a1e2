"""What a manager changes once the clinic runs: hours, nurses, chairs, closures over bookings, shifts."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.findings import Invalid, NotFound, Refused, Stale
from ketaclinic.domain.resources import Chair, Hours, Location
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, MANAGER, MONDAY, NURSE, Desk, a_desk, on, session


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


def here(desk: Desk) -> Location:
    return desk.services.clinic.locations(MANAGER)[0]


def chairs(desk: Desk, day: date | None = None) -> list[str]:
    return [chair.name for chair in desk.services.clinic.chairs(MANAGER, 1, day)]


def sound(desk: Desk) -> bool:
    return all(check.ok for check in desk.services.doctor.check())


# hours and nurses


def test_hours_and_usual_nurses_change(desk: Desk) -> None:
    longer = tuple(Hours(day, time(7, 30), time(19)) for day in range(6))
    given = replace(here(desk), name="  Riverside  East ", hours=longer, usual_nurses=(3, 3, 3, 3, 3, 1, 0))
    saved = desk.services.clinic.edit_location(MANAGER, given)
    assert saved == here(desk)
    assert (saved.name, saved.zone) == ("Riverside East", "America/Chicago")
    assert saved.hours == longer
    assert saved.usual_nurses == (3, 3, 3, 3, 3, 1, 0)
    assert desk.day(5).hours == (Hours(5, time(7, 30), time(19)),)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "location_name"),
        ({"name": "R" * 201}, "location_name"),
        ({"hours": ()}, "hours"),
        ({"hours": (Hours(0, time(17), time(8)),)}, "hours"),
        ({"hours": (Hours(0, time(8), time(8)),)}, "hours"),
        ({"usual_nurses": (2, 2, 2, 2, 2, 0, -1)}, "usual_nurses"),
    ],
)
def test_what_a_location_cannot_be_is_told_at_its_field(desk: Desk, changes: dict[str, object], field: str) -> None:
    before = here(desk)
    with pytest.raises(Refused) as refused:
        desk.services.clinic.edit_location(MANAGER, replace(before, **changes))  # type: ignore[arg-type]
    assert [finding.subject for finding in refused.value.findings] == [field]
    assert here(desk) == before


def test_an_edit_over_someone_elses_is_refused(desk: Desk) -> None:
    before = here(desk)
    desk.services.clinic.edit_location(MANAGER, replace(before, phone="(312) 555-0100"))
    with pytest.raises(Stale, match="Nothing was saved"):
        desk.services.clinic.edit_location(MANAGER, replace(before, phone="(312) 555-0111"))


# chairs


def test_a_chair_is_added_behind_the_others_once(desk: Desk) -> None:
    added = desk.services.clinic.add_chair(MANAGER, 1, " Window  room ", command_id="c1")
    assert (added.name, added.location_id) == ("Window room", 1)
    assert desk.services.clinic.add_chair(MANAGER, 1, "Window room", command_id="c1") == added
    assert chairs(desk) == ["Chair 1", "Chair 2", "Window room"]
    assert [chair.name for chair in desk.day(0).chairs] == ["Chair 1", "Chair 2", "Window room"]


@pytest.mark.parametrize("name", ["", "  ", "chair 2", "C" * 81])
def test_a_chair_needs_a_name_of_its_own(desk: Desk, name: str) -> None:
    for attempt in (
        lambda: desk.services.clinic.add_chair(MANAGER, 1, name),
        lambda: desk.services.clinic.rename_chair(MANAGER, 1, name),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert [finding.subject for finding in refused.value.findings] == ["name"]
    assert chairs(desk) == ["Chair 1", "Chair 2"]


def test_a_chair_takes_another_name_or_another_spelling_of_its_own(desk: Desk) -> None:
    desk.services.clinic.rename_chair(MANAGER, 1, "CHAIR 1")
    desk.services.clinic.rename_chair(MANAGER, 2, "Garden room")
    assert chairs(desk) == ["CHAIR 1", "Garden room"]
    with pytest.raises(NotFound):
        desk.services.clinic.rename_chair(MANAGER, 99, "Chair 99")


def test_a_closure_of_the_whole_location_holds_for_a_chair_added_later(desk: Desk) -> None:
    desk.services.clinic.add_closure(DESK, 1, None, on(0, "12:00"), on(0, "13:00"), "Lunch")
    added = desk.services.clinic.add_chair(MANAGER, 1, "Chair 3")
    with pytest.raises(Refused):
        desk.book(1, session(0, "11:30", chair=added.id))
    assert sound(desk)


def test_a_chair_with_visits_to_come_is_not_retired_and_says_which(desk: Desk) -> None:
    desk.book(1, session(0, "09:00"), session(3, "09:00"))
    desk.book(2, session(1, "14:00", chair=2))
    with pytest.raises(Refused) as refused:
        desk.services.clinic.retire_chair(MANAGER, 1)
    assert str(refused.value) == (
        "Chair 1 is still booked: 30 November 09:00 to 10:55 and 3 December 09:00 to 10:55. "
        "Nothing was changed: move these visits first."
    )
    assert chairs(desk) == ["Chair 1", "Chair 2"]


def test_a_chair_freed_of_its_visits_is_retired(desk: Desk) -> None:
    (visit,) = desk.book(1, session(0, "09:00")).appointment_ids
    booked = desk.visit(visit)
    desk.services.booking.cancel(DESK, visit, booked.version, Status.CANCELLED_BY_CLINIC, "Chair broken")
    retired: Chair = desk.services.clinic.retire_chair(MANAGER, 1)
    assert retired.retired_on == date(2026, 11, 23)
    assert chairs(desk) == ["Chair 2"]
    assert chairs(desk, MONDAY) == ["Chair 2"]
    assert chairs(desk, date(2026, 11, 20)) == ["Chair 1", "Chair 2"]
    with pytest.raises(Refused):
        desk.book(1, session(0, "09:00"))
    assert sound(desk)


def test_a_chair_somebody_sat_in_today_goes_tomorrow(desk: Desk, clock: FixedClock) -> None:
    (visit,) = desk.book(1, session(0, "09:00")).appointment_ids
    clock.forward(days=7)
    _discharge(desk, visit)
    assert desk.services.clinic.retire_chair(MANAGER, 1).retired_on == date(2026, 12, 1)
    assert chairs(desk, MONDAY) == ["Chair 1", "Chair 2"]
    assert chairs(desk) == ["Chair 2"]


def _discharge(desk: Desk, visit: int) -> None:
    from ketaclinic.db.models import AppointmentRow
    from ketaclinic.domain.changes import Op

    with desk.store.writing(Op.CHANGE_STATUS) as writing:
        row = writing.session.get(AppointmentRow, visit)
        assert row is not None
        row.status = Status.DISCHARGED.value


def test_the_only_chair_stays(desk: Desk) -> None:
    desk.services.clinic.retire_chair(MANAGER, 2)
    with pytest.raises(Refused, match=r"^This is the only chair\. Nothing was changed: add another one first\.$"):
        desk.services.clinic.retire_chair(MANAGER, 1)


# closures over bookings


def test_a_closure_over_visits_names_their_times_and_nobody(desk: Desk) -> None:
    desk.book(1, session(0, "09:00"))
    desk.book(2, session(0, "11:00", chair=2))
    with pytest.raises(Refused) as refused:
        desk.services.clinic.add_closure(DESK, 1, None, on(0, "08:00"), on(0, "17:00"), "Painters")
    assert str(refused.value) == (
        "Visits are booked then: 30 November 09:00 to 10:55 (Chair 1) and 30 November 11:00 to 12:55 (Chair 2). "
        "Nothing was closed: move or cancel them first."
    )
    assert desk.services.clinic.closures(DESK, 1, MONDAY, MONDAY) == ()


def test_a_closure_of_one_chair_minds_only_that_chair(desk: Desk) -> None:
    desk.book(1, session(0, "09:00"))
    with pytest.raises(Refused, match="Visits are booked then: 30 November 09:00 to 10:55\\. Nothing was closed"):
        desk.services.clinic.add_closure(DESK, 1, 1, on(0, "10:30"), on(0, "12:00"), "Pump service")
    desk.services.clinic.add_closure(DESK, 1, 1, on(0, "10:55"), on(0, "12:00"), "Pump service")
    desk.services.clinic.add_closure(DESK, 1, 2, on(0, "09:00"), on(0, "12:00"), "Pump service")
    assert len(desk.services.clinic.closures(DESK, 1, MONDAY, MONDAY)) == 2


def test_many_visits_in_the_way_are_counted(desk: Desk) -> None:
    desk.book(1, *(session(day, "09:00") for day in (0, 3, 7, 10, 14, 17)))
    with pytest.raises(Refused, match="10 December 09:00 to 10:55 and 2 more"):
        desk.services.clinic.add_closure(DESK, 1, 1, on(0, "00:00"), datetime(2027, 1, 1), "Moving house")


# shifts


def test_a_shift_is_taken_out_again(desk: Desk) -> None:
    clinic = desk.services.clinic
    (shift,) = clinic.add_shifts(MANAGER, [(NURSE.id, 1, on(0, "08:00"), on(0, "12:00"))])
    assert {point.on_duty for point in desk.day(0).load} == {0, 1}
    clinic.remove_shift(MANAGER, shift.id)
    assert clinic.shifts(MANAGER, 1, MONDAY, MONDAY) == ()
    assert {point.on_duty for point in desk.day(0).load} == {2}
    with pytest.raises(NotFound, match="not there any more"):
        clinic.remove_shift(MANAGER, shift.id)


def test_no_letterhead_holds_a_name_without_end(desk: Desk) -> None:
    before = desk.services.clinic.clinic(MANAGER)
    with pytest.raises(Invalid, match="longer than 60 letters"):
        desk.services.clinic.edit_clinic(MANAGER, replace(before, phone="5" * 61))
