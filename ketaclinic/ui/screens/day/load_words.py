"""The nurses' load in words: how many, and who."""

from collections.abc import Sequence
from dataclasses import dataclass

from ketaclinic.domain.appointments import FREES_THE_CHAIR, Card
from ketaclinic.domain.nurse_load import STEP, nurse_use
from ketaclinic.domain.resources import DutySpan
from ketaclinic.domain.schedule import DayView, LoadPoint
from ketaclinic.ui.screens.day.geometry import at_minute, clock, minute_of

_MOST_NAMES = 6


@dataclass(frozen=True, slots=True)
class LoadPeople:
    """Who is behind the numbers of one minute.

    Attributes:
        on_duty: empty where the usual number counts.
    """

    in_setup: tuple[str, ...]
    monitored: tuple[str, ...]
    on_duty: tuple[str, ...]


def people_at(view: DayView, minute: int) -> LoadPeople:
    """Which patients are in set-up or monitored at a minute of the day, and which nurses are there."""
    in_setup: list[str] = []
    monitored: list[str] = []
    for card in view.cards:
        use = _use_of(card, view)
        if use is None:
            continue
        setup, ends, leaves = use
        if setup <= minute < ends:
            in_setup.append(card.patient_name)
        elif ends <= minute < leaves:
            monitored.append(card.patient_name)
    return LoadPeople(tuple(in_setup), tuple(monitored), nurses_at(view.duty, view, minute))


def nurses_at(duty: Sequence[DutySpan], view: DayView, minute: int) -> tuple[str, ...]:
    """The nurses who are there at a minute, each once, by name."""
    at = at_minute(view.day, minute)
    return tuple(sorted({span.name for span in duty if span.starts_at <= at < span.ends_at}))


def _use_of(card: Card, view: DayView) -> tuple[int, int, int] | None:
    """When the set-up begins, when it ends, and when the patient leaves, in minutes of the day."""
    a = card.appointment
    if a.status in FREES_THE_CHAIR or a.nurse_needs is None:
        return None
    use = nurse_use(minute_of(a.starts_at, view.day), a.phases, a.nurse_needs)
    return use.setup_starts, use.setup_ends, use.leaves


def load_words(point: LoadPoint) -> str:
    """The load in one line: "10:45 · 1 in set-up · 3 monitored · 2 on duty"."""
    words = f"{clock(point.at)} · {point.in_setup} in set-up · {point.monitored} monitored · {point.on_duty} on duty"
    return words if point.capacity_ok else f"{words} · not enough nurses"


def who_words(view: DayView, point: LoadPoint) -> str:
    """The load and the names behind it, a line for each kind."""
    people = people_at(view, point.at)
    lines = [load_words(point)]
    if people.in_setup:
        lines.append(f"In set-up: {_names(people.in_setup)}")
    if people.monitored:
        lines.append(f"Monitored: {_names(people.monitored)}")
    if people.on_duty:
        lines.append(f"On duty: {_names(people.on_duty)}")
    elif point.on_duty:
        lines.append("On duty: the usual number, no shifts entered" if not view.duty else "On duty: not by name")
    return "\n".join(lines)


def overloaded(load: Sequence[LoadPoint]) -> list[tuple[int, int]]:
    """Stretches with too few nurses, in minutes of the day."""
    found: list[tuple[int, int]] = []
    for point in load:
        if point.capacity_ok:
            continue
        ends = point.at + STEP
        if found and found[-1][1] == point.at:
            found[-1] = (found[-1][0], ends)
        else:
            found.append((point.at, ends))
    return found


def strip_words(load: Sequence[LoadPoint]) -> str:
    """The day's load in a sentence, for who cannot see the strip."""
    short = overloaded(load)
    if not short:
        return "Enough nurses all day"
    spans = ", ".join(f"{clock(begins)} to {clock(ends)}" for begins, ends in short)
    return f"Too few nurses {spans}"


def _names(names: Sequence[str]) -> str:
    shown = "; ".join(names[:_MOST_NAMES])
    return f"{shown} and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else shown
