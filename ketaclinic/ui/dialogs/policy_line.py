"""What the clinic's policy says of a visit in one line, and the fee waived with its reason.

Signals of `PolicyLine`: `changed()` the waiver or its reason changed; `said(PolicyNotice)` the policy answered.
"""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.policies import PolicyAnswer, PolicyNotice
from ketaclinic.ui import icons, theme
from ketaclinic.ui.screen import ScreenContext

_SIGN = 16


class PolicyLine(QWidget):
    """Asks the policy when `ask` is called; shows nothing where it has nothing to say."""

    changed = Signal()
    said = Signal(object)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(accessibleName="Policy")
        self._context = context
        self.notice: PolicyNotice | None = None
        self._sign = QLabel()
        self._sign.setFixedWidth(_SIGN + 6)
        self.words = QLabel(wordWrap=True)
        self.waive = QCheckBox("Waive the fee", accessibleName="Waive the fee")
        self.reason = QComboBox(accessibleName="Reason of the waiver", editable=True)
        self.reason.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.reason.setMinimumWidth(240)
        line_edit = self.reason.lineEdit()
        assert line_edit is not None
        line_edit.setPlaceholderText("Reason of the waiver")
        line_edit.setAccessibleName("Reason of the waiver")
        self.waive.toggled.connect(self._waived)
        self.reason.editTextChanged.connect(self._typed)
        first = QHBoxLayout(spacing=8)
        first.addWidget(self._sign, alignment=Qt.AlignmentFlag.AlignTop)
        first.addWidget(self.words, 1)
        self._second = QWidget()
        second = QHBoxLayout(self._second, spacing=12)
        second.setContentsMargins(_SIGN + 14, 0, 0, 0)
        second.addWidget(self.waive)
        second.addWidget(self.reason)
        second.addStretch(1)
        layout = QVBoxLayout(self, spacing=6)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(first)
        layout.addWidget(self._second)
        self._second.hide()
        self.hide()
        theme.signals.changed.connect(self._paint_sign)
        self._paint_sign()

    def ask(self, appointment_id: int, target: Status) -> None:
        """Shows what the policy says when the visit gets this status now."""
        user, services = self._context.user(), self._context.services
        self._context.ops.run(
            self, lambda: services.courses.policy(user, appointment_id, target), self.show_notice, latest="policy"
        )

    def show_notice(self, notice: PolicyNotice) -> None:
        """Shows an answer; a reason that was chosen stays."""
        kept = self.reason.currentText() if self.waive.isChecked() else ""
        self.notice = notice
        self.words.setText(notice.text)
        self.setAccessibleDescription(notice.text)
        self.reason.blockSignals(True)
        self.reason.clear()
        self.reason.addItems(list(notice.waiver_reasons))
        self.reason.setCurrentIndex(-1)
        self.reason.setEditText(kept)
        self.reason.blockSignals(False)
        self._second.setVisible(notice.fee is not None)
        self.reason.setVisible(self.waive.isChecked())
        self.show()
        self.said.emit(notice)

    def keep(self, other: "PolicyLine") -> None:
        """Goes on with what was decided in another dialog."""
        self.waive.setChecked(other.waive.isChecked())
        self.reason.setEditText(other.reason.currentText() if other.waive.isChecked() else "")

    @property
    def answer(self) -> PolicyAnswer | None:
        """What is to be noted; None where the policy has nothing to note."""
        if self.notice is None or self.notice.kind is None:
            return None
        waived = self.notice.fee is not None and self.waive.isChecked()
        return PolicyAnswer(waived, self.reason.currentText().strip() if waived else "")

    @property
    def lacking(self) -> str:
        """What is missing, in words; "" when nothing is."""
        answer = self.answer
        return "A waiver needs its reason." if answer and answer.waived and not answer.reason else ""

    def _waived(self, on: bool) -> None:  # noqa: FBT001 - Qt's signal
        self.reason.setVisible(on)
        if on:
            self.reason.setFocus()
        self.changed.emit()

    def _typed(self, _words: str) -> None:
        self.changed.emit()

    def _paint_sign(self) -> None:
        self._sign.setPixmap(icons.icon("clock", "ink2").pixmap(_SIGN, _SIGN))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_sign()
