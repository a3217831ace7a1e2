"""The clinic's terms: what is wrong in the file is told with file, line and key."""

from pathlib import Path

import pytest

from ketaclinic.catalog.policies import load_policies
from ketaclinic.catalog.reader import CatalogError
from ketaclinic.paths import resources_dir


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    folder = tmp_path / "resources"
    folder.mkdir()
    words = (resources_dir() / "policies.toml").read_text(encoding="utf-8")
    (folder / "policies.toml").write_text(words, encoding="utf-8")
    return folder


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "policies.toml"
    words = path.read_text(encoding="utf-8")
    assert old in words
    path.write_text(words.replace(old, new, 1), encoding="utf-8")


def test_the_terms_of_the_package() -> None:
    terms = load_policies(resources_dir())
    assert (terms.notice_hours, terms.business_hours, terms.grace_minutes) == (24, False, 10)
    assert (terms.no_show_minutes, terms.currency) == (15, "USD")
    assert [(fee.kind.value, fee.under_hours, fee.amount) for fee in terms.fees] == [
        ("late_cancellation", 24, 10_000),
        ("no_show", None, 10_000),
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('currency = "USD"', 'currency = "dollars"', "policies.toml, line 5, key currency"),
        ("hours = 24 #", "hours = -1 #", "policies.toml, line 8, key notice.hours"),
        ("grace_minutes = 10", "grace = 10", "key lateness.grace: not known here"),
        ("may_reschedule_minutes = 15", "may_reschedule_minutes = 5", "must not be less than grace_minutes"),
        ("under_hours = 24\n", "", "under_hours belongs to a late_cancellation"),
        ('kind = "no_show"', 'kind = "noshow"', "key fees.2.kind"),
        ('reasons = ["Illness"', 'reasons = [1, "Illness"', "key waiver.reasons"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_place(terms: Path, old: str, new: str, told: str) -> None:
    change(terms, old, new)
    with pytest.raises(CatalogError) as error:
        load_policies(terms)
    assert told in str(error.value)
