"""What is to be done about a course, beneath its dates: missed sessions, places to find, reviews, the end.

Signals of `CourseNotes`: `make_up_asked(int)` a missed visit's id; `stop_asked(int)` the series' id;
`finish_asked(int)` a task's id.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.people import User
from ketaclinic.domain.permissions import may
from ketaclinic.domain.policies import PolicyEvent
from ketaclinic.domain.series import SeriesProgress, SeriesStatus
from ketaclinic.domain.tasks import Task
from ketaclinic.ui import text, theme
from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.card import TitledCard, add_rows
from ketaclinic.ui.widgets.wrapped_text import WrappedText

_SIGN = 16
_SHOWN_EVENTS = 8


@dataclass(frozen=True, slots=True)
class _Act:
    """A button of a line: its words, the signal it sends, and what with."""

    words: str
    signal: SignalInstance
    of: int
    name: str = ""


class CourseNotes(QWidget):
    """One line for each thing, with its button; hidden where there is nothing."""

    make_up_asked = Signal(int)
    stop_asked = Signal(int)
    finish_asked = Signal(int)

    def __init__(self, progress: SeriesProgress, tasks: Iterable[Task], user: User) -> None:
        super().__init__(accessibleName=f"To do, {progress.desk_name}")
        self._lines = QVBoxLayout(self, spacing=4)
        self._lines.setContentsMargins(0, 4, 0, 0)
        self._signs: list[tuple[QLabel, str]] = []
        self._acts: dict[QPushButton, _Act] = {}
        running = progress.series.status is SeriesStatus.ACTIVE
        if running:
            self._add_missed(progress, user)
        for task in tasks:
            may_finish = may(user.role, "courses.finish_task")
            act = _Act("Finish…", self.finish_asked, task.id, f"Finish task: {task.text}") if may_finish else None
            self._add("prescriber", f"{task.word}: {' '.join(filter(None, (task.text, task.detail)))}", act)
        if progress.series.status is SeriesStatus.STOPPED and progress.series.stopped_reason:
            self._add("stop", f"Stopped: {progress.series.stopped_reason}", None)
        if running and may(user.role, "courses.stop"):
            stop = _Act("Stop series…", self.stop_asked, progress.series.id, f"Stop series {progress.desk_name}")
            self._lines.addWidget(self._button(stop), alignment=Qt.AlignmentFlag.AlignLeft)
        theme.signals.changed.connect(self._paint_signs)
        self._paint_signs()
        if not self._lines.count():
            self.hide()

    def _add_missed(self, progress: SeriesProgress, user: User) -> None:
        for visit in progress.missing:
            day = text.weekday_day(visit.starts_at.date())
            words = f"{day}: {Status(visit.status).word.lower()}. Nothing stands for it yet."
            act = _Act("Make up for it…", self.make_up_asked, visit.appointment_id, f"Make up for {day}")
            self._add("no_show", words, act if may(user.role, "courses.apply") else None)
        for visit in progress.visits:
            if visit.status == Status.PROPOSED:
                self._add("proposed", f"Session {visit.label} waits on the pinboard to be placed.", None)

    def _add(self, sign: str, words: str, act: _Act | None) -> None:
        row = QHBoxLayout(spacing=8)
        mark = QLabel()
        mark.setFixedWidth(_SIGN + 2)
        self._signs.append((mark, sign))
        row.addWidget(mark, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(WrappedText(13, words, bold=False), 1)
        if act is not None:
            row.addWidget(self._button(act), alignment=Qt.AlignmentFlag.AlignVCenter)
        self._lines.addLayout(row)

    def _button(self, act: _Act) -> QPushButton:
        button = QPushButton(act.words, accessibleName=act.name or act.words)
        button.setProperty("kind", "link")
        button.clicked.connect(self._pressed)
        self._acts[button] = act
        return button

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            act = self._acts[button]
            act.signal.emit(act.of)

    def _paint_signs(self) -> None:
        for label, name in self._signs:
            label.setPixmap(icon(name, "ink2").pixmap(_SIGN, _SIGN))


def policy_card(events: tuple[PolicyEvent, ...]) -> TitledCard:
    """Late cancellations and missed visits with the fee noted, or why it was waived."""
    card = TitledCard("Notice and fees")
    rows = [
        (text.day_month_year(event.visit.date()), f"{event.kind.word}, {event.fee_words}")
        for event in events[:_SHOWN_EVENTS]
    ]
    add_rows(card.body, rows)
    if len(events) > _SHOWN_EVENTS:
        card.say_empty(f"and {len(events) - _SHOWN_EVENTS} older")
    return card
