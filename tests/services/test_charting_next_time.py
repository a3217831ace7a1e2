"""What one session leaves to be done before the next: read from what happened, kept nowhere twice."""

from datetime import datetime

import pytest

from ketaclinic.clock import FixedClock, to_instant
from ketaclinic.db.store import Store
from ketaclinic.domain.encounters import Outcome
from ketaclinic.domain.people import Patient
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import Chairside


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def test_nausea_in_one_session_is_told_before_the_next_and_gone_after_a_calm_one(chair: Chairside) -> None:
    patient = chair.patient()
    first = chair.seated(patient)
    assert chair.view(first).notices == ()
    chair.start(first)
    sick = {"code": "nausea-vomiting", "severity": "moderate"}
    chair.charting.record_event(chair.nurse, first, "adverse", sick)
    chair.run_through(first)
    leaves(chair, first)

    second = comes_again(chair, patient, datetime(2026, 11, 26, 9, 0))
    (told,) = chair.view(second).notices
    assert told.message == "In the last session, 23 Nov 2026: Nausea, vomiting (moderate)."
    assert told.action.startswith("Pre-treat this time")
    chair.start(second)
    assert chair.view(second).notices == ()
    chair.run_through(second)
    leaves(chair, second)

    third = comes_again(chair, patient, datetime(2026, 11, 30, 9, 0))
    assert chair.view(third).notices == ()


def leaves(chair: Chairside, session: int) -> None:
    chair.sign(session, outcome=Outcome.LEFT_AGAINST_ADVICE, reason="Has to fetch her child from school")


def comes_again(chair: Chairside, patient: Patient, at: datetime) -> int:
    chair.clock.at = to_instant(at, "America/Chicago")
    visit = chair.visit(patient, at=at)
    chair.arrive(visit)
    return int(chair.charting.open(chair.nurse, visit).id)
