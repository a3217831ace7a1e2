"""The harms that the drug ledger prevents: a dose beyond the vial, drug taken away without a witness."""

from datetime import date

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.findings import Invalid, Refused
from ketaclinic.domain.ledger import Moment
from ketaclinic.domain.people import Role
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import Chairside
from tests.services.drug_cupboard import HERE, Cupboard


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


@pytest.fixture
def cupboard(chair: Chairside) -> Cupboard:
    return Cupboard(chair)


def test_harm_01_no_more_is_drawn_than_the_vial_holds(cupboard: Cupboard, chair: Chairside) -> None:
    vial, session = cupboard.receive(10, "20"), chair.seated()
    chair.dose(session)
    with pytest.raises(Refused) as caught:
        cupboard.draw(session, vial, "412")  # ten times the dose
    assert str(caught.value) == (
        "412 mg is more than V-0001 holds: 200 mg (20.00 mL). Nothing was written. Check amount, strength and vial."
    )
    cupboard.draw(session, vial, "41.2")
    with pytest.raises(Refused, match=r"158\.9 mg is more than V-0001 holds: 158\.8 mg"):
        cupboard.draw(session, vial, "158.9")
    assert cupboard.on_hand(vial) == 200_000


def test_harm_01_a_vial_of_another_strength_than_was_checked_is_refused(cupboard: Cupboard, chair: Chairside) -> None:
    strong, session = cupboard.receive(100, "5"), chair.seated()
    chair.dose(session, concentration=10.0)
    with pytest.raises(Refused) as caught:
        cupboard.draw(session, strong, "41.2")
    assert str(caught.value) == (
        "The dose of this session was computed for 10 mg/mL and checked; V-0001 holds 100 mg/mL. Nothing was written. "
        "Take another vial, or compute and check the dose anew."
    )


def test_harm_01_nothing_is_drawn_from_an_expired_vial(cupboard: Cupboard, chair: Chairside) -> None:
    old, session = cupboard.receive(until=date(2026, 11, 22)), chair.seated()
    last_day = cupboard.receive(until=date(2026, 11, 23))
    with pytest.raises(Refused, match="V-0001 expired on 2026-11-22"):
        cupboard.draw(session, old, "41.2")
    cupboard.draw(session, last_day, "41.2")


def test_harm_13_waste_is_witnessed_by_another_nurse_or_prescriber(cupboard: Cupboard, chair: Chairside) -> None:
    vial = cupboard.receive()
    with pytest.raises(Refused, match="The witness must be someone else than you"):
        cupboard.waste(vial, "50", witness=chair.nurse)
    with pytest.raises(Refused, match="Ada Petrov may not witness this"):
        cupboard.waste(vial, "50", witness=chair.desk)
    with pytest.raises(Invalid, match="Your PIN is wrong"):
        cupboard.waste(vial, "50", pin="9999")
    with pytest.raises(Refused, match="someone else than you"):
        cupboard.send_back(vial, "50", witness=chair.nurse)
    assert cupboard.on_hand(vial) == 200_000
    entry = cupboard.waste(vial, "50", witness=chair.prescriber).entry
    assert (entry.user_id, entry.witness_id) == (chair.nurse.id, chair.prescriber.id)


def test_harm_13_a_witness_who_left_the_clinic_does_not_count(cupboard: Cupboard, chair: Chairside) -> None:
    vial, manager = cupboard.receive(), chair.staff[Role.MANAGER]
    assert chair.second_nurse is not None
    chair.services.users.edit(manager, chair.second_nurse.id, active=False)
    with pytest.raises(Refused, match="Kaja Lund may not witness this"):
        cupboard.waste(vial, "50")


def test_harm_13_a_day_with_a_difference_stays_open_until_it_is_explained(cupboard: Cupboard, chair: Chairside) -> None:
    cupboard.receive(vials=2)
    day = cupboard.count(Moment.CLOSE, {1: "200", 2: "150"})
    with pytest.raises(Refused) as caught:
        cupboard.ledger.close_day(chair.nurse, HERE)
    assert str(caught.value) == (
        "The day stays open. The closing count of 2026-11-23 differs from the ledger and nobody has explained it."
    )
    with pytest.raises(Refused, match="someone else than you"):
        cupboard.explain(day.counts[-1].count.id, witness=chair.nurse)
    # The next day does not forget it.
    chair.clock.forward(days=1)
    cupboard.count(Moment.CLOSE, {1: "200", 2: "200"})
    with pytest.raises(Refused, match="2026-11-23 differs"):
        cupboard.ledger.close_day(chair.nurse, HERE)
    cupboard.explain(day.counts[-1].count.id, "Read off wrongly, found whole the next day")
    assert cupboard.ledger.close_day(chair.nurse, HERE).closed is not None


def test_harm_13_a_day_with_drug_unaccounted_for_stays_open(cupboard: Cupboard, chair: Chairside) -> None:
    vial, session = cupboard.receive(), chair.seated()
    cupboard.draw(session, vial, "50")
    cupboard.count(Moment.CLOSE, {1: "150"})
    with pytest.raises(Refused, match="neither administered nor wasted yet"):
        cupboard.ledger.close_day(chair.nurse, HERE)
    cupboard.waste(vial, "50", session)
    cupboard.count(Moment.CLOSE, {1: "150"})
    assert cupboard.ledger.close_day(chair.nurse, HERE).closed is not None


def test_harm_13_a_vial_is_not_made_to_vanish_alone(cupboard: Cupboard, chair: Chairside) -> None:
    cupboard.receive()
    with pytest.raises(Refused, match="someone else than you"):
        cupboard.reverse(1, "Was never delivered to us", witness=chair.nurse)
    assert len(cupboard.stock()) == 1
