"""What the session page does with records: earlier sessions for the charts, the signed record, its print, addenda."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ketaclinic.domain.chart import EarlierSession
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.records import SessionRecord
from ketaclinic.ui.dialogs.addendum_dialog import AddendumDialog
from ketaclinic.ui.dialogs.record_paper import show_record
from ketaclinic.ui.screens.chairside.session_acts import SessionActs


class RecordDesk(QObject):
    """Reads with the session that is open; files its record once it is signed.

    Signals: `earlier_read(tuple of EarlierSession)`; `record_read(SessionRecord)`; `refused(str)`.
    """

    earlier_read = Signal(object)
    record_read = Signal(object)
    refused = Signal(str)

    def __init__(self, page: QWidget, acts: SessionActs) -> None:
        super().__init__(page)
        self._page, self._acts = page, acts
        self._shown: int | None = None
        self._was_open = False

    def show_view(self, view: EncounterView) -> None:
        """Reads what belongs to a session that was opened, and its record once it is signed."""
        context = self._acts.context
        records, by, number = context.services.records, context.user(), view.id
        if number != self._shown:
            self._shown, self._was_open = number, False
            context.ops.run(self, lambda: records.earlier(by, number), self._take_earlier, self._failed, latest="past")
        if view.signed_at is None:
            self._was_open = True
            return
        context.ops.run(self, lambda: records.record(by, number), self._take_record, self._failed, latest="record")
        if self._was_open:  # it was signed just now
            self._was_open = False
            self._file(number)

    def leave(self) -> None:
        """Forgets the session."""
        self._shown, self._was_open = None, False

    def print(self) -> None:
        """Opens the record as its pages; of a session that is not signed it is a draft."""
        view = self._acts.view
        if view is not None:
            show_record(self._page, self._acts.context, view.id, view.header.label, view.header.record)

    def add_addendum(self) -> None:
        """Asks what is to be added to the signed record."""
        view = self._acts.view
        if view is not None and view.signed_at is not None:
            who = f"{view.header.name}, {view.header.record} · session {view.header.label}"
            AddendumDialog(self._page, self._acts.context, view.id, who, self._added).open()

    def _added(self, record: SessionRecord) -> None:
        self._take_record(record)
        self._file(record.view.id)

    def _file(self, number: int) -> None:
        """Puts the record into the archive as it is now, with its digest."""
        context = self._acts.context
        records, by = context.services.records, context.user()
        context.ops.run(self, lambda: records.pdf(by, number), self._filed, self._failed)

    def _filed(self, _document: object) -> None:
        """It lies in the archive: nothing on the page tells more than it told."""

    def _take_earlier(self, sessions: Sequence[EarlierSession]) -> None:
        if self._acts.view is not None and self._acts.view.id == self._shown:
            self.earlier_read.emit(tuple(sessions))

    def _take_record(self, record: SessionRecord) -> None:
        if self._acts.view is not None and self._acts.view.id == record.view.id:
            self.record_read.emit(record)

    def _failed(self, error: ClinicError) -> None:
        self.refused.emit(str(error))
