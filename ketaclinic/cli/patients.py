"""Commands for patients: import-patients, patients."""

import sys
from collections.abc import Mapping

from ketaclinic.cli.program import DONE, REFUSED, Program, WrongUseError, tell
from ketaclinic.domain.findings import Invalid
from ketaclinic.services.importing import DELIMITERS, FIELDS, ImportPreview, ImportResult


def import_patients(program: Program) -> int:
    """Imports patients from CSV; each row refused is told with its line and why."""
    given = program.arguments
    delimiter = next((sign for sign, word in DELIMITERS.items() if given.delimiter in (sign, word)), given.delimiter)
    with program.open(False) as services:  # noqa: FBT003
        by = program.sign_in(services)
        data = services.importing.read(by, given.file)
        preview = services.importing.preview(by, data, given.encoding, delimiter)
        matching = _corrected(preview, given.match)
        _tell_matching(preview, matching)
        try:
            result = services.importing.run(
                by,
                data,
                matching,
                given.date_order,
                preview.encoding,
                preview.delimiter,
                progress=_progress if sys.stderr is not None and sys.stderr.isatty() else None,
            )
        except Invalid as error:
            if error.field == "date_order":
                raise WrongUseError(f"{error} Use --date-order ymd, mdy or dmy.") from error
            if error.field == "matching":
                raise WrongUseError(f"{error} Use --match FIELD=COLUMN.") from error
            raise
    refused = [{"line": row.line, "reason": row.reason} for row in result.refused]
    program.answer({"imported": result.imported, "known": result.known, "refused": refused}, _result_lines(result))
    return DONE if result.imported or result.known or not result.refused else REFUSED


def search(program: Program) -> int:
    """Searches patients."""
    with program.open(False) as services:  # noqa: FBT003
        by = program.sign_in(services)
        found = services.patients.search(by, " ".join(program.arguments.query), program.arguments.limit)
    document = [
        {
            "record": line.record,
            "name": line.name,
            "born": line.born.isoformat() if line.born else None,
            "phone": line.phone,
        }
        for line in found
    ]
    lines = [f"{line.record}  {line.born or '          '}  {line.name}  {line.phone}" for line in found]
    program.answer({"patients": document}, lines or ["Nobody found."])
    return DONE if found else REFUSED


def _corrected(preview: ImportPreview, corrections: list[str]) -> dict[str, int]:
    """The matching with `--match FIELD=COLUMN` applied; a column is named by its header or its number from 1."""
    matching = dict(preview.matching)
    headers = {header.strip().casefold(): at for at, header in reversed(list(enumerate(preview.columns)))}
    for correction in corrections:
        field, _, column = correction.partition("=")
        if field not in FIELDS:
            raise WrongUseError(
                f"There is no field “{field}”. Nothing was imported. The fields are: {', '.join(FIELDS)}."
            )
        if not column.strip():
            matching.pop(field, None)
            continue
        at = headers.get(column.strip().casefold())
        if at is None and column.isdecimal() and 1 <= int(column) <= len(preview.columns):
            at = int(column) - 1
        if at is None:
            raise WrongUseError(f"There is no column “{column}”. Nothing was imported.")
        matching[field] = at
    return matching


def _tell_matching(preview: ImportPreview, matching: Mapping[str, int]) -> None:
    matched = ", ".join(f"{FIELDS[field]} = {preview.columns[at]}" for field, at in matching.items())
    tell(f"{preview.count} rows, {preview.encoding}, {DELIMITERS.get(preview.delimiter, preview.delimiter)}: {matched}")


def _progress(done: int, total: int) -> None:
    tell(f"{done} of {total} rows")


def _result_lines(result: ImportResult) -> list[str]:
    lines = [f"{result.imported} imported, {result.known} known already, {len(result.refused)} refused."]
    return lines + [f"  line {row.line}: {row.reason}" for row in result.refused]
