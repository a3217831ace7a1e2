"""What the commands stand on: the opened services, who acts, and where answers go."""

import getpass
import io
import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from ketaclinic.catalog.clinic import ClinicDefaults
from ketaclinic.domain.findings import ClinicError, Finding, NotFound
from ketaclinic.domain.people import User
from ketaclinic.domain.resources import Location
from ketaclinic.services.bundle import Services
from ketaclinic.services.demonstration_rows import DEMONSTRATION_PIN

DONE, REFUSED, WRONG_USE, UNUSABLE = 0, 1, 2, 3
PIN_VARIABLE = "KETACLINIC_PIN"
_DEMONSTRATION_USER = "desk"


class WrongUseError(ClinicError):
    """The command cannot be done as it was written; its text is the sentence to show."""


@dataclass(frozen=True)
class Program:
    """What the composition root lends to a command.

    Attributes:
        arguments: what was written after `main.py`.
        open: opens the database; with True it is made where there is none.
        defaults: what the set-up assistant proposes.
        key: the key of the database, as 64 hexadecimal digits.
        tour: drives the window on a day, today where none is given, and leaves its pictures in a folder; returns
            what `tour.json` says.
        bench: measures, with so many appointments in the file; returns the document of the figures.
    """

    arguments: Namespace
    open: Callable[[bool], AbstractContextManager[Services]]
    defaults: ClinicDefaults
    key: Callable[[], str]
    tour: Callable[[Path, date | None], dict[str, Any]]
    bench: Callable[[int], dict[str, Any]]

    @property
    def wants_json(self) -> bool:
        """Whether standard output is one JSON document."""
        return bool(self.arguments.json)

    def answer(self, document: dict[str, Any], lines: Iterable[str]) -> None:
        """Gives the answer: the document as JSON, or the lines to read."""
        out = stream(sys.stdout)
        if self.wants_json:
            out.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        else:
            out.writelines(f"{line}\n" for line in lines)

    def sign_in(self, services: Services) -> User:
        """Who acts: `--as` with the PIN; at the demonstration clinic its front desk, when nobody is named.

        Raises:
            WrongUseError: nobody is named, or there is no way to ask for the PIN.
            Invalid: name or PIN is wrong.
        """
        name = self.arguments.as_user
        if name is None:
            if services.clinic.is_demonstration():
                return services.users.sign_in(_DEMONSTRATION_USER, DEMONSTRATION_PIN)
            raise WrongUseError("Nobody is named. Nothing was done: say who you are with --as USER.")
        return services.users.sign_in(name, ask_pin(f"PIN of {name}: "))

    def location(self, services: Services, by: User) -> Location:
        """The location of `--location`, or the first. Raises NotFound."""
        places = services.clinic.locations(by)
        wanted = self.arguments.location
        if wanted is None and places:
            return places[0]
        for place in places:
            if wanted is not None and (place.name.casefold() == wanted.casefold() or str(place.id) == wanted):
                return place
        known = ", ".join(place.name for place in places)
        raise NotFound(f"There is no such location. The locations are: {known or 'none, the clinic is not set up'}.")


def ask_pin(prompt: str) -> str:
    """The PIN from KETACLINIC_PIN, or typed. Raises WrongUseError where nobody can be asked."""
    if given := os.environ.get(PIN_VARIABLE):
        return given
    if sys.stdin is None or not sys.stdin.isatty():
        raise WrongUseError(f"There is no PIN and nobody to ask. Nothing was done: set {PIN_VARIABLE}.")
    return getpass.getpass(prompt, stream=stream(sys.stderr))


def tell(sentence: str) -> None:
    """Writes a message or progress to standard error."""
    stream(sys.stderr).write(sentence + "\n")


def stream(wanted: TextIO | None) -> TextIO:
    """A stream that takes every script; one that goes nowhere where the program has none (a Windows window)."""
    if wanted is None:
        return io.StringIO()
    if isinstance(wanted, io.TextIOWrapper) and (
        wanted.encoding.lower().replace("-", "") != "utf8" or wanted.errors == "strict"
    ):
        wanted.reconfigure(encoding="utf-8", errors="replace")
    return wanted


def findings_json(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings as they stand in every JSON answer."""
    return [{"code": f.code, "severity": f.severity.value, "message": f.message} for f in findings]


def findings_lines(findings: Iterable[Finding]) -> list[str]:
    """Findings as lines to read."""
    return [f"  {f.severity.value}: {f.message} [{f.code}]" for f in findings]
