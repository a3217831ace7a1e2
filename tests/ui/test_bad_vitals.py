"""What a tired hand types at the chair, and the one sentence it is answered with."""

from datetime import UTC, datetime, timedelta

import pytest

from ketaclinic.domain.observations import assess
from ketaclinic.ui.screens.chairside.true_time import read_time
from tests.domain.clinical_builders import charted


@pytest.mark.parametrize(
    ("values", "weight", "sentence"),
    [
        ({"sbp": 1200.0, "dbp": 80.0}, "override",
         "SBP 1200 mmHg is unlikely (usual range 60 to 260). Measure again, or confirm it."),
        ({"sbp": 80.0, "dbp": 120.0}, "block",
         "The diastolic pressure 120 is not below the systolic 80. Read both again."),
        ({"spo2": 9.0}, "override", "SpO₂ 9 % is unlikely (usual range 70 to 100). Measure again, or confirm it."),
        ({"spo2": 980.0}, "block", "Oxygen saturation goes from 0 to 100; 980 does not exist."),
        ({"temp": 98.6}, "override",
         ("Temp 98.6 °C is unlikely (usual range 34 to 41). Read in °F it would be 37 °C. "
          "Measure again, or confirm it.")),
        ({"moaas": 4.5}, "block", "Sedation (MOAA/S) has whole steps only."),
        ({"dissociation": 11.0}, "block", "Dissociation goes from 0 to 10; 11 does not exist."),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_answered_in_one_sentence(
    values: dict[str, float], weight: str, sentence: str
) -> None:
    first = assess(values, charted().for_family("mood"))[0]
    assert (first.severity, first.message) == (weight, sentence)


def test_an_unlikely_value_is_taken_once_it_is_confirmed() -> None:
    fields = charted().for_family("mood")
    assert [f.code for f in assess({"spo2": 9.0}, fields, confirmed=frozenset({"spo2"}))] == ["spo2-red"]


NOW = datetime(2026, 11, 23, 20, 7, tzinfo=UTC)  # 14:07 in Chicago


@pytest.mark.parametrize(
    ("typed", "minutes_ago"),
    [("14:05", 2), ("1405", 2), ("14.05", 2), ("5 min ago", 5), ("-12", 12), ("3m", 3), ("20 minutes ago", 20)],
)
def test_a_late_entry_is_typed_as_it_is_said(typed: str, minutes_ago: int) -> None:
    assert read_time(typed, NOW, "America/Chicago") == (NOW - timedelta(minutes=minutes_ago), "")


def test_nothing_typed_is_now_and_a_time_before_midnight_was_yesterday() -> None:
    assert read_time("  ", NOW, "America/Chicago") == (None, "")
    after_midnight = datetime(2026, 11, 24, 6, 4, tzinfo=UTC)  # 00:04 in Chicago
    assert read_time("23:58", after_midnight, "America/Chicago") == (after_midnight - timedelta(minutes=6), "")


@pytest.mark.parametrize("typed", ["soon", "25:00", "14:75"])
def test_what_is_no_time_says_how_to_write_one(typed: str) -> None:
    assert read_time(typed, NOW, "America/Chicago") == (
        None,
        f"“{typed}” is not a time. Write hours and minutes, e.g. 11:06, or 5 min ago.",
    )
