"""The vial in the hand: its strength, or where a drug ledger is kept the vial itself. Nothing is chosen beforehand.

Signals of `VialBox`: `chosen()` whenever somebody has chosen.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from ketaclinic.domain.vial_choice import VialView
from ketaclinic.ui import text

_VIAL = Qt.ItemDataRole.UserRole


class VialBox(QStackedWidget):
    """Buttons of the strengths, or a list of the vials in stock, the earliest expiry first."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strengths = QButtonGroup(self)
        self._buttons = QWidget()
        self._row = QHBoxLayout(self._buttons, spacing=8)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._list = _ListBox()
        self._vials: tuple[VialView, ...] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.addWidget(self._buttons)
        self.addWidget(self._list)
        self._strengths.idClicked.connect(self._clicked)
        self._list.activated.connect(self._clicked)

    @property
    def concentration(self) -> float | None:
        """mg/mL of what was chosen; None while nothing is."""
        vial = self._vial()
        if vial is not None:
            return float(vial.mg_per_ml)
        number = self._strengths.checkedId()
        return float(number) if self._vials is None and number >= 0 else None

    @property
    def vial_id(self) -> int | None:
        """Of the drug ledger; None where none is kept or chosen."""
        vial = self._vial()
        return vial.id if vial is not None else None

    @property
    def facts(self) -> str:
        """Lot, expiry and what is left of the vial that was chosen: "Lot KX-1 · to 30 Nov 2027 · 200 mg left"."""
        vial = self._vial()
        if vial is None:
            return ""
        return f"Lot {vial.lot} · to {text.day_month_year(vial.expires_on)} · {vial.left_mg} mg left"

    def offer(self, concentrations: Sequence[float], vials: tuple[VialView, ...] | None) -> None:
        """Offers the strengths, or where a ledger is kept its vials."""
        if not self._strengths.buttons():
            for value in concentrations:
                button = QPushButton(f"{value:g}", checkable=True, accessibleName=f"Vial of {value:g} mg/mL")
                button.setProperty("large", True)
                self._strengths.addButton(button, round(value))
                self._row.addWidget(button, 1)
        if vials != self._vials:
            self._vials = vials
            self._list.fill(vials or ())
        self.setCurrentWidget(self._buttons if vials is None else self._list)

    def show_choice(self, concentration: float | None, vial_id: int | None) -> None:
        """Shows what was chosen, here or at another station; None for nothing."""
        self._strengths.setExclusive(False)
        for button in self._strengths.buttons():
            button.setChecked(concentration is not None and self._strengths.id(button) == round(concentration))
        self._strengths.setExclusive(True)
        wanted = next((n for n, v in enumerate(self._vials or ()) if v.id == vial_id), -1)
        self._list.setCurrentIndex(wanted)

    def lock(self) -> None:
        """Nothing is chosen any more."""
        for widget in (self._list, *self._strengths.buttons()):
            widget.setEnabled(False)

    def _vial(self) -> VialView | None:
        number = self._list.currentIndex()
        return self._vials[number] if self._vials and number >= 0 else None

    def _clicked(self) -> None:
        self.chosen.emit()


class _ListBox(QComboBox):
    """A list in which the arrows and the wheel open or scroll, and never choose by accident."""

    def __init__(self) -> None:
        super().__init__(accessibleName="Vial in the hand", placeholderText="Choose the vial in your hand")
        self.setMinimumHeight(44)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def fill(self, vials: Sequence[VialView]) -> None:
        """One line for each vial; one that may not be used is shown with the reason and cannot be chosen."""
        model = QStandardItemModel(self)
        for vial in vials:
            line = QStandardItem(vial_words(vial))
            line.setData(vial.id, _VIAL)
            line.setEnabled(vial.usable)
            line.setToolTip(text.with_read_dates(vial.why))
            model.appendRow(line)
        self.setModel(model)
        self.setCurrentIndex(-1)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 40 if vials else 0)
        if not vials:
            self.setPlaceholderText("No vial in stock by the drug ledger")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Shut it shows strength and number; the rest stands beneath it."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        words = self.currentText() or self.placeholderText()
        option.currentText = " · ".join(words.split(" · ")[:2])  # type: ignore[attr-defined]
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.showPopup()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def vial_words(vial: VialView) -> str:
    """As in "10 mg/mL · V-0003 · lot KX-1 · to 30 Nov 2027 · 200 mg left"; an unusable one says why."""
    words = f"{vial.mg_per_ml} mg/mL · {vial.number} · lot {vial.lot}"
    if vial.why:
        return f"{words} · {text.with_read_dates(vial.why)}"
    return f"{words} · to {text.day_month_year(vial.expires_on)} · {vial.left_mg} mg left"
