"""The steps of the tour in their order, and the watch over the program while it is played."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import to_wall
from ketaclinic.services.demonstration import Wish
from ketaclinic.tour import (
    steps_board,
    steps_booking,
    steps_documents,
    steps_drug,
    steps_first_start,
    steps_front_desk,
    steps_import,
    steps_look,
    steps_nurse_before,
    steps_nurse_during,
    steps_nurse_recovery,
    steps_overview,
    steps_recall,
    steps_record,
    steps_repair,
    steps_settings,
)
from ketaclinic.tour.report import Report
from ketaclinic.tour.stage import ZONE, opening, stage
from ketaclinic.ui import theme
from ketaclinic.ui.application import application

_NEW_CLINIC = (
    steps_first_start.first_start,
    steps_settings.users,
    steps_settings.clinic,
    steps_settings.closures,
    steps_settings.shifts,
)
_FRONT_DESK = (
    steps_front_desk.sign_in,
    steps_front_desk.the_day,
    steps_front_desk.arrival,
    steps_front_desk.search,
    steps_booking.free_time,
    steps_front_desk.patients,
    steps_front_desk.new_patient,
    steps_booking.plan,
    steps_booking.trial,
    steps_booking.book,
    steps_booking.move,
    steps_board.pinboard,
    steps_board.several,
    steps_board.day_sheet,
    steps_overview.views,
    steps_overview.week_and_month,
    steps_recall.confirm,
    steps_recall.cancel_late,
    steps_recall.recall,
    steps_repair.repair,
    steps_import.take_over,
    steps_documents.documents,
    steps_look.keys,
    steps_look.dark_desk,
)
_NURSE = (
    steps_nurse_before.lock_and_change,
    steps_look.dark_chairside,
    steps_nurse_before.checklist,
    steps_nurse_before.override,
    steps_nurse_before.baseline,
    steps_nurse_before.dose,
    steps_drug.draw,
    steps_nurse_during.start,
    steps_nurse_during.implausible,
    steps_nurse_during.alert,
    steps_look.dark_session,
    steps_nurse_during.stop,
    steps_drug.account,
    steps_nurse_recovery.recovery,
    steps_nurse_recovery.discharge,
    steps_record.record,
    steps_record.addendum,
    steps_record.scores,
    steps_nurse_recovery.back_to_the_chairs,
    steps_drug.ledger,
    steps_record.overrides,
)
_NOISE = "This plugin does not support"


def play(out: Path, catalog: Catalog, today: date, *, patients: int, months: int) -> dict[str, Any]:
    """Plays everything, and writes `tour.json` also when a step fails. Raises ClinicError."""
    app = application()
    theme.apply(app, "light")
    clock, report = opening(today), Report(out)
    wish = Wish(seed=1, patients=patients, months=months, now=to_wall(clock.now(), ZONE))
    with _watched() as errors:
        try:
            with stage(catalog, clock, report, None, errors) as here:
                for step in _NEW_CLINIC:
                    step(here)
            with stage(catalog, clock, report, wish, errors) as here:
                for step in (*_FRONT_DESK, *_NURSE):
                    step(here)
        finally:
            report.write()
    return report.document()


@contextmanager
def _watched() -> Iterator[list[BaseException]]:
    """Collects the errors of the program, which Qt would only print, and drops what the screenless platform notes."""
    errors: list[BaseException] = []
    hook_before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        errors.append(error)
        hook_before(kind, error, trace)

    def note(kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
        if words.startswith(_NOISE):
            return
        if handler_before is not None:
            handler_before(kind, context, words)
        else:
            sys.stderr.write(f"{words}\n")

    sys.excepthook = hook
    handler_before: Any = qInstallMessageHandler(note)
    try:
        yield errors
    finally:
        qInstallMessageHandler(handler_before)
        sys.excepthook = hook_before
