"""Who works when: usual shifts, shifts of one day and absences, entered and taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from ketaclinic.db import clinic as places
from ketaclinic.db import duty as duty_rows
from ketaclinic.db import duty_entries as rows
from ketaclinic.db import users as user_rows
from ketaclinic.db.store import Store, Writing
from ketaclinic.domain.changes import Op
from ketaclinic.domain.day_board import duty_spans
from ketaclinic.domain.duty import on_duty
from ketaclinic.domain.duty_entry import (
    LONGEST_REASON,
    clash,
    clash_finding,
    pattern_findings,
    shift_findings,
    stretch_findings,
)
from ketaclinic.domain.findings import Finding, Invalid, Refused, Severity
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.resources import Absence, DutySpan, Shift, ShiftPattern

Breaks = tuple[tuple[int, int], ...]
ShiftEntry = tuple[int, int, datetime, datetime] | tuple[int, int, datetime, datetime, Breaks]
"""A shift of one day as it is entered: user, location, starts, ends, and breaks in minutes of the day."""


def duty(store: Store, location_id: int, first: date, last: date, role: Role | None) -> tuple[DutySpan, ...]:
    """Who is really there, of one role or of all."""
    days = (last - first).days + 1
    with store.reading() as session:
        found = duty_rows.rosters(session, location_id, first, days)
        spans = [
            span
            for its, roster in found.items()
            if role is None or its is role
            for span in on_duty(roster, duty_rows.midnights(first, days))
        ]
        return duty_spans(spans, duty_rows.names(session, spans))


def add_patterns(
    store: Store, by: User, given: ShiftPattern, weekdays: Sequence[int], command_id: str
) -> tuple[ShiftPattern, ...]:
    """One usual shift on several weekdays, all of them or none."""
    wanted = [replace(given, weekday=weekday) for weekday in sorted(set(weekdays) or {given.weekday})]
    with store.writing(Op.EDIT_SHIFTS, by=by.id, command_id=command_id) as writing:
        session = writing.session
        if writing.earlier is not None:
            return tuple(rows.pattern(session, key) for key in writing.earlier["patterns"])
        places.location(session, given.location_id)
        name = user_rows.user(session, given.user_id).name
        for one in wanted:
            _check_pattern(writing, one, name)
        added = rows.add_patterns(session, wanted)
        writing.result = {"patterns": [one.id for one in added]}
        writing.detail = f"usual shifts of user {given.user_id} added"
        return added


def edit_pattern(store: Store, by: User, given: ShiftPattern) -> ShiftPattern:
    """Hours, dates, weeks and breaks of a usual shift changed, for every day it holds."""
    with store.writing(Op.EDIT_SHIFTS, by=by.id, detail=f"usual shift {given.id} changed") as writing:
        stands = rows.pattern(writing.session, given.id)
        wanted = replace(given, user_id=stands.user_id, location_id=stands.location_id)
        _check_pattern(writing, wanted, user_rows.user(writing.session, stands.user_id).name)
        return rows.save_pattern(writing.session, wanted)


def end_pattern(store: Store, by: User, pattern_id: int, version: int, last_day: date) -> ShiftPattern | None:
    """A usual shift with its last day, or taken out where it had not begun by then."""
    with store.writing(Op.EDIT_SHIFTS, by=by.id, detail=f"usual shift {pattern_id} ended") as writing:
        return rows.end_pattern(writing.session, pattern_id, version, last_day)


def add_shifts(store: Store, by: User, given: Sequence[ShiftEntry]) -> tuple[Shift, ...]:
    """Shifts of one day, all of them or none."""
    with store.writing(Op.EDIT_SHIFTS, by=by.id, detail=f"{len(given)} shifts") as writing:
        entered: list[Shift] = []
        for user_id, location_id, starts_at, ends_at, *rest in given:
            breaks: Breaks = rest[0] if rest else ()
            _refuse_first(tuple(shift_findings(starts_at, ends_at, breaks)))
            places.location(writing.session, location_id)
            _free_then(writing, user_rows.user(writing.session, user_id), starts_at, ends_at)
            entered.append(rows.add_shift(writing.session, user_id, location_id, starts_at, ends_at, breaks))
    return tuple(entered)


def edit_shift(store: Store, by: User, given: Shift) -> Shift:
    """Hours and breaks of a shift of one day changed."""
    _refuse_first(tuple(shift_findings(given.starts_at, given.ends_at, given.breaks)))
    with store.writing(Op.EDIT_SHIFTS, by=by.id, detail=f"shift {given.id} changed") as writing:
        stands = rows.shift(writing.session, given.id)
        user = user_rows.user(writing.session, stands.user_id)
        _free_then(writing, user, given.starts_at, given.ends_at, but=given.id)
        return rows.save_shift(writing.session, given)


def add_absence(
    store: Store, by: User, user_id: int, starts_at: datetime, ends_at: datetime, reason: str, command_id: str
) -> Absence:
    """Hours a user is away in spite of all that is entered."""
    reason = " ".join(reason.split())
    _refuse_first(tuple(stretch_findings(starts_at, ends_at, "An absence")))
    if len(reason) > LONGEST_REASON:
        raise Invalid("reason", f"A reason has at most {LONGEST_REASON} letters.")
    with store.writing(Op.EDIT_SHIFTS, by=by.id, command_id=command_id) as writing:
        if writing.earlier is not None:
            return rows.absence(writing.session, writing.earlier["absence"])
        user_rows.user(writing.session, user_id)
        added = rows.add_absence(writing.session, user_id, starts_at, ends_at, reason)
        writing.result, writing.detail = {"absence": added.id}, f"absence of user {user_id}"
        return added


def _check_pattern(writing: Writing, one: ShiftPattern, name: str) -> None:
    if findings := tuple(pattern_findings(one)):
        raise Refused(findings)
    other = clash(one, rows.patterns_of(writing.session, one.user_id))
    if other is not None:
        raise Refused([clash_finding(name, one, other)])


def _free_then(writing: Writing, user: User, starts_at: datetime, ends_at: datetime, but: int = 0) -> None:
    if rows.works_then(writing.session, user.id, starts_at, ends_at, but=but):
        sentence = f"{user.name} has a shift then already ({starts_at:%Y-%m-%d %H:%M}). No shift was entered."
        raise Refused([Finding("shift-overlaps", Severity.BLOCK, sentence, subject="starts_at")])


def _refuse_first(findings: tuple[Finding, ...]) -> None:
    """Raises Invalid at the field of the first finding."""
    if findings:
        raise Invalid(findings[0].subject, findings[0].message)
