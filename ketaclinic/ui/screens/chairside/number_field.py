"""A field for one number with its unit; comma and point both do, nothing is rounded while it is typed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from ketaclinic.domain.typed_numbers import may_be_thousands


class NumberField(QLineEdit):
    """Holds a number or nothing; `wrong` marks what cannot be read."""

    def __init__(self, name: str, *, width: int = 120, placeholder: str = "") -> None:
        super().__init__(accessibleName=name, placeholderText=placeholder, maxLength=9)
        self.setProperty("large", True)
        self.setFixedWidth(width)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)

    @property
    def number(self) -> float | None:
        """What was typed; None when it is empty or no number."""
        return number_of(self.text())

    def mark(self, *, wrong: bool) -> None:
        """Shows or removes the red border."""
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().polish(self)


def plain(value: float) -> str:
    """A number with up to two decimals and no idle zeros: "41.2", "6.18"."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def number_of(words: str) -> float | None:
    """Reads "61,8" or "61.8" as a number; None where it is none, or where "1,000" could be one or a thousand."""
    if may_be_thousands(words):
        return None
    try:
        found = float(words.strip().replace(",", "."))
    except ValueError:
        return None
    return found if found == found and abs(found) != float("inf") else None  # noqa: PLR0124 - nan is not itself
