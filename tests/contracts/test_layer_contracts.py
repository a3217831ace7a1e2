"""Each import contract is seen to break: a planted violation must be found, and by that contract."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PLANTED = {
    "layers": ("ketaclinic/planning/planted.py", "import ketaclinic.services\n"),
    "domain-is-pure": ("ketaclinic/domain/planted.py", "import sqlalchemy\n"),
    "screens-see-services-only": ("ketaclinic/ui/planted.py", "import ketaclinic.db.models\n"),
    "qt-in-ui": ("ketaclinic/services/planted.py", "from PySide6 import QtCore\n"),
    "sql-in-db": ("ketaclinic/services/planted.py", "import sqlalchemy\n"),
    "pdf-in-documents": ("ketaclinic/services/planted.py", "import reportlab\n"),
    "search-in-planning": ("ketaclinic/services/planted.py", "import numpy\n"),
    "solver-in-day-repair": ("ketaclinic/planning/planted.py", "import ortools\n"),
    "screens-apart": ("ketaclinic/ui/screens/day/planted.py", "import ketaclinic.ui.screens.patients\n"),
    "no-cycles": (
        "ketaclinic/domain/planted.py",
        "import ketaclinic.domain.planted_twin\n",
        "ketaclinic/domain/planted_twin.py",
        "import ketaclinic.domain.planted\n",
    ),
}


def lint(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--no-logo", "--contract", contract],
        cwd=folder,
        env={**__import__("os").environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_breaks_its_contract(contract: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "ketaclinic", tmp_path / "ketaclinic", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    sound = lint(tmp_path, contract)
    assert "1 kept, 0 broken" in sound.stdout, sound.stdout + sound.stderr
    planted = PLANTED[contract]
    for path, text in zip(planted[::2], planted[1::2], strict=True):
        (tmp_path / path).write_text(text, encoding="utf-8")
    broken = lint(tmp_path, contract)
    assert broken.returncode != 0
    assert "0 kept, 1 broken" in broken.stdout, broken.stdout + broken.stderr


def test_every_contract_has_a_planted_violation() -> None:
    import tomllib

    configured = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["id"] for contract in configured["tool"]["importlinter"]["contracts"]}
    assert contracts == set(PLANTED)
