"""The shipped protocols and rules, and what a clinic's own slip in them is told."""

import re
import shutil
from pathlib import Path

import pytest

import ketaclinic
from ketaclinic.catalog.catalog import Catalog, load_catalog
from ketaclinic.catalog.protocols import load_protocols
from ketaclinic.catalog.reader import CatalogError
from ketaclinic.catalog.rules import load_rules
from ketaclinic.domain.protocols import Gaps, Phases
from ketaclinic.paths import resources_dir


@pytest.fixture
def own_resources(tmp_path: Path) -> Path:
    """A copy of the shipped resources that a test may spoil."""
    return Path(shutil.copytree(resources_dir(), tmp_path / "resources"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_four_protocols_are_there(catalog: Catalog) -> None:
    assert set(catalog.protocols) >= {
        "induction-mood-2-per-week",
        "induction-mood-3-per-week",
        "maintenance-mood",
        "pain-series",
    }


@pytest.mark.parametrize(
    ("protocol_id", "sessions", "phases", "gaps", "window", "review"),
    [
        ("induction-mood-2-per-week", 6, Phases(30, 40, 30, 15), Gaps(2, 7, ((3, 4),)), 21, 28),
        ("induction-mood-3-per-week", 6, Phases(30, 40, 30, 15), Gaps(2, 5, ((2, 3),)), 14, 21),
        ("maintenance-mood", 4, Phases(30, 40, 30, 15), Gaps(7, 60, ((7, 7), (14, 14), (28, 28))), None, None),
        ("pain-series", 5, Phases(30, 240, 60, 15), Gaps(1, 4, ((1, 1),)), 14, None),
    ],
)
def test_shapes_of_the_courses(
    catalog: Catalog,
    protocol_id: str,
    sessions: int,
    phases: Phases,
    gaps: Gaps,
    window: int | None,
    review: int | None,
) -> None:
    protocol = catalog.protocols[protocol_id]
    assert (protocol.sessions, protocol.phases, protocol.gaps) == (sessions, phases, gaps)
    assert (protocol.window_days, protocol.review_days) == (window, review)


def test_the_desk_reads_name_and_length_and_nothing_clinical(catalog: Catalog) -> None:
    assert catalog.protocols["induction-mood-2-per-week"].length == "Induction, twice a week, 115 min"
    for protocol in catalog.protocols.values():
        for word in ("mood", "pain", "depress", "ketamine", "mg"):
            assert word not in protocol.desk_name.lower()
            assert word not in protocol.short_name.lower()


def test_a_protocol_with_an_unknown_key_is_told(own_resources: Path) -> None:
    file = own_resources / "protocols" / "pain-series.toml"
    spoil(file, "min_days = 1", "min_dayz = 1")
    line = file.read_text(encoding="utf-8").splitlines().index("min_dayz = 1") + 1
    with pytest.raises(CatalogError) as refused:
        load_catalog(own_resources)
    assert str(refused.value) == f"protocols/pain-series.toml, line {line}, key gaps.min_dayz: not known here"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("target_days = [[3, 4]]", "target_days = [[1, 4]]", "the target 1 to 4 days must lie within 2 and 7"),
        ("red_after_minutes = 5", "red_after_minutes = 3", "red_after_minutes must come after amber_after_minutes"),
        ("window_days = 21", "window_days = 9", "6 sessions do not fit with 2 days between"),
        ("setup_minutes = 25", "setup_minutes = 90", "the set-up must end within the visit of 100 minutes"),
        ("max_mg_per_kg = 1.5", "max_mg_per_kg = 0.9", "usual, reattest_above and max mg/kg must rise"),
        ('"discharge"]', '"farewell"]', "there is no checklist “farewell”"),
        ('"ptsd", "ocd"]', '"ptsd", "ocb"]', "there is no indication “ocb”"),
        ("from_stop_minutes = [15, 30]", "from_stop_minutes = [30, 15]", "from_stop_minutes must rise"),
    ],
)
def test_a_protocol_that_contradicts_itself_is_told(own_resources: Path, old: str, new: str, complaint: str) -> None:
    spoil(own_resources / "protocols" / "induction-mood-2-per-week.toml", old, new)
    with pytest.raises(CatalogError) as refused:
        load_catalog(own_resources)
    assert str(refused.value).startswith("protocols/induction-mood-2-per-week.toml, line ")
    assert complaint in str(refused.value)


def test_one_more_file_is_one_more_protocol(own_resources: Path) -> None:
    folder = own_resources / "protocols"
    shutil.copy(folder / "pain-series.toml", folder / "pain-ten-days.toml")
    spoil(folder / "pain-ten-days.toml", "sessions = 5", "sessions = 10")
    assert load_protocols(own_resources)["pain-ten-days"].sessions == 10


def test_every_number_has_unit_source_and_day(catalog: Catalog) -> None:
    for key in catalog.rules:
        rule = catalog.rules.entry(key)
        assert rule.unit, key
        assert len(rule.source) > 5, key
        assert rule.since.year >= 2000, key


def test_every_rule_asked_for_in_the_program_is_there(catalog: Catalog) -> None:
    asked = re.compile(r"""rules(?:\.whole|\.number|\.entry)?[\[(]\s*["']([a-z]+\.[a-z0-9.-]+)["']""")
    sources = Path(ketaclinic.__file__).parent.rglob("*.py")
    keys = {key for path in sources for key in asked.findall(path.read_text(encoding="utf-8"))}
    assert "users.wrong-pins" in keys
    assert keys - set(catalog.rules) == set()


def test_an_unknown_rule_is_a_key_error(catalog: Catalog) -> None:
    with pytest.raises(KeyError):
        catalog.rules["users.no-such-number"]


def test_a_rule_given_twice_is_told(own_resources: Path) -> None:
    (own_resources / "rules-zz-own.toml").write_text(
        '[users.wrong-pins]\nvalue = 9\nunit = "attempts"\nsource = "Own choice."\nsince = 2026-12-01\n',
        encoding="utf-8",
    )
    with pytest.raises(CatalogError, match=r"^rules-zz-own\.toml, line 1, key users\.wrong-pins: already given"):
        load_rules(own_resources)


def test_the_first_proposal_of_the_assistant(catalog: Catalog) -> None:
    defaults = catalog.clinic_defaults
    assert defaults.chairs == ("Chair 1", "Chair 2", "Chair 3", "Chair 4")
    assert [h.weekday for h in defaults.hours] == [0, 1, 2, 3, 4]
    assert defaults.usual_nurses == (2, 2, 2, 2, 2, 0, 0)


def test_an_unknown_zone_is_told(own_resources: Path) -> None:
    spoil(own_resources / "clinic.toml", "America/New_York", "America/Gotham")
    with pytest.raises(CatalogError, match=r"^clinic\.toml, line \d+, key zone: not a time zone of the IANA list"):
        load_catalog(own_resources)
