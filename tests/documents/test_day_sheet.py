"""The day and the week on paper: everybody on it, on as few pages as can be read, with or without colour."""

from dataclasses import replace
from datetime import time, timedelta

import pypdfium2
import pytest

from ketaclinic.documents import day_sheet, week_sheet
from ketaclinic.domain.sheets import Ink, Paper, WeekSheet, WeekSheetDay
from tests.documents.builders_documents import pages_of, text_of
from tests.documents.builders_lists import DAY, HEAD, a_day, a_visit, visits


def size_of(content: bytes) -> tuple[int, int]:
    document = pypdfium2.PdfDocument(content)
    wide, high = document.get_page_size(0)
    document.close()
    return round(wide), round(high)


def colours_of(content: bytes) -> bool:
    """Whether anything on the first page is neither black, white nor grey."""
    document = pypdfium2.PdfDocument(content)
    image = document[0].render(scale=1).to_pil().convert("RGB")
    document.close()
    return any(max(pixel) - min(pixel) > 12 for _, pixel in image.getcolors(image.width * image.height))


@pytest.mark.parametrize("by_chair", [True, False])
def test_forty_visits_stand_on_one_page(by_chair: bool) -> None:
    booked = visits(40, allergies="")
    (page,) = pages_of(day_sheet.build(a_day(*booked, by_chair=by_chair)))
    for visit in booked:
        assert visit.record in page
    assert "40 visits" in page


def test_a_row_says_all_that_the_desk_may_know() -> None:
    visit = a_visit(notes="called Zoe · interpreter: Vietnamese", patient="Nguyễn, Thị Minh")
    said = text_of(day_sheet.build(a_day(visit, by_chair=False)))
    assert (
        "08:00–09:40 Chair 1 Nguyễn, Thị Minh Mar 4, 1979 KC-0001 2 of 6 Induction 100 Maria Ortiz Confirmed "
        "Marek Kowalski (312) 555-0177"
    ) in said
    assert "called Zoe · interpreter: Vietnamese" in said


def test_a_card_says_the_same() -> None:
    said = text_of(day_sheet.build(a_day(a_visit(notes="Hard of hearing."))))
    for words in (
        "08:00–09:40 Confirmed",
        "KC-0001 · Mar 4, 1979",
        "2 of 6 · Induction, 100 min",
        "Note: Hard of hearing.",
        "Escort: Marek Kowalski (312) 555-0177",
        "Nurse: Maria Ortiz",
        "Init.",
    ):
        assert words in said


def test_every_page_says_who_printed_when_and_where_the_audit_stood() -> None:
    pages = pages_of(day_sheet.build(a_day(*visits(80, 16), chairs=16)))
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert "Monday, November 23, 2026" in page
        assert "Riverside Ketamine Clinic · Riverside" in page
        assert "Printed Nov 23, 2026, 7:05 AM by Ada Petrov · Audit 1204 · 3f2a 91c0" in page
        assert f"Page {number} of 2" in page


def test_eighty_visits_by_time_are_all_there_in_order() -> None:
    pages = pages_of(day_sheet.build(a_day(*visits(80, 16), chairs=16, by_chair=False)))
    assert len(pages) == 2
    said = " ".join(pages)
    assert all(f"KC-{number:04}" in said for number in range(1, 81))
    assert all("Time Chair Patient" in page for page in pages)


@pytest.mark.parametrize("by_chair", [True, False])
def test_a_day_without_visits_says_so(by_chair: bool) -> None:
    said = text_of(day_sheet.build(a_day(by_chair=by_chair)))
    assert "0 visits · open 08:00–18:00 · Maria Ortiz 08:00–16:30" in said
    assert "Nobody is booked." in said


def test_the_allergy_flag_is_there_for_clinical_readers_alone() -> None:
    flagged = text_of(day_sheet.build(a_day(a_visit(allergies="latex"), by_chair=False)))
    assert "A allergy (read the record)" in flagged
    assert "latex" not in flagged
    for words in ("none known", ""):
        assert " A Notes Init. " in text_of(day_sheet.build(a_day(a_visit(allergies=words), by_chair=False)))
    desk = text_of(day_sheet.build(a_day(a_visit(allergies=None), by_chair=False)))
    assert "allergy" not in desk


def test_grey_ink_has_no_colour_and_the_same_words() -> None:
    booked = (a_visit(1, consent=False), a_visit(2, chair=2, order=False, allergies="latex"))
    grey = day_sheet.build(a_day(*booked, by_chair=False, ink=Ink.GREY))
    coloured = day_sheet.build(a_day(*booked, by_chair=False))
    assert not colours_of(grey)
    assert colours_of(coloured)
    assert text_of(grey) == text_of(coloured)


def test_only_the_part_of_the_day_asked_for_is_shown() -> None:
    booked = (a_visit(1, "08:00"), a_visit(2, "11:30", 2), a_visit(3, "15:00", 3))
    said = text_of(day_sheet.build(a_day(*booked, starts=time(12))))
    assert "KC-0001" not in said
    assert "KC-0002" in said  # until 13:10
    assert "KC-0003" in said
    assert "2 visits" in said


def test_a_long_name_is_broken_and_not_lost() -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff, Maximiliana"
    said = text_of(day_sheet.build(a_day(a_visit(patient=name), by_chair=False)))
    assert name.replace(" ", "") in said.replace(" ", "")


@pytest.mark.parametrize("by_chair", [True, False])
def test_a_name_the_fonts_lack_gives_way_to_the_record_number(by_chair: bool) -> None:
    said = text_of(day_sheet.build(a_day(a_visit(patient="王小明"), by_chair=by_chair)))
    assert "Record KC-0001*" in said
    assert "* This name cannot be printed in its script; look it up under the record number." in said
    assert "?" not in said


def test_a_missed_visit_and_who_came_instead_stand_beside_each_other() -> None:
    missed, instead = a_visit(1, status="No-show"), a_visit(2, "08:30")
    (page,) = pages_of(day_sheet.build(a_day(missed, instead, chairs=2)))
    assert "08:00–09:40 No-show" in page
    assert "08:30–10:10 Confirmed" in page


def test_the_chair_of_a_visit_is_there_though_it_is_retired_now() -> None:
    assert "Chair 9" in text_of(day_sheet.build(a_day(a_visit(chair=9), chairs=2)))


def test_chairs_are_spread_evenly_over_the_pages() -> None:
    pages = pages_of(day_sheet.build(a_day(*visits(10, 10), chairs=10, chairs_per_page=8)))
    assert ["Chair 5" in page for page in pages] == [True, False]
    assert ["Chair 6" in page for page in pages] == [False, True]


def test_the_paper_is_that_of_the_country() -> None:
    assert size_of(day_sheet.build(a_day(a_visit()))) == (792, 612)
    assert size_of(day_sheet.build(a_day(a_visit(), head=replace(HEAD, paper=Paper.A4)))) == (842, 595)


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert day_sheet.build(a_day(*visits(12))) == day_sheet.build(a_day(*visits(12)))


def a_week(*days: tuple[int, tuple[str, ...]]) -> WeekSheet:
    """A week from Monday; (weekday, starts) for the days with visits."""
    booked = dict(days)
    return WeekSheet(
        HEAD,
        tuple(
            WeekSheetDay(
                DAY + timedelta(days=number),
                ((time(8), time(18)),) if number < 5 else (),
                ("all chairs closed 12:00–18:00: Thanksgiving",) if number == 3 else (),
                tuple(a_visit(100 * number + n, at) for n, at in enumerate(booked.get(number, ()), start=1)),
            )
            for number in range(7)
        ),
    )


def test_the_week_shows_each_open_day_with_its_visits_and_closures() -> None:
    (page,) = pages_of(week_sheet.build(a_week((0, ("08:00", "10:00")), (2, ("09:00",)))))
    assert "Week of Monday, November 23, 2026" in page
    assert "Nov 23, 2026 to Nov 29, 2026 · 3 visits" in page
    assert "Monday, November 23 2 visits · 08:00–18:00" in page
    assert "Thursday, November 26 0 visits" in page
    assert "all chairs closed 12:00–18:00: Thanksgiving" in page
    assert "Saturday" not in page
    assert "Chair 1 · 2 of 6 Induction" in page


def test_a_saturday_with_a_visit_is_shown() -> None:
    assert "Saturday, November 28" in text_of(week_sheet.build(a_week((5, ("09:00",)))))


def test_a_week_of_eighty_visits_a_day_goes_on_on_further_pages() -> None:
    starts = tuple(f"{8 + n // 8:02}:{n % 8 * 5:02}" for n in range(80))
    pages = pages_of(week_sheet.build(a_week(*((day, starts) for day in range(5)))))
    said = " ".join(pages)
    assert len(pages) > 1
    assert said.count("· 2 of 6 Induction") == 400
    assert "Friday, November 27" in pages[-1]
