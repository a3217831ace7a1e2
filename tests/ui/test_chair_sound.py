"""When the station sounds for the chairs: through the port, without any sound."""

from datetime import UTC, datetime, timedelta

import pytest

from ketaclinic.db import charting
from ketaclinic.db.models import AppointmentRow, EncounterRow, SeriesRow
from ketaclinic.domain import events
from ketaclinic.domain.changes import Op
from ketaclinic.domain.encounters import ChairsideView, DueItem, Urgency
from ketaclinic.domain.monitoring import DueCheck, DueState
from ketaclinic.ui.sound import Alarm
from tests.desk import AtTheDesk
from tests.services.chairside_desk import Chairside
from tests.ui.conftest import Practice
from tests.ui.nurse_at_chair import NurseAtChair, at_chair, chairs

__all__ = ["at_chair", "chairs"]

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
MOOD = "induction-mood-2-per-week"
RULES = {"station.sound-amber": 60.0, "station.sound-red": 10.0, "station.sound-silence": 5.0}


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def vitals(due: float = 0, encounter: int = 1) -> DueItem:
    check = DueCheck("+20", at(due), DueState.UPCOMING, at(due + 3), at(due + 5))
    return DueItem(Urgency.UPCOMING, at(due), "Vitals +20", "Chair 1", "Silva, João", 1, encounter, check)


def red_alert(*, seen: bool = False) -> DueItem:
    return DueItem(Urgency.RED, NOON, "SBP 184: at or above 180", "Chair 1", "Silva, João", 1, 1, None, seen)


def floor(*lines: DueItem) -> ChairsideView:
    return ChairsideView(NOON, "America/Chicago", (), lines, 2)


@pytest.fixture
def sounds() -> list[str]:
    return []


@pytest.fixture
def alarm(sounds: list[str]) -> Alarm:
    return Alarm(RULES, sounds.append)


def over_time(alarm: Alarm, view: ChairsideView, first: float, last: float, step: float = 1 / 60) -> None:
    """The station asks each second from one minute to another."""
    for number in range(round((last - first) / step)):
        alarm.hear(view, at(first + number * step))


def test_a_late_check_sounds_once_a_minute_and_a_missed_one_every_ten_seconds(alarm: Alarm, sounds: list[str]) -> None:
    over_time(alarm, floor(vitals()), 0, 3)
    assert sounds == []
    over_time(alarm, floor(vitals()), 3, 5)
    assert sounds == ["amber", "amber"]
    over_time(alarm, floor(vitals()), 5, 6)
    assert sounds[2:] == ["red"] * 6


def test_what_is_quiet_or_seen_makes_no_sound(alarm: Alarm, sounds: list[str]) -> None:
    over_time(alarm, floor(vitals(due=9), red_alert(seen=True)), 0, 2)
    over_time(alarm, floor(), 2, 3)
    assert sounds == []


def test_another_chair_that_turns_late_sounds_at_once(alarm: Alarm, sounds: list[str]) -> None:
    alarm.hear(floor(vitals(due=-3)), NOON)
    alarm.hear(floor(vitals(due=-3), vitals(due=-3, encounter=2)), at(0.1))
    assert sounds == ["amber", "amber"]


def test_silence_lasts_five_minutes_for_what_is_late(alarm: Alarm, sounds: list[str]) -> None:
    late = floor(DueItem(Urgency.AMBER, NOON, "Nausea 2: at or above 2", "Chair 1", "Silva, João", 1, 1))
    alarm.hear(late, NOON)
    assert alarm.press(late, NOON) == "Silenced for 5 min. Anything red still sounds."
    assert alarm.state(late, at(1)).words == "Silent until 12:05"
    over_time(alarm, late, 0.5, 5)
    assert sounds == ["amber"]
    over_time(alarm, late, 5, 6)
    assert sounds == ["amber", "amber"]
    assert alarm.state(late, at(6)).words == "Sound on"


def test_harm_05_a_red_sounds_at_once_although_it_was_silenced_and_cannot_be_silenced(
    alarm: Alarm, sounds: list[str]
) -> None:
    alarm.press(floor(), NOON)
    alarm.hear(floor(red_alert()), at(1))
    assert sounds == ["red"]
    fresh = Alarm(RULES, sounds.append)
    told = "A red alert cannot be silenced: acknowledge it at the chair, or make the check that is missed."
    assert fresh.press(floor(red_alert()), at(1)) == told
    assert fresh.state(floor(red_alert()), at(1)).words == "Sounds: red"
    over_time(fresh, floor(red_alert()), 1, 2)
    assert sounds == ["red"] * 7


def test_pressing_again_lets_it_sound_and_a_clock_set_back_ends_the_silence(alarm: Alarm, sounds: list[str]) -> None:
    alarm.press(floor(), NOON)
    assert alarm.press(floor(), at(1)) == "The chairs sound again."
    assert not alarm.silenced(at(1))
    alarm.press(floor(), at(2))
    assert not alarm.silenced(at(-60))
    over_time(alarm, floor(red_alert()), 0, 0.1)
    alarm.hear(floor(red_alert()), at(-60))
    assert sounds == ["red", "red"]


# --- at the window ---------------------------------------------------------------------------------------------------


def test_the_button_says_the_state_and_silences(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    chairs.start(session)
    chairs.clock.forward(minutes=8)
    at_chair.screen.tick()
    assert at_chair.beeps == ["amber"]
    at_chair.press("Sound of the chairs: Sound on")
    assert at_chair.told == ["Silenced for 5 min. Anything red still sounds."]
    assert at_chair.sees("Sound of the chairs: Silent until 09:13")
    chairs.observe(session, sbp=184.0)
    assert at_chair.beeps[-1] == "red"
    at_chair.press("Sound of the chairs: Sounds: red")
    chairs.charting.acknowledge(chairs.nurse, session, "sbp-red", "Rotimi Adeyemi")
    at_chair.beeps.clear()
    chairs.clock.forward(seconds=30)
    at_chair.screen.tick()
    assert at_chair.beeps == []


def test_harm_05_red_sounds_behind_another_screen_and_behind_the_lock(someone: AtTheDesk, practice: Practice) -> None:
    someone.sign_in("Maria Ortiz")
    window = someone.window
    heard: list[str] = []
    window.watch.alarm.beep = heard.append
    window.go_to("day")
    session = a_running_infusion(practice)
    practice.clock.forward(minutes=11)
    window.tick()
    assert heard == ["red"]
    assert window.toast.text == "Chair 1 · Silva, João: Checks baseline and +5 were missed: call a second nurse"
    window.lock()
    practice.services.charting.record_observation(practice.nurse, session, {"sbp": 184.0, "dbp": 96.0})
    assert heard == ["red", "red"]  # the alert at once
    practice.clock.forward(seconds=10)
    window.tick()
    assert heard == ["red", "red", "red"]


def test_nothing_sounds_where_the_front_desk_is_signed_in(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    heard: list[str] = []
    clerk_at_desk.window.watch.alarm.beep = heard.append
    a_running_infusion(practice)
    practice.clock.forward(minutes=30)
    clerk_at_desk.window.tick()
    assert (heard, clerk_at_desk.window.watch.floor) == ([], None)


def a_running_infusion(practice: Practice) -> int:
    """João in Chair 1, started just now, as the rows of a session that another station began."""
    now = practice.clock.now()
    with practice.store.writing(Op.START_INFUSION) as writing:
        rows = writing.session
        series = SeriesRow(
            patient_id=practice.joao.id, protocol_id=MOOD, protocol_revision=1, location_id=1, sessions=6,
            status="active",
        )  # fmt: skip
        rows.add(series)
        rows.flush()
        visit = AppointmentRow(
            series_id=series.id, patient_id=practice.joao.id, location_id=1, chair_id=1,
            starts_at=datetime(2026, 11, 23, 8, 30), ends_at=datetime(2026, 11, 23, 10, 25), prep=30, infusion=40,
            recovery=30, turnover=15, setup_from=20, setup_minutes=25, ratio=2, status="infusing", position=1,
        )  # fmt: skip
        rows.add(visit)
        rows.flush()
        session = EncounterRow(
            appointment_id=visit.id, patient_id=practice.joao.id, protocol_id=MOOD, protocol_revision=1,
            checklist_revisions={}, opened_at=now, opened_by=practice.nurse.id, started_at=now, planned_minutes=40,
        )  # fmt: skip
        rows.add(session)
        rows.flush()
        data = {"mg": 40.0, "ml": 4.0, "rate": 6.0, "minutes": 40, "concentration": 10.0, "weight_kg": 80.0}
        charting.add_event(
            rows, session.id, events.START, data, happened_at=now, entered_at=now, user_id=practice.nurse.id
        )
        return session.id
