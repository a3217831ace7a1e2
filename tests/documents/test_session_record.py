"""The record of a session on paper: complete, nothing cut, nothing hidden for being wrong, whose it is on each page."""

import io
import re
from dataclasses import replace

import pypdfium2
import pytest

from ketaclinic.documents.layouts import build_list, page_count
from ketaclinic.domain.handouts import PrintedPatient
from ketaclinic.domain.records import SessionRecord
from ketaclinic.domain.sheets import Paper
from tests.documents.builders_documents import pages_of, scrubbed, snapshot, text_of
from tests.documents.builders_record import (
    LONG_NAME,
    a_long_record,
    a_record,
    an_eventful_record,
    sheet_of,
)


def words_of(record: SessionRecord) -> str:
    """All words of the paper, whatever the line they stand on."""
    return " ".join(text_of(build_list(sheet_of(record))).split())


def test_every_page_says_whose_it_is_which_revision_and_who_printed_it() -> None:
    pages = pages_of(build_list(sheet_of(an_eventful_record())))
    assert len(pages) >= 4
    for number, page in enumerate(pages, start=1):
        assert "Riverside Ketamine Clinic" in page
        assert "João Silva" in page
        assert "Born Apr 3, 1979 · Record KC-0147 · Session 3 of 6, Nov 23, 2026" in page
        assert "Signed, revision 3 (2 addenda)" in page
        assert "Session record · Revision 3 · Printed Nov 23, 2026, 11:05 AM by Maria Ortiz" in page
        assert f"Page {number} of {len(pages)}" in page
        assert "Draft" not in page


def test_what_nobody_has_signed_says_so_on_every_page() -> None:
    pages = pages_of(build_list(sheet_of(a_record(signed=False))))
    assert len(pages) >= 2
    for page in pages:
        assert page.count("Draft, not signed") == 3, "in its frame, beside the session and at the foot"
        assert "Revision" not in page.replace("Revision 1 of the text", "")
    assert "Addenda" not in " ".join(pages)


def test_a_wrong_row_stays_beside_its_correction_and_a_late_one_has_both_times() -> None:
    text = words_of(an_eventful_record())
    assert "196/76" in text
    assert "169/97!" in text
    assert "In place of the row that is struck through; entered Nov 23, 2026, 09:12." in text
    assert "Late entry: entered Nov 23, 2026, 09:52. Note: Eyes closed, answers when spoken to." in text


def test_a_struck_row_is_crossed_out_on_the_paper() -> None:
    struck = an_eventful_record()
    view = struck.view
    unstruck = replace(view, observations=tuple(replace(o, struck=False) for o in view.observations))
    assert _drawn(replace(struck, view=unstruck)) != _drawn(struck)


def _drawn(record: SessionRecord) -> bytes:
    """The pages as pictures."""
    document = pypdfium2.PdfDocument(build_list(sheet_of(record)))
    try:
        found = io.BytesIO()
        for number in range(len(document)):
            found.write(document[number].render(scale=0.5).to_numpy().tobytes())
        return found.getvalue()
    finally:
        document.close()


def test_a_missed_check_stands_in_its_place_with_its_reason() -> None:
    assert "09:30 +30 +30 missed" in words_of(an_eventful_record())
    assert "Not made: Cuff leaked, changed" in words_of(an_eventful_record())


def test_adverse_events_have_onset_peak_and_resolution() -> None:
    text = words_of(an_eventful_record())
    assert "Rise of blood pressure moderate 09:20 09:21 09:38 related, expected Maria Ortiz" in text
    assert (
        "Action: Paused, labetalol 10 mg IV · Outcome: Resolved without sequelae · Reported to: Rotimi Adeyemi" in text
    )


def test_alerts_overrides_answers_and_the_drug_are_told() -> None:
    text = words_of(an_eventful_record())
    assert "09:20 Red SBP 182: at or above 180" in text
    assert "09:22 Maria Ortiz Rotimi Adeyemi" in text
    assert "Override by Rotimi Adeyemi: Last solid food 5 h ago. Reason: A light breakfast, seen by me" in text
    assert "Answered before: 182.4 kg (08:48 Maria Ortiz)" in text
    assert "41.2 mg = 4.12 mL at 6.18 mL/h agreed" in text
    assert "43 10:01 V-0012, lot KX-4471 Wasted 8.8 Maria Ortiz Kaja Lund Into the container" in text


def test_signatures_have_name_time_and_meaning() -> None:
    assert "Maria Ortiz nurse Nov 23, 2026, 10:15 discharged" in words_of(an_eventful_record())
    # Of a session without a signature among its events the session itself says who signed.
    record = a_record()
    bare = replace(record, view=replace(record.view, signatures=()))
    assert "Maria Ortiz Nov 23, 2026, 10:15 discharged" in words_of(bare)


def test_addenda_stand_after_the_record_with_author_time_and_meaning() -> None:
    text = words_of(an_eventful_record())
    assert "1. Correction · Maria Ortiz, nurse, Nov 23, 2026, 14:00 The weight was 82.4 lb on the old scale" in text
    assert "2. Review · Rotimi Adeyemi, prescriber, Nov 24, 2026, 10:00 Read again; no change of the course." in text
    assert text.index("Signatures") < text.index("1. Correction")


def test_four_hours_and_the_longest_name_are_printed_whole() -> None:
    record = a_long_record()
    text = words_of(record)
    assert "…" not in text
    # Every one of sixty notes and every sentence of a long addendum is there.
    assert text.count("Says that the music is far away") == 15
    assert text.count("so that nobody has to remember it.") == 60
    for page in pages_of(build_list(sheet_of(record))):
        assert LONG_NAME.rsplit(" ", 1)[0] in " ".join(page.split())


@pytest.mark.parametrize("paper", list(Paper))
def test_nothing_is_drawn_outside_the_paper(paper: Paper) -> None:
    width, height = (612, 792) if paper is Paper.LETTER else (595, 842)
    document = pypdfium2.PdfDocument(build_list(sheet_of(replace(a_long_record(), paper=paper))))
    try:
        for number in range(len(document)):
            page = document[number]
            assert tuple(round(side) for side in page.get_size()) == (width, height)
            for obj in page.get_objects():
                left, bottom, right, top = obj.get_bounds()
                assert left >= 20
                assert right <= width - 20
                assert bottom >= 15
                assert top <= height - 20
            page.close()
    finally:
        document.close()


@pytest.mark.parametrize("name", ["Łukasz Żółć", "Ольга Петрова", "Γιώργος Παπαδόπουλος"])
def test_names_of_other_scripts_are_set_right(name: str) -> None:
    record = a_record(patient=PrintedPatient(name, None, "KC-0147"))
    pages = pages_of(build_list(sheet_of(record)))
    assert all(name in page and "Born not known" in page for page in pages)


def test_a_name_the_fonts_cannot_set_gives_way_to_the_record_number() -> None:
    record = a_record(patient=PrintedPatient("王小明", None, "KC-0147"))
    pages = pages_of(build_list(sheet_of(record, by="李雷")))
    for page in pages:
        assert "Record KC-0147*" in page
        assert "look it up under the record number" in page
        assert "by clinic staff" in page


def test_a_note_the_fonts_cannot_set_is_remarked_on() -> None:
    record = a_record()
    noted = replace(record.view.observations[0], note="头晕")
    view = replace(record.view, observations=(noted, *record.view.observations[1:]))
    text = words_of(replace(record, view=view))
    assert "Note: ??" in text
    assert "? stands for a letter that cannot be printed here; the record on screen has it." in text


def test_the_same_record_gives_the_same_bytes() -> None:
    first, second = (build_list(sheet_of(an_eventful_record())) for _ in range(2))
    assert first == second
    assert page_count(first) == len(pypdfium2.PdfDocument(first))


def test_the_text_is_the_one_approved() -> None:
    """Compares with tests/documents/snapshots; after a wanted change, write the new text there and read it."""
    said = scrubbed("\n".join(pages_of(build_list(sheet_of(an_eventful_record())))))
    said = re.sub(r"version \d+", "version <n>", said)  # of the shipped checklists, raised with each change of theirs
    assert said == snapshot("session-record").read_text(encoding="utf-8").rstrip("\n")
