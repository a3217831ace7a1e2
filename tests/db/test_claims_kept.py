from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ketaclinic.db.faults import is_overlap
from ketaclinic.db.models import AppointmentRow, ChairRow, ClosureRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Refused
from tests.db.rows import DESK, NINE, NURSE, a_clinic, a_closure, a_series, a_visit, claims, move

TEN = NINE + timedelta(hours=1)
ELEVEN = NINE + timedelta(hours=2)


def refusal(refused: "pytest.ExceptionInfo[Refused]") -> tuple[str, str]:
    (finding,) = refused.value.findings
    return finding.code, str(refused.value)


def test_a_booking_holds_chair_patient_and_set_up_of_a_named_nurse(store: Store) -> None:
    a_clinic(store)
    a_series(store, 3, (2, NINE), nurse_id=NURSE)
    assert claims(store) == [
        ("chair", 2, "24 09:00", "24 10:55"),
        ("nurse_setup", 2, "24 09:00", "24 09:20"),
        ("patient", 3, "24 09:00", "24 10:45"),
    ]


def test_a_cancelled_visit_holds_nothing_and_a_restored_one_holds_again(store: Store) -> None:
    a_clinic(store)
    (visit,) = a_series(store, 1, (1, NINE))
    for status, held in (
        ("cancelled_by_patient", 0),
        ("scheduled", 2),
        ("no_show", 0),
        ("arrived", 2),
        ("rescheduled", 0),
    ):
        with store.writing(Op.CHANGE_STATUS) as writing:
            writing.session.get_one(AppointmentRow, visit).status = status
        assert len(claims(store)) == held, status


def test_a_visit_taken_out_gives_its_claims_back(store: Store) -> None:
    a_clinic(store)
    (visit,) = a_series(store, 1, (1, NINE))
    with store.writing(Op.UNDO) as writing:
        writing.session.delete(writing.session.get_one(AppointmentRow, visit))
    assert claims(store) == []


def test_two_visits_change_chairs_in_one_operation(store: Store) -> None:
    a_clinic(store)
    (one,) = a_series(store, 1, (1, NINE))
    (other,) = a_series(store, 2, (2, NINE))
    with store.writing(Op.MOVE_APPOINTMENT) as writing:
        writing.session.get_one(AppointmentRow, one).chair_id = 2
        writing.session.get_one(AppointmentRow, other).chair_id = 1
    assert [(kind, resource) for kind, resource, *_ in claims(store)] == [
        ("chair", 1), ("chair", 2), ("patient", 1), ("patient", 2),
    ]  # fmt: skip


def test_back_to_back_visits_of_one_chair_do_not_collide(store: Store) -> None:
    a_clinic(store)
    a_series(store, 1, (1, NINE))
    a_series(store, 2, (1, NINE + timedelta(minutes=115)))
    assert len(claims(store)) == 4


def test_a_taken_chair_is_named_with_its_times(store: Store) -> None:
    a_clinic(store)
    a_series(store, 1, (1, NINE))
    with pytest.raises(Refused) as refused:
        a_series(store, 2, (1, TEN))
    assert refusal(refused) == (
        "chair-taken",
        "Chair 1 is taken from 09:00 on 24 November to 10:55. Nothing was saved; choose another time.",
    )


def test_a_patient_is_not_in_two_chairs(store: Store) -> None:
    a_clinic(store)
    a_series(store, 1, (1, NINE))
    with pytest.raises(Refused) as refused:
        a_series(store, 1, (2, TEN))
    assert refusal(refused) == (
        "patient-busy",
        "This patient already has a visit from 09:00 on 24 November to 10:45. Nothing was saved; choose another time.",
    )


def test_a_named_nurse_sets_up_one_patient_at_a_time(store: Store) -> None:
    a_clinic(store)
    a_series(store, 1, (1, NINE), nurse_id=NURSE)
    with pytest.raises(Refused) as refused:
        a_series(store, 2, (2, NINE + timedelta(minutes=15)), nurse_id=NURSE)
    assert refusal(refused)[0] == "nurse-busy"
    a_series(store, 2, (2, NINE + timedelta(minutes=20)), nurse_id=NURSE)


def test_a_series_that_collides_with_itself_is_refused_whole(store: Store) -> None:
    a_clinic(store)
    with pytest.raises(Refused) as refused:
        a_series(store, 1, (1, NINE), (1, TEN))
    assert refusal(refused)[0] == "chair-taken"
    assert claims(store) == []


def test_a_move_into_a_taken_chair_is_refused_and_changes_nothing(store: Store) -> None:
    a_clinic(store)
    a_series(store, 1, (1, NINE))
    (visit,) = a_series(store, 2, (2, NINE))
    before = claims(store)
    with pytest.raises(Refused):
        move(store, visit, chair=1)
    assert claims(store) == before


def test_a_closed_chair_cannot_be_booked_and_a_booked_one_not_closed(store: Store) -> None:
    a_clinic(store)
    a_closure(store, 1, NINE, ELEVEN)
    with pytest.raises(Refused) as refused:
        a_series(store, 1, (1, TEN))
    assert refusal(refused)[1].startswith("Chair 1 is closed from 09:00 on 24 November to 11:00.")
    a_series(store, 1, (2, TEN))
    with pytest.raises(Refused) as refused:
        a_closure(store, None, ELEVEN, ELEVEN + timedelta(hours=8))
    assert refusal(refused)[1].startswith("Chair 2 is taken from 10:00 on 24 November to 11:55.")


def test_a_closed_location_claims_every_chair_that_is_not_retired(store: Store) -> None:
    a_clinic(store, chairs=3)
    with store.writing(Op.EDIT_CLINIC) as writing:
        writing.session.get_one(ChairRow, 1).retired_on = date(2026, 11, 24)
        writing.session.get_one(ChairRow, 2).retired_on = date(2026, 11, 25)
    a_closure(store, None, datetime(2026, 11, 24, 8), datetime(2026, 11, 25, 18))
    assert claims(store) == [("chair", 2, "24 08:00", "25 18:00"), ("chair", 3, "24 08:00", "25 18:00")]


def test_a_new_chair_is_closed_where_its_location_is(store: Store) -> None:
    a_clinic(store, chairs=1)
    a_closure(store, None, NINE, ELEVEN)
    with store.writing(Op.EDIT_CLINIC) as writing:
        writing.session.add(ChairRow(location_id=1, name="Chair 2"))
    assert [(kind, chair) for kind, chair, *_ in claims(store)] == [("chair", 1), ("chair", 2)]


def test_a_closure_can_be_moved_and_taken_back(store: Store) -> None:
    a_clinic(store)
    a_closure(store, 1, NINE, TEN)
    with store.writing(Op.ADD_CLOSURE) as writing:
        row = writing.session.get_one(ClosureRow, 1)
        row.ends_at = ELEVEN
    assert claims(store) == [("chair", 1, "24 09:00", "24 11:00")]
    with store.writing(Op.REMOVE_CLOSURE) as writing:
        writing.session.delete(writing.session.get_one(ClosureRow, 1))
    assert claims(store) == []


# --- code that forgets to ask ----------------------------------------------------------------------------------------

INSERT = "INSERT INTO claims (kind, resource_id, starts, ends, appointment_id) VALUES ('{}', {}, {}, {}, 1)"
NINE_MINUTES = 29925180  # 24 November 2026, 09:00, in minutes since 1970


@pytest.mark.parametrize(
    ("starts", "ends", "collides"),
    [
        (-115, 0, False),
        (-115, 1, True),
        (-10, 200, True),
        (0, 115, True),
        (30, 40, True),
        (114, 130, True),
        (115, 130, False),
    ],
)
def test_the_database_refuses_an_overlap_inserted_behind_the_stores_back(
    store: Store, starts: int, ends: int, collides: bool
) -> None:
    a_clinic(store)
    a_series(store, 1, (1, NINE - timedelta(days=1)), (1, NINE), (1, NINE + timedelta(days=1)))
    statement = INSERT.format("chair", 1, NINE_MINUTES + starts, NINE_MINUTES + ends)
    with store.engines.writing.connect() as connection:
        if collides:
            with pytest.raises(DBAPIError) as error:
                connection.execute(text(statement))
            assert is_overlap(error.value)
        else:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claims SET resource_id = 1 WHERE kind = 'chair' AND resource_id = 2",
        "UPDATE claims SET starts = starts - 1440, ends = ends - 1440 WHERE kind = 'chair' AND starts > 29926000",
        "UPDATE claims SET ends = ends + 1440 WHERE kind = 'chair' AND resource_id = 1 AND starts < 29926000",
        "UPDATE claims SET kind = 'chair', resource_id = 1 WHERE kind = 'patient' AND resource_id = 2",
    ],
)
def test_the_database_refuses_an_overlap_made_by_an_update(store: Store, statement: str) -> None:
    a_clinic(store)
    a_series(store, 1, (1, NINE), (1, NINE + timedelta(days=1)))
    a_series(store, 2, (2, NINE))
    with store.engines.writing.connect() as connection:
        with pytest.raises(DBAPIError) as error:
            connection.execute(text(statement))
        assert is_overlap(error.value)


def test_a_claim_may_be_made_longer_into_free_time(store: Store) -> None:
    a_clinic(store)
    a_series(store, 1, (1, NINE))
    with store.engines.writing.begin() as connection:
        connection.execute(text("UPDATE claims SET ends = ends + 30 WHERE kind = 'chair'"))
    assert claims(store)[0] == ("chair", 1, "24 09:00", "24 11:25")


def test_a_claim_on_other_resources_does_not_collide(store: Store) -> None:
    a_clinic(store)
    a_series(store, 1, (1, NINE))
    with store.writing(Op.BOOK_APPOINTMENT, by=DESK) as writing:
        writing.session.add(a_visit(1, 2, 2, NINE, 2))
    assert len(claims(store)) == 4
