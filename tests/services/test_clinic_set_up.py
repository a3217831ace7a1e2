"""First set-up, closures and shifts."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from ketaclinic.domain.findings import ClinicError, Invalid, NotFound, Refused, Stale
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.resources import Clinic, Hours
from ketaclinic.services.bundle import Services
from tests.services.people_builders import MANAGER_PIN, WEEKDAYS_8_TO_17, a_set_up, a_staffed_clinic

MONDAY = date(2026, 11, 23)
Staff = dict[Role, User]


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour, minute))


@pytest.fixture
def staff(services: Services) -> Staff:
    return a_staffed_clinic(services)


@pytest.fixture
def place(services: Services, staff: Staff) -> int:
    return services.clinic.locations(staff[Role.MANAGER])[0].id


def test_the_first_start_makes_clinic_location_chairs_and_manager(services: Services) -> None:
    assert not services.clinic.is_set_up()
    manager = services.clinic.set_up(a_set_up())
    assert services.clinic.is_set_up()
    assert not services.clinic.is_demonstration()
    assert services.clinic.clinic(manager).name == "Lakeside Infusion"
    (lakeside,) = services.clinic.locations(manager)
    assert (lakeside.name, lakeside.zone, lakeside.hours) == ("Lakeside", "America/Chicago", WEEKDAYS_8_TO_17)
    assert lakeside.usual_nurses == (2, 2, 2, 2, 2, 0, 0)
    assert [chair.name for chair in services.clinic.chairs(manager, lakeside.id)] == ["Chair 1", "Chair 2"]
    assert services.users.sign_in("helen", MANAGER_PIN) == manager


def test_a_clinic_is_set_up_once(services: Services) -> None:
    services.clinic.set_up(a_set_up())
    with pytest.raises(ClinicError, match="holds a clinic already"):
        services.clinic.set_up(a_set_up(manager_login="other"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"clinic": Clinic(" ")}, "clinic"),
        ({"location_name": ""}, "location_name"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"hours": ()}, "hours"),
        ({"hours": (Hours(0, time(17), time(8)),)}, "hours"),
        ({"chairs": ()}, "chairs"),
        ({"chairs": ("Chair 1", "chair 1 ")}, "chairs"),
        ({"usual_nurses": (2, 2)}, "usual_nurses"),
    ],
)
def test_what_is_missing_is_told_at_its_field(services: Services, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        services.clinic.set_up(a_set_up(**changes))
    assert [finding.subject for finding in refused.value.findings] == [field]
    assert not services.clinic.is_set_up()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"manager_pin": "12"}, "pin"), ({"manager_login": ""}, "login"), ({"manager_name": "9"}, "name")],
)
def test_the_first_manager_is_checked_like_any_user(services: Services, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.clinic.set_up(a_set_up(**changes))
    assert refused.value.field == field
    assert not services.clinic.is_set_up()


def test_contacts_change_and_a_later_edit_over_them_is_refused(services: Services, staff: Staff) -> None:
    manager = staff[Role.MANAGER]
    before = services.clinic.clinic(manager)
    saved = services.clinic.edit_clinic(manager, replace(before, phone="(312) 555-0199"))
    assert saved.phone == "(312) 555-0199"
    with pytest.raises(Stale, match="Nothing was saved"):
        services.clinic.edit_clinic(manager, replace(before, phone="(312) 555-0111"))
    with pytest.raises(Invalid, match="needs a name"):
        services.clinic.edit_clinic(manager, replace(saved, name="  "))


def test_a_chair_is_closed_and_opened_again(services: Services, staff: Staff, place: int) -> None:
    desk = staff[Role.FRONT_DESK]
    chair = services.clinic.chairs(desk, place)[0]
    closure = services.clinic.add_closure(desk, place, chair.id, at(12), at(13), "Pump  service")
    assert services.clinic.closures(desk, place, MONDAY, MONDAY) == (closure,)
    assert closure.reason == "Pump service"
    assert services.clinic.closures(desk, place, date(2026, 11, 24), date(2026, 11, 30)) == ()
    services.clinic.remove_closure(desk, closure.id)
    assert services.clinic.closures(desk, place, MONDAY, MONDAY) == ()
    with pytest.raises(NotFound):
        services.clinic.remove_closure(desk, closure.id)


def test_a_closure_of_one_chair_cannot_lie_over_another(services: Services, staff: Staff, place: int) -> None:
    desk = staff[Role.FRONT_DESK]
    chair = services.clinic.chairs(desk, place)[0]
    services.clinic.add_closure(desk, place, None, at(12), at(13), "Lunch")
    with pytest.raises(Refused) as refused:
        services.clinic.add_closure(desk, place, chair.id, at(12, 30), at(14), "Pump service")
    assert [finding.code for finding in refused.value.findings] == ["chair-taken"]
    assert len(services.clinic.closures(desk, place, MONDAY, MONDAY)) == 1


@pytest.mark.parametrize(
    ("ends", "reason", "field"), [(at(12), "Lunch", "ends_at"), (at(11), "Lunch", "ends_at"), (at(13), " ", "reason")]
)
def test_a_closure_needs_hours_and_a_reason(
    services: Services, staff: Staff, place: int, ends: datetime, reason: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        services.clinic.add_closure(staff[Role.FRONT_DESK], place, None, at(12), ends, reason)
    assert refused.value.field == field


def test_a_double_click_closes_once(services: Services, staff: Staff, place: int) -> None:
    desk = staff[Role.FRONT_DESK]
    first = services.clinic.add_closure(desk, place, None, at(12), at(13), "Lunch", command_id="c1")
    assert services.clinic.add_closure(desk, place, None, at(12), at(13), "Lunch", command_id="c1") == first


def test_shifts_are_entered_all_or_none(services: Services, staff: Staff, place: int) -> None:
    manager, nurse = staff[Role.MANAGER], staff[Role.NURSE]
    morning = (nurse.id, place, at(8), at(12))
    (shift,) = services.clinic.add_shifts(manager, [morning])
    assert (shift.user_id, shift.starts_at, shift.ends_at) == (nurse.id, at(8), at(12))
    tuesday = date(2026, 11, 24)
    both = [(nurse.id, place, at(8, day=tuesday), at(17, day=tuesday)), (nurse.id, place, at(11), at(15))]
    with pytest.raises(Refused, match="Maria Ortiz has a shift then already"):
        services.clinic.add_shifts(manager, both)
    assert services.clinic.shifts(manager, place, MONDAY, tuesday) == (shift,)
    with pytest.raises(Invalid, match="end after it begins"):
        services.clinic.add_shifts(manager, [(nurse.id, place, at(13), at(13))])


def test_one_shift_may_begin_when_another_ends(services: Services, staff: Staff, place: int) -> None:
    manager, nurse = staff[Role.MANAGER], staff[Role.NURSE]
    added = services.clinic.add_shifts(manager, [(nurse.id, place, at(8), at(12)), (nurse.id, place, at(12), at(17))])
    assert len(added) == 2
