"""The commands by name, and what becomes of a refusal: one line, the findings, the exit status."""

import json
import sys
from collections.abc import Callable

from ketaclinic.cli import house, patients, printing, repair, scheduling
from ketaclinic.cli.program import (
    REFUSED,
    UNUSABLE,
    WRONG_USE,
    Program,
    WrongUseError,
    findings_json,
    findings_lines,
    stream,
    tell,
)
from ketaclinic.domain.findings import ClinicError, Refused, StoreUnusable

COMMANDS: dict[str, Callable[[Program], int]] = {
    "init": house.init,
    "demo": house.demo,
    "doctor": house.doctor,
    "key": house.key,
    "tour": house.tour,
    "bench": house.bench,
    "import-patients": patients.import_patients,
    "patients": patients.search,
    "print": printing.print_document,
    "plan": scheduling.plan,
    "book": scheduling.book,
    "day": scheduling.day,
    "free": scheduling.free,
    "why": scheduling.why,
    "repair": repair.repair,
}


def run(program: Program) -> int:
    """Does the command and returns the exit status."""
    try:
        return COMMANDS[program.arguments.command](program)
    except ClinicError as error:
        return refuse(error, wants_json=program.wants_json)


def refuse(error: ClinicError, *, wants_json: bool) -> int:
    """Says what was refused, and why; returns the exit status."""
    findings = error.findings if isinstance(error, Refused) else ()
    tell(f"ketaclinic: {error}")
    if wants_json:
        document = {"error": str(error), "findings": findings_json(findings)}
        stream(sys.stdout).write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    else:
        for line in findings_lines(findings):
            tell(line)
    if isinstance(error, StoreUnusable):
        return UNUSABLE
    return WRONG_USE if isinstance(error, WrongUseError) else REFUSED
