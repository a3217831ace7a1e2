"""Two desks at the same moment: one is done, the other gets one sentence, and nothing is stored by half.

Each race is run several times: whichever desk is faster, the outcome must be one of the right ones.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.models import AppointmentRow, StatusChangeRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.courses import Scope, SeriesChange
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.repair import Outage, OutageKind
from ketaclinic.services.bundle import Services, build_services
from tests.conftest import FILE_KEY, OpenStation
from tests.machines.front_desk_oracle import faults, read
from tests.services.booking_builders import DESK, MANAGER, MONDAY, Desk, a_desk, on, session

DAYS = (0, 7)
"""Mondays: each race is run once on each."""
HOLDING = {"scheduled", "held", "arrived"}


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


@pytest.fixture
def other(desk: Desk, open_station: OpenStation, catalog: Catalog, clock: FixedClock) -> Desk:
    """The same clinic from another workstation."""
    store = open_station("desk-2")
    return Desk(build_services(store, catalog, clock), store)


@pytest.fixture(autouse=True)
def _sound_in_the_end(desk: Desk, database_url: str) -> Iterator[None]:
    yield
    assert faults(read(database_url, FILE_KEY)) == []
    assert [check for check in desk.services.doctor.check() if not check.ok] == []


def race(*deeds: Callable[[], object]) -> list[str]:
    """What each was told: nothing when it was done, else its sentence."""
    told = [""] * len(deeds)
    failures: list[BaseException] = []
    gate = threading.Barrier(len(deeds))

    def run(number: int, deed: Callable[[], object]) -> None:
        try:
            gate.wait()
            deed()
        except ClinicError as refused:
            told[number] = str(refused)
        except BaseException as error:  # noqa: BLE001 - told below, by the thread that may fail the test
            failures.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(not sentence or sentence.endswith(".") for sentence in told)
    return told


def one_wins(told: list[str]) -> int:
    """The number of the only one who was done."""
    (winner,) = [number for number, sentence in enumerate(told) if not sentence]
    return winner


def taken(desk: Desk, day: int, chair: int = 1) -> list[tuple[str, str]]:
    """Who holds a chair that day."""
    return [(n, clock) for n, clock, where, status in desk.board(day) if where == chair and status in HOLDING]


@pytest.mark.parametrize("day", DAYS)
def test_two_visits_moved_to_one_place(desk: Desk, other: Desk, day: int) -> None:
    one, two = (
        desk.book(patient, session(day, clock, chair)).appointment_ids[0]
        for patient, clock, chair in ((1, "08:00", 2), (2, "14:00", 2))
    )
    told = race(
        lambda: desk.services.booking.move(DESK, one, 1, 1, on(day, "10:30")),
        lambda: other.services.booking.move(MANAGER, two, 1, 1, on(day, "11:00")),
    )
    winner = one_wins(told)
    assert "Chair 1 is taken" in told[1 - winner]
    assert taken(desk, day) == [[("Silva, João", "10:30")], [("Okafor, Chidinma", "11:00")]][winner]
    assert len(taken(desk, day, chair=2)) == 1


@pytest.mark.parametrize("day", DAYS)
def test_one_visit_moved_by_two_desks(desk: Desk, other: Desk, day: int) -> None:
    visit = desk.book(1, session(day, "08:00")).appointment_ids[0]
    told = race(
        lambda: desk.services.booking.move(DESK, visit, 1, 1, on(day, "10:00")),
        lambda: other.services.booking.move(MANAGER, visit, 1, 2, on(day, "13:00")),
    )
    winner = one_wins(told)
    assert told[1 - winner].startswith("Someone else changed this")
    assert desk.visit(visit).starts_at == on(day, ("10:00", "13:00")[winner])


@pytest.mark.parametrize("day", DAYS)
def test_one_hold_confirmed_by_one_desk_and_released_by_another(desk: Desk, other: Desk, day: int) -> None:
    held = desk.services.booking.hold_series(DESK, desk.wishes(1), [session(day, "09:00")])
    winner = one_wins(
        race(
            lambda: desk.services.booking.confirm_hold(DESK, held.series_id),
            lambda: other.services.booking.release_hold(MANAGER, held.series_id),
        )
    )
    assert desk.visit(held.appointment_ids[0]).status is (Status.SCHEDULED, Status.LAPSED)[winner]


@pytest.mark.parametrize("day", DAYS)
def test_a_hold_that_has_run_out_is_nobodys(desk: Desk, other: Desk, clock: FixedClock, day: int) -> None:
    """One desk confirms what it held too long, another books the place: the place is free."""
    held = desk.services.booking.hold_series(DESK, desk.wishes(1), [session(day, "09:00")])
    clock.forward(minutes=16)
    told = race(
        lambda: desk.services.booking.confirm_hold(DESK, held.series_id),
        lambda: other.book(2, session(day, "09:00"), by=MANAGER),
    )
    assert one_wins(told) == 1
    assert told[0].startswith("The hold has run out")
    assert taken(desk, day) == [("Okafor, Chidinma", "09:00")]


@pytest.mark.parametrize("day", DAYS)
def test_a_hold_lapses_once_whoever_sweeps(desk: Desk, other: Desk, clock: FixedClock, day: int) -> None:
    held = desk.services.booking.hold_series(DESK, desk.wishes(1), [session(day, "09:00")])
    clock.forward(minutes=15)
    told = race(
        desk.services.booking.lapse_holds,
        lambda: other.book(2, session(day, "09:00"), by=MANAGER),
        other.services.booking.lapse_holds,
    )
    assert told == ["", "", ""]
    with desk.store.reading() as rows:
        stamps = select(StatusChangeRow.target).where(StatusChangeRow.appointment_id == held.appointment_ids[0])
        assert list(rows.scalars(stamps)) == ["lapsed"]
    assert taken(desk, day) == [("Okafor, Chidinma", "09:00")]


@pytest.mark.parametrize("day", DAYS)
def test_a_visit_of_the_pinboard_and_a_booking_want_one_place(desk: Desk, other: Desk, day: int) -> None:
    visit = desk.book(1, session(day, "14:00")).appointment_ids[0]
    parked = desk.services.booking.park(DESK, visit, 1)
    told = race(
        lambda: desk.services.booking.place(DESK, visit, parked.version, 1, on(day, "09:00")),
        lambda: other.book(2, session(day, "09:30"), by=MANAGER),
    )
    winner = one_wins(told)
    assert desk.visit(visit).status is (Status.SCHEDULED, Status.PROPOSED)[winner]
    assert taken(desk, day) == [[("Silva, João", "09:00")], [("Okafor, Chidinma", "09:30")]][winner]


@pytest.mark.parametrize("day", DAYS)
def test_a_repair_and_a_booking_want_one_place(desk: Desk, other: Desk, day: int) -> None:
    """Chair 1 fails: its patient would go to chair 2, where another desk books at that moment."""
    visit = desk.book(1, session(day, "09:00")).appointment_ids[0]
    out = Outage(OutageKind.CHAIR, 1, on(day, "08:00"), None, "Pump broken")
    plan = desk.services.repair.propose(DESK, 1, MONDAY + timedelta(days=day), (out,), seconds=60)
    told = race(
        lambda: desk.services.repair.apply(DESK, plan),
        lambda: other.book(2, session(day, "09:00", chair=2), by=MANAGER),
    )
    winner = one_wins(told)
    assert taken(desk, day, chair=2) == [[("Silva, João", "09:00")], [("Okafor, Chidinma", "09:00")]][winner]
    assert desk.visit(visit).chair_id == (2, 1)[winner]
    assert bool(desk.services.clinic.closures(DESK, 1, plan.day, plan.day)) is (winner == 0)
    assert (desk.services.repair.latest(DESK, 1, plan.day) is None) is (winner == 1)


@pytest.mark.parametrize("day", DAYS)
def test_a_series_shifted_and_a_booking_want_one_place(desk: Desk, other: Desk, day: int) -> None:
    visits = desk.book(1, session(day, "09:00"), session(day + 3, "09:00")).appointment_ids
    shift = desk.services.courses.edit_preview(DESK, visits[0], Scope.ALL, SeriesChange(days=1))
    told = race(
        lambda: desk.services.courses.apply(DESK, shift),
        lambda: other.book(2, session(day + 4, "09:00"), by=MANAGER),
    )
    winner = one_wins(told)
    moved = timedelta(days=1 if winner == 0 else 0)
    assert [desk.visit(visit).starts_at for visit in visits] == [
        on(day, "09:00") + moved,
        on(day + 3, "09:00") + moved,
    ]


@pytest.mark.parametrize("day", DAYS)
def test_records_merged_while_both_get_a_visit_on_one_day(desk: Desk, other: Desk, day: int) -> None:
    desk.book(1, session(day, "09:00"))
    seen = desk.services.patients.merge_check(DESK, 1, 2)
    told = race(
        lambda: desk.services.patients.merge(DESK, seen),
        lambda: other.book(2, session(day, "13:00"), by=MANAGER),
    )
    winner = one_wins(told)
    assert ("was merged into KC-0001" in told[1]) is (winner == 0)
    assert ("Both have a visit" in told[0]) is (winner == 1)


@pytest.mark.parametrize("day", DAYS)
def test_records_merged_while_the_other_is_booked(desk: Desk, other: Desk, day: int) -> None:
    """A booking that was quicker goes over with its record; one that was slower is told where the record went."""
    seen = desk.services.patients.merge_check(DESK, 1, 2)
    told = race(
        lambda: desk.services.patients.merge(DESK, seen),
        lambda: other.book(2, session(day, "13:00"), by=MANAGER),
    )
    assert told[0] == ""
    assert told[1] in ("", "KC-0002 was merged into KC-0001. Nothing was saved: open that record instead.")
    with desk.store.reading() as rows:
        owners = list(rows.scalars(select(AppointmentRow.patient_id)))
    assert owners == ([] if told[1] else [1])


@pytest.mark.parametrize("day", DAYS)
def test_an_undo_and_a_booking_want_one_place(desk: Desk, other: Desk, day: int) -> None:
    visit = desk.book(1, session(day, "09:00")).appointment_ids[0]
    desk.services.booking.cancel(DESK, visit, 1, Status.CANCELLED_BY_PATIENT)
    told = race(
        lambda: desk.services.history.undo(DESK),
        lambda: other.book(2, session(day, "09:00"), by=MANAGER),
    )
    winner = one_wins(told)
    assert taken(desk, day) == [[("Silva, João", "09:00")], [("Okafor, Chidinma", "09:00")]][winner]


@pytest.mark.parametrize("day", DAYS)
def test_a_visit_marked_arrived_while_it_is_parked(desk: Desk, other: Desk, clock: FixedClock, day: int) -> None:
    clock.at = datetime(2026, 11, 30, 14, 50, tzinfo=UTC) + timedelta(days=day)  # 08:50
    visit = desk.book(1, session(day, "09:00")).appointment_ids[0]
    told = race(
        lambda: desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED),
        lambda: other.services.booking.park(MANAGER, visit, 1),
    )
    winner = one_wins(told)
    assert told[1 - winner].startswith("Someone else changed this")
    assert desk.visit(visit).status is (Status.ARRIVED, Status.PROPOSED)[winner]
