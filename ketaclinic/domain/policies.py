"""Notice, lateness and missed visits: what the clinic's policy says of one visit now. Fees are noted, never billed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from ketaclinic.domain.appointments import CANCELLED, Status
from ketaclinic.domain.resources import Closure, Hours

_LONGEST_COUNT = timedelta(days=60)
"""Notice beyond this is counted as this: no policy asks for more."""


class PolicyKind(StrEnum):
    """What a policy event is about."""

    LATE_CANCELLATION = "late_cancellation"
    NO_SHOW = "no_show"
    LATE_ARRIVAL = "late_arrival"

    @property
    def word(self) -> str:
        """As it is written on screen."""
        return self.value.replace("_", " ").capitalize().replace("No show", "No-show")


@dataclass(frozen=True, slots=True)
class FeeStep:
    """One step of the fee ladder: `amount` in the currency's smallest unit, for notice under so many hours."""

    kind: PolicyKind
    amount: int
    under_hours: float | None = None


@dataclass(frozen=True, slots=True)
class Policies:
    """The clinic's terms (`clinical.md` 8.1).

    Attributes:
        notice_hours: hours before the start by which a visit may be cancelled freely.
        business_hours: whether only the location's opening hours count.
        grace_minutes: lateness nothing is said about.
        may_reschedule_minutes: lateness from which the clinic may send the patient to another day.
        no_show_minutes: after these, without a call, the visit counts as missed.
        loses_place_after: missed visits after which reserved places may be lost.
        currency: ISO 4217.
        fees: the ladder, fewest hours first within a kind.
    """

    notice_hours: float
    business_hours: bool
    grace_minutes: int
    may_reschedule_minutes: int
    no_show_minutes: int
    loses_place_after: int
    currency: str
    fees: tuple[FeeStep, ...]
    waiver_reasons: tuple[str, ...]

    def fee(self, kind: PolicyKind, notice_minutes: int = 0) -> int | None:
        """The fee to note, in the smallest unit of the currency; None where the ladder has none."""
        steps = [s for s in self.fees if s.kind is kind]
        short = [s for s in steps if s.under_hours is None or notice_minutes < s.under_hours * 60]
        return min(short, key=lambda s: s.under_hours or 0.0).amount if short else None


@dataclass(frozen=True, slots=True)
class PolicyNotice:
    """What the policy says of one visit now, to be read before it is cancelled or marked missed.

    Attributes:
        kind: None where it has nothing to note.
        notice_minutes: as the policy counts them; for a late arrival the minutes of lateness.
        enough_notice: whether the visit may be cancelled freely.
        fee: in the smallest unit of `currency`; None for none.
        text: one line: "9 h notice, 24 h are asked. Fee noted: USD 100.00."
        proposed: the status that fits: a cancellation without enough notice is a late one.
        earlier: missed visits of the patient before this one.
    """

    kind: PolicyKind | None
    notice_minutes: int
    enough_notice: bool
    fee: int | None
    currency: str
    text: str
    waiver_reasons: tuple[str, ...]
    proposed: Status
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """What the desk decides: the fee noted, or waived with a reason."""

    waived: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PolicyEvent:
    """A policy event of a patient, as the desk sees it; `at` is an instant in UTC, `visit` the start on the wall."""

    id: int
    appointment_id: int
    kind: PolicyKind
    visit: datetime
    notice_minutes: int | None
    fee: int | None
    currency: str
    waived: bool
    reason: str
    at: datetime
    version: int = 1

    @property
    def fee_words(self) -> str:
        """The fee in words: "USD 100.00", "waived: Illness", or "no fee"."""
        if self.waived:
            return f"waived: {self.reason}"
        return "no fee" if self.fee is None else money(self.fee, self.currency)


def notice(
    policies: Policies,
    target: Status,
    now: datetime,
    starts_at: datetime,
    hours: Sequence[Hours],
    closures: Sequence[Closure] = (),
    earlier: int = 0,
) -> PolicyNotice:
    """What the policy says when a visit gets this status now; all times wall-clock at the location."""
    if target is Status.NO_SHOW:
        return _missed(policies, now, starts_at, earlier)
    if target is Status.ARRIVED:
        return _late(policies, now, starts_at, earlier)
    return _cancelled(policies, target, now, starts_at, hours, closures, earlier)


def came(policies: Policies, target: Status) -> PolicyNotice:
    """Of a patient who came and leaves before treatment: there was no lack of notice."""
    return _notice(policies, None, 0, None, "The patient came: no fee.", target, 0, enough=True)


def notice_minutes(
    now: datetime, starts_at: datetime, hours: Sequence[Hours] | None = None, closures: Sequence[Closure] = ()
) -> int:
    """Minutes of notice: all of them, or, with opening hours, those in which the location is open."""
    if starts_at <= now:
        return 0
    ends = min(starts_at, now + _LONGEST_COUNT)
    if hours is None:
        return (ends - now) // timedelta(minutes=1)
    shut = [(c.starts_at, c.ends_at) for c in closures if c.chair_id is None]
    total = timedelta()
    day = now.date()
    while day <= ends.date():
        for opened in (h for h in hours if h.weekday == day.weekday()):
            closes = datetime.combine(day, opened.closes)
            if opened.closes == time():
                closes += timedelta(days=1)
            begins, finishes = max(datetime.combine(day, opened.opens), now), min(closes, ends)
            total += _open(begins, finishes, shut)
        day += timedelta(days=1)
    return total // timedelta(minutes=1)


def _open(begins: datetime, ends: datetime, shut: Sequence[tuple[datetime, datetime]]) -> timedelta:
    """How long of a stretch the location is not closed; closures may overlap."""
    open_for, at = timedelta(), begins
    for first, last in sorted(shut):
        if last <= at or first >= ends:
            continue
        open_for += max(first - at, timedelta())
        at = max(at, last)
    return open_for + max(ends - at, timedelta())


def _cancelled(
    policies: Policies,
    target: Status,
    now: datetime,
    starts_at: datetime,
    hours: Sequence[Hours],
    closures: Sequence[Closure],
    earlier: int,
) -> PolicyNotice:
    counted = notice_minutes(now, starts_at, hours if policies.business_hours else None, closures)
    business = " business" if policies.business_hours else ""
    enough = counted >= policies.notice_hours * 60
    asked = f"{_hours(round(policies.notice_hours * 60))}{business} are asked"
    given = f"{_hours(counted)}{business} notice" if counted else "No notice"
    by_patient = target in CANCELLED - {Status.CANCELLED_BY_CLINIC}
    if enough or not by_patient:
        if not by_patient:
            text = "The clinic's own doing: no fee." if target is Status.CANCELLED_BY_CLINIC else "Moved: no fee."
        else:
            text = f"{given}, {asked}: in time, no fee."
        proposed = target if target is not Status.CANCELLED_LATE or not enough else Status.CANCELLED_BY_PATIENT
        return _notice(policies, None, counted, None, text, proposed, earlier, enough=enough)
    kind = PolicyKind.LATE_CANCELLATION
    fee = policies.fee(kind, counted)
    text = f"{given}, {asked}. {_fee_words(fee, policies.currency)}"
    return _notice(policies, kind, counted, fee, text, Status.CANCELLED_LATE, earlier, enough=False)


def _missed(policies: Policies, now: datetime, starts_at: datetime, earlier: int) -> PolicyNotice:
    late = (now - starts_at) // timedelta(minutes=1)
    fee = policies.fee(PolicyKind.NO_SHOW)
    if late < policies.no_show_minutes:
        when = f"{late} min after the start" if late >= 0 else "before the start"
        text = f"It is {when}; a visit counts as missed after {policies.no_show_minutes} min. "
    else:
        text = "Missed without a call. "
    text += _fee_words(fee, policies.currency)
    if earlier + 1 >= policies.loses_place_after:
        text += f" This is missed visit {earlier + 1}: the reserved places may be lost."
    return _notice(policies, PolicyKind.NO_SHOW, 0, fee, text, Status.NO_SHOW, earlier, enough=False)


def _late(policies: Policies, now: datetime, starts_at: datetime, earlier: int) -> PolicyNotice:
    late = max((now - starts_at) // timedelta(minutes=1), 0)
    if late <= policies.grace_minutes:
        return _notice(policies, None, late, None, "In time.", Status.ARRIVED, earlier, enough=True)
    fee = policies.fee(PolicyKind.LATE_ARRIVAL, 0)
    text = f"{late} min late; up to {policies.grace_minutes} min nothing is said."
    if late > policies.may_reschedule_minutes:
        text += " The visit may be moved to another day."
    if fee is not None:
        text += f" {_fee_words(fee, policies.currency)}"
    return _notice(policies, PolicyKind.LATE_ARRIVAL, late, fee, text, Status.ARRIVED, earlier, enough=False)


def _notice(
    policies: Policies,
    kind: PolicyKind | None,
    counted: int,
    fee: int | None,
    text: str,
    proposed: Status,
    earlier: int,
    *,
    enough: bool,
) -> PolicyNotice:
    reasons = policies.waiver_reasons
    return PolicyNotice(kind, counted, enough, fee, policies.currency, text, reasons, proposed, earlier)


def money(amount: int, currency: str) -> str:
    """An amount in the smallest unit as one reads it: "USD 100.00"."""
    places = _NO_SMALLER_UNIT.get(currency, 2)
    return f"{currency} {amount / 10**places:,.{places}f}"


_NO_SMALLER_UNIT = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}
"""Decimal places of currencies that have not two (ISO 4217)."""


def _fee_words(fee: int | None, currency: str) -> str:
    return "No fee." if fee is None else f"Fee noted: {money(fee, currency)}."


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours >= 72 and not rest:
        return f"{hours} h"
    if hours >= 48:
        days, left = divmod(hours, 24)
        return f"{days} days" + (f" {left} h" if left else "")
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"
