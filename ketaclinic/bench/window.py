"""The window measured: from a fresh process to its first paint, and its memory."""

import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from time import perf_counter

from ketaclinic.bench.clinic import MeasuredClinic
from ketaclinic.bench.keys import KEY
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
