"""The sheet at the chair, the run sheet, call lists and wallet cards."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from ketaclinic.documents import appointment_card, call_list, chair_cards
from ketaclinic.domain.sheets import AppointmentCard, AppointmentCards, CardDate, ChairCards, Paper, RunCheck
from tests.documents.builders_documents import pages_of, text_of
from tests.documents.builders_lists import DAY, HEAD, a_call, a_call_list, a_card, a_visit


def test_a_card_has_who_sits_there_what_to_ask_and_the_time_of_each_check() -> None:
    card = a_card(a_visit(allergies="latex, penicillin", notes="Hard of hearing."))
    (page,) = pages_of(chair_cards.build(ChairCards(HEAD, DAY, (card,))))
    for words in (
        "Okafor, Chidinma",
        "Born Mar 4, 1979 · Record KC-0001",
        "Allergies: latex, penicillin",
        "Chair 1 · 08:00–09:40, infusion from 08:30",
        "2 of 6 · Induction, twice a week",
        "Escort: Marek Kowalski (312) 555-0177",
        "Hard of hearing.",
        "Before the infusion version 1",
        "Weight today kg",
        "BP",
        "mmHg",
        "08:30 baseline",
        "08:35 +5",
        "09:10 stop",
        "Recovery and discharge version 2",
        "IV removed, site looked at",
        "Adverse events, medicines given, notes",
    ):
        assert words in page, words


def test_a_card_printed_at_the_desk_names_no_allergy() -> None:
    said = text_of(chair_cards.build(ChairCards(HEAD, DAY, (a_card(a_visit(allergies=None)),))))
    assert "Allergies: ask, and read the record" in said


@pytest.mark.parametrize(("written", "says"), [("", "Allergies: not asked yet"), ("NKDA", "Allergies: NKDA")])
def test_allergies_nobody_asked_about_are_not_none(written: str, says: str) -> None:
    assert says in text_of(chair_cards.build(ChairCards(HEAD, DAY, (a_card(a_visit(allergies=written)),))))


def test_what_is_not_there_yet_is_said_on_the_card() -> None:
    card = a_card(a_visit(consent=False, order=False))
    assert "Not there yet: consent, order." in text_of(chair_cards.build(ChairCards(HEAD, DAY, (card,))))


def test_a_blank_card_has_lines_for_who_and_no_times() -> None:
    blank = a_card(due=tuple(replace(due, at=None) for due in a_card().due))
    said = text_of(chair_cards.build(ChairCards(HEAD, None, (blank,))))
    assert "Blank checklists" in said
    assert "Induction, twice a week" in said
    assert "Patient" in said
    assert "baseline" in said
    assert "08:30" not in said


def test_a_day_without_visits_says_so() -> None:
    assert "Nobody is booked." in text_of(chair_cards.build(ChairCards(HEAD, DAY, ())))


def test_the_run_sheet_is_the_last_page_with_every_check() -> None:
    checks = tuple(
        RunCheck(
            datetime.combine(DAY, time(8, 30)) + timedelta(minutes=5 * number),
            f"+{5 * number}",
            "Chair 1",
            "Silva, João",
            "KC-0001",
            "2 of 6",
            "Maria Ortiz",
        )
        for number in range(60)
    )
    pages = pages_of(chair_cards.build(ChairCards(HEAD, DAY, (a_card(a_visit()),), checks)))
    assert "Run sheet" not in pages[0]
    assert all("Run sheet, Monday, November 23, 2026" in page for page in pages[1:])
    assert " ".join(pages[1:]).count("Silva, João") == 60
    assert "08:30 Chair 1 +0 Silva, João KC-0001 2 of 6 Maria Ortiz" in pages[1]


@pytest.mark.parametrize("paper", list(Paper))
def test_a_card_takes_one_page_on_either_paper(paper: Paper) -> None:
    long = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh, Maximiliana Adelheid Theodora"
    card = a_card(a_visit(patient=long, notes="Interpreter. " * 12, allergies="latex " * 40))
    (page,) = pages_of(chair_cards.build(ChairCards(replace(HEAD, paper=paper), DAY, (card,))))
    assert "Page 1 of 1" in page


def test_a_call_list_says_whom_what_was_and_what_is_now() -> None:
    sheet = a_call_list(a_call(notes="interpreter: Vietnamese"), quiet=("08:00 KC-0002 3 of 6: Chair 2 to Chair 4",))
    (page,) = pages_of(call_list.build(sheet))
    for words in (
        "Calls for Monday, November 23, 2026",
        "Maria Ortiz out from 08:00 · 1 to call",
        "Silva, João KC-0001 (312) 555-0148 2 of 6",
        "08:00–09:40, Chair 1",
        "09:00–10:40, Chair 2",
        "interpreter: Vietnamese",
        "accepted",
        "not reached",
        "Another chair at the same time: nobody to call",
        "08:00 KC-0002 3 of 6: Chair 2 to Chair 4",
    ):
        assert words in page, words


def test_a_patient_without_a_number_is_told_so() -> None:
    assert "none on file" in text_of(call_list.build(a_call_list(a_call(phone=""))))


def test_a_list_of_no_calls_says_so() -> None:
    assert "Nobody to call." in text_of(call_list.build(a_call_list()))


def test_eighty_calls_go_over_several_pages_with_their_headings() -> None:
    pages = pages_of(call_list.build(a_call_list(*(a_call(record=f"KC-{n:04}") for n in range(1, 81)))))
    assert len(pages) > 3
    assert all("Patient Record Telephone" in page for page in pages)
    assert all(f"KC-{n:04}" in " ".join(pages) for n in range(1, 81))


def a_wallet_card(count: int) -> AppointmentCard:
    first = datetime(2026, 11, 23, 10, 45)
    dates = tuple(
        CardDate(f"visit {n} of {count}", first + timedelta(days=3 * n), "done" if n == 1 else "")
        for n in range(1, count + 1)
    )
    phones = ("(312) 555-0140", "(312) 555-0199")
    return AppointmentCard("Riverside", *phones, "410 River Street, Chicago", "Zoë Nguyễn", "KC-0147", dates)


def test_a_wallet_card_is_there_twice_with_every_date() -> None:
    (page,) = pages_of(appointment_card.build(AppointmentCards(HEAD, (a_wallet_card(6),))))
    assert page.count("Zoë Nguyễn") == 2
    assert page.count("Thu, November 26, 2026, 10:45 AM visit 1 of 6 · done") == 2
    assert page.count("Fri, December 11, 2026, 10:45 AM visit 6 of 6") == 2
    assert page.count("(312) 555-0140 · after hours (312) 555-0199") == 2


def test_a_card_of_thirty_dates_has_them_all() -> None:
    (page,) = pages_of(appointment_card.build(AppointmentCards(HEAD, (a_wallet_card(30),))))
    assert page.count("10:45 AM") == 60


def test_cards_of_three_series_take_two_pages() -> None:
    cards = tuple(replace(a_wallet_card(6), record=f"KC-{n:04}") for n in (1, 2, 3))
    pages = pages_of(appointment_card.build(AppointmentCards(HEAD, cards)))
    assert [page.count("Record KC-") for page in pages] == [4, 2]
