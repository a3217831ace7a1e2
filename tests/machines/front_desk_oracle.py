"""Judges a stored front desk by itself, step by step: raw columns through the bare driver, none of the program's code.

What one row must be is judged at every moment; what a step may do (make a shortage of nurses, change a number that was
given) is judged by comparing two moments.
"""

import json
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

DAY = 1440
LOST = {"no_show", "cancelled_by_patient", "cancelled_by_clinic", "cancelled_late", "rescheduled", "lapsed"}
FREE = LOST | {"proposed"}
TABLES = (
    *("absences", "appointments", "booking_overrides", "calls", "chairs", "closures", "consents", "escorts"),
    *("locations", "orders", "patients", "policy_events", "repairs", "series", "shift_patterns", "shifts"),
    *("status_changes", "tasks", "users", "waitlist"),
)
Row = dict[str, Any]
Rows = dict[tuple[str, int], Row]
"""Every recorded row by table and id, without its version, which only ever goes up."""


def read(url: str, key: str) -> Rows:
    """Everything at one moment, as the driver hands it over."""
    if url.startswith("sqlite"):
        import sqlcipher3

        connection = sqlcipher3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        connection.execute("BEGIN")
    else:
        import psycopg

        connection = psycopg.connect(url.replace("+psycopg", "", 1))
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    found: Rows = {}
    cursor = connection.cursor()
    for table in TABLES:
        cursor.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            row.pop("version")
            found[table, row["id"]] = row
    cursor.close()
    connection.close()
    return found


def of(rows: Rows, table: str) -> list[Row]:
    """The rows of one table."""
    return [row for (name, _), row in rows.items() if name == table]


def changed(before: Rows, after: Rows) -> set[tuple[str, int]]:
    """Which rows differ between two moments."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def faults(rows: Rows) -> list[str]:
    """What must never be stored."""
    held = [visit for visit in of(rows, "appointments") if visit["status"] not in FREE]
    return [*_overlaps(held), *_closed(held, rows), *_series(rows), *_merged(rows), *_whole(rows)]


def _overlaps(held: list[Row]) -> list[str]:
    found = []
    for index, one in enumerate(held):
        for other in held[index + 1 :]:
            pair = f"{one['id']} and {other['id']}"
            if one["chair_id"] == other["chair_id"] and _meet(_stay(one, "turnover"), _stay(other, "turnover")):
                found.append(f"chair {one['chair_id']}: {pair}")
            if one["patient_id"] == other["patient_id"] and _meet(_stay(one, "recovery"), _stay(other, "recovery")):
                found.append(f"patient {one['patient_id']}: {pair}")
    return found


def _closed(held: list[Row], rows: Rows) -> list[str]:
    return [
        f"closure {closure['id']}: {visit['id']}"
        for closure in of(rows, "closures")
        for visit in held
        if visit["location_id"] == closure["location_id"]
        and closure["chair_id"] in (None, visit["chair_id"])
        and _meet(_stay(visit, "turnover"), (closure["starts_at"], closure["ends_at"]))
    ]


def _series(rows: Rows) -> list[str]:
    """No place left out of a course, none held by two visits that count, no number given twice."""
    visits = defaultdict(list)
    for visit in of(rows, "appointments"):
        visits[visit["series_id"]].append(visit)
    found = []
    for series in of(rows, "series"):
        own = visits[series["id"]]
        places = {visit["position"] for visit in own}
        counting = [visit["position"] for visit in own if visit["status"] not in LOST]
        given = [visit["session_number"] for visit in own if visit["session_number"] is not None]
        if places != set(range(1, series["sessions"] + 1)):
            found.append(f"series {series['id']} of {series['sessions']}: {sorted(places)}")
        if len(counting) != len(set(counting)) or len(given) != len(set(given)):
            found.append(f"series {series['id']}: places {sorted(counting)}, numbers {sorted(given)}")
        found += [f"visit {v['id']}: patient {v['patient_id']}" for v in own if v["patient_id"] != series["patient_id"]]
    return found


def _merged(rows: Rows) -> list[str]:
    """A record that was merged into another holds nothing any more."""
    gone = {patient["id"] for patient in of(rows, "patients") if patient["merged_into_id"] is not None}
    return [
        f"{table} {number} of a merged record" for (table, number), row in rows.items() if row.get("patient_id") in gone
    ]


def _whole(rows: Rows) -> list[str]:
    """Each visit's end fits its phases; only a hold has an end; a visit that stands for another has its place."""
    found = []
    for visit in of(rows, "appointments"):
        if _stay(visit, "turnover")[1] != visit["ends_at"]:
            found.append(f"visit {visit['id']}: ends at {visit['ends_at']}")
        if (visit["held_until"] is None) == (visit["status"] == "held"):
            found.append(f"visit {visit['id']}: {visit['status']} until {visit['held_until']}")
        missed = rows.get(("appointments", visit["replaces_id"] or 0))
        if missed and (missed["series_id"], missed["position"]) != (visit["series_id"], visit["position"]):
            found.append(f"visit {visit['id']} stands for {missed['id']}")
    return found


def renumbered(before: Rows, after: Rows) -> list[str]:
    """Visits whose number in the course, once given, is another now."""
    return [
        f"visit {row['id']}: {row['session_number']} became {now and now['session_number']}"
        for row in of(before, "appointments")
        if row["session_number"] is not None
        for now in [after.get(("appointments", row["id"]))]
        if now is None or now["session_number"] != row["session_number"]
    ]


# --- nurses ----------------------------------------------------------------------------------------------------------

Short = dict[int, Fraction]
"""How many nurses are missing, by minute."""


def short(rows: Rows) -> Short:
    """Every five minutes at which the visits need more nurses than are there."""
    needed: defaultdict[int, Fraction] = defaultdict(Fraction)
    for visit in of(rows, "appointments"):
        if visit["status"] in FREE:
            continue
        alone_until = visit["starts_at"] + visit["setup_from"] + visit["setup_minutes"]
        for minute in range(visit["starts_at"], _stay(visit, "recovery")[1]):
            if minute % 5 == 0 and minute >= visit["starts_at"] + visit["setup_from"]:
                needed[minute] += 1 if minute < alone_until else Fraction(1, visit["ratio"])
    nurses = _Nurses(rows)
    there = {minute: nurses.there(minute) for minute in needed}
    return {minute: need - there[minute] for minute, need in needed.items() if need > there[minute]}


def answered(rows: Rows, minute: int) -> bool:
    """Whether somebody took it upon themselves for a visit that is there then."""
    by = {row["appointment_id"] for row in of(rows, "booking_overrides") if row["code"] == "nurse-load"}
    return any(
        visit["id"] in by and _stay(visit, "recovery")[0] <= minute < _stay(visit, "recovery")[1]
        for visit in of(rows, "appointments")
    )


class _Nurses:
    """Who is there, counted minute by minute: shifts of the day, else the usual ones, else the usual number."""

    def __init__(self, rows: Rows) -> None:
        nurses = {user["id"] for user in of(rows, "users") if user["role"] == "nurse" and user["active"]}
        self._shifts = [shift for shift in of(rows, "shifts") if shift["user_id"] in nurses]
        self._usual = [usual for usual in of(rows, "shift_patterns") if usual["user_id"] in nurses]
        self._away = [away for away in of(rows, "absences") if away["user_id"] in nurses]
        (location,) = of(rows, "locations")
        self._numbers = _list(location["usual_nurses"])

    def there(self, minute: int) -> int:
        day = minute // DAY
        away = {a["user_id"] for a in self._away if a["starts_at"] <= minute < a["ends_at"]}
        exceptions = {shift["user_id"] for shift in self._shifts if shift["starts_at"] // DAY == day}
        entered = [
            (s["user_id"], s["starts_at"], s["ends_at"], s["starts_at"] // DAY * DAY, _list(s["breaks"]))
            for s in self._shifts
            if _meet((s["starts_at"], s["ends_at"]), (day * DAY, day * DAY + DAY))
        ]
        entered += [
            (u["user_id"], day * DAY + u["starts"], day * DAY + u["ends"], day * DAY, _list(u["breaks"]))
            for u in self._usual
            if u["user_id"] not in exceptions and _is_on(u, day)
        ]
        if entered:
            return len(
                {
                    user
                    for user, starts, ends, midnight, breaks in entered
                    if starts <= minute < ends
                    and user not in away
                    and not any(midnight + a <= minute < midnight + b for a, b in breaks)
                }
            )
        named = {usual["user_id"] for usual in self._usual} | exceptions
        return max(0, int(self._numbers[(day + 3) % 7]) - len(away - named))  # 1 January 1970 was a Thursday


def _is_on(usual: Row, day: int) -> bool:
    at = date(1970, 1, 1) + timedelta(days=day)
    since, until = _date(usual["valid_from"]), usual["valid_until"]
    if at.weekday() != usual["weekday"] or at < since or (until is not None and at > _date(until)):
        return False
    weeks = ((at - timedelta(days=at.weekday())) - (since - timedelta(days=since.weekday()))).days // 7
    return weeks % int(usual["every_weeks"]) == 0


def _date(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _list(value: Any) -> list[Any]:
    found: list[Any] = json.loads(value) if isinstance(value, str) else value
    return found


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _stay(visit: Row, last: str) -> tuple[int, int]:
    phases = ("prep", "infusion", "recovery", "turnover")
    return visit["starts_at"], visit["starts_at"] + sum(visit[p] for p in phases[: phases.index(last) + 1])
