"""The one table of permissions: complete, asked by every method, and what it says of each role."""

import inspect
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pytest

from ketaclinic.domain.findings import NotAllowed
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.permissions import OPEN, PERMISSIONS, refusal
from ketaclinic.services.bundle import Services

ROLES = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MANAGER)


def public_methods(services: Services) -> Iterator[tuple[str, Any]]:
    areas = [name for name, value in vars(Services).items() if isinstance(value, cached_property)]
    assert len(areas) >= 13
    for area in areas:
        service = getattr(services, area)
        assert service.area == area
        for name, method in inspect.getmembers(service, inspect.ismethod):
            if not name.startswith("_"):
                yield f"{area}.{name}", method


def someone(role: Role) -> User:
    return User(0, role.value, role.word, role)


def test_every_method_has_its_row_and_every_row_its_method(services: Services) -> None:
    methods = {name for name, _ in public_methods(services)}
    assert methods - set(PERMISSIONS) - OPEN == set(), "methods without a row"
    assert (set(PERMISSIONS) | OPEN) - methods == set(), "rows without a method"
    assert set(PERMISSIONS) & OPEN == set(), "methods that are both open and guarded"


def test_every_method_asks_the_table_for_every_role(services: Services) -> None:
    asked = 0
    for name, method in public_methods(services):
        if name in OPEN:
            continue
        for role in ROLES:
            refused = False
            try:
                method(someone(role))
            except NotAllowed as no:
                refused = str(no) == refusal(role, name)
            except Exception:  # noqa: BLE001 - nothing was given to it, and what it says of that is not asked here
                pass
            assert refused == (role not in PERMISSIONS[name]), f"{name} for {role.value}"
            asked += 1
    assert asked >= 4 * 60


CHARTING = "charting.view charting.floor charting.start charting.record_observation charting.sign_off"
ORDERS = "orders.of_patient orders.write orders.sign"
CLINICAL_DETAILS = "patients.clinical_profile patients.edit_clinical_profile"
USERS = "users.add users.edit users.list"
DETAILS = "patients.add patients.edit importing.run"


@pytest.mark.parametrize(
    ("role", "never"),
    [
        (Role.FRONT_DESK, f"{CHARTING} {ORDERS} {CLINICAL_DETAILS} {USERS} history.audit clinic.edit_clinic"),
        (Role.NURSE, f"{DETAILS} {USERS} orders.write orders.sign history.audit clinic.add_closure clinic.edit_clinic"),
        (Role.PRESCRIBER, f"{DETAILS} {USERS} history.audit clinic.edit_clinic clinic.add_shifts"),
        (Role.MANAGER, f"{CHARTING} {ORDERS} {CLINICAL_DETAILS}"),
    ],
)
def test_what_a_role_never_may(role: Role, never: str) -> None:
    assert [name for name in never.split() if role in PERMISSIONS[name]] == []


@pytest.mark.parametrize(
    ("role", "daily"),
    [
        (
            Role.FRONT_DESK,
            f"{DETAILS} patients.search booking.book_series booking.move floor.change_status printing.render",
        ),
        (Role.NURSE, f"{CHARTING} {CLINICAL_DETAILS} patients.search orders.of_patient users.second_person"),
        (Role.PRESCRIBER, f"{CHARTING} {ORDERS} {CLINICAL_DETAILS} charting.override users.second_person"),
        (Role.MANAGER, f"{DETAILS} {USERS} clinic.add_shifts clinic.add_closure history.audit"),
    ],
)
def test_what_a_role_does_every_day(role: Role, daily: str) -> None:
    assert [name for name in daily.split() if role not in PERMISSIONS[name]] == []


def test_the_refusal_says_who_and_what() -> None:
    assert refusal(Role.NURSE, "patients.add") == "A nurse may not add patients."
    assert refusal(Role.FRONT_DESK, "patients.clinical_profile") == "The front desk may not see clinical details."
    assert refusal(Role.MANAGER, "charting.pause") == "A manager may not do this (charting: pause)."
