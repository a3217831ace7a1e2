"""print: lists of a day, a patient's series, and what is said when that cannot be."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.cli.conftest import Run
from tests.documents.builders_documents import pages_of, text_of


@pytest.fixture
def demonstration(run: Run) -> Run:
    """A small demonstration clinic on its Monday; its front desk acts."""
    assert run("demo", "--patients", "30", "--months", "1", "--today", "2026-11-23", "--schedule-only").status == 0
    return run


@pytest.fixture
def charted(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same with the sessions of a month in it; its users sign in with their PIN."""
    assert run("demo", "--patients", "10", "--months", "1", "--today", "2026-11-23").status == 0
    monkeypatch.setenv("KETACLINIC_PIN", "1357")
    return run


def a_patient_of_the_day(demonstration: Run) -> str:
    name = demonstration("day", "2026-11-24", "--json").json["appointments"][0]["patient"]
    return demonstration("patients", name, "--json").json["patients"][0]["record"]


def test_a_day_sheet_is_printed_for_tomorrow_with_everybody_on_it(demonstration: Run, tmp_path: Path) -> None:
    out = tmp_path / "day.pdf"
    answer = demonstration("print", "day-sheet", "--date", "tomorrow", "--by-time", "--out", out, "--json")
    assert answer.status == 0
    assert answer.json == {"kind": "day-sheet", "file": str(out)}
    said = text_of(out.read_bytes())
    assert "Tuesday, November 24, 2026" in said
    booked = demonstration("day", "2026-11-24", "--json").json["appointments"]
    assert booked
    for visit in booked:
        assert visit["patient"] in said


def test_chair_cards_are_a_page_for_each_visit_and_the_run_sheet(demonstration: Run, tmp_path: Path) -> None:
    out = tmp_path / "cards.pdf"
    assert demonstration("print", "chair-cards", "--date", "2026-11-24", "--out", out).status == 0
    booked = demonstration("day", "2026-11-24", "--json").json["appointments"]
    pages = pages_of(out.read_bytes())
    assert len([page for page in pages if "Recovery and discharge" in page]) == len(booked)
    assert "Run sheet" in pages[-1]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("day-sheet", "Monday, November 23, 2026"),
        ("week-sheet", "Week of Monday, November 23, 2026"),
        ("call-list", "Calls to confirm"),
        ("blank-checklists", "Blank checklists"),
    ],
)
def test_each_list_is_for_today_where_no_day_is_named(demonstration: Run, tmp_path: Path, kind: str, says: str) -> None:
    out = tmp_path / f"{kind}.pdf"
    assert demonstration("print", kind, "--out", out).status == 0
    assert says in text_of(out.read_bytes())


def test_the_wallet_card_and_the_calendar_are_of_the_running_series(demonstration: Run, tmp_path: Path) -> None:
    record = a_patient_of_the_day(demonstration)
    card, calendar = tmp_path / "card.pdf", tmp_path / "visits.ics"
    assert demonstration("print", "appointment-card", "--patient", record, "--out", card).status == 0
    assert demonstration("print", "calendar", "--patient", record, "--out", calendar).status == 0
    assert text_of(card.read_bytes()).count(f"Record {record}") == 2
    days = {str(event["dtstart"].dt.date()) for event in Calendar.from_ical(calendar.read_bytes()).walk("VEVENT")}
    assert "2026-11-24" in days


def test_a_call_list_of_a_day_nobody_repaired_is_refused(demonstration: Run, tmp_path: Path) -> None:
    out = tmp_path / "calls.pdf"
    answer = demonstration("print", "call-list", "--date", "2026-11-24", "--out", out)
    assert answer.status == 1
    assert "Tuesday, November 24, 2026 was not repaired" in answer.err
    assert not out.exists()


def test_a_document_for_nobody_is_wrong_use(demonstration: Run, tmp_path: Path) -> None:
    for kind in ("consent", "appointment-card"):
        answer = demonstration("print", kind, "--out", tmp_path / "x.pdf")
        assert answer.status == 2
        assert f"say for whom “{kind}” is with --patient RECORD" in answer.err


def test_a_folder_that_is_not_there_is_one_line(demonstration: Run, tmp_path: Path) -> None:
    answer = demonstration("print", "day-sheet", "--out", tmp_path / "gone" / "day.pdf")
    assert answer.status == 1
    assert "day.pdf was not saved: the folder is not there." in answer.err


def a_discharged_visit(charted: Run) -> tuple[str, dict[str, Any]]:
    """The last day with a discharged visit, and that visit."""
    for day in ("2026-11-20", "2026-11-19", "2026-11-18", "2026-11-17", "2026-11-16", "2026-11-13", "2026-11-12"):
        for visit in charted("day", day, "--json").json["appointments"]:
            if visit["status"] == "discharged":
                return day, visit
    pytest.fail("nobody was treated in a fortnight")


def test_the_record_of_a_session_is_printed_and_filed(charted: Run, tmp_path: Path) -> None:
    out = tmp_path / "record.pdf"
    day, visit = a_discharged_visit(charted)
    asked = ("print", "session-record", "--out", out, "--as", "nurse", "--json")
    answer = charted(*asked, "--appointment", visit["id"])
    assert answer.status == 0, answer.err
    told = answer.json
    assert (told["kind"], told["signed"], told["revision"], told["file"]) == ("session-record", True, 1, str(out))
    assert told["document"] > 0
    assert told["digest"] == hashlib.sha256(out.read_bytes()).hexdigest()
    pages = pages_of(out.read_bytes())
    assert told["pages"] == len(pages)
    assert all("Signed, revision 1" in page for page in pages)
    # Asked for by patient and day, it is the same document with the same bytes.
    record = charted("patients", visit["patient"], "--json").json["patients"][0]["record"]
    assert all(f"Record {record}" in page for page in pages)
    again = charted(*asked, "--patient", record, "--date", day)
    assert (again.json["document"], again.json["digest"]) == (told["document"], told["digest"])


def test_a_record_that_cannot_be_printed_is_said_so(charted: Run, tmp_path: Path) -> None:
    out = tmp_path / "record.pdf"
    asked = ("print", "session-record", "--out", out)
    for words, status, said in (
        (("--as", "nurse"), 2, "say of which visit with --appointment ID, or --patient RECORD"),
        (("--as", "nurse", "--appointment", "99999"), 1, "No session was opened for this visit"),
        (("--as", "nurse", "--patient", "KC-0001", "--date", "2020-01-01"), 1, "had no session on 2020-01-01"),
        (("--patient", "KC-0001"), 1, "may not"),
    ):
        answer = charted(*asked, *words)
        assert (answer.status, said in answer.err) == (status, True), answer.err
    assert not out.exists()
