"""Two records of one person become one: everything goes over, the old number leads there, undo separates them again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from ketaclinic.db.store import Store
from ketaclinic.domain.findings import NotAllowed, Refused, Stale
from ketaclinic.domain.people import ClinicalProfile, Patient
from ketaclinic.domain.waitlist import WaitingFields
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, INDUCTION, NURSE, Desk, a_consent, a_desk, an_escort, session, write


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


@pytest.fixture
def other(desk: Desk) -> Patient:
    """Silva once more, under her maiden name, with a series, an escort and a consent."""
    patients = desk.services.patients
    silva = patients.get(DESK, 1).fields
    typed = replace(
        silva, family_name="Whitford", born=date(1961, 4, 3), phone="(847) 555-0111", note="Prefers chair 1"
    )
    patient = patients.add(DESK, typed)
    desk.book(patient.id, session(0, "09:00"), session(3, "09:00"))
    write(desk.store, [a_consent(patient.id), an_escort(patient.id, "Tom Whitford")])
    return patient


def merge(desk: Desk, keep: int, other: int, **more: frozenset[str]) -> Patient:
    seen = desk.services.patients.merge_check(DESK, keep, other)
    return desk.services.patients.merge(DESK, seen, **more)


def test_what_would_go_over_is_said_before(desk: Desk, other: Patient) -> None:
    seen = desk.services.patients.merge_check(DESK, 1, other.id)
    assert seen.goes_over == ("1 series", "2 visits", "1 consent", "1 escort")
    assert seen.differences[0].field == "family_name"
    assert (seen.differences[0].kept, seen.differences[0].other) == ("Silva", "Whitford")


def test_everything_goes_over_and_both_names_and_numbers_lead_there(desk: Desk, other: Patient) -> None:
    patients = desk.services.patients
    kept = merge(desk, 1, other.id)
    page = patients.page(DESK, 1)
    assert [len(course.visits) for course in page.series] == [2]
    assert [escort.name for escort in page.escorts] == ["Tom Whitford"]
    assert kept.fields.family_name == "Silva"
    assert "Prefers chair 1" in kept.fields.note
    for typed in ("whitford", "silva", other.record, "8475550111"):
        assert [line.id for line in patients.search(DESK, typed)] == [1], typed
    assert patients.by_record(DESK, other.record).id == 1
    assert {card.appointment.patient_id for card in desk.day(0).cards} == {1}


def test_a_detail_may_be_taken_from_the_other_record(desk: Desk, other: Patient) -> None:
    assert merge(desk, 1, other.id, from_other=frozenset({"family_name"})).fields.family_name == "Whitford"


def test_clinical_details_of_both_are_kept_and_doubt_is_asked_again(desk: Desk, other: Patient) -> None:
    patients = desk.services.patients
    first = ClinicalProfile(1, allergies="Latex", childbearing_potential=True, version=0)
    second = ClinicalProfile(other.id, allergies="Ondansetron", childbearing_potential=False, version=0)
    for profile in (first, second):
        patients.edit_clinical_profile(NURSE, profile)
    merge(desk, 1, other.id)
    profile = patients.clinical_profile(NURSE, 1)
    assert (profile.allergies, profile.childbearing_potential) == ("Latex\nOndansetron", None)


def test_undo_separates_them_and_redo_joins_them_again(desk: Desk, other: Patient) -> None:
    patients = desk.services.patients
    before = (patients.page(DESK, 1), patients.page(DESK, other.id))
    merge(desk, 1, other.id)
    assert desk.services.history.undo_state(DESK).undo == "Merge patients, Silva"
    desk.services.history.undo(DESK)
    after = (patients.page(DESK, 1), patients.page(DESK, other.id))
    assert [len(page.series) for page in after] == [len(page.series) for page in before] == [0, 1]
    assert after[1].patient.fields == before[1].patient.fields
    assert after[0].patient.fields == before[0].patient.fields
    assert [line.id for line in patients.search(DESK, "whitford")] == [other.id]
    desk.services.history.redo(DESK)
    assert [line.id for line in patients.search(DESK, "whitford")] == [1]
    assert all(check.ok for check in desk.services.doctor.check()), desk.services.doctor.check()


def test_once_something_was_charted_they_stay_one(desk: Desk, other: Patient) -> None:
    merge(desk, 1, other.id)
    desk.services.consents.record(NURSE, 1, "depression", None, date(2026, 11, 23))
    with pytest.raises(Refused, match="charted since the records were merged; they stay one"):
        desk.services.history.undo(DESK)
    assert [line.id for line in desk.services.patients.search(DESK, "whitford")] == [1]


def test_visits_on_one_day_must_be_sorted_out_first(desk: Desk, other: Patient) -> None:
    desk.book(1, session(0, "13:00", 2))
    with pytest.raises(Refused, match=r"Both have a visit on Mon 30 Nov\. Cancel one of them first\."):
        merge(desk, 1, other.id)
    assert desk.services.patients.get(DESK, other.id).merged_into_id is None


def test_a_record_is_not_merged_into_itself_nor_twice(desk: Desk, other: Patient) -> None:
    with pytest.raises(Refused, match="one record, not two"):
        merge(desk, 1, 1)
    merge(desk, 1, other.id)
    with pytest.raises(Refused, match="merged into another record before"):
        merge(desk, 2, other.id)


def test_what_changed_since_it_was_looked_at_is_not_merged(desk: Desk, other: Patient) -> None:
    patients = desk.services.patients
    seen = patients.merge_check(DESK, 1, other.id)
    patients.edit(DESK, other.id, other.version, replace(other.fields, phone="(847) 555-0112"))
    with pytest.raises(Stale, match="Nothing was merged"):
        patients.merge(DESK, seen)


def test_a_nurse_does_not_merge(desk: Desk, other: Patient) -> None:
    with pytest.raises(NotAllowed, match="A nurse may not merge records"):
        desk.services.patients.merge_check(NURSE, 1, other.id)


def test_an_escort_is_corrected_and_taken_off_unless_a_visit_counts_on_them(desk: Desk, other: Patient) -> None:
    patients = desk.services.patients
    (tom,) = patients.page(DESK, other.id).escorts
    tom = patients.edit_escort(DESK, tom.id, tom.version, "Tomás Whitford", "847 555 0190", "brother")
    visit = desk.day(0).cards[0].appointment.id
    patients.choose_escort(DESK, visit, tom.id)
    with pytest.raises(Refused, match="a visit names this escort"):
        patients.remove_escort(DESK, tom.id, tom.version)
    patients.choose_escort(DESK, visit, None)
    patients.remove_escort(DESK, tom.id, tom.version)
    assert patients.page(DESK, other.id).escorts == ()


def test_a_record_that_was_merged_takes_nothing_any_more(desk: Desk, other: Patient) -> None:
    """Another desk still has it open: what it saves would be found under neither record."""
    merge(desk, 1, other.id)
    services = desk.services
    told = f"{other.record} was merged into KC-0001. Nothing was saved: open that record instead."
    deeds: tuple[Callable[[], object], ...] = (
        lambda: desk.book(other.id, session(8, "09:00")),
        lambda: services.booking.hold_series(DESK, desk.wishes(other.id), [session(8, "09:00")]),
        lambda: services.patients.add_escort(DESK, other.id, "Ann", "(312) 555-0199"),
        lambda: services.recall.add_waiting(DESK, WaitingFields(other.id, 1, INDUCTION)),
        lambda: services.patients.edit_clinical_profile(NURSE, ClinicalProfile(other.id, "latex", "", "", None, 0)),
        lambda: services.consents.record(NURSE, other.id, "depression", None, date(2026, 11, 20)),
    )
    for deed in deeds:
        with pytest.raises(Stale) as refused:
            deed()
        assert str(refused.value) == told
