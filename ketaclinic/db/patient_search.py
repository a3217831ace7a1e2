"""Finds patients while their name, telephone, date of birth or record number is being typed.

Every way in is a range of the index `name_parts` or an equality on `patients`: SQLite uses no index for LIKE with a
parameter, and a scan of 100,000 patients takes longer than one keystroke may. A slip of the keys is looked up by
trying every spelling one slip away, which is some hundred more ranges of the same index in one statement.
"""

import json
from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, text
from sqlalchemy.orm import Session, aliased

from ketaclinic.db.models import NamePartRow, PatientRow
from ketaclinic.domain import telephone
from ketaclinic.domain.names import fold, one_slip, words
from ketaclinic.domain.patient_query import PatientQuery, record_number
from ketaclinic.domain.people import PatientFields
from ketaclinic.domain.people import PatientRow as PatientLine

_LAST = "\U0010ffff"
_CANDIDATES = 200
"""More hits than this are not ranked: whoever typed so little types on."""
_MANY = 1_000
_FEW = 5
"""With fewer hits than this, spellings one slip away are looked up too."""
_FIRST = 10
_ROOM_FOR_SLIPS = 5
"""Of the first ten, how many are left for spellings one slip away while no name is exactly what was typed."""
_LONGEST_RECORD = 6
_COUNTRY_DIGITS = 3
_LOCAL_DIGITS = 9


def find_patients(session: Session, query: PatientQuery, limit: int) -> tuple[PatientLine, ...]:
    """The patients a query means, the likeliest first, then those that need a slip of the keys forgiven.

    What was typed may be the beginning of some names and another one with a slip in it: while no name is exactly that,
    the first ten leave room for both.
    """
    if query.empty:
        return ()
    found = _ranked(session, query, _candidates(session, query))
    seen = {line.id for line in found}
    if len(found) < min(_FEW, limit):
        near = _spelt_with_a_slip(session, query.names[0]) if len(query.names) == 1 else []
        slipped = [hit for hit in dict.fromkeys([*near, *_slipped(session, query)]) if hit not in seen]
        spellings = _one_slip_of_each(query)
        found += _mixed(_ranked(session, query, slipped, spellings), spellings)
    elif len(query.names) == 1 and not any(query.names[0] in words(line.name) for line in found):
        slipped = [hit for hit in _spelt_with_a_slip(session, query.names[0]) if hit not in seen]
        room = max(min(limit, _FIRST) - _ROOM_FOR_SLIPS, 0)
        spellings = one_slip(query.names[0], shortest=3)
        similar = _mixed(_ranked(session, query, slipped, spellings), spellings)[:_ROOM_FOR_SLIPS]
        found = [*found[:room], *similar, *found[room:]]
    return tuple(found[:limit])


def _mixed(lines: list[PatientLine], spellings: frozenset[str]) -> list[PatientLine]:
    """One of each spelling after the other, so that many of one name do not hide another that may be meant."""
    of_spelling: dict[str, list[PatientLine]] = {}
    for line in lines:
        parts = words(line.name)
        of_spelling.setdefault(next((part for part in parts if part in spellings), parts[0]), []).append(line)
    by_family = sorted(of_spelling.items(), key=lambda group: words(group[1][0].name)[0] != group[0])
    return [line for row in zip_longest(*(lines for _, lines in by_family)) for line in row if line is not None]


def _spelt_with_a_slip(session: Session, word: str) -> list[int]:
    """Patients of whom a whole part is the word but for one slip."""
    spellings = sorted(one_slip(word, shortest=3))
    if not spellings:
        return []
    by_part = (
        select(NamePartRow.part, NamePartRow.patient_id)
        .where(NamePartRow.part.in_(spellings))
        .order_by(NamePartRow.part, NamePartRow.patient_id)
        .limit(_CANDIDATES * _FIRST)
    )
    some: dict[str, list[int]] = {}
    for part, patient_id in session.execute(by_part):
        ids = some.setdefault(part, [])
        if len(ids) < _FIRST:
            ids.append(patient_id)
    return [patient_id for ids in some.values() for patient_id in ids]


def find_same_person(session: Session, fields: PatientFields, limit: int = 10) -> tuple[PatientLine, ...]:
    """Patients who may be the one typed: of name, date of birth and telephone at least two agree."""
    number = telephone.digits(fields.phone)
    family, given = words(fields.family_name), words(fields.given_name)
    ways: list[Select[int]] = []
    if fields.born:
        ways.append(select(PatientRow.id).where(PatientRow.born == fields.born))
    if number:
        ways.append(select(PatientRow.id).where(PatientRow.phone_digits == number))
    if family and given:
        ways.append(
            select(PatientRow.id).where(_has(family[0], whole=True), _has(given[0], whole=True)).limit(_CANDIDATES)
        )
    ids = {found for way in ways for found in session.scalars(way)}
    lines = []
    for line, phone_digits in _lines(session, sorted(ids)):
        agree = (
            bool(family) and _alike(line.name, f"{fields.family_name}, {fields.given_name}"),
            fields.born is not None and line.born == fields.born,
            bool(number) and phone_digits == number,
        )
        if sum(agree) >= 2:
            lines.append((-sum(agree), line.name, line))
    return tuple(line for _, _, line in sorted(lines, key=lambda entry: entry[:2])[:limit])


def _alike(one: str, other: str) -> bool:
    """Whether two names are the same but for one slip of the keys and the order of their parts."""
    first, second = sorted(words(one)), sorted(words(other))
    if first == second:
        return True
    joined, against = "".join(words(one)), "".join(words(other))
    return joined == against or joined in one_slip(against) or joined[:-1] == against or joined == against[:-1]


def _candidates(session: Session, query: PatientQuery) -> list[int]:
    conditions = [*_exact_conditions(query)]
    drivers = sorted(query.names, key=lambda word: _count(session, word))
    if conditions:
        conditions += [_has(word) for word in query.names]
        return list(session.scalars(select(PatientRow.id).where(*conditions).limit(_CANDIDATES)))
    return _by_names(session, drivers)


def _exact_conditions(query: PatientQuery) -> Iterable[ColumnElement[bool]]:
    if query.record:
        yield PatientRow.record == query.record
    if query.born:
        yield PatientRow.born.in_(sorted(query.born))
    for number in query.numbers:
        ways: list[ColumnElement[bool]] = []
        if len(number) >= telephone.FEWEST_TO_SEARCH:
            ways += [PatientRow.id.in_(_keyed(_range(NamePartRow, key))) for key in _phone_keys(number)]
        if len(number) <= _LONGEST_RECORD:
            ways.append(PatientRow.record == record_number(int(number)))
        yield or_(*ways)


def _phone_keys(number: str) -> list[str]:
    """From the front, from the end, and from the end without a country code that was typed but not stored."""
    keys = [telephone.front_key(number), telephone.end_key(number)]
    shorter = (number[dropped:] for dropped in range(1, _COUNTRY_DIGITS + 1))
    return keys + [telephone.end_key(rest) for rest in shorter if len(rest) >= _LOCAL_DIGITS]


def _keyed(condition: ColumnElement[bool]) -> Select[int]:
    return select(NamePartRow.patient_id).where(condition).limit(_CANDIDATES)


def _range(part: type[NamePartRow], word: str) -> ColumnElement[bool]:
    return and_(part.part >= word, part.part < word + _LAST)


def _has(word: str, *, whole: bool = False) -> ColumnElement[bool]:
    part = aliased(NamePartRow)
    condition = part.part == word if whole else _range(part, word)
    return select(literal_column("1")).where(part.patient_id == PatientRow.id, condition).exists()


def _count(session: Session, word: str) -> int:
    """How many parts begin so, counted no further than `_MANY`."""
    some = select(literal_column("1")).where(_range(NamePartRow, word)).limit(_MANY).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _by_names(session: Session, drivers: list[str]) -> list[int]:
    """Patients who have a part for every word; the rarest word leads, in the order of its parts."""
    lead, *rest = drivers
    statement = select(NamePartRow.patient_id).where(_range(NamePartRow, lead))
    for word in rest:
        part = aliased(NamePartRow)
        other: Select[Any] = select(literal_column("1")).where(
            part.patient_id == NamePartRow.patient_id, _range(part, word)
        )
        statement = statement.where(other.exists())
    statement = statement.order_by(NamePartRow.part, NamePartRow.patient_id).limit(_CANDIDATES)
    return list(dict.fromkeys(session.scalars(statement)))


_SLIPS_SQLITE = (
    "SELECT n.patient_id FROM json_each(:spellings) AS s CROSS JOIN name_parts AS n "
    "WHERE n.part >= s.value AND n.part < s.value || :last{others} LIMIT :most"
)
_SLIPS_POSTGRESQL = (
    "SELECT n.patient_id FROM json_array_elements_text(CAST(:spellings AS json)) WITH ORDINALITY AS s(value, place) "
    "CROSS JOIN LATERAL (SELECT patient_id FROM name_parts AS n WHERE n.part >= s.value AND n.part < s.value || :last"
    "{others} ORDER BY n.part LIMIT :most) AS n ORDER BY s.place LIMIT :most"
)
_OTHER = (
    " AND EXISTS (SELECT 1 FROM name_parts AS o WHERE o.patient_id = n.patient_id "
    "AND o.part >= :other{place} AND o.part < :other{place} || :last)"
)


def _slipped(session: Session, query: PatientQuery) -> list[int]:
    """Patients found when one of the words is spelt with one slip of the keys."""
    found: dict[int, None] = {}
    for place, word in enumerate(query.names):
        spellings = sorted(one_slip(word), key=lambda s: (-len(s), s))
        if not spellings:
            continue
        others = query.names[:place] + query.names[place + 1 :]
        ids = _having(session, spellings, others)
        if query.born or query.numbers:
            ids = list(session.scalars(select(PatientRow.id).where(PatientRow.id.in_(ids), *_exact_conditions(query))))
        found.update(dict.fromkeys(ids))
    return list(found)[:_CANDIDATES]


def _having(session: Session, spellings: list[str], others: tuple[str, ...]) -> list[int]:
    """Patients with a part for one of the spellings and for each of the other words."""
    statement = _SLIPS_SQLITE if session.get_bind().dialect.name == "sqlite" else _SLIPS_POSTGRESQL
    statement = statement.format(others="".join(_OTHER.format(place=place) for place in range(len(others))))
    given = {"spellings": json.dumps(spellings), "last": _LAST, "most": _CANDIDATES * 2}
    given |= {f"other{place}": word for place, word in enumerate(others)}
    return list(dict.fromkeys(session.scalars(text(statement), given)))


def _one_slip_of_each(query: PatientQuery) -> frozenset[str]:
    """Every spelling one slip away from a word of the query, the words themselves included."""
    return frozenset(query.names).union(*(one_slip(word, shortest=3) for word in query.names))


def _ranked(
    session: Session, query: PatientQuery, ids: list[int], whole_words: frozenset[str] | None = None
) -> list[PatientLine]:
    """Whole words before beginnings, the family name before the others, then by name."""
    asked = query.names
    whole_words = frozenset(asked) if whole_words is None else whole_words

    def rank(line: PatientLine) -> tuple[int, int, str, str]:
        parts = words(line.name)
        whole = sum(part in whole_words for part in parts)
        leads = bool(asked) and bool(parts) and any(parts[0].startswith(word) for word in asked)
        return -whole, -leads, fold(line.name), line.record

    return sorted((line for line, _ in _lines(session, ids)), key=rank)


def _kept(session: Session, ids: list[int]) -> Iterable[int]:
    """For a record that was merged, the one it was merged into."""
    merged = select(PatientRow.id, PatientRow.merged_into_id).where(
        PatientRow.id.in_(ids), PatientRow.merged_into_id.is_not(None)
    )
    into = {row.id: row.merged_into_id for row in session.execute(merged)}
    return (into.get(id_, id_) or id_ for id_ in ids)


def _lines(session: Session, ids: list[int]) -> list[tuple[PatientLine, str]]:
    columns = (
        PatientRow.id,
        PatientRow.record,
        PatientRow.family_name,
        PatientRow.given_name,
        PatientRow.born,
        PatientRow.phone,
        PatientRow.phone_digits,
    )
    found: list[tuple[PatientLine, str]] = []
    ids = list(dict.fromkeys(_kept(session, ids)))
    for id_, record, family, given, born, phone, number in session.execute(
        select(*columns).where(PatientRow.id.in_(ids))
    ):
        found.append((PatientLine(id_, record, f"{family}, {given}".strip(", "), born, phone), number))
    return found
