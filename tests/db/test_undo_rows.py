from datetime import timedelta

import pytest
from sqlalchemy import select

from ketaclinic.db.changelog import restore, undo_candidates
from ketaclinic.db.models import AppointmentRow, PatientRow, SeriesRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import NotFound, Refused, Stale
from tests.db.rows import DESK, NINE, NURSE, a_clinic, a_series, a_visit, claims, move

TUESDAY_NINE = ("chair", 1, "24 09:00", "24 10:55")


def take_back(store: Store, seq: int, op: Op = Op.UNDO, by: int = DESK) -> int:
    with store.writing(op, by=by, undoes=seq) as writing:
        restore(writing.session, seq)
        return writing.seq


def candidates(store: Store, by: int = DESK) -> tuple[tuple[int, str] | None, tuple[int, str] | None]:
    with store.reading() as session:
        found = undo_candidates(session, by)
    undo, redo = (c and (c.seq, c.op.value) for c in (found.undo, found.redo))
    return undo, redo


def test_an_undone_move_is_back_in_place_with_a_higher_version(store: Store) -> None:
    a_clinic(store)
    (visit,) = a_series(store, 1, (1, NINE))
    move(store, visit, chair=2)
    take_back(store, 3)
    with store.reading() as session:
        row = session.get_one(AppointmentRow, visit)
        assert (row.chair_id, row.version) == (1, 3)
    assert claims(store)[0] == TUESDAY_NINE


def test_an_undone_booking_is_gone_and_redone_it_is_the_same_series(store: Store) -> None:
    a_clinic(store)
    a_series(store, 1, (1, NINE), (2, NINE + timedelta(days=3)))
    before = claims(store)
    undone = take_back(store, 2)
    assert claims(store) == []
    with store.reading() as session:
        assert session.scalars(select(SeriesRow)).all() == []
    take_back(store, undone, Op.REDO)
    assert claims(store) == before
    with store.reading() as session:
        rows = session.scalars(select(AppointmentRow).order_by(AppointmentRow.id)).all()
        assert [(r.id, r.series_id, r.version) for r in rows] == [(1, 1, 2), (2, 1, 2)]


def test_several_steps_are_undone_and_redone_in_turn(store: Store) -> None:
    a_clinic(store)
    (visit,) = a_series(store, 1, (1, NINE))
    move(store, visit, chair=2)
    move(store, visit, at=NINE + timedelta(days=1))
    assert candidates(store) == ((4, "Move appointment"), None)
    take_back(store, 4)
    assert candidates(store) == ((3, "Move appointment"), (5, "Move appointment"))
    take_back(store, 3)
    assert candidates(store) == ((2, "Book series"), (6, "Move appointment"))
    take_back(store, 2)
    assert candidates(store) == (None, (7, "Book series"))
    for _ in range(3):
        seq = candidates(store)[1]
        assert seq is not None
        take_back(store, seq[0], Op.REDO)
    assert claims(store)[0] == ("chair", 2, "25 09:00", "25 10:55")
    assert candidates(store) == ((10, "Move appointment"), None)


def test_new_scheduling_ends_what_could_be_redone(store: Store) -> None:
    a_clinic(store)
    (visit,) = a_series(store, 1, (1, NINE))
    move(store, visit, chair=2)
    take_back(store, 3)
    a_series(store, 2, (2, NINE))
    assert candidates(store) == ((5, "Book series"), None)


def test_each_user_undoes_their_own(store: Store) -> None:
    a_clinic(store)
    (visit,) = a_series(store, 1, (1, NINE))
    move(store, visit, chair=2, by=NURSE)
    assert candidates(store) == ((2, "Book series"), None)
    assert candidates(store, by=NURSE) == ((3, "Move appointment"), None)


def test_clinical_and_other_work_is_never_offered(store: Store) -> None:
    a_clinic(store)
    with store.writing(Op.EDIT_PATIENT, by=DESK) as writing:
        writing.session.get_one(PatientRow, 1).note = "x"
    assert candidates(store) == (None, None)


def test_an_undo_is_refused_when_someone_changed_the_visit_since(store: Store) -> None:
    a_clinic(store)
    (visit,) = a_series(store, 1, (1, NINE))
    move(store, visit, chair=2)
    with store.writing(Op.CHANGE_STATUS, by=NURSE) as writing:
        writing.session.get_one(AppointmentRow, visit).status = "confirmed"
    with pytest.raises(Stale, match="Someone changed this since"):
        take_back(store, 3)
    with store.reading() as session:
        assert session.get_one(AppointmentRow, visit).chair_id == 2


def test_an_undo_is_refused_when_someone_took_the_place(store: Store) -> None:
    a_clinic(store)
    (visit,) = a_series(store, 1, (1, NINE))
    move(store, visit, chair=2)
    a_series(store, 2, (1, NINE))
    with pytest.raises(Refused) as refused:
        take_back(store, 3)
    assert [f.code for f in refused.value.findings] == ["chair-taken"]


def test_an_exchange_of_chairs_is_undone_whole(store: Store) -> None:
    a_clinic(store)
    (one,) = a_series(store, 1, (1, NINE))
    (other,) = a_series(store, 2, (2, NINE))
    before = claims(store)
    with store.writing(Op.MOVE_APPOINTMENT, by=DESK) as writing:
        writing.session.get_one(AppointmentRow, one).chair_id = 2
        writing.session.get_one(AppointmentRow, other).chair_id = 1
    assert claims(store) == before  # the same chairs, held by the other patient
    take_back(store, 4)
    with store.reading() as session:
        assert [session.get_one(AppointmentRow, visit).chair_id for visit in (one, other)] == [1, 2]


def test_a_booking_that_others_built_on_is_not_undone(store: Store) -> None:
    a_clinic(store)
    a_series(store, 1, (1, NINE))
    with store.writing(Op.BOOK_APPOINTMENT, by=NURSE) as writing:
        writing.session.add(a_visit(1, 1, 1, NINE + timedelta(days=3), 2))
    with pytest.raises(Stale, match="Something was added to this since"):
        take_back(store, 2)
    assert len(claims(store)) == 4


def test_there_is_nothing_to_take_back_of_an_operation_that_never_was(store: Store) -> None:
    a_clinic(store)
    with pytest.raises(NotFound):
        take_back(store, 77)
