"""The doctor finds a ledger that does not add up and a review that says nothing."""

from datetime import date, datetime

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import LedgerEntryRow, RuleReviewRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import Chairside
from tests.services.drug_cupboard import Cupboard


@pytest.fixture
def cupboard(store: Store, services: Services, clock: FixedClock) -> Cupboard:
    """A vial of 200 mg: 50 drawn for a session, 41.2 given, a line taken back and written anew."""
    chair = Chairside(store, services, clock)
    found = Cupboard(chair)
    vial, session = found.receive(), chair.seated()
    chair.dose(session)
    found.draw(session, vial, "50")
    wrong = found.give(session, vial, "40").entry
    found.reverse(wrong.id)
    found.give(session, vial, "41.2")
    found.waste(vial, "8.8", session)
    return found


def found_wrong(cupboard: Cupboard) -> dict[str, str]:
    return {check.name: check.detail for check in cupboard.chair.services.doctor.check() if not check.ok}


def line(cupboard: Cupboard, **changes: object) -> None:
    """A line written past the services."""
    chair = cupboard.chair
    given = {"vial_id": 1, "kind": "drawn", "amount_ug": 1000, "at": chair.clock.now(), "user_id": chair.nurse.id}
    with chair.store.writing(Op.DRAW_DRUG) as writing:
        writing.session.add(LedgerEntryRow(**(given | {"reason": ""} | changes)))


def test_a_ledger_written_by_the_services_is_sound(cupboard: Cupboard) -> None:
    checks = {check.name: check for check in cupboard.chair.services.doctor.check()}
    assert checks["Drug ledger"].ok
    assert checks["Drug ledger"].detail == "6 lines add up, each with its witness"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "wasted", "witness_id": 5, "amount_ug": 200_000}, "vial 1 do not add up"),
        ({"kind": "wasted"}, "line 7 do not add up"),
        ({"kind": "administered", "encounter_id": 1}, "session 1 do not add up"),
        ({"happened_at": datetime.fromisoformat("2026-11-24T15:00:00+00:00")}, "line 7 do not add up"),
    ],
)
def test_what_does_not_add_up_is_named(cupboard: Cupboard, changes: dict[str, object], said: str) -> None:
    line(cupboard, **changes)
    assert found_wrong(cupboard)["Drug ledger"] == said


def test_a_review_of_no_month_is_named(cupboard: Cupboard) -> None:
    chair = cupboard.chair
    with chair.store.writing(Op.REVIEW_RULE) as writing:
        writing.session.add(
            RuleReviewRow(
                rule="escort", month=date(2026, 11, 2), decision="Keep", at=chair.clock.now(), user_id=chair.nurse.id
            )
        )
    assert found_wrong(cupboard)["Reviews of rules"] == "rule_reviews 1 cannot be read"
