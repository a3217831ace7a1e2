"""The performance figures, each beside the raw limit measured in the same run: nothing is guessed."""

import sys
from typing import Any

__all__ = ["run"]


def run(appointments: int = 0) -> dict[str, Any]:
    """Measures everything, telling each figure on standard error; a minute or two, nothing is kept.

    With `appointments`, so many are in the measured file: years of history, which no figure may depend on.
    """
    # A measured process of its own starts in this package: it must not pay for what only the measuring needs.
    from ketaclinic.bench.figures import as_rows, measured  # noqa: PLC0415 - loaded when it is needed

    return {"figures": as_rows(measured(_tell, appointments))}


def _tell(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
