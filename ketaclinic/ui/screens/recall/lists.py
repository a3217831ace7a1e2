"""The lists of the recall screen: which rows each shows, in which columns, how their cells look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ketaclinic.domain.calls import ConfirmRow
from ketaclinic.domain.names import fold
from ketaclinic.domain.recall import RecallKind, RecallRow
from ketaclinic.domain.telephone import digits
from ketaclinic.ui import text
from ketaclinic.ui.rows_model import Column
from ketaclinic.ui.widgets.call_table import call_words

_LATE = date.max
_NO_PHONE = "no telephone"


@dataclass(frozen=True, slots=True)
class ListKind:
    """One tab.

    Attributes:
        key: name of the tab in `open` arguments.
        kinds: what of the recall list it shows; empty for the list for confirming.
        empty: title and sentence of the empty list.
    """

    key: str
    title: str
    icon: str
    kinds: frozenset[RecallKind]
    empty: tuple[str, str]


TO_CONFIRM = ListKind(
    "confirm",
    "To confirm",
    "phone",
    frozenset(),
    ("Nobody to confirm", "No visit is booked for the next two working days."),
)
LISTS: tuple[ListKind, ...] = (
    TO_CONFIRM,
    ListKind(
        "due",
        "Due",
        "clock",
        frozenset({RecallKind.MAINTENANCE_DUE}),
        ("Nobody is due", "Maintenance comes up here some days before its wanted date."),
    ),
    ListKind(
        "overdue",
        "Overdue",
        "warn",
        frozenset({RecallKind.OVERDUE}),
        ("Nobody is overdue", "Every patient in maintenance has a visit, or their date is still to come."),
    ),
    ListKind(
        "unfinished",
        "Unfinished",
        "series",
        frozenset({RecallKind.UNFINISHED, RecallKind.MISSED}),
        ("No course stands still", "Missed visits and courses with sessions left stand here until they are booked."),
    ),
    ListKind(
        "place",
        "To place",
        "pin",
        frozenset({RecallKind.TO_PLACE, RecallKind.HOLD_ENDING}),
        ("Nothing to place", "Visits put on the pinboard and holds about to end stand here."),
    ),
    ListKind(
        "waiting",
        "Waiting",
        "patients",
        frozenset({RecallKind.WAITING}),
        ("Nobody waits", "Add patients who would come sooner; a place that becomes free then names them."),
    ),
    ListKind(
        "review",
        "Review",
        "checklist",
        frozenset({RecallKind.REVIEW}),
        ("Nothing to review", "A broken gap or a long course becomes a task for a prescriber here."),
    ),
)


def over_words(row: RecallRow) -> str:
    """How long: "12 days over", "in 3 days", "waits 5 days"."""
    if row.due is None:
        return ""
    if row.kind is RecallKind.WAITING:
        return "since today" if row.waited_days == 0 else text.count(row.waited_days, "day")
    if row.waited_days == 0:
        return "today"
    days = text.count(abs(row.waited_days), "day")
    return f"{days} over" if row.waited_days > 0 else f"in {days}"


def _confirm_columns() -> tuple[Column[ConfirmRow], ...]:
    return (
        Column("When", _when, 142, sort=lambda r: r.card.appointment.starts_at),
        Column("Patient", lambda r: r.card.patient_name, sort=lambda r: fold(r.card.patient_name)),
        Column("Telephone", lambda r: r.phone or _NO_PHONE, 150),
        Column("Missing", lambda r: ", ".join(r.missing), 190),
        Column("Last call", lambda r: call_words(r.last_call), 188, sort=_called_at),
        Column("Status", lambda r: r.card.appointment.status.word, 116),
    )


def _when(row: ConfirmRow) -> str:
    starts = row.card.appointment.starts_at
    return f"{text.weekday_day(starts.date())}, {text.clock(starts)}"


def _called_at(row: ConfirmRow | RecallRow) -> str:
    return row.last_call.at.isoformat() if row.last_call else ""


def _recall_columns(kind: ListKind) -> tuple[Column[RecallRow], ...]:
    since = "Waits" if kind.key == "waiting" else "Was due" if kind.key == "review" else "Target"
    columns: list[Column[RecallRow]] = [
        Column("Patient", lambda r: r.name, 196, sort=lambda r: fold(r.name)),
        Column("Telephone", lambda r: r.phone or _NO_PHONE, 138),
        Column("What", _what),
    ]
    if kind.key != "waiting":
        columns.append(
            Column(since, lambda r: text.weekday_day(r.due) if r.due else "", 104, sort=lambda r: r.due or _LATE)
        )
    columns.append(Column("Waits" if kind.key == "waiting" else "", over_words, 108, sort=lambda r: r.waited_days))
    columns.append(Column("Last call", lambda r: call_words(r.last_call), 176, sort=_called_at))
    return tuple(columns)


def _what(row: RecallRow) -> str:
    if row.task is not None:
        return f"{row.task.role.word}: {row.text}"
    if not row.protocol or row.text.startswith(row.protocol):
        return row.text
    return f"{row.text} · {row.protocol}" if row.kind is RecallKind.WAITING else f"{row.protocol} · {row.text}"


def columns_of(kind: ListKind) -> tuple[Column[Any], ...]:
    """The columns of a tab."""
    return _confirm_columns() if kind is TO_CONFIRM else _recall_columns(kind)


def look_of(kind: ListKind) -> Callable[[Any, int], str]:
    """How the cells of a tab are drawn."""
    headings = [column.heading for column in columns_of(kind)]

    def look(row: Any, number: int) -> str:  # noqa: ANN401 - a row of either list
        heading = headings[number]
        if heading == "Patient":
            return "strong"
        if heading == "Missing":
            return "pills"
        if heading == "Status":
            return f"status:{row.card.appointment.status.value}"
        if heading == "Telephone" and not row.phone:
            return "amber"
        if heading == "" and row.waited_days > 0:
            return "amber"
        return "quiet" if heading in {"Last call", "", "Waits"} else ""

    return look


def identity_of(kind: ListKind) -> Callable[[Any], object]:
    """What tells the rows of a tab apart."""
    if kind is TO_CONFIRM:
        return lambda row: row.card.appointment.id
    return lambda row: row.key


def matches(row: ConfirmRow | RecallRow, words: str) -> bool:
    """Whether a row has every word typed: in the name, the record number, the telephone or what is open."""
    if isinstance(row, ConfirmRow):
        said = f"{row.card.patient_name} {row.card.record} {_when(row)} {row.chair} {' '.join(row.missing)}"
    else:
        said = f"{row.name} {row.record} {row.protocol} {row.text}"
    folded, number = fold(said), digits(row.phone)
    return all(word in folded or (digits(word) and digits(word) in number) for word in fold(words).split())


def to_call(row: Any) -> bool:  # noqa: ANN401 - a row of either list
    """Whether a visit on the list for confirming still wants a call: not confirmed, and nobody called about it."""
    return unconfirmed(row) and not row.calls


def unconfirmed(row: Any) -> bool:  # noqa: ANN401 - a row of either list
    """Whether a visit on the list for confirming is not confirmed, whoever was called about it."""
    return isinstance(row, ConfirmRow) and row.card.appointment.status.value == "scheduled"


def of_kind(rows: Sequence[RecallRow], kind: ListKind) -> list[RecallRow]:
    """The rows of one tab."""
    return [row for row in rows if row.kind in kind.kinds]
