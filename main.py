"""Starts ketaclinic from a checkout: `python main.py`, `python main.py --demo`, `python main.py --help`."""

import sys

from ketaclinic.bootstrap import ensure

if __name__ == "__main__":
    ensure()
    from ketaclinic.__main__ import main

    sys.exit(main())
