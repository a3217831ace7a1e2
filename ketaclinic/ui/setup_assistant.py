"""The first start: what the clinic is called, when and where it is open, its chairs, and its first manager.

Signals of `SetupAssistant`: `finished()` once the clinic is made.
"""

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimeZone, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ketaclinic.catalog.clinic import ClinicDefaults
from ketaclinic.clock import Clock
from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Refused, Severity
from ketaclinic.domain.people import User
from ketaclinic.domain.resources import Clinic
from ketaclinic.domain.set_up import SetUp, check_set_up, is_zone
from ketaclinic.services.bundle import Services
from ketaclinic.ui import theme
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.setup_pages import PLACES, ChairsPage, HoursPage
from ketaclinic.ui.widgets.findings_panel import FindingsPanel
from ketaclinic.ui.widgets.rail import paint_cover

_STEPS = (
    ("The clinic", "As it stands on letterheads and in every document. All of it can be changed later."),
    ("Place and hours", "Bookings are wall-clock time here, and stay so when clocks change."),
    ("Chairs and nurses", "A room counts as a chair. Where no shifts are entered, this many nurses are on duty."),
    ("First manager", "The manager adds everyone else. Who did what is kept from now on."),
)
_CLINIC = (
    Field("name", "Name of the clinic", required=True, span=2),
    Field("phone", "Telephone"),
    Field("after_hours_phone", "Telephone after hours", hint="Patients find it on their aftercare sheet."),
    Field("address", "Address", kind="lines", span=2),
    Field("email", "E-mail"),
    Field("website", "Website"),
)
_MANAGER = (
    Field("name", "Name", required=True, placeholder="As it stands under signatures"),
    Field("login", "Sign-in name", required=True, placeholder="One word, e.g. ada"),
    Field("pin", "PIN", kind="pin", required=True),
    Field("pin_again", "PIN once more", kind="pin", required=True),
)
_PAGE_OF = {"clinic": 0, "location_name": 1, "zone": 1, "hours": 1, "chairs": 2, "usual_nurses": 2}
_MANAGERS_PAGE = 3


class _Steps(QWidget):
    """The steps at the left, the one in hand marked; paints itself."""

    def __init__(self) -> None:
        super().__init__(accessibleName="Steps")
        self._at = 0
        self.setFixedWidth(210)

    def go(self, step: int) -> None:
        """Marks a step."""
        self._at = step
        self.setAccessibleDescription(f"Step {step + 1} of {len(_STEPS)}: {_STEPS[step][0]}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, (title, _) in enumerate(_STEPS):
            top = 8 + number * 44
            done, here = number < self._at, number == self._at
            painter.setPen(theme.color(now.accent if done or here else now.line_strong))
            painter.setBrush(theme.color(now.accent if here else now.accent_tint if done else now.surface))
            painter.drawEllipse(QRectF(1, top, 26, 26))
            painter.setPen(theme.color(now.on_accent if here else now.accent_ink if done else now.ink2))
            painter.setFont(theme.font(12, bold=True))
            painter.drawText(QRectF(1, top, 26, 26), Qt.AlignmentFlag.AlignCenter, "✓" if done else str(number + 1))
            painter.setPen(theme.color(now.ink if here else now.ink2))
            painter.setFont(theme.font(13, bold=here))
            painter.drawText(QRectF(40, top, 170, 26), Qt.AlignmentFlag.AlignVCenter, title)
        painter.end()


class SetupAssistant(QWidget):
    """Asks page by page; goes on only when a page is right, and loses nothing on the way back."""

    finished = Signal()

    def __init__(self, parent: QWidget, ops: Ops, services: Services, defaults: ClinicDefaults, clock: Clock) -> None:
        super().__init__(parent, accessibleName="Set up the clinic")
        self._ops, self._services = ops, services
        today = clock.now().date()
        self.clinic = Form(_CLINIC, today)
        self.hours = HoursPage(defaults, _zone_here(defaults.zone))
        self.chairs = ChairsPage(defaults)
        self.manager = Form(_MANAGER, today)
        self.pages = QStackedWidget()
        self.steps = _Steps()
        self.title, self.second = QLabel(), QLabel(wordWrap=True)
        self.title.setProperty("kind", "heading")
        self.second.setProperty("kind", "second")
        self.findings = FindingsPanel()
        self.back = QPushButton("Back", accessibleName="Back")
        self.next = QPushButton("Next", accessibleName="Next")
        self.next.setProperty("kind", "primary")
        self.back.clicked.connect(self._go_back)
        self.next.clicked.connect(self._go_on)
        self._lay_out()
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())
        self._go(0)

    def _lay_out(self) -> None:
        for page in (self.clinic, self.hours, self.chairs, self.manager):
            holder = QWidget()
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(page)
            column.addStretch()
            self.pages.addWidget(holder)
        self.card = QFrame()
        self.card.setProperty("kind", "dialog")
        self.card.setFixedSize(900, 620)
        foot = QHBoxLayout()
        foot.addWidget(self.back)
        foot.addStretch()
        foot.addWidget(self.next)
        right = QVBoxLayout(spacing=10)
        right.addWidget(self.title)
        right.addWidget(self.second)
        right.addSpacing(6)
        right.addWidget(self.pages, 1)
        right.addWidget(self.findings)
        right.addLayout(foot)
        left = QVBoxLayout()
        heading = QLabel("Set up ketaclinic")
        heading.setProperty("kind", "section")
        left.addWidget(heading)
        left.addSpacing(12)
        left.addWidget(self.steps, 1)
        row = QHBoxLayout(self.card, spacing=28)
        row.setContentsMargins(36, 32, 36, 28)
        row.addLayout(left)
        row.addLayout(right, 1)
        outer = QVBoxLayout(self)
        outer.addWidget(self.card, alignment=Qt.AlignmentFlag.AlignCenter)

    # -- the way through

    def _go(self, step: int) -> None:
        self.pages.setCurrentIndex(step)
        self.steps.go(step)
        self.title.setText(_STEPS[step][0])
        self.second.setText(_STEPS[step][1])
        self.back.setVisible(step > 0)
        last = step == len(_STEPS) - 1
        self.next.setText("Make the clinic" if last else "Next")
        self.next.setAccessibleName(self.next.text())
        first = (self.clinic.editor("name"), self.hours.name, self.chairs.names, self.manager.editor("name"))[step]
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_back(self) -> None:
        self.findings.show_findings(())
        self._go(self.pages.currentIndex() - 1)

    def _go_on(self) -> None:
        step = self.pages.currentIndex()
        wrong = [f for f in check_set_up(self._given()) if _PAGE_OF.get(f.subject) == step]
        if step == _MANAGERS_PAGE:
            wrong = list(self._wrong_manager())
        if wrong:
            self._show_wrong(step, wrong)
            return
        self._show_wrong(step, [])
        if step < _MANAGERS_PAGE:
            self._go(step + 1)
            return
        self.next.setEnabled(False)
        self._ops.run(self, partial(self._services.clinic.set_up, self._given()), self._made, self._refused)

    def _made(self, _manager: User) -> None:
        self.parentWidget().removeEventFilter(self)
        self.hide()
        self.finished.emit()
        self.deleteLater()

    def _refused(self, error: ClinicError) -> None:
        self.next.setEnabled(True)
        if isinstance(error, Refused) and error.findings:
            step = _PAGE_OF.get(error.findings[0].subject, _MANAGERS_PAGE)
            self._go(step)
            self._show_wrong(step, list(error.findings))
        elif isinstance(error, Invalid) and error.field in {"name", "login", "pin"}:
            self._show_wrong(_MANAGERS_PAGE, [Finding("set-up", Severity.BLOCK, str(error), subject=error.field)])
        else:
            self.findings.show_sentence(str(error))

    def _show_wrong(self, step: int, findings: list[Finding]) -> None:
        if step == 0:
            named = [Finding(f.code, f.severity, f.message, subject="name") for f in findings]
            self.clinic.show_findings(named)
            self.clinic.go_to_first_wrong()
        elif step == _MANAGERS_PAGE:
            self.findings.show_findings(self.manager.show_findings(findings))
            self.manager.go_to_first_wrong()
        else:
            self.findings.show_findings(findings)

    def _wrong_manager(self) -> tuple[Finding, ...]:
        typed = self.manager.values()
        words = {"name": "The manager needs a name.", "login": "A sign-in name is needed.", "pin": "A PIN is needed."}
        wrong = [
            Finding("set-up", Severity.BLOCK, said, subject=name) for name, said in words.items() if not typed[name]
        ]
        if typed["pin"] != typed["pin_again"]:
            wrong.append(
                Finding("set-up", Severity.BLOCK, "The two PINs differ. Type both again.", subject="pin_again")
            )
        return tuple(wrong)

    def _given(self) -> SetUp:
        clinic: dict[str, Any] = self.clinic.values()
        manager = self.manager.values()
        return SetUp(
            clinic=Clinic(**clinic),
            location_name=self.hours.name.text().strip(),
            zone=self.hours.zone.currentText().strip(),
            hours=self.hours.hours(),
            chairs=self.chairs.chairs(),
            usual_nurses=self.chairs.nurses(),
            manager_login=manager["login"],
            manager_name=manager["name"],
            manager_pin=manager["pin"],
        )

    # -- place and paint

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self.setGeometry(self.parentWidget().rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.tokens()
        painter = QPainter(self)
        paint_cover(painter, QRectF(self.rect()), now)
        painter.end()


def _zone_here(proposed: str) -> str:
    """The computer's own zone where it names a place, else the proposal."""
    here = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    return here if here.partition("/")[0] in PLACES and is_zone(here) else proposed
