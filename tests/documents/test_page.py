"""Every page of every document: whose it is, which revision, which page; names of all scripts; the same bytes."""

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from ketaclinic.documents.layouts import build, page_count
from ketaclinic.domain.handouts import Letterhead
from tests.documents.builders_documents import LETTERHEAD, a_sheet, pages_of, scrubbed, snapshot, text_of, texts

KINDS = sorted(texts())
NAMES = ("Zoë Nguyễn", "Łukasz Żółć", "Ольга Петрова", "Γιώργος Παπαδόπουλος")


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_names_clinic_patient_birth_revision_and_page(kind: str) -> None:
    pages = pages_of(build(a_sheet(kind)))
    for number, page in enumerate(pages, start=1):
        assert "Riverside Ketamine Clinic" in page
        assert "(312) 555-0140 · after hours (312) 555-0199" in page
        assert "Zoë Nguyễn" in page
        assert "Born Mar 4, 1979 · Record KC-0147" in page
        assert "Revision 1, Nov 1, 2026" in page
        assert "Printed Nov 23, 2026, 9:05 AM by Ada Petrov" in page
        assert f"Page {number} of {len(pages)}" in page


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["consent", "aftercare", "itinerary"])
def test_names_of_four_scripts_are_set_right(kind: str, name: str) -> None:
    assert name in text_of(build(a_sheet(kind, patient=name)))


def test_a_name_typed_in_pieces_is_set_composed() -> None:
    assert "Zoë Nguyễn" in text_of(build(a_sheet("consent", patient="Zoe\u0308 Nguye\u0302\u0303n")))


@pytest.mark.parametrize("name", ["王小明", "محمد علي", "नरेन्द्र", "", "Ada 王"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_name_the_fonts_cannot_set_gives_way_to_the_record_number_and_a_line(kind: str, name: str) -> None:
    text = text_of(build(a_sheet(kind, patient=name)))
    assert "Record KC-0147" in text
    assert "Name cannot be printed in its script. Write it here:" in text
    assert "Ada ?" not in text


def test_an_escort_the_fonts_cannot_set_is_the_one_in_the_record() -> None:
    visit = replace(a_sheet("aftercare").next_visit, escort="王小明, (312) 555-0177")
    text = text_of(build(a_sheet("aftercare", next_visit=visit, words={"escort": "王小明, (312) 555-0177"})))
    assert "Escort: the person named in your record" in text


def test_long_names_and_addresses_of_many_lines_break_nothing() -> None:
    head = Letterhead(
        "The Very Long Named Center for Ketamine Infusion Therapy, Interventional Psychiatry and Pain Medicine",
        "(312) 555-0140",
        address="Building C\nFourth floor\nSuite 400\nNorth Tower\n410 River Street\nChicago, IL 60601\nUnited States",
    )
    name = "Maximiliana " * 16 + "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschafers"
    for kind in KINDS:
        pages = pages_of(build(a_sheet(kind, patient=name.strip(), letterhead=head)))
        assert "United States" in pages[0]
        assert f"Page 1 of {len(pages)}" in pages[0]


def test_marks_in_a_name_are_taken_literally() -> None:
    assert "Smith & <b>Sons</b> **x** {phone}" in text_of(
        build(a_sheet("consent", patient="Smith & <b>Sons</b> **x** {phone}"))
    )


def test_a_patient_without_date_of_birth_gets_a_line_to_write_it_on() -> None:
    sheet = a_sheet("consent")
    text = text_of(build(replace(sheet, patient=replace(sheet.patient, born=None))))
    assert "Born ________ · Record KC-0147" in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_sheet_gives_the_same_bytes(kind: str) -> None:
    assert build(a_sheet(kind)) == build(a_sheet(kind))


def test_another_process_makes_the_same_bytes(tmp_path: Path) -> None:
    out = tmp_path / "other.pdf"
    program = (
        "import sys; from pathlib import Path\n"
        "from ketaclinic.documents.layouts import build\n"
        "from tests.documents.builders_documents import a_sheet\n"
        "build(a_sheet('itinerary')); Path(sys.argv[1]).write_bytes(build(a_sheet('consent')))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run(
        [sys.executable, "-c", program, str(out)], check=True, env=environment, cwd=Path(__file__).parents[2]
    )
    assert out.read_bytes() == build(a_sheet("consent"))


def test_another_minute_gives_other_bytes() -> None:
    sheet = a_sheet("aftercare")
    assert build(sheet) != build(replace(sheet, printed_at=sheet.printed_at.replace(minute=6)))


def test_fonts_are_embedded_and_the_file_says_what_it_is() -> None:
    content = build(a_sheet("consent"))
    document = pypdfium2.PdfDocument(content)
    data = document.get_metadata_dict()
    assert data["Title"] == "Consent to ketamine infusion therapy, KC-0147"
    assert data["Subject"] == "consent-ketamine-infusion, revision 1"
    assert data["Author"] == LETTERHEAD.name
    assert data["CreationDate"] == "D:20261123090500-06'00'"
    assert b"/Lang (en)" in content
    names = set(re.findall(rb"/FontName /([A-Z]{6}\+[\w-]+)", content))
    assert {name.split(b"+")[1] for name in names} == {b"NotoSans-Regular", b"NotoSans-SemiBold"}
    assert content.count(b"/FontFile2") == len(names)
    assert b"Helvetica" not in content
    assert "Zoë" not in str(data)  # print queues show titles: no name in them


def test_the_pages_are_letter_sized_and_nothing_runs_over_the_edge() -> None:
    for kind in KINDS:
        document = pypdfium2.PdfDocument(io.BytesIO(build(a_sheet(kind))))
        for number in range(len(document)):
            page = document[number]
            assert page.get_size() == (612, 792)
            for obj in page.get_objects():
                left, bottom, right, top = obj.get_bounds()
                assert left >= 35
                assert right <= 612 - 35
                assert bottom >= 20
                assert top <= 792 - 20


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_is_the_one_approved(kind: str) -> None:
    """Compares with tests/documents/snapshots; after a wanted change, write the new text there and read it."""
    said = scrubbed("\n".join(pages_of(build(a_sheet(kind)))))
    assert said == snapshot(kind).read_text(encoding="utf-8").rstrip("\n")


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_counted_as_a_reader_counts_them(kind: str) -> None:
    content = build(a_sheet(kind))
    assert page_count(content) == len(pypdfium2.PdfDocument(content))
