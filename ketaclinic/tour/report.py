"""What the tour leaves: a picture of each step, and `tour.json` that says what each showed."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from ketaclinic.domain.findings import ClinicError


@dataclass(frozen=True)
class Step:
    """One step: its name, its picture, the documents it left, and what could be read on the screen."""

    name: str
    screenshot: str
    documents: tuple[str, ...] = ()
    shown: dict[str, Any] = field(default_factory=dict)


class Report:
    """Writes into one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.steps: list[Step] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for old in (*folder.glob("[0-9][0-9]-*.png"), *folder.glob("[0-9][0-9][0-9]-*.png"), folder / "tour.json"):
                old.unlink(missing_ok=True)
        except OSError as error:
            raise ClinicError(f"The folder {folder} cannot be written to ({error.strerror}). Name another.") from error

    def add(self, name: str, window: QWidget, documents: tuple[str, ...] = (), **shown: Any) -> None:  # noqa: ANN401
        """Takes the picture of a step and keeps what it showed."""
        file = f"{len(self.steps) + 1:03}-{name.lower().replace(' ', '-')}.png"
        if not picture(window).save(str(self.folder / file), "PNG", 60):
            raise ClinicError(f"The picture {self.folder / file} cannot be written. Is the disk full?")
        self.steps.append(Step(name, file, documents, shown))

    def document(self) -> dict[str, Any]:
        """What stands in `tour.json`."""
        return {"steps": [asdict(step) for step in self.steps]}

    def write(self) -> None:
        """Writes `tour.json`."""
        text = json.dumps(self.document(), ensure_ascii=False, indent=2, default=str)
        (self.folder / "tour.json").write_text(text + "\n", encoding="utf-8")


def picture(window: QWidget) -> QPixmap:
    """The window as it stands on a screen, with the menu or list that is open over it."""
    shot = window.grab()
    popup = QApplication.activePopupWidget()
    if popup is not None:
        painter = QPainter(shot)
        painter.drawPixmap(window.mapFromGlobal(popup.mapToGlobal(QPoint(0, 0))), popup.grab())
        painter.end()
    return shot
