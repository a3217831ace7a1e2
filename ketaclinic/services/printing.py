"""Handouts and forms: which there are, one made and filed, and the same bytes again."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, to_wall, wall_now
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import documents as rows
from ketaclinic.db import people as people_rows
from ketaclinic.db.store import Store
from ketaclinic.documents import layouts
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Invalid, NotAllowed, NotFound
from ketaclinic.domain.handouts import (
    BlockKind,
    BookedVisit,
    Document,
    DocumentText,
    Handout,
)
from ketaclinic.domain.people import User
from ketaclinic.domain.permissions import CLINICAL
from ketaclinic.domain.sheets import DaySheetLook, Ink
from ketaclinic.services.call_facts import CallFacts
from ketaclinic.services.chair_facts import ChairFacts
from ketaclinic.services.guard import intention
from ketaclinic.services.list_facts import ListFacts
from ketaclinic.services.saving import save_file
from ketaclinic.services.sheets import PrintFacts, sheet_of

_USUAL_LOOK = DaySheetLook()


class Printing:
    """Documents for patients, previewed, filed, and printed again as they were; and the lists of the day."""

    area = "printing"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store, self._catalog, self._clock = store, catalog, clock
        self._lists = ListFacts(store, catalog, clock)
        self._chairs = ChairFacts(store, catalog, clock, self._lists)
        self._calls = CallFacts(store, catalog, clock, self._lists)

    @intention
    def available(self, by: User, context: str) -> tuple[Handout, ...]:  # noqa: ARG002 - the guard reads it
        """What may be printed for a "patient", an "appointment" or a "series", forms first, then by title."""
        texts = [texts.get("en") or next(iter(texts.values())) for texts in self._catalog.documents.values()]
        fitting = [text for text in texts if context in text.contexts]
        fitting.sort(key=lambda text: (text.layout != "consent", text.layout != "itinerary", text.title))
        return tuple(Handout(text.kind, text.title, context) for text in fitting)

    @intention
    def preview(
        self,
        by: User,
        kind: str,
        patient_id: int,
        appointment_id: int | None = None,
        series_id: int | None = None,
        language: str = "en",
    ) -> bytes:
        """The PDF as it would be printed now; nothing is filed."""
        text = self._text(kind, language)
        facts = self._facts(by, text, patient_id, appointment_id, series_id)
        return layouts.build(sheet_of(text, facts, self._clock.now(), by.name))

    @intention
    def render(
        self,
        by: User,
        kind: str,
        patient_id: int,
        appointment_id: int | None = None,
        series_id: int | None = None,
        language: str = "en",
        command_id: str = "",
    ) -> Document:
        """Makes the PDF and files it; the same command gives the same document.

        Raises:
            NotFound: there is no such document, patient, visit or series, or no series to print.
            Invalid: there is no text in this language.
            Stale: the patient's record was merged into another.
        """
        text = self._text(kind, language)
        facts = self._facts(by, text, patient_id, appointment_id, series_id)
        sheet = sheet_of(text, facts, self._clock.now(), by.name)
        content = layouts.build(sheet)
        pages = layouts.page_count(content)
        detail = f"{kind} revision {text.revision}, {facts.patient.record}"
        with self._store.writing(Op.FILE_DOCUMENT, by=by.id, command_id=command_id, detail=detail) as writing:
            if writing.earlier is not None:
                return rows.document(writing.session, writing.earlier["document"])
            people_rows.patient_to_write_for(writing.session, patient_id)
            filed = rows.file_document(
                writing.session,
                text,
                content,
                patient_id=patient_id,
                user_id=by.id,
                made_at=sheet.printed_at,
                pages=pages,
                clinical=bool(sheet.ticked),
            )
            writing.result = {"document": filed.id}
            return filed

    @intention
    def of_patient(self, by: User, patient_id: int) -> tuple[Document, ...]:  # noqa: ARG002 - the guard reads it
        """What has been filed for a patient, the latest first, without the bytes."""
        with self._store.reading() as session:
            return rows.of_patient(session, patient_id)

    @intention
    def stored(self, by: User, document_id: int) -> Document:
        """A filed document with exactly the bytes that were filed.

        Raises:
            NotFound: it is not in the archive.
            NotAllowed: it shows an indication and the user is not clinical.
            StoreUnusable: the bytes no longer match their digest.
        """
        with self._store.reading() as session:
            found = rows.document(session, document_id)
        if found.clinical and by.role not in CLINICAL:
            raise NotAllowed(
                "This copy shows the indication, so only a nurse or a prescriber may open it. "
                "Print the form anew to get one with empty boxes."
            )
        return found

    @intention
    def save_as(self, by: User, document_id: int, path: str | Path) -> Path:
        """Saves a filed document as a PDF file; a file of that name is replaced only once the new one is complete.

        Raises:
            ClinicError: the disk is full, or the place cannot be written to; nothing there was changed.
        """
        return save_file(path, self.stored(by, document_id).content, kept="The document stays filed")

    # lists: made anew each time, never filed

    @intention
    def today(self, by: User, location_id: int) -> date:  # noqa: ARG002 - the guard reads it
        """The day on the wall of a location, which lists are usually for. Raises NotFound for an unknown location."""
        return wall_now(self._clock, self._lists.location(location_id).zone).date()

    @intention
    def day_sheet(self, by: User, location_id: int, day: date, look: DaySheetLook = _USUAL_LOOK) -> bytes:
        """The day on paper, by chair or by time. Allergy flags only for clinical roles; never a dose or diagnosis.

        Raises:
            NotFound: there is no such location.
        """
        return layouts.build_list(self._lists.day_sheet(by, location_id, day, look))

    @intention
    def week_sheet(self, by: User, location_id: int, monday: date, ink: Ink = Ink.COLOUR) -> bytes:
        """The week that holds a day, on paper. Raises NotFound for an unknown location."""
        return layouts.build_list(self._lists.week_sheet(by, location_id, monday, ink))

    @intention
    def chair_cards(self, by: User, location_id: int, day: date) -> bytes:
        """A sheet for each visit of a day with its grid of checks, and the run sheet of all checks.

        Raises:
            NotFound: there is no such location.
        """
        return layouts.build_list(self._chairs.chair_cards(by, location_id, day))

    @intention
    def blank_checklists(self, by: User, location_id: int) -> bytes:
        """The same sheet without a patient, one for each protocol. Raises NotFound for an unknown location."""
        return layouts.build_list(self._chairs.blank_checklists(by, location_id))

    @intention
    def appointment_card(self, by: User, series_id: int) -> bytes:
        """Two wallet cards with all dates of a series. Raises NotFound: no such series, or nothing booked in it."""
        return layouts.build_list(self._lists.appointment_cards(by, (series_id,)))

    @intention
    def appointment_cards(self, by: User, series_ids: Sequence[int]) -> bytes:
        """The wallet cards of several series in one document.

        Raises:
            Invalid: no series is named.
            NotFound: one of them is not there, or nothing is booked in it.
        """
        if not series_ids:
            raise Invalid("series_ids", "Choose at least one series. Nothing was printed.")
        return layouts.build_list(self._lists.appointment_cards(by, series_ids))

    @intention
    def calendar(self, by: User, series_id: int) -> bytes:  # noqa: ARG002 - the guard reads it
        """A series as a calendar file (ICS). Raises NotFound: no such series, or nothing booked in it."""
        return layouts.build_list(self._lists.calendar_file(series_id))

    @intention
    def call_list(self, by: User, repair_id: int | None, location_id: int, day: date) -> bytes:
        """Whom to call after a day was repaired: old and new time, a line for the outcome.

        Args:
            by: the user.
            repair_id: which repair; None for the latest of the day.
            location_id: where.
            day: the day that was repaired.

        Raises:
            NotFound: the day was not repaired.
        """
        return layouts.build_list(self._calls.after_repair(by, repair_id, location_id, day))

    @intention
    def confirmation_list(self, by: User, location_id: int) -> bytes:
        """Whom to call to confirm the visits of the next working days. Raises NotFound for an unknown location."""
        return layouts.build_list(self._calls.to_confirm(by, location_id))

    def _text(self, kind: str, language: str) -> DocumentText:
        texts = self._catalog.documents.get(kind)
        if texts is None:
            known = ", ".join(sorted(self._catalog.documents))
            raise NotFound(f"There is no document “{kind}”. There are: {known}.")
        if language not in texts:
            raise Invalid(
                "language", f"“{kind}” is not there in the language “{language}”, only in {', '.join(texts)}."
            )
        return texts[language]

    def _facts(
        self, by: User, text: DocumentText, patient_id: int, appointment_id: int | None, series_id: int | None
    ) -> PrintFacts:
        """Everything that goes on the paper. Raises NotFound for what is not there."""
        with self._store.reading() as session:
            patient = people_rows.patient(session, patient_id)
            this_visit = rows.visit(session, appointment_id) if appointment_id is not None else None
            series = rows.series_printed(session, patient_id, this_visit, series_id)
            locations = clinic_rows.locations(session)
            home = this_visit.location_id if this_visit else series.location_id if series else locations[0].id
            location = next(place for place in locations if place.id == home)
            moment = this_visit.starts_at if this_visit else to_wall(self._clock.now(), location.zone)
            next_visit = rows.visit_after(session, patient_id, moment)
            sessions: tuple[BookedVisit, ...] = ()
            if any(block.kind is BlockKind.SESSIONS for block in text.blocks):
                sessions = rows.visits_of_series(session, series.id) if series else ()
                if not sessions:
                    raise NotFound(
                        f"{patient.record} has no visits booked yet. Book a series, then print “{text.title}”."
                    )
            ticks = by.role in CLINICAL and any(block.kind is BlockKind.CHOICES for block in text.blocks)
            return PrintFacts(
                patient=patient,
                clinic=clinic_rows.clinic(session),
                location=location,
                this_visit=this_visit or next_visit,
                next_visit=next_visit,
                sessions=sessions,
                indication=rows.ordered_indication(session, patient_id) if ticks else None,
            )
