"""What a rule answers, and how a refusal travels to the person who asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: nothing passes a block, an override needs a second person, a warning informs."""

    BLOCK = "block"
    OVERRIDE = "override"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's answer with its reason.

    Attributes:
        code: stable name of the reason, e.g. ``chair-busy``; overrides are logged by it.
        severity: block, override or warn.
        message: one sentence for the user.
        override_roles: names of the roles (`people.Role` values) that may override; empty for block and warn.
        subject: what it is about, e.g. a field or item name, so that a form can show it in place.
        action: what to do now, for clinical alerts; may be empty.
    """

    code: str
    severity: Severity
    message: str
    override_roles: tuple[str, ...] = ()
    subject: str = ""
    action: str = ""


class ClinicError(Exception):
    """Something the user must know: its text is the sentence to show."""


class Refused(ClinicError):
    """A rule said no; carries every finding, the first blocking one as its sentence."""

    def __init__(self, findings: Iterable[Finding], sentence: str = "") -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__(sentence or " ".join(f.message for f in self.findings if f.severity is not Severity.WARN))


class Invalid(ClinicError):
    """What was typed cannot be taken; `field` names the place where it was typed."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


class NotAllowed(ClinicError):
    """The signed-in user's role may not do this."""


class NotFound(ClinicError):
    """What was asked for is not there."""


class Stale(ClinicError):
    """Someone else changed it meanwhile; nothing was saved."""


class StoreUnusable(ClinicError):
    """The database cannot be opened, or is not sound."""


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that stop the act as it stands (blocks, and overrides nobody has given)."""
    return tuple(f for f in findings if f.severity is not Severity.WARN)
