"""Session records: read, printed, and added to after they were signed.

A signed record is filed with its digest when it is first printed or shown, and given again with the same bytes; an
addendum makes a new revision, and the one before stays in the archive.
"""

import hashlib
from datetime import date
from zoneinfo import ZoneInfo

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import charting
from ketaclinic.db import documents as document_rows
from ketaclinic.db import records as rows
from ketaclinic.db.store import Store
from ketaclinic.documents import layouts
from ketaclinic.domain.changes import Op
from ketaclinic.domain.chart import EarlierSession
from ketaclinic.domain.findings import Finding, NotFound, Refused, Severity
from ketaclinic.domain.handouts import Document, DocumentText
from ketaclinic.domain.people import User
from ketaclinic.domain.records import KIND, TITLE, RecordLine, RecordSheet, SessionRecord, check_addendum
from ketaclinic.services.guard import intention
from ketaclinic.services.pins import PinCheck
from ketaclinic.services.record_facts import RecordFacts

_LAYOUT_SINCE = date(2026, 11, 23)
"""Since when the record is laid out as it is."""


class Records:
    """The records of sessions. What was signed does not change here or anywhere; it is added to."""

    area = "records"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store, self._catalog, self._clock = store, catalog, clock
        self._pins = PinCheck(store, catalog.rules, clock)

    @intention
    def record(self, by: User, encounter_id: int) -> SessionRecord:  # noqa: ARG002 - the guard reads it
        """Everything that stands on the record of a session. Raises NotFound."""
        with self._store.reading() as session:
            return RecordFacts(session, self._catalog, self._clock).record(encounter_id)

    @intention
    def of_patient(self, by: User, patient_id: int) -> tuple[RecordLine, ...]:  # noqa: ARG002 - the guard reads it
        """The sessions of a patient, the latest first."""
        names = {protocol.id: protocol.clinical_name for protocol in self._catalog.protocols.values()}
        with self._store.reading() as session:
            return rows.lines_of_patient(session, patient_id, names)

    @intention
    def of_visit(self, by: User, appointment_id: int) -> int:  # noqa: ARG002 - the guard reads it
        """The session that was opened for a visit. Raises NotFound while there is none."""
        with self._store.reading() as session:
            found = charting.encounter_id_of(session, appointment_id)
        if found is None:
            raise NotFound("No session was opened for this visit, so there is no record of it. Nothing was printed.")
        return found

    @intention
    def earlier(self, by: User, encounter_id: int, limit: int = 6) -> tuple[EarlierSession, ...]:  # noqa: ARG002
        """The patient's infusions before this one, the latest first, to lay under its chart. Raises NotFound."""
        with self._store.reading() as session:
            return RecordFacts(session, self._catalog, self._clock).earlier(encounter_id, limit)

    @intention
    def pdf(self, by: User, encounter_id: int) -> Document:
        """The record on paper: a draft while nobody has signed, made anew each time; then filed, the same bytes again.

        Raises:
            NotFound: there is no such session.
            StoreUnusable: the filed bytes no longer match their digest.
        """
        with self._store.reading() as session:
            record = RecordFacts(session, self._catalog, self._clock).record(encounter_id)
            known = rows.filed(session, encounter_id, record.revision) if record.signed else None
        if known is not None:
            return known
        sheet = RecordSheet(
            record, self._clock.now().astimezone(ZoneInfo(record.view.zone)).replace(microsecond=0), by.name
        )
        content = layouts.build_list(sheet)
        pages = layouts.page_count(content)
        return self._file(by, record, content, pages) if record.signed else self._draft(by, record, content, pages)

    @intention
    def add_addendum(
        self, by: User, encounter_id: int, text: str, meaning: str, pin: str, command_id: str = ""
    ) -> SessionRecord:
        """Adds to a signed record under the own PIN; the record itself stays as it is, and gets a new revision.

        `meaning` is "correction", "late entry", "clarification" or "review".

        Raises:
            Invalid: nothing was written, the meaning is none of these, or the PIN is wrong.
            Refused: the session is not signed yet: what is missing is still charted in it.
            NotFound: there is no such session.
        """
        said, why = check_addendum(text, meaning)
        with self._store.reading() as session:
            _signed(charting.encounter_row(session, encounter_id).signed_at is not None)
        author = self._pins.own(by.id, pin, f"adds to session {encounter_id}", "added")
        detail = f"session {encounter_id}"
        with self._store.writing(Op.ADD_ADDENDUM, by=by.id, command_id=command_id, detail=detail) as writing:
            if writing.earlier is None:
                _signed(charting.encounter_row(writing.session, encounter_id).signed_at is not None)
                added = rows.add_addendum(
                    writing.session,
                    encounter_id,
                    at=self._clock.now(),
                    user_id=by.id,
                    role=author.role.value,
                    meaning=why.value,
                    text=said,
                )
                writing.result = {"addendum": added}
            return RecordFacts(writing.session, self._catalog, self._clock).record(encounter_id)

    def _file(self, by: User, record: SessionRecord, content: bytes, pages: int) -> Document:
        encounter_id, patient_id = record.view.id, record.view.header.patient_id
        detail = f"{KIND} revision {record.revision}, session {encounter_id}"
        with self._store.writing(Op.FILE_DOCUMENT, by=by.id, detail=detail) as writing:
            known = rows.filed(writing.session, encounter_id, record.revision)
            if known is not None:  # another station was faster
                writing.nothing = True
                return known
            return document_rows.file_document(
                writing.session,
                _text(record),
                content,
                patient_id=patient_id,
                user_id=by.id,
                made_at=self._clock.now(),
                pages=pages,
                clinical=True,
                encounter_id=encounter_id,
            )

    def _draft(self, by: User, record: SessionRecord, content: bytes, pages: int) -> Document:
        text = _text(record)
        return Document(
            id=0,
            patient_id=record.view.header.patient_id,
            kind=KIND,
            title=text.title,
            revision=0,
            language="en",
            made_at=self._clock.now(),
            made_by=by.name,
            pages=pages,
            digest=hashlib.sha256(content).hexdigest(),
            clinical=True,
            content=content,
        )


def _text(record: SessionRecord) -> DocumentText:
    title = f"{TITLE} {record.view.header.label}, {record.starts_at:%Y-%m-%d}"
    return DocumentText(
        kind=KIND,
        language="en",
        id=KIND,
        title=title,
        revision=record.revision,
        since=_LAYOUT_SINCE,
        contexts=("session",),
        layout=KIND,
        source="clinical.md 3, 4, 8.5; 21 CFR 11.50",
        blocks=(),
    )


def _signed(signed: bool) -> None:  # noqa: FBT001 - the one question
    if not signed:
        text = "This session is not signed yet: chart what is missing in the session itself. Nothing was added."
        raise Refused((Finding("not-signed", Severity.BLOCK, text),), text)
