"""Consent: how long it holds, what it covers, and why it does not."""

import calendar
from dataclasses import dataclass
from datetime import date

INFUSING_STATUSES = frozenset({"infusing", "recovering", "ready"})
"""While an appointment is in one of these the patient is not sober and signs nothing."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A signed consent. `indication` and `withdrawn_reason` are "" for roles that may only know that there is one."""

    id: int
    patient_id: int
    document_id: int | None
    revision: int
    indication: str
    signed_on: date
    expires_on: date
    witness: str = ""
    withdrawn_on: date | None = None
    withdrawn_reason: str = ""


def consent_problem(consent: Consent | None, *, day: date, revision: int | None, indication: str | None = None) -> str:
    """Why this consent does not count on a day; "" when it does.

    Args:
        consent: the one in question; None when there is none.
        day: of the infusion.
        revision: of the consent text that is in force; None where no text is known, and then any revision counts.
        indication: of the order; None to leave it out.
    """
    if consent is None:
        return "No signed consent on file."
    if consent.withdrawn_on is not None and consent.withdrawn_on <= day:
        why = f": {consent.withdrawn_reason.rstrip('.')}" if consent.withdrawn_reason else ""
        return f"The consent was withdrawn on {consent.withdrawn_on.isoformat()}{why}."
    if consent.signed_on > day:
        return f"The consent was signed on {consent.signed_on.isoformat()}, after this day."
    if consent.expires_on < day:
        return f"The consent expired on {consent.expires_on.isoformat()}."
    if revision is not None and consent.revision != revision:
        return f"The consent is on revision {consent.revision} of the text; revision {revision} is in force."
    if indication is not None and consent.indication != indication:
        return "The consent is for another indication."
    return ""


def best_consent(
    consents: tuple[Consent, ...], *, day: date, revision: int | None, indication: str | None = None
) -> tuple[Consent | None, str]:
    """The consent that counts on a day and "", or the latest one with why it does not."""
    latest = sorted(consents, key=lambda c: (c.signed_on, c.id), reverse=True)
    for consent in latest:
        if not consent_problem(consent, day=day, revision=revision, indication=indication):
            return consent, ""
    first = latest[0] if latest else None
    return first, consent_problem(first, day=day, revision=revision, indication=indication)


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months on, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
