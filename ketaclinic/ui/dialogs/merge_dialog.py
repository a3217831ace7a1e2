"""Makes one record of two: choose the other one, see what differs and what goes over, merge.

Signals of `MergeDialog`: `merged(object)` the Patient that is kept.
"""

from collections.abc import Iterable
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from ketaclinic.domain.findings import blocking
from ketaclinic.domain.merging import Difference, MergePreview
from ketaclinic.domain.people import Patient
from ketaclinic.ui import text
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.card import empty_layout
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.patient_picker import PatientPicker
from ketaclinic.ui.widgets.wrapped_text import WrappedText

_LABELS = {
    "family_name": "Family name",
    "given_name": "Given name",
    "born": "Date of birth",
    "preferred_name": "Called",
    "phone": "Telephone",
    "email": "E-mail",
    "address": "Address",
    "language": "Language",
    "emergency_contact": "Emergency contact",
    "emergency_phone": "Emergency telephone",
    "note": "Note",
}
_BOTH_KEPT = {"note"}


class MergeDialog(Dialog):
    """Two records of one person: the one that was open stays, the other goes over to it."""

    merged = Signal(object)

    def __init__(self, context: ScreenContext, keep: Patient, *, parent: QWidget) -> None:
        super().__init__(
            parent, "Merge with another record", subtitle=f"{keep.name} · {keep.record} is kept.", width=680
        )
        self._context, self._keep = context, keep
        self._command = str(uuid4())
        self.preview: MergePreview | None = None
        self.picker = PatientPicker(context)
        self.picker.patient_chosen.connect(self._look)
        self._shown = QVBoxLayout(spacing=10)
        self._choices: dict[str, QRadioButton] = {}
        self.body.addWidget(QLabel("The other record of the same person"))
        self.body.addWidget(self.picker)
        self.body.addLayout(self._shown)
        self.body.addStretch()
        self.add_cancel()
        self.button = self.add_button("Merge records", self._merge, kind="primary")
        self.button.setEnabled(False)

    # -- looking

    def _look(self, other_id: int) -> None:
        user, services = self._context.user(), self._context.services
        look = partial(services.patients.merge_check, user, self._keep.id, other_id)
        self._context.ops.run(self, look, self._show, self.show_error, latest="merge")

    def _show(self, preview: MergePreview) -> None:
        self.preview = preview
        empty_layout(self._shown)
        self._choices.clear()
        self.findings.show_findings(preview.findings)
        blocked = bool(blocking(preview.findings))
        self.button.setEnabled(not blocked)
        if not blocked:
            self._shown.addWidget(_sentence(preview))
            if preview.differences:
                self._shown.addWidget(self._differences(preview))
        self.button.setText(f"Merge {preview.other.record} into {preview.keep.record}")
        self.fit()

    def _differences(self, preview: MergePreview) -> QWidget:
        box = QFrame(accessibleName="What differs")
        box.setProperty("kind", "panel")
        grid = QGridLayout(box, horizontalSpacing=14, verticalSpacing=8)
        grid.setContentsMargins(14, 12, 14, 12)
        for column, words in enumerate(("Take", preview.keep.record, preview.other.record)):
            label = QLabel(words)
            label.setProperty("kind", "label")
            grid.addWidget(label, 0, column)
        for row, one in enumerate(preview.differences, start=1):
            self._add_choice(grid, row, one)
        for column in (1, 2):
            grid.setColumnStretch(column, 1)
        return box

    def _add_choice(self, grid: QGridLayout, row: int, one: Difference) -> None:
        name = _LABELS.get(one.field, one.field)
        label = QLabel(name)
        label.setProperty("kind", "second")
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
        values = (
            _words(one.field, one.kept, self.preview, "keep"),
            _words(one.field, one.other, self.preview, "other"),
        )
        if one.field in _BOTH_KEPT:
            for column, value in enumerate(values, start=1):
                grid.addWidget(WrappedText(13, value), row, column, Qt.AlignmentFlag.AlignTop)
            return
        group = QButtonGroup(self)
        for column, value in enumerate(values, start=1):
            button = QRadioButton(value, accessibleName=f"{name}: {value}", checked=column == 1)
            group.addButton(button)
            grid.addWidget(button, row, column, Qt.AlignmentFlag.AlignTop)
            if column == 2:
                self._choices[one.field] = button

    # -- doing

    def _merge(self) -> None:
        if self.preview is None:
            return
        self.set_busy(busy=True)
        taken = frozenset(field for field, button in self._choices.items() if button.isChecked())
        services = self._context.services
        work = partial(services.patients.merge, self._context.user(), self.preview, taken, self._command)
        self._context.ops.run(self, work, self._done, self.show_error)

    def _done(self, kept: Patient) -> None:
        self.set_busy(busy=False)
        self.merged.emit(kept)
        self.accept()


def _sentence(preview: MergePreview) -> QLabel:
    other = preview.other
    over = f"{_listed(preview.goes_over)} of {other.record} go over." if preview.goes_over else "It holds nothing else."
    label = QLabel(
        f"{over} Searching for {other.record}, or for any of its names, leads to {preview.keep.record} from then on. "
        "It can be undone until something new is charted.",
        wordWrap=True,
    )
    label.setProperty("kind", "second")
    return label


def _listed(parts: Iterable[str]) -> str:
    several = list(parts)
    return several[0] if len(several) == 1 else f"{', '.join(several[:-1])} and {several[-1]}"


def _words(field: str, value: str, preview: MergePreview | None, which: str) -> str:
    if field == "born" and preview is not None:
        born = getattr(preview, which).fields.born
        return text.day_month_year(born) if born else value
    return " ".join(value.split())
