"""The lines and columns of the flowsheet, as plain values: what a row asks, what was seen when, what was missed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ketaclinic.domain.encounters import EncounterView, ObservationView
from ketaclinic.domain.monitoring import DueCheck, DueState
from ketaclinic.domain.observations import Level, ObservationField
from ketaclinic.domain.response_checks import AFTER

_PAIR = ("sbp", "dbp")


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One line: a field, or the two pressures together."""

    label: str
    unit: str
    fields: tuple[ObservationField, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of its values, in order."""
        return tuple(f.code for f in self.fields)

    @property
    def typed(self) -> bool:
        """Whether it is typed; the others are computed."""
        return not self.fields[0].computed

    @property
    def heading(self) -> str:
        """Label and unit: "BP mmHg"."""
        return f"{self.label} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class FlowColumn:
    """One column: an observation, or a check nobody made."""

    at: datetime
    label: str
    row: ObservationView | None = None

    @property
    def missed(self) -> bool:
        """Whether nothing was recorded."""
        return self.row is None


def rows_of(fields: Iterable[ObservationField]) -> tuple[FlowRow, ...]:
    """The lines of the flowsheet: systolic and diastolic share one, as a monitor shows them."""
    by_code = {f.code: f for f in fields}
    found = []
    for code, field in by_code.items():
        if code == _PAIR[1] and _PAIR[0] in by_code:
            continue
        if code == _PAIR[0] and _PAIR[1] in by_code:
            found.append(FlowRow("BP", field.unit, (field, by_code[_PAIR[1]])))
        else:
            found.append(FlowRow(field.short, field.unit, (field,)))
    return tuple(found)


def columns_of(view: EncounterView) -> tuple[FlowColumn, ...]:
    """Observations and missed checks in the order of time; a corrected row stands just before its correction."""
    columns = [FlowColumn(o.observed_at, o.due or "extra", o) for o in view.observations]
    columns += [
        FlowColumn(c.due_at, c.label) for c in view.schedule if c.state is DueState.MISSED and c.observation_id is None
    ]
    return tuple(sorted(columns, key=lambda c: (c.at, 0 if c.row is None else c.row.id)))


def short_label(label: str) -> str:
    """The name of a check as the head of a column holds it: "after Ondansetron" is "› Ondansetron"."""
    return f"› {label.removeprefix(AFTER)}" if label.startswith(AFTER) else label


def cell_text(line: FlowRow, column: FlowColumn) -> str:
    """As on a monitor: "146/91", "88"; "" for what was not taken."""
    if column.row is None:
        return ""
    texts = [_number(field, column.row.values.get(field.code)) for field in line.fields]
    return "/".join(t or "–" for t in texts) if any(texts) else ""


def cell_level(line: FlowRow, column: FlowColumn) -> Level | None:
    """How far out of its limits a cell is."""
    if column.row is None:
        return None
    levels = {column.row.levels.get(code) for code in line.codes}
    return Level.RED if Level.RED in levels else Level.AMBER if Level.AMBER in levels else None


def _number(field: ObservationField, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.{field.decimals}f}" if value != int(value) or field.computed else f"{value:.0f}"


def entry_check(view: EncounterView, now: datetime) -> DueCheck | None:
    """The check a new row answers: the next due one once its time has nearly come, else none (an extra row).

    It opens as long before its time as it stays unmarked after it, like the service that labels the row.
    """
    check = view.next_due
    if check is None:
        return None
    early = check.amber_at - check.due_at
    return check if view.started_at is None or check.due_at - now <= early else None


def upcoming(view: EncounterView, now: datetime, most: int = 6) -> tuple[DueCheck, ...]:
    """The checks after the one that is due."""
    due = entry_check(view, now)
    found = [c for c in view.schedule if c.observation_id is None and c.due_at > now and c != due]
    return tuple(sorted(found, key=lambda c: c.due_at)[:most])
