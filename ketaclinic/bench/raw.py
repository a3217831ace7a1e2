"""The raw limits: the same rows read without us, one durable commit, bare ReportLab."""

from collections.abc import Callable
from datetime import date, datetime, time
from types import TracebackType
from typing import IO, Any, Self

import pypdfium2
import sqlcipher3
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from ketaclinic.bench.clinic import MeasuredClinic
from ketaclinic.bench.keys import KEY
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.names import search_parts


class RawDatabase:
    """The measured file through its driver alone."""

    def __init__(self, clinic: MeasuredClinic) -> None:
        self._connection: Any = sqlcipher3.connect(str(clinic.path), isolation_level=None)
        self._connection.execute(f"PRAGMA key = \"x'{KEY}'\"")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS bench_raw (id INTEGER PRIMARY KEY, text TEXT)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.execute("DROP TABLE bench_raw")
        self._connection.close()

    def busy_rows(self, first: date, last: date) -> list[tuple[int, ...]]:
        """The appointments of a stretch of days, as integers."""
        columns = "chair_id, starts_at, ends_at, prep, infusion, recovery, setup_from, setup_minutes, ratio"
        span = [wall_minutes(datetime.combine(day, time())) for day in (first, last)]
        statement = f"SELECT {columns} FROM appointments WHERE location_id = 1 AND starts_at BETWEEN ? AND ?"
        return list(self._connection.execute(statement, span).fetchall())

    def day_rows(self, day: date) -> list[tuple[Any, ...]]:
        """One day's appointments with their patients' names."""
        start = wall_minutes(datetime.combine(day, time()))
        statement = (
            "SELECT a.*, p.family_name, p.given_name FROM appointments a JOIN patients p ON p.id = a.patient_id "
            "WHERE a.location_id = 1 AND a.starts_at >= ? AND a.starts_at < ?"
        )
        return list(self._connection.execute(statement, (start, start + 1440)).fetchall())

    def charted(self, sessions: list[int]) -> list[tuple[Any, ...]]:
        """Everything written down in some sessions."""
        marks = ",".join("?" * len(sessions))
        found: list[tuple[Any, ...]] = []
        for table in ("answers", "observations", "events"):
            statement = f"SELECT * FROM {table} WHERE encounter_id IN ({marks})"
            found += self._connection.execute(statement, sessions).fetchall()
        return found

    def data_version(self) -> tuple[int, ...]:
        """Whether anybody has written, as SQLite tells it."""
        found: tuple[int, ...] = self._connection.execute("PRAGMA data_version").fetchone()
        return found

    def commit(self) -> None:
        """One row, durably."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO bench_raw (text) VALUES ('x')")
        self._connection.execute("COMMIT")

    def head(self) -> tuple[int, ...]:
        """The number of the newest operation: all that another station's change can be noticed by."""
        found: tuple[int, ...] = self._connection.execute("SELECT seq FROM audit_head").fetchone()
        return found

    def name_range(self, typed: str) -> list[tuple[int]]:
        """Twenty patients from one range of the index of names."""
        key = next(iter(search_parts(typed, "", "")))
        statement = "SELECT patient_id FROM name_parts WHERE part >= ? AND part < ? LIMIT 20"
        return list(self._connection.execute(statement, (key, key + "\U0010ffff")).fetchall())


def bare_reportlab(like: IO[bytes]) -> Callable[[], bytes]:
    """Makes a PDF of as many pages with as many lines of text as this one, with nothing but ReportLab's canvas."""
    document = pypdfium2.PdfDocument(like)
    pages = [page.get_textpage().get_text_bounded().splitlines() for page in document]
    document.close()

    def make() -> bytes:
        canvas = Canvas("", pagesize=letter)
        for lines in pages:
            for number, line in enumerate(lines):
                canvas.drawString(54, 740 - 11 * (number % 62), line.encode("ascii", "ignore").decode())
            canvas.showPage()
        return bytes(canvas.getpdfdata())

    return make
