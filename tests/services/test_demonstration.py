"""The demonstration clinic: believable, sound, the same for the same seed, and in full swing at any hour."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock, to_instant
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import IN_CHAIR, Status
from ketaclinic.domain.calls import CallOutcome
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.people import User
from ketaclinic.domain.recall import RecallKind
from ketaclinic.services.bundle import Services
from ketaclinic.services.demonstration import Wish

SMALL = Wish(patients=60, months=1, weeks_ahead=2)


def user(services: Services, login: str) -> User:
    return next(someone for someone in services.users.who_may_sign_in() if someone.login == login)


def today_of(services: Services, clock: FixedClock, wish: Wish = SMALL) -> tuple[date, Counter[Status]]:
    filled = services.demonstration.fill(wish)
    clock.at = to_instant(filled.now, filled.zone)
    view = services.booking.day(user(services, "desk"), 1, filled.now.date())
    return view.day, Counter(card.appointment.status for card in view.cards)


@pytest.mark.parametrize("hour", [2, 8, 13, 21])
def test_the_clinic_is_in_full_swing_wherever_the_clock_stands(
    services: Services, clock: FixedClock, hour: int
) -> None:
    clock.at = datetime(2026, 11, 22, hour, 17, tzinfo=UTC)  # a Sunday in most places
    _, statuses = today_of(services, clock)
    assert sum(statuses[status] for status in IN_CHAIR) >= 2
    assert statuses[Status.INFUSING] >= 1
    assert statuses[Status.CONFIRMED] + statuses[Status.SCHEDULED] >= 1


def test_the_doctor_finds_the_clinic_sound(services: Services, clock: FixedClock) -> None:
    today_of(services, clock)
    assert [check for check in services.doctor.check() if not check.ok] == []


def test_a_day_of_the_whole_clinic_uses_about_seven_tenths_of_its_chairs(services: Services, clock: FixedClock) -> None:
    day, _ = today_of(services, clock, Wish(charted=False))
    desk = user(services, "desk")
    working = [day + timedelta(days=offset) for offset in range(-150, 40)]
    use = [view.use for at in working if (view := services.booking.day(desk, 1, at)).hours]
    assert 0.60 <= sum(use) / len(use) <= 0.78


def test_the_same_seed_gives_the_same_clinic(
    new_services: Callable[[str], tuple[Services, FixedClock]],
) -> None:
    def written(name: str) -> list[tuple[str, str, str, str]]:
        services, clock = new_services(name)
        day, _ = today_of(services, clock)
        desk = user(services, "desk")
        cards = [
            card for offset in range(-10, 10) for card in services.booking.day(desk, 1, day + timedelta(offset)).cards
        ]
        return [(c.record, c.patient_name, c.label, str(c.appointment.starts_at)) for c in cards]

    first = written("one")
    assert len(first) > 50
    assert first == written("two")


def test_names_of_many_scripts_are_there(services: Services, clock: FixedClock) -> None:
    today_of(services, clock, Wish(charted=False))
    desk = user(services, "desk")
    for families in (
        ("nguyen", "tran", "pham"),
        ("wojcik", "dabrow", "błasz"),
        ("петр", "иван", "шевч"),
        ("παπα", "κωνσ", "οικο", "γεωρ"),
    ):
        found = [row for typed in families for row in services.patients.search(desk, typed)]
        assert any(not row.name.isascii() for row in found), families


def test_the_desk_has_an_ordinary_days_work_on_it(services: Services, clock: FixedClock) -> None:
    """Somebody waits, something is to place and to review, places are held, calls are made; nothing is to be undone."""
    day, _ = today_of(services, clock, Wish(patients=120, months=2, weeks_ahead=4))
    desk = user(services, "desk")
    kinds = Counter(row.kind for row in services.recall.list(desk, 1))
    assert kinds[RecallKind.WAITING] == 3
    assert kinds[RecallKind.TO_PLACE] == 2
    assert kinds[RecallKind.REVIEW] >= 1
    weeks = [services.overview.week(desk, 1, day + timedelta(weeks=ahead)) for ahead in range(6)]
    held = [bar for week in weeks for shown in week.days for bar in shown.bars if bar.status is Status.HELD]
    assert len(held) == 6
    outcomes = [row.last_call.outcome for row in services.calls.to_confirm(desk, 1).rows if row.last_call]
    assert CallOutcome.VOICEMAIL in outcomes
    roster = services.clinic.patterns(user(services, "manager"), 1)
    assert all(pattern.breaks for pattern in roster)
    assert services.history.undo_state(desk).undo == ""
    assert [check for check in services.doctor.check() if not check.ok] == []


def test_a_database_with_a_clinic_is_left_alone(services: Services, clock: FixedClock) -> None:
    today_of(services, clock, Wish(charted=False, patients=20, months=0))
    before = len(services.users.who_may_sign_in())
    with pytest.raises(ClinicError, match="already holds a clinic"):
        services.demonstration.fill(SMALL)
    assert len(services.users.who_may_sign_in()) == before


@pytest.fixture
def new_services(tmp_path: Path, catalog: Catalog) -> Callable[[str], tuple[Services, FixedClock]]:
    """Fresh clinics in files of their own."""
    from ketaclinic.db.store import open_store
    from ketaclinic.services.bundle import build_services

    def make(name: str) -> tuple[Services, FixedClock]:
        clock = FixedClock()
        url = f"sqlite:///{(tmp_path / name).as_posix()}"
        store: Store = open_store(url, key="6b" * 32, audit_key=b"a" * 32, clock=clock, create=True)
        return build_services(store, catalog, clock), clock

    return make
