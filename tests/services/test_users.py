"""Signing in with name and PIN, second persons, and the manager's list of users."""

import pytest

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.changelog import verify
from ketaclinic.db.models import OperationRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Invalid, NotAllowed, Refused, Stale
from ketaclinic.domain.people import Role, User
from ketaclinic.services.bundle import Services, build_services
from ketaclinic.services.pins import Cost, hash_pin, matches
from tests.conftest import OpenStation
from tests.services.people_builders import MANAGER_PIN, STAFF_PIN, a_staffed_clinic

WRONG = "Name or PIN is wrong. Nobody was signed in: try again."
Staff = dict[Role, User]


@pytest.fixture
def staff(services: Services) -> Staff:
    return a_staffed_clinic(services)


def audited(store: Store) -> list[tuple[str, str, int | None]]:
    with store.reading() as session:
        rows = session.query(OperationRow).order_by(OperationRow.seq)
        return [(row.op, row.detail, row.user_id) for row in rows if row.op in {Op.SIGN_IN, Op.SIGN_IN_REFUSED}]


def refused(services: Services, login: str, pin: str) -> str:
    with pytest.raises(Invalid) as refusal:
        services.users.sign_in(login, pin)
    assert refusal.value.field == "pin"
    return str(refusal.value)


def test_name_and_pin_sign_in(services: Services, staff: Staff) -> None:
    user = services.users.sign_in("  Maria ", STAFF_PIN)
    assert (user.name, user.role) == ("Maria Ortiz", Role.NURSE)


def test_one_sentence_for_every_wrong_part(services: Services, staff: Staff) -> None:
    assert refused(services, "maria", "0000") == WRONG
    assert refused(services, "nobody", STAFF_PIN) == WRONG
    assert refused(services, "", "") == WRONG
    services.users.edit(staff[Role.MANAGER], staff[Role.NURSE].id, active=False)
    assert refused(services, "maria", STAFF_PIN) == WRONG


def test_sign_ins_and_refusals_are_audited_without_names(services: Services, store: Store, staff: Staff) -> None:
    nurse = staff[Role.NURSE].id
    services.users.sign_in("maria", STAFF_PIN)
    refused(services, "maria", "0000")
    refused(services, "nobody", "0000")
    assert audited(store) == [
        ("Sign in", f"user {nurse}", nurse),
        ("Refused sign-in", f"user {nurse}, wrong PIN", None),
        ("Refused sign-in", "unknown sign-in name", None),
    ]
    with store.reading() as session:
        assert verify(session, store.audit_key).problem == ""


def test_after_five_wrong_pins_even_the_right_one_waits(services: Services, staff: Staff, clock: FixedClock) -> None:
    assert [refused(services, "maria", "0000") for _ in range(5)] == [WRONG] * 5
    assert refused(services, "maria", STAFF_PIN) == "Too many wrong PINs. Wait 1 minute, then try again."
    clock.forward(seconds=59)
    assert refused(services, "maria", STAFF_PIN) == "Too many wrong PINs. Wait 1 minute, then try again."
    clock.forward(seconds=1)
    assert services.users.sign_in("maria", STAFF_PIN).login == "maria"


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(services: Services, staff: Staff, clock: FixedClock) -> None:
    for _ in range(5):
        refused(services, "maria", "0000")
    waits = []
    for minutes in (1, 2, 4, 8, 15, 15):
        clock.forward(minutes=minutes)
        refused(services, "maria", "0000")
        waits.append(refused(services, "maria", STAFF_PIN))
    assert [wait.split("Wait ")[1] for wait in waits] == [
        f"{minutes} minutes, then try again." for minutes in (2, 4, 8, 15, 15, 15)
    ]


def test_a_right_pin_in_between_starts_the_count_anew(services: Services, staff: Staff) -> None:
    for _ in range(3):
        for _ in range(4):
            refused(services, "maria", "0000")
        assert services.users.sign_in("maria", STAFF_PIN).login == "maria"


def test_one_users_wait_is_not_anothers(services: Services, staff: Staff) -> None:
    for _ in range(5):
        refused(services, "maria", "0000")
    assert services.users.sign_in("ada", STAFF_PIN).login == "ada"


def test_tiles_show_who_may_sign_in(services: Services, staff: Staff) -> None:
    services.users.edit(staff[Role.MANAGER], staff[Role.NURSE].id, active=False)
    assert [user.name for user in services.users.who_may_sign_in()] == ["Ada Petrov", "Helen Park", "Rotimi Adeyemi"]


def test_a_second_person_is_someone_else_of_the_right_role(services: Services, staff: Staff) -> None:
    nurse = staff[Role.NURSE]
    second = services.users.second_person(nurse, "rotimi", STAFF_PIN, {Role.PRESCRIBER})
    assert second == staff[Role.PRESCRIBER]
    with pytest.raises(Invalid, match="must be someone else"):
        services.users.second_person(nurse, "maria", STAFF_PIN, {Role.NURSE})
    with pytest.raises(Invalid, match="needs a prescriber as the second person"):
        services.users.second_person(nurse, "ada", STAFF_PIN, {Role.PRESCRIBER})
    with pytest.raises(Invalid, match=r"The second person's name or PIN is wrong\. Nothing was done: try again\."):
        services.users.second_person(nurse, "rotimi", "9999", {Role.PRESCRIBER})


def test_the_second_person_is_in_the_audit(services: Services, store: Store, staff: Staff) -> None:
    services.users.second_person(staff[Role.NURSE], "rotimi", STAFF_PIN, {Role.PRESCRIBER})
    prescriber, nurse = staff[Role.PRESCRIBER].id, staff[Role.NURSE].id
    assert audited(store) == [("Sign in", f"user {prescriber}, second person for user {nurse}", prescriber)]


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "１２３４", " 1234"])
def test_what_is_no_pin_is_refused_at_its_field(services: Services, staff: Staff, pin: str) -> None:
    with pytest.raises(Invalid, match="A PIN has 4 to 12 digits") as refusal:
        services.users.add(staff[Role.MANAGER], "kari", "Kari Lund", Role.NURSE, pin)
    assert refusal.value.field == "pin"


@pytest.mark.parametrize(
    ("login", "name", "field"),
    [("", "Kari", "login"), ("two words", "Kari", "login"), ("kari", " ", "name"), ("Ada", "A", "login")],
)
def test_a_user_needs_a_free_sign_in_name_and_a_name(
    services: Services, staff: Staff, login: str, name: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        services.users.add(staff[Role.MANAGER], login, name, Role.NURSE, STAFF_PIN)
    assert refusal.value.field == field
    assert len(services.users.list(staff[Role.MANAGER])) == 4


def test_a_double_click_adds_one_user(services: Services, staff: Staff) -> None:
    manager = staff[Role.MANAGER]
    first = services.users.add(manager, "kari", "Kari Lund", Role.NURSE, STAFF_PIN, command_id="c1")
    again = services.users.add(manager, "kari", "Kari Lund", Role.NURSE, STAFF_PIN, command_id="c1")
    assert first == again


def test_a_new_pin_replaces_the_old_one_and_ends_the_wait(services: Services, staff: Staff) -> None:
    for _ in range(5):
        refused(services, "maria", "0000")
    services.users.edit(staff[Role.MANAGER], staff[Role.NURSE].id, pin="998877")
    assert services.users.sign_in("maria", "998877").login == "maria"
    assert refused(services, "maria", STAFF_PIN) == WRONG


def test_somebody_must_be_left_to_manage(services: Services, staff: Staff) -> None:
    manager = staff[Role.MANAGER]
    for changes in ({"active": False}, {"role": Role.NURSE}):
        with pytest.raises(Refused, match="Nobody would be left to manage the clinic"):
            services.users.edit(manager, manager.id, **changes)  # type: ignore[arg-type]
    assert services.users.sign_in("helen", MANAGER_PIN).role is Role.MANAGER


def test_an_edit_over_someone_elses_is_refused(services: Services, staff: Staff) -> None:
    manager, nurse = staff[Role.MANAGER], staff[Role.NURSE]
    edited = services.users.edit(manager, nurse.id, version=nurse.version, name="Maria Ortiz-Vega")
    assert edited.name == "Maria Ortiz-Vega"
    with pytest.raises(Stale, match="Nothing was saved"):
        services.users.edit(manager, nurse.id, version=nurse.version, name="Maria O.")


def test_only_managers_keep_users(services: Services, staff: Staff) -> None:
    with pytest.raises(NotAllowed, match=r"^A nurse may not see the list of users\.$"):
        services.users.list(staff[Role.NURSE])
    with pytest.raises(NotAllowed, match=r"^The front desk may not add users\.$"):
        services.users.add(staff[Role.FRONT_DESK], "x", "X", Role.MANAGER, STAFF_PIN)


def test_the_pin_is_kept_as_an_argon2id_hash_only() -> None:
    kept = hash_pin("1357", Cost(memory=8 * 16, passes=1))
    assert kept.startswith("$argon2id$")
    assert "1357" not in kept
    assert matches(kept, "1357")
    assert not matches(kept, "1358")
    assert not matches("no hash at all", "1357")


def test_a_right_pin_waits_too_when_another_station_has_used_up_the_tries(
    services: Services, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ketaclinic.services import pins

    check = pins.matches

    def slow_check(pin_hash: str, pin: str) -> bool:
        monkeypatch.setattr(pins, "matches", check)
        for _ in range(5):  # meanwhile, at the other station
            refused(services, "maria", "0000")
        return check(pin_hash, pin)

    monkeypatch.setattr(pins, "matches", slow_check)
    assert refused(services, "maria", STAFF_PIN) == "Too many wrong PINs. Wait 1 minute, then try again."


def test_a_pin_replaced_while_it_is_checked_signs_nobody_in(
    services: Services, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ketaclinic.services import pins

    check = pins.matches

    def slow_check(pin_hash: str, pin: str) -> bool:
        monkeypatch.setattr(pins, "matches", check)
        services.users.edit(staff[Role.MANAGER], staff[Role.NURSE].id, pin="97531")
        return check(pin_hash, pin)

    monkeypatch.setattr(pins, "matches", slow_check)
    assert refused(services, "maria", STAFF_PIN) == WRONG


def test_tries_count_across_stations_and_restarts(
    services: Services, staff: Staff, open_station: OpenStation, catalog: Catalog, clock: FixedClock
) -> None:
    for _ in range(3):
        refused(services, "maria", "0000")
    other = build_services(open_station("desk-2"), catalog, clock)  # a second station; as good as a restart
    for _ in range(2):
        refused(other, "maria", "0000")
    assert refused(services, "maria", STAFF_PIN) == "Too many wrong PINs. Wait 1 minute, then try again."


def test_a_name_longer_than_any_signature_is_refused_at_its_field(services: Services, staff: Staff) -> None:
    with pytest.raises(Invalid, match="at most 200 letters") as refusal:
        services.users.add(staff[Role.MANAGER], "long", "Maria " * 40, Role.NURSE, STAFF_PIN)
    assert refusal.value.field == "name"


def test_who_comes_back_needs_a_new_pin_and_waits_no_more(services: Services, staff: Staff) -> None:
    manager, nurse = staff[Role.MANAGER], staff[Role.NURSE]
    for _ in range(5):
        refused(services, "maria", "0000")
    services.users.edit(manager, nurse.id, active=False)
    with pytest.raises(Invalid, match="Who comes back needs a new PIN") as refusal:
        services.users.edit(manager, nurse.id, active=True)
    assert refusal.value.field == "pin"
    assert [user.active for user in services.users.list(manager) if user.id == nurse.id] == [False]
    services.users.edit(manager, nurse.id, active=True, pin="8642")
    assert services.users.sign_in("maria", "8642").id == nurse.id


def test_the_sign_in_name_of_who_left_is_kept_for_them(services: Services, staff: Staff) -> None:
    services.users.edit(staff[Role.MANAGER], staff[Role.NURSE].id, active=False)
    with pytest.raises(Invalid, match="“maria” was the sign-in name of Maria Ortiz, who left") as refusal:
        services.users.add(staff[Role.MANAGER], "maria", "Maria Vega", Role.NURSE, STAFF_PIN)
    assert refusal.value.field == "login"
