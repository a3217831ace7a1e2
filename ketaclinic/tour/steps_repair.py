"""A nurse falls ill: the rest of the day is repaired, seen over the board, adjusted, saved, rung up, undone in one."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel

from ketaclinic.tour import people
from ketaclinic.tour.hands import Hands, TourFailed
from ketaclinic.tour.stage import Stage
from ketaclinic.tour.steps_documents import read_pdf
from ketaclinic.tour.steps_front_desk import cards_of, go_to_today
from ketaclinic.tour.steps_look import in_the_dark
from ketaclinic.ui.dialogs.print_dialog import PrintDialog
from ketaclinic.ui.screens.day.repair_line import ChangeLine
from ketaclinic.ui.screens.day.repair_overlay import RepairOverlay
from ketaclinic.ui.screens.day.repair_panel import RepairPanel

_LIST = "call-list.pdf"
_BACK_AT = "14:00"
_LONGEST = 30.0
"""Seconds for the search, which is given ten, on a slow computer."""


def repair(stage: Stage) -> None:
    """Who is out, and when, is asked; the repaired day lies over the board before anything is saved."""
    hands = stage.hands
    go_to_today(hands)
    before = cards_of(hands)
    hands.key(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    dialog = hands.dialog("Repair the day")
    hands.choose("Who or what is out", f"Nurse {people.NURSE}", dialog)
    hands.type_into("Out until", _BACK_AT, dialog)
    hands.type_into("Reason", "Sick", dialog)
    stage.step("who is out", offered=_offered(hands.find(QComboBox, "Who or what is out", dialog)))
    hands.press("Plan the repair", dialog)
    _wait_for_plan(hands)
    stage.step("repair over the board", says=hands.words(_panel(hands)), changes=_changes(hands))
    _adjust(stage)
    with in_the_dark(stage):
        stage.step("repair over the board dark")
    _save(stage)
    _call_list(stage)
    hands.press("Undo the repair")
    hands.until(lambda: not hands.all(RepairPanel), "the repair is not undone")
    hands.until(lambda: cards_of(hands) == before, "the day is not as it was before the repair")
    stage.step("repair undone", says=hands.notice(), cards=len(before))
    hands.dismiss_notice()


def _offered(box: QComboBox) -> list[str]:
    return [box.itemText(index) for index in range(box.count())]


def _panel(hands: Hands) -> RepairPanel:
    return hands.find(RepairPanel, "Repair of the day")


def _changes(hands: Hands) -> list[str]:
    return hands.spoken(ChangeLine, _panel(hands))


def _wait_for_plan(hands: Hands) -> None:
    def planned() -> bool:
        return bool(hands.all(RepairOverlay)) and bool(hands.all(QLabel, "Proof"))

    hands.until(planned, "the day is not repaired", seconds=_LONGEST)


def _adjust(stage: Stage) -> None:
    """One visit is put a little later by hand; the others are planned again around it."""
    hands = stage.hands
    lines = [line for line in hands.all(ChangeLine, within=_panel(hands)) if line.move_of.shift]
    if not lines:
        raise TourFailed("The tour stopped: a nurse is out, and nobody changes to another time.")
    line = lines[-1]
    name = line.move_of.card.patient_name
    start = line.move_of.from_.starts_at + timedelta(minutes=line.move_of.shift + 15)
    hands.click(line)
    hands.type_into("Start of the visit", f"{start:%H:%M}")
    stage.step("visit of the repair chosen", chosen=line.accessibleName(), wanted=f"{start:%H:%M}")
    hands.press("Put there")
    hands.until(lambda: any("chosen by hand" in said for said in _changes(hands)), f"{name} is not put there")
    _wait_for_plan(hands)
    stage.step("repair planned around it", says=hands.words(_panel(hands)), changes=_changes(hands))


def _save(stage: Stage) -> None:
    hands = stage.hands
    hands.press("Save the repair")
    hands.until(lambda: hands.sees("Undo the repair"), "the repair is not saved")
    stage.step("repair saved", says=hands.notice(), to_ring=_changes(hands), undo=hands.window.top.undo.toolTip())
    hands.dismiss_notice()


def _call_list(stage: Stage) -> None:
    """Seen as it will be on paper, and saved as a PDF."""
    hands = stage.hands
    hands.press("Print call list")
    save_paper(stage, "Call list", _LIST, "call list")


def save_paper(stage: Stage, title: str, file: str, name: str) -> None:
    """The pages in the open preview, saved into the folder; a step of the tour."""
    hands = stage.hands
    dialog = hands.find(PrintDialog, title, hands.window)
    hands.until(dialog.save_button.isEnabled, f"the {name} is not made")
    path = stage.folder / file
    path.unlink(missing_ok=True)
    hands.press("Save as PDF", dialog)
    hands.save_as(path)
    hands.until(path.is_file, f"the {name} is not saved")
    pages, first = read_pdf(path)
    stage.step(name, documents=(file,), says=hands.notice(), pages={file: pages}, first_lines={file: first})
    hands.dismiss_notice()
    hands.press("Close", dialog)
    hands.no_dialog(f"the {name} does not close")
