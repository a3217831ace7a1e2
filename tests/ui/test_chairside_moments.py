"""What the clock makes of stored instants: the words of tiles and queue."""

from datetime import UTC, datetime, timedelta

import pytest

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import DueItem, Step, Tile, Urgency
from ketaclinic.domain.monitoring import DueCheck, DueState
from ketaclinic.ui.screens.chairside import moments

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_check(due_in: float) -> DueCheck:
    due = NOON + minutes(due_in)
    return DueCheck("+20", due, DueState.UPCOMING, due + minutes(3), due + minutes(5))


def a_tile(**given: object) -> Tile:
    usual: dict[str, object] = {
        "appointment_id": 1,
        "encounter_id": 1,
        "chair": "Chair 1",
        "patient": "Silva, João",
        "record": "KC-0001",
        "label": "2 of 6",
        "status": Status.INFUSING,
        "step": Step.DURING,
        "urgency": Urgency.UPCOMING,
        "progress": 0.0,
    }
    return Tile(**(usual | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("due_in", "word", "value", "tone"),
    [
        (4 + 10 / 60, "Check due in", "4:10", "calm"),
        (75, "Check due in", "1 h 15", "calm"),
        (0, "Check due", "now", "due"),
        (-2.9, "Check due", "now", "due"),
        (-3, "Check late", "3:00", "due"),
        (-5, "Check missed", "5:00", "late"),
    ],
)
def test_a_check_says_how_it_stands_in_word_number_and_tone(due_in: float, word: str, value: str, tone: str) -> None:
    count = moments.of_check(a_check(due_in), NOON)
    assert (count.word, count.value, count.tone) == (word, value, tone)


def test_before_the_start_the_checklist_is_what_counts() -> None:
    tile = a_tile(step=Step.BEFORE, status=Status.CHECKED_IN, rows_done=17, rows=21, next_due=a_check(0))
    assert moments.of_tile(tile, NOON).value == "17 of 21"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"planned_end": NOON + minutes(11.5)}, "12 min left"),
        ({"planned_end": NOON - minutes(2)}, "ended 2 min ago: stop the pump"),
        ({"planned_end": NOON + minutes(9), "paused_since": NOON - minutes(3)}, "paused 3 min · 9 min left"),
        ({"step": Step.RECOVERY, "earliest_release": NOON + minutes(6.5)}, "7 min to go at least"),
        ({"step": Step.RECOVERY, "earliest_release": NOON}, "time is over, criteria decide"),
        ({"step": Step.BEFORE}, "before start"),
    ],
)
def test_the_time_left_of_each_step(given: dict[str, object], text: str) -> None:
    assert moments.time_left(a_tile(**given), NOON, NOON) == text


def test_a_paused_infusion_does_not_move_on_while_the_clock_does() -> None:
    tile = a_tile(started_at=NOON - minutes(20), planned_end=NOON + minutes(20), paused_since=NOON)
    assert moments.progress(tile, NOON) == 0.5
    assert moments.progress(tile, NOON + minutes(10)) == 0.5


@pytest.mark.parametrize(
    ("urgency", "due_in", "text", "shown"),
    [
        (Urgency.RED, -1, "SBP 184: at or above 180", "alert"),
        (Urgency.AMBER, -1, "Nausea 2: at or above 2", "watch"),
        (Urgency.RED, -6, "Vitals +20", "6 min late"),
        (Urgency.DUE, 0, "Vitals +20", "now"),
        (Urgency.UPCOMING, 3.2, "Vitals +30", "4 min"),
        (Urgency.TODO, None, "Second check waiting", "—"),
    ],
)
def test_the_first_column_of_the_queue(urgency: Urgency, due_in: float | None, text: str, shown: str) -> None:
    due_at = None if due_in is None else NOON + minutes(due_in)
    item = DueItem(urgency, due_at, text, "Chair 1", "Silva, João", 1, 1)
    assert moments.queue_time(item, NOON) == shown


def test_what_has_been_given_is_counted_on_up_to_the_dose() -> None:
    tile = a_tile(given_mg=20.0, dose_mg=41.2, mg_per_hour=60.0)
    assert moments.given_on_tile(tile, NOON, NOON + minutes(5)) == 25.0
    assert moments.given_on_tile(tile, NOON, NOON + minutes(50)) == 41.2
