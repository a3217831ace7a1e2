"""Recall: who is called to book, who waits, and who may take a place that became free."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import AppointmentRow, LocationRow, SeriesRow, TaskRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.calls import CallOutcome, CallPurpose
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Invalid, NotFound, Stale
from ketaclinic.domain.freed_slot import Candidate
from ketaclinic.domain.recall import RecallKind
from ketaclinic.domain.waitlist import WaitingFields
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import (
    DESK,
    INDUCTION,
    Desk,
    a_consent,
    a_desk,
    a_signed_order,
    on,
    session,
    write,
)

MAINTENANCE = "maintenance-mood"


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


def went_through(
    desk: Desk, patient: int, *days: date, protocol: str = MAINTENANCE, status: str = "discharged", sessions: int = 4
) -> list[int]:
    """A course in the past, its visits given; their ids."""
    with desk.store.writing(Op.FILL_DEMONSTRATION) as writing:
        series = SeriesRow(
            patient_id=patient,
            protocol_id=protocol,
            protocol_revision=1,
            location_id=1,
            sessions=sessions,
            open_ended=protocol == MAINTENANCE,
            status="active",
        )
        writing.session.add(series)
        writing.session.flush()
        rows = [
            AppointmentRow(
                series_id=series.id,
                patient_id=patient,
                location_id=1,
                chair_id=1,
                starts_at=datetime.combine(day, time(9)),
                ends_at=datetime.combine(day, time(10, 55)),
                prep=30,
                infusion=40,
                recovery=30,
                turnover=15,
                setup_from=20,
                setup_minutes=25,
                ratio=2,
                status=status,
                position=number,
            )
            for number, day in enumerate(days, start=1)
        ]
        writing.session.add_all(rows)
        writing.session.flush()
        return [row.id for row in rows]


def listed(desk: Desk) -> list[tuple[RecallKind, str, str]]:
    return [(row.kind, row.name, row.text) for row in desk.services.recall.list(DESK, 1)]


def a_wish(patient: int = 1, **more: object) -> WaitingFields:
    given = {"patient_id": patient, "location_id": 1, "protocol_id": INDUCTION}
    return WaitingFields(**(given | more))  # type: ignore[arg-type]


def who(desk: Desk, at: datetime, chair: int = 1, minutes: int | None = None) -> list[Candidate]:
    return list(desk.services.recall.candidates(DESK, 1, chair, at, minutes))


# --- the list --------------------------------------------------------------------------------------------------------


def test_a_clinic_that_has_just_opened_calls_nobody(desk: Desk) -> None:
    assert listed(desk) == []


def test_who_is_overdue_is_named_with_telephone_and_last_call(desk: Desk) -> None:
    went_through(desk, 1, date(2026, 10, 26), date(2026, 11, 2))
    desk.services.recall.list(DESK, 1)
    desk.services.calls.record_offer(DESK, 1, CallPurpose.RECALL, CallOutcome.VOICEMAIL, "asked to call back")
    (row,) = desk.services.recall.list(DESK, 1)
    assert (row.kind, row.name, row.text) == (RecallKind.OVERDUE, "Silva, João", "Maintenance, session 3")
    assert (row.due, row.waited_days, row.last_visit) == (date(2026, 11, 16), 7, date(2026, 11, 2))
    assert row.protocol == "Maintenance"
    assert row.last_call is not None
    assert (row.last_call.outcome, row.last_call.by) == (CallOutcome.VOICEMAIL, "Ada Petrov")


def test_who_has_booked_leaves_the_list(desk: Desk) -> None:
    went_through(desk, 1, date(2026, 10, 26), date(2026, 11, 2))
    wishes = desk.wishes(1, MAINTENANCE)
    desk.services.booking.book_series(DESK, wishes, [session(0, "09:00")])
    assert listed(desk) == []


def test_who_has_booked_at_another_location_is_not_called(desk: Desk) -> None:
    went_through(desk, 1, date(2026, 10, 26), date(2026, 11, 2))
    write(desk.store, [LocationRow(name="North", zone="America/Chicago", hours=[], usual_nurses=[2] * 7)])
    (visit,) = went_through(desk, 1, date(2026, 12, 1), status="scheduled")
    with desk.store.writing(Op.FILL_DEMONSTRATION) as writing:
        writing.session.get_one(AppointmentRow, visit).location_id = 2
    assert listed(desk) == []


def test_who_is_no_longer_a_patient_is_not_called(desk: Desk) -> None:
    from ketaclinic.db.models import PatientRow

    went_through(desk, 1, date(2026, 10, 26), date(2026, 11, 2))
    with desk.store.writing(Op.EDIT_PATIENT) as writing:
        writing.session.get_one(PatientRow, 1).active = False
    assert listed(desk) == []


def test_a_visit_without_a_place_is_on_the_list_whenever_it_was(desk: Desk) -> None:
    booked = desk.book(1, session(0, "09:00"), session(3, "09:00"))
    with desk.store.writing(Op.PARK_APPOINTMENT) as writing:
        writing.session.get_one(AppointmentRow, booked.appointment_ids[1]).status = Status.PROPOSED.value
    (row,) = desk.services.recall.list(DESK, 1)
    assert (row.kind, row.appointment_id, row.text) == (
        RecallKind.TO_PLACE,
        booked.appointment_ids[1],
        "Session 2 of 2, was 09:00",
    )
    assert (row.due, row.waited_days) == (date(2026, 12, 3), -10)


def test_a_hold_about_to_end_shows_once_for_its_series(desk: Desk, clock: FixedClock) -> None:
    booked = desk.book(1, session(0, "09:00"), session(3, "09:00"))
    later = desk.book(2, session(0, "11:00")).appointment_ids[0]
    with desk.store.writing(Op.HOLD_SERIES) as writing:
        for visit, hours in (*((one, 2) for one in booked.appointment_ids), (later, 48)):
            row = writing.session.get_one(AppointmentRow, visit)
            row.status, row.held_until = Status.HELD.value, clock.now() + timedelta(hours=hours)
    assert listed(desk) == [(RecallKind.HOLD_ENDING, "Silva, João", "2 held visits, the hold ends 11:00")]


def test_tasks_stand_under_review(desk: Desk, clock: FixedClock) -> None:
    task = {"kind": "review-spacing", "role": "prescriber", "patient_id": 2, "created_at": clock.now()}
    write(desk.store, [TaskRow(text="9 days between two sessions.", due_on=date(2026, 11, 20), **task)])
    (row,) = desk.services.recall.list(DESK, 1)
    assert (row.kind, row.name, row.text, row.waited_days) == (
        RecallKind.REVIEW,
        "Okafor, Chidinma",
        "9 days between two sessions.",
        3,
    )
    assert row.task is not None


# --- the waitlist ----------------------------------------------------------------------------------------------------


def test_a_wish_is_kept_changed_and_closed(desk: Desk, clock: FixedClock) -> None:
    recall = desk.services.recall
    made = recall.add_waiting(DESK, a_wish(notice_hours=4, weekdays=frozenset({0, 2}), note="has a driver"))
    clock.forward(days=3)
    (row,) = recall.list(DESK, 1)
    assert (row.kind, row.text, row.waited_days) == (RecallKind.WAITING, "A place: Mon, Wed · 4 h notice", 3)
    changed = recall.edit_waiting(DESK, made.id, made.version, a_wish(earliest=time(9), latest=time(12)))
    assert (changed.since, changed.fields.latest) == (made.since, time(12))
    assert listed(desk) == [(RecallKind.WAITING, "Silva, João", "A place: any day · 09:00 to 12:00 · 1 day notice")]
    with pytest.raises(Stale):
        recall.close_waiting(DESK, made.id, made.version, "Booked")
    recall.close_waiting(DESK, made.id, changed.version, "Booked")
    assert listed(desk) == []
    assert recall.waiting(DESK, 1) == ()


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"earliest": time(12), "latest": time(9)}, "latest"),
        ({"notice_hours": -1}, "notice_hours"),
        ({"notice_hours": 2000}, "notice_hours"),
        ({"weekdays": frozenset({7})}, "weekdays"),
        ({"protocol_id": "nothing"}, "protocol_id"),
        ({"note": "x" * 1001}, "note"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_at_its_field(desk: Desk, wish: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        desk.services.recall.add_waiting(DESK, a_wish(**wish))
    assert refused.value.field == field
    assert listed(desk) == []


def test_nobody_waits_for_somebody_elses_visit(desk: Desk) -> None:
    visit = desk.book(2, session(3, "09:00")).appointment_ids[0]
    with pytest.raises(NotFound):
        desk.services.recall.add_waiting(DESK, a_wish(1, appointment_id=visit))
    with pytest.raises(NotFound):
        desk.services.recall.add_waiting(DESK, a_wish(99))


def test_a_double_click_adds_one_entry(desk: Desk) -> None:
    first = desk.services.recall.add_waiting(DESK, a_wish(), command_id="wait-1")
    assert desk.services.recall.add_waiting(DESK, a_wish(), command_id="wait-1") == first
    assert len(listed(desk)) == 1


def test_closing_needs_a_reason(desk: Desk) -> None:
    made = desk.services.recall.add_waiting(DESK, a_wish())
    with pytest.raises(Invalid, match="Say why"):
        desk.services.recall.close_waiting(DESK, made.id, made.version, "  ")


# --- a freed place ---------------------------------------------------------------------------------------------------


def test_nobody_waits_nobody_is_named(desk: Desk) -> None:
    assert who(desk, on(0, "09:00")) == []


def test_candidates_are_ranked_past_the_target_then_longest_then_short_notice(desk: Desk, clock: FixedClock) -> None:
    went_through(desk, 1, date(2026, 10, 19), date(2026, 10, 26))  # target 9 Nov: 21 days past on 30 Nov
    went_through(desk, 2, date(2026, 11, 2), date(2026, 11, 9))  # target 23 Nov: 7 days past
    desk.services.recall.add_waiting(DESK, a_wish(3))
    clock.forward(days=1)
    desk.services.recall.add_waiting(DESK, a_wish(4))
    found = who(desk, on(0, "09:00"))
    assert [(c.name, c.kind, c.waited_days) for c in found] == [
        ("Silva, João", RecallKind.OVERDUE, 21),
        ("Okafor, Chidinma", RecallKind.OVERDUE, 7),
        ("Nguyễn, Thị Minh", RecallKind.WAITING, 1),
        ("Lefèvre, Zoë", RecallKind.WAITING, 0),
    ]
    assert found[0].why == (
        "overdue for maintenance",
        "21 days past the target",
        "35 days since the last session, at least 7 needed",
    )
    assert found[2].why == ("waits 1 day", "takes 1 day notice")
    assert found[0].ends_at == on(0, "10:55")


def test_the_least_gap_is_never_offered_away(desk: Desk) -> None:
    went_through(desk, 1, date(2026, 11, 23))
    assert who(desk, on(-2, "09:00")) == []  # Saturday: closed
    assert who(desk, on(-3, "09:00")) == []  # Friday: 4 days after the last, 7 are needed
    assert [c.name for c in who(desk, on(0, "09:00"))] == ["Silva, João"]


def test_a_course_beyond_its_longest_gap_is_offered_with_a_review(desk: Desk) -> None:
    went_through(desk, 1, date(2026, 9, 14), date(2026, 9, 21))
    went_through(desk, 2, date(2026, 11, 2), date(2026, 11, 9))
    found = who(desk, on(0, "09:00"))
    assert [(c.name, c.review) for c in found] == [("Okafor, Chidinma", False), ("Silva, João", True)]
    assert found[1].why[-1] == (
        "a prescriber reviews it: 70 days between Mon 21 Sep and Mon 30 Nov; more than 60 need a review."
    )


def test_the_place_must_be_long_enough(desk: Desk) -> None:
    desk.services.recall.add_waiting(DESK, a_wish(1))
    desk.book(2, session(0, "10:30"))
    assert who(desk, on(0, "09:00")) == []  # 90 minutes to the next visit, 115 needed
    assert [c.name for c in who(desk, on(0, "08:30"))] == ["Silva, João"]
    assert who(desk, on(0, "08:30"), minutes=110) == []


def test_nurses_must_be_enough(desk: Desk) -> None:
    desk.services.recall.add_waiting(DESK, a_wish(1))
    with desk.store.writing(Op.EDIT_CLINIC) as writing:
        writing.session.get_one(LocationRow, 1).usual_nurses = [1] * 7
    desk.book(2, session(0, "09:00", 2))
    assert who(desk, on(0, "09:00")) == []
    assert [c.name for c in who(desk, on(0, "13:00"))] == ["Silva, João"]


@pytest.mark.parametrize(
    ("wish", "comes"),
    [
        ({"notice_hours": 24 * 7}, True),  # exactly a week before
        ({"notice_hours": 24 * 7 + 1}, False),
        ({"weekdays": frozenset({0, 4})}, True),
        ({"weekdays": frozenset({1})}, False),
        ({"earliest": time(9)}, True),
        ({"earliest": time(9, 15)}, False),
        ({"latest": time(9)}, True),
        ({"latest": time(8, 45)}, False),
    ],
)
def test_wishes_of_notice_days_and_times_are_kept(desk: Desk, wish: dict[str, object], comes: bool) -> None:
    desk.services.recall.add_waiting(DESK, a_wish(**wish))
    assert bool(who(desk, on(0, "09:00"))) is comes


def test_a_booked_patient_who_wants_earlier_is_moved_up(desk: Desk) -> None:
    booked = desk.book(1, session(3, "09:00"), session(7, "09:00"))
    desk.services.recall.add_waiting(DESK, a_wish(1, appointment_id=booked.appointment_ids[0]))
    (found,) = who(desk, on(0, "09:00"))
    assert (found.appointment_id, found.version) == (booked.appointment_ids[0], 1)
    assert found.why[0] == "booked Thu 3 Dec at 09:00, would come sooner"
    moved = desk.services.booking.move(DESK, found.appointment_id, found.version, 1, on(0, "09:00"))
    assert moved.starts_at == on(0, "09:00")


def test_moving_up_must_not_tear_the_course_apart(desk: Desk) -> None:
    booked = desk.book(1, session(3, "09:00"), session(10, "09:00"))
    desk.services.recall.add_waiting(DESK, a_wish(1, appointment_id=booked.appointment_ids[0]))
    (found,) = who(desk, on(0, "09:00"))
    assert found.review  # 10 days to the next session, 7 are planned


def test_a_later_place_is_no_earlier_place(desk: Desk) -> None:
    booked = desk.book(1, session(0, "09:00"))
    desk.services.recall.add_waiting(DESK, a_wish(1, appointment_id=booked.appointment_ids[0]))
    assert who(desk, on(3, "09:00")) == []


def test_a_visit_to_place_may_take_it(desk: Desk) -> None:
    booked = desk.book(1, session(0, "09:00"), session(3, "09:00"))
    with desk.store.writing(Op.PARK_APPOINTMENT) as writing:
        writing.session.get_one(AppointmentRow, booked.appointment_ids[1]).status = Status.PROPOSED.value
    (found,) = who(desk, on(4, "09:00"))
    assert (found.kind, found.appointment_id) == (RecallKind.TO_PLACE, booked.appointment_ids[1])
    assert found.why == (
        "session 2 has no place yet",
        "1 day past the target",
        "4 days since the last session, at least 2 needed",
    )
    assert who(desk, on(1, "09:00")) == []  # a day after the first session


def test_each_person_stands_once(desk: Desk) -> None:
    went_through(desk, 1, date(2026, 10, 19), date(2026, 10, 26))
    desk.services.recall.add_waiting(DESK, a_wish(1, protocol_id=MAINTENANCE))
    assert len(who(desk, on(0, "09:00"))) == 1


def test_papers_that_are_not_there_are_named(desk: Desk) -> None:
    desk.services.recall.add_waiting(DESK, a_wish(1))
    desk.services.recall.add_waiting(DESK, a_wish(2))
    write(desk.store, [a_consent(1), a_signed_order(1)])
    assert [(c.name, c.missing) for c in who(desk, on(0, "09:00"))] == [
        ("Okafor, Chidinma", ("consent", "order")),
        ("Silva, João", ()),
    ]


def test_a_place_that_has_passed_is_nobodys(desk: Desk, clock: FixedClock) -> None:
    clock.at = datetime(2026, 11, 30, 16, tzinfo=UTC)
    with pytest.raises(Invalid, match=r"09:00 has passed"):
        who(desk, on(0, "09:00"))


def test_naming_candidates_books_nobody(desk: Desk) -> None:
    desk.services.recall.add_waiting(DESK, a_wish(1))
    assert who(desk, on(0, "09:00"))
    assert desk.board(0) == []
