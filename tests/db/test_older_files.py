"""A file of every schema there was opens, is brought up to date and is sound; what it held is still there."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from ketaclinic.catalog.catalog import load_catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.assessments import of_patient
from ketaclinic.db.migrate import REVISIONS
from ketaclinic.db.store import open_store
from ketaclinic.keys import keys_for
from ketaclinic.paths import resources_dir
from ketaclinic.services.bundle import build_services

FILES = Path(__file__).parents[1] / "fixtures" / "databases"
HELD = {
    "0001": {"patients": 4, "series": 11, "appointments": 39, "users": 6},
    "0002": {"patients": 4, "series": 12, "appointments": 45, "users": 6},
    "0003": {"patients": 4, "series": 12, "appointments": 45, "users": 6},
}
"""What each file was made with."""


SCORES = [(10, "c-ssrs-screener", 1, None, "Negative"), (10, "phq-9", 1, 14, "Moderate")]
"""The scales that every file holds among its answers: session, scale, version, total and what it means."""


def test_there_is_a_file_of_every_schema_but_the_newest() -> None:
    assert sorted(path.stem for path in FILES.glob("*.db")) == list(REVISIONS[:-1])


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_an_older_file_is_brought_up_to_date_and_is_sound(
    revision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clinic.db"
    shutil.copy(FILES / f"{revision}.db", path)
    monkeypatch.setenv("KETACLINIC_KEY", "fixture")
    url, clock = f"sqlite:///{path}", FixedClock()
    keys = keys_for(url, create=False)
    store = open_store(url, key=keys.file, audit_key=keys.audit, clock=clock)
    try:
        checks = build_services(store, load_catalog(resources_dir()), clock).doctor.check()
        with store.reading() as session:
            scores = of_patient(session, 1, load_catalog(resources_dir()).instruments)
            held = {
                table: session.scalar(text(f"SELECT count(*) FROM {table}"))
                for table in ("patients", "series", "appointments", "users")
            }
    finally:
        store.close()
    assert [check for check in checks if not check.ok] == []
    assert held == HELD[revision]
    assert [(s.encounter_id, s.instrument, s.version, s.total, s.band_text) for s in scores] == SCORES
