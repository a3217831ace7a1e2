"""A session at a small laptop: no step, no alert and no long name makes the window grow beyond its screen."""

import itertools
from datetime import datetime

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ketaclinic.domain.encounters import Outcome, Step
from ketaclinic.ui.screens.chairside.item_row import ItemRow
from tests.domain.clinical_builders import AFTER
from tests.flows.nurse import Nurse, nurse
from tests.services.chairside_desk import POST, Chairside
from tests.services.drug_cupboard import Cupboard
from tests.ui.nurse_at_chair import chairs

__all__ = ["chairs", "nurse"]

LONG = ("Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh", "Maximiliana")
WIDTH, HEIGHT = 1280, 680
"""What 1366 x 768 leaves beside taskbar and window frame, with some air."""


def test_every_step_of_a_session_fits_a_small_screen(chairs: Chairside, nurse: Nurse) -> None:
    Cupboard(chairs).receive()
    nurse.window.resize(WIDTH, HEIGHT)
    allergies = "latex, penicillin (rash), contrast medium, nuts"
    session = chairs.seated(chairs.patient(*LONG, allergies=allergies))
    nurse.sit_down_at(session)
    fits(nurse, "before")
    nurse.observes("165 95 78 14 98 - 36.6 5 0")
    fits(nurse, "before, pressure too high")
    chairs.fill_before(session)
    chairs.observe(session)
    chairs.dose(session)
    nurse.settle()
    nurse.press("Second check")
    fits(nurse, "before, covered")
    nurse.dialog("Second check, blind").reject()
    chairs.check(session)
    chairs.charting.start(chairs.nurse, session)
    nurse.it_is("9:10")
    nurse.observes("184 104 131 7 88 - - 3 8")
    fits(nurse, "during, many alerts")
    chairs.charting.record_event(
        chairs.nurse,
        session,
        "adverse",
        {"code": "nausea-vomiting", "severity": "moderate", "onset": now(chairs).isoformat()},
    )
    nurse.it_is("9:20")
    nurse.observes("150 88 84 14 97 - - 5 3")
    fits(nurse, "during, suggestions and an open adverse event")
    nurse.it_is("9:40")
    chairs.charting.stop(chairs.nurse, session)
    nurse.it_is("9:46")
    for tab in ("Vitals and flowsheet", "What happened", "Discharge list"):
        nurse.press(tab)
        fits(nurse, f"recovery, {tab}")
    leaves = Outcome.LEFT_AGAINST_ADVICE
    chairs.sign(session, outcome=leaves, reason="Has to fetch her child from school", cosigner=chairs.prescriber)
    nurse.settle()
    assert nurse.view.step is Step.CLOSED
    fits(nurse, "record")


def test_the_lines_of_a_list_stand_evenly_and_no_answer_is_cut(chairs: Chairside, nurse: Nurse, qtbot: QtBot) -> None:
    session = chairs.seated()
    chairs.start(session)
    chairs.run_through(session)
    nurse.it_is("9:45")
    nurse.sit_down_at(session)
    for item, value in AFTER.items():
        if item != "waste":
            chairs.answer(session, item, value, POST)
    nurse.settle()
    rows = [row for row in nurse.screen.session.recovery.checklist.findChildren(ItemRow) if row.isVisible()]
    qtbot.waitUntil(lambda: not any(cut(row) for row in rows), timeout=2000)  # the list is laid out
    assert len(rows) >= 15
    columns = {row.x() + row.parentWidget().x() for row in rows}
    assert len(columns) == 2  # this window is wide: two columns, like the two sides of a sheet
    for column in columns:
        stack = sorted((row for row in rows if row.x() + row.parentWidget().x() == column), key=lambda row: row.y())
        for above, below in itertools.pairwise(stack):
            assert below.y() == above.y() + above.height()
    for row in rows:
        if row.folded:
            assert row.height() <= 50, row.accessibleName()


def test_all_curves_and_every_line_of_the_flowsheet_are_seen_at_once(chairs: Chairside, nurse: Nurse) -> None:
    session = chairs.seated()
    chairs.start(session)
    nurse.it_is("9:10")
    chairs.observe(session)
    medicine = {"code": "ondansetron", "dose": "4 mg", "route": "IV", "order": "order"}
    chairs.charting.record_event(chairs.nurse, session, "medicine", medicine)
    nurse.sit_down_at(session)
    fits(nurse, "during", 1600, 1000)
    during = nurse.screen.session.during
    assert during.chart.chart.lanes == ("SpO₂", "RR", "MOAA/S", "Dissoc.")
    assert during.flowsheet.height() >= during.flowsheet.needed_height()


def cut(row: ItemRow) -> list[str]:
    """The words of a line that have not the height they need."""
    words = [w for w in row.findChildren(QLabel) if w.isVisible() and w.text()]
    return [w.text() for w in words if w.height() < w.heightForWidth(w.width())]


def fits(nurse: Nurse, step: str, width: int = WIDTH, height: int = HEIGHT) -> None:
    """The window neither grew nor needs more than the small screen has."""
    nurse.settle()
    QTest.qWait(30)  # what is hidden and shown again takes its place
    least = nurse.window.minimumSizeHint()
    assert (least.width() <= WIDTH, least.height() <= HEIGHT) == (True, True), (step, least)
    assert (nurse.window.width(), nurse.window.height()) == (width, height), step


def now(chairs: Chairside) -> datetime:
    """The clock."""
    return chairs.clock.now()
