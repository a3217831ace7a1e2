"""Whether a patient is cleared for the next booking, and whether tests are due (`clinical.md` 3, 8.5 and 9, row 15).

New urinary symptoms may be the first sign of a cystitis that further ketamine makes worse: until a prescriber has
looked, a further visit needs the prescriber's word. What is booked already stays booked, and shows it. The desk reads
that there is something to clear and never what.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.people import Role
from ketaclinic.domain.tasks import CLINICAL_CALL, HOLDS_BOOKING, LABS_DUE, REVIEW_RESPONSE, REVIEW_URINARY

CLEARANCE = "clearance"
"""Code of the booking rule, and of the badge."""
NEEDS_A_CALL = "clinician's call"
"""Code of the badge of who is to be called by a clinician."""

FLAGGED = HOLDS_BOOKING | {CLINICAL_CALL}
"""Kinds of tasks that show as a flag while they are open."""

NEEDS_CLEARANCE = "This patient needs the prescriber's clearance before the next booking."
LABS_TEXT = "Tests are due for this patient before the next session."
"""What every role reads of the task: nothing of why."""

_PRESCRIBER = (Role.PRESCRIBER.value,)


class Clearance(StrEnum):
    """How a patient stands for booking, as far as the desk may know."""

    CLEARED = "cleared"
    NEEDS_CALL = "needs_call"
    NOT_CLEARED = "not_cleared"

    @property
    def word(self) -> str:
        """As it is written on screen."""
        return {"cleared": "Cleared", "needs_call": "Needs a call", "not_cleared": "Not cleared"}[self.value]

    @property
    def badge(self) -> str:
        """Code among what is missing on a card; "" for who is cleared."""
        return {"cleared": "", "needs_call": NEEDS_A_CALL, "not_cleared": CLEARANCE}[self.value]


def clearance_of(open_kinds: Iterable[str]) -> Clearance:
    """The flag that follows from the kinds of a patient's open tasks; what holds a booking weighs more."""
    kinds = frozenset(open_kinds)
    if kinds & HOLDS_BOOKING:
        return Clearance.NOT_CLEARED
    return Clearance.NEEDS_CALL if CLINICAL_CALL in kinds else Clearance.CLEARED


def booking_finding() -> Finding:
    """What stands against a further visit of a patient who is not cleared; one for all the visits asked for."""
    return Finding(CLEARANCE, Severity.OVERRIDE, NEEDS_CLEARANCE, _PRESCRIBER, "session 1")


def start_findings(open_tasks: Iterable[tuple[str, str]]) -> tuple[Finding, ...]:
    """What of the patient's open tasks stands against the next start; a prescriber may let each pass.

    Args:
        open_tasks: (kind, clinical words) of tasks that were open before this visit.
    """
    found = []
    for kind, words in open_tasks:
        if kind == LABS_DUE:
            text = f"{words or LABS_TEXT} Nobody has entered that they were done."
            found.append(Finding("labs-due", Severity.OVERRIDE, text, _PRESCRIBER, "labs-due", "Ask the prescriber."))
        elif kind == REVIEW_URINARY:
            text = f"{words or 'New urinary symptoms.'} A prescriber has not reviewed it yet."
            action = "The prescriber decides; stop ketamine when cystitis is suspected."
            found.append(Finding("urinary-review", Severity.OVERRIDE, text, _PRESCRIBER, "urinary-review", action))
        elif kind == REVIEW_RESPONSE:
            text = f"{words or 'Too little improvement so far.'} A prescriber has not reviewed the course yet."
            action = "A prescriber decides whether and how the course goes on."
            found.append(Finding("response-review", Severity.WARN, text, subject="response-review", action=action))
    return tuple(found)


def labs_detail(infusions: int, since: date | None) -> str:
    """The clinical side of the task: how many infusions since when."""
    counted = f"{infusions} {'infusion' if infusions == 1 else 'infusions'}"
    return f"Liver and urine tests: {counted} since " + (
        f"the tests of {since.isoformat()}." if since is not None else "the first one, none entered before."
    )
