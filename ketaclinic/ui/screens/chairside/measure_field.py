"""A field for one measured number: point or comma, with or without its unit; what cannot be read says why."""

import math

from ketaclinic.domain.typed_numbers import Wanted, read_number
from ketaclinic.ui.screens.chairside.number_field import NumberField


class MeasureField(NumberField):
    """Holds what was typed for one `Wanted` number."""

    def __init__(self, name: str, wanted: Wanted, *, width: int = 110, placeholder: str = "") -> None:
        super().__init__(name, width=width, placeholder=placeholder)
        self.setMaxLength(16)
        self._wanted = wanted

    @property
    def number(self) -> float | None:
        """What was typed; None when it is empty or cannot be taken."""
        value, _ = read_number(self.text(), self._wanted)
        return value if math.isfinite(value) else None

    @property
    def trouble(self) -> str:
        """Why what was typed cannot be taken, in one sentence; "" while it can, or nothing was typed."""
        return read_number(self.text(), self._wanted)[1] if self.text().strip() else ""

    def judge(self) -> str:
        """Marks what cannot be taken, and returns the sentence that says why."""
        trouble = self.trouble
        self.mark(wrong=bool(trouble))
        return trouble
