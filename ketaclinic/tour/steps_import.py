"""A list from another program: semicolons, Windows-1252, dates that can be read in two ways, and one bad row."""

from PySide6.QtWidgets import QComboBox, QRadioButton, QTableView

from ketaclinic.domain.findings import ClinicError
from ketaclinic.tour.hands import TourFailed
from ketaclinic.tour.stage import Stage

_FILE = "patients-of-another-program.csv"
_ROWS = (
    "PatNum;LName;FName;Birthdate;WirelessPhone;Email",
    "811;Peña;Lucía;03/04/1961;(312) 555-0151;lucia@example.org",
    "812;Strauß;Jürgen;11/12/1958;(312) 555-0152;",
    "813;O’Brien;Zoë;06/07/1990;(312) 555-0153;zoe@example.org",
    "814;Kim;Ha-eun;01/02/2031;;",
    "815;Lefèvre;Anaïs;08/09/1984;(312) 555-0155;",
)


def take_over(stage: Stage) -> None:
    """What was understood is shown and can be corrected; what cannot be taken is named with its line."""
    hands = stage.hands
    file = stage.folder / _FILE
    try:
        file.write_bytes("\r\n".join((*_ROWS, "")).encode("cp1252"))
    except OSError as error:
        raise ClinicError(f"The list {file} cannot be written ({error.strerror}).") from error
    hands.press("Patients", hands.window.rail)
    hands.press("Import list")
    hands.type_into("File to import", str(file))
    hands.key_return()
    hands.until(lambda: hands.sees("First rows"), "the list is not shown")
    matching = {box.accessibleName(): box.currentText() for box in hands.all(QComboBox, "Column ")}
    chosen = {name: hands.find(QComboBox, name).currentText() for name in ("Separator", "Encoding")}
    orders = [button.text() for button in hands.all(QRadioButton)]
    stage.step("import preview", matching=matching, chosen=chosen, dates_may_be=orders)
    hands.choose("Column Email holds", "Not taken")
    hands.press(next(words for words in orders if words.startswith("Month")))
    stage.step("import corrected", email=hands.find(QComboBox, "Column Email holds").currentText())
    hands.press("Import patients")
    hands.until(lambda: hands.sees("Done"), "the list is not taken over")
    counts = {name: hands.read(name) for name in ("taken", "known already", "not taken")}
    if counts["taken"] != "4":
        raise TourFailed(f"The tour stopped: of the list {counts['taken']} patients were taken instead of 4.")
    model = hands.find(QTableView, "Refused rows").model()
    refused = [f"line {model.index(n, 0).data()}: {model.index(n, 1).data()}" for n in range(model.rowCount())]
    stage.step("imported", documents=(_FILE,), counts=counts, refused=refused)
    hands.press("Done")
    hands.no_dialog("the import does not close")
