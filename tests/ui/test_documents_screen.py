"""The Documents screen, as the desk uses it: choose, see, print, save, file, and print the same again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.models import OrderRow, PatientRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.people import Role, User
from ketaclinic.services.bundle import Services
from ketaclinic.ui import paper
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.documents.screen import DocumentsScreen
from ketaclinic.ui.widgets.pdf_view import PdfView
from tests.db.rows import a_clinic, a_series
from tests.documents.builders_documents import a_sheet, text_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DESK = User(1, "desk", "Ada Petrov", Role.FRONT_DESK)
NURSE = User(2, "nurse", "Mia Ortiz", Role.NURSE)
NGUYEN, OTHER = 1, 2
VISITS = [datetime(2026, 11, 23, 8, 0) + timedelta(days=days) for days in (0, 3, 7)]


@dataclass
class FrontDesk:
    """Someone at the Documents screen."""

    screen: DocumentsScreen
    services: Services
    store: Store
    told: list[str] = field(default_factory=list)
    user: User = DESK

    def printable(self) -> list[str]:
        return [row.title for row in self.screen.chooser.handout_rows.rows]

    def filed(self) -> list[str]:
        return [row.title for row in self.screen.chooser.filed_rows.rows]

    def shown(self) -> bytes:
        return self.screen.preview.view.content

    def words_shown(self) -> str:
        return text_of(self.shown())

    def chooses(self, title: str) -> None:
        rows = self.screen.chooser.handout_rows
        place = [row.title for row in rows.rows].index(title)
        self.screen.chooser.handouts.setCurrentIndex(rows.index(place, 0))

    def chooses_filed(self, place: int) -> None:
        self.screen.chooser.filed.setCurrentIndex(self.screen.chooser.filed_rows.index(place, 0))


@pytest.fixture
def desk(qtbot: QtBot, store: Store, services: Services, catalog: Catalog, clock: FixedClock) -> Iterator[FrontDesk]:
    a_clinic(store)
    a_series(store, NGUYEN, *((1, at) for at in VISITS))
    with store.writing(Op.EDIT_PATIENT, by=1) as writing:
        patient = writing.session.get_one(PatientRow, NGUYEN)
        patient.family_name, patient.given_name = "Nguyễn", "Zoë"
    ops = Ops(inline=True)
    store.on_commit.append(ops.publish)
    told: list[str] = []
    front: list[FrontDesk] = []
    context = ScreenContext(
        ops=ops,
        services=services,
        user=lambda: front[0].user,
        location=services.clinic.locations(DESK)[0],
        clock=clock,
        navigate=lambda *_: None,
        notify=told.append,
        catalog=catalog,
    )
    screen = DocumentsScreen.__new__(DocumentsScreen)
    front.append(FrontDesk(screen, services, store, told))
    DocumentsScreen.__init__(screen, context)
    ops.committed.connect(screen.refresh)
    qtbot.addWidget(screen)
    screen.resize(1390, 800)
    screen.show()
    yield front[0]
    screen.close()


def test_nothing_can_be_printed_before_a_patient_is_chosen(desk: FrontDesk) -> None:
    assert desk.screen.preview.empty.title.text() == "Choose a patient"
    assert desk.screen.print_here() is False
    assert not desk.screen.preview.print_button.isVisible()


def test_a_patient_found_by_name_is_offered_every_document(desk: FrontDesk, qtbot: QtBot) -> None:
    desk.screen.choose_patient(NGUYEN)
    assert desk.printable() == [
        "Consent to ketamine infusion therapy",
        "Your infusion visits",
        "After your ketamine infusion",
        "Before your ketamine infusion",
        "For the person taking you home",
    ]
    assert desk.screen.subtitle == "Nguyễn, Zoë"
    assert desk.filed() == []


def test_a_chosen_document_is_shown_and_not_filed(desk: FrontDesk) -> None:
    desk.screen.choose_patient(NGUYEN)
    desk.chooses("Consent to ketamine infusion therapy")
    assert "Zoë Nguyễn" in desk.words_shown()
    assert desk.screen.preview.view.pages == 4
    assert desk.screen.preview.page_label.text() == "Page 1 of 4"
    assert desk.filed() == []


def test_aftercare_opened_from_a_visit_names_the_visit_after_it(desk: FrontDesk) -> None:
    desk.screen.open({"patient_id": NGUYEN, "appointment_id": 2, "kind": "aftercare"})
    assert desk.screen.chooser.visit.currentText() == "Thu 26 Nov, 08:00 · 2 of 3"
    assert "Monday, November 30, 2026, arrive at 8:00 AM" in desk.words_shown()


def test_another_visit_chosen_shows_the_document_for_it(desk: FrontDesk) -> None:
    desk.screen.open({"patient_id": NGUYEN, "appointment_id": 1, "kind": "aftercare"})
    desk.screen.chooser.visit.setCurrentIndex(desk.screen.chooser.visit.findData(3))
    assert "Not booked yet" in desk.words_shown()


def test_a_filed_document_is_shown_as_filed_and_listed(desk: FrontDesk, clock: FixedClock) -> None:
    desk.screen.open({"patient_id": NGUYEN, "kind": "consent"})
    desk.screen.preview.file_button.click()
    (document,) = desk.services.printing.of_patient(DESK, NGUYEN)
    assert desk.filed() == ["Consent to ketamine infusion therapy"]
    assert desk.screen.preview.state.text() == "Filed"
    assert not desk.screen.preview.file_button.isVisible()
    assert desk.shown() == desk.services.printing.stored(DESK, document.id).content
    assert desk.told == ["“Consent to ketamine infusion therapy” is filed."]


def test_an_old_copy_shows_the_bytes_that_were_filed(desk: FrontDesk, clock: FixedClock) -> None:
    old = desk.services.printing.render(DESK, "consent", NGUYEN)
    clock.forward(days=3)
    desk.screen.choose_patient(NGUYEN)
    desk.chooses_filed(0)
    assert desk.shown() == old.content
    assert "Printed Nov 23, 2026" in desk.words_shown()


def test_saving_files_the_document_and_writes_its_bytes(desk: FrontDesk, tmp_path: Path) -> None:
    desk.screen.open({"patient_id": NGUYEN, "kind": "itinerary"})
    target = tmp_path / "visits.pdf"
    desk.screen.save_to(str(target))
    (document,) = desk.services.printing.of_patient(DESK, NGUYEN)
    assert target.read_bytes() == desk.services.printing.stored(DESK, document.id).content
    assert desk.told == ["Saved as visits.pdf and filed."]


def test_saved_twice_and_printed_a_document_is_filed_once(desk: FrontDesk, tmp_path: Path) -> None:
    desk.screen.open({"patient_id": NGUYEN, "kind": "itinerary"})
    for name in ("one.pdf", "two.pdf"):
        desk.screen.save_to(str(tmp_path / name))
    assert len(desk.services.printing.of_patient(DESK, NGUYEN)) == 1
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_place_that_cannot_be_written_is_told_in_place_and_the_pages_stay(desk: FrontDesk, tmp_path: Path) -> None:
    desk.screen.open({"patient_id": NGUYEN, "kind": "itinerary"})
    desk.screen.save_to(str(tmp_path / "nowhere" / "visits.pdf"))
    assert "visits.pdf was not saved: the folder is not there." in desk.screen.preview.problems.text()
    assert desk.screen.preview.view.pages == 1
    assert desk.filed() == ["Your infusion visits"]


def test_printing_puts_every_page_on_letter_paper_and_files_it(desk: FrontDesk, tmp_path: Path) -> None:
    desk.screen.open({"patient_id": NGUYEN, "kind": "consent"})
    printer = paper.letter_printer("Consent")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    desk.screen.print_on(printer)
    printed = pypdfium2.PdfDocument(tmp_path / "printed.pdf")
    assert [printed[number].get_size() for number in range(len(printed))] == [(612, 792)] * 4
    printed.close()
    assert desk.filed() == ["Consent to ketamine infusion therapy"]
    assert desk.told == ["“Consent to ketamine infusion therapy” went to the printer and is filed."]


def test_only_the_pages_asked_for_are_printed(desk: FrontDesk, tmp_path: Path) -> None:
    desk.screen.open({"patient_id": NGUYEN, "kind": "consent"})
    printer = paper.letter_printer("Consent")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setFromTo(2, 3)
    desk.screen.print_on(printer)
    assert len(pypdfium2.PdfDocument(tmp_path / "printed.pdf")) == 2


def test_a_printer_that_fails_is_one_sentence_and_the_document_stays_filed(
    desk: FrontDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(content: bytes, printer: QPrinter) -> None:
        raise ClinicError("Front printer did not take the document.")

    monkeypatch.setattr(paper, "print_pages", fails)
    desk.screen.open({"patient_id": NGUYEN, "kind": "consent"})
    desk.screen.print_on(paper.letter_printer("Consent"))
    assert "Front printer did not take the document." in desk.screen.preview.problems.text()
    assert desk.filed() == ["Consent to ketamine infusion therapy"]
    assert desk.told == []


def test_an_itinerary_without_visits_says_what_to_do(desk: FrontDesk) -> None:
    desk.screen.open({"patient_id": OTHER, "kind": "itinerary"})
    assert "KC-0002 has no visits booked yet. Book a series" in desk.screen.preview.empty.text.text()
    assert desk.screen.print_here() is False


def test_the_desk_may_not_open_a_copy_that_shows_the_indication(desk: FrontDesk) -> None:
    with desk.store.writing(Op.WRITE_ORDER, by=3) as writing:
        writing.session.add(
            OrderRow(
                patient_id=NGUYEN,
                protocol_id="induction-mood-2-per-week",
                indication="ptsd",
                mg_per_kg=0.5,
                max_mg=60,
                minutes=40,
                sessions=6,
                weight_kg=80,
                prescriber_id=3,
                expires_on=datetime(2027, 11, 23).date(),
            )
        )
    desk.services.printing.render(NURSE, "consent", NGUYEN)
    desk.screen.choose_patient(NGUYEN)
    desk.chooses_filed(0)
    assert "only a nurse or a prescriber may open it" in desk.screen.preview.empty.text.text()
    assert desk.shown() == b""


def test_a_moved_visit_is_shown_at_its_new_time_at_once(desk: FrontDesk) -> None:
    desk.screen.open({"patient_id": NGUYEN, "kind": "itinerary"})
    from tests.db.rows import move

    move(desk.store, 2, at=datetime(2026, 11, 27, 13, 0))
    assert "Friday, November 27, 2026 1:00 PM" in desk.words_shown()


def test_going_to_another_patient_leaves_nothing_of_the_one_before(desk: FrontDesk) -> None:
    desk.screen.open({"patient_id": NGUYEN, "kind": "consent"})
    desk.screen.preview.file_button.click()
    desk.screen.choose_patient(OTHER)
    assert "Zoë" not in desk.words_shown()
    assert "Record KC-0002" in desk.words_shown()
    assert desk.filed() == []


def test_every_control_has_a_name(desk: FrontDesk) -> None:
    preview = desk.screen.preview
    names = [b.accessibleName() for b in (preview.print_button, preview.save_button, preview.file_button)]
    assert names == ["Print", "Save as PDF", "File"]
    chooser = desk.screen.chooser
    assert [w.accessibleName() for w in (chooser.picker.field, chooser.visit, chooser.handouts, chooser.filed)] == [
        "Search patients",
        "For which visit",
        "Documents to print",
        "Filed documents",
    ]


@pytest.fixture
def view(qtbot: QtBot) -> PdfView:
    from ketaclinic.documents.layouts import build

    made = PdfView()
    qtbot.addWidget(made)
    made.resize(QSize(700, 500))
    made.show()
    made.set_content(build(a_sheet("consent")))
    return made


def test_the_page_fits_the_width_until_a_size_is_chosen(view: PdfView, database_url: str) -> None:
    fitting, room = view.zoom, view.viewport().rect()
    assert 75 <= fitting <= 81  # of the 816 pixels that letter paper is wide, less the margins and the scroll bar
    assert room.left() <= view.page_rect(1).left()
    assert view.page_rect(1).right() <= room.right()
    view.zoom_in()
    assert view.zoom > fitting
    chosen = view.zoom
    view.resize(900, 500)
    assert view.zoom == chosen
    view.fit_width()
    assert 100 <= view.zoom <= 106


def test_scrolling_tells_the_page_in_front(view: PdfView, qtbot: QtBot, database_url: str) -> None:
    with qtbot.waitSignal(view.page_changed) as told:
        view.show_page(3)
    assert told.args == [3]
    assert view.accessibleName() == "Preview, page 3 of 4"
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.page == 1
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.page == 4


def test_only_pages_in_sight_are_drawn(view: PdfView, database_url: str) -> None:
    view.viewport().grab()
    assert {number for number, _, _ in view._drawn} == {0}


def test_an_empty_view_shows_nothing(view: PdfView, database_url: str) -> None:
    view.set_content(b"")
    assert (view.pages, view.page) == (0, 0)
    view.viewport().grab()


def test_saving_given_up_saves_and_files_nothing(desk: FrontDesk, qtbot: QtBot) -> None:
    desk.screen.open({"patient_id": NGUYEN, "kind": "consent"})
    dialog = paper.ask_for_path(desk.screen, "KC-0001 Consent.pdf", desk.screen.save_to)
    dialog.reject()
    qtbot.waitUntil(lambda: not isValid(dialog))
    assert desk.filed() == []
    assert desk.told == []


def test_a_place_chosen_in_the_dialog_gets_the_file(desk: FrontDesk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.screen.open({"patient_id": NGUYEN, "kind": "consent"})
    dialog = paper.ask_for_path(desk.screen, "KC-0001 Consent.pdf", desk.screen.save_to)
    dialog.selectFile(str(tmp_path / "consent"))
    dialog.accept()
    qtbot.waitUntil(lambda: not isValid(dialog))
    assert (tmp_path / "consent.pdf").read_bytes().startswith(b"%PDF")


def test_printing_given_up_files_nothing(desk: FrontDesk, qtbot: QtBot) -> None:
    desk.screen.open({"patient_id": NGUYEN, "kind": "consent"})
    dialog = paper.ask_for_printer(desk.screen, "Consent", desk.screen.print_on)
    dialog.reject()
    qtbot.waitUntil(lambda: not isValid(dialog))
    assert desk.filed() == []


def test_a_printer_chosen_in_the_dialog_gets_the_document(
    desk: FrontDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[bytes] = []
    monkeypatch.setattr(paper, "print_pages", lambda content, _: printed.append(content))
    desk.screen.open({"patient_id": NGUYEN, "kind": "consent"})
    dialog = paper.ask_for_printer(desk.screen, "Consent", desk.screen.print_on)
    dialog.done(1)
    qtbot.waitUntil(lambda: not isValid(dialog))
    (document,) = desk.services.printing.of_patient(DESK, NGUYEN)
    assert printed == [desk.services.printing.stored(DESK, document.id).content]


def test_the_dates_are_saved_as_a_calendar_file(
    desk: FrontDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggested: list[str] = []

    def answer(_over: object, name: str, then: Callable[[str], None], *_kind: object) -> None:
        suggested.append(name)
        then(str(tmp_path / "visits.ics"))

    monkeypatch.setattr(paper, "ask_for_path", answer)
    assert not desk.screen.chooser.calendar.isVisible()
    desk.screen.choose_patient(NGUYEN)
    desk.screen.chooser.calendar.click()
    saved = (tmp_path / "visits.ics").read_bytes()
    assert saved.count(b"BEGIN:VEVENT") == 3
    assert suggested[0].endswith("appointments.ics")
    assert desk.told == ["Saved as visits.ics. It opens in Outlook, Apple's and Google's calendars."]
