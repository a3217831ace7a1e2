"""Booking rules overridden inside a transaction: what is accepted; who gave it is written down with the visit."""

from collections.abc import Iterable

from ketaclinic.db.overrides import record
from ketaclinic.domain.findings import Finding, Refused
from ketaclinic.domain.overrides import BookingOverride, unsettled
from ketaclinic.domain.people import User

__all__ = ["accept", "record"]


def accept(findings: Iterable[Finding], overrides: Iterable[BookingOverride], by: User) -> None:
    """Lets an act go on when every finding is a warning or settled by an override.

    Raises:
        Refused: something blocks, or an override is asked for that nobody has given; it carries every finding.
    """
    found = tuple(findings)
    left = unsettled(found, overrides, by)
    if left:
        raise Refused(found, " ".join(finding.message for finding in left))
