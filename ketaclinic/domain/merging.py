"""Two records of one person made one: what differs, what would go over, and what stands in the way."""

from dataclasses import dataclass, fields, replace
from typing import Any

from ketaclinic.domain.findings import Finding
from ketaclinic.domain.people import Patient, PatientFields

_COMPARED = tuple(item.name for item in fields(PatientFields) if item.name != "external_id")
"""The number of another program stays with the record that had it, where an import looks for it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One detail the two records do not agree in: the field's name and what each says."""

    field: str
    kept: str
    other: str


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What merging `other` into `keep` would do.

    Attributes:
        goes_over: what the other record holds, in words: "1 series, 4 visits".
        differences: details both records have and do not agree in; what only one has is kept anyway.
        findings: what blocks the merge, or is worth knowing.
    """

    keep: Patient
    other: Patient
    goes_over: tuple[str, ...]
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]


def differences(keep: PatientFields, other: PatientFields) -> tuple[Difference, ...]:
    """The details both records have and do not agree in, in the order of the form."""
    found = []
    for name in _COMPARED:
        mine, theirs = getattr(keep, name), getattr(other, name)
        if mine != theirs and mine not in {None, "", False} and theirs not in {None, "", False}:
            found.append(Difference(name, str(mine), str(theirs)))
    return tuple(found)


def merged(keep: PatientFields, other: PatientFields, from_other: frozenset[str] = frozenset()) -> PatientFields:
    """The details of the one record: what is kept, filled up with what only the other has.

    Args:
        keep: details of the record that stays.
        other: details of the record that goes.
        from_other: fields that are taken from the other although both have them.
    """
    taken: dict[str, Any] = {}
    for name in _COMPARED:
        mine, theirs = getattr(keep, name), getattr(other, name)
        empty = mine in {None, "", False}
        if name == "note" and mine and theirs and mine != theirs:
            taken[name] = f"{mine}\n{theirs}"  # notes must be seen: none is lost
        elif theirs not in {None, "", False} and (empty or name in from_other):
            taken[name] = theirs
    return replace(keep, **taken)
