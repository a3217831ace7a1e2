"""Patients: search as one types, details in place, escorts, clinical details for clinical roles alone."""

import threading
from dataclasses import replace
from datetime import date

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import Invalid, NotAllowed, NotFound, Refused, Stale
from ketaclinic.domain.people import ClinicalProfile, Role, User
from ketaclinic.services.bundle import Services, build_services
from tests.conftest import OpenStation
from tests.services.people_builders import a_patient, a_staffed_clinic, some_fields

Staff = dict[Role, User]

PEOPLE = (
    ("Silva", "João", date(1961, 4, 3), "(312) 555-0144"),
    ("Silva", "Ana Maria", date(1974, 12, 9), "+1 773 555 0188"),
    ("Kowalski", "Łukasz", date(1988, 1, 30), "312.555.0171"),
    ("Nguyễn", "Zoë", date(1990, 6, 15), ""),
    ("Иванова", "Ольга", date(1955, 3, 4), "+44 20 7946 0958"),
    ("Παπαδόπουλος", "Γιώργος", date(1949, 10, 2), "(312) 555-0199"),
    ("Weiß", "Jürgen", date(1969, 7, 1), "(312) 555-0123"),
    ("O'Brien-Núñez", "Mary", date(1982, 11, 11), "(847) 555-0144"),
    ("Kim", "Kim", date(2001, 2, 28), "(847) 555-0101"),
)


@pytest.fixture
def staff(services: Services) -> Staff:
    return a_staffed_clinic(services)


@pytest.fixture
def desk(staff: Staff) -> User:
    return staff[Role.FRONT_DESK]


@pytest.fixture
def known(services: Services, desk: User) -> None:
    for family, given, born, phone in PEOPLE:
        a_patient(services, desk, family, given, born=born, phone=phone)


def names(services: Services, desk: User, text: str) -> list[str]:
    return [line.name for line in services.patients.search(desk, text)]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sil", ["Silva, Ana Maria", "Silva, João"]),
        ("silva j", ["Silva, João"]),
        ("joao silva", ["Silva, João"]),
        ("JOÃO", ["Silva, João"]),
        ("maria silva ana", ["Silva, Ana Maria"]),
        ("anamaria", ["Silva, Ana Maria"]),
        ("lukasz", ["Kowalski, Łukasz"]),
        ("Łukasz", ["Kowalski, Łukasz"]),
        ("nguyen", ["Nguyễn, Zoë"]),
        ("ольг", ["Иванова, Ольга"]),
        ("παπαδοπουλος", ["Παπαδόπουλος, Γιώργος"]),
        ("weiss", ["Weiß, Jürgen"]),
        ("weiß", ["Weiß, Jürgen"]),
        ("obrien", ["O'Brien-Núñez, Mary"]),
        ("o'b nunez", ["O'Brien-Núñez, Mary"]),
        ("kim", ["Kim, Kim"]),
        ("0171", ["Kowalski, Łukasz"]),
        ("312 555-0171", ["Kowalski, Łukasz"]),
        ("555-017", ["Kowalski, Łukasz"]),
        ("+1 312 555 0171", ["Kowalski, Łukasz"]),
        ("(773) 555", ["Silva, Ana Maria"]),
        ("020 7946 0958", ["Иванова, Ольга"]),
        ("silva 0144", ["Silva, João"]),
        ("1961-04-03", ["Silva, João"]),
        ("4/3/1961", ["Silva, João"]),
        ("3.4.1961", ["Silva, João"]),
        ("april 3 1961", ["Silva, João"]),
        ("silva 12/9/1974", ["Silva, Ana Maria"]),
        ("KC-0003", ["Kowalski, Łukasz"]),
        ("kc3", ["Kowalski, Łukasz"]),
        ("0003", ["Kowalski, Łukasz"]),
        ("", []),
        ("%", []),
        ("nobody", []),
        ("silva brown", []),
    ],
)
def test_patients_are_found_however_they_are_typed(
    services: Services, desk: User, typed: str, found: list[str]
) -> None:
    assert names(services, desk, typed) == found


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("slip", "name"),
    [
        ("sliva joao", "Silva, João"),
        ("silvaa joao", "Silva, João"),
        ("siva joao", "Silva, João"),
        ("xilva joao", "Silva, João"),
        ("silva jaoo", "Silva, João"),
        ("kowalsky", "Kowalski, Łukasz"),
        ("kowlaski", "Kowalski, Łukasz"),
        ("kovalsk", "Kowalski, Łukasz"),
        ("олга", "Иванова, Ольга"),
    ],
)
def test_one_slip_of_the_keys_is_forgiven(services: Services, desk: User, slip: str, name: str) -> None:
    assert names(services, desk, slip) == [name]


@pytest.mark.usefixtures("known")
def test_two_slips_are_not(services: Services, desk: User) -> None:
    assert names(services, desk, "slvaxi") == []


@pytest.mark.usefixtures("known")
def test_who_is_meant_stands_before_who_may_be(services: Services, desk: User) -> None:
    a_patient(services, desk, "Silvester", "Bo")
    a_patient(services, desk, "Salva", "Bo")
    assert names(services, desk, "silva") == ["Silva, Ana Maria", "Silva, João", "Salva, Bo", "Silvester, Bo"]


@pytest.mark.usefixtures("known")
def test_a_list_is_as_long_as_asked(services: Services, desk: User) -> None:
    assert len(services.patients.search(desk, "s", limit=1)) == 1


def test_record_numbers_count_from_one(services: Services, desk: User) -> None:
    records = [a_patient(services, desk, family).record for family in ("Silva", "Kim", "Weiß")]
    assert records == ["KC-0001", "KC-0002", "KC-0003"]
    assert services.patients.by_record(desk, "kc-0002").fields.family_name == "Kim"
    with pytest.raises(NotFound, match="no patient with the record number KC-0009"):
        services.patients.by_record(desk, "KC-0009")


def test_two_desks_at_once_give_no_number_twice(
    services: Services, desk: User, open_station: OpenStation, clock: FixedClock, catalog: object
) -> None:
    stations = [services] + [build_services(open_station(f"desk-{n}"), catalog, clock) for n in (2, 3)]  # type: ignore[arg-type]
    records: list[str] = []

    def add_some(station: Services, letter: str) -> None:
        records.extend(a_patient(station, desk, f"Family{letter}{n}x").record for n in range(5))

    threads = [threading.Thread(target=add_some, args=(s, letter)) for s, letter in zip(stations, "abc", strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(records) == [f"KC-{n:04d}" for n in range(1, 16)]


def test_a_new_patient_is_told_to_every_screen(services: Services, store: object, desk: User) -> None:
    heard: list[Changes] = []
    services.patients._store.on_commit.append(heard.append)
    silva = a_patient(services, desk)
    assert [(changes.op, changes.patients) for changes in heard] == [(Op.ADD_PATIENT, frozenset({silva.id}))]


def test_a_double_click_adds_one_patient(services: Services, desk: User) -> None:
    first = services.patients.add(desk, some_fields(), command_id="c1")
    assert services.patients.add(desk, some_fields(), command_id="c1") == first
    assert len(services.patients.search(desk, "silva")) == 1


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_saved(services: Services, desk: User) -> None:
    with pytest.raises(Refused) as refused:
        services.patients.add(desk, some_fields("", "", date(2026, 11, 24)))
    assert [finding.subject for finding in refused.value.findings] == ["family_name", "born"]
    assert str(refused.value) == "A patient needs a name. The date of birth 2026-11-24 is in the future."
    assert a_patient(services, desk).record == "KC-0001"


def test_today_is_the_clinics_today(services: Services, desk: User, clock: FixedClock) -> None:
    clock.forward(hours=13)  # 04:00 UTC on the 24th, 22:00 on the 23rd in Chicago
    assert [f.code for f in services.patients.check(some_fields(born=date(2026, 11, 24)))] == ["born-in-future"]
    assert services.patients.check(some_fields(born=date(2026, 11, 23))) == ()


@pytest.mark.parametrize(
    ("phone", "code"), [("(312) 555-0144", []), ("+380 44 555 0144", []), ("12", ["phone-doubtful"]), ("", [])]
)
def test_a_doubtful_telephone_is_remarked_on_and_accepted(
    services: Services, desk: User, phone: str, code: list[str]
) -> None:
    fields = some_fields(phone=phone)
    assert [finding.code for finding in services.patients.check(fields)] == code
    assert services.patients.add(desk, fields).fields.phone == phone


def test_an_edit_is_found_under_the_new_name_and_not_the_old(services: Services, desk: User) -> None:
    silva = a_patient(services, desk, phone="(312) 555-0144")
    edited = services.patients.edit(desk, silva.id, silva.version, some_fields("Moreira", phone="(312) 555-0166"))
    assert (edited.record, edited.version) == (silva.record, silva.version + 1)
    assert names(services, desk, "moreira") == ["Moreira, João"]
    assert names(services, desk, "silva") == []
    assert names(services, desk, "0144") == []


def test_an_edit_over_someone_elses_is_refused(services: Services, desk: User) -> None:
    silva = a_patient(services, desk)
    services.patients.edit(desk, silva.id, silva.version, some_fields(phone="(312) 555-0144"))
    with pytest.raises(Stale, match=r"^Someone else changed KC-0001 meanwhile\. Nothing was saved"):
        services.patients.edit(desk, silva.id, silva.version, some_fields(phone="(312) 555-0199"))
    assert services.patients.get(desk, silva.id).fields.phone == "(312) 555-0144"


@pytest.mark.parametrize(
    ("typed", "known_as"),
    [
        (some_fields("Silva", "Joao", date(1961, 4, 3)), ["KC-0001"]),
        (some_fields("Sliva", "João", date(1961, 4, 3)), ["KC-0001"]),
        (some_fields("Silva", "João", None, phone="312 555 0144"), ["KC-0001"]),
        (some_fields("Santos", "Rui", date(1961, 4, 3), phone="3125550144"), ["KC-0001"]),
        (some_fields("Silva", "João", date(1980, 1, 1)), []),
        (some_fields("Brown", "Amy", date(1961, 4, 3)), []),
    ],
)
@pytest.mark.usefixtures("known")
def test_a_possible_duplicate_is_shown_before_it_is_one(
    services: Services, desk: User, typed: object, known_as: list[str]
) -> None:
    assert [line.record for line in services.patients.same_person(desk, typed)] == known_as  # type: ignore[arg-type]


def test_one_number_of_the_other_program_is_one_patient(services: Services, desk: User) -> None:
    a_patient(services, desk, external_id="778")
    with pytest.raises(Refused, match="KC-0001 has the number 778 in the other program already"):
        a_patient(services, desk, "Kim", external_id="778")


def test_the_page_of_a_new_patient(services: Services, desk: User) -> None:
    silva = a_patient(services, desk)
    services.patients.add_escort(desk, silva.id, "Rosa Silva", "(312) 555-0145", "wife")
    page = services.patients.page(desk, silva.id)
    assert page.patient == silva
    assert [(e.name, e.phone, e.relation) for e in page.escorts] == [("Rosa Silva", "(312) 555-0145", "wife")]
    assert (page.series, page.consent, page.order) == ((), "No consent on file", "No order")


@pytest.mark.parametrize(
    ("name", "phone", "field"), [("", "555 0101", "name"), ("Rosa", "", "phone"), ("Rosa", "n/a", "phone")]
)
def test_an_escort_has_a_name_and_can_be_called(
    services: Services, desk: User, name: str, phone: str, field: str
) -> None:
    silva = a_patient(services, desk)
    with pytest.raises(Invalid) as refused:
        services.patients.add_escort(desk, silva.id, name, phone)
    assert refused.value.field == field


def test_clinical_details_are_for_clinical_roles(services: Services, staff: Staff) -> None:
    silva = a_patient(services, staff[Role.FRONT_DESK])
    nurse = staff[Role.NURSE]
    empty = services.patients.clinical_profile(nurse, silva.id)
    assert empty == ClinicalProfile(silva.id, version=0)
    saved = services.patients.edit_clinical_profile(nurse, replace(empty, allergies="latex"))
    assert services.patients.clinical_profile(staff[Role.PRESCRIBER], silva.id) == saved
    for role in (Role.FRONT_DESK, Role.MANAGER):
        with pytest.raises(NotAllowed, match="may not see clinical details"):
            services.patients.clinical_profile(staff[role], silva.id)
    with pytest.raises(Stale, match="Nothing was saved"):
        services.patients.edit_clinical_profile(nurse, replace(empty, allergies="none"))
