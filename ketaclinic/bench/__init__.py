"""The performance figures, each beside the raw limit measured in the same run: nothing is guessed."""

import sys
from typing import Any

from ketaclinic.bench.figures import as_rows, measured

__all__ = ["run"]


def run() -> dict[str, Any]:
    """Measures everything, telling each figure on standard error; a minute or two, nothing is kept."""
    return {"figures": as_rows(measured(_tell))}


def _tell(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
