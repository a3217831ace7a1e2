"""The first start: an empty database, and the assistant that makes the clinic."""

from PySide6.QtWidgets import QCheckBox, QLabel

from ketaclinic.tour.stage import Stage


def first_start(stage: Stage) -> None:
    """Fills the assistant in to its end and signs in as the manager it made."""
    hands = stage.hands
    hands.press("Next")
    stage.step("first start", says=_errors(stage))
    hands.type_into("Name of the clinic", "Lakeside Infusion")
    hands.type_into("Telephone", "(312) 555-0142")
    hands.type_into("Telephone after hours", "(312) 555-0199")
    hands.type_into("Address", "1200 W Lake Street, Chicago, IL 60607")
    hands.press("Next")
    hands.type_into("Name of the location", "Lakeside")
    hands.press("Saturday")
    stage.step("first start hours", open_on=[box.text() for box in hands.all(QCheckBox) if box.isChecked()])
    hands.press("Next")
    hands.type_into("Chairs", "Chair 1\nChair 2\nWindow room")
    stage.step("first start chairs")
    hands.press("Next")
    hands.type_into("Name", "Helen Park")
    hands.type_into("Sign-in name", "helen")
    hands.type_into("PIN", "2468")
    hands.type_into("PIN once more", "2486")
    hands.press("Make the clinic")
    stage.step("first manager", says=_errors(stage))
    hands.type_into("PIN once more", "2468")
    hands.press("Make the clinic")
    hands.find(QLabel, "What is wrong")  # the sign-in
    hands.type_into("PIN", "2468")
    hands.press("Sign in")
    hands.until(lambda: hands.window.user is not None, "the new manager cannot sign in")
    stage.step("empty clinic", signed_in=hands.window.rail.person.accessibleName())


def _errors(stage: Stage) -> list[str]:
    return [
        label.text()
        for label in stage.hands.all(QLabel, within=stage.hands.window)
        if label.property("kind") == "error" and label.text()
    ]
