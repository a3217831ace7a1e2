"""The nurse during the infusion: rows by keyboard, a slip asked again, an alert answered, pause, resume, stop."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QTableView, QWidget

from ketaclinic.tour import people
from ketaclinic.tour.hands import Hands, TourFailed
from ketaclinic.tour.stage import Stage
from ketaclinic.tour.steps_nurse_before import CALM, type_row
from ketaclinic.ui.screens.chairside.alerts_panel import AlertsPanel
from ketaclinic.ui.screens.chairside.flowsheet import Flowsheet
from ketaclinic.ui.screens.chairside.observation_entry import ValueField
from ketaclinic.ui.screens.chairside.queue_panel import QueueRow
from ketaclinic.ui.screens.chairside.tile import TileWidget

DURING = CALM | {"Temperature": "", "Sedation (MOAA/S)": "4", "Dissociation": "4"}
_HIGH = DURING | {"Systolic pressure": "184", "Diastolic pressure": "104"}
_CTRL = Qt.KeyboardModifier.ControlModifier


def start(stage: Stage) -> None:
    """The infusion starts; the first checks come due on the clock."""
    hands = stage.hands
    hands.press("Start infusion")
    hands.until(lambda: bool(hands.all(Flowsheet)), "the infusion does not start")
    stage.pass_time(5)
    stage.step("infusion running", pump=pump(hands), due=hands.words(hands.find(Flowsheet, "Flowsheet"))[:3])


def implausible(stage: Stage) -> None:
    """A value that is hardly possible is asked again where it stands; put right, the row is saved."""
    hands = stage.hands
    type_row(hands, DURING | {"Heart rate": "7"})
    save_row(hands)
    stage.step("implausible value", typed="Heart rate 7", asks=message(hands))
    hands.type_into("Heart rate", "78", hands.find(Flowsheet, "Flowsheet"))
    save_row(hands)
    hands.until(lambda: row_is_empty(hands), "the row is not saved")
    stage.step("row saved", rows=rows(hands))


def alert(stage: Stage) -> None:
    """A pressure over the limit: what to do is said at once; paused, the prescriber told, later resumed."""
    hands = stage.hands
    stage.pass_time(8.5)  # three minutes late, and the neighbour's check is too
    record(hands, _HIGH)
    stage.step("alert", says=alerts(hands))
    three_chairs(stage)
    hands.press("Pause infusion")
    hands.press("Told somebody else")
    told = hands.find(QLineEdit, "Who was told")
    hands.click(told)
    hands.type(people.PRESCRIBER)
    hands.key_return()
    stage.step("alert acknowledged", says=alerts(hands), pump=pump(hands))
    stage.pass_time(5)
    record(hands, DURING | {"Systolic pressure": "146", "Diastolic pressure": "88"})
    hands.press("Resume infusion")
    stage.step("resumed", pump=pump(hands), rows=rows(hands))


def three_chairs(stage: Stage) -> None:
    """All chairs at this moment: a check is late in one, an alert is open in another, the third is calm."""
    hands = stage.hands
    name = hands.find(QWidget, "Session").accessibleDescription()
    hands.press("Back to all chairs")
    hands.find(TileWidget, "")
    stage.step("chairs amber and red", tiles=hands.spoken(TileWidget), due=hands.spoken(QueueRow), session=name)
    tile = next((tile for tile in hands.all(TileWidget) if "SBP 184" in tile.accessibleName()), None)
    if tile is None:
        raise TourFailed("The tour stopped: no chair shows the alert.")
    hands.press("Record now", tile)
    hands.until(lambda: bool(hands.all(Flowsheet)), "the session does not open again")


def stop(stage: Stage) -> None:
    """The checks go on to the end; the pump is stopped and recovery begins."""
    hands = stage.hands
    for minutes in (5, 10, 10):
        stage.pass_time(minutes)
        record(hands, DURING)
    stage.pass_time(5)
    stage.step("end of the infusion", pump=pump(hands), rows=rows(hands))
    hands.press("Stop infusion")
    dialog = hands.dialog("Stop the infusion")
    reason = hands.find(QLineEdit, "Reason of the stop", dialog)
    if reason.placeholderText().startswith("e.g."):
        hands.type_into("Reason of the stop", "The patient asks to stop.")
    stage.step("stop", says=hands.words(dialog))
    hands.press("Stop infusion", dialog)
    hands.no_dialog("the infusion does not stop")


def record(hands: Hands, values: dict[str, str]) -> None:
    """Types a row and saves it."""
    type_row(hands, values)
    save_row(hands)
    hands.until(lambda: row_is_empty(hands), f"the row is not saved: {message(hands)}")


def save_row(hands: Hands) -> None:
    """Ctrl+Enter."""
    hands.key(Qt.Key.Key_Return, _CTRL)


def row_is_empty(hands: Hands) -> bool:
    """Whether the row was taken."""
    return not any(field.text() for field in hands.all(ValueField))


def message(hands: Hands) -> str:
    """What stands below the flowsheet."""
    return hands.find(Flowsheet, "Flowsheet").message


def rows(hands: Hands) -> list[str]:
    """The columns of the flowsheet, oldest first, as they are headed."""
    model = hands.find(QTableView, "Rows of observations").model()
    across = Qt.Orientation.Horizontal
    return [" ".join(str(model.headerData(n, across)).split()) for n in range(model.columnCount())]


def pump(hands: Hands) -> list[str]:
    """What the card of the pump says."""
    return hands.words(hands.find(QPushButton, "Adverse event").parentWidget())


def alerts(hands: Hands) -> list[str]:
    """The alerts that hold."""
    return [words for panel in hands.all(AlertsPanel) for words in hands.words(panel)]
