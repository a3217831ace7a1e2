"""The rows of a session's record in words: the flowsheet with what was missed, events, adverse events, alerts."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ketaclinic.documents.record_pages import Col, Row, person
from ketaclinic.domain import events
from ketaclinic.domain.checklists import ItemState
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.encounters import ChecklistView, EncounterView, EventView, ItemView, ObservationView
from ketaclinic.domain.handouts import short_date
from ketaclinic.domain.monitoring import DueCheck, DueState
from ketaclinic.domain.observations import ObservationField
from ketaclinic.domain.records import SessionRecord, item_words

_STATES = {
    ItemState.OPEN: "Open",
    ItemState.MET: "Met",
    ItemState.WARNED: "Met, with a warning",
    ItemState.NOT_MET: "Not met",
    ItemState.OVERRIDDEN: "Overridden",
    ItemState.NOT_ASKED: "Not asked",
}
_FOLDED = {"dbp"}  # stands with the systolic pressure
_ELSEWHERE = {events.ADVERSE, events.OVERRIDE, events.ACKNOWLEDGE, events.SIGNATURE}
_LATE_SECONDS = 60


class Words:
    """Times on the wall of the location, and rows made of a record."""

    def __init__(self, record: SessionRecord) -> None:
        self.record, self.view = record, record.view
        self._zone = ZoneInfo(record.view.zone)

    def wall(self, at: datetime) -> datetime:
        """An instant on the wall of the location."""
        return at.astimezone(self._zone).replace(tzinfo=None)

    def time(self, at: datetime) -> str:
        """The time of day, "10:42", with the date where it is another day than the visit's."""
        wall = self.wall(at)
        if wall.date() != self.record.starts_at.date():
            return f"{wall:%H:%M}, {short_date(wall)}"
        return f"{wall:%H:%M}"

    def moment(self, at: datetime) -> str:
        """Date and time, "Nov 23, 2026, 10:42"."""
        wall = self.wall(at)
        return f"{short_date(wall)}, {wall:%H:%M}"

    # --- checklists ---------------------------------------------------------------------------------------------------

    def checklist(self, kept: ChecklistView) -> Iterator[Row]:
        """Each item with its answer, where it stands, who gave it and when; earlier answers beneath."""
        before = 0
        for item in kept.items:
            number_ = str(item.item.row) if item.item.row != before else ""
            before = item.item.row
            said = "" if item.state is ItemState.NOT_ASKED else item_words(item)
            state = _STATES[item.state] + (f" by {person(item.overridden_by)}" if item.overridden_by else "")
            loud = (
                frozenset({3})
                if item.state in {ItemState.NOT_MET, ItemState.OVERRIDDEN, ItemState.OPEN}
                else frozenset()
            )
            yield Row(
                (number_, item.item.text, said, state, self._given(item)),
                loud=loud,
                below=self._superseded(kept.id, item),
                quiet=item.state is ItemState.NOT_ASKED,
            )

    def _given(self, item: ItemView) -> str:
        if item.answered_at is None:
            return ""
        second = f", with {person(item.second_by)}" if item.second_by else ""
        return f"{self.time(item.answered_at)} {person(item.answered_by)}{second}"

    def _superseded(self, checklist: str, item: ItemView) -> str:
        told = [
            f"{a.words or 'no answer'} ({self.time(a.at)} {person(a.by)})"
            for a in self.record.earlier_answers
            if a.item == item.item.code and a.checklist_id == checklist
        ]
        return f"Answered before: {'; '.join(told)}" if told else ""

    # --- flowsheet ----------------------------------------------------------------------------------------------------

    def flowsheet(self) -> tuple[list[Col], list[Row]]:
        """All rows by true time: corrected ones struck through, late ones with both times, and what was missed."""
        fields = [f for f in self.view.fields if f.code not in _FOLDED and self._seen(f)]
        columns = [
            Col("Time", bold=True),
            Col("Min", right=True),
            Col("Check", 0.3),
            *(Col(_heading(f), 0.22, right=True) for f in fields),
            Col("By", 0.9),
        ]
        told: list[tuple[datetime, int, Row]] = [
            (row.observed_at, 1, self._observed(row, fields)) for row in self.view.observations
        ]
        told += [(c.due_at, 0, self._missed(c, fields)) for c in self.view.schedule if c.state is DueState.MISSED]
        return columns, [row for _, _, row in sorted(told, key=lambda each: each[:2])]

    def units(self) -> str:
        """The units of what was observed: "BP mmHg · HR /min"."""
        kept = [f for f in self.view.fields if f.unit and f.code not in _FOLDED and self._seen(f)]
        return " · ".join(f"{_heading(f)} {f.unit}" for f in kept)

    def _seen(self, kept: ObservationField) -> bool:
        return any(kept.code in row.values for row in self.view.observations)

    def _observed(self, row: ObservationView, fields: Sequence[ObservationField]) -> Row:
        cells = [_cell(row, f) for f in fields]
        loud = {place + 3 for place, f in enumerate(fields) if _level(row, f)}
        notes = []
        if row.corrects_id is not None:
            notes.append(f"In place of the row that is struck through; entered {self.moment(row.entered_at)}.")
        elif row.late:
            notes.append(f"Late entry: entered {self.moment(row.entered_at)}.")
        if row.note:
            notes.append(f"Note: {row.note}")
        return Row(
            (self.time(row.observed_at), self._minute(row.observed_at), row.due or "extra", *cells, person(row.by)),
            struck=row.struck,
            loud=frozenset(loud),
            below=" ".join(notes),
        )

    def _missed(self, check: DueCheck, fields: Sequence[ObservationField]) -> Row:
        reason = next(
            (str(e.data.get("reason", "")) for e in self.view.events
             if e.kind == events.GAP and not e.struck and e.data.get("label") == check.label),
            "",
        )  # fmt: skip
        why = f"Not made: {reason}" if reason else "Not made; no reason was given."
        at = (self.time(check.due_at), self._minute(check.due_at), f"{check.label} missed")
        return Row((*at, *("–" for _ in fields), ""), below=why, quiet=True)

    def _minute(self, at: datetime) -> str:
        """Minutes since the start, "+10"; "" before there was one."""
        started = self.view.started_at
        return "" if started is None else f"{round((at - started).total_seconds() / 60):+d}"

    # --- events -------------------------------------------------------------------------------------------------------

    def happened(self) -> Iterator[Row]:
        """Pump, dose, medicines, interventions and notes by true time; adverse events stand in their own table."""
        for event in sorted(self.view.events, key=lambda e: (e.at, e.id)):
            if event.kind not in _ELSEWHERE:
                yield Row(
                    (self.time(event.at), event.text, person(event.by), self._entered(event)), struck=event.struck
                )

    def _entered(self, event: EventView) -> str:
        late = abs((event.entered_at - event.at).total_seconds()) > _LATE_SECONDS
        return self.time(event.entered_at) if late else ""

    def adverse(self) -> Iterator[Row]:
        """Each adverse event: how bad, from when to when, and what was done."""
        names = dict(self.view.adverse_events)
        for event in sorted(self.view.events, key=lambda e: (e.at, e.id)):
            if event.kind != events.ADVERSE:
                continue
            data = event.data
            cells = (
                names.get(str(data.get("code")), str(data.get("code", ""))),
                str(data.get("severity", "")),
                self._instant(data.get("onset")) or self.time(event.at),
                self._instant(data.get("peak")),
                self._instant(data.get("resolved")) or "not resolved",
                _judged(data.get("related"), data.get("expected")),
                person(event.by),
            )
            said = (("Action", "action"), ("Outcome", "outcome"), ("Reported to", "reported_to"), ("Note", "note"))
            below = " · ".join(f"{name}: {data[key]}" for name, key in said if data.get(key))
            yield Row(cells, struck=event.struck, below=below)

    def _instant(self, given: object) -> str:
        if isinstance(given, str) and given:
            try:
                at = datetime.fromisoformat(given)
            except ValueError:
                return given
            return self.time(at) if at.tzinfo is not None else f"{at:%H:%M}"
        return "yes" if given is True else ""

    def alerts(self) -> Iterator[Row]:
        """Each alert with who saw it, when, and who was told."""
        for alert in self.view.alerts:
            seen = "not acknowledged"
            if alert.acknowledged_at is not None:
                seen = f"{self.time(alert.acknowledged_at)} {person(alert.acknowledged_by)}"
            standing = "still so at the end" if alert.active else "passed"
            cells = (
                self.time(alert.since),
                alert.level.value.capitalize(),
                alert.finding.message,
                standing,
                seen,
                alert.told,
            )
            yield Row(cells, loud=frozenset({1}) if alert.level.value == "red" else frozenset())

    def checks(self) -> Iterator[Row]:
        """Each blind second check: what was worked out, and whether it agreed."""
        for event in sorted(self.view.events, key=lambda e: (e.at, e.id)):
            if event.kind == events.SECOND_CHECK:
                data = event.data
                found = f"{number(data['mg'], 1)} mg = {number(data['ml'])} mL at {number(data['rate'])} mL/h"
                agreed = "agreed" if data.get("agreed") else "differed"
                yield Row((self.time(event.at), found, agreed, event.text), struck=event.struck)

    def overrides(self) -> Iterator[Row]:
        """What a second person let pass, and why."""
        for event in sorted(self.view.events, key=lambda e: (e.at, e.id)):
            if event.kind == events.OVERRIDE:
                yield Row((self.time(event.at), event.text, person(event.by)), struck=event.struck)


def course_words(view: EncounterView) -> str:
    """What the pump gave: "41.2 mg of 41.2 mg"."""
    if view.started_at is None:
        return ""
    planned = f" of {number(view.dose.mg, 1)} mg" if view.dose is not None else ""
    return f"{number(view.given_mg, 1)} mg{planned}"


def _heading(kept: ObservationField) -> str:
    return "BP" if kept.code == "sbp" else kept.short


def _cell(row: ObservationView, kept: ObservationField) -> str:
    """A value with "!" for amber and "!!" for red, so that grey says it too."""
    value = row.values.get(kept.code)
    if value is None:
        return "–"
    words = number(value, kept.decimals)
    if kept.code == "sbp" and "dbp" in row.values:
        words = f"{words}/{row.values['dbp']:.0f}"
    return f"{words}{_level(row, kept)}"


def _level(row: ObservationView, kept: ObservationField) -> str:
    codes = ("sbp", "dbp") if kept.code == "sbp" else (kept.code,)
    levels = {row.levels[code].value for code in codes if code in row.levels}
    return "!!" if "red" in levels else "!" if levels else ""


def _judged(related: object, expected: object) -> str:
    told = {"yes": "related", "possible": "possibly related", "no": "not related"}.get(str(related), "")
    known = {True: "expected", False: "not expected"}.get(expected) if isinstance(expected, bool) else None
    return ", ".join(filter(None, (told, known)))
