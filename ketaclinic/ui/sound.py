"""When this station sounds for the chairs, and how: by the system's own beep, which is there on every computer.

Amber may be silenced for a time; red never: it ends when somebody has acknowledged it at the alert.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from ketaclinic.clock import to_wall
from ketaclinic.domain.encounters import ChairsideView, DueItem, Urgency

Beeper = Callable[[Urgency], None]
_RED_BEEPS, _BETWEEN_MS = 3, 220


class SystemBeep(QObject):
    """One beep for amber, three for red."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left = 0

    def __call__(self, urgency: Urgency) -> None:
        QApplication.beep()
        if urgency is Urgency.RED:
            self._left = _RED_BEEPS - 1
            QTimer.singleShot(_BETWEEN_MS, self._again)

    def _again(self) -> None:
        QApplication.beep()
        self._left -= 1
        if self._left > 0:
            QTimer.singleShot(_BETWEEN_MS, self._again)


@dataclass(frozen=True, slots=True)
class SoundState:
    """What the button says: a word of `ui.icons`, a few words, and in one sentence what pressing it does."""

    icon: str
    words: str
    told: str


class Alarm:
    """Sounds while something is late or red at a chair; asked again and again with what is known and the time."""

    def __init__(self, rules: Mapping[str, float], beep: Beeper) -> None:
        self._every = {
            Urgency.AMBER: timedelta(seconds=rules["station.sound-amber"]),
            Urgency.RED: timedelta(seconds=rules["station.sound-red"]),
        }
        self._silence = timedelta(minutes=rules["station.sound-silence"])
        self.beep = beep
        self._silenced_until: datetime | None = None
        self._last: datetime | None = None
        self._known: frozenset[tuple[object, ...]] = frozenset()

    def hear(self, floor: ChairsideView | None, now: datetime) -> Urgency | None:
        """Sounds if it is time to; answers what it stands at: red, amber, or None for quiet."""
        lines = floor.queue if floor is not None else ()
        pressing = {_key(line): line.urgency_at(now) for line in lines if not line.seen}
        loud = {key: urgency for key, urgency in pressing.items() if urgency in self._every}
        level = Urgency.RED if Urgency.RED in loud.values() else Urgency.AMBER if loud else None
        fresh = frozenset((*key, urgency) for key, urgency in loud.items() if urgency is level) - self._known
        self._known = frozenset((*key, urgency) for key, urgency in loud.items())
        if level is None:
            self._last = None
        elif (level is Urgency.RED or not self.silenced(now)) and (fresh or self._time_again(level, now)):
            self._last = now
            self.beep(level)
        return level

    def _time_again(self, level: Urgency, now: datetime) -> bool:
        return self._last is None or now < self._last or now - self._last >= self._every[level]

    def silenced(self, now: datetime) -> bool:
        """Whether somebody has silenced it and the time is not over; a clock that went back ends the silence."""
        until = self._silenced_until
        return until is not None and until - self._silence <= now < until

    def press(self, floor: ChairsideView | None, now: datetime) -> str:
        """Silences for a time, or lets it sound again; answers with a sentence for who pressed."""
        if self.silenced(now):
            self._silenced_until = None
            return "The chairs sound again."
        if _red(floor, now):
            return "A red alert cannot be silenced: acknowledge it at the chair, or make the check that is missed."
        self._silenced_until = now + self._silence
        return f"Silenced for {self._silence // timedelta(minutes=1)} min. Anything red still sounds."

    def state(self, floor: ChairsideView | None, now: datetime) -> SoundState:
        """What to show beside the queue."""
        if _red(floor, now):
            told = "Red cannot be silenced: acknowledge the alert at the chair, or make the check that is missed."
            return SoundState("sound", "Sounds: red", told)
        until = self._silenced_until
        if floor is not None and until is not None and self.silenced(now):
            at = f"{to_wall(until, floor.zone):%H:%M}"
            return SoundState("silent", f"Silent until {at}", "Sounds again at once when pressed, or for anything red.")
        minutes = self._silence // timedelta(minutes=1)
        return SoundState("sound", "Sound on", f"Silences what is late for {minutes} min; red always sounds.")


def _red(floor: ChairsideView | None, now: datetime) -> bool:
    return floor is not None and any(i.urgency_at(now) is Urgency.RED and not i.seen for i in floor.queue)


def _key(line: DueItem) -> tuple[object, ...]:
    return line.encounter_id, line.text
