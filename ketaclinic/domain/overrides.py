"""Booking rules overridden one by one: by code, with a reason, and by the word of a second person of the right role."""

from collections.abc import Iterable
from dataclasses import dataclass

from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.people import User

SHORTEST_REASON = 15
"""Letters a reason has at least (`clinical.md` 9)."""

REVIEWED = frozenset({"gap-long", "window-long"})
"""What the desk may accept with a reason alone: it becomes a task for the prescriber (`clinical.md` 8.2)."""

SPACING = REVIEWED | {"gap-short"}
"""What lies between the visits of a course and not in one of them."""


@dataclass(frozen=True, slots=True)
class BookingOverride:
    """One finding somebody takes upon themselves.

    Attributes:
        code: of the finding.
        reason: fifteen letters or more.
        approver: the second person, signed in with their own PIN; None where the finding becomes a review task.
    """

    code: str
    reason: str
    approver: User | None = None


def given_for(finding: Finding, overrides: Iterable[BookingOverride], by: User) -> BookingOverride | None:
    """The override that settles a finding; None when none of them does."""
    if finding.severity is not Severity.OVERRIDE:
        return None
    for override in overrides:
        if override.code != finding.code or len("".join(override.reason.split())) < SHORTEST_REASON:
            continue
        second = override.approver
        if finding.code in REVIEWED and second is None:
            return override
        if second is not None and second.id != by.id and second.role.value in finding.override_roles:
            return override
    return None


def unsettled(findings: Iterable[Finding], overrides: Iterable[BookingOverride], by: User) -> tuple[Finding, ...]:
    """The findings that still stop the act: blocks, and overrides nobody has given."""
    given = tuple(overrides)
    return tuple(f for f in findings if f.severity is not Severity.WARN and given_for(f, given, by) is None)
