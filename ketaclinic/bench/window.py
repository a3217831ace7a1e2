"""The window measured: from a fresh process to its first paint, its memory, and a day switched."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median
from time import perf_counter

from ketaclinic.bench.clinic import MeasuredClinic
from ketaclinic.bench.keys import KEY
from ketaclinic.bench.raw import RawDatabase
from ketaclinic.bench.timing import milliseconds
from ketaclinic.paths import sqlite_url

Row = tuple[str, float, str, float, str, float | None]


def figures(clinic: MeasuredClinic) -> Iterator[Row]:
    """Name, value, unit, raw limit, what, aim."""
    bare = [_start("bare") for _ in range(5)]
    ours = [_start("window", sqlite_url(clinic.path)) for _ in range(5)]
    seconds = median(taken for taken, _ in ours), median(taken for taken, _ in bare)
    yield ("window-start", seconds[0], "s", seconds[1], "process to painted sign-in; limit: a bare Qt window", 0.7)
    memory = median(used for _, used in ours), median(used for _, used in bare)
    yield ("memory", memory[0], "MiB", memory[1], "resident at the first window; limit: a bare Qt window", 150)
    yield from _day(clinic)


def _start(*words: str) -> tuple[float, float]:
    """Seconds from the start of the process to its line, and the memory it says it has."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1", "KETACLINIC_KEY": KEY}
    begin = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "ketaclinic.bench.child", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    ) as process:
        line = process.stdout.readline() if process.stdout else ""
        seconds = perf_counter() - begin
        process.wait(timeout=60)
    return seconds, float(line.split()[1])


def _day(clinic: MeasuredClinic) -> Iterator[Row]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QColor, QPainter, QPixmap  # noqa: PLC0415 - only when it is measured

    from ketaclinic.ui import theme  # noqa: PLC0415
    from ketaclinic.ui.application import application  # noqa: PLC0415
    from ketaclinic.ui.screens.day.board import Board  # noqa: PLC0415

    theme.apply(application(), "light")
    board = Board(clinic.wall)
    board.resize(1300, 860)
    board.show()
    days = [clinic.day + timedelta(days=offset) for offset in (0, 1)]
    shown: list[date] = []

    def switch() -> None:
        day = days[len(shown) % 2]
        shown.append(day)
        board.show_day(clinic.services.booking.day(clinic.desk, 1, day))
        board.grab()

    value = milliseconds(switch, 21, 4)
    board.close()
    board.deleteLater()
    with RawDatabase(clinic) as raw:
        target = QPixmap(1300, 860)

        def bare() -> None:
            rows = raw.day_rows(days[0])
            painter = QPainter(target)
            painter.fillRect(target.rect(), QColor("white"))
            for number, row in enumerate(rows):
                x, y = (number % 4) * 320, (number // 4) * 200
                for phase in range(4):
                    painter.fillRect(x, y + 40 * phase, 300, 40, QColor(200, 220, 210 + phase))
                for line in range(3):
                    painter.drawText(x + 12, y + 20 + 18 * line, f"{row[-2]}, {row[-1]}")
            painter.end()

        limit = milliseconds(bare, 21, 4)
    yield (
        "day-switch",
        value,
        "ms",
        limit,
        "another day read and painted; limit: bare query and paint of its cards",
        30,
    )
