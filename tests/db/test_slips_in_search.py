"""A slip of the keys in a surname typed alone: the surname meant is nearly always among the first ten."""

import random
from datetime import date
from itertools import product

import pytest

from ketaclinic.db import patient_search, people
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.names import words
from ketaclinic.domain.patient_query import parse
from ketaclinic.domain.people import PatientFields

BEGINNINGS = (
    "Ber",
    "Kow",
    "Mar",
    "Sil",
    "Whit",
    "Hol",
    "Gran",
    "Flet",
    "Ander",
    "Nowi",
    "Pere",
    "Okon",
    "Tana",
    "Lind",
)
ENDS = ("ski", "son", "mann", "field", "ger", "cher", "way", "ez", "kwo", "ka", "berg", "tova")
GIVEN = ("Ana", "Berta", "Chidi", "Dana", "Erik", "Fatima", "Gustav", "Hana")
TODAY = date(2026, 11, 23)


def slipped(chance: random.Random, name: str) -> str:
    """The name with one letter missing, too many, another, or two swapped."""
    at = chance.randrange(len(name) - 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    ways = (
        name[:at] + name[at + 1 :],
        name[:at] + letter + name[at:],
        name[:at] + letter + name[at + 1 :],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    )
    return chance.choice(ways)


@pytest.fixture
def many_patients(store: Store) -> list[str]:
    """156 surnames of different frequency, some of them given names as well."""
    chance = random.Random(5)
    surnames = [first + last for first, last in product(BEGINNINGS, ENDS)]
    fields = [
        PatientFields(surname, chance.choice([*GIVEN, chance.choice(surnames)]), date(1970, 1, 1))
        for place, surname in enumerate(surnames)
        for _ in range(1 + 240 // (place + 8))
    ]
    with store.writing(Op.IMPORT_PATIENTS) as writing:
        people.add_patients(writing.session, fields)
    return [surname.lower() for surname in surnames]


def test_a_slip_in_a_surname_typed_alone_is_forgiven(store: Store, many_patients: list[str]) -> None:
    chance = random.Random(3)
    missed = []
    with store.reading() as session:
        for _ in range(400):
            meant = chance.choice(many_patients)
            typed = slipped(chance, meant)
            found = patient_search.find_patients(session, parse(typed, TODAY), 10)
            if meant not in {words(line.name)[0] for line in found}:
                missed.append((meant, typed))
    assert len(missed) <= 4, missed


def test_a_name_typed_rightly_comes_before_those_that_look_like_it(store: Store, many_patients: list[str]) -> None:
    with store.reading() as session:
        found = patient_search.find_patients(session, parse("kowski", TODAY), 10)
        begun = patient_search.find_patients(session, parse("kows", TODAY), 20)
    assert [words(line.name)[0] for line in found][:2] == ["kowski", "kowski"]
    assert words(begun[0].name)[0] in {"kowski", "kowson"}
