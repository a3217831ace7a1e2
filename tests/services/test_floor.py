"""The steps of a visit through the day, stamped, and everything the desk may know about it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import EncounterRow, StatusChangeRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import NotAllowed, NotFound, Refused, Stale
from ketaclinic.domain.people import User
from ketaclinic.domain.protocols import PhaseKind
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import (
    DESK,
    INDUCTION,
    MANAGER,
    NURSE,
    Desk,
    a_consent,
    a_desk,
    a_signed_order,
    an_escort,
    on,
    session,
    write,
)


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


@pytest.fixture
def visit(desk: Desk) -> int:
    """The second session of João Silva, on Thursday at 09:00."""
    return desk.book(1, session(0, "09:00"), session(3, "09:00")).appointment_ids[1]


def step(desk: Desk, visit: int, target: Status, by: User = DESK) -> int:
    """Takes the visit one step further; its new version."""
    return desk.services.floor.change_status(by, visit, desk.visit(visit).version, target).version


def test_each_step_is_stamped_with_who_and_when(desk: Desk, visit: int, clock: FixedClock) -> None:
    heard: list[Changes] = []
    desk.store.on_commit.append(heard.append)
    step(desk, visit, Status.CONFIRMED)
    clock.forward(hours=1)
    step(desk, visit, Status.ARRIVED)
    step(desk, visit, Status.CHECKED_IN, NURSE)
    with desk.store.reading() as rows:
        stamps = rows.scalars(select(StatusChangeRow).order_by(StatusChangeRow.id)).all()
        assert [(s.source, s.target, s.user_id, s.at) for s in stamps] == [
            ("scheduled", "confirmed", DESK.id, datetime(2026, 11, 23, 15, tzinfo=UTC)),
            ("confirmed", "arrived", DESK.id, datetime(2026, 11, 23, 16, tzinfo=UTC)),
            ("arrived", "checked_in", NURSE.id, datetime(2026, 11, 23, 16, tzinfo=UTC)),
        ]
    assert [changes.op for changes in heard] == [Op.CHANGE_STATUS] * 3


def test_the_board_shows_since_when_a_patient_waits_on_the_wall_of_the_location(
    desk: Desk, visit: int, clock: FixedClock
) -> None:
    clock.at = datetime(2026, 12, 3, 14, 52, tzinfo=UTC)
    step(desk, visit, Status.ARRIVED)
    (card,) = desk.day(3).cards
    assert card.arrived_at == datetime(2026, 12, 3, 8, 52)


def test_a_step_that_is_not_in_the_table_is_refused(desk: Desk, visit: int) -> None:
    with pytest.raises(Refused, match="A visit that is scheduled cannot become checked in"):
        step(desk, visit, Status.CHECKED_IN, NURSE)


def test_the_desk_does_not_check_in_and_nobody_starts_an_infusion_by_a_button(desk: Desk, visit: int) -> None:
    step(desk, visit, Status.ARRIVED)
    with pytest.raises(NotAllowed, match="“Check in” is not a step of your role"):
        step(desk, visit, Status.CHECKED_IN)
    step(desk, visit, Status.CHECKED_IN, NURSE)
    with pytest.raises(NotAllowed, match="“Start infusion” is done at the chair"):
        step(desk, visit, Status.INFUSING, NURSE)


def test_a_late_click_on_an_old_card_changes_nothing(desk: Desk, visit: int) -> None:
    desk.services.floor.change_status(DESK, visit, 1, Status.CONFIRMED)
    with pytest.raises(Stale):
        desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED)
    assert desk.visit(visit).status is Status.CONFIRMED


def test_a_double_click_steps_once(desk: Desk, visit: int) -> None:
    first = desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED, command_id="arrive")
    assert desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED, command_id="arrive") == first


def test_who_comes_after_all_takes_the_place_again_only_while_it_is_free(desk: Desk, visit: int) -> None:
    step(desk, visit, Status.NO_SHOW)
    step(desk, visit, Status.ARRIVED)
    assert desk.visit(visit).status is Status.ARRIVED
    step(desk, visit, Status.CONFIRMED)
    step(desk, visit, Status.NO_SHOW)
    desk.book(2, session(3, "09:30"))
    with pytest.raises(Refused, match=r"Chair 1 is taken from 09:30 to 11:25\."):
        step(desk, visit, Status.ARRIVED)
    assert desk.visit(visit).status is Status.NO_SHOW


def test_who_comes_after_all_needs_a_nurse_again(services: Services, store: Store) -> None:
    desk = a_desk(services, store, chairs=3)
    late = desk.book(1, session(0, "09:00", 1)).appointment_ids[0]
    step(desk, late, Status.NO_SHOW)
    desk.book(2, session(0, "09:00", 2))
    desk.book(3, session(0, "09:00", 3))
    with pytest.raises(Refused, match="Too few nurses at 09:20"):
        step(desk, late, Status.ARRIVED)


def test_a_visit_in_full_for_the_desk(desk: Desk, visit: int) -> None:
    write(desk.store, [a_consent(), a_signed_order(), an_escort()])
    desk.services.patients.choose_escort(DESK, visit, 1)
    seen = desk.services.floor.inspect(DESK, visit)
    assert (seen.card.label, seen.card.desk_name, seen.card.missing) == ("2 of 2", "Induction, twice a week", ())
    assert (seen.patient.name, seen.chair.name, seen.escort and seen.escort.name) == (
        "Silva, João", "Chair 1", "Rosa Silva",
    )  # fmt: skip
    assert (seen.consent.ok, seen.consent.text) == (True, "valid to 2 Mar 2027")
    assert (seen.order.ok, seen.order.text) == (True, "5 sessions left")
    assert (seen.cleared.ok, seen.cleared.text) == (False, "not yet")
    assert seen.gap_days == 3
    assert [v.label for v in seen.series.visits] == ["1 of 2", "2 of 2"]
    assert seen.phase_times[1] == (PhaseKind.INFUSION, on(3, "09:30"), on(3, "10:10"))
    assert seen.next_steps[0].target is Status.CONFIRMED
    assert seen.nurse == ""


def test_the_first_session_has_no_gap(desk: Desk) -> None:
    first = desk.book(1, session(0, "09:00")).appointment_ids[0]
    assert desk.services.floor.inspect(DESK, first).gap_days is None


def test_who_cleared_the_patient_and_when(desk: Desk, visit: int, clock: FixedClock) -> None:
    clock.at = datetime(2026, 12, 3, 14, 52, tzinfo=UTC)
    step(desk, visit, Status.ARRIVED)
    step(desk, visit, Status.CHECKED_IN, NURSE)
    cleared = desk.services.floor.inspect(DESK, visit).cleared
    assert (cleared.ok, cleared.text) == (True, "by Maria Ortiz, 08:52")


def test_the_steps_offered_are_those_of_the_role(desk: Desk, visit: int) -> None:
    step(desk, visit, Status.ARRIVED)
    targets = {role: _targets(desk, visit, user) for role, user in (("desk", DESK), ("nurse", NURSE))}
    assert targets["nurse"][0] is Status.CHECKED_IN
    assert Status.CHECKED_IN not in targets["desk"]
    assert _targets(desk, visit, MANAGER) == targets["desk"]


def _targets(desk: Desk, visit: int, user: User) -> list[Status]:
    return [step.target for step in desk.services.floor.inspect(user, visit).next_steps]


@pytest.mark.parametrize(
    ("consent", "text"),
    [
        ({"expires": date(2026, 12, 2)}, "ends on 2 Dec 2026, before this visit"),
        ({"withdrawn_on": date(2026, 11, 22)}, "withdrawn on 22 Nov 2026"),
        ({"signed_on": date(2026, 12, 4)}, "signed on 4 Dec 2026, after this visit"),
        ({"revision": 0}, "on revision 0 of the text; revision 1 is in force"),
        ({"patient": 2}, "none on file"),
    ],
)
def test_a_consent_that_does_not_hold_says_why(desk: Desk, visit: int, consent: dict[str, object], text: str) -> None:
    write(desk.store, [a_consent(**consent)])  # type: ignore[arg-type]
    gate = desk.services.floor.inspect(DESK, visit).consent
    assert (gate.ok, gate.text) == (False, text)
    assert "consent" in desk.day(3).cards[0].missing


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ({"expires": date(2026, 12, 2)}, "ends on 2 Dec 2026, before this visit"),
        ({"signed_at": None}, "not signed yet"),
        ({"sessions": 1}, "no sessions left for this visit"),
        ({"patient": 2}, "none on file"),
    ],
)
def test_an_order_that_does_not_hold_says_why(desk: Desk, visit: int, order: dict[str, object], text: str) -> None:
    write(desk.store, [a_signed_order(**order)])  # type: ignore[arg-type]
    gate = desk.services.floor.inspect(DESK, visit).order
    assert (gate.ok, gate.text) == (False, text)
    assert "order" in desk.day(3).cards[0].missing


def test_a_missed_session_gives_its_place_under_the_order_back(desk: Desk) -> None:
    write(desk.store, [a_signed_order(sessions=2)])
    booked = desk.book(1, session(0, "09:00"), session(3, "09:00"), session(7, "09:00"))
    assert [desk.services.floor.inspect(DESK, v).order.text for v in booked.appointment_ids] == [
        "2 sessions left", "1 session left", "no sessions left for this visit",
    ]  # fmt: skip
    step(desk, booked.appointment_ids[0], Status.NO_SHOW)
    assert desk.services.floor.inspect(DESK, booked.appointment_ids[2]).order.text == "1 session left"


def test_sessions_given_under_an_order_use_it_up_though_their_series_was_booked_before_it(desk: Desk) -> None:
    first = desk.book(1, session(0, "09:00")).appointment_ids[0]
    write(desk.store, [a_signed_order(sessions=2, signed_at=datetime(2026, 11, 29, 15, tzinfo=UTC))])
    write(
        desk.store,
        [
            EncounterRow(
                appointment_id=first,
                patient_id=1,
                protocol_id=INDUCTION,
                protocol_revision=1,
                order_id=1,
                checklist_revisions={},
                opened_at=datetime(2026, 11, 30, 15, tzinfo=UTC),
                opened_by=NURSE.id,
            )
        ],
    )
    later = desk.book(1, session(14, "09:00"), session(17, "09:00")).appointment_ids
    words = [desk.services.floor.inspect(DESK, visit).order.text for visit in later]
    assert words == ["1 session left", "no sessions left for this visit"]


def test_what_is_not_there_cannot_be_inspected(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.services.floor.inspect(DESK, 99)
