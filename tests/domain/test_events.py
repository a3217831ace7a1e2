"""The pump: how much was given, when it will be in, and what cannot follow what."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketaclinic.domain.events import Event, oxygen_at, pump_state, sequence_findings
from tests.domain.clinical_builders import a_start, at, pump_event


def test_one_milligram_a_minute() -> None:
    state = pump_state([a_start()], at(17))
    assert state.given_mg == 17.0
    assert state.planned_end == at(40)
    assert state.rate == 6.0


def test_the_pump_gives_no_more_than_the_dose() -> None:
    state = pump_state([a_start()], at(55))
    assert (state.given_mg, state.reached_end, state.planned_end) == (40.0, True, at(40))


def test_a_pause_gives_nothing_and_moves_the_end() -> None:
    events = [a_start(), pump_event("pause", 10), pump_event("resume", 15)]
    paused = pump_state(events[:2], at(13))
    assert (paused.given_mg, paused.rate, paused.planned_end) == (10.0, 0.0, at(43))
    resumed = pump_state(events, at(25))
    assert (resumed.given_mg, resumed.planned_end) == (20.0, at(45))


def test_a_change_of_rate_scales_the_drug_and_the_end() -> None:
    events = [a_start(), pump_event("rate", 10, rate=3.0)]
    state = pump_state(events, at(30))
    assert state.given_mg == 20.0
    assert state.planned_end == at(70)


def test_a_change_of_rate_while_paused_counts_from_the_resume() -> None:
    events = [
        a_start(),
        pump_event("pause", 10),
        pump_event("rate", 12, rate=12.0),
        pump_event("resume", 20),
    ]
    state = pump_state(events, at(25))
    assert (state.given_mg, state.planned_end) == (20.0, at(35))


def test_what_was_given_stands_still_after_the_stop() -> None:
    events = [a_start(), pump_event("stop", 25)]
    state = pump_state(events, at(90))
    assert (state.given_mg, state.stopped_at, state.planned_end, state.rate) == (25.0, at(25), None, 0.0)


def test_a_pause_entered_late_counts_from_its_true_time() -> None:
    late = Event(99, "pause", at(10), at(20), 1)
    assert pump_state([a_start(), late], at(20)).given_mg == 10.0


def test_before_the_start_nothing_was_given() -> None:
    assert pump_state([], at(5)).given_mg == 0.0
    assert pump_state([a_start()], at(-1)).started_at is None


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        (["pause"], "The infusion has not been started then: it cannot be paused."),
        (["start", "start"], "The infusion is running then: it cannot be started again."),
        (["start", "resume"], "The infusion is running then: it cannot be resumed."),
        (["start", "pause", "pause"], "The infusion is paused then: it cannot be paused."),
        (["start", "stop", "rate"], "The infusion has been stopped then: its rate cannot be changed."),
        (["start", "stop", "stop"], "The infusion has been stopped then: it cannot be stopped."),
    ],
)
def test_what_cannot_follow_is_refused(kinds: list[str], sentence: str) -> None:
    events = [pump_event(kind, minute) for minute, kind in enumerate(kinds)]
    assert [f.message for f in sequence_findings(events)] == [sentence]


def test_a_usual_course_is_in_order() -> None:
    events = [pump_event(kind, minute) for minute, kind in enumerate(["start", "pause", "rate", "resume", "stop"])]
    assert sequence_findings(events) == ()


def test_oxygen_is_what_was_last_set() -> None:
    events = [pump_event("oxygen", 5, l_min=2), pump_event("oxygen", 12, l_min=0)]
    assert [oxygen_at(events, at(m)) for m in (4, 5, 11, 12)] == [0.0, 2.0, 2.0, 0.0]


gaps = st.lists(
    st.tuples(st.integers(1, 20), st.sampled_from(["pause", "resume", "rate"]), st.integers(1, 20)), max_size=8
)


@given(steps=gaps, until=st.integers(0, 120))
def test_the_total_is_the_sum_minute_by_minute(steps: list[tuple[int, str, int]], until: int) -> None:
    """Against a pump played minute by minute, whatever is pressed."""
    events, minute, paused = [a_start()], 0, False
    for number, (gap, kind, rate) in enumerate(steps, start=2):
        minute += gap
        if kind == ("pause" if paused else "resume"):
            continue
        paused = kind == "pause" or (paused and kind != "resume")
        events.append(pump_event(kind, minute, number, **({"rate": rate} if kind == "rate" else {})))
    assert pump_state(events, at(until)).given_mg == pytest.approx(played(events, until), abs=0.001)


@given(steps=gaps, shuffled=st.randoms(use_true_random=False), until=st.integers(0, 120), moved=st.integers(0, 7))
def test_the_total_is_right_in_whatever_order_the_events_were_entered(
    steps: list[tuple[int, str, int]], shuffled: Random, until: int, moved: int
) -> None:
    """Entered late and put right: only the true times count, and what was corrected counts no more."""
    events, minute, paused = [a_start()], 0, False
    for number, (gap, kind, rate) in enumerate(steps, start=2):
        minute += gap
        if kind == ("pause" if paused else "resume"):
            continue
        paused = kind == "pause" or (paused and kind != "resume")
        events.append(pump_event(kind, minute, number, **({"rate": rate} if kind == "rate" else {})))
    entered = list(events)
    if len(events) > 1:
        right = events[1 + moved % (len(events) - 1)]
        mistaken = pump_event(right.kind, moved, 500, **right.data)
        entered = [mistaken, *(replace(e, corrects_id=500) if e is right else e for e in events)]
    shuffled.shuffle(entered)
    assert pump_state(entered, at(until)).given_mg == pytest.approx(played(events, until), abs=0.001)


def played(events: list[Event], until: int) -> float:
    """An independent pump: a milligram a minute at 6 mL/h, forty at most."""
    given, rate, flows, waiting = 0.0, 6.0, True, events[1:]
    for minute in range(until):
        while waiting and waiting[0].happened_at <= at(minute):
            event = waiting.pop(0)
            if event.kind == "rate":
                rate = float(event.data["rate"])
            else:
                flows = event.kind == "resume"
        if flows:
            given += rate / 6.0
    return min(given, 40.0)
