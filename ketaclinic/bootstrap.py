"""Sets up everything the program needs on a machine that has nothing but Python 3.11 or newer.

Runs before any dependency is there, so it uses the standard library alone. A checkout gets a virtual environment of
its own in `.venv`; an installed ketaclinic has its dependencies already and nothing happens.
"""

import hashlib
import os
import subprocess
import sys
import venv
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_MINIMUM = (3, 11)


def ensure(extra: str = "", *, arguments: list[str] | None = None) -> None:
    """Continues in an environment that holds all dependencies, making or renewing it first where needed.

    Args:
        extra: a group of optional dependencies of pyproject.toml, e.g. ``test``.
        arguments: what to run there; the running script with its arguments when None.

    Ends the process with the status of what ran there, and with 2 and one sentence where set-up is impossible.
    """
    if sys.version_info < _MINIMUM:
        _give_up(f"ketaclinic needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    project = _ROOT / "pyproject.toml"
    if not project.exists() or _installed_here(extra):
        return
    folder = _ROOT / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / f"ketaclinic-{extra or 'run'}.stamp"
    wanted = hashlib.sha256(project.read_bytes() + sys.version.encode()).hexdigest()
    current = stamp.exists() and stamp.read_text(encoding="utf-8") == wanted
    inside = Path(sys.prefix).resolve() == folder.resolve()
    if current and inside:
        return
    if not current:
        _install(folder, python, extra)
        stamp.write_text(wanted, encoding="utf-8")
    if not inside:
        command = [str(python), *(arguments if arguments is not None else sys.argv)]
        try:
            sys.exit(subprocess.call(command))
        except KeyboardInterrupt:
            sys.exit(130)


def _installed_here(extra: str) -> bool:
    """Whether someone installed ketaclinic into the environment that runs (then its upkeep is theirs)."""
    if Path(sys.prefix).resolve() == (_ROOT / ".venv").resolve():
        return False
    try:
        metadata.distribution("ketaclinic")
    except metadata.PackageNotFoundError:
        return False
    return extra != "test" or find_spec("pytest") is not None


def _install(folder: Path, python: Path, extra: str) -> None:
    sys.stderr.write(f"Setting up ketaclinic in {folder} (once; a minute or two) …\n")
    if not python.exists():
        try:
            venv.EnvBuilder(with_pip=True, upgrade_deps=False).create(folder)
        except (OSError, subprocess.CalledProcessError) as error:
            _give_up(
                f"The environment {folder} could not be made ({error}). "
                "On Debian or Ubuntu install the package python3-venv, then start again."
            )
    wish = f"{_ROOT}[{extra}]" if extra else str(_ROOT)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", wish]
    if subprocess.call(command, stdout=sys.stderr) != 0:
        _give_up("The packages could not be installed; the lines above say why. Nothing else was changed: start again.")
    # Cutting the fonts takes some seconds; nobody should wait for it in front of the first window.
    subprocess.call([str(python), "-c", "from ketaclinic.fonts import static_fonts; static_fonts()"], cwd=_ROOT)


def _give_up(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.exit(2)
