"""repair: a day with somebody or something out, as JSON, as lines, saved."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def booked(clinic: Run, people: Path) -> Run:
    """Two patients on Monday 30 November at nine, on the first two chairs."""
    clinic("import-patients", people)
    for record in ("KC-0001", "KC-0002"):
        wishes = ("--patient", record, "--protocol", "induction-mood-2-per-week", "--from", "2026-11-30")
        times = ("--earliest", "09:00", "--latest", "09:00", "--count", "1")
        assert clinic("book", *wishes, *times).status == 0
    return clinic


def test_a_chair_that_fails_gives_its_patient_another_chair(booked: Run) -> None:
    (first, *_) = booked("day", "2026-11-30", "--json").json["appointments"]
    answer = booked("repair", "2026-11-30", "--out", f"chair:{first['chair']}", "--from", "08:30", "--json")
    assert (answer.status, answer.err) == (0, "")
    (move,) = answer.json["moved"]
    assert (move["id"], move["from"]) == (first["id"], {"start": first["start"], "chair": first["chair"]})
    assert move["to"]["start"] == first["start"]
    assert move["to"]["chair"] != first["chair"]
    assert {key: answer.json[key] for key in ("bumped", "optimal")} == {"bumped": [], "optimal": True}
    assert isinstance(answer.json["seconds"], float)
    assert booked("day", "2026-11-30", "--json").json["appointments"][0]["chair"] == first["chair"]


def test_it_is_saved_when_asked_and_the_number_alone_names_the_chair(booked: Run) -> None:
    (first, *_) = booked("day", "2026-11-30", "--json").json["appointments"]
    number = first["chair"].split()[-1]
    done = booked("repair", "2026-11-30", "--out", f"chair:{number}", "--apply")
    assert done.status == 0
    assert f"{first['chair']} out of use from 08:00" in done.out
    assert done.out.endswith("Saved.\n")
    now = {visit["id"]: visit["chair"] for visit in booked("day", "2026-11-30", "--json").json["appointments"]}
    assert now[first["id"]] != first["chair"]


def test_a_closed_clinic_sends_everybody_to_another_day(booked: Run) -> None:
    answer = booked("repair", "2026-11-30", "--out", "clinic", "--reason", "Water damage", "--json")
    assert answer.json["moved"] == []
    assert len(answer.json["bumped"]) == 2
    assert [each["to"]["start"][:10] for each in answer.json["placed"]] == ["2026-12-01", "2026-12-01"]
    lines = booked("repair", "2026-11-30", "--out", "clinic").out
    assert "Silva, João" in lines
    assert "proven best" in lines
    assert "Nothing was saved" in lines


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("--out", "pump:3"), 2, "write nurse:NAME"),
        (("--out", "chair:99"), 1, "There is no chair “99” on that day"),
        (("--out", "nurse:Nobody"), 1, "There is no nurse “Nobody” on that day"),
        (("--out", "clinic", "--from", "10:00", "--until", "09:00"), 1, "must end after it begins"),
    ],
)
def test_wrong_words_are_answered_with_one_sentence(
    booked: Run, words: tuple[str, ...], status: int, sentence: str
) -> None:
    answer = booked("repair", "2026-11-30", *words)
    assert answer.status == status
    assert sentence in answer.err


def test_a_day_that_has_passed_is_left_as_it_was(booked: Run) -> None:
    answer = booked("repair", "2026-11-20", "--out", "clinic")
    assert answer.status == 1
    assert "This day has passed" in answer.err
