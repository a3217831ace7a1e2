"""The criteria of the discharge, each met or not met with its reason; what is missing or stale is not met.

Signals of `CriteriaCard`: `sign_off_wanted()`, `leave_wanted()` (against advice), `cosign_wanted()`.
"""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.domain.encounters import Criterion, EncounterView
from ketaclinic.domain.findings import blocking
from ketaclinic.ui.screens.chairside.icon_mark import IconMark
from ketaclinic.ui.screens.chairside.moments import minutes_since
from ketaclinic.ui.widgets.pill import Pill

_BESIDE = 20
"""A reason of so many characters stands beside its criterion."""


class _Line(QWidget):
    """One criterion."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = IconMark()
        self._text = QLabel(wordWrap=True)
        self._why = QLabel(wordWrap=True)
        grid = QGridLayout(self, horizontalSpacing=10, verticalSpacing=0)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.addWidget(self._mark, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._text, 0, 1)
        grid.setColumnStretch(1, 1)
        self._grid = grid

    def show_criterion(self, criterion: Criterion) -> None:
        """Shows where it stands."""
        word = "Met" if criterion.met else "Not met"
        self._mark.set_mark("confirmed" if criterion.met else "scheduled", "green" if criterion.met else "amber", word)
        self._text.setText(criterion.text)
        self._set_kind(self._text, "" if criterion.met else "strong")
        beside = len(criterion.why) <= _BESIDE
        self._grid.addWidget(self._why, 0 if beside else 1, 2 if beside else 1)
        self._why.setWordWrap(not beside)
        self._why.setText(criterion.why)
        self._why.setVisible(bool(criterion.why))
        self._set_kind(self._why, "small" if criterion.met else "warning")
        self.setAccessibleName(f"{criterion.text}: {word.lower()}. {criterion.why}")

    @staticmethod
    def _set_kind(label: QLabel, kind: str) -> None:
        if label.property("kind") != kind:
            label.setProperty("kind", kind)
            label.style().polish(label)


class CriteriaCard(QFrame):
    """The list, and below it the two ways out."""

    sign_off_wanted = Signal()
    leave_wanted = Signal()
    cosign_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Discharge criteria")
        self.setProperty("kind", "card")
        self._lines: list[_Line] = []
        self._count = Pill()
        self._since = QLabel()
        self._since.setProperty("kind", "second")
        self._state = QLabel(wordWrap=True, accessibleName="What stands against the discharge")
        self.sign = QPushButton("Sign off and discharge…", accessibleName="Sign off and discharge")
        self.sign.setProperty("kind", "primary")
        self.leave = QPushButton("Against advice…", accessibleName="Leaves against advice")
        self.leave.setProperty("kind", "danger")
        self.cosign = QPushButton("Co-sign…", accessibleName="Co-sign", visible=False)
        self.cosign.clicked.connect(self.cosign_wanted)
        for button in (self.sign, self.leave, self.cosign):
            button.setProperty("large", True)
        self._lay_out()
        self.sign.clicked.connect(self.sign_off_wanted)
        self.leave.clicked.connect(self.leave_wanted)

    def _lay_out(self) -> None:
        title = QLabel("Discharge")
        title.setProperty("kind", "heading")
        head = QHBoxLayout(spacing=10)
        head.setContentsMargins(18, 12, 16, 4)
        head.addWidget(title)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._since)
        inside = QWidget(objectName="scrolled")
        self._list = QVBoxLayout(inside, spacing=0)
        self._list.setContentsMargins(18, 0, 14, 4)
        self._list.addStretch(1)
        scroll = QScrollArea(widgetResizable=True, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = QVBoxLayout(spacing=8)
        foot.setContentsMargins(18, 6, 18, 14)
        buttons = QHBoxLayout(spacing=8)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.sign, 1)
        foot.addWidget(self._state)
        foot.addWidget(self.cosign)
        foot.addLayout(buttons)
        layout = QVBoxLayout(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        layout.addLayout(foot)

    def show_view(self, view: EncounterView, *, may_cosign: bool = False) -> None:
        """Shows the criteria, those not met first, and whether the patient may leave."""
        self.cosign.setVisible(may_cosign and bool(view.cosign) and view.signed_at is None)
        criteria = sorted(view.criteria, key=lambda c: c.met)
        while len(self._lines) < len(criteria):
            line = _Line()
            self._list.insertWidget(len(self._lines), line)
            self._lines.append(line)
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(criteria))
        for line, criterion in zip(self._lines, criteria, strict=False):
            line.show_criterion(criterion)
        met = sum(c.met for c in criteria)
        self._count.set_text(f"{met} of {len(criteria)} met", "green" if met == len(criteria) else "neutral")
        self._show_state(view)

    def tick(self, view: EncounterView, now: datetime) -> None:
        """Counts on from the stop of the infusion."""
        words = "" if view.stopped_at is None else f"stopped {minutes_since(now - view.stopped_at)} ago"
        if view.signed_at is None and self._since.text() != words:
            self._since.setText(words)

    def _show_state(self, view: EncounterView) -> None:
        closed, against = view.signed_at is not None, blocking(view.may_release)
        recovering = view.stopped_at is not None
        self.sign.setVisible(not closed)
        self.leave.setVisible(not closed)
        self.leave.setEnabled(recovering)
        self.sign.setEnabled(recovering and not against)
        unmet = {c.why for c in view.criteria if not c.met} | {c.text for c in view.criteria if not c.met}
        other = [f.message for f in against if f.message not in unmet and not any(u and u in f.message for u in unmet)]
        if closed:
            words, kind = "Signed: nothing can be changed any more.", "strong"
        elif not recovering:
            words, kind = "The infusion has not been stopped yet.", "second"
        elif against:
            words, kind = " ".join(["Not fit for discharge yet.", *other[:2]]), "warning"
        else:
            cosign = f" A prescriber co-signs: {view.cosign}." if view.cosign else ""
            words, kind = f"Every criterion is met.{cosign}", "warning" if cosign else "good"
        self._state.setText(words)
        self._state.setProperty("kind", kind)
        self._state.style().polish(self._state)

    @property
    def state_text(self) -> str:
        """What is said above the buttons."""
        return self._state.text()
