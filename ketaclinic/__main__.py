"""Starts ketaclinic: `python -m ketaclinic`, `main.py`, and the installed commands."""

import gc
import sys


def main() -> int:
    """The program's exit status.

    The collector rests until the first paint: it would look through each module again and again while the next is
    read, an eighth of the time a start takes.
    """
    gc.disable()
    from ketaclinic.app import main as program  # noqa: PLC0415 - once the collector rests

    return program()


if __name__ == "__main__":
    sys.exit(main())
