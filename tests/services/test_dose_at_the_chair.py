"""Today's dose at the chair: titration, the syringe, the vial of the drug ledger, withdrawals."""

from datetime import date, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.findings import Invalid, NotAllowed, Refused
from ketaclinic.domain.people import User
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import MONDAY, Chairside, against
from tests.services.drug_cupboard import Cupboard
from tests.services.people_builders import STAFF_PIN

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def seated_under(chair: Chairside, **order: object) -> int:
    """A patient in the chair under an order of one's own."""
    patient = chair.patient()
    chair.order(patient, **order)
    chair.consent(patient)
    visit = chair.visit(patient)
    chair.arrive(visit)
    return int(chair.charting.open(chair.nurse, visit).id)


def told(chair: Chairside, session: int, **typed: object) -> dict[str, str]:
    """The words at each field, for what was typed and not taken."""
    with pytest.raises(Refused) as error:
        chair.charting.set_dose(chair.nurse, session, 82.4, typed.pop("strength", 10.0), **typed)
    return {f.subject: f.message for f in error.value.findings}


# --- the syringe -----------------------------------------------------------------------------------------------------


def test_harm_01_nothing_is_checked_or_started_before_the_syringe_is_typed(chair: Chairside) -> None:
    session = chair.seated()
    chair.fill_before(session)
    chair.observe(session)
    chair.charting.set_dose(chair.nurse, session, 82.4, 10.0)
    with pytest.raises(Refused, match=r"First enter the mg and mL in the syringe\. Nothing was saved\."):
        chair.check(session)
    stands = against(chair.view(session))
    assert stands["open-dose"].message.endswith("Enter the mg and mL in the syringe.")
    with pytest.raises(Refused):
        chair.charting.start(chair.nurse, session)


def test_harm_01_ten_times_the_volume_is_told_where_it_is_typed(chair: Chairside) -> None:
    """950 mg given for 95 mg: the vial of 100 mg/mL was read as 10 mg/mL, or the other way round."""
    session = chair.seated()
    assert told(chair, session, strength=100.0, mg=41.2, ml=4.12) == {
        "ml": "41.2 mg of 100 mg/mL is 0.41 mL, not 4.12 mL. Look at the vial and draw again."
    }
    assert told(chair, session, mg=41.2, ml=0.41) == {
        "ml": "41.2 mg of 10 mg/mL is 4.12 mL, not 0.41 mL. Look at the vial and draw again."
    }
    assert chair.view(session).dose is None  # nothing of it was kept


def test_harm_02_a_syringe_above_the_ceiling_is_told_where_it_is_typed(chair: Chairside) -> None:
    session = chair.seated()
    assert told(chair, session, mg=412.0, ml=41.2) == {"mg": "412 mg is above the order's ceiling of 60 mg."}


def test_harm_02_a_syringe_far_from_order_and_weight_waits_for_the_prescriber(chair: Chairside) -> None:
    session = chair.seated()
    chair.fill_before(session)
    chair.observe(session)
    view = chair.charting.set_dose(chair.nurse, session, 82.4, 10.0, mg=50.0, ml=5.0)
    text = "50 mg is more than 10 % away from 0.5 mg/kg × 82.4 kg = 41.2 mg."
    assert [(f.code, f.message) for f in view.findings] == [("dose-differs", text)]
    chair.check(session)
    assert {c: (f.severity, f.message) for c, f in against(chair.view(session)).items()} == {
        "dose-differs": ("override", text)
    }
    reason = "Rounded up to the whole ampoule"
    chair.charting.override(chair.nurse, session, "dose-differs", reason, chair.prescriber)
    started = chair.charting.start(chair.nurse, session)
    assert (started.dose.mg, started.dose.ml, started.dose.rate) == (50.0, 5.0, 7.5)


def test_a_syringe_within_ten_per_cent_is_given_as_it_was_drawn(chair: Chairside) -> None:
    session = chair.seated()
    chair.fill_before(session)
    chair.observe(session)
    view = chair.charting.set_dose(chair.nurse, session, 82.4, 50.0, mg=42.5, ml=0.85)
    assert [f.message for f in view.findings] == ["42.5 mg in the syringe, 41.2 mg by order and weight."]
    chair.check(session, ml=0.82, rate=1.24)
    started = chair.charting.start(chair.nurse, session)
    assert (started.dose.mg, started.dose.ml, started.dose.rate) == (42.5, 0.85, 1.27)
    chair.clock.forward(minutes=20)
    assert chair.view(session).given_mg == pytest.approx(21.25)


def test_half_a_syringe_is_asked_for_the_other_half(chair: Chairside) -> None:
    session = chair.seated()
    with pytest.raises(Invalid, match="Enter both the mg and the mL") as error:
        chair.charting.set_dose(chair.nurse, session, 82.4, 10.0, mg=41.2)
    assert error.value.field == "ml"


# --- what makes a check void -----------------------------------------------------------------------------------------

VOID = {"open-dose": "block", "open-second-check": "block"}


def stands(chair: Chairside, session: int) -> dict[str, str]:
    return {code: str(f.severity) for code, f in against(chair.view(session)).items()}


def checked(chair: Chairside, **order: object) -> int:
    session = seated_under(chair, **order)
    chair.ready(session)
    assert stands(chair, session) == {}
    return session


def test_harm_01_another_vial_voids_syringe_and_check(chair: Chairside) -> None:
    session = checked(chair)
    chair.charting.set_dose(chair.nurse, session, 82.4, 100.0)
    chair.charting.set_dose(chair.nurse, session, 82.4, 10.0)  # and back again
    assert stands(chair, session) == VOID


def test_harm_02_another_weight_voids_syringe_and_check(chair: Chairside) -> None:
    session = checked(chair)
    chair.answer(session, "weight", 82.6)
    assert stands(chair, session) == VOID


def test_harm_10_another_order_voids_syringe_and_check(chair: Chairside) -> None:
    session = checked(chair)
    before = chair.services.orders.of_patient(chair.nurse, 1)[0]
    chair.services.orders.withdraw(chair.prescriber, before.id, "Written for another day", STAFF_PIN)
    chair.order(chair.services.patients.page(chair.nurse, 1).patient, max_mg=55.0)
    assert stands(chair, session) == VOID


def test_harm_02_another_titration_voids_syringe_and_check(chair: Chairside) -> None:
    session = checked(chair, titrate_low=0.4, titrate_high=0.6)
    chair.charting.set_dose(chair.prescriber, session, 82.4, 10.0, mg_per_kg=0.6)
    assert stands(chair, session) == VOID


# --- titration -------------------------------------------------------------------------------------------------------


NEW_ORDER = "Another dose needs a new order. Nothing was saved."


def titrated(chair: Chairside, session: int, mg_per_kg: float, attested_by: User | None = None) -> object:
    return chair.charting.set_dose(
        chair.nurse, session, 82.4, 10.0, mg_per_kg=mg_per_kg, attested_by=attested_by
    ).dose.mg


def test_a_prescriber_sets_another_dose_within_the_titration_and_it_stays(chair: Chairside) -> None:
    session = seated_under(chair, titrate_low=0.4, titrate_high=0.6)
    with pytest.raises(Refused, match="A prescriber sets another dose than the one that stands"):
        titrated(chair, session, 0.6)
    with pytest.raises(Refused, match="A prescriber sets another dose"):
        titrated(chair, session, 0.6, chair.second_nurse)
    assert titrated(chair, session, 0.6, chair.prescriber) == 49.4
    view = chair.dose(session, concentration=50.0)  # another vial and the syringe later
    assert (view.dose.mg_per_kg, view.dose.mg, view.dosing.titrated_by) == (0.6, 49.4, "Rotimi Adeyemi")
    assert view.events[0].text == (
        "Vial chosen: 50 mg/mL, 82.4 kg · 0.6 mg/kg today, set by Rotimi Adeyemi · in the syringe 49.4 mg in 0.99 mL"
    )
    with pytest.raises(Refused, match="A prescriber sets another dose"):
        titrated(chair, session, 0.5)  # back to the order's is a prescriber's word too


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        (
            {"titrate_low": 0.4, "titrate_high": 0.6},
            f"0.7 mg/kg is outside the order's titration of 0.4 to 0.6 mg/kg. {NEW_ORDER}",
        ),
        (
            {},
            f"The order allows no titration: 0.5 mg/kg. {NEW_ORDER}",
        ),
    ],
)
def test_harm_02_a_dose_outside_the_titration_is_refused_to_everybody(
    chair: Chairside, order: dict[str, float], sentence: str
) -> None:
    session = seated_under(chair, **order)
    with pytest.raises(Refused) as error:
        chair.charting.set_dose(chair.prescriber, session, 82.4, 10.0, mg_per_kg=0.7)
    assert (str(error.value), error.value.findings[0].subject) == (sentence, "mg_per_kg")


def test_harm_02_a_titration_above_one_mg_per_kg_is_attested_again(chair: Chairside) -> None:
    session = seated_under(chair, titrate_low=0.5, titrate_high=1.2, max_mg=120.0)
    chair.charting.set_dose(chair.prescriber, session, 82.4, 10.0, mg_per_kg=1.2)
    found = against(chair.view(session))
    assert (found["dose-reattest"].severity, found["dose-reattest"].override_roles) == ("override", ("prescriber",))


# --- the drug ledger -------------------------------------------------------------------------------------------------


def test_vials_are_offered_by_expiry_and_an_expired_one_says_why_it_is_not(chair: Chairside) -> None:
    cupboard, session = Cupboard(chair), chair.seated()
    assert chair.charting.vials(chair.nurse, session) == ()
    assert chair.view(session).dosing.vials is None  # no ledger is kept
    late = cupboard.receive(strength=10, ml="20", lot="KX-9")
    soon = cupboard.receive(strength=50, ml="10", lot="KX-5", until=MONDAY)
    gone = cupboard.receive(strength=10, ml="20", lot="KX-1", until=MONDAY + timedelta(days=1))
    chair.clock.forward(days=1)
    chair.clock.forward(days=1)
    offered = chair.charting.vials(chair.nurse, session)
    assert [(v.id, v.lot, v.mg_per_ml, v.left_mg, v.why) for v in offered] == [
        (soon.id, "KX-5", 50, "500", "Expired on 2026-11-23."),
        (gone.id, "KX-1", 10, "200", "Expired on 2026-11-24."),
        (late.id, "KX-9", 10, "200", ""),
    ]


def test_harm_01_more_than_is_on_hand_of_that_strength_stops_the_start(chair: Chairside) -> None:
    cupboard, session = Cupboard(chair), chair.seated()
    small = cupboard.receive(strength=10, ml="2")
    cupboard.receive(strength=100, ml="10")
    chair.fill_before(session)
    chair.observe(session)
    chair.dose(session, vial_id=small.id)
    chair.check(session)
    text = "41.2 mg are needed; by the drug ledger 20 mg of 10 mg/mL are on hand."
    assert {c: (f.severity, f.message) for c, f in against(chair.view(session)).items()} == {
        "stock-short": ("block", text)
    }
    with pytest.raises(Refused, match="20 mg of 10 mg/mL are on hand"):
        chair.charting.start(chair.nurse, session)
    cupboard.receive(strength=10, ml="3")
    chair.charting.start(chair.nurse, session)


def test_what_was_drawn_for_the_session_already_is_still_on_hand_for_it(chair: Chairside) -> None:
    cupboard, session = Cupboard(chair), chair.seated()
    vial = cupboard.receive(strength=10, ml="5")
    chair.fill_before(session)
    chair.observe(session)
    chair.dose(session, vial_id=vial.id)
    cupboard.draw(session, vial, "41.2")
    chair.check(session)
    assert against(chair.view(session)) == {}


def test_harm_01_an_empty_vial_is_not_chosen(chair: Chairside) -> None:
    cupboard, session = Cupboard(chair), chair.seated()
    vial = cupboard.receive(strength=10, ml="5")
    cupboard.receive(strength=10, ml="20")
    cupboard.waste(vial, "50")
    with pytest.raises(Refused, match="Nothing is left in the vial that was chosen"):
        chair.charting.set_dose(chair.nurse, session, 82.4, 10.0, vial_id=vial.id)


# --- withdrawn -------------------------------------------------------------------------------------------------------


def test_harm_10_a_withdrawn_order_stops_the_start_and_says_why(chair: Chairside) -> None:
    session = checked(chair)
    (order,) = chair.services.orders.of_patient(chair.nurse, 1)
    chair.services.orders.withdraw(chair.prescriber, order.id, "New cardiac history.", STAFF_PIN)
    assert against(chair.view(session))["order"].message == "The order was withdrawn: New cardiac history."
    with pytest.raises(Refused, match="The order was withdrawn: New cardiac history"):
        chair.charting.start(chair.nurse, session)


def test_harm_10_a_withdrawn_consent_stops_the_start_and_says_why(chair: Chairside) -> None:
    session = checked(chair)
    (consent,) = chair.services.consents.of_patient(chair.nurse, 1)
    chair.services.consents.withdraw(chair.nurse, consent.id, "Changed their mind")
    text = "The consent was withdrawn on 2026-11-23: Changed their mind."
    assert against(chair.view(session))["consent"].message == text
    with pytest.raises(Refused, match="The consent was withdrawn on 2026-11-23"):
        chair.charting.start(chair.nurse, session)


@pytest.mark.parametrize(
    ("expires", "sentence"), [(date(2026, 11, 23), ""), (date(2026, 11, 22), "The order expired on 2026-11-22.")]
)
def test_harm_10_an_order_holds_to_the_end_of_its_last_day(chair: Chairside, expires: date, sentence: str) -> None:
    chair.clock.at -= timedelta(days=2)
    patient = chair.patient()
    chair.order(patient, expires_on=expires)
    chair.consent(patient)
    chair.clock.at += timedelta(days=2)
    visit = chair.visit(patient)
    chair.arrive(visit)
    found = against(chair.charting.open(chair.nurse, visit))
    assert (found["order"].message if "order" in found else "") == sentence


def test_a_running_infusion_is_not_touched_by_a_withdrawal_and_it_is_told_at_the_chair(chair: Chairside) -> None:
    session = checked(chair)
    chair.charting.start(chair.nurse, session)
    chair.clock.forward(minutes=10)
    (order,) = chair.services.orders.of_patient(chair.nurse, 1)
    chair.services.orders.withdraw(chair.prescriber, order.id, "New cardiac history", STAFF_PIN)
    (consent,) = chair.services.consents.of_patient(chair.nurse, 1)
    chair.services.consents.withdraw(chair.nurse, consent.id, "Asked by the family")
    view = chair.view(session)
    assert [f.message for f in view.notices] == [
        "Rotimi Adeyemi withdrew the order at 09:10: New cardiac history.",
        "The consent was withdrawn on 2026-11-23: Asked by the family.",
    ]
    assert (view.rate, view.given_mg, view.order_id) == (6.18, pytest.approx(10.3), order.id)
    before = {i.item.code: str(i.state) for i in view.checklists[0].items}
    assert (before["order"], before["consent"], before["second-check"]) == ("met", "met", "met")


def test_who_may_withdraw(chair: Chairside) -> None:
    patient = chair.patient()
    order, consent = chair.order(patient), chair.consent(patient)
    with pytest.raises(NotAllowed, match="A nurse may not withdraw orders"):
        chair.services.orders.withdraw(chair.nurse, order.id, "No more", STAFF_PIN)
    with pytest.raises(NotAllowed, match="The front desk may not withdraw a consent"):
        chair.services.consents.withdraw(chair.desk, consent.id, "No more")
