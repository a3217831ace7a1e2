"""Judges a stored schedule by itself: raw columns through the bare driver, none of the program's own code."""

import json
from collections import defaultdict
from fractions import Fraction
from typing import Any

FREE = {"no_show", "cancelled_by_patient", "cancelled_by_clinic", "cancelled_late", "rescheduled", "proposed", "lapsed"}
DAY = 1440
Rows = dict[str, list[dict[str, Any]]]


def read(url: str, key: str) -> Rows:
    """Every row of the tables that matter at one moment, as the driver hands it over."""
    tables = ("appointments", "series", "locations", "shifts", "users", "claims", "closures", "operations")
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
    for table in tables:
        cursor.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    cursor.close()
    connection.close()
    return found


def faults(rows: Rows) -> list[str]:
    """Everything that must never be stored: overlaps, partial series, too few nurses."""
    held = [visit for visit in rows["appointments"] if visit["status"] not in FREE]
    return [*_overlaps(held), *_closed(held, rows), *_partial(rows), *_nurses(held, rows)]


def _overlaps(held: list[dict[str, Any]]) -> list[str]:
    found = []
    for index, one in enumerate(held):
        for other in held[index + 1 :]:
            pair = f"{one['id']} and {other['id']}"
            if one["chair_id"] == other["chair_id"] and _meet(_stay(one, "turnover"), _stay(other, "turnover")):
                found.append(f"chair {one['chair_id']}: {pair}")
            if one["patient_id"] == other["patient_id"] and _meet(_stay(one, "recovery"), _stay(other, "recovery")):
                found.append(f"patient {one['patient_id']}: {pair}")
            named = one["nurse_id"] is not None and one["nurse_id"] == other["nurse_id"]
            if named and _meet(_set_up(one), _set_up(other)):
                found.append(f"nurse {one['nurse_id']}: {pair}")
    return found


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _stay(visit: dict[str, Any], last: str) -> tuple[int, int]:
    phases = ("prep", "infusion", "recovery", "turnover")
    return visit["starts_at"], visit["starts_at"] + sum(visit[p] for p in phases[: phases.index(last) + 1])


def _set_up(visit: dict[str, Any]) -> tuple[int, int]:
    begins = visit["starts_at"] + visit["setup_from"]
    return begins, begins + visit["setup_minutes"]


def _closed(held: list[dict[str, Any]], rows: Rows) -> list[str]:
    return [
        f"closure {closure['id']}: {visit['id']}"
        for closure in rows["closures"]
        for visit in held
        if visit["location_id"] == closure["location_id"]
        and closure["chair_id"] in (None, visit["chair_id"])
        and _meet(_stay(visit, "turnover"), (closure["starts_at"], closure["ends_at"]))
    ]


def _partial(rows: Rows) -> list[str]:
    """Each place of a course has been booked, and at most one visit that counts is in it."""
    positions, counting = defaultdict(set), defaultdict(list)
    for visit in rows["appointments"]:
        positions[visit["series_id"]].add(visit["position"])
        if visit["status"] not in FREE or visit["status"] == "proposed":
            counting[visit["series_id"]].append(visit["position"])
    return [
        f"series {series['id']} of {series['sessions']}: {sorted(positions[series['id']])}, {counting[series['id']]}"
        for series in rows["series"]
        if positions[series["id"]] != set(range(1, series["sessions"] + 1))
        or len(counting[series["id"]]) != len(set(counting[series["id"]]))
    ]


def _nurses(held: list[dict[str, Any]], rows: Rows) -> list[str]:
    nurses = {user["id"] for user in rows["users"] if user["role"] == "nurse"}
    found = []
    for location in rows["locations"]:
        here = [visit for visit in held if visit["location_id"] == location["id"]]
        shifts = [s for s in rows["shifts"] if s["location_id"] == location["id"] and s["user_id"] in nurses]
        for day in sorted({visit["starts_at"] // DAY for visit in here}):
            today = [visit for visit in here if visit["starts_at"] // DAY == day]
            first = min(visit["starts_at"] for visit in today) // 5 * 5
            last = max(_stay(visit, "turnover")[1] for visit in today)
            for minute in range(first, last, 5):
                in_set_up = sum(1 for visit in today if _set_up(visit)[0] <= minute < _set_up(visit)[1])
                shared = sum(
                    Fraction(1, visit["ratio"])
                    for visit in today
                    if _set_up(visit)[1] <= minute < _stay(visit, "recovery")[1]
                )
                if in_set_up + shared > _on_duty(location, shifts, minute):
                    found.append(f"nurses at {minute}: {in_set_up} set-ups, {shared} shared")
    return found


def _on_duty(location: dict[str, Any], shifts: list[dict[str, Any]], minute: int) -> int:
    begins = minute // DAY * DAY
    entered = [shift for shift in shifts if _meet((shift["starts_at"], shift["ends_at"]), (begins, begins + DAY))]
    if entered:
        return len({shift["user_id"] for shift in entered if shift["starts_at"] <= minute < shift["ends_at"]})
    usual = location["usual_nurses"]
    numbers = json.loads(usual) if isinstance(usual, str) else usual
    return int(numbers[(minute // DAY + 3) % 7])  # 1 January 1970 was a Thursday
