import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import AppointmentRow, ChangeRow, ClaimRow, NamePartRow, OperationRow, PatientRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import Refused, Stale
from tests.conftest import OpenStation
from tests.db.rows import DESK, NINE, a_clinic, a_series, a_visit, move


def count(store: Store, row: type) -> int:
    with store.reading() as session:
        return len(session.execute(select(row)).all())


def test_a_written_patient_is_there_for_readers(store: Store) -> None:
    with store.writing(Op.ADD_PATIENT) as writing:
        writing.session.add(PatientRow(record="KC-0001", family_name="Nguyễn", given_name="Zoë"))
    with store.reading() as session:
        row = session.get_one(PatientRow, 1)
        assert (row.family_name, row.given_name, row.version) == ("Nguyễn", "Zoë", 1)


def test_a_refused_operation_leaves_no_trace(store: Store) -> None:
    heard: list[Changes] = []
    store.on_commit.append(heard.append)

    def change_ones_mind() -> None:
        with store.writing(Op.ADD_PATIENT) as writing:
            writing.session.add(PatientRow(record="KC-0001", family_name="Silva"))
            writing.session.flush()
            raise ValueError("changed my mind")

    with pytest.raises(ValueError, match="changed my mind"):
        change_ones_mind()
    assert count(store, PatientRow) == count(store, OperationRow) == count(store, ChangeRow) == 0
    assert heard == []
    with store.writing(Op.ADD_PATIENT) as writing:
        assert writing.seq == 1


def test_the_notice_comes_after_the_commit_and_says_what_changed(store: Store) -> None:
    a_clinic(store)
    seen_by_another_reader: list[int] = []
    heard: list[Changes] = []
    store.on_commit.append(heard.append)
    store.on_commit.append(lambda _: seen_by_another_reader.append(count(store, AppointmentRow)))
    a_series(store, 2, (1, NINE), (2, NINE + timedelta(days=3)))
    assert seen_by_another_reader == [2]
    assert heard == [
        Changes(
            seq=2,
            op=Op.BOOK_SERIES,
            tables=frozenset({"series", "appointments"}),
            rows=frozenset({("series", 1), ("appointments", 1), ("appointments", 2)}),
            days=frozenset({date(2026, 11, 24), date(2026, 11, 27)}),
            patients=frozenset({2}),
            user_id=DESK,
        )
    ]


def test_a_move_tells_both_days(store: Store) -> None:
    a_clinic(store)
    (visit,) = a_series(store, 1, (1, NINE))
    heard: list[Changes] = []
    store.on_commit.append(heard.append)
    move(store, visit, at=NINE + timedelta(days=1))
    assert heard[0].days == {date(2026, 11, 24), date(2026, 11, 25)}


def test_a_second_click_gets_the_answer_of_the_first(store: Store) -> None:
    a_clinic(store)
    heard: list[Changes] = []
    store.on_commit.append(heard.append)
    first = a_series(store, 1, (1, NINE), command_id="dialog-1")
    assert a_series(store, 1, (1, NINE), command_id="dialog-1") == first == [1]
    assert count(store, AppointmentRow) == 1
    assert len(heard) == 1


def test_a_lost_update_is_refused(store: Store) -> None:
    a_clinic(store)

    def edit() -> None:
        with store.writing(Op.EDIT_PATIENT) as writing:
            row = writing.session.get_one(PatientRow, 1)
            # What a second program does behind the session's back.
            writing.session.connection().execute(text("UPDATE patients SET version = 7 WHERE id = 1"))
            row.note = "allergic to latex"

    with pytest.raises(Stale, match="nothing was saved"):
        edit()
    with store.reading() as session:
        assert session.get_one(PatientRow, 1).note == ""


def test_a_reading_session_cannot_write(store: Store) -> None:
    a_clinic(store)
    with store.reading() as session:
        session.get_one(PatientRow, 1).note = "scribble"
        with pytest.raises(RuntimeError, match=r"Store\.writing"):
            session.flush()
        session.rollback()
        with pytest.raises(RuntimeError, match=r"Store\.writing"):
            session.execute(insert(PatientRow).values(record="KC-9", family_name="X", version=1))


def test_statements_over_many_recorded_rows_are_refused(store: Store) -> None:
    a_clinic(store)
    with store.writing(Op.EDIT_PATIENT) as writing:
        with pytest.raises(RuntimeError, match="one by one"):
            writing.session.execute(PatientRow.__table__.update().values(note="all"))  # type: ignore[attr-defined]
        writing.session.execute(insert(NamePartRow).values(part="silva", patient_id=1))  # derived, not recorded
    assert count(store, NamePartRow) == 1


def test_savepoints_are_refused_because_the_log_would_keep_what_they_undo(store: Store) -> None:
    with store.writing(Op.ADD_PATIENT) as writing, pytest.raises(RuntimeError, match="one transaction"):
        writing.session.begin_nested()


def test_an_operation_inside_an_operation_is_a_mistake_of_the_program(store: Store) -> None:
    with (
        store.writing(Op.ADD_PATIENT),
        pytest.raises(RuntimeError, match="already writing"),
        store.writing(Op.ADD_PATIENT),
    ):
        pass


def test_a_mistake_of_the_program_is_not_dressed_up(store: Store) -> None:
    a_clinic(store)
    with pytest.raises(IntegrityError), store.writing(Op.ADD_PATIENT) as writing:
        writing.session.add(PatientRow(record="KC-0001", family_name="Twice"))


def test_a_reader_keeps_its_snapshot_while_another_writes(store: Store) -> None:
    a_clinic(store)
    with store.reading() as session:
        before = len(session.execute(select(AppointmentRow)).all())
        thread = threading.Thread(target=a_series, args=(store, 1, (1, NINE)))
        thread.start()
        thread.join()
        assert len(session.execute(select(AppointmentRow)).all()) == before == 0
    assert count(store, AppointmentRow) == 1


def test_another_station_hears_by_polling_and_not_its_own(store: Store, open_station: OpenStation) -> None:
    a_clinic(store)
    nurse = open_station("nurse-station")
    assert nurse.poll() == ()
    (visit,) = a_series(store, 1, (1, NINE))
    a_series(nurse, 2, (2, NINE))
    move(store, visit, at=NINE + timedelta(days=1))
    heard = nurse.poll()
    assert [(c.seq, c.op, sorted(c.days)) for c in heard] == [
        (2, Op.BOOK_SERIES, [date(2026, 11, 24)]),
        (4, Op.MOVE_APPOINTMENT, [date(2026, 11, 24), date(2026, 11, 25)]),
    ]
    assert nurse.poll() == ()
    assert [c.seq for c in store.poll()] == [3]


def test_a_station_that_slept_hears_one_summary(store: Store, open_station: OpenStation) -> None:
    a_clinic(store)
    sleeper = open_station("sleeper")
    for number in range(201):
        with store.writing(Op.ADD_PATIENT) as writing:
            writing.session.add(PatientRow(record=f"KC-1{number:03d}", family_name="New"))
    (summary,) = sleeper.poll()
    assert (summary.seq, summary.tables, len(summary.rows)) == (0, {"patients"}, 201)


def test_the_audit_says_who_when_and_where(store: Store, clock: FixedClock) -> None:
    a_clinic(store)
    clock.forward(hours=1)
    with store.writing(Op.EDIT_PATIENT, by=DESK, detail="KC-0002", command_id="c-1") as writing:
        writing.session.get_one(PatientRow, 2).note = "hard of hearing"
        writing.result = {"patient": 2}
    with store.reading() as session:
        row = session.get_one(OperationRow, 2)
        assert (row.op, row.user_id, row.station, row.detail) == ("Edit patient", 1, "desk-1", "KC-0002")
        assert row.at.isoformat() == "2026-11-23T16:00:00+00:00"
        change = session.scalars(select(ChangeRow).where(ChangeRow.seq == 2)).one()
        assert (change.table, change.row_id, change.patient_id) == ("patients", 2, 2)
        assert change.before is not None
        assert change.after is not None
        assert (change.before["note"], change.before["version"]) == ("", 1)
        assert (change.after["note"], change.after["version"]) == ("hard of hearing", 2)


def test_several_flushes_of_one_row_are_one_change(store: Store) -> None:
    a_clinic(store)
    with store.writing(Op.EDIT_PATIENT) as writing:
        row = writing.session.get_one(PatientRow, 1)
        for note in ("a", "b"):
            row.note = note
            writing.session.flush()
        new = PatientRow(record="KC-0009", family_name="Gone again")
        writing.session.add(new)
        writing.session.flush()
        writing.session.delete(new)
    with store.reading() as session:
        changes = session.scalars(select(ChangeRow).where(ChangeRow.seq == 2)).all()
        assert [(c.row_id, c.before and c.before["note"], c.after and c.after["note"]) for c in changes] == [
            (1, "", "b")
        ]


def test_a_before_image_is_complete_even_of_a_row_never_loaded(store: Store) -> None:
    a_clinic(store)
    with store.writing(Op.EDIT_PATIENT) as writing:
        row = writing.session.get_one(PatientRow, 1)
        writing.session.expire(row)
        row.note = "set before anything was read"
    with store.reading() as session:
        change = session.scalars(select(ChangeRow).where(ChangeRow.seq == 2)).one()
        assert change.before is not None
        assert (change.before["record"], change.before["note"]) == ("KC-0001", "")


def test_a_collision_that_stays_unsaved_keeps_both_patients_as_they_were(store: Store) -> None:
    a_clinic(store)
    a_series(store, 1, (1, NINE))
    with pytest.raises(Refused) as refused, store.writing(Op.BOOK_APPOINTMENT) as writing:
        writing.session.add(a_visit(1, 2, 1, NINE + timedelta(minutes=60), 2))
    assert [finding.code for finding in refused.value.findings] == ["chair-taken"]
    assert count(store, AppointmentRow) == 1
    assert count(store, ClaimRow) == 2
