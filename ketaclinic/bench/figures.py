"""What is measured, and the raw limit that each figure stands beside."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import uuid4

from ketaclinic.bench import chairside, screens, window
from ketaclinic.bench.clinic import MeasuredClinic, measured_clinic
from ketaclinic.bench.history import add_history
from ketaclinic.bench.raw import RawDatabase, bare_reportlab
from ketaclinic.bench.timing import milliseconds
from ketaclinic.db import busy_time
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.domain.wishes import SeriesWishes
from ketaclinic.planning.course import CourseSolver
from ketaclinic.planning.series_table import SeriesTable
from ketaclinic.services.demonstration import Wish
from ketaclinic.services.rulebook import rulebook
from ketaclinic.services.series_wishes import request_for

PROTOCOL = "induction-mood-2-per-week"
_TYPED = ("ngu", "kowal", "ruiz mat", "silva jo", "bren", "okaf chi", "5550", "whitfeild", "olga pet", "haddad s")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure: `limit` is the raw figure of the same run, in the same unit; `aim` what we build for."""

    name: str
    value: float
    unit: str
    limit: float
    what: str
    aim: float | None = None


def measured(tell: Callable[[str], None], appointments: int = 0) -> tuple[Figure, ...]:
    """Measures everything; a minute or two, nothing is kept.

    With `appointments`, the clinics of 20 chairs have years behind them: so many visits in the file.
    """
    figures: list[Figure] = []
    tell("A demonstration clinic, for the window …")
    with measured_clinic(Wish()) as clinic:
        for name, value, unit, limit, what, aim in window.figures(clinic):
            figures.append(Figure(name, value, unit, limit, what, aim))
            tell(_line(figures[-1]))
        figures.append(_consent(clinic))
        tell(_line(figures[-1]))
    tell(f"{chairside.CHAIRS} chairs, an infusion running in each …")
    running = Wish(charted=False, patients=600, months=1, chairs=chairside.CHAIRS, nurses=20)
    with measured_clinic(running) as clinic:
        for name, value, unit, limit, what, aim in chairside.figures(clinic):
            figures.append(Figure(name, value, unit, limit, what, aim))
            tell(_line(figures[-1]))
    tell("20 chairs, as full as they get …")
    full = Wish(charted=False, patients=20_000, months=1, weeks_ahead=7, chairs=20, nurses=20, use=0.95)
    with measured_clinic(full) as clinic:
        _age(clinic, appointments, tell)
        for name, value, unit, limit, what, aim in screens.figures(clinic):
            figures.append(Figure(name, value, unit, limit, what, aim))
            tell(_line(figures[-1]))
    tell("100,000 patients, 20 chairs, 60 % load, twelve weeks ahead …")
    large = Wish(charted=False, patients=100_000, months=1, weeks_ahead=13, chairs=20, nurses=10, use=0.60)
    with measured_clinic(large) as clinic:
        _age(clinic, appointments, tell)
        for figure in _desk_figures(clinic):
            figures.append(figure)
            tell(_line(figure))
    return tuple(figures)


def _age(clinic: MeasuredClinic, appointments: int, tell: Callable[[str], None]) -> None:
    """Gives a clinic its past."""
    if appointments:
        tell(f"{appointments:,} appointments in the file …")
        add_history(clinic, appointments)


def _line(figure: Figure) -> str:
    aim = f", aim {figure.aim:g}" if figure.aim is not None else ""
    return f"{figure.name}: {figure.value:.1f} {figure.unit} (raw limit {figure.limit:.1f}{aim}): {figure.what}"


def _desk_figures(clinic: MeasuredClinic) -> Iterator[Figure]:
    with RawDatabase(clinic) as raw:
        yield _plan(clinic, raw)
        yield _five(clinic, raw)
        yield _book(clinic, raw)
        yield _search(clinic, raw)


def _wishes(clinic: MeasuredClinic, patient: int) -> SeriesWishes:
    return SeriesWishes(patient, PROTOCOL, 1, clinic.day)


def _plan(clinic: MeasuredClinic, raw: RawDatabase) -> Figure:
    """The best series alone: what is taken is read, and the course solved exactly."""
    wishes, protocol = _wishes(clinic, 99_000), clinic.catalog.protocols[PROTOCOL]

    def plan() -> object:
        rules = rulebook(clinic.catalog, clinic.clock, clinic.zone)
        request = request_for(clinic.catalog, rules, wishes, protocol)
        with clinic.store.reading() as session:
            place = clinic_rows.location(session, wishes.location_id)
            busy = busy_time.busy_time(session, place, request.first_day, request.first_look(()))
        return CourseSolver(SeriesTable(request, busy).problem()).best()

    value = milliseconds(plan, 21, 3)
    limit = milliseconds(lambda: raw.busy_rows(clinic.day, clinic.day + timedelta(weeks=12)), 21, 3)
    what = "the best series of six alone, reading included; limit: twelve weeks of rows read alone"
    return Figure("plan-six-sessions", value, "ms", limit, what, 15)


def _five(clinic: MeasuredClinic, raw: RawDatabase) -> Figure:
    wishes = _wishes(clinic, 99_000)
    value = milliseconds(lambda: clinic.services.booking.propose_series(clinic.desk, wishes), 21, 3)
    limit = milliseconds(lambda: raw.busy_rows(clinic.day, clinic.day + timedelta(weeks=12)), 21, 3)
    what = "five truly different series of six, as the desk is shown them; limit: the same rows read alone"
    return Figure("five-proposals", value, "ms", limit, what, 60)


def _book(clinic: MeasuredClinic, raw: RawDatabase) -> Figure:
    booking = clinic.services.booking
    patients = iter(range(98_000, 98_900))

    def prepared() -> Callable[[], object]:
        wishes = _wishes(clinic, next(patients))
        sessions = booking.propose_series(clinic.desk, wishes).proposals[0].sessions
        return lambda: booking.book_series(clinic.desk, wishes, sessions, command_id=uuid4().hex)

    taken = sorted(milliseconds(prepared(), 1, 0) for _ in range(11))
    limit = milliseconds(raw.commit, 21, 3)
    value = taken[len(taken) // 2]
    return Figure("book-series", value, "ms", limit, "six sessions booked durably; limit: one bare durable commit")


def _search(clinic: MeasuredClinic, raw: RawDatabase) -> Figure:
    typed = [text[:length] for text in _TYPED for length in range(2, len(text) + 1)]
    search = clinic.services.patients.search
    taken = [milliseconds(partial(search, clinic.desk, text), 1, 0) for text in typed]
    value = sorted(taken)[int(len(taken) * 0.95)]
    limit = milliseconds(lambda: raw.name_range("kowal"), 21, 3)
    what = f"95th percentile over {len(typed)} keys typed, 100,000 patients; limit: one index range"
    return Figure("search-patients", value, "ms", limit, what, 20)


def _consent(clinic: MeasuredClinic) -> Figure:
    printing = clinic.services.printing
    patient = 1
    content = printing.preview(clinic.desk, "consent", patient)
    value = milliseconds(lambda: printing.preview(clinic.desk, "consent", patient), 11, 2)
    bare = bare_reportlab(io.BytesIO(content))
    limit = milliseconds(bare, 11, 2)
    return Figure("consent-pdf", value, "ms", limit, "consent made; limit: bare ReportLab, as many pages of text", 50)


def as_rows(figures: tuple[Figure, ...]) -> list[dict[str, object]]:
    """The figures under the keys that stay."""
    return [
        {"name": f.name, "value": round(f.value, 2), "unit": f.unit, "limit": round(f.limit, 2), "what": f.what}
        for f in figures
    ]
