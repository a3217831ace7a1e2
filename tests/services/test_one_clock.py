"""Tile, queue, count on the rail, session and print say the same of one session, whatever happened in it."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ketaclinic.db.chairside import Chairside
from ketaclinic.db.schedule import BoardRow
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import ChairsideView, Urgency
from ketaclinic.domain.monitoring import DueCheck, DueState, next_due, planned_checks
from ketaclinic.domain.observations import Observation
from ketaclinic.domain.visit import Visit
from ketaclinic.services.charting_floor import chairside_view
from ketaclinic.services.charting_view import encounter_view
from ketaclinic.ui.screens.chairside import moments
from tests.domain.clinical_builders import MOOD_PLAN, NINE, a_recovered_visit, a_row, at


def floor_of(visit: Visit) -> ChairsideView:
    row = BoardRow(
        visit.appointment, visit.patient.name, visit.patient.record, has_note=False, protocol_id="", label=""
    )
    held = {visit.appointment.id: visit}
    return chairside_view(Chairside(visit.now, visit.zone, (row,), held, (), {1: visit.chair}, 2))


def at_minute(minute: float, observed: list[float], stop: float | None) -> Visit:
    """A session started at 0 with calm rows at these minutes, running until `stop`."""
    rows: list[Observation] = [a_row(m, number) for number, m in enumerate(sorted(observed), 10) if m <= minute]
    stopped = stop if stop is not None and stop <= minute else None
    visit = a_recovered_visit(minute=minute, rows=rows, stop=stopped if stopped is not None else 40.0)
    if stopped is not None:
        return visit
    running = replace(visit.encounter, stopped_at=None)
    events = tuple(e for e in visit.events if e.kind != "stop")
    appointment = replace(visit.appointment, status=Status.INFUSING)
    return replace(visit, encounter=running, events=events, appointment=appointment)


minutes = st.floats(0.1, 100, allow_nan=False).map(lambda m: round(m, 1))


@settings(max_examples=60, deadline=None)
@given(
    observed=st.lists(minutes, max_size=8),
    minute=minutes,
    stop=st.none() | st.floats(1, 60).map(lambda m: round(m, 1)),
    later=st.floats(0, 30),
)
def test_tile_queue_count_and_session_agree_now_and_later(
    observed: list[float], minute: float, stop: float | None, later: float
) -> None:
    visit = at_minute(minute, observed, stop)
    floor, view = floor_of(visit), encounter_view(visit)
    (tile,) = floor.tiles
    assert tile.next_due == view.next_due == next_due(visit.schedule)
    assert {line.text for line in tile.lines} == {line.text for line in floor.queue}
    for moment in (visit.now, visit.now + timedelta(minutes=later)):
        urgencies = [line.urgency_at(moment) for line in floor.queue]
        worst = next((u for u in Urgency if u in urgencies), Urgency.TODO)
        assert tile.urgency_at(moment) == (worst if urgencies else tile.urgency)
        assert floor.pressing(moment) == urgencies.count(Urgency.RED) + urgencies.count(Urgency.AMBER)
        vitals = [line for line in floor.queue if line.text.startswith("Vitals")]
        for line in vitals:
            assert tile.next_due is not None
            assert line.due_at == tile.next_due.due_at
            tone = moments.of_check(tile.next_due, moment).tone
            assert tone == {"red": "late", "amber": "due", "due": "due", "upcoming": "calm"}[line.urgency_at(moment)]


@settings(max_examples=40, deadline=None)
@given(observed=st.lists(minutes, max_size=6), minute=st.floats(0.1, 60).map(lambda m: round(m, 1)))
def test_what_is_counted_on_is_what_reading_again_would_say_until_something_turns(
    observed: list[float], minute: float
) -> None:
    """From one reading to the next turn, every state counted on is the state worked out anew."""
    visit = at_minute(minute, observed, None)
    floor = floor_of(visit)
    turns = floor.turns_at
    assert turns is not None
    assert turns > visit.now
    shortly = turns - timedelta(microseconds=1)
    again = {c.label: c for c in replace(visit, now=shortly).schedule}
    for check in visit.schedule:
        if check.open and check.label in again:
            assert check.state_at(shortly) == again[check.label].state


def test_the_print_has_the_same_checks_as_the_screen() -> None:
    """The chair card of a visit that goes as planned, and the session of that visit."""
    printed = planned_checks(MOOD_PLAN, NINE, 40, 30)
    visit = at_minute(70, [], 40.0)
    shown = [(check.label, check.due_at) for check in visit.schedule if check.due_at <= at(70)]
    assert shown == list(printed)
    assert [label for label, _ in printed] == ["baseline", "+5", "+10", "+20", "+30", "stop", "stop +15", "stop +30"]


def test_amber_begins_at_three_minutes_and_red_at_five_on_tile_and_queue() -> None:
    told: list[tuple[Urgency, Urgency]] = []
    for minute in (9.9, 10, 12.9, 13, 14.9, 15):
        floor = floor_of(at_minute(minute, [5.0], None))
        (line,) = (each for each in floor.queue if each.text == "Vitals +10")
        told.append((line.urgency, floor.tiles[0].urgency))
    assert told == [
        (urgency, urgency)
        for urgency in (Urgency.UPCOMING, Urgency.DUE, Urgency.DUE, Urgency.AMBER, Urgency.AMBER, Urgency.RED)
    ]


def test_a_check_that_is_done_stays_done_whatever_the_clock_says() -> None:
    done = DueCheck("+5", NINE, DueState.DONE, at(3), at(5), 1)
    assert done.state_at(datetime(2030, 1, 1, tzinfo=NINE.tzinfo)) is DueState.DONE
