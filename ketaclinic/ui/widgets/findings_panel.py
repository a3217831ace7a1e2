"""Findings where they matter: each with its weight as icon and word, its reason, and what to do."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.ui import icons, theme

_LOOKS = {
    Severity.BLOCK: ("block", "red", "Not possible"),
    Severity.OVERRIDE: ("override", "amber", "Needs a second person"),
    Severity.WARN: ("warn", "amber", "Note"),
}


class Notice(QWidget):
    """One remark on a tinted ground with an icon; `tone` is "amber", "red", "green" or "accent"."""

    def __init__(
        self, text: str, *, tone: str = "amber", icon: str = "warn", title: str = "", action: str = ""
    ) -> None:
        super().__init__(accessibleName=" ".join(filter(None, (title, text, action))))
        self._tone, self._icon = tone, icon
        self.words = QVBoxLayout(spacing=2)
        self.title = self._label(title, "strong")
        self.text = self._label(text, "")
        self.action = self._label(action, "strong")
        for label in (self.title, self.text, self.action):
            self.words.addWidget(label)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(38, 10, 12, 10)
        layout.addLayout(self.words)
        theme.signals.changed.connect(self.update)

    def say(self, text: str, *, title: str = "", action: str = "") -> None:
        """Says something else."""
        for label, words in ((self.title, title), (self.text, text), (self.action, action)):
            label.setText(words)
            label.setVisible(bool(words))
        self.setAccessibleName(" ".join(filter(None, (title, text, action))))

    def _label(self, text: str, kind: str) -> QLabel:
        label = QLabel(text, wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setProperty("kind", kind)
        if not text:
            label.hide()
        return label

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color(getattr(now, f"{self._tone}_line")))
        painter.setBrush(theme.color(getattr(now, f"{self._tone}_tint")))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        ink = now.accent_ink if self._tone == "accent" else getattr(now, self._tone)
        icons.paint(painter, self._icon, QRectF(12, 10, 18, 18), ink)
        painter.end()


class FindingsPanel(QWidget):
    """Shows the findings of an act, the heaviest first; takes no room when there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Findings")
        self.findings: tuple[Finding, ...] = ()
        self._layout = QVBoxLayout(self, spacing=8)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """Replaces what is shown."""
        order = list(Severity)
        self.findings = tuple(sorted(findings, key=lambda f: order.index(f.severity)))
        self._clear()
        for finding in self.findings:
            icon, tone, word = _LOOKS[finding.severity]
            self._layout.addWidget(Notice(finding.message, tone=tone, icon=icon, title=word, action=finding.action))
        self.setVisible(bool(self.findings))

    def show_sentence(self, sentence: str, *, tone: str = "red", title: str = "Not saved") -> None:
        """Shows one sentence, e.g. that of a `ClinicError`; an empty one clears the panel."""
        self.findings = ()
        self._clear()
        if sentence:
            self._layout.addWidget(Notice(sentence, tone=tone, icon="block" if tone == "red" else "warn", title=title))
        self.setVisible(bool(sentence))

    def text(self) -> str:
        """All that is shown, for tests and screen readers."""
        items = (self._layout.itemAt(i).widget() for i in range(self._layout.count()))
        return "\n".join(w.accessibleName() for w in items if w is not None)

    def _clear(self) -> None:
        while self._layout.count():
            widget = self._layout.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
