"""One line that answers at once whether a place would do: free, free with a remark, or why not."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ketaclinic.domain.findings import Finding, Severity, blocking
from ketaclinic.ui.widgets.findings_panel import Notice


class AnswerLine(QWidget):
    """Keeps its words in `text`, also for screen readers."""

    def __init__(self, name: str = "Answer") -> None:
        super().__init__(accessibleName=name)
        self._layout = QVBoxLayout(self, spacing=6)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.text = ""
        self.hide()

    def clear(self) -> None:
        """Says nothing."""
        self._replace([])

    def say_free(self, words: str, findings: Sequence[Finding] = ()) -> None:
        """The place would do; warnings are added."""
        notices = [Notice(words, tone="green", icon="ok")]
        notices += [Notice(f.message, tone="amber", icon="warn") for f in findings if f.severity is Severity.WARN]
        self._replace(notices)

    def say_why_not(self, findings: Sequence[Finding]) -> None:
        """The place would not do, for these reasons; what somebody may override is said in another tone."""
        looks = {Severity.BLOCK: ("red", "block"), Severity.OVERRIDE: ("amber", "override")}
        shown = sorted(blocking(findings), key=lambda f: f.severity is not Severity.BLOCK)
        self._replace([Notice(f.message, tone=looks[f.severity][0], icon=looks[f.severity][1]) for f in shown])

    def say(self, sentence: str) -> None:
        """One sentence about what is still wanted or could not be done."""
        self._replace([Notice(sentence, tone="accent", icon="info")] if sentence else [])

    def _replace(self, notices: Sequence[Notice]) -> None:
        while self._layout.count():
            item = self._layout.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for notice in notices:
            self._layout.addWidget(notice)
        self.text = " ".join(n.accessibleName() for n in notices)
        self.setAccessibleDescription(self.text)
        self.setVisible(bool(notices))
