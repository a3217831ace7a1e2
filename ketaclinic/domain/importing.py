"""What a list of patients from another program is taken for: its columns, its dates, and what became of each row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ketaclinic.domain.csv_file import CsvRow
from ketaclinic.domain.dates import DateOrder, readings
from ketaclinic.domain.names import same_name_key, words
from ketaclinic.domain.people import PatientFields
from ketaclinic.domain.telephone import digits

FIELDS: Mapping[str, str] = {
    "family_name": "Family name",
    "given_name": "Given name",
    "full_name": "Full name",
    "preferred_name": "Preferred name",
    "born": "Date of birth",
    "phone": "Telephone",
    "mobile": "Mobile telephone",
    "email": "E-mail",
    "address": "Address",
    "address2": "Address, second line",
    "city": "City",
    "state": "State or region",
    "postcode": "Postcode",
    "language": "Language",
    "emergency_contact": "Emergency contact",
    "emergency_phone": "Emergency telephone",
    "note": "Note",
    "external_id": "Number in the other program",
}
"""The fields a column may be matched to, as they are written on screen."""

_SYNONYMS: Mapping[str, str] = {
    "family_name": "lname lastname last surname familyname family patientlastname ptlastname nachname apellidos nom",
    "given_name": "fname firstname first givenname given forename patientfirstname ptfirstname vorname nombre prenom",
    "full_name": "name fullname patientname patient clientname client displayname",
    "preferred_name": "preferred preferredname nickname knownas goesby callname",
    "born": "birthdate dob dateofbirth birthday born patientdob birth geburtsdatum fechadenacimiento datedenaissance",
    "phone": "hmphone homephone phone telephone tel phonenumber primaryphone mainphone contactnumber telefon telefono",
    "mobile": "wirelessphone cellphone cell mobile mobilephone mobilenumber phonecell",
    "email": "email emailaddress mail primaryemail",
    "address": "address address1 street streetaddress addressline1 homeaddress strasse direccion adresse",
    "address2": "address2 addressline2 apt unit",
    "city": "city town suburb ort ciudad ville",
    "state": "state province region county",
    "postcode": "zip zipcode postcode postalcode plz",
    "language": "language preferredlanguage lang primarylanguage",
    "emergency_contact": "emergencycontact emergencyname emergencycontactname icename contactname",
    "emergency_phone": "emergencyphone emergencycontactphone icephone emergencycontactnumber emergencytelephone",
    "note": "note notes comment comments addrnote apptmodnote remark",
    "external_id": "patnum patientid chartnumber id mrn recordnumber clientid patientnumber externalid chart",
}
_BY_HEADER = {
    synonym.casefold(): (field, place)
    for field, synonyms in _SYNONYMS.items()
    for place, synonym in enumerate(synonyms.split())
}


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What was understood of a file, to be looked at and corrected before anything is taken.

    Attributes:
        columns: the headers as they stand in the file.
        rows: the first rows, as text.
        count: how many rows of patients there are.
        encoding: "utf-8", "utf-16" or "windows-1252".
        delimiter: comma, semicolon, tab or bar.
        matching: field (a key of `FIELDS`) to the place of its column, from 0.
        date_order: how dates of birth are written; None when it must be asked for.
        date_orders: the orders in which every date of birth of the file can be read; empty without such a column.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int
    encoding: str
    delimiter: str
    matching: Mapping[str, int]
    date_order: DateOrder | None
    date_orders: tuple[DateOrder, ...]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken: the line of the file on which it begins, from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of the rows: patients taken, patients known already, and rows refused."""

    imported: int
    known: int
    refused: tuple[RefusedRow, ...]


def match_columns(columns: Sequence[str]) -> dict[str, int]:
    """Which column is which field, by the names that programs give them; each field and each column at most once."""
    best: dict[str, tuple[int, int]] = {}
    for at, header in enumerate(columns):
        found = _BY_HEADER.get("".join(words(header)))
        if found is None:
            continue
        field, place = found
        if field not in best or place < best[field][0]:
            best[field] = place, at
    matching = {field: at for field, (_, at) in best.items()}
    if "family_name" in matching:
        matching.pop("full_name", None)
    return {field: matching[field] for field in FIELDS if field in matching}


def date_orders(dates: Iterable[str], today: date) -> tuple[DateOrder, ...]:
    """The orders in which the most of these can be read: one when the file leaves no doubt, none without any date."""
    found = [read for text in dates if not _NO_DATE.fullmatch(text.strip()) and (read := readings(text, today))]
    counts = {order: sum(order in read for read in found) for order in DateOrder}
    most = max(counts.values())
    likeliest = tuple(order for order in DateOrder if counts[order] == most) if most else ()
    doubtful = any(len({read.get(order) for order in likeliest}) > 1 for read in found)
    return likeliest if doubtful else likeliest[:1]


def split_name(name: str) -> tuple[str, str]:
    """Family and given name of one written "Silva, João" or "João Silva"."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma:
        return family, given
    given, _, family = name.strip().rpartition(" ")
    return family, given.strip()


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row taken for a patient, or the reason why it cannot be."""

    line: int
    fields: PatientFields | None
    reason: str = ""


def read_row(row: CsvRow, width: int, matching: Mapping[str, int], order: DateOrder | None, today: date) -> ReadRow:
    """The patient that a row describes; whether the patient is plausible is checked by `check_patient`."""
    if any(cell.strip() for cell in row.cells[width:]):
        return ReadRow(row.line, None, f"It has {len(row.cells)} columns where the header has {width}.")
    cells = {field: row.cells[at].strip() for field, at in matching.items() if at < len(row.cells)}
    born, problem = _birth_date(cells.get("born", ""), order, today)
    if problem:
        return ReadRow(row.line, None, problem)
    family, given = cells.get("family_name", ""), cells.get("given_name", "")
    if not family and cells.get("full_name"):
        family, given = split_name(cells["full_name"])
    family, given = (family, given) if family else (given, "")
    fields = PatientFields(
        family_name=family,
        given_name=given,
        born=born,
        address=_address(cells),
        preferred_name=cells.get("preferred_name", ""),
        phone=cells.get("phone", "") or cells.get("mobile", ""),
        email=cells.get("email", ""),
        language=cells.get("language", ""),
        emergency_contact=cells.get("emergency_contact", ""),
        emergency_phone=cells.get("emergency_phone", ""),
        note=cells.get("note", ""),
        external_id=cells.get("external_id", ""),
    )
    return ReadRow(row.line, fields)


_NO_DATE = re.compile(r"[0\s/.\-]*|0?1[/.\-]0?1[/.\-]0001.*|0001-01-01.*")
"""What programs write where they know no date: nothing, zeros, or the first day of the year 1."""


def _birth_date(text: str, order: DateOrder | None, today: date) -> tuple[date | None, str]:
    if _NO_DATE.fullmatch(text):
        return None, ""
    found = readings(text, today)
    if not found:
        coming = readings(text, date.max)
        if coming:
            return None, f"The date of birth “{text}” is in the future."
        return None, f"The date of birth “{text}” is not a date."
    if order is None:
        return next(iter(found.values())), ""
    if order not in found:
        return None, f"The date of birth “{text}” cannot be read as {order.example.split(',')[0]}."
    return found[order], ""


def _address(cells: Mapping[str, str]) -> str:
    region = " ".join(cells[name] for name in ("state", "postcode") if cells.get(name))
    place = ", ".join(part for part in (cells.get("city", ""), region) if part)
    return "\n".join(part for part in (cells.get("address", ""), cells.get("address2", ""), place) if part)


class KnownPeople:
    """Tells who is there already: by the number in the other program, else by name and date of birth or telephone."""

    def __init__(self) -> None:
        self._by_number: dict[str, int | None] = {}
        self._by_name: dict[tuple[str, str], list[_Known]] = {}

    def add(self, family: str, given: str, born: date | None, number: str, external_id: str, line: int | None) -> None:
        """Remembers a person; `line` is where in the file it stands, None for who is in the database."""
        if external_id:
            self._by_number.setdefault(external_id, line)
        known = _Known(born, number, external_id, line)
        self._by_name.setdefault(same_name_key(family, given), []).append(known)

    def find(self, fields: PatientFields) -> tuple[bool, int | None]:
        """Whether the person is known, and the line in the file when it is from there."""
        if fields.external_id and fields.external_id in self._by_number:
            return True, self._by_number[fields.external_id]
        number = digits(fields.phone)
        for known in self._by_name.get(same_name_key(fields.family_name, fields.given_name), ()):
            if known.is_same(fields.born, number, fields.external_id):
                return True, known.line
        return False, None


@dataclass(frozen=True, slots=True)
class _Known:
    born: date | None
    number: str
    external_id: str
    line: int | None

    def is_same(self, born: date | None, number: str, external_id: str) -> bool:
        """Of someone with the same name: the same birthday, or the same telephone where a birthday is missing.

        Two numbers of the other program and two telephones are two people of one name, born on one day.
        """
        if self.born and born:
            apart = self.external_id and external_id and self.number != number
            return self.born == born and not apart
        return bool(number) and self.number == number
