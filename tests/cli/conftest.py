"""The program run as from a command line, on a clinic of its own, with a clock that stands still."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ketaclinic import app, logs
from ketaclinic.clock import FixedClock


@dataclass(frozen=True)
class Answer:
    """What a command left: exit status, standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command in this process, with folders, key and PIN of its own."""
    monkeypatch.setenv("KETACLINIC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KETACLINIC_KEY", "4b" * 32)
    monkeypatch.setenv("KETACLINIC_PIN", "246810")
    monkeypatch.setattr(app, "SystemClock", FixedClock)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)

    def run_one(*words: object) -> Answer:
        capsys.readouterr()
        status = app.main([str(word) for word in words])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Answer(status, captured.out, captured.err)

    yield run_one
    logs.shut_down()


@pytest.fixture
def clinic(run: Run) -> Run:
    """The same, on a clinic that `init` has made; every command is given as its manager."""
    made = run("init", "--clinic", "Lakeside Infusion", "--zone", "America/Chicago")
    assert (made.status, made.err) == (0, "")

    def run_as_manager(*words: object) -> Answer:
        return run(*words, "--as", "manager")

    return run_as_manager


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A list of three patients."""
    file = tmp_path / "people.csv"
    file.write_text(
        "PatNum,LName,FName,Birthdate,HmPhone\n"
        "11,Silva,João,1961-04-03,(312) 555-0144\n"
        "12,Nguyễn,Zoë,1990-06-15,(312) 555-0199\n"
        "13,Kim,,2031-01-01,\n",
        encoding="utf-8",
    )
    return file
