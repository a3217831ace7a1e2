"""What was charted, as the bare driver hands it over, and plain questions to it; none of the program's own code."""

import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

TABLES = (
    *("addenda", "answers", "appointments", "assessments", "clinical_profiles", "consents", "encounters", "escorts"),
    *("events", "ledger_counts", "ledger_entries", "observations", "orders", "patients", "series", "status_changes"),
    *("tasks", "users", "vials"),
)
FULL_SET = ("sbp", "dbp", "hr", "rr", "spo2", "moaas", "dissociation")
"""What every check holds."""
ADDED_TO = ("addenda", "answers", "assessments", "events", "ledger_entries", "observations")
"""Tables whose rows never change and never go."""
STRUCTURED = {"value", "values", "data", "rescue_codes", "checklist_revisions", "lines"}
ZONE = ZoneInfo("America/Chicago")
MINUTE = 60_000_000
"""An instant is kept in microseconds."""
Row = dict[str, Any]
Rows = dict[tuple[str, int], Row]


def read(url: str, key: str) -> Rows:
    """Every row of these tables at one moment, by table and id."""
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
            row = {name: _plain(name, value) for name, value in zip(names, values, strict=True)}
            row.pop("version")
            if table == "answers":
                row["value"] = row["value"]["v"]
            found[table, row["id"]] = row
    cursor.close()
    connection.close()
    return found


def _plain(name: str, value: Any) -> Any:
    if name in STRUCTURED and isinstance(value, str):
        return json.loads(value)
    return value.isoformat() if isinstance(value, date) else value


def instant(at: datetime) -> int:
    """As it is kept."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def day_of(at: int) -> str:
    """The day an instant falls on where the clinic is."""
    return wall(at).date().isoformat()


def wall(at: int) -> datetime:
    """What the clock on the clinic's wall shows then."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(ZONE).replace(tzinfo=None)


class Charted:
    """All rows of one moment, sorted by the session they belong to."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._by_session: dict[str, dict[int, list[Row]]] = {}
        for table in ("answers", "observations", "events", "ledger_entries"):
            kept: dict[int, list[Row]] = defaultdict(list)
            for (name, _), row in rows.items():
                if name == table and row["encounter_id"] is not None:
                    kept[row["encounter_id"]].append(row)
            self._by_session[table] = {key: sorted(found, key=lambda row: row["id"]) for key, found in kept.items()}

    def of(self, table: str) -> list[Row]:
        """The rows of one table."""
        return [row for (name, _), row in self.rows.items() if name == table]

    def one(self, table: str, number: int | None) -> Row:
        """A row by its id, {} when there is none."""
        return self.rows.get((table, number or 0), {})

    @cached_property
    def sessions(self) -> dict[int, Row]:
        """Every session by its id."""
        return {row["id"]: row for row in self.of("encounters")}

    def visit(self, session: int) -> Row:
        """The visit of a session."""
        return self.one("appointments", self.sessions[session]["appointment_id"])

    def kept(self, table: str, session: int) -> list[Row]:
        """Answers, observations, events or ledger lines of a session, as they were written."""
        return self._by_session[table].get(session, [])

    def answer(self, session: int, item: str) -> Row:
        """The last answer to a question, {} while there is none."""
        return next((row for row in reversed(self.kept("answers", session)) if row["item"] == item), {})

    def said(self, session: int, item: str) -> Any:
        """What the last answer to a question says, None while there is none."""
        return self.answer(session, item).get("value")

    def observed(self, session: int) -> list[Row]:
        """The rows nobody has corrected, by true time."""
        rows = self.kept("observations", session)
        struck = {row["corrects_id"] for row in rows}
        return sorted((r for r in rows if r["id"] not in struck), key=lambda r: (r["observed_at"], r["id"]))

    def happened(self, session: int, *kinds: str) -> list[Row]:
        """The events nobody has corrected, by true time."""
        rows = self.kept("events", session)
        struck = {row["corrects_id"] for row in rows}
        left = (r for r in rows if r["id"] not in struck and (not kinds or r["kind"] in kinds))
        return sorted(left, key=lambda r: (r["happened_at"], r["id"]))

    def oxygen(self, session: int, row: Row) -> float:
        """Litres a minute at a row: as entered with it, else as last set."""
        if "o2" in row["values"]:
            return float(row["values"]["o2"])
        set_to = [
            e["data"]["l_min"] for e in self.happened(session, "oxygen") if e["happened_at"] <= row["observed_at"]
        ]
        return float(set_to[-1]) if set_to else 0.0

    def latest(self, session: int, *codes: str, since: int = 0, until: int = 2**62) -> Row:
        """The last row between two instants that holds these values, {} when there is none."""
        rows = [
            r for r in self.observed(session) if since <= r["observed_at"] <= until and set(codes) <= set(r["values"])
        ]
        return rows[-1] if rows else {}

    def overridden(self, session: int, code: str, *words: str) -> bool:
        """Whether a prescriber who is not the asker let this pass, in view of these words, with a reason."""
        return any(
            event["data"]["code"] == code
            and self.one("users", event["second_user_id"]).get("role") == "prescriber"
            and event["second_user_id"] != event["user_id"]
            and len(event["data"]["reason"].strip()) >= 15
            and all(any(word in basis for basis in event["data"]["basis"]) for word in words)
            for event in self.happened(session, "override")
        )
