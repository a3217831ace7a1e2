"""A station whose clock is wrong, and stations whose clocks differ a little: what each of them sees and may write."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock, SystemClock
from ketaclinic.db import station_clock
from ketaclinic.db.store import Store
from ketaclinic.domain.encounters import ChairsideView, Step, Tile, Urgency
from ketaclinic.domain.findings import Refused
from ketaclinic.domain.people import Role
from ketaclinic.services.bundle import Services, build_services
from ketaclinic.services.charting import Charting
from tests.conftest import OpenStation
from tests.services.chairside_desk import Chairside


class AheadBy(SystemClock):
    """The computer's clock, set wrong."""

    def __init__(self, wrong: timedelta) -> None:
        self.wrong = wrong

    def now(self) -> datetime:
        return super().now() + self.wrong


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


@pytest.fixture
def there(open_station: OpenStation, catalog: Catalog, clock: FixedClock) -> Charting:
    """Charting at another station, with a clock of its own."""
    own = FixedClock(clock.at)
    store = open_station("chairside-2")
    store._clock = own
    return Charting(store, catalog, own)


def clock_of(charting: Charting) -> FixedClock:
    found = charting._clock
    assert isinstance(found, FixedClock)
    return found


def lines(floor: ChairsideView) -> list[tuple[str, Urgency]]:
    return [(line.text, line.urgency) for line in floor.queue]


def test_a_clock_an_hour_behind_charts_nothing_and_says_so_before_anyone_types(
    chair: Chairside, there: Charting
) -> None:
    session = chair.seated()
    clock_of(there).forward(hours=-1)
    sentence = "This computer's clock is 60 min behind the last entry: nothing can be charted until it is set right"
    assert there.floor(chair.nurse, 1).clock_off.startswith(sentence)
    with pytest.raises(Refused, match="Nothing was saved; what you typed is still here") as told:
        there.record_observation(chair.nurse, session, {"hr": 80.0})
    assert str(told.value).startswith(sentence)
    assert told.value.findings[0].code == "clock-off"
    assert chair.view(session).observations == ()


def test_a_clock_that_is_right_again_is_confirmed_and_charting_goes_on(chair: Chairside, there: Charting) -> None:
    session = chair.seated()
    clock_of(there).forward(hours=-1)
    there.confirm_clock(chair.nurse)
    assert there.floor(chair.nurse, 1).clock_off == ""
    assert there.record_observation(chair.nurse, session, {"hr": 80.0}).observations[0].values["hr"] == 80.0


def test_what_else_is_written_with_a_wrong_clock_does_not_make_it_right(chair: Chairside, there: Charting) -> None:
    """A sign-in after the computer woke, words half typed: they are kept, and the clock is as wrong as before."""
    session = chair.seated()
    clock_of(there).forward(hours=-1)
    there.keep_draft(chair.nurse, session, "row", {"sbp": "128"})
    assert there.floor(chair.nurse, 1).clock_off.startswith("This computer's clock is 60 min behind the last entry")
    with pytest.raises(Refused, match="Nothing was saved; what you typed is still here"):
        there.record_observation(chair.nurse, session, {"hr": 80.0})
    assert there.drafts(chair.nurse, session) == {"row": {"sbp": "128"}}


def test_the_newest_entry_is_found_by_an_index_in_a_record_of_years(chair: Chairside) -> None:
    if chair.store.engines.reading.dialect.name != "sqlite":
        return  # PostgreSQL plans by how many rows there are
    asked: list[tuple[str, Any]] = []
    reading = chair.store.engines.reading

    def hear(_connection: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
        asked.append((statement, given))

    event.listen(reading, "before_cursor_execute", hear)
    with chair.store.reading() as session:
        station_clock.told_time(session)
    event.remove(reading, "before_cursor_execute", hear)
    words, given = next((words, given) for words, given in asked if words.startswith("SELECT"))
    with reading.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given)]
    assert any("ix_operations_at" in line for line in plan), plan
    assert any("ix_operations_clock" in line for line in plan), plan


@pytest.mark.parametrize("minutes", [-4, 4])
def test_a_small_difference_between_two_stations_does_no_harm(chair: Chairside, there: Charting, minutes: int) -> None:
    """Started at one, stopped at the other: nothing lies before what came first, and nothing is refused."""
    session = chair.seated()
    clock_of(there).forward(minutes=minutes)
    chair.ready(session)
    started = there.start(chair.nurse, session).started_at
    assert started is not None
    view = chair.charting.stop(chair.nurse, session)
    assert view.step is Step.RECOVERY
    assert view.stopped_at is not None
    assert view.stopped_at >= started
    assert chair.charting.floor(chair.nurse, 1).clock_off == there.floor(chair.nurse, 1).clock_off == ""


def test_an_infusion_started_paused_and_stopped_elsewhere_is_due_here_by_the_same_instants(
    chair: Chairside, there: Charting
) -> None:
    session = chair.seated()
    chair.ready(session)
    start = chair.clock.now()
    there.start(chair.nurse, session)
    here = chair.charting
    assert [(i.text, i.due_at) for i in here.floor(chair.nurse, 1).queue] == [
        ("Vitals +5", start + timedelta(minutes=5)),
        ("End of infusion", start + timedelta(minutes=40)),
    ]
    for clock in (chair.clock, clock_of(there)):
        clock.forward(minutes=6)
    there.pause(chair.nurse, session)
    for clock in (chair.clock, clock_of(there)):
        clock.forward(minutes=4)
    there.resume(chair.nurse, session)
    assert [(i.text, i.due_at) for i in here.floor(chair.nurse, 1).queue][-1] == (
        "End of infusion",
        start + timedelta(minutes=44),
    )
    there.stop(chair.nurse, session)
    (tile,) = here.floor(chair.nurse, 1).tiles
    assert tile.next_due is not None
    assert (tile.next_due.label, tile.next_due.due_at) == ("stop", start + timedelta(minutes=10))


def test_after_an_hour_asleep_everything_stands_where_the_clock_says(chair: Chairside) -> None:
    """No tick for an hour: due times come from the stored instants."""
    session = chair.seated()
    chair.start(session)
    before = chair.charting.floor(chair.nurse, 1)
    chair.clock.forward(hours=1)
    assert before.tiles[0].urgency_at(chair.clock.now()) is Urgency.RED  # counted on without reading again
    after = chair.charting.floor(chair.nurse, 1)
    assert lines(after) == [
        ("Checks +5 and +10 were missed: call a second nurse", Urgency.RED),
        ("End of infusion", Urgency.RED),
        ("Vitals +60", Urgency.DUE),
    ]
    assert after.pressing(chair.clock.now()) == 2


def test_a_program_started_again_shows_the_same_chairs(
    chair: Chairside, open_station: OpenStation, catalog: Catalog
) -> None:
    session = chair.seated()
    chair.start(session)
    chair.clock.forward(minutes=9)
    before = chair.charting.floor(chair.nurse, 1)
    anew = build_services(open_station("desk-1"), catalog, chair.clock)
    assert anew.charting.floor(chair.nurse, 1) == before


def test_the_servers_clock_is_what_a_station_is_compared_with(store: Store, catalog: Catalog) -> None:
    """On PostgreSQL a clock ahead shows as well; a file has no clock of its own."""
    with store.reading() as session:
        told = station_clock.told_time(session)
        off = station_clock.offset(told, SystemClock().now() + timedelta(hours=1))
        on_server = told.server is not None
    assert round(off / timedelta(minutes=1)) == (60 if on_server else 0)
    charting = Charting(store, catalog, AheadBy(timedelta(hours=1)))
    users = build_services(store, catalog, SystemClock())
    chair = Chairside(store, users, FixedClock())
    sentence = "This computer's clock is 60 min ahead of the clinic's server: nothing can be charted here until it is"
    assert charting.floor(chair.staff[Role.NURSE], 1).clock_off.startswith(sentence) == on_server


def test_what_is_read_again_for_one_patient_is_what_is_read_for_all(chair: Chairside) -> None:
    """The board keeps the tiles nothing was written about; they say the same as if all had been read."""
    first = chair.seated()
    second = chair.seated(chair.patient("Ruiz", "Mateo"), chair=2)
    chair.start(first)
    known = chair.charting.floor(chair.nurse, 1)
    for minute in range(12):
        chair.clock.forward(minutes=1)
        if minute % 4 == 3:
            chair.observe(first, sbp=140.0 + minute)
        if minute == 5:
            chair.answer(second, "weight", 82.4)
        whole = chair.charting.floor(chair.nurse, 1)
        changed = frozenset({chair.view(first).header.patient_id} if minute % 4 == 3 else ())
        changed |= frozenset({chair.view(second).header.patient_id} if minute == 5 else ())
        known = chair.charting.floor(chair.nurse, 1, known, changed)
        now = chair.clock.now()
        assert [said(tile, now) for tile in known.tiles] == [said(tile, now) for tile in whole.tiles]
        assert known.pressing(now) == whole.pressing(now)
        assert [(i.text, i.urgency_at(now)) for i in known.queue_at(now)] == [
            (i.text, i.urgency_at(now)) for i in whole.queue_at(now)
        ]


def said(tile: Tile, now: datetime) -> tuple[object, ...]:
    """What a tile shows at a moment."""
    check = tile.next_due
    counting = (check.label, check.state_at(now)) if check else None
    return tile.patient, tile.urgency_at(now), counting, tile.last, tile.alert, tile.hint, tile.rows_done, tile.coming
