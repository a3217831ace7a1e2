"""What the doctor says of one invariant of the clinic's database."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: its name, whether it holds, and what was found, by ids only."""

    name: str
    ok: bool
    detail: str
