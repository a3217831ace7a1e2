"""Drives the real window through the main job without a screen, and leaves pictures, documents and `tour.json`."""

import os
from datetime import date
from pathlib import Path
from typing import Any

from ketaclinic.catalog.catalog import Catalog


def run(out: Path, catalog: Catalog, today: date, *, patients: int = 220, months: int = 6) -> dict[str, Any]:
    """Plays the tour of a demonstration clinic of this size on this day. Returns what stands in `tour.json`.

    No window shows on a desktop, unless QT_QPA_PLATFORM asks for it.

    Raises:
        ClinicError: a step could not be done as a person would, or the folder cannot be written to; `tour.json` then
            holds the steps before.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ketaclinic.tour.route import play  # noqa: PLC0415 - after the platform is chosen: it brings Qt

    return play(out, catalog, today, patients=patients, months=months)
