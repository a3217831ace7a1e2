"""The guards in conftest.py are seen to catch what they are there for."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CARELESS = """
import logging, threading
import pytest

stop = threading.Event()


def test_logs_a_warning():
    logging.getLogger("ketaclinic.somewhere").warning("this was not expected")


def test_expects_its_warning(expected_log):
    logging.getLogger("ketaclinic.somewhere").warning("this was")
    assert [record.getMessage() for record in expected_log] == ["this was"]


def test_leaves_a_thread(monkeypatch):
    class Stubborn(threading.Thread):
        def join(self, timeout=None):
            pass

    Stubborn(target=stop.wait, daemon=True, name="stubborn").start()


def test_ends_its_thread():
    stop.set()
    threading.Thread(target=lambda: None).start()


def test_leaves_a_window(qapp):
    from PySide6.QtWidgets import QWidget

    global left
    left = QWidget(windowTitle="left open")
    left.show()


def test_leaves_a_timer(qapp):
    from PySide6.QtCore import QTimer

    global ticking
    ticking = QTimer()
    ticking.start(1000)


def test_frees_what_it_shows(qtbot):
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QWidget

    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    QTimer(window).start(1000)
"""


def test_whatever_a_test_leaves_behind_fails_it(tmp_path: Path) -> None:
    (tmp_path / "test_careless.py").write_text(CARELESS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-rAE", "-q", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    caught = {line.split("::")[1].split()[0]: line for line in done.stdout.splitlines() if line.startswith("ERROR ")}
    assert set(caught) == {
        "test_logs_a_warning",
        "test_leaves_a_thread",
        "test_leaves_a_window",
        "test_leaves_a_timer",
    }, done.stdout
    assert "unexpected log: this was not expected" in done.stdout
    assert "threads left running: stubborn" in done.stdout
    assert "left open" in done.stdout
    assert "QTimer" in done.stdout
