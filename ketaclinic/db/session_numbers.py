"""The number a visit has in its course: given when its infusion starts; before that, the one it would be given.

Visits count in the order of their days, so that no two of a course read "5 of 6" and what the desk reads does not jump
at the start. A session that was missed keeps its number free until another visit stands for it: a cancellation alone
renumbers nothing.
"""

from sqlalchemy import ColumnElement, and_, case, distinct, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from ketaclinic.db.models import AppointmentRow
from ketaclinic.domain.courses import LOST

_other, _stand_in = aliased(AppointmentRow), aliased(AppointmentRow)
_is_lost = _other.status.in_(sorted(LOST))
_mine_is_lost = AppointmentRow.status.in_(sorted(LOST))
_earlier = or_(
    _other.starts_at < AppointmentRow.starts_at,
    and_(_other.starts_at == AppointmentRow.starts_at, _other.id < AppointmentRow.id),
)
# A visit that is lost keeps the number it had on its day, whatever is given later.
_kept_before = and_(
    ~_is_lost,
    _other.id != AppointmentRow.id,
    or_(_earlier, and_(_other.session_number.is_not(None), ~_mine_is_lost)),
)
_made_up_for = exists().where(
    _stand_in.series_id == _other.series_id,
    _stand_in.position == _other.position,
    _stand_in.status.not_in(sorted(LOST)),
)
_free_before = and_(_is_lost, _earlier, _other.position != AppointmentRow.position, ~_made_up_for)
_counted = (
    select(
        func.min(_other.position)
        + func.count(case((_kept_before, 1)))
        + func.count(distinct(case((_free_before, _other.position))))
    )
    .where(_other.series_id == AppointmentRow.series_id)
    .correlate(AppointmentRow)
    .scalar_subquery()
)

NUMBER: ColumnElement[int] = func.coalesce(AppointmentRow.session_number, _counted)
"""Column for a select over appointments; what is given already asks nothing more."""


def next_number(session: Session, series_id: int) -> int:
    """The number of the infusion that starts now: one more than were started, counted on from an earlier course."""
    started = func.count(AppointmentRow.session_number)
    statement = select(func.min(AppointmentRow.position) + started).where(AppointmentRow.series_id == series_id)
    return session.scalar(statement) or 1
