"""The handouts say everything clinical.md 7 asks for, each on one sheet, about this patient."""

import pypdfium2
import pytest

from ketaclinic.documents.layouts import build, page_count
from ketaclinic.domain.handouts import PrintedSession
from tests.documents.builders_documents import SESSIONS, a_sheet, text_of

# One entry for each row of the table in clinical.md 7; the side effects are the seven of clinical.md 0.
AFTERCARE_SAYS = {
    "next 24 hours": [
        "Do not drive or use machines",
        "no legal or money decisions",
        "No alcohol. No cannabis",
        "stays with you for 8 to 12 hours",
        "Do not care for children alone",
    ],
    "seven side effects": [
        "higher blood pressure",
        "confused",
        "Sleepy, dizzy",
        "odd vision",
        "Sick",
        "Vomiting",
        "going often when you pass urine",
        "unreal",
        "seeing things",
        "It passes",
    ],
    "expect": [
        "Sleepy, dizzy or with odd vision for 1 to 2 hours",
        "Vivid dreams, a mild headache, tired the next day",
    ],
    "eat and drink": ["Water and light food first", "Eat as usual when you are ready"],
    "medicines": ["Wait 4 hours before opioids or benzodiazepines", "unless we told you otherwise", "Take the others"],
    "IV site": ["dressing", "small bruise", "Redness that spreads"],
    "call the clinic": [
        "Vomiting for more than 4 hours",
        "blood pressure over 160/100",
        "Pain, blood or going often when you pass urine",
        "Confused the next day",
        "restless, or far too happy",
        "rash",
        "(312) 555-0140",
        "(312) 555-0199",
    ],
    "911": [
        "Call 911",
        "Chest pain",
        "trouble breathing",
        "throat swelling",
        "very bad headache",
        "seizure",
        "fainting",
        "weakness on one side",
    ],
    "988": ["Call or text 988", "Thoughts of suicide", "Veterans press 1", "Then call us"],
    "integration": [
        "Write down what came up",
        "Rest",
        "gentle routine",
        "music",
        "therapist in 1 to 3 days",
        "no big life change",
    ],
    "next steps": [
        "Thursday, November 26, 2026, arrive at 10:45 AM",
        "Visit 2 of 6",
        "until about 12:25 PM",
        "No food for 6 hours",
        "Bring your escort",
        "payment",
        "Escort: Marek Kowalski, (312) 555-0177",
    ],
}
SHEETS = ("aftercare", "instructions", "escort")


@pytest.mark.parametrize("row", AFTERCARE_SAYS)
def test_the_aftercare_says(row: str) -> None:
    text = text_of(build(a_sheet("aftercare")))
    assert [phrase for phrase in AFTERCARE_SAYS[row] if phrase not in text] == []


def test_the_instructions_are_about_the_visit_they_are_printed_for() -> None:
    text = text_of(build(a_sheet("instructions")))
    assert "Monday, November 23, 2026, arrive at 10:45 AM" in text
    for phrase in (
        "No solid food for 6 hours",
        "Ask us, do not stop on your own",
        "1 hour 40 minutes",
        "pregnant",
        "988",
    ):
        assert phrase in text


def test_aftercare_without_a_next_visit_tells_how_to_book_it() -> None:
    words = {"next_appointment": "Not booked yet. To book, call (312) 555-0140."}
    text = text_of(build(a_sheet("aftercare", words=words, next_visit=None)))
    assert "Not booked yet. To book, call (312) 555-0140." in text
    assert "November 26" not in text


@pytest.mark.parametrize("kind", SHEETS)
def test_a_handout_is_one_sheet(kind: str) -> None:
    assert page_count(build(a_sheet(kind))) == 1


def test_the_aftercare_is_one_sheet_for_long_names_and_addresses_too() -> None:
    escort = "Maria Magdalena Hohenzollern-Sigmaringen von Oldenburg, (312)\u00a0555-0177 extension\u00a01234"
    visit = PrintedSession("12 of 12", SESSIONS[1].arrives_at, SESSIONS[1].ends_at, escort=escort)
    name = "Wolfeschlegelsteinhausenbergerdorff Maximiliana Anastasia Theodora Evangelina de la Cruz y Montenegro"
    sheet = a_sheet("aftercare", patient=name, next_visit=visit, words={"escort": escort})
    assert page_count(build(sheet)) == 1


@pytest.mark.parametrize("kind", SHEETS)
def test_no_running_text_of_a_handout_is_smaller_than_12_point(kind: str) -> None:
    page = pypdfium2.PdfDocument(build(a_sheet(kind)))[0]
    height = page.get_height()
    small = set()
    for obj in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
        _, bottom, _, top = obj.get_bounds()
        in_body = bottom > 50 and top < height - 80  # between letterhead and foot
        if in_body and obj.get_font_size() * obj.get_matrix().a < 12:
            small.add(round(obj.get_font_size() * obj.get_matrix().a, 1))
    assert small == set()


def test_the_itinerary_lists_every_visit_with_weekday_and_time_and_no_chair() -> None:
    text = text_of(build(a_sheet("itinerary")))
    for number, day in enumerate(
        ("Monday, November 23", "Thursday, November 26", "Monday, November 30", "Thursday, December 3"), start=1
    ):
        assert f"{number} of 6 {day}, 2026 10:45 AM 12:25 PM" in text
    assert "Chair" not in text
    for phrase in ("Fasting", "ask, do not stop on your own", "Your escort: Marek Kowalski", "911", "988"):
        assert phrase in text


def test_a_long_itinerary_goes_on_with_its_head_on_the_next_page() -> None:
    many = tuple(SESSIONS[index % 6] for index in range(30))
    pages = build(a_sheet("itinerary", sessions=many))
    assert page_count(pages) == 2
    assert text_of(pages).count("Visit Day Arrive at Until about") == 2
