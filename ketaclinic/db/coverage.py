"""Whether order and consent reach to the end of the sessions planned; nothing clinical in the words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.orm import Session

from ketaclinic.db.gates import SIGNED_ORDERS
from ketaclinic.db.models import ConsentRow
from ketaclinic.domain.booking_situation import day_name
from ketaclinic.domain.findings import Finding, Severity

_ANY_CONSENT = select(func.max(ConsentRow.expires_on)).where(
    ConsentRow.patient_id == bindparam("patient", type_=BigInteger), ConsentRow.withdrawn_on.is_(None)
)
_CONSENT = _ANY_CONSENT.where(ConsentRow.revision == bindparam("revision", type_=BigInteger))


@dataclass(frozen=True, slots=True)
class Cover:
    """How far a patient's papers reach: signed orders of one protocol as (last day, sessions left), and the consent."""

    orders: tuple[tuple[date, int], ...] = ()
    consent_until: date | None = None

    def findings(self, days: Sequence[date]) -> tuple[Finding, ...]:
        """A warning for the first session that no order covers, and for the first after the consent has ended.

        Where there is no order or no consent at all nothing is said: the card of each visit shows that.
        """
        return (*self._orders(days), *self._consent(days))

    def _orders(self, days: Sequence[date]) -> tuple[Finding, ...]:
        if not self.orders:
            return ()
        for number, day in enumerate(days, start=1):
            if any(until >= day and left >= number for until, left in self.orders):
                continue
            standing = [left for until, left in self.orders if until >= day]
            if standing:
                left = max(*standing, 0)
                text = f"The order has {_count(left)} left; {len(days)} {'is' if len(days) == 1 else 'are'} planned."
                return (Finding("order-left", Severity.WARN, text, subject=f"session {number}"),)
            until = max(until for until, _ in self.orders)
            text = f"The order ends on {day_name(until)}, before session {number} on {day_name(day)}."
            return (Finding("order-ends", Severity.WARN, text, subject=f"session {number}"),)
        return ()

    def _consent(self, days: Sequence[date]) -> tuple[Finding, ...]:
        until = self.consent_until
        if until is None:
            return ()
        late = next((number for number, day in enumerate(days, start=1) if day > until), None)
        if late is None:
            return ()
        text = f"The consent ends on {day_name(until)}, before session {late} on {day_name(days[late - 1])}."
        return (Finding("consent-ends", Severity.WARN, text, subject=f"session {late}"),)


def cover_of(session: Session, patient_id: int, protocol_id: str, revision: int | None) -> Cover:
    """How far a patient's signed orders of a protocol and the consent reach.

    Args:
        session: to read with.
        patient_id: whose.
        protocol_id: of the sessions planned.
        revision: of the consent text in force; None where there is none, and then any revision counts.
    """
    connection = session.connection()
    orders = connection.execute(SIGNED_ORDERS, {"patient": patient_id, "protocol": protocol_id})
    reach = tuple((order.expires_on, order.left) for order in orders)
    statement = _ANY_CONSENT if revision is None else _CONSENT
    return Cover(reach, connection.execute(statement, {"patient": patient_id, "revision": revision}).scalar())


def _count(sessions: int) -> str:
    return "no session" if sessions == 0 else f"{sessions} session{'s' * (sessions != 1)}"
