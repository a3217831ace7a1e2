"""The log says what happened, never of whom, and never stands in the way of the work."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ketaclinic import logs
from ketaclinic.db.models import PatientRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    logs.shut_down()


def test_a_full_log_begins_anew_and_the_old_one_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_BYTES", 200)
    file = logs.set_up(tmp_path)
    assert file == tmp_path / "ketaclinic.log"
    for number in range(4):
        logging.getLogger("ketaclinic.test").info("operation %d, %s", number, "x" * 80)
    assert "operation 3" in file.read_text(encoding="utf-8")
    assert "operation 0" not in file.read_text(encoding="utf-8")
    assert (tmp_path / "ketaclinic.log.1").exists()


def test_a_log_that_another_program_has_open_is_written_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def in_use(*_: object) -> None:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(logs, "_BYTES", 200)
    file = logs.set_up(tmp_path)
    assert file is not None
    monkeypatch.setattr(Path, "rename", in_use)
    monkeypatch.setattr(os, "rename", in_use)
    for number in range(4):
        logging.getLogger("ketaclinic.test").info("operation %d, %s", number, "x" * 80)
    assert [f"operation {number}" in file.read_text(encoding="utf-8") for number in range(4)] == [True] * 4
    assert capsys.readouterr().err == ""


def test_a_line_that_cannot_be_written_is_left_out_silently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = logs.set_up(tmp_path)
    assert file is not None
    monkeypatch.setattr(logs._Log, "flush", full)
    logging.getLogger("ketaclinic.test").info("operation 1")
    assert capsys.readouterr().err == ""


def test_an_error_of_the_database_is_logged_without_the_patient(store: Store, tmp_path: Path) -> None:
    file = logs.set_up(tmp_path)
    assert file is not None
    try:
        with store.writing(Op.ADD_PATIENT) as writing:
            writing.session.add(PatientRow(record=None, family_name="Silva", note="afraid of needles"))
    except Exception:
        logging.getLogger("ketaclinic.test").info("unexpected error", exc_info=True)
    told = file.read_text(encoding="utf-8")
    assert "sqlalchemy.exc.IntegrityError" in told
    assert "test_logs.py" in told
    assert "Silva" not in told.replace('family_name="Silva", note="afraid of needles"', "")
    assert "needles" not in told.replace('family_name="Silva", note="afraid of needles"', "")


def test_words_about_the_program_are_kept_and_values_are_not(tmp_path: Path) -> None:
    file = logs.set_up(tmp_path)
    assert file is not None
    typed = "".join(reversed("avliS"))
    try:
        try:
            int(typed)
        except ValueError:
            len(5)  # type: ignore[arg-type]
    except TypeError:
        logging.getLogger("ketaclinic.test").info("unexpected error", exc_info=True)
    told = file.read_text(encoding="utf-8")
    assert "TypeError: object of type 'int' has no len()" in told
    assert "builtins.ValueError" in told
    assert typed not in told
