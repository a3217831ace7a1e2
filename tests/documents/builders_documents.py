"""Sheets for the tests of documents, and the text of a PDF read back."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2

from ketaclinic.catalog.documents import load_documents
from ketaclinic.domain.handouts import DocumentText, Letterhead, PrintedPatient, PrintedSession, Sheet
from ketaclinic.paths import resources_dir

LETTERHEAD = Letterhead(
    "Riverside Ketamine Clinic",
    "(312) 555-0140",
    "(312) 555-0199",
    "410 River Street, Suite 200\nChicago, IL 60601",
    "hello@riverside.example",
    "riverside.example",
)
ESCORT = "Marek Kowalski, (312)\u00a0555-0177"
FIRST = datetime(2026, 11, 23, 10, 45)
SESSIONS = tuple(
    PrintedSession(
        f"{number} of 6", FIRST + timedelta(days=days), FIRST + timedelta(days=days, minutes=100), escort=ESCORT
    )
    for number, days in enumerate((0, 3, 7, 10, 14, 17), start=1)
)
WORDS = {
    "clinic": "Riverside Ketamine Clinic",
    "phone": "(312) 555-0140",
    "after_hours_phone": "(312) 555-0199",
    "address": "410 River Street, Suite 200, Chicago, IL 60601",
    "patient": "Zoë Nguyễn",
    "born": "Sunday, March 4, 1979",
    "record": "KC-0147",
    "next_appointment": "Thursday, November 26, 2026, 10:45 AM",
    "arrival_time": "10:45 AM",
    "visit_ends": "12:25 PM",
    "escort": ESCORT,
    "visit_length": "1 hour 40 minutes",
}


@cache
def texts() -> Any:
    """Every shipped text."""
    return load_documents(resources_dir())


def a_text(kind: str) -> DocumentText:
    """A shipped text in English."""
    text: DocumentText = texts()[kind]["en"]
    return text


def a_sheet(kind: str, *, patient: str = "Zoë Nguyễn", words: dict[str, str] | None = None, **changes: Any) -> Sheet:
    """A shipped text for a patient in the middle of a series."""
    sheet = Sheet(
        text=a_text(kind),
        letterhead=LETTERHEAD,
        patient=PrintedPatient(patient, date(1979, 3, 4), "KC-0147"),
        printed_at=datetime(2026, 11, 23, 9, 5, tzinfo=ZoneInfo("America/Chicago")),
        printed_by="Ada Petrov",
        words={**WORDS, "patient": patient, **(words or {})},
        this_visit=SESSIONS[0],
        next_visit=SESSIONS[1],
        sessions=SESSIONS,
    )
    return replace(sheet, **changes)


def pages_of(content: bytes) -> list[str]:
    """The text of each page as a reader selects it, runs of white space as one space."""
    document = pypdfium2.PdfDocument(content)
    found = []
    for number in range(len(document)):
        page = document[number]
        reader = page.get_textpage()
        found.append(re.sub(r"\s+", " ", reader.get_text_range()).strip())
        reader.close()
        page.close()
    document.close()
    return found


def text_of(content: bytes) -> str:
    """The text of all pages."""
    return " ".join(pages_of(content))


def scrubbed(text: str) -> str:
    """The text with dates and times replaced, so that a snapshot holds from day to day."""
    text = re.sub(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", "<weekday>", text)
    text = re.sub(r"\b[A-Z][a-z]+ \d{1,2}, \d{4}\b", "<date>", text)
    return re.sub(r"\b\d{1,2}:\d{2} [AP]M\b", "<time>", text)


def snapshot(name: str) -> Path:
    """Where the expected text of a document lies."""
    return Path(__file__).parent / "snapshots" / f"{name}.txt"
