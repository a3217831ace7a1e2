"""Takes patients over from another program's list: looked at first, then all in one transaction."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import people as rows
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.csv_file import DELIMITERS, ENCODINGS, CsvTable, read_table
from ketaclinic.domain.dates import DateOrder
from ketaclinic.domain.findings import Invalid, blocking
from ketaclinic.domain.importing import (
    FIELDS,
    ImportPreview,
    ImportResult,
    KnownPeople,
    ReadRow,
    RefusedRow,
    date_orders,
    match_columns,
    read_row,
)
from ketaclinic.domain.patients import check_patient, tidy
from ketaclinic.domain.people import PatientFields, User
from ketaclinic.domain.telephone import digits
from ketaclinic.services.guard import intention
from ketaclinic.services.wall import clinic_now

__all__ = ["DELIMITERS", "ENCODINGS", "FIELDS", "ImportPreview", "ImportResult", "Importing", "RefusedRow"]

_SHOWN_ROWS = 8
_STEP = 500
_MEBIBYTE = 1 << 20

Progress = Callable[[int, int], None]
"""Called with how many rows are done, and of how many."""


class Importing:
    """Imports patients from CSV."""

    area = "importing"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._rules = catalog.rules
        self._most_bytes = catalog.rules.whole("importing.largest-file") * _MEBIBYTE
        self._clock = clock

    @intention
    def read(self, by: User, path: Path) -> bytes:  # noqa: ARG002 - the guard reads it
        """The bytes of a file that was chosen.

        Raises:
            Invalid: it cannot be read, or is too large to be a list of patients.
        """
        try:
            with Path(path).open("rb") as file:
                data = file.read(self._most_bytes + 1)  # of a film chosen by mistake, no more
        except OSError as error:
            reason = error.strerror or "no reason given"
            raise Invalid("file", f"{Path(path).name} cannot be read ({reason}). Nothing was imported.") from error
        return self._of_right_size(data)

    @intention
    def preview(
        self,
        by: User,  # noqa: ARG002 - the guard reads it
        data: bytes,
        encoding: str | None = None,
        delimiter: str | None = None,
        matching: Mapping[str, int] | None = None,
    ) -> ImportPreview:
        """What was understood of a file; encoding, delimiter and matching can be corrected and looked at again.

        Raises:
            Invalid: this is no list of patients, in one sentence.
        """
        table = read_table(self._of_right_size(data), encoding, delimiter)
        matching = match_columns(table.columns) if matching is None else dict(matching)
        orders = self._date_orders(table, matching)
        return ImportPreview(
            columns=table.columns,
            rows=tuple(row.cells for row in table.rows[:_SHOWN_ROWS]),
            count=len(table.rows),
            encoding=table.encoding,
            delimiter=table.delimiter,
            matching=matching,
            date_order=orders[0] if len(orders) == 1 else None,
            date_orders=orders,
        )

    @intention
    def run(
        self,
        by: User,
        data: bytes,
        matching: Mapping[str, int] | None = None,
        date_order: DateOrder | str | None = None,
        encoding: str | None = None,
        delimiter: str | None = None,
        command_id: str = "",
        progress: Progress | None = None,
    ) -> ImportResult:
        """Takes every patient who is not known yet; a row that cannot be taken is told with its line and reason.

        All patients are saved in one operation, or none. A second run of the same file takes nobody twice.

        Raises:
            Invalid: no column holds the name ("matching"), dates can be read in several orders and none was chosen
                ("date_order"), or this is no such list ("file"). Nothing is imported then.
        """
        table = read_table(self._of_right_size(data), encoding, delimiter)
        matching = match_columns(table.columns) if matching is None else dict(matching)
        order = self._checked_order(table, self._checked_matching(table, matching), date_order)
        read = self._read(table, matching, order, progress)
        with self._store.writing(Op.IMPORT_PATIENTS, by=by.id, command_id=command_id) as writing:
            if writing.earlier is not None:
                return _from_json(writing.earlier)
            known = KnownPeople()
            for family, given, born, number, external_id in rows.identities(writing.session):
                known.add(family, given, born, number, external_id or "", None)
            result, taken = _sort_out(read, known)
            rows.add_patients(writing.session, taken)
            writing.result = _as_json(result)
            writing.detail = f"{result.imported} taken, {result.known} known, {len(result.refused)} refused"
        if progress:
            progress(len(read), len(read))
        return result

    def _read(
        self, table: CsvTable, matching: Mapping[str, int], order: DateOrder | None, progress: Progress | None
    ) -> list[ReadRow]:
        today, oldest = clinic_now(self._store, self._clock).date(), self._rules.whole("patients.oldest")
        read = []
        for done, row in enumerate(table.rows):
            if progress and done % _STEP == 0:
                progress(done, len(table.rows))
            found = read_row(row, len(table.columns), matching, order, today)
            if found.fields is not None:
                fields = tidy(found.fields)
                reasons = [finding.message for finding in blocking(check_patient(fields, today, oldest))]
                found = ReadRow(row.line, None, " ".join(reasons)) if reasons else ReadRow(row.line, fields)
            read.append(found)
        return read

    def _date_orders(self, table: CsvTable, matching: Mapping[str, int]) -> tuple[DateOrder, ...]:
        at = matching.get("born")
        if at is None:
            return ()
        today = clinic_now(self._store, self._clock).date()
        return date_orders((row.cells[at] for row in table.rows if at < len(row.cells)), today)

    def _checked_matching(self, table: CsvTable, matching: Mapping[str, int]) -> Mapping[str, int]:
        for field, at in matching.items():
            if field not in FIELDS or not 0 <= at < len(table.columns):
                raise Invalid("matching", f"There is no column {at + 1} or no field “{field}”. Nothing was imported.")
        if "family_name" not in matching and "full_name" not in matching:
            raise Invalid("matching", "No column holds the family name. Nothing was imported: match it first.")
        return matching

    def _checked_order(
        self, table: CsvTable, matching: Mapping[str, int], order: DateOrder | str | None
    ) -> DateOrder | None:
        if order is not None:
            return DateOrder(order)
        orders = self._date_orders(table, matching)
        if len(orders) > 1:
            ways = " or ".join(o.example.split(",")[0] for o in orders)
            raise Invalid("date_order", f"The dates of birth may be {ways}. Nothing was imported: choose the order.")
        return orders[0] if orders else None

    def _of_right_size(self, data: bytes) -> bytes:
        most = self._rules.whole("importing.largest-file")
        if len(data) > self._most_bytes:
            raise Invalid(
                "file", f"This file is larger than {most} MiB, so it is no list of patients. Nothing was imported."
            )
        return data


def _sort_out(read: list[ReadRow], known: KnownPeople) -> tuple[ImportResult, list[PatientFields]]:
    """Who is new, how many are known, and which rows are refused; a second row of one person is refused."""
    taken: list[PatientFields] = []
    refused: list[RefusedRow] = []
    already = 0
    for row in read:
        if row.fields is None:
            refused.append(RefusedRow(row.line, row.reason))
            continue
        is_known, line = known.find(row.fields)
        if is_known and line is None:
            already += 1
        elif is_known:
            refused.append(RefusedRow(row.line, f"This is the patient of line {line} once more."))
        else:
            f = row.fields
            known.add(f.family_name, f.given_name, f.born, digits(f.phone), f.external_id, row.line)
            taken.append(f)
    return ImportResult(len(taken), already, tuple(refused)), taken


def _as_json(result: ImportResult) -> dict[str, object]:
    refused = [[row.line, row.reason] for row in result.refused]
    return {"imported": result.imported, "known": result.known, "refused": refused}


def _from_json(kept: dict[str, object]) -> ImportResult:
    refused = kept["refused"]
    assert isinstance(refused, list)
    return ImportResult(
        int(str(kept["imported"])), int(str(kept["known"])), tuple(RefusedRow(line, reason) for line, reason in refused)
    )
