"""What a nurse cannot have meant, typed at the real window: one sentence at its place, and what was typed stays."""

from PySide6.QtWidgets import QLineEdit

from tests.flows.nurse import Nurse, nurse
from tests.services.chairside_desk import Chairside
from tests.ui.nurse_at_chair import chairs

__all__ = ["chairs", "nurse"]


def test_slips_of_the_keys_are_caught_where_they_are_typed(chairs: Chairside, nurse: Nurse) -> None:
    session = chairs.seated()
    chairs.start(session)
    chairs.clock.forward(minutes=5)
    nurse.sit_down_at(session)
    rows = len(chairs.view(session).observations)
    calm = {
        "Systolic pressure": "128",
        "Diastolic pressure": "80",
        "Heart rate": "82",
        "Respiratory rate": "14",
        "Oxygen saturation": "98",
        "Sedation (MOAA/S)": "5",
        "Dissociation": "2",
    }
    for slip, sentence in (
        (
            {"Systolic pressure": "1200"},
            "SBP 1200 mmHg is unlikely (usual range 60 to 260). Measure again, or confirm it.",
        ),
        (
            {"Systolic pressure": "80", "Diastolic pressure": "120"},
            "The diastolic pressure 120 is not below the systolic 80. Read both again.",
        ),
        ({"Oxygen saturation": "9"}, "SpO₂ 9 % is unlikely (usual range 70 to 100). Measure again, or confirm it."),
        (
            {"Temperature": "98.6"},
            (
                "Temp 98.6 °C is unlikely (usual range 34 to 41). Read in °F it would be 37 °C. "
                "Measure again, or confirm it."
            ),
        ),
    ):
        for name, value in (calm | slip).items():
            nurse.type(name, value)
        nurse.press("Save row")
        assert sentence in nurse.reads()
        assert {name: nurse.stands(name) for name in calm | slip} == calm | slip
        assert len(chairs.view(session).observations) == rows
    nurse.find(QLineEdit, "Temperature").clear()

    # Before the patient came, and ahead of the clock: the row stays as typed.
    for at, sentence in (
        ("8:10", "This time lies before the patient came. Nothing was saved: enter when it truly was."),
        ("9:40", "This time lies ahead. Nothing was saved: enter when it truly was."),
    ):
        nurse.type("Time of the observation", at)
        nurse.press("Save row")
        assert sentence in nurse.reads(), nurse.reads()
        assert nurse.stands("Systolic pressure") == "128"
        assert nurse.stands("Time of the observation") == at
    assert len(chairs.view(session).observations) == rows
