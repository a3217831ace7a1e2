"""The vitals that are due after a medicine was given: did it help, did it harm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ketaclinic.domain.monitoring import DueCheck, DueState, Row
from ketaclinic.domain.protocols import MonitoringSchedule

AFTER = "after "
"""How the label of such a check begins."""
_LONGEST = 20
_TOO_EARLY = timedelta(minutes=2)
_CLOSES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Given:
    """A medicine that was given, and after how many minutes its effect is looked at."""

    name: str
    at: datetime
    minutes: int


def response_checks(
    given: Iterable[Given], rows: Sequence[Row], required: frozenset[str], plan: MonitoringSchedule, now: datetime
) -> tuple[DueCheck, ...]:
    """One check for each medicine; any complete set taken in time answers it, also one that answers another check.

    It may be answered from two minutes after the medicine until ten minutes after it was due.
    """
    told: dict[str, int] = {}
    checks = []
    for each in sorted(given, key=lambda g: g.at):
        told[each.name] = told.get(each.name, 0) + 1
        again = f" {told[each.name]}" if told[each.name] > 1 else ""
        label = f"{AFTER}{each.name}"[: _LONGEST - len(again)] + again
        checks.append(_check(label, each, rows, required, plan, now))
    return tuple(checks)


def _check(
    label: str, given: Given, rows: Sequence[Row], required: frozenset[str], plan: MonitoringSchedule, now: datetime
) -> DueCheck:
    due = given.at + timedelta(minutes=given.minutes)
    amber, red = due + timedelta(minutes=plan.amber_after), due + timedelta(minutes=plan.red_after)
    row = next((r for r in rows if _answers(r, given.at, due) and required <= r.codes), None)
    if row is not None:
        return DueCheck(label, due, DueState.DONE, amber, red, row.id, late=row.observed_at >= red)
    if now < due:
        state = DueState.UPCOMING
    elif now >= due + _CLOSES:
        state = DueState.MISSED
    else:
        state = DueState.RED if now >= red else DueState.AMBER if now >= amber else DueState.DUE
    return DueCheck(label, due, state, amber, red)


def _answers(row: Row, given_at: datetime, due: datetime) -> bool:
    return given_at + _TOO_EARLY <= row.observed_at < due + _CLOSES


def label_of(checks: Sequence[DueCheck], observed_at: datetime) -> str:
    """The check after a medicine that a row belongs to which answers no other; "" for none."""
    waiting = [c for c in checks if c.open and observed_at < c.due_at + _CLOSES]
    return next((c.label for c in waiting if c.due_at - _CLOSES <= observed_at), "")
