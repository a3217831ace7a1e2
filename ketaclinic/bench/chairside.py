"""What the chairs wait for: forty infusions running, the board counting on, a row seen at the other station."""

import os
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from time import perf_counter, process_time

from sqlalchemy import select
from sqlalchemy.orm import Session

from ketaclinic.bench.clinic import MeasuredClinic
from ketaclinic.bench.keys import AUDIT_KEY, KEY
from ketaclinic.bench.raw import RawDatabase
from ketaclinic.bench.timing import milliseconds, percentile
from ketaclinic.bench.window import Row
from ketaclinic.clock import FixedClock, to_wall
from ketaclinic.db import charting as rows
from ketaclinic.db.models import AppointmentRow, EncounterRow
from ketaclinic.db.store import open_store
from ketaclinic.domain import events
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.checklists import Answer, ChecklistItem, ItemKind
from ketaclinic.domain.observations import Observation
from ketaclinic.domain.people import Role, User
from ketaclinic.paths import sqlite_url
from ketaclinic.services.bundle import build_services

CHAIRS = 40
PROTOCOL = "induction-mood-2-per-week"
_LONG_ROWS = 60
_SECONDS, _WRITTEN, _OPENED = 60, 25, 15
_LONGEST_WAIT_MS = 5000
_SHARE = 0.95
_SIZE = (1600, 1000)
_CALM = {"sbp": 124.0, "dbp": 78.0, "hr": 76.0, "rr": 14.0, "spo2": 98.0, "moaas": 5.0, "dissociation": 2.0}


def figures(clinic: MeasuredClinic) -> Iterator[Row]:
    """Name, value, unit, raw limit, what, aim."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ketaclinic.ui import theme  # noqa: PLC0415 - only when it is measured
    from ketaclinic.ui.application import application  # noqa: PLC0415 - loaded when it is needed

    theme.apply(application(), "light")
    nurse = next(user for user in clinic.services.users.who_may_sign_in() if user.role is Role.NURSE)
    sessions = seat(clinic, nurse)
    with RawDatabase(clinic) as raw:
        yield _floor(clinic, nurse, raw, sessions)
        yield _encounter(clinic, nurse, raw, sessions[0])
        yield _repaint(clinic, nurse)
        yield from _seen(clinic, nurse, raw, sessions)


def seat(clinic: MeasuredClinic, nurse: User) -> list[int]:
    """Puts somebody into every chair, started at different minutes; the first one has sixty rows. Their sessions."""
    now = clinic.clock.now()
    found = []
    midnight = datetime.combine(clinic.wall().date(), time())
    with clinic.store.writing(Op.START_INFUSION, by=nurse.id) as writing:
        session = writing.session
        around = AppointmentRow.starts_at.between(midnight - timedelta(days=1), midnight + timedelta(days=2))
        for visit in session.scalars(select(AppointmentRow).where(around)):
            visit.status = Status.CANCELLED_BY_CLINIC.value  # the chairs are ours
        session.flush()
        later = AppointmentRow.starts_at > midnight + timedelta(days=2), AppointmentRow.status == "scheduled"
        coming: dict[int, AppointmentRow] = {}
        for visit in session.scalars(select(AppointmentRow).where(*later).order_by(AppointmentRow.id)):
            coming.setdefault(visit.patient_id, visit)
        for number, visit in enumerate(list(coming.values())[:CHAIRS]):
            started = now - timedelta(minutes=(number * 7) % 38, seconds=number)
            visit.chair_id, visit.status = number + 1, Status.INFUSING.value
            visit.starts_at = (to_wall(started, clinic.zone) - timedelta(minutes=30)).replace(second=0, microsecond=0)
            visit.ends_at = visit.starts_at + timedelta(minutes=115)
            found.append(_started(clinic, session, visit, nurse, started, 0 if number else _LONG_ROWS))
    return found


def _started(
    clinic: MeasuredClinic, session: Session, visit: AppointmentRow, nurse: User, started: datetime, extra: int
) -> int:
    """One running infusion with its checklist, its dose and a row for each check so far."""
    versions = {name: clinic.catalog.checklists[name].version for name in ("pre-infusion", "discharge")}
    encounter = EncounterRow(
        appointment_id=visit.id,
        patient_id=visit.patient_id,
        protocol_id=PROTOCOL,
        protocol_revision=1,
        checklist_revisions=versions,
        opened_at=started - timedelta(minutes=25),
        opened_by=nurse.id,
        started_at=started,
        planned_minutes=40,
    )
    session.add(encounter)
    session.flush()
    for item in clinic.catalog.checklists["pre-infusion"].items:
        value = _answer(item)
        if value is not None:
            kept = Answer("pre-infusion", item.code, value, started - timedelta(minutes=12), nurse.id)
            rows.add_answer(session, encounter.id, kept)
    given = {"mg": 40.0, "ml": 4.0, "rate": 6.0, "minutes": 40, "concentration": 10.0, "weight_kg": 80.0}
    rows.add_event(
        session, encounter.id, events.START, given, happened_at=started, entered_at=started, user_id=nurse.id
    )
    passed = (clinic.clock.now() - started) / timedelta(minutes=1)
    minutes: list[float] = [-6.0, *(m for m in (5, 10, 20, 30) if m <= passed)]
    minutes += [-6 + each * 0.5 for each in range(extra)]
    for minute in sorted(minutes):
        at = started + timedelta(minutes=minute)
        values = _CALM | {"sbp": _CALM["sbp"] + max(0.0, minute)}
        rows.add_observation(session, encounter.id, Observation(0, "", at, at, nurse.id, values))
    return encounter.id


def _answer(item: ChecklistItem) -> object:
    """What is answered to the points that are ticked, chosen or counted; the others stay open."""
    if item.kind is ItemKind.CHOICE and item.options:
        return item.options[0].code
    answers: dict[ItemKind, object] = {
        ItemKind.TICK: True,
        ItemKind.IDENTIFIERS: {"name": True, "born": True},
        ItemKind.NUMBER: 80.0 if item.code == "weight" else item.low or 1.0,
    }
    return answers.get(item.kind)


def _floor(clinic: MeasuredClinic, nurse: User, raw: RawDatabase, sessions: list[int]) -> Row:
    value = milliseconds(lambda: clinic.services.charting.floor(nurse, 1), 15, 3)
    limit = milliseconds(lambda: raw.charted(sessions), 15, 3)
    what = f"the floor read whole, {CHAIRS} infusions running; limit: the bare rows of its sessions"
    return ("floor-read", value, "ms", limit, what, 150)


def _encounter(clinic: MeasuredClinic, nurse: User, raw: RawDatabase, session: int) -> Row:
    from ketaclinic.domain.chart import chart_of  # noqa: PLC0415 - loaded when it is needed
    from ketaclinic.ui.widgets.vitals_chart import VitalsChart  # noqa: PLC0415 - loaded when it is needed

    chart = VitalsChart()
    chart.resize(900, 420)

    def opened() -> None:
        view = clinic.services.charting.view(nurse, session)
        chart.show_data(chart_of(view, clinic.clock.now()))
        chart.grab()

    value = milliseconds(opened, _OPENED, 3)
    chart.deleteLater()
    limit = milliseconds(lambda: raw.charted([session]), _OPENED, 3)
    what = f"a session of {_LONG_ROWS} rows read and its chart painted; limit: its bare rows"
    return ("encounter-open", value, "ms", limit, what, 50)


def _repaint(clinic: MeasuredClinic, nurse: User) -> Row:
    """Sixty seconds of the board, one after the other: the share of a core that each second takes."""
    from PySide6.QtGui import QColor, QPainter, QPixmap  # noqa: PLC0415 - loaded when it is needed

    from ketaclinic.bench.screens import _gone, _painted, _settled  # noqa: PLC0415 - loaded when it is needed
    from ketaclinic.ui.screens.chairside.board_page import BoardPage  # noqa: PLC0415 - loaded when it is needed

    board = BoardPage()
    board.resize(*_SIZE)
    board.show()
    now = clinic.clock.now()
    board.show_floor(clinic.services.charting.floor(nurse, 1), now)
    _settled()
    _painted(board)
    begin = process_time()
    for second in range(1, _SECONDS + 1):
        board.tick(now + timedelta(seconds=second))
        _painted(board)
    value = (process_time() - begin) / _SECONDS * 100
    _gone(board)
    target = QPixmap(*_SIZE)
    begin = process_time()
    for second in range(_SECONDS):
        painter = QPainter(target)
        for number in range(CHAIRS):
            painter.fillRect((number % 3) * 400, (number // 3) * 70, 120, 44, QColor("white"))
            painter.drawText((number % 3) * 400, (number // 3) * 70 + 30, f"4:{second % 60:02d}")
        painter.end()
    limit = (process_time() - begin) / _SECONDS * 100
    what = f"the board of {CHAIRS} chairs counting on; limit: {CHAIRS} times painted on a picture"
    return ("board-second", value, "% of a core", limit, what, 1)


def _seen(clinic: MeasuredClinic, nurse: User, raw: RawDatabase, sessions: list[int]) -> Iterator[Row]:
    """A row saved at one station until the board of another shows it, and what listening costs meanwhile."""
    from PySide6.QtCore import QEventLoop, QTimer  # noqa: PLC0415 - loaded when it is needed

    from ketaclinic.bench.screens import _gone, _painted  # noqa: PLC0415 - loaded when it is needed
    from ketaclinic.ui.application import build_window  # noqa: PLC0415 - loaded when it is needed

    there = open_store(sqlite_url(clinic.path), key=KEY, audit_key=AUDIT_KEY, clock=FixedClock(clinic.clock.at))
    charting = build_services(there, clinic.catalog, clinic.clock).charting
    window = build_window(clinic.services, clinic.store, clinic.catalog, clinic.clock)
    window.watch.alarm.beep = _silent
    window.resize(*_SIZE)
    window.show()
    window.sign_in.signed_in.emit(nurse)
    window.sign_in.hide()
    loop = QEventLoop()

    def turn(milliseconds_long: int) -> None:
        QTimer.singleShot(milliseconds_long, loop.quit)
        loop.exec()

    turn(300)
    window.go_to("chairside")
    turn(700)
    begin, ran = process_time(), perf_counter()
    turn(3000)
    idle = (process_time() - begin) / (perf_counter() - ran) * 100
    taken = []
    for number in range(_WRITTEN):
        turn(37 + number)  # at another moment of the listening each time
        session, mark = sessions[1 + number % (CHAIRS - 1)], float(100 + number)
        looked = perf_counter()

        def shown(session: int = session, mark: float = mark) -> bool:
            floor = window.watch.floor
            tile = next((t for t in floor.tiles if t.encounter_id == session), None) if floor is not None else None
            return tile is not None and tile.last.get("sbp") == mark

        charting.record_observation(nurse, session, _CALM | {"sbp": mark})
        saved = perf_counter()
        while not shown() and (perf_counter() - looked) * 1000 < _LONGEST_WAIT_MS:
            turn(1)
        _painted(window)
        taken.append((perf_counter() - saved) * 1000)
    clinic.store.on_commit.remove(window.ops.publish)
    window.close()
    window.ops.stop()
    _gone(window)
    there.close()
    limit = milliseconds(raw.head, 21, 3)
    what = f"a row saved until the other station's board shows it, {CHAIRS} chairs, 95th percentile; limit: bare query"
    yield ("observation-seen", percentile(taken, _SHARE), "ms", limit, what, 100)
    version = milliseconds(raw.data_version, 21, 3) * 20 / 10  # twenty times a second, in per cent of a second
    yield ("chairs-idle", idle, "% of a core", version, "the window with the chairs in front, nobody there", 3)


def _silent(_urgency: object) -> None:
    """No sound while it is measured."""
