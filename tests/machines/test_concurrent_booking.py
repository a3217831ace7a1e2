"""Many threads and processes book, move, cancel, undo and redo at once, and one is killed while it does."""

import json
import os
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.services.doctor import Doctor
from tests.conftest import FILE_KEY, OpenStation
from tests.db.rows import a_clinic
from tests.machines.busy_desk import CHAIRS, PATIENTS, BusyDesk, clerk
from tests.machines.schedule_oracle import faults, read

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["fixed", "fresh"])
def seed(request: pytest.FixtureRequest) -> int:
    """One seed for ever and, except in continuous integration, one of the moment; a failed test shows it."""
    number = 7 if request.param == "fixed" or "CI" in os.environ else random.randrange(1_000_000)
    print(f"seed {number}")  # noqa: T201 - shown when the test fails
    return number


@pytest.fixture
def clinic(store: Store) -> Store:
    """More chairs than two nurses can serve, twelve patients."""
    a_clinic(store, chairs=CHAIRS, nurses=2, patients=PATIENTS)
    return store


def a_process(url: str, seed: int, steps: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.machines.busy_desk", url, str(seed), str(steps)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def assert_sound(store: Store, catalog: Catalog, url: str) -> dict[str, list[dict[str, Any]]]:
    rows = read(url, FILE_KEY)
    assert faults(rows) == []
    checks = Doctor(store, catalog, FixedClock()).check()
    assert [check for check in checks if not check.ok] == []
    return rows


def assert_saved(rows: dict[str, list[dict[str, Any]]], saved: list[dict[str, Any]]) -> None:
    """What was reported as saved is in the audit, and is still there unless someone has undone it."""
    told = {"Book series", "Hold series", "Release hold"}
    results = [row["result"] for row in rows["operations"] if row["op"] in told]
    booked = [json.loads(result) if isinstance(result, str) else result for result in results]
    versions = {row["id"]: row["version"] for row in rows["appointments"]}
    for deed in saved:
        if "series" in deed:
            assert {"series": deed["series"], "appointments": deed["appointments"]} in booked
        elif deed["did"] in {"undo", "redo"}:
            assert deed["seq"] <= len(rows["operations"])
        elif deed["appointment"] in versions:
            assert versions[deed["appointment"]] >= deed["version"]


def test_whatever_many_do_at_once_nothing_impossible_is_stored(
    clinic: Store, open_station: OpenStation, catalog: Catalog, database_url: str, seed: int
) -> None:
    processes = [a_process(database_url, seed + number, 25) for number in (1, 2)]
    stations = [clinic, clinic, open_station("desk-2"), open_station("desk-3")]
    desks = [BusyDesk(store, catalog, clerk(1 + n), seed * 10 + n) for n, store in enumerate(stations)]
    failures: list[BaseException] = []

    def work(desk: BusyDesk) -> None:
        try:
            desk.work(25)
        except BaseException as error:  # noqa: BLE001 - told below, by the thread that may fail the test
            failures.append(error)

    threads = [threading.Thread(target=work, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    seen: list[str] = []
    while any(thread.is_alive() for thread in threads) and not seen:
        seen = faults(read(database_url, FILE_KEY))
    for thread in threads:
        thread.join()
    told = [process.communicate() for process in processes]
    assert seen == []
    assert failures == []
    assert [(process.returncode, errors) for process, (_, errors) in zip(processes, told, strict=True)] == [(0, "")] * 2
    saved = [deed for desk in desks for deed in desk.saved]
    saved += [json.loads(line) for output, _ in told for line in output.splitlines()]
    kinds = {deed["did"] for deed in saved}
    assert "book" in kinds
    assert len(kinds) >= 6, kinds
    assert sum(desk.refused for desk in desks) > 0
    assert_saved(assert_sound(clinic, catalog, database_url), saved)


def test_a_killed_desk_loses_nothing_it_was_told_is_saved(clinic: Store, catalog: Catalog, database_url: str) -> None:
    chance = random.Random()
    saved: list[dict[str, Any]] = []
    for _ in range(3):
        process = a_process(database_url, chance.randrange(1_000_000), 10_000)
        assert process.stdout is not None
        for line, _told in zip(process.stdout, range(chance.randint(1, 12)), strict=False):
            saved.append(json.loads(line))
        process.kill()  # at any point of the operation after the last one told
        rest, _ = process.communicate()
        saved += [json.loads(line) for line in rest.splitlines() if line.endswith("}")]
        rows = assert_sound(clinic, catalog, database_url)
    assert len(saved) >= 3
    assert_saved(rows, saved)


def test_the_oracle_sees_what_it_is_there_for(clinic: Store, catalog: Catalog, database_url: str) -> None:
    """A clinic forced into each fault is called faulty."""
    BusyDesk(clinic, catalog, clerk(1), 3).work(30)
    rows = read(database_url, FILE_KEY)
    assert faults(rows) == []
    held = [visit for visit in rows["appointments"] if visit["status"] == "scheduled"]
    one, other = held[0], next(visit for visit in held if visit["series_id"] != held[0]["series_id"])
    before = dict(other)
    other |= {"chair_id": one["chair_id"], "starts_at": one["starts_at"] + 15}
    assert any(fault.startswith("chair") for fault in faults(rows))
    other |= {**before, "patient_id": one["patient_id"], "starts_at": one["starts_at"] + 15}
    assert any(fault.startswith("patient") for fault in faults(rows))
    other |= {**before, "position": 9}
    assert [fault.split()[0] for fault in faults(rows)] == ["series"]
    other |= before
    rows["locations"][0]["usual_nurses"] = [0] * 7
    assert {fault.split()[0] for fault in faults(rows)} == {"nurses"}
