"""The machine's own book: what must be stored after everything that was done, undone and done again.

A rule of the machine does something with the program and tells the book what it must have come to, with `done`; undo
and redo need nothing more. Further rules (a series repaired, a day repaired) do the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ketaclinic.clock import FixedClock
from ketaclinic.domain.findings import Refused, Stale
from ketaclinic.domain.people import User


@dataclass(frozen=True)
class Place:
    """A visit as the machine believes it is stored."""

    chair: int
    starts: datetime
    status: str
    minutes: int


@dataclass
class Deed:
    """One thing done: how each visit it touched was before and after (None where there was none)."""

    before: dict[int, Place | None]
    after: dict[int, Place | None]
    holds: bool = False  # it was a hold and nothing else
    alone: bool = False  # it touched nothing but these visits


@dataclass
class DeskBook:
    """Visits by id, when holds run out, and for each user what can be undone and done again."""

    clock: FixedClock
    visits: dict[int, Place] = field(default_factory=dict)
    until: dict[int, datetime] = field(default_factory=dict)
    undo: dict[int, list[Deed]] = field(default_factory=dict)
    redo: dict[int, list[Deed]] = field(default_factory=dict)

    def done(self, by: User, after: Mapping[int, Place], *, holds: bool = False, alone: bool = False) -> None:
        """Something that can be undone was saved; holds that had run out by then have lapsed in passing."""
        everything: dict[int, Place | None] = {**self._lapsing(), **after}
        before = {visit: self.visits.get(visit) for visit in everything}
        self.undo.setdefault(by.id, []).append(Deed(before, dict(everything), holds, alone))
        self.redo[by.id] = []
        self._set(everything)

    def changed(self, after: Mapping[int, Place]) -> None:
        """Something that cannot be undone was saved."""
        self._set({**self._lapsing(), **after})

    def take_back(self, by: User, deed: Callable[[User], object], *, redo: bool) -> str:
        """Undoes or redoes with the program and then in this book; answers the program's refusal, or nothing."""
        source, target = (self.redo, self.undo) if redo else (self.undo, self.redo)
        stack = source.setdefault(by.id, [])
        while stack and stack[-1].holds and self._all_lapsed(stack[-1]):
            stack.pop()
        try:
            deed(by)
        except Refused as refused:
            return str(refused)
        except Stale as stale:
            top = stack[-1]
            touched = any(self.visits.get(visit) != place for visit, place in top.after.items())
            assert touched or not top.alone, "nobody has changed these visits since"
            return str(stale)
        taken = stack.pop()
        # What is written back, and what lapses again because its time is over, is one deed.
        restored = {**self.visits, **{visit: place for visit, place in taken.before.items() if place is not None}}
        again = {
            visit: Place(place.chair, place.starts, "lapsed", place.minutes)
            for visit, place in restored.items()
            if place.status == "held" and self.until[visit] <= self.clock.at and taken.before.get(visit, place)
        }
        after = {**taken.before, **again}
        before = {visit: self.visits.get(visit) for visit in after}
        target.setdefault(by.id, []).append(Deed(before, dict(after), taken.holds, taken.alone))
        self._set(after)
        return ""

    def empty(self, by: User, *, redo: bool) -> bool:
        """Whether there is nothing to undo, or to do again."""
        stack = (self.redo if redo else self.undo).get(by.id, [])
        return all(deed.holds and self._all_lapsed(deed) for deed in stack)

    def pick(self, number: int) -> int:
        """Some visit."""
        return sorted(self.visits)[number % len(self.visits)]

    def _all_lapsed(self, deed: Deed) -> bool:
        there = [self.visits[visit] for visit in deed.before if visit in self.visits]
        return bool(there) and all(place.status == "lapsed" for place in there)

    def _lapsing(self) -> dict[int, Place]:
        return {
            visit: Place(place.chair, place.starts, "lapsed", place.minutes)
            for visit, place in self.visits.items()
            if place.status == "held" and self.until[visit] <= self.clock.at
        }

    def _set(self, places: Mapping[int, Place | None]) -> None:
        for visit, place in places.items():
            if place is None:
                self.visits.pop(visit, None)
            else:
                self.visits[visit] = place
