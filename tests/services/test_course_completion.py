"""A course is over when its last session is discharged; each session gets its number at its start."""

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import AppointmentRow, EncounterRow, SeriesRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import Chairside


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def visit_of(chair: Chairside, session: int) -> int:
    with chair.store.reading() as rows:
        return rows.get_one(EncounterRow, session).appointment_id


def series_of(chair: Chairside, session: int) -> SeriesRow:
    with chair.store.reading() as rows:
        return rows.get_one(SeriesRow, rows.get_one(AppointmentRow, visit_of(chair, session)).series_id)


def change(chair: Chairside, session: int, **values: object) -> None:
    """Another course than the builder's own."""
    with chair.store.writing(Op.FILL_DEMONSTRATION) as writing:
        row = writing.session.get_one(SeriesRow, series_of(chair, session).id)
        for name, value in values.items():
            setattr(row, name, value)


@pytest.mark.parametrize(
    ("sessions", "open_ended", "status"), [(1, False, "completed"), (6, False, "active"), (1, True, "active")]
)
def test_the_last_discharge_completes_a_course_with_an_end(
    chair: Chairside, sessions: int, open_ended: bool, status: str
) -> None:
    session = chair.seated()
    change(chair, session, sessions=sessions, open_ended=open_ended)
    chair.start(session)
    chair.run_through(session)
    chair.recover(session)
    assert series_of(chair, session).status == "active"
    chair.sign(session)
    assert series_of(chair, session).status == status


def test_maintenance_goes_on_counting_where_the_course_before_it_ended(chair: Chairside) -> None:
    session = chair.seated()
    change(chair, session, open_ended=True)
    visit = visit_of(chair, session)
    with chair.store.writing(Op.FILL_DEMONSTRATION) as writing:
        writing.session.get_one(AppointmentRow, visit).position = 5
    assert chair.services.floor.inspect(chair.desk, visit).card.label == "M 5"
    chair.start(session)
    chair.run_through(session)
    assert chair.services.floor.inspect(chair.desk, visit).card.label == "M 5"
    assert chair.appointment(visit).session_number == 5
