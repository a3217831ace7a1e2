"""The tour, played once on a small clinic: each step has its picture, and says what it showed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.cli.conftest import Run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tour")


@pytest.fixture
def tour(qapp: QApplication, run: Run, folder: Path) -> dict[str, Any]:
    """What stands in tour.json after the command."""
    answer = run("tour", "--out", folder, "--today", "2026-11-23")
    assert (answer.status, answer.err) == (0, "")
    document: dict[str, Any] = json.loads((folder / "tour.json").read_text(encoding="utf-8"))
    return document


def shown(tour: dict[str, Any], name: str) -> dict[str, Any]:
    """What a step showed."""
    return next(step["shown"] for step in tour["steps"] if step["name"] == name)


def test_the_main_job_is_done_at_the_window_and_seen(tour: dict[str, Any], folder: Path) -> None:
    refusals(tour)
    series_is_booked_and_moved(tour)
    chairs_are_watched_together(tour)
    patient_is_kept_until_all_is_well(tour)
    drug_is_accounted_for(tour)
    documents_are_left(tour, folder)
    every_step_has_a_picture_of_its_own(tour, folder)


def refusals(tour: dict[str, Any]) -> None:
    """Bad input is answered where it happened."""
    assert shown(tour, "wrong PIN")["says"] == "Name or PIN is wrong. Nobody was signed in: try again."
    assert shown(tour, "birth date in the future")["says"] == ["The date of birth 24 Nov 2026 is in the future."]
    assert shown(tour, "imported")["refused"] == ["line 5: The date of birth “01/02/2031” is in the future."]
    assert re.search(r"Chair \d is taken from \d\d:\d\d to \d\d:\d\d\.", shown(tour, "refused")["says"])
    assert "HR 7 /min is unlikely" in shown(tour, "implausible value")["asks"]


def series_is_booked_and_moved(tour: dict[str, Any]) -> None:
    """Six sessions in one stroke; the first is moved, and moved back."""
    name = "Nguyễn-Kowalczyk, Zoë Łucja, 1 of 6, Scheduled"
    assert shown(tour, "series booked")["says"].startswith("Booked 6 sessions for Nguyễn-Kowalczyk, Zoë Łucja")
    assert any(card.startswith(name) for card in shown(tour, "board of the first session")["cards"])
    moved = shown(tour, "moved")
    assert moved["before"] != moved["now"]
    assert shown(tour, "undone")["card"] == moved["before"]


def chairs_are_watched_together(tour: dict[str, Any]) -> None:
    """Three chairs at once: one with an alert, one with a late check, in the queue the alert first."""
    chairs = shown(tour, "chairs amber and red")
    assert len(chairs["tiles"]) == 3
    assert sum("alert: SBP 184" in tile for tile in chairs["tiles"]) == 1
    assert sum("check late" in tile for tile in chairs["tiles"]) == 1
    assert chairs["due"][0].startswith("alert, SBP 184: at or above 180, Chair 3")


def drug_is_accounted_for(tour: dict[str, Any]) -> None:
    """Drawn, given and wasted agree; a count that does not is told."""
    assert re.fullmatch(
        r"[\d.]+ mg drawn, [\d.]+ mg administered, 2 mg wasted\.", shown(tour, "drug reconciled")["ledger"]
    )
    assert any("mg less" in words for words in shown(tour, "count differs")["says"])
    assert any("Adverse event since the last visit" in words for words in shown(tour, "report of overrides")["says"])


def patient_is_kept_until_all_is_well(tour: dict[str, Any]) -> None:
    """The start waits for two like calculations, the door for the escort."""
    assert "differ in mL/h" in shown(tour, "second check differs")["start"]
    assert shown(tour, "ready to start")["start"].startswith("Everything is there.")
    held = shown(tour, "escort not here")
    unmet = [words for words in held["criteria"] if ": not met" in words]
    assert unmet == ["The escort is here in person: not met. Not here"]
    assert held["may_go"] is False
    assert not any(": not met" in words for words in shown(tour, "fit for discharge")["criteria"])
    assert any("Discharged, signed" in words for words in shown(tour, "discharged")["session"])


def documents_are_left(tour: dict[str, Any], folder: Path) -> None:
    """Consent, itinerary and aftercare of the new patient, the record of the session."""
    assert shown(tour, "session record on paper")["pages"]["session-record.pdf"] >= 3
    for step, pages in (("consent filed", 4), ("itinerary filed", 1), ("aftercare filed", 1)):
        (file,) = next(s["documents"] for s in tour["steps"] if s["name"] == step)
        assert (folder / file).read_bytes().startswith(b"%PDF-")
        assert shown(tour, step)["pages"] == {file: pages}
        assert "Zoë Łucja Nguyễn-Kowalczyk" in shown(tour, step)["first_lines"][file]


def every_step_has_a_picture_of_its_own(tour: dict[str, Any], folder: Path) -> None:
    """At the size of the window."""
    pictures = [folder / step["screenshot"] for step in tour["steps"]]
    assert len(set(pictures)) == len(pictures) >= 110
    for picture in (pictures[0], pictures[-1]):
        ratio = QApplication.primaryScreen().devicePixelRatio()
        assert QImage(str(picture)).width() == round(1600 * ratio)


def test_a_folder_that_cannot_be_written_to_is_named(qapp: QApplication, run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    answer = run("tour", "--out", tmp_path / "taken")
    assert answer.status == 1
    assert answer.err.startswith(f"ketaclinic: The folder {tmp_path / 'taken'} cannot be written to")
