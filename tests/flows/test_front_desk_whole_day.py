"""Whole days of the front desk at the real window: the telephone, the day before, the day, an illness, keys alone."""

from datetime import date, datetime, time, timedelta

from pypdfium2 import PdfDocument
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTableView, QWidget

from ketaclinic.domain.courses import Strategy
from ketaclinic.domain.people import Role
from ketaclinic.domain.waitlist import WaitingFields
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.ui.dialogs.missed_dialog import MissedDialog
from ketaclinic.ui.dialogs.plan_series_dialog import PlanSeriesDialog
from ketaclinic.ui.dialogs.print_dialog import PrintDialog
from ketaclinic.ui.screens.day.repair_overlay import RepairOverlay
from ketaclinic.ui.screens.day.repair_panel import RepairPanel
from ketaclinic.ui.screens.month.canvas import MonthCanvas
from ketaclinic.ui.screens.week.canvas import WeekCanvas
from tests.flows.clerk import CTRL, Clerk, another_clerk, clerk, it_is, raw
from tests.ui.front_desk import INDUCTION, MONDAY, ClinicForTests, clinic, dressed

__all__ = ["clerk", "clinic", "dressed"]


def course(clinic: ClinicForTests, name: str, days: tuple[int, ...], at: str, chair: int) -> tuple[int, ...]:
    """The visits of a course on these days, counted on from 1 November 2026, at one time on one chair."""
    starts = [datetime.combine(date(2026, 11, 1) + timedelta(days=n - 1), time.fromisoformat(at)) for n in days]
    sessions = [PlannedSession(s, s + timedelta(minutes=115), clinic.chair_id(chair)) for s in starts]
    wishes = SeriesWishes(clinic.patient(name).id, INDUCTION, clinic.location.id, starts[0].date(), count=len(sessions))
    return clinic.services.booking.book_series(clinic.clerk, wishes, sessions).appointment_ids


def calls(clinic: ClinicForTests, visit: int) -> list[str]:
    """The outcomes of the calls about a visit."""
    return [call.outcome.value for call in clinic.services.calls.of_visit(clinic.clerk, visit)]


def wait_for_a_place(clinic: ClinicForTests, name: str) -> None:
    """Somebody new who would come at any hour, at short notice."""
    fields = WaitingFields(clinic.patient(name).id, clinic.location.id, INDUCTION, notice_hours=1)
    clinic.services.recall.add_waiting(clinic.clerk, fields)


# --- the telephone -------------------------------------------------------------------------------------------------


def test_the_telephone(clinic: ClinicForTests, clerk: Clerk) -> None:
    """ "I have not been to you before": added, planned, one session changed, a trial of two booked, the rest held."""
    add_on_the_telephone(clerk)
    clerk.press("Plan series")
    planner = clerk.dialog("Plan a series")
    assert isinstance(planner, PlanSeriesDialog)
    five = five_that_differ(clerk, planner)
    wanted = another_time_for_the_second(clerk, planner)
    trial_of_two(clerk, planner)
    name = "Nguyễn-Kowalczyk, Zoë"
    booked = raw(clinic, name)
    assert [line.split()[1] for line in booked] == ["scheduled", "scheduled", "held", "held", "held", "held"]
    assert any(wanted in line for line in booked)
    assert len(five) == 5

    # Nobody else gets the places that are held; after the second session it is clear that the course goes on.
    clerk.go_to("Day")
    clerk.show_day(day_of(booked[2]))
    clerk.click("Nguyễn-Kowalczyk")
    assert "Held" in clerk.selected()
    clerk.press("Schedule")
    assert [line.split()[1] for line in raw(clinic, name)] == ["scheduled"] * 6
    assert clerk.said() == "Nguyễn-Kowalczyk, Zoë: What was held is booked. Ctrl+Z undoes it."
    clerk.undo()
    assert raw(clinic, name) == booked
    assert clerk.problems == []


def day_of(row: str) -> str:
    """The day of a visit in the table as the date button names it: "Mon 30 Nov 2026"."""
    day, month = row.split()[2:4]
    return f"{datetime.strptime(f'{day} {month} 2026', '%d %b %Y'):%a %-d %b %Y}"  # noqa: DTZ007 - a day has no zone


def add_on_the_telephone(clerk: Clerk) -> None:
    """A birth date that cannot be is asked again where it stands; all else that was typed stays."""
    clerk.go_to("Patients")
    clerk.press("Add patient")
    for field, words in (
        ("Family name", "Nguyễn-Kowalczyk"),
        ("Given name", "Zoë"),
        ("Date of birth", "31.02.1991"),
        ("Telephone", "312 555 0184"),
    ):
        clerk.type(field, words)
    clerk.press("Save patient")
    assert clerk.open_dialogs() == ["Add patient"]
    clerk.type("Date of birth", "15 Jun 1991")
    clerk.press("Save patient")
    assert clerk.open_dialogs() == []


def five_that_differ(clerk: Clerk, planner: PlanSeriesDialog) -> list[str]:
    """Five proposals, no two with the same days at the same time."""
    clerk.wait(lambda: len(planner.cards) == 5)
    found = ["; ".join(f"{s.starts_at:%d %b %H:%M}" for s in card.proposal.sessions) for card in planner.cards]
    assert len(set(found)) == 5
    assert all(card.proposal.why for card in planner.cards)
    return found


def another_time_for_the_second(clerk: Clerk, planner: PlanSeriesDialog) -> str:
    """The second session is changed in place; every series is planned again around it."""
    before = planner.cards[0].chips[1].accessibleName()
    clerk.press(before)
    other = next(button for button in clerk.window.findChildren(QPushButton) if _is_another_start(button))
    day, start = before.split(", ")[1], other.accessibleName().removeprefix("Start ")
    clerk.press(other.accessibleName(), other.parentWidget())
    wanted = f", {day}, {start}, "

    def kept() -> bool:
        return all(any(wanted in chip.accessibleName() for chip in card.chips) for card in planner.cards)

    clerk.wait(lambda: len(planner.cards) > 0 and kept())
    assert wanted not in f"{before}, "
    return f"{day.partition(' ')[2]} {start}"


def _is_another_start(button: QPushButton) -> bool:
    return button.isVisible() and button.accessibleName().startswith("Start ") and not button.isChecked()


def trial_of_two(clerk: Clerk, planner: PlanSeriesDialog) -> None:
    clerk.choose("Trial sessions", "Book 2, hold the rest", planner)
    clerk.press("Book 2, hold 4", planner)
    assert clerk.open_dialogs() == []
    assert clerk.said().startswith("Booked 2 of 6 sessions for Nguyễn-Kowalczyk, Zoë, the first ")
    assert "4 are held" in clerk.said()


# --- the day before ------------------------------------------------------------------------------------------------


def test_the_day_before(clinic: ClinicForTests, clerk: Clerk) -> None:
    """Calls by single keys; one cancels too late and her course goes on; the freed place goes to somebody waiting."""
    silva = course(clinic, "Silva, João", (24, 27), "09:00", 1)
    ruiz = course(clinic, "Ruiz, Mateo", (24, 27), "09:30", 2)
    okafor = course(clinic, "Okafor, Chidinma", (24, 27, 30), "13:00", 3)
    wait_for_a_place(clinic, "Lê, Minh")
    clerk.go_to("Recall")
    assert [row.split(" | ")[1] for row in clerk.rows("To confirm")] == [
        "Silva, João",
        "Ruiz, Mateo",
        "Okafor, Chidinma",
    ]
    clerk.find(QTableView, "To confirm").setFocus()
    clerk.key(Qt.Key.Key_C)
    clerk.key(Qt.Key.Key_V)
    assert [calls(clinic, visits[0]) for visits in (silva, ruiz, okafor)] == [["confirmed"], ["voicemail"], []]
    assert raw(clinic, "Silva, João")[0] == "1 confirmed 24 Nov 09:00 Chair 1"

    # It is 13:30: less than a day before her session. The fee is noted unless there is a reason to waive it.
    it_is(clinic, 23, "13:30")
    clerk.key(Qt.Key.Key_X)
    cancel = clerk.dialog("Cancel visit")
    said = clerk.find(QWidget, "Policy", cancel).accessibleDescription()
    assert said == "23 h 30 min notice, 24 h are asked. Fee noted: USD 100.00."
    clerk.type("Reason", "Child is ill", cancel)
    clerk.tick("Waive the fee")
    assert not clerk.find(QPushButton, "Cancel visit", cancel).isEnabled()
    clerk.choose("Reason of the waiver", "Illness", cancel)
    clerk.press("Find another place…", cancel)
    ways = clerk.dialog("Cancelled session")
    assert isinstance(ways, MissedDialog)
    assert [card.repair.strategy for card in ways.cards] == [
        Strategy.APPEND,
        Strategy.SHIFT,
        Strategy.REPLACE,
        Strategy.LEAVE,
    ]
    QTest.mouseClick(ways.cards[0], Qt.MouseButton.LeftButton)
    clerk.press("Take this way", ways)
    assert clerk.open_dialogs() == []
    after = raw(clinic, "Okafor, Chidinma")
    assert after[:3] == [
        "1 cancelled_late 24 Nov 13:00 Chair 3",
        "2 scheduled 27 Nov 13:00 Chair 3",
        "3 scheduled 30 Nov 13:00 Chair 3",
    ]
    assert [line.split()[1] for line in after[3:]] == ["scheduled"]
    (noted,) = clinic.services.courses.policy_events(clinic.clerk, clinic.patient("Okafor, Chidinma").id)
    assert noted.fee_words == "waived: Illness"
    assert calls(clinic, okafor[0]) == ["cancelled"]

    # Her place is free again: Ms Lê has waited for one and is booked there.
    assert "Tue 24 Nov 2026, 13:00 is free again" in clerk.reads()
    clerk.press("Show who may take it")
    freed_place = clerk.dialog("Who may take a freed place")
    assert clerk.rows("Who may take it")[0].startswith("Lê, Minh")
    clerk.press("Book the place", freed_place)
    booking = clerk.dialog("New booking")
    clerk.press("Book this session", booking)
    assert [line.split(" ", 1)[1] for line in raw(clinic, "Lê, Minh")] == ["scheduled 24 Nov 13:00 Chair 3"]
    assert clerk.problems == []


# --- the day -------------------------------------------------------------------------------------------------------


def test_the_day(clinic: ClinicForTests, clerk: Clerk) -> None:
    """Arrivals, a no-show, two visits that change places, several moved at once, a length, undo and its refusal."""
    course(clinic, "Silva, João", (23,), "09:30", 1)
    course(clinic, "Ruiz, Mateo", (23, 26, 30), "10:00", 2)
    course(clinic, "Okafor, Chidinma", (23,), "13:00", 3)
    course(clinic, "Lê, Minh", (23,), "13:30", 4)
    clerk.click("Silva")
    clerk.press("Arrived")
    assert raw(clinic, "Silva, João") == ["1 arrived 23 Nov 09:30 Chair 1"]

    # At 10:20 Mr Ruiz is not there; his course goes on with the next place that keeps its rules.
    it_is(clinic, 23, "10:20")
    clerk.click("Ruiz")
    clerk.key(Qt.Key.Key_Return)
    clerk.take("No-show")
    ways = clerk.dialog("Missed session")
    assert isinstance(ways, MissedDialog)
    assert (
        clerk.find(QWidget, "Policy", ways).accessibleDescription() == "Missed without a call. Fee noted: USD 100.00."
    )
    replaced = next(card for card in ways.cards if card.repair.strategy is Strategy.REPLACE)
    QTest.mouseClick(replaced, Qt.MouseButton.LeftButton)
    clerk.press("Take this way", ways)
    ruiz = raw(clinic, "Ruiz, Mateo")
    assert ruiz[0] == "1 no_show 23 Nov 10:00 Chair 2"
    assert sorted(line.split()[1] for line in ruiz) == ["no_show", "scheduled", "scheduled", "scheduled"]
    assert {"2 scheduled 26 Nov 10:00 Chair 2", "3 scheduled 30 Nov 10:00 Chair 2"} <= set(ruiz)

    # Ms Okafor and Ms Lê change places over the pinboard, then both come half an hour later; Ms Lê stays longer.
    clerk.pin("Okafor")
    clerk.drag("Lê", 3, "13:00")
    clerk.take_from_pinboard("Okafor", 4, "13:30")
    swapped = [raw(clinic, name) for name in ("Okafor, Chidinma", "Lê, Minh")]
    assert swapped == [["1 scheduled 23 Nov 13:30 Chair 4"], ["1 scheduled 23 Nov 13:00 Chair 3"]]
    clerk.click("Okafor")
    clerk.add_to_selection("Lê")
    clerk.drag("Okafor", 4, "14:00")
    assert raw(clinic, "Okafor, Chidinma") + raw(clinic, "Lê, Minh") == [
        "1 scheduled 23 Nov 14:00 Chair 4",
        "1 scheduled 23 Nov 13:30 Chair 3",
    ]
    with clerk.stretching("Lê", "15:45"):
        pass
    assert "13:30 to 15:30" in clerk.card("Lê").accessibleName()

    # Three steps back, one forward again.
    for _ in range(2):
        clerk.undo()
    assert [raw(clinic, name) for name in ("Okafor, Chidinma", "Lê, Minh")] == swapped
    clerk.undo()
    assert raw(clinic, "Okafor, Chidinma") == ["1 proposed 23 Nov 13:00 Chair 3"]
    clerk.redo()
    assert raw(clinic, "Okafor, Chidinma") == swapped[0]

    # Another desk takes the place she left: the move is not taken back, and it is said why.
    clerk.key(Qt.Key.Key_Escape)
    clerk.click("Okafor")
    clerk.drag("Okafor", 2, "12:00")
    assert raw(clinic, "Okafor, Chidinma") == ["1 scheduled 23 Nov 12:00 Chair 2"]
    leo = another_clerk(clinic)
    clinic.services.booking.book_series(leo, *one(clinic, "Haas, Ida", "12:15", 4))
    clerk.undo()
    assert raw(clinic, "Okafor, Chidinma") == ["1 scheduled 23 Nov 12:00 Chair 2"]
    assert clerk.problems == [
        (
            "Chair 4 is taken from 12:15 to 14:10. Haas, Ida is booked there. "
            "Nothing was changed: find Okafor, Chidinma another place."
        )
    ]


def one(clinic: ClinicForTests, name: str, at: str, chair: int) -> tuple[SeriesWishes, list[PlannedSession]]:
    """What the telephone asks for: one session on Monday."""
    starts = datetime.combine(MONDAY, time.fromisoformat(at))
    session = PlannedSession(starts, starts + timedelta(minutes=115), clinic.chair_id(chair))
    return SeriesWishes(clinic.patient(name).id, INDUCTION, clinic.location.id, MONDAY, count=1), [session]


# --- a nurse falls ill ---------------------------------------------------------------------------------------------


def test_a_nurse_falls_ill(clinic: ClinicForTests, clerk: Clerk) -> None:
    """At ten one of two nurses goes home: planned, seen, adjusted, saved, rung up from paper, undone in one."""
    ida = clinic.services.users.add(clinic.manager, "ida", "Ida Holm", Role.NURSE, "820416")
    hours = datetime.combine(MONDAY, time(8)), datetime.combine(MONDAY, time(18))
    clinic.services.clinic.add_shifts(
        clinic.manager, [(nurse.id, clinic.location.id, *hours) for nurse in (clinic.nurse, ida)]
    )
    names = ("Silva, João", "Ruiz, Mateo", "Okafor, Chidinma", "Lê, Minh")
    for number, (name, at) in enumerate(zip(names, ("11:00", "11:30", "12:00", "12:30"), strict=True), start=1):
        course(clinic, name, (23,), at, number)
    before = [raw(clinic, name) for name in names]
    it_is(clinic, 23, "10:00")
    clerk.key(Qt.Key.Key_R, CTRL)
    asked = clerk.dialog("Repair the day")
    clerk.choose("Who or what is out", "Nurse Ida Holm", asked)
    clerk.type("Reason", "Fever", asked)
    clerk.press("Plan the repair", asked)
    panel = clerk.find(RepairPanel, "Repair of the day")
    clerk.wait(lambda: panel.plan is not None)
    assert panel.proof.text().startswith("Proven best")
    assert clerk.find(RepairOverlay, "Repaired day").isVisible()
    assert [raw(clinic, name) for name in names] == before  # nothing is saved yet

    # One visit is put an hour later by hand; the rest is planned again around it.
    line = next(line for line in panel.lines() if line.move_of.shift)
    name = line.move_of.card.patient_name
    wanted = line.move_of.from_.starts_at + timedelta(minutes=line.move_of.shift + 60)
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    clerk.type("Start of the visit", f"{wanted:%H:%M}", panel)
    clerk.press("Put there", panel)
    clerk.wait(lambda: any("chosen by hand" in line.accessibleName() for line in panel.lines()))
    clerk.press("Save the repair")
    assert f"23 Nov {wanted:%H:%M}" in raw(clinic, name)[0]
    assert clinic.services.clinic.absences(clinic.manager, clinic.location.id, MONDAY, MONDAY) != ()

    clerk.press("Print call list")
    paper = clerk.dialog("Call list")
    assert isinstance(paper, PrintDialog)
    words = text_of(paper.view.content)
    assert "Ida Holm" in words
    assert name.partition(",")[0] in words
    assert f"{wanted:%H:%M}" in words
    assert "(312) 555-0148" in words or "312 555 0148" in words
    paper.reject()
    clerk.undo()
    assert [raw(clinic, name) for name in names] == before
    assert clinic.services.clinic.absences(clinic.manager, clinic.location.id, MONDAY, MONDAY) == ()
    assert clerk.problems == []


def text_of(pdf: bytes) -> str:
    """All words of a PDF."""
    document = PdfDocument(pdf)
    words = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(words.split())


# --- the keyboard alone --------------------------------------------------------------------------------------------


def test_the_keyboard_alone(clinic: ClinicForTests, clerk: Clerk) -> None:
    """Booked, carried, laid aside, placed, confirmed; week, month and the calls: the mouse stays where it is."""
    clinic.patient("Silva, João")
    course(clinic, "Ruiz, Mateo", (24,), "09:00", 2)
    clerk.key(Qt.Key.Key_N)
    booking = clerk.dialog("New booking")
    clerk.type("Search patients", "silv", booking)
    clerk.key(Qt.Key.Key_Return)
    clerk.type("Start", "10:45", booking)
    clerk.key(Qt.Key.Key_Return, CTRL)
    assert clerk.open_dialogs() == []
    (booked,) = raw(clinic, "Silva, João")
    assert booked.startswith("1 scheduled 23 Nov 10:45 Chair ")

    # Carried by arrows, an hour later; on the pinboard; placed from there on the next day.
    clerk.key(Qt.Key.Key_Down)
    assert clerk.selected().startswith("Silva, João")
    clerk.key(Qt.Key.Key_Return)
    clerk.take_by_key("Move with arrows")
    for _ in range(4):
        clerk.key(Qt.Key.Key_Down)
    clerk.key(Qt.Key.Key_Return)
    assert raw(clinic, "Silva, João") == [booked.replace("10:45", "11:45")]
    clerk.key(Qt.Key.Key_P)
    assert raw(clinic, "Silva, João")[0].startswith("1 proposed ")
    clerk.screen.pinboard.strip.focus_first()
    clerk.key(Qt.Key.Key_Return)
    clerk.key(Qt.Key.Key_PageDown)
    clerk.key(Qt.Key.Key_Return)
    assert raw(clinic, "Silva, João") == [booked.replace("23 Nov 10:45", "24 Nov 11:45")]

    # The week and the month by Ctrl and their number; the calls of tomorrow.
    clerk.key(Qt.Key.Key_2, CTRL)
    week = clerk.find(WeekCanvas, "Week")
    clerk.key(Qt.Key.Key_Right)
    assert week.accessibleDescription().startswith("Tue 24 Nov 2026: 2 visits")
    clerk.key(Qt.Key.Key_3, CTRL)
    month = clerk.find(MonthCanvas, "Month")
    clerk.key(Qt.Key.Key_Right)
    assert "24 Nov 2026" in month.accessibleDescription()
    clerk.go_by_key("Recall")
    clerk.key(Qt.Key.Key_C)
    clerk.key(Qt.Key.Key_C)
    assert [raw(clinic, name)[0].split()[1] for name in ("Ruiz, Mateo", "Silva, João")] == ["confirmed", "confirmed"]
    assert clerk.problems == []
