"""The drug's account at the chair: drawn before the start, given and wasted in one step after the stop."""

from datetime import date, datetime

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.findings import Invalid, Refused
from ketaclinic.domain.ledger import EntryKind, micrograms
from ketaclinic.domain.people import Role
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import Chairside, criterion
from tests.services.drug_cupboard import Cupboard
from tests.services.people_builders import STAFF_PIN


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


@pytest.fixture
def cupboard(chair: Chairside) -> Cupboard:
    return Cupboard(chair)


def account(cupboard: Cupboard, session: int, given: str, **more: object) -> list[tuple[EntryKind, int]]:
    chair = cupboard.chair
    signed = {"reason": "Into the waste container", "pin": STAFF_PIN, "witness": chair.second_nurse} | more
    written = cupboard.ledger.account(chair.nurse, session, 1, micrograms(given), **signed)
    return [(one.entry.kind, one.entry.amount_ug) for one in written]


def stopped_after(chair: Chairside, cupboard: Cupboard, mg: str) -> int:
    """An infusion run to its end, for which so much was drawn."""
    vial, session = cupboard.receive(), chair.seated()
    chair.ready(session)
    cupboard.draw(session, vial, mg)
    chair.charting.start(chair.nurse, session)
    chair.run_through(session)
    return session


def test_harm_13_given_and_wasted_are_written_in_one_step_before_a_witness(
    chair: Chairside, cupboard: Cupboard
) -> None:
    session = stopped_after(chair, cupboard, "50")
    assert not criterion(chair.view(session), "waste").met
    drug = cupboard.ledger.at_chair(chair.nurse, session)
    assert (drug.owed_ug, drug.open_vial[0].number, drug.open_vial[1]) == (41_200, "V-0001", 50_000)
    assert account(cupboard, session, "41.2") == [(EntryKind.ADMINISTERED, 41_200), (EntryKind.WASTED, 8_800)]
    line = cupboard.ledger.entries(chair.nurse, 1)[-1]
    assert (line.by, line.witness, line.entry.reason) == ("Maria Ortiz", "Kaja Lund", "Into the waste container")
    assert criterion(chair.view(session), "waste").met
    assert cupboard.ledger.at_chair(chair.nurse, session).open_vial is None


def test_without_a_rest_nobody_has_to_witness(chair: Chairside, cupboard: Cupboard) -> None:
    session = stopped_after(chair, cupboard, "41.2")
    assert account(cupboard, session, "41.2", witness=None, pin="", reason="") == [(EntryKind.ADMINISTERED, 41_200)]
    assert criterion(chair.view(session), "waste").met


def test_harm_13_a_rest_without_a_proper_witness_writes_nothing(chair: Chairside, cupboard: Cupboard) -> None:
    session = stopped_after(chair, cupboard, "50")
    with pytest.raises(Refused, match="A witness signs this"):
        account(cupboard, session, "41.2", witness=None)
    with pytest.raises(Refused, match="someone else than you"):
        account(cupboard, session, "41.2", witness=chair.nurse)
    with pytest.raises(Refused, match="may not witness this"):
        account(cupboard, session, "41.2", witness=chair.staff[Role.MANAGER])
    with pytest.raises(Invalid, match="Your PIN is wrong"):
        account(cupboard, session, "41.2", pin="9999")
    with pytest.raises(Invalid, match="Say how it was wasted"):
        account(cupboard, session, "41.2", reason=" ")
    assert len(cupboard.ledger.entries(chair.nurse, 1)) == 2  # received and drawn


def test_more_than_was_drawn_is_not_accounted_for(chair: Chairside, cupboard: Cupboard) -> None:
    session = stopped_after(chair, cupboard, "41.2")
    with pytest.raises(Refused) as caught:
        account(cupboard, session, "412")
    assert str(caught.value) == ("412 mg cannot be administered: 41.2 mg were drawn and are open. Nothing was written.")
    account(cupboard, session, "41.2")
    with pytest.raises(Refused, match="is open any more"):
        account(cupboard, session, "0")


def test_the_same_step_twice_is_one(chair: Chairside, cupboard: Cupboard) -> None:
    session = stopped_after(chair, cupboard, "50")
    first = account(cupboard, session, "41.2", command_id="step-1")
    assert account(cupboard, session, "41.2", command_id="step-1") == first
    assert len(cupboard.ledger.entries(chair.nurse, 1)) == 4


def test_where_no_ledger_is_kept_the_chair_asks_for_none(chair: Chairside, cupboard: Cupboard) -> None:
    assert cupboard.ledger.at_chair(chair.nurse, chair.seated()) is None


# --- late entries -----------------------------------------------------------------------------------------------------


def test_a_late_entry_keeps_when_it_truly_was_and_when_it_was_written(chair: Chairside, cupboard: Cupboard) -> None:
    vial, session = cupboard.receive(), chair.seated()
    chair.dose(session)
    chair.clock.forward(minutes=40)
    cupboard.draw(session, vial, "41.2", happened_at=datetime(2026, 11, 23, 9, 10))
    line = cupboard.ledger.entries(chair.nurse, vial.id)[-1]
    assert (line.at_wall, line.happened_wall) == (datetime(2026, 11, 23, 9, 40), datetime(2026, 11, 23, 9, 10))
    assert line.note == "Happened 2026-11-23 09:10, entered later."
    report = cupboard.ledger.report(chair.nurse, 1, date(2026, 11, 23), date(2026, 11, 23))
    assert report.lines[-1].late == "Happened 2026-11-23 09:10, entered later."


def test_what_is_written_at_once_is_not_late(chair: Chairside, cupboard: Cupboard) -> None:
    vial, session = cupboard.receive(), chair.seated()
    chair.dose(session)
    cupboard.draw(session, vial, "41.2", happened_at=chair.clock.now())
    assert cupboard.ledger.entries(chair.nurse, vial.id)[-1].late == ""


def test_a_time_that_cannot_be_is_refused(chair: Chairside, cupboard: Cupboard) -> None:
    vial, session = cupboard.receive(), chair.seated()
    chair.dose(session)
    with pytest.raises(Invalid, match="This time lies ahead"):
        cupboard.draw(session, vial, "41.2", happened_at=datetime(2026, 11, 23, 11, 0))
    with pytest.raises(Invalid, match="V-0001 had not come in yet then"):
        cupboard.draw(session, vial, "41.2", happened_at=datetime(2026, 11, 23, 8, 0))
    chair.clock.forward(minutes=90)
    later = chair.seated(chair.patient("Later"), chair=2, at=datetime(2026, 11, 23, 10, 30))
    with pytest.raises(Invalid, match="This session had not been opened then"):
        cupboard.draw(later, vial, "41.2", happened_at=datetime(2026, 11, 23, 9, 30))
    assert len(cupboard.ledger.entries(chair.nurse, vial.id)) == 1
