"""Usual shifts, shifts of one day and absences as they are entered: rows in, domain values out."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import AbsenceRow, ShiftPatternRow, ShiftRow, UserRow
from ketaclinic.domain.duty import LONGEST_STRETCH_DAYS, breaks_of
from ketaclinic.domain.findings import NotFound, Stale
from ketaclinic.domain.people import Role
from ketaclinic.domain.resources import Absence, Shift, ShiftPattern

Breaks = tuple[tuple[int, int], ...]
_STALE = "Someone else changed this shift meanwhile. Nothing was saved: look at it again first."
_GONE = "This shift is not there any more. Nothing was changed."


# usual shifts


def patterns(session: Session, location_id: int, since: date) -> tuple[ShiftPattern, ...]:
    """Usual shifts at a location that are not over by a day, by user, weekday and hour."""
    statement = (
        select(ShiftPatternRow)
        .where(
            ShiftPatternRow.location_id == location_id,
            or_(ShiftPatternRow.valid_until.is_(None), ShiftPatternRow.valid_until >= since),
        )
        .order_by(ShiftPatternRow.user_id, ShiftPatternRow.weekday, ShiftPatternRow.starts, ShiftPatternRow.id)
    )
    return tuple(pattern_value(row) for row in session.scalars(statement))


def patterns_of(session: Session, user_id: int) -> tuple[ShiftPattern, ...]:
    """All usual shifts of a user, at every location."""
    rows = session.scalars(select(ShiftPatternRow).where(ShiftPatternRow.user_id == user_id))
    return tuple(pattern_value(row) for row in rows)


def pattern(session: Session, pattern_id: int) -> ShiftPattern:
    """The usual shift. Raises NotFound."""
    row = session.get(ShiftPatternRow, pattern_id)
    if row is None:
        raise NotFound(_GONE)
    return pattern_value(row)


def add_patterns(session: Session, given: Sequence[ShiftPattern]) -> tuple[ShiftPattern, ...]:
    """New usual shifts."""
    rows = [ShiftPatternRow(user_id=one.user_id, location_id=one.location_id) for one in given]
    for row, one in zip(rows, given, strict=True):
        _fill(row, one)
    session.add_all(rows)
    session.flush()
    return tuple(pattern_value(row) for row in rows)


def save_pattern(session: Session, given: ShiftPattern) -> ShiftPattern:
    """The usual shift with its hours, dates, weeks and breaks as given. Raises NotFound, Stale."""
    row = _pattern_row(session, given.id, given.version)
    _fill(row, given)
    session.flush()
    return pattern_value(row)


def end_pattern(session: Session, pattern_id: int, version: int, last_day: date) -> ShiftPattern | None:
    """The usual shift with its last day; None where it had not begun by then and is taken out. Raises as above."""
    row = _pattern_row(session, pattern_id, version)
    if last_day < row.valid_from:
        session.delete(row)
        return None
    row.valid_until = last_day
    session.flush()
    return pattern_value(row)


def _pattern_row(session: Session, pattern_id: int, version: int) -> ShiftPatternRow:
    row = session.get(ShiftPatternRow, pattern_id)
    if row is None:
        raise NotFound(_GONE)
    if row.version != version:
        raise Stale(_STALE)
    return row


def _fill(row: ShiftPatternRow, given: ShiftPattern) -> None:
    row.weekday, row.starts, row.ends = given.weekday, given.starts, given.ends
    row.every_weeks, row.valid_from, row.valid_until = given.every_weeks, given.valid_from, given.valid_until
    row.breaks = [list(one) for one in sorted(given.breaks)]


def pattern_value(row: ShiftPatternRow) -> ShiftPattern:
    """A row as a domain value."""
    return ShiftPattern(
        row.id,
        row.user_id,
        row.location_id,
        row.weekday,
        row.starts,
        row.ends,
        row.valid_from,
        breaks_of(row.breaks),
        row.every_weeks,
        row.valid_until,
        row.version,
    )


# shifts of one day


def shifts(session: Session, location_id: int, first: date, last: date) -> tuple[Shift, ...]:
    """Shifts that touch the days from `first` to `last`."""
    opens, ends = _midnights(first, last)
    statement = select(ShiftRow).where(
        ShiftRow.location_id == location_id,
        ShiftRow.starts_at > opens - timedelta(days=1),
        ShiftRow.starts_at < ends,
        ShiftRow.ends_at > opens,
    )
    return tuple(shift_value(row) for row in session.scalars(statement.order_by(ShiftRow.starts_at, ShiftRow.id)))


def shift(session: Session, shift_id: int) -> Shift:
    """The shift of one day. Raises NotFound."""
    row = session.get(ShiftRow, shift_id)
    if row is None:
        raise NotFound(_GONE)
    return shift_value(row)


def add_shift(
    session: Session, user_id: int, location_id: int, starts_at: datetime, ends_at: datetime, breaks: Breaks = ()
) -> Shift:
    """A new shift of one day."""
    row = ShiftRow(
        user_id=user_id,
        location_id=location_id,
        starts_at=starts_at,
        ends_at=ends_at,
        breaks=[list(one) for one in sorted(breaks)],
    )
    session.add(row)
    session.flush()
    return shift_value(row)


def save_shift(session: Session, given: Shift) -> Shift:
    """The shift with hours and breaks as given. Raises NotFound, Stale."""
    row = session.get(ShiftRow, given.id)
    if row is None:
        raise NotFound(_GONE)
    if row.version != given.version:
        raise Stale(_STALE)
    row.starts_at, row.ends_at = given.starts_at, given.ends_at
    row.breaks = [list(one) for one in sorted(given.breaks)]
    session.flush()
    return shift_value(row)


def remove_shift(session: Session, shift_id: int) -> None:
    """Takes a shift out. Raises NotFound."""
    row = session.get(ShiftRow, shift_id)
    if row is None:
        raise NotFound(_GONE)
    session.delete(row)


def works_then(session: Session, user_id: int, starts_at: datetime, ends_at: datetime, *, but: int = 0) -> bool:
    """Whether the user has a shift of one day that overlaps these hours, besides the one numbered `but`."""
    statement = select(ShiftRow.id).where(
        ShiftRow.user_id == user_id, ShiftRow.starts_at < ends_at, ShiftRow.ends_at > starts_at, ShiftRow.id != but
    )
    return session.scalar(statement.limit(1)) is not None


def shift_value(row: ShiftRow) -> Shift:
    """A row as a domain value."""
    return Shift(
        row.id, row.user_id, row.location_id, row.starts_at, row.ends_at, breaks_of(row.breaks), version=row.version
    )


# absences


def absences(session: Session, first: date, last: date, users: frozenset[int] | None = None) -> tuple[Absence, ...]:
    """Absences that touch the days from `first` to `last`, by start; of everybody, or of these users."""
    opens, ends = _midnights(first, last)
    statement = select(AbsenceRow).where(
        AbsenceRow.starts_at > opens - timedelta(days=LONGEST_STRETCH_DAYS + 1),
        AbsenceRow.starts_at < ends,
        AbsenceRow.ends_at > opens,
    )
    if users is not None:
        statement = statement.where(AbsenceRow.user_id.in_(sorted(users)))
    return tuple(absence_value(row) for row in session.scalars(statement.order_by(AbsenceRow.starts_at, AbsenceRow.id)))


def absence(session: Session, absence_id: int) -> Absence:
    """The absence. Raises NotFound."""
    row = session.get(AbsenceRow, absence_id)
    if row is None:
        raise NotFound("This absence is not there any more. Nothing was changed.")
    return absence_value(row)


def add_absence(session: Session, user_id: int, starts_at: datetime, ends_at: datetime, reason: str) -> Absence:
    """A new absence."""
    row = AbsenceRow(user_id=user_id, starts_at=starts_at, ends_at=ends_at, reason=reason)
    session.add(row)
    session.flush()
    return absence_value(row)


def remove_absence(session: Session, absence_id: int) -> None:
    """The user is back. Raises NotFound."""
    row = session.get(AbsenceRow, absence_id)
    if row is None:
        raise NotFound("This absence is not there any more. Nothing was changed.")
    session.delete(row)


def absence_value(row: AbsenceRow) -> Absence:
    """A row as a domain value."""
    return Absence(row.id, row.user_id, row.starts_at, row.ends_at, row.reason, row.version)


def roles(session: Session, users: Iterable[int]) -> dict[int, Role]:
    """The role of each of some users who may sign in."""
    asked = sorted(set(users))
    if not asked:
        return {}
    rows = session.execute(select(UserRow.id, UserRow.role).where(UserRow.id.in_(asked), UserRow.active))
    return {row.id: Role(row.role) for row in rows}


def _midnights(first: date, last: date) -> tuple[datetime, datetime]:
    return datetime.combine(first, time.min), datetime.combine(last + timedelta(days=1), time.min)
