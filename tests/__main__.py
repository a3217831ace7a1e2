"""`python -m tests`: sets up what is needed and passes all tests; further words go to pytest."""

import os
import subprocess
import sys

from ketaclinic.bootstrap import ensure


def main() -> int:
    """The status of pytest, run in parallel on all cores unless the caller names tests."""
    ensure("test", arguments=["-m", "tests", *sys.argv[1:]])
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    chosen = sys.argv[1:] or ["-q", "-n", "auto", "--dist", "worksteal"]
    return subprocess.call([sys.executable, "-m", "pytest", *chosen], env=environment)


if __name__ == "__main__":
    sys.exit(main())
