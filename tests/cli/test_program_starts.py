"""The program as a process of its own: one line instead of an abort, whatever is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ketaclinic import app, logs
from ketaclinic.ui import display
from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; from ketaclinic.__main__ import main; sys.exit(main())"


def start(tmp_path: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        key: value for key, value in os.environ.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    variables = kept | {"KETACLINIC_HOME": str(tmp_path), "PYTHONUTF8": "1"} | environment
    return subprocess.run(
        [sys.executable, "-c", START, *words],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_one_line_says_so_and_names_the_tour(tmp_path: Path) -> None:
    ended = start(tmp_path, "--demo")
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == (
        "ketaclinic: There is no display to open the window on. Start it from a desktop; "
        "`main.py tour --out DIR` needs no screen and shows the program in pictures.\n"
    )


def test_json_stands_alone_on_standard_output(tmp_path: Path) -> None:
    ended = start(tmp_path, "doctor", "--json", KETACLINIC_KEY="4b" * 32)
    assert ended.returncode == 3
    assert ended.stdout.startswith('{\n  "error": "There is no database ')
    assert ended.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_missing_libraries_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = {"libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-keysyms.so.1"}
    monkeypatch.setattr(display, "_loads", lambda library: library not in bare)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    sentence = display.problem()
    assert "sudo apt install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1." in sentence
    assert "main.py tour --out DIR" in sentence


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_a_display_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_loads", lambda _library: True)
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    assert display.problem().startswith("The display :987 does not answer")


def test_without_a_screen_on_purpose_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_loads", lambda _library: True)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.problem() == ""


def test_a_spoilt_resource_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spoilt = tmp_path / "resources" / "protocols" / "x.toml"
    spoilt.parent.mkdir(parents=True)
    spoilt.write_text("revision = 1\nsince = 2026-01-01\nrevisoin = 2\n", encoding="utf-8")
    monkeypatch.setattr(app.paths, "resources_dir", lambda: tmp_path / "resources")
    refused = run("doctor")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err == "ketaclinic: protocols/x.toml, line 3, key revisoin: not known here\n"


def test_an_unexpected_error_is_one_line_and_a_log_entry(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], expected_log: list[object]
) -> None:
    log_file = logs.set_up(tmp_path)
    try:
        error = ZeroDivisionError("patient Silva")
        app._CrashHook(log_file)(ZeroDivisionError, error, None)
    finally:
        logs.shut_down()
    told = capsys.readouterr().err
    assert told == (
        "ketaclinic: something went wrong that should not have (ZeroDivisionError). What was saved is safe. "
        f"The log has the details: {log_file}\n"
    )
    assert len(expected_log) == 1
    assert log_file is not None
    assert "unexpected error" in log_file.read_text(encoding="utf-8")


def test_the_program_runs_without_a_log_where_none_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be", encoding="utf-8")
    assert logs.set_up(tmp_path / "taken") is None


@pytest.mark.parametrize(("has_terminal", "shown"), [(False, 1), (True, 0)])
def test_a_window_that_cannot_open_says_why_where_it_was_started(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_terminal: bool, shown: int
) -> None:
    from ketaclinic.ui import start_trouble

    on_screen: list[str] = []
    monkeypatch.setattr(display, "problem", lambda: "")
    monkeypatch.setattr(start_trouble, "show", on_screen.append)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    file = tmp_path / "letter.db"
    file.write_text("Dear clinic, " * 500, encoding="utf-8")
    capture = type(sys.stderr)
    monkeypatch.setattr(capture, "isatty", lambda _self: has_terminal)
    refused = run("--database", f"sqlite:///{file}")
    assert refused.status == 3
    assert "it is not a clinic's database" in refused.err
    assert on_screen == [refused.err.removeprefix("ketaclinic: ").strip()] * shown


def test_the_trouble_at_the_start_stands_in_a_box(qtbot: QtBot) -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMessageBox

    from ketaclinic.ui import start_trouble

    read: list[str] = []

    def read_and_close() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        read.append(box.text())
        box.close()

    QTimer.singleShot(0, read_and_close)
    start_trouble.show("The key of this database is not in this computer's keyring.")
    assert read == ["The key of this database is not in this computer's keyring."]
