"""The forms of who works when: usual shifts, shifts of one day, absences.

Each form looks ahead: what it would break among the visits booked is told before it is saved.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial

from PySide6.QtWidgets import QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.capacity_change import BrokenVisit, CapacityChange
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.repair import OutageKind
from ketaclinic.domain.resources import Absence, Location, Shift, ShiftPattern
from ketaclinic.ui import text
from ketaclinic.ui.form import Field
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.settings.broken import Foresight, repair_of
from ketaclinic.ui.screens.settings.form_dialog import FormDialog, Typed, wrong

_OFTEN = ((1, "Every week"), (2, "Every second week"), (3, "Every third week"), (4, "Every fourth week"))
_BREAK = (
    Field("break_from", "Break from", kind="time"),
    Field("break_until", "Break until", kind="time"),
)
_HOURS = (
    Field("starts_at", "From", kind="time", required=True),
    Field("ends_at", "To", kind="time", required=True),
)
_END_OF_DAY = time(0)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who may be entered, where and from when: what every form needs."""

    location: Location
    users: tuple[User, ...]
    monday: date

    def choices(self) -> tuple[tuple[int, str], ...]:
        """Those whose presence counts for visits first."""
        counts = {Role.NURSE: 0, Role.PRESCRIBER: 1}
        people = sorted((u for u in self.users if u.active), key=lambda u: (counts.get(u.role, 2), u.name))
        return tuple((user.id, f"{user.name} · {user.role.word}") for user in people)

    def name(self, user_id: int) -> str:
        """A user's name."""
        return next((user.name for user in self.users if user.id == user_id), "")


class DutyForms:
    """Opens them over a page; `done` hears a sentence when something was saved."""

    def __init__(self, context: ScreenContext, page: QWidget, done: Callable[[str], None]) -> None:
        self._context, self._page, self._done = context, page, done

    # -- usual shifts

    def add_usual(self, staff: Staff, user_id: int | None = None, weekday: int | None = None) -> None:
        """A usual shift on several weekdays at once."""
        service, by = self._context.services.clinic, self._context.user()

        def save(typed: Typed, command: str) -> tuple[ShiftPattern, ...]:
            return service.add_pattern(by, _pattern(staff, typed), _ticked(typed), command)

        def change(typed: Typed) -> CapacityChange:
            given = _pattern(staff, typed)
            return CapacityChange(patterns=tuple(replace(given, weekday=day) for day in _ticked(typed)))

        ticks = tuple(Field(f"day{n}", words, kind="yes", span=2) for n, words in enumerate(text.DAYS))
        dialog = FormDialog(
            self._context,
            "Add usual shift",
            (
                Field("user", "Who", kind="choice", choices=staff.choices(), span=8),
                Field("often", "How often", kind="choice", choices=_OFTEN, span=6),
                *(replace(field, span=4) for field in _HOURS),
                *(replace(field, span=3) for field in _BREAK),
                *ticks,
                *_dates(7),
            ),
            save,
            parent=self._page,
            values={
                **_usual_hours(staff.location),
                "user": user_id if user_id is not None else staff.choices()[0][0],
                "valid_from": staff.monday,
                **({} if weekday is None else {f"day{weekday}": True}),
            },
            check=_check_usual,
            subtitle="The same hours in the weeks that count, until a shift of one day or an absence says otherwise.",
            button="Add usual shift",
            columns=14,
            width=830,
            foresight=self._foresight(staff.location, change),
        )
        dialog.saved.connect(lambda saved: self._done(f"{text.count(len(saved), 'usual shift')} entered."))
        dialog.open()

    def edit_usual(self, staff: Staff, pattern: ShiftPattern) -> None:
        """Hours, break, weeks and dates of a usual shift."""
        service, by = self._context.services.clinic, self._context.user()

        def changed(typed: Typed) -> ShiftPattern:
            given = _pattern(staff, {**typed, "user": pattern.user_id})
            kept = given.breaks if len(pattern.breaks) <= 1 else (*given.breaks, *pattern.breaks[1:])
            return replace(given, id=pattern.id, version=pattern.version, weekday=pattern.weekday, breaks=kept)

        dialog = FormDialog(
            self._context,
            "Change usual shift",
            (*_HOURS, *_BREAK, Field("often", "How often", kind="choice", choices=_OFTEN, span=2), *_dates()),
            lambda typed, _command: service.edit_pattern(by, changed(typed)),
            parent=self._page,
            values={
                "starts_at": _time(pattern.starts),
                "ends_at": _time(pattern.ends),
                **_break_values(pattern.breaks),
                "often": pattern.every_weeks,
                "valid_from": pattern.valid_from,
                "valid_until": pattern.valid_until,
            },
            check=_check_hours,
            subtitle=f"{staff.name(pattern.user_id)}, {text.DAYS[pattern.weekday]}: every day it holds is changed.",
            button="Save usual shift",
            foresight=self._foresight(staff.location, lambda typed: CapacityChange(patterns=(changed(typed),))),
        )
        dialog.saved.connect(lambda _saved: self._done("Usual shift saved."))
        dialog.open()

    def end_usual(self, staff: Staff, pattern: ShiftPattern, last_day: date) -> None:
        """The last day of a usual shift."""
        service, by = self._context.services.clinic, self._context.user()

        def change(typed: Typed) -> CapacityChange:
            if typed["last_day"] < pattern.valid_from:
                return CapacityChange(patterns_removed=frozenset({pattern.id}))
            return CapacityChange(patterns=(replace(pattern, valid_until=typed["last_day"]),))

        dialog = FormDialog(
            self._context,
            "End usual shift",
            (Field("last_day", "Last day", kind="date", required=True, ages=False, span=2),),
            lambda typed, _command: service.end_pattern(by, pattern.id, pattern.version, typed["last_day"]),
            parent=self._page,
            values={"last_day": last_day},
            check=lambda typed: () if typed["last_day"] else (wrong("last_day", "Which day is the last?"),),
            subtitle=f"{staff.name(pattern.user_id)}, {text.DAYS[pattern.weekday]} "
            f"{text.span(_time(pattern.starts), _time(pattern.ends))}. What has been stays.",
            button="End usual shift",
            width=480,
            foresight=self._foresight(staff.location, change),
        )
        dialog.saved.connect(lambda _saved: self._done("Usual shift ended."))
        dialog.open()

    # -- shifts of one day

    def add_shifts(self, staff: Staff, user_id: int | None = None, day: date | None = None) -> None:
        """Shifts of this week's days, each in place of the usual one."""
        service, by = self._context.services.clinic, self._context.user()
        days = tuple(staff.monday + timedelta(days=number) for number in range(7))

        def wanted(typed: Typed) -> tuple[Shift, ...]:
            return tuple(
                Shift(0, typed["user"], staff.location.id, *_stretch(days[n], typed), breaks=_breaks(typed))
                for n in _ticked(typed)
            )

        def save(typed: Typed, _command: str) -> tuple[Shift, ...]:
            return service.add_shifts(
                by, [(s.user_id, s.location_id, s.starts_at, s.ends_at, s.breaks) for s in wanted(typed)]
            )

        values = _usual_hours(staff.location)
        if day is not None:
            values[f"day{day.weekday()}"] = True
        dialog = FormDialog(
            self._context,
            "Add shifts",
            (
                Field("user", "Who", kind="choice", choices=staff.choices(), span=4),
                *_HOURS,
                *_BREAK,
                *(Field(f"day{number}", text.weekday_day(day), kind="yes") for number, day in enumerate(days)),
            ),
            save,
            parent=self._page,
            values={**values, "user": user_id if user_id is not None else staff.choices()[0][0]},
            check=_check_days,
            subtitle=f"Week of {text.full_day(staff.monday)}. On a day that is ticked, these hours stand in place of "
            "the usual shift.",
            button="Add shifts",
            columns=4,
            width=720,
            foresight=self._foresight(staff.location, lambda typed: CapacityChange(shifts=wanted(typed))),
        )
        dialog.saved.connect(lambda saved: self._done(f"{text.count(len(saved), 'shift')} entered."))
        dialog.open()

    def edit_shift(self, staff: Staff, shift: Shift) -> None:
        """Hours and break of a shift of one day."""
        service, by = self._context.services.clinic, self._context.user()

        def changed(typed: Typed) -> Shift:
            starts, ends = _stretch(shift.starts_at.date(), typed)
            kept = _breaks(typed) if len(shift.breaks) <= 1 else (*_breaks(typed), *shift.breaks[1:])
            return replace(shift, starts_at=starts, ends_at=ends, breaks=kept)

        dialog = FormDialog(
            self._context,
            "Change shift",
            (*_HOURS, *_BREAK),
            lambda typed, _command: service.edit_shift(by, changed(typed)),
            parent=self._page,
            values={
                "starts_at": shift.starts_at.time(),
                "ends_at": shift.ends_at.time(),
                **_break_values(shift.breaks),
            },
            check=_check_hours,
            subtitle=f"{staff.name(shift.user_id)}, {text.full_day(shift.starts_at.date())}",
            button="Save shift",
            foresight=self._foresight(staff.location, lambda typed: CapacityChange(shifts=(changed(typed),))),
        )
        dialog.saved.connect(lambda _saved: self._done("Shift saved."))
        dialog.open()

    # -- absences

    def add_absence(self, staff: Staff, user_id: int | None = None, day: date | None = None) -> None:
        """Hours or days somebody is away."""
        service, by = self._context.services.clinic, self._context.user()

        def wanted(typed: Typed) -> Absence:
            return Absence(0, typed["user"], *_away(typed), reason=typed["reason"])

        def save(typed: Typed, command: str) -> Absence:
            given = wanted(typed)
            return service.add_absence(by, given.user_id, given.starts_at, given.ends_at, given.reason, command)

        dialog = FormDialog(
            self._context,
            "Add absence",
            (
                Field("user", "Who", kind="choice", choices=staff.choices(), span=2),
                Field("day", "First day", kind="date", required=True, placeholder="24 Dec 2026", ages=False),
                Field("starts_at", "From", kind="time", hint="Empty: from the start of the day."),
                Field("last_day", "Last day", kind="date", placeholder="The same day", ages=False),
                Field("ends_at", "Until", kind="time", hint="Empty: to the end of the day."),
                Field("reason", "Reason", span=2, placeholder="Sick, leave, course, …"),
            ),
            save,
            parent=self._page,
            values={"user": user_id if user_id is not None else staff.choices()[0][0], "day": day or self._today()},
            check=_check_away,
            subtitle="Away in spite of shifts and usual shifts, at every location.",
            button="Add absence",
            foresight=Foresight(
                partial(self._broken, staff.location.id, lambda typed: CapacityChange(absences=(wanted(typed),))),
                repair=lambda typed, broken: _repair_args(staff, wanted(typed), broken),
            ),
        )
        dialog.saved.connect(lambda _saved: self._done("Absence entered."))
        dialog.open()

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()

    # -- looking ahead

    def _foresight(self, location: Location, change: Callable[[Typed], CapacityChange]) -> Foresight:
        return Foresight(partial(self._broken, location.id, change))

    def _broken(
        self, location_id: int, change: Callable[[Typed], CapacityChange], typed: Typed
    ) -> tuple[BrokenVisit, ...]:
        return self._context.services.clinic.would_break(self._context.user(), location_id, change(typed))


def _dates(span: int = 1) -> tuple[Field, ...]:
    since = Field("valid_from", "From which day", kind="date", required=True, ages=False)
    until = Field("valid_until", "Last day", kind="date", placeholder="Until further notice", ages=False)
    return replace(since, span=span), replace(until, span=span)


def _usual_hours(location: Location) -> dict[str, object]:
    return {
        "starts_at": min((h.opens for h in location.hours), default=time(8)),
        "ends_at": max((h.closes for h in location.hours), default=time(17)),
    }


def _pattern(staff: Staff, typed: Typed) -> ShiftPattern:
    return ShiftPattern(
        0,
        typed["user"],
        staff.location.id,
        0,
        _minutes(typed["starts_at"]),
        _minutes(typed["ends_at"]) or 24 * 60,
        typed["valid_from"],
        _breaks(typed),
        typed["often"],
        typed["valid_until"],
    )


def _ticked(typed: Mapping[str, object]) -> tuple[int, ...]:
    return tuple(number for number in range(7) if typed.get(f"day{number}"))


def _stretch(day: date, typed: Typed) -> tuple[datetime, datetime]:
    """Hours of a day; midnight at the end is that of the next."""
    starts, ends = datetime.combine(day, typed["starts_at"]), datetime.combine(day, typed["ends_at"])
    return starts, ends + timedelta(days=1) if typed["ends_at"] == _END_OF_DAY else ends


def _breaks(typed: Typed) -> tuple[tuple[int, int], ...]:
    if typed["break_from"] is None:
        return ()
    return ((_minutes(typed["break_from"]), _minutes(typed["break_until"])),)


def _break_values(breaks: Sequence[tuple[int, int]]) -> dict[str, time]:
    return {"break_from": _time(breaks[0][0]), "break_until": _time(breaks[0][1])} if breaks else {}


def _away(typed: Typed) -> tuple[datetime, datetime]:
    last = typed["last_day"] or typed["day"]
    starts = datetime.combine(typed["day"], typed["starts_at"] or time())
    if typed["ends_at"] is None:
        return starts, datetime.combine(last + timedelta(days=1), time())
    return starts, datetime.combine(last, typed["ends_at"])


def _repair_args(staff: Staff, absence: Absence, broken: Sequence[BrokenVisit]) -> dict[str, object]:
    """What opens the first day concerned, to be repaired around the absence."""
    roles = {user.id: user.role for user in staff.users}
    kind = OutageKind.PRESCRIBER if roles.get(absence.user_id) is Role.PRESCRIBER else OutageKind.NURSE
    return repair_of(broken, (kind, absence.user_id), (absence.starts_at, absence.ends_at), absence.reason)


def _check_hours(typed: Typed) -> tuple[Finding, ...]:
    words = {"starts_at": "From what time?", "ends_at": "Until what time?", "valid_from": "From which day on?"}
    found = [wrong(name, said) for name, said in words.items() if name in typed and typed[name] is None]
    if (typed["break_from"] is None) != (typed["break_until"] is None):
        field = "break_from" if typed["break_from"] is None else "break_until"
        found.append(wrong(field, "A break needs both its beginning and its end."))
    return tuple(found)


def _check_days(typed: Typed) -> tuple[Finding, ...]:
    none = () if _ticked(typed) else (wrong("day0", "Tick at least one day."),)
    return (*_check_hours(typed), *none)


def _check_usual(typed: Typed) -> tuple[Finding, ...]:
    return _check_days(typed)


def _check_away(typed: Typed) -> Iterable[Finding]:
    if typed["day"] is None:
        yield wrong("day", "From which day on?")
    elif typed["last_day"] is not None and typed["last_day"] < typed["day"]:
        yield wrong("last_day", "The last day is before the first.")


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
