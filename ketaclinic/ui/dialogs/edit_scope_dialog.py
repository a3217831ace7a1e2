"""One session of a series was moved: this one, this and the following, or all? Shows where each would go.

Signals of `EditScopeDialog`: `moved(tuple)` ids of the visits moved.
"""

from datetime import datetime
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QWidget,
)

from ketaclinic.clock import wall_now
from ketaclinic.domain.courses import RepairedVisit, Scope, SeriesChange, SeriesRepair
from ketaclinic.domain.findings import ClinicError, Finding, Refused, Severity
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.schedule import Inspection
from ketaclinic.domain.series import SeriesProgress
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.ui import text
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.card import line
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.tall_scroll import TallScroll

_STAY, _NEAREST = "stay", "nearest"
_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_AHEAD = {"held", "scheduled", "confirmed"}


def place_words(place: PlannedSession) -> str:
    """As in "Thu 3 Dec, 09:00"."""
    return f"{text.weekday_day(place.starts_at.date())}, {text.clock(place.starts_at)}"


class EditScopeDialog(Dialog):
    """Asks once for the whole series; what cannot go is said, with the nearest place that would do."""

    moved = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        context: ScreenContext,
        appointment_id: int,
        chair_id: int,
        starts_at: datetime,
        *,
        moved_from: tuple[int, datetime] | None = None,
    ) -> None:
        """Asks how far a move reaches.

        Args:
            parent: over whose window it stands.
            context: of the screen.
            appointment_id: the session that is moved.
            chair_id: where to.
            starts_at: where to.
            moved_from: chair and start it came from, if it has gone alone already and the others are to go along.
        """
        super().__init__(parent, "Move this one, or more?", width=680)
        self._context, self._id, self._chair, self._starts = context, appointment_id, chair_id, starts_at
        self._from = moved_from
        self._command = uuid4().hex
        self._inspection: Inspection | None = None
        self.repair: SeriesRepair | None = None
        self._nearest: set[int] = set()
        self._build_scopes()
        self._rows = QWidget(objectName="scrolled", accessibleName="Visits")
        self._grid = QGridLayout(self._rows, horizontalSpacing=14, verticalSpacing=7)
        self._grid.setContentsMargins(0, 4, 8, 4)
        self._grid.setColumnStretch(2, 1)
        scroll = TallScroll()
        scroll.setWidget(self._rows)
        self.body.addWidget(line())
        self.body.addWidget(scroll, 1)
        self.add_cancel()
        self.confirm = self.add_button("Move", self._confirm, kind="primary")
        self.confirm.setEnabled(False)
        user, services = context.user(), context.services
        context.ops.run(self, lambda: services.floor.inspect(user, appointment_id), self._found, self.show_error)

    def _build_scopes(self) -> None:
        self._group = QButtonGroup(self)
        self.scopes: dict[Scope, QRadioButton] = {}
        row = QHBoxLayout(spacing=22)
        for number, scope in enumerate(Scope):
            button = QRadioButton(scope.word, accessibleName=scope.word)
            self._group.addButton(button, number)
            self.scopes[scope] = button
            row.addWidget(button)
        row.addStretch(1)
        self.scopes[Scope.THIS].setChecked(True)
        self._group.idClicked.connect(self._asked_again)
        self.body.addLayout(row)
        self.only_weekday = QCheckBox()
        self.only_weekday.hide()
        self.only_weekday.toggled.connect(self._asked_again)
        self.body.addWidget(self.only_weekday)

    # -- what is asked

    @property
    def scope(self) -> Scope:
        """How far the change reaches."""
        return tuple(Scope)[self._group.checkedId()]

    @property
    def change(self) -> SeriesChange:
        """What is changed, as far as the session that was moved shows it."""
        assert self._inspection is not None
        chair, starts = self.stood
        return SeriesChange(
            days=(self._starts.date() - starts.date()).days,
            starts=self._starts.time() if self._starts.time() != starts.time() else None,
            chair_id=self._chair if self._chair != chair else None,
            only_weekday=self.only_weekday.isChecked(),
        )

    @property
    def stood(self) -> tuple[int, datetime]:
        """Chair and start of the session before it was moved."""
        assert self._inspection is not None
        a = self._inspection.card.appointment
        return self._from or (a.chair_id, a.starts_at)

    def _found(self, inspection: Inspection) -> None:
        self._inspection = inspection
        card = inspection.card
        was, day = self.stood[1], self._starts
        to = f"{text.weekday_day(day.date())}, {text.clock(day)}"
        self.set_title(
            "Move this one, or more?" if self._from is None else "Take the others along?",
            f"{card.patient_name} · {card.label} · {text.weekday_day(was.date())}, {text.clock(was)} to {to}",
        )
        self._offer_scopes(inspection.series)
        self._preview()

    def _offer_scopes(self, progress: SeriesProgress) -> None:
        assert self._inspection is not None
        a = self._inspection.card.appointment
        now = wall_now(self._context.clock, self._context.location.zone)
        ahead = [v for v in progress.visits if v.status in _AHEAD and v.starts_at > now]
        stood = self.stood[1]
        if self._from is not None:
            ahead = [v for v in ahead if v.appointment_id != a.id]
        following = [v for v in ahead if v.starts_at >= stood or v.appointment_id == a.id]
        for scope, visits in ((Scope.FOLLOWING, following), (Scope.ALL, ahead)):
            self.scopes[scope].setText(f"{scope.word} ({len(visits)})")
            self.scopes[scope].setEnabled(len(visits) > (self._from is None))
        self.scopes[Scope.ALL].setVisible(len(ahead) > len(following) or not following)
        weekdays = {v.starts_at.weekday() for v in ahead if v.appointment_id != a.id} | {stood.weekday()}
        name = f"Only the visits on {_WEEKDAYS[stood.weekday()]}"
        self.only_weekday.setText(name)
        self.only_weekday.setAccessibleName(name)
        self._several_weekdays = len(weekdays) > 1 and self._starts.date() != stood.date()
        if self._from is not None:
            self.scopes[Scope.THIS].hide()
            self.scopes[Scope.FOLLOWING].setText(f"The following ({len(following)})")
            self.scopes[Scope.ALL].setText(f"All others ({len(ahead)})")
            self.scopes[Scope.FOLLOWING if following else Scope.ALL].setChecked(True)

    def _asked_again(self, _what: object = None) -> None:
        self._nearest.clear()
        self._preview()

    def _preview(self) -> None:
        if self._inspection is None:
            return
        self.only_weekday.setVisible(self.scope is not Scope.THIS and self._several_weekdays)
        user, services, scope, change = self._context.user(), self._context.services, self.scope, self.change
        if scope is Scope.THIS:
            change = SeriesChange(change.days, change.starts, change.chair_id)
        nearest, visit = frozenset(self._nearest), self._id
        since = self._from[1] if self._from else None
        self._context.ops.run(
            self,
            lambda: services.courses.edit_preview(user, visit, scope, change, nearest=nearest, moved_from=since),
            self._show,
            self._cannot,
            latest="preview",
        )

    # -- what it would come to

    def _cannot(self, error: ClinicError) -> None:
        self.repair = None
        self.show_error(error)
        self.confirm.setEnabled(False)
        self.fit()

    def _show(self, repair: SeriesRepair) -> None:
        self.repair = repair
        self.findings.show_sentence("")
        self._clear()
        for number, visit in enumerate(repair.visits):
            self._add(number * 2, visit)
        notes = [f for f in repair.findings if f.severity is not Severity.BLOCK and f.message]
        self.findings.show_findings(tuple(dict.fromkeys(notes)))
        going = sum(v.to is not None for v in repair.visits)
        self.confirm.setText(f"Move {text.count(going, 'visit')}")
        self.confirm.setAccessibleName(self.confirm.text())
        self.confirm.setEnabled(going > 0 or self._may_insist())
        if not going and self._may_insist():
            self.confirm.setText("Move all the same…")
            self.confirm.setAccessibleName("Move all the same…")
        self.hint.setText("The prescriber reviews it." if repair.review else "Ctrl+Z undoes it.")
        self.fit()

    def _may_insist(self) -> bool:
        """Whether the one session may go with somebody's override, though a rule is against it."""
        if self.scope is not Scope.THIS or self.repair is None:
            return False
        findings = [f for v in self.repair.visits for f in v.findings]
        return bool(findings) and all(f.severity is not Severity.BLOCK for f in findings)

    def _clear(self) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _add(self, row: int, visit: RepairedVisit) -> None:
        assert visit.was is not None
        label = QLabel(visit.label)
        label.setProperty("kind", "second")
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(QLabel(place_words(visit.was)), row, 1)
        if visit.to is not None:
            to = QLabel(f"→  {place_words(visit.to)}, {visit.chair}")
            to.setProperty("kind", "strong")
            self._grid.addWidget(to, row, 2)
        elif visit.findings:
            self._grid.addWidget(self._choice(visit), row, 2, Qt.AlignmentFlag.AlignLeft)
            why = QLabel(" ".join(f.message for f in visit.findings), wordWrap=True)
            why.setProperty("kind", "second")
            self._grid.addWidget(why, row + 1, 1, 1, 2)
        else:
            stays = QLabel("stays")
            stays.setProperty("kind", "second")
            self._grid.addWidget(stays, row, 2)

    def _choice(self, visit: RepairedVisit) -> QComboBox:
        combo = QComboBox(accessibleName=f"{visit.label} cannot go there")
        combo.addItem("Stays where it is", _STAY)
        if visit.nearest is not None and visit.nearest != visit.was:
            combo.addItem(f"Takes the nearest: {place_words(visit.nearest)}", _NEAREST)
        combo.setProperty("visit", visit.appointment_id)
        combo.activated.connect(self._choose)
        return combo

    def _choose(self, _index: int) -> None:
        combo = self.sender()
        assert isinstance(combo, QComboBox)
        visit = int(combo.property("visit"))
        if combo.currentData() == _NEAREST:
            self._nearest.add(visit)
        else:
            self._nearest.discard(visit)
        self._preview()

    # -- doing

    def _confirm(self) -> None:
        if self.repair is None:
            return
        against = [f for f in self.repair.findings if f.severity is Severity.OVERRIDE]
        if not any(v.to for v in self.repair.visits):
            against = [f for v in self.repair.visits for f in v.findings if f.severity is Severity.OVERRIDE]
        if against:
            self._ask_override(against)
        else:
            self._apply(())

    def _ask_override(self, findings: list[Finding]) -> None:
        from ketaclinic.ui.dialogs.override_dialog import OverrideDialog  # noqa: PLC0415 - seldom needed

        dialog = OverrideDialog(self, self._context, findings)
        dialog.given.connect(self._apply)
        dialog.open()

    def _apply(self, overrides: tuple[BookingOverride, ...]) -> None:
        repair, inspection = self.repair, self._inspection
        if repair is None or inspection is None:
            return
        user, services = self._context.user(), self._context.services
        a, command = inspection.card.appointment, self._command
        self.set_busy(busy=True)
        if self.scope is Scope.THIS and not self._nearest:
            work = partial(
                services.booking.move, user, a.id, a.version, self._chair, self._starts, command, overrides=overrides
            )
            self._context.ops.run(self, work, self._moved_one, self._refused)
            return
        apply = partial(services.courses.apply, user, repair, overrides=overrides, command_id=command)
        self._context.ops.run(self, lambda: apply().appointment_ids, self._moved, self._refused)

    def _moved_one(self, visit: object) -> None:
        self._moved((getattr(visit, "id", self._id),))

    def _moved(self, ids: tuple[int, ...]) -> None:
        name = self._inspection.card.patient_name if self._inspection else ""
        self._context.notify(f"{name}: {text.count(len(ids), 'visit')} moved. Ctrl+Z undoes it.")
        self.accept()
        self.moved.emit(ids)

    def _refused(self, error: ClinicError) -> None:
        self._command = uuid4().hex
        self.show_error(error)
        if isinstance(error, Refused):
            asked = [f for f in error.findings if f.severity is not Severity.WARN]
            if asked and all(f.severity is Severity.OVERRIDE for f in asked):
                self._ask_override(asked)
                return
        self._preview()
