"""Consent, itinerary and aftercare: seen as they will be on paper, saved as PDF, filed."""

from pathlib import Path

from ketaclinic.tour import people
from ketaclinic.tour.hands import TourFailed
from ketaclinic.tour.stage import Stage
from ketaclinic.ui.screens.documents.screen import DocumentsScreen

_WANTED = (("consent", "Consent"), ("itinerary", "Your infusion visits"), ("aftercare", "After your"))
"""Name of the file, and how its title begins."""


def documents(stage: Stage) -> None:
    """Each is previewed, saved into the folder, and is in the archive from then on."""
    hands = stage.hands
    hands.press("Documents", hands.window.rail)
    hands.type_into("Search patients", people.FAMILY_NAME)
    hands.key_return()
    offered = hands.rows("Documents to print")
    for kind, title in _WANTED:
        file = f"{kind}.pdf"
        row = next((n for n, words in enumerate(offered) if words.startswith(title)), -1)
        if row < 0:
            raise TourFailed(f"The tour stopped: no {kind} is offered to print.")
        hands.take_row("Documents to print", row)
        hands.until(lambda: hands.sees("Save as PDF"), f"the {kind} is not shown")
        stage.step(
            f"{kind} preview", offered=offered, page=hands.words(hands.find(DocumentsScreen, "Documents").preview)
        )
        path = stage.folder / file
        path.unlink(missing_ok=True)
        hands.press("Save as PDF")
        hands.save_as(path)
        hands.until(path.is_file, f"the {kind} is not saved")
        pages, first = read_pdf(path)
        stage.step(f"{kind} filed", documents=(file,), says=hands.notice(), filed=hands.rows("Filed documents"),
                   pages={file: pages}, first_lines={file: first})  # fmt: skip
        hands.dismiss_notice()


def read_pdf(path: Path) -> tuple[int, list[str]]:
    """How many pages a PDF has, and its first lines."""
    from pypdfium2 import PdfDocument  # noqa: PLC0415 - not before the first document

    document = PdfDocument(path)
    try:
        lines = document[0].get_textpage().get_text_bounded().splitlines()
        return len(document), [line.strip() for line in lines if line.strip()][:6]
    finally:
        document.close()
