"""What the desk waits for: another day, week or month painted, a frame of a drag, another desk's change to be seen."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from time import perf_counter
from typing import Any

from ketaclinic.bench.clinic import MeasuredClinic
from ketaclinic.bench.keys import AUDIT_KEY, KEY
from ketaclinic.bench.raw import RawDatabase
from ketaclinic.bench.timing import milliseconds, percentile
from ketaclinic.bench.window import Row
from ketaclinic.clock import FixedClock
from ketaclinic.db.store import open_store
from ketaclinic.domain.appointments import Status
from ketaclinic.paths import sqlite_url
from ketaclinic.services.bundle import build_services

_RUNS = 41
_WARM_UP = 4
_SIZE = (1300, 860)
_SHARE = 0.95
_DESKS = 9
_LONGEST_WAIT_MS = 5000


def figures(clinic: MeasuredClinic) -> Iterator[Row]:
    """Name, value, unit, raw limit, what, aim; the 95th percentile of many runs each."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ketaclinic.ui import theme  # noqa: PLC0415 - only when it is measured
    from ketaclinic.ui.application import application  # noqa: PLC0415 - loaded when it is needed

    theme.apply(application(), "light")
    with RawDatabase(clinic) as raw:
        yield _day(clinic, raw)
        yield _week(clinic, raw)
        yield _month(clinic, raw)
        yield _drag(clinic)
        yield _other_desk(clinic, raw)


def _taken(work: Callable[[int], object]) -> float:
    """The 95th percentile of the runs, in milliseconds; each is given its number."""
    for number in range(_WARM_UP):
        work(number)
    taken = []
    for number in range(_RUNS):
        begin = perf_counter()
        work(number)
        taken.append((perf_counter() - begin) * 1000)
    return percentile(taken, _SHARE)


def _day(clinic: MeasuredClinic, raw: RawDatabase) -> Row:
    from ketaclinic.ui.screens.day.board import Board  # noqa: PLC0415 - loaded when it is needed

    board = Board(clinic.wall)
    board.resize(*_SIZE)
    board.show()
    days = (clinic.day, clinic.day + timedelta(days=1))

    def switch(number: int) -> None:
        board.show_day(clinic.services.booking.day(clinic.desk, 1, days[number % 2]))
        board.grab()

    value = _taken(switch)
    _gone(board)
    limit = _bare_paint(lambda: raw.day_rows(days[0]), bars_each=4, words_each=3)
    what = "another day read and painted, 95th percentile; limit: bare query and paint of its cards"
    return ("day-switch", value, "ms", limit, what, 16.7)


def _week(clinic: MeasuredClinic, raw: RawDatabase) -> Row:
    from ketaclinic.ui.screens.week.canvas import WeekCanvas  # noqa: PLC0415 - loaded when it is needed

    canvas = WeekCanvas()
    canvas.resize(*_SIZE)
    canvas.show()
    weeks = (clinic.day, clinic.day + timedelta(days=7))

    def switch(number: int) -> None:
        canvas.show_week(clinic.services.overview.week(clinic.desk, 1, weeks[number % 2]), clinic.wall())
        canvas.grab()

    value = _taken(switch)
    _gone(canvas)
    days = [clinic.day + timedelta(days=ahead) for ahead in range(7)]
    limit = _bare_paint(lambda: [row for day in days for row in raw.day_rows(day)], bars_each=1, words_each=0)
    what = "another week read and painted, 95th percentile; limit: bare query and paint of its bars"
    return ("week-switch", value, "ms", limit, what, 33)


def _month(clinic: MeasuredClinic, raw: RawDatabase) -> Row:
    from ketaclinic.ui.screens.month.canvas import MonthCanvas  # noqa: PLC0415 - loaded when it is needed

    canvas = MonthCanvas()
    canvas.resize(*_SIZE)
    canvas.show()
    first = clinic.day.replace(day=1)
    months = (first, (first + timedelta(days=32)).replace(day=1))

    def switch(number: int) -> None:
        canvas.show_month(clinic.services.overview.month(clinic.desk, 1, months[number % 2]), clinic.wall().date())
        canvas.grab()

    value = _taken(switch)
    _gone(canvas)
    cells: list[tuple[Any, ...]] = [("", "")] * 42

    def query() -> list[tuple[Any, ...]]:
        raw.busy_rows(first, first + timedelta(days=42))
        return cells

    limit = _bare_paint(query, bars_each=2, words_each=3)
    what = "another month read and painted, 95th percentile; limit: bare query of its visits and paint of 42 days"
    return ("month-switch", value, "ms", limit, what, 50)


def _drag(clinic: MeasuredClinic) -> Row:
    """A visit is taken with the mouse and carried across the board; each move is worked off and painted."""
    from PySide6.QtCore import QPoint, Qt  # noqa: PLC0415 - loaded when it is needed
    from PySide6.QtTest import QTest  # noqa: PLC0415 - loaded when it is needed

    from ketaclinic.ui.screens.day.board import Board  # noqa: PLC0415 - loaded when it is needed

    board = Board(clinic.wall)
    board.resize(*_SIZE)
    view = clinic.services.booking.day(clinic.desk, 1, clinic.day)
    board.show_day(view)
    board.show()
    movable = next(card for card in view.cards if card.appointment.status is Status.SCHEDULED)
    visit = movable.appointment.id
    card, grip, left = board.canvas.cards[visit], QPoint(20, 8), Qt.MouseButton.LeftButton
    _settled()
    QTest.mousePress(card, left, pos=grip)
    QTest.mouseMove(card, grip + QPoint(15, 15))
    board.hand.take_check(visit, clinic.services.booking.move_check(clinic.desk, visit))
    places = [QPoint(10 + 9 * step, 30 + 7 * step) for step in range(_RUNS + _WARM_UP)]

    def frame(number: int) -> None:
        QTest.mouseMove(card, card.mapFrom(board.canvas, places[number]))
        _painted(board)

    value = _taken(frame)
    QTest.mouseRelease(card, left, pos=grip - QPoint(4000, 4000))
    board.hand.give_up()
    _gone(board)
    limit = _bare_paint(lambda: [("", "")] * 2, bars_each=4, words_each=3)
    what = "one move of a visit in the hand, checked and painted, 95th percentile; limit: two bare cards painted"
    return ("drag-frame", value, "ms", limit, what, 8)


def _other_desk(clinic: MeasuredClinic, raw: RawDatabase) -> Row:
    """Another station confirms a visit; how long until the board here shows it, the listening included."""
    from PySide6.QtCore import QEventLoop, QTimer  # noqa: PLC0415 - loaded when it is needed

    from ketaclinic.ui.application import build_window  # noqa: PLC0415 - loaded when it is needed

    there = open_store(sqlite_url(clinic.path), key=KEY, audit_key=AUDIT_KEY, clock=FixedClock(clinic.clock.at))
    floor = build_services(there, clinic.catalog, clinic.clock).floor
    window = build_window(clinic.services, clinic.store, clinic.catalog, clinic.clock)
    window.resize(1600, 1000)
    window.show()
    window.sign_in.signed_in.emit(clinic.desk)
    window.sign_in.hide()
    loop = QEventLoop()
    look = QTimer(interval=1)
    seen: list[float] = []
    visit = _scheduled(clinic)
    began = perf_counter()

    def shown() -> bool:
        screen: Any = window.desk.current if window.desk is not None else None
        view = screen.view if screen is not None else None
        cards = view.cards if view is not None and view.day == clinic.day else ()
        return any(c.appointment.id == visit.id and c.appointment.version == visit.version for c in cards)

    def check() -> None:
        if shown() or (perf_counter() - began) * 1000 > _LONGEST_WAIT_MS:
            loop.quit()

    look.timeout.connect(check)
    look.start()
    while window.desk is None and (perf_counter() - began) * 1000 < _LONGEST_WAIT_MS:
        QTimer.singleShot(20, loop.quit)
        loop.exec()
    window.navigate("day", {"day": clinic.day})
    loop.exec()
    for number in range(_DESKS):
        QTimer.singleShot(37 * number, loop.quit)  # at another moment of the listening each time
        loop.exec()
        target = Status.CONFIRMED if visit.status is Status.SCHEDULED else Status.SCHEDULED
        began = perf_counter()
        visit = floor.change_status(clinic.desk, visit.id, visit.version, target)
        loop.exec()
        _painted(window)
        seen.append((perf_counter() - began) * 1000)
    look.stop()
    clinic.store.on_commit.remove(window.ops.publish)
    window.close()
    window.ops.stop()
    _gone(window)
    there.close()
    limit = milliseconds(raw.head, 21, 3)
    what = "another desk's change until it is on the board, 95th percentile; limit: the bare query that finds it"
    return ("other-desk", percentile(seen, _SHARE), "ms", limit, what, 1000)


def _scheduled(clinic: MeasuredClinic) -> Any:  # noqa: ANN401 - an Appointment of the day measured
    cards = clinic.services.booking.day(clinic.desk, 1, clinic.day).cards
    return next(card.appointment for card in cards if card.appointment.status is Status.SCHEDULED)


def _painted(widget: Any) -> None:  # noqa: ANN401 - Qt is imported only when it is measured
    """Paints now what is waiting to be painted, as the next turn of the event loop would."""
    from PySide6.QtCore import QCoreApplication, QEvent  # noqa: PLC0415 - loaded when it is needed

    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    QCoreApplication.sendPostedEvents(widget.window(), QEvent.Type.UpdateRequest)


def _settled(milliseconds_long: int = 50) -> None:
    """Lets the event loop turn for a while: a window just shown is exposed, and painted from then on."""
    from PySide6.QtCore import QEventLoop, QTimer  # noqa: PLC0415 - loaded when it is needed

    loop = QEventLoop()
    QTimer.singleShot(milliseconds_long, loop.quit)
    loop.exec()


def _gone(widget: Any) -> None:  # noqa: ANN401
    widget.close()
    widget.deleteLater()


def _bare_paint(query: Callable[[], list[tuple[Any, ...]]], *, bars_each: int, words_each: int) -> float:
    """The raw limit: the rows of a driver, each as so many rectangles and words on an empty picture."""
    from PySide6.QtGui import QColor, QPainter, QPixmap  # noqa: PLC0415 - loaded when it is needed

    target = QPixmap(*_SIZE)

    def bare(_number: int) -> None:
        rows = query()
        painter = QPainter(target)
        painter.fillRect(target.rect(), QColor("white"))
        for number, row in enumerate(rows):
            x, y = (number % 20) * 64, (number // 20) * 30
            for bar in range(bars_each):
                painter.fillRect(x, y + 7 * bar, 60, 7, QColor(200, 220, 210 + bar))
            for line in range(words_each):
                painter.drawText(x + 4, y + 10 * line, f"{row[-2]}, {row[-1]}")
        painter.end()

    return _taken(bare)
