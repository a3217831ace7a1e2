"""How far the clock of this computer is from the one the clinic goes by.

On PostgreSQL that is the server's clock, on the file of one computer the latest time any operation was stamped with:
there a clock that went back shows, and one that goes ahead does not, because nothing else tells the time. Whatever else
is written with a wrong clock, a sign-in or words half typed, changes nothing in this; only somebody who confirms the
clock does, and then the operations since count.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from ketaclinic.db.chain import OPERATIONS
from ketaclinic.domain.changes import Op

_CONFIRMED = select(func.max(OPERATIONS.c.seq)).where(
    OPERATIONS.c.op == literal(Op.CONFIRM_CLOCK.value, literal_execute=True)  # written out, or its index is not seen
)
_NEWEST = (
    select(OPERATIONS.c.at)
    .where(OPERATIONS.c.seq >= func.coalesce(_CONFIRMED.scalar_subquery(), 0))
    .order_by(OPERATIONS.c.at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class ToldTime:
    """What the database says of the time.

    Attributes:
        newest: the latest time an operation was stamped with since a clock was confirmed; None in an empty database.
        server: what the server's clock shows; None for a file.
    """

    newest: datetime | None
    server: datetime | None = None


def told_time(session: Session, *, ask_server: bool = True) -> ToldTime:
    """The two times a station's clock is compared with."""
    newest = session.scalar(_NEWEST)
    if not ask_server or session.get_bind().dialect.name != "postgresql":
        return ToldTime(newest)
    return ToldTime(newest, session.scalar(select(func.clock_timestamp())))


def offset(told: ToldTime, now: datetime) -> timedelta:
    """How far a clock that shows `now` is ahead (negative: behind); nothing where nothing is known."""
    if told.server is not None:
        return now - told.server
    if told.newest is not None and told.newest > now:
        return now - told.newest
    return timedelta()


def clinic_now(told: ToldTime, now: datetime) -> datetime:
    """The present moment as every station of the clinic agrees on it: never before what was last written down."""
    here = now if told.server is None else told.server.astimezone(now.tzinfo)
    return here if told.newest is None else max(here, told.newest.astimezone(now.tzinfo))
