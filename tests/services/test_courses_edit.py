"""This one, this and the following, all: a series moved at once, and a series stopped."""

from datetime import UTC, datetime, time

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.courses import Scope, SeriesChange, SeriesRepair
from ketaclinic.domain.findings import Invalid, Refused, Stale
from ketaclinic.domain.series import SeriesStatus
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, MANAGER, Desk, a_desk, on, session, stored_visits


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


@pytest.fixture
def visits(desk: Desk) -> tuple[int, ...]:
    """Six sessions, Monday and Thursday at 09:00 on chair 1."""
    return desk.book(1, *(session(day, "09:00") for day in (0, 3, 7, 10, 14, 17))).appointment_ids


def preview(desk: Desk, visit: int, scope: Scope, change: SeriesChange, **choices: frozenset[int]) -> SeriesRepair:
    return desk.services.courses.edit_preview(DESK, visit, scope, change, **choices)


def starts(desk: Desk) -> list[datetime]:
    return [row[3] for row in stored_visits(desk.store) if row[1] == 1]


def moves(repair: SeriesRepair) -> dict[int | None, str]:
    return {v.appointment_id: f"{v.to.starts_at:%d %b %H:%M}" for v in repair.visits if v.to}


def test_all_go_to_another_clock_time(desk: Desk, visits: tuple[int, ...]) -> None:
    heard: list[Changes] = []
    desk.store.on_commit.append(heard.append)
    repair = preview(desk, visits[2], Scope.ALL, SeriesChange(starts=time(13, 30)))
    assert repair.text == "6 visits move to 13:30."
    assert desk.services.courses.apply(DESK, repair).appointment_ids == visits
    assert starts(desk) == [on(day, "13:30") for day in (0, 3, 7, 10, 14, 17)]
    assert [change.op for change in heard] == [Op.EDIT_SERIES]
    desk.services.history.undo(DESK)
    assert starts(desk) == [on(day, "09:00") for day in (0, 3, 7, 10, 14, 17)]


def test_this_and_the_following_go_a_day_later(desk: Desk, visits: tuple[int, ...]) -> None:
    repair = preview(desk, visits[3], Scope.FOLLOWING, SeriesChange(days=1))
    assert moves(repair) == {visits[3]: "11 Dec 09:00", visits[4]: "15 Dec 09:00", visits[5]: "18 Dec 09:00"}
    desk.services.courses.apply(DESK, repair)
    assert starts(desk) == [on(day, "09:00") for day in (0, 3, 7, 11, 15, 18)]


def test_visits_may_take_one_another_s_places(desk: Desk, visits: tuple[int, ...]) -> None:
    repair = preview(desk, visits[0], Scope.ALL, SeriesChange(days=7))
    desk.services.courses.apply(DESK, repair)
    assert starts(desk) == [on(day, "09:00") for day in (7, 10, 14, 17, 21, 24)]


def test_only_the_visits_on_its_weekday_go_to_another(desk: Desk, visits: tuple[int, ...]) -> None:
    repair = preview(desk, visits[1], Scope.ALL, SeriesChange(weekday=4))
    assert moves(repair) == {visits[1]: "04 Dec 09:00", visits[3]: "11 Dec 09:00", visits[5]: "18 Dec 09:00"}
    same = preview(desk, visits[1], Scope.ALL, SeriesChange(days=1, only_weekday=True))
    assert moves(same) == moves(repair)


def test_this_one_alone_changes_its_chair(desk: Desk, visits: tuple[int, ...]) -> None:
    repair = preview(desk, visits[2], Scope.THIS, SeriesChange(chair_id=2))
    desk.services.courses.apply(DESK, repair)
    assert [row[2] for row in stored_visits(desk.store)] == [1, 1, 2, 1, 1, 1]


def test_what_cannot_go_stays_with_its_reason_and_the_nearest_place(desk: Desk, visits: tuple[int, ...]) -> None:
    desk.book(2, session(11, "08:30"))
    repair = preview(desk, visits[2], Scope.FOLLOWING, SeriesChange(days=1))
    stuck = next(v for v in repair.visits if v.appointment_id == visits[3])
    assert repair.text == "3 visits move 1 day later. 1 cannot go and stays where it is."
    assert stuck.to is None
    assert [f.message for f in stuck.findings] == ["Chair 1 is taken from 08:30 to 10:25."]
    assert stuck.nearest is not None
    assert (stuck.nearest.starts_at, stuck.nearest.chair_id) == (on(11, "09:00"), 2)
    nearest = preview(desk, visits[2], Scope.FOLLOWING, SeriesChange(days=1), nearest=frozenset({visits[3]}))
    desk.services.courses.apply(DESK, nearest)
    assert [(row[2], row[3]) for row in stored_visits(desk.store) if row[0] == visits[3]] == [(2, on(11, "09:00"))]


def test_a_visit_may_be_left_where_it_is(desk: Desk, visits: tuple[int, ...]) -> None:
    repair = preview(desk, visits[2], Scope.FOLLOWING, SeriesChange(starts=time(13, 0)), leave=frozenset({visits[4]}))
    desk.services.courses.apply(DESK, repair)
    assert [f"{at:%H:%M}" for at in starts(desk)] == ["09:00", "09:00", "13:00", "13:00", "09:00", "13:00"]


def test_too_close_to_one_that_stays_is_no_way_to_go(desk: Desk, visits: tuple[int, ...]) -> None:
    repair = preview(desk, visits[2], Scope.THIS, SeriesChange(days=-3))
    (stuck,) = repair.visits
    assert stuck.to is None
    assert [f.message for f in stuck.findings] == ["Only 1 day between Thu 3 Dec and Fri 4 Dec; at least 2 are needed."]
    assert stuck.nearest == stuck.was  # Saturday and Sunday are closed, and before that it is too close as well
    with pytest.raises(Refused, match="No visit would change its place"):
        desk.services.courses.apply(DESK, repair)


def test_only_what_is_ahead_moves(desk: Desk, visits: tuple[int, ...], clock: FixedClock) -> None:
    clock.at = datetime(2026, 12, 8, 15, tzinfo=UTC)
    repair = preview(desk, visits[4], Scope.ALL, SeriesChange(starts=time(11, 0)))
    assert set(moves(repair)) == set(visits[3:])
    with pytest.raises(Refused, match="not one that is still to come"):
        preview(desk, visits[0], Scope.ALL, SeriesChange(starts=time(11, 0)))


def test_a_change_on_old_knowledge_is_refused_as_a_whole(desk: Desk, visits: tuple[int, ...]) -> None:
    repair = preview(desk, visits[0], Scope.ALL, SeriesChange(starts=time(13, 30)))
    desk.services.booking.move(MANAGER, visits[5], 1, 2, on(17, "09:00"))
    with pytest.raises(Stale, match="Someone else changed this series meanwhile"):
        desk.services.courses.apply(DESK, repair)
    assert starts(desk) == [on(day, "09:00") for day in (0, 3, 7, 10, 14, 17)]


def test_into_the_past_nothing_goes(desk: Desk, visits: tuple[int, ...]) -> None:
    repair = preview(desk, visits[0], Scope.ALL, SeriesChange(days=-60))
    assert moves(repair) == {}
    assert all(v.findings[0].code == "past" for v in repair.visits)


def test_the_others_go_along_after_one_has_gone_alone(desk: Desk, visits: tuple[int, ...]) -> None:
    desk.services.booking.move(DESK, visits[2], 1, 1, on(8, "13:00"))
    change = SeriesChange(days=1, starts=time(13, 0))
    repair = desk.services.courses.edit_preview(DESK, visits[2], Scope.FOLLOWING, change, moved_from=on(7, "09:00"))
    assert set(moves(repair)) == set(visits[3:])
    desk.services.courses.apply(DESK, repair)
    assert starts(desk) == [
        on(0, "09:00"),
        on(3, "09:00"),
        *(on(day, "13:00") for day in (8, 11, 15, 18)),
    ]


# --- stop ------------------------------------------------------------------------------------------------------------


def test_a_stopped_series_frees_its_chairs_and_comes_back_with_undo(
    desk: Desk, visits: tuple[int, ...], clock: FixedClock
) -> None:
    before = stored_visits(desk.store)
    clock.at = datetime(2026, 12, 8, 15, tzinfo=UTC)
    stopped = desk.services.courses.stop(DESK, 1, "Response is enough")
    assert stopped.appointment_ids == visits[3:]
    (progress,) = desk.services.patients.page(DESK, 1).series
    assert (progress.series.status, progress.series.stopped_reason) == (SeriesStatus.STOPPED, "Response is enough")
    assert desk.visit(visits[4]).status is Status.CANCELLED_BY_CLINIC
    with pytest.raises(Refused, match="This series is over"):
        desk.services.courses.stop(DESK, 1, "Again")
    desk.services.history.undo(DESK)
    assert stored_visits(desk.store) == before
    (progress,) = desk.services.patients.page(DESK, 1).series
    assert progress.series.status is SeriesStatus.ACTIVE


def test_a_series_stops_for_a_reason(desk: Desk, visits: tuple[int, ...]) -> None:
    with pytest.raises(Invalid, match="Say why the series ends"):
        desk.services.courses.stop(DESK, 1, "  ")
    kept = desk.services.courses.stop(DESK, 1, "Moves away", cancel_future=False)
    assert kept.appointment_ids == ()
    assert desk.visit(visits[5]).status is Status.SCHEDULED
