"""One point of a checklist: the question, its answer, where it stands, and what an answer that fails asks for.

Signals of `ItemRow`: `answered(item code, value)`, `confirmed(item code, value)`, `override_wanted(ItemView)`,
`asked(ItemView)`: a dialog; `typed()` something was typed that is not answered yet.
"""

from datetime import date, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.domain.checklists import ItemKind, ItemState
from ketaclinic.domain.encounters import EncounterHeader, ItemView
from ketaclinic.domain.people import Role
from ketaclinic.ui import text, theme
from ketaclinic.ui.screens.chairside.icon_mark import IconMark
from ketaclinic.ui.screens.chairside.item_controls import MENDED_BY, control_for
from ketaclinic.ui.screens.chairside.moments import hour_minute

_MARKS = {
    ItemState.OPEN: ("scheduled", "ink3", "Open"),
    ItemState.MET: ("confirmed", "green", "Met"),
    ItemState.WARNED: ("warn", "amber", "Met, with a warning"),
    ItemState.NOT_MET: ("block", "red", "Not met"),
    ItemState.OVERRIDDEN: ("override", "amber", "Overridden"),
    ItemState.NOT_ASKED: ("info", "ink3", "Not asked"),
}
_LINE = 46
"""Pixels of a line of the list that holds one line of words."""
_ANSWER = 0.36
"""The share of its width that a folded line gives to the answer at most."""


class ItemRow(QFrame):
    """A line of the checklist; made once, it then shows each new state in place.

    A point with nothing left to do folds to one line with its answer, so that the open ones move up.
    """

    answered = Signal(str, object)
    confirmed = Signal(str, object)
    override_wanted = Signal(object)
    asked = Signal(object)
    typed = Signal()

    def __init__(self, view: ItemView, header: EncounterHeader, today: date, zone: str, number: str = "") -> None:
        super().__init__()
        self.setMinimumHeight(_LINE)
        self.view = view
        self._zone = zone
        self._opened = False
        self._locked = False
        self._mark = IconMark()
        self._number = QLabel(number, alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._number.setProperty("kind", "small")
        self._number.setFixedWidth(18)
        self._text = QLabel(view.item.text, wordWrap=True)
        self._help = QLabel(view.item.help, wordWrap=True)
        self._help.setProperty("kind", "small")
        self._who = QLabel(wordWrap=True)
        self._who.setProperty("kind", "small")
        self._why = QLabel(wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self._given = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._given.setProperty("kind", "strong")
        self._doubted: object = None
        self._confirm = QPushButton("It is right", accessibleName=f"It is right: {view.item.text}", visible=False)
        self._confirm.setProperty("kind", "amber")
        self._confirm.setProperty("large", True)
        self._change = QPushButton("Change", accessibleName=f"Change {view.item.text}")
        self._change.setProperty("kind", "ghost")
        self._override = QPushButton("Override…", accessibleName=f"Override {view.item.text}")
        self._override.setProperty("kind", "amber")
        self._override.setProperty("large", True)
        self.control = control_for(view.item, header, today)
        self._line: QLineEdit | None = getattr(self.control, "field", None)
        self._lay_out()
        self.control.answered.connect(self._answered)
        self.control.asked.connect(self._asked)
        if self._line is not None:
            self._line.textEdited.connect(self._typed)
        self._override.clicked.connect(self._override_clicked)
        self._change.clicked.connect(self._change_clicked)
        self._confirm.clicked.connect(self._confirm_clicked)
        self.show_view(view)

    def _lay_out(self) -> None:
        words = QVBoxLayout(spacing=1)
        words.addStretch(1)
        for label in (self._text, self._help, self._why, self._who):
            words.addWidget(label)
        words.addStretch(1)
        grid = QGridLayout(self, horizontalSpacing=10, verticalSpacing=6)
        grid.setContentsMargins(0, 6, 4, 6)
        top, right = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignRight
        middle = Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self._number, 0, 0, middle)
        grid.addWidget(self._mark, 0, 1, middle)
        grid.addLayout(words, 0, 2)
        if self.control.sizeHint().width() < 300:
            grid.addWidget(self.control, 0, 3, middle | right)
        else:
            grid.addWidget(self.control, 1, 2, 1, 3, top | Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._given, 0, 3)
        grid.addWidget(self._change, 0, 4, middle | right)
        for row, button in ((2, self._override), (3, self._confirm)):
            grid.addWidget(button, row, 2, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(2, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The answer stands in one line where it can, and takes no more than its share of the line."""
        if self._given.text():
            self._given.ensurePolished()
            natural = self._given.fontMetrics().horizontalAdvance(self._given.text()) + 4
            self._given.setFixedWidth(min(natural, int(self.width() * _ANSWER)))

    def show_view(self, view: ItemView) -> None:
        """Shows where the point stands now."""
        if view != self.view:
            self._opened = False
            self._confirm.hide()
        elif not self._confirm.isHidden():
            return  # what was doubted still waits for its answer
        self.view = view
        icon, color, word = _MARKS[view.state]
        if view.override_code:
            color = "amber"
        self._mark.set_mark(icon, color, word)
        self.setAccessibleName(f"{view.item.text}: {word}")
        self.control.show_answer(view)
        self._who.setText(_who(view, self._zone))
        self._fold()
        self._override.setVisible(bool(view.override_code) and not self._locked)
        self._override.setToolTip(_who_may(view))

    @property
    def seen_at(self) -> datetime | None:
        """When the answer on screen was given: what somebody else answers after it is told before it is replaced."""
        return self.view.late.at if self.view.late is not None else self.view.answered_at

    @property
    def folded(self) -> bool:
        """Whether only the answer is shown."""
        return self._locked or (self.view.state.done and not self._opened)

    def _fold(self) -> None:
        folded, view = self.folded, self.view
        computed = view.item.kind is ItemKind.COMPUTED
        self.control.setVisible(not folded and (not computed or view.item.computed in MENDED_BY))
        self._help.setVisible(bool(view.item.help) and not folded)
        given = answer_words(view) if folded and not computed else ""
        self._given.setText(given)
        self._given.setVisible(bool(given) and view.state.done)
        self._change.setVisible(folded and not computed and not self._locked)
        self._text.setProperty("kind", "" if folded else "strong")
        self._text.style().polish(self._text)
        says = _reason(view) if view.state is not ItemState.MET or computed else ""
        if view.late is not None:
            says = " ".join(filter(None, (says, _later(view, self._zone))))
        stops = view.state is ItemState.NOT_MET and not view.override_code
        self.say(says, "error" if stops else "warning" if _warns(view) else "small")
        shown = bool(self._who.text()) and (not folded or view.state is ItemState.OVERRIDDEN)
        self._who.setVisible(shown)
        self._given.setToolTip(_who(view, self._zone))
        self._fit()

    def say(self, words: str, kind: str) -> None:
        """One line below the question: why it is not met, or why the answer was not taken."""
        self._why.setText(text.with_read_dates(words))
        self._why.setVisible(bool(words))
        if self._why.property("kind") != kind:
            self._why.setProperty("kind", kind)
            self._why.style().polish(self._why)

    def refuse(self, sentence: str) -> None:
        """What was typed was not taken: it stays, marked, with the reason."""
        self.control.show_error(wrong=True)
        self.say(sentence, "error")

    def ask_again(self, sentence: str, value: object) -> None:
        """What was typed is hardly possible: it stays, and is taken only when somebody says that it is right."""
        self._doubted = value
        self.control.show_error(wrong=True)
        self.say(sentence, "warning")
        self._confirm.show()

    def lock(self) -> None:
        """After sign-off."""
        self._locked = True
        self.control.lock()
        self._override.hide()
        self._fold()

    def focus(self) -> None:
        """Puts the keyboard on the answer."""
        target = self.control.focusProxy() or _first_field(self.control)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def takes_keyboard(self) -> bool:
        """Whether there is something to type or press."""
        return not self.control.isHidden()

    def has_keyboard(self) -> bool:
        """Whether something of this row has the focus."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme.color(theme.tokens().line))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.end()

    def _confirm_clicked(self) -> None:
        self._confirm.hide()
        self.confirmed.emit(self.view.item.code, self._doubted)

    def _change_clicked(self) -> None:
        self._opened = True
        self._fold()
        self.focus()

    def _answered(self, value: object) -> None:
        self._confirm.hide()
        self.answered.emit(self.view.item.code, value)

    def _typed(self, _words: str) -> None:
        self.typed.emit()

    def typed_words(self) -> str:
        """What stands in the field and is not the answer that counts; "" for nothing."""
        if self._line is None:
            return ""
        words = self._line.text().strip()
        return "" if self.view.state.done and not self._line.isModified() else words

    def restore(self, words: str) -> None:
        """Puts back what was typed and not answered; an answer given meanwhile stands."""
        if self._line is not None and not self.view.state.done and not self._line.text().strip():
            self._line.setText(words)
            self.say("Typed earlier and not answered yet: press Enter to answer.", "warning")

    def _asked(self) -> None:
        self.asked.emit(self.view)

    def _override_clicked(self) -> None:
        self.override_wanted.emit(self.view)


def answer_words(view: ItemView) -> str:
    """The answer that counts, in words."""
    value = view.value
    if view.item.kind is ItemKind.COMPUTED or (value is None and view.why):
        return view.why
    if view.item.kind is ItemKind.TICK:
        return "Yes" if value else "No"
    if view.item.kind is ItemKind.CHOICE:
        option = view.item.option(str(value))
        return option.text if option is not None else str(value)
    if view.item.kind is ItemKind.NUMBER and isinstance(value, int | float):
        return f"{value:.{view.item.decimals}f} {view.item.unit}".strip()
    if view.item.kind is ItemKind.DATETIME:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return f"{text.weekday_day(at.date())}, {text.clock(at)}" if isinstance(at, datetime) else ""
    if view.item.kind is ItemKind.IDENTIFIERS:
        return "both read back"
    if view.item.kind is ItemKind.SIGNATURE:
        return view.second_by
    return view.why or (str(view.score) if view.score is not None else "answered")


def _later(view: ItemView, zone: str) -> str:
    """What was answered after the start: "After the start, 09:40, Maria Ortiz: New. Tell the prescriber now."."""
    late = view.late
    if late is None:
        return ""
    calls = " ".join(f.action for f in late.findings)
    return f"After the start, {hour_minute(late.at, zone)}, {late.by}: {late.text}. {calls}".strip()


def _first_field(control: QWidget) -> QWidget | None:
    for child in control.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and not child.isHidden():
            return child
    return None


def _warns(view: ItemView) -> bool:
    late = view.late is not None and bool(view.late.findings)
    return late or view.state in {ItemState.WARNED, ItemState.OVERRIDDEN, ItemState.NOT_MET}


def _reason(view: ItemView) -> str:
    """Why it stands so, what to do, and who may override."""
    parts = [view.why or " ".join(f.message for f in view.findings)]
    if view.state in {ItemState.NOT_MET, ItemState.WARNED}:
        parts.append(view.item.action)
    if view.override_code:
        parts.append(_who_may(view))
    return " ".join(p if p.endswith((".", "!", "?")) else f"{p}." for p in parts if p)


def _who_may(view: ItemView) -> str:
    roles = " or ".join(Role(r).word.lower() for r in view.item.override_roles)
    return f"A {roles} may override." if roles else ""


def _who(view: ItemView, zone: str) -> str:
    parts = []
    if view.answered_by:
        when = f" {hour_minute(view.answered_at, zone)}" if view.answered_at is not None else ""
        parts.append(f"{view.answered_by}{when}")
    if view.second_by:
        parts.append(f"second: {view.second_by}")
    if view.overridden_by:
        parts.append(f"overridden by {view.overridden_by}")
    return " · ".join(parts)
